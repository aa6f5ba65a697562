"""OpenPGP signatures over archives (Helm's `pkg/provenance`).

What is accepted, and what is said about it, is what Helm's OpenPGP library accepts and says, whose rules are
its own: it signs with the primary key, finds keys by what their self-signatures allow, and takes SHA-1 in old
self-signatures. So packets (RFC 9580) are read here, and only the mathematics is a library's.
"""
