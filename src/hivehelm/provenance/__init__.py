"""OpenPGP signatures over archives."""
