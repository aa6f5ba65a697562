"""Charts in OCI registries (Helm's `pkg/registry`, oras-go v2, the OCI distribution specification)."""
