"""The REST API: `/api/helm`, the chart repository, and what guards them."""
