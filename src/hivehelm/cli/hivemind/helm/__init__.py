"""`hivemind helm`: all that `hivehelm` does, and the platform's own spellings of it."""
