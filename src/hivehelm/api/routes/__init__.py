"""One module for each noun: `router(services)` gives its routes."""
