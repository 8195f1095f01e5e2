"""Claims against dated rules."""
