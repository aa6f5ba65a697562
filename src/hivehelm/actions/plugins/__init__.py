"""Plugins installed, updated, packaged, verified and removed (Helm's internal/plugin/installer, pkg/cmd)."""
