"""Rendered manifests: split, ordered, hooks set apart."""
