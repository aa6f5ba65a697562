"""Long work: what was asked for, whose turn it is, and what became of it; knows nothing of what is done."""
