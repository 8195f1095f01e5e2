"""Watching the watchers: golden cases, agreement, over-reliance, trends, drift, and what is learnt from decisions."""
