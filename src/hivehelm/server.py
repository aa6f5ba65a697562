"""Composes the faces over HTTP into one ASGI app."""
