"""HELM_* variables and paths; only the faces read them."""
