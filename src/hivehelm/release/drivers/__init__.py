"""Where records are kept: the cluster's Secrets or ConfigMaps, or memory."""
