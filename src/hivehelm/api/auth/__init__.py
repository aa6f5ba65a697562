"""Who calls, and what they may do: tokens, OpenID Connect, the cluster's own users, or nobody at all."""
