"""An ad in, an assessment out. Pure: no clock, no disk beyond its own data, no network, no randomness."""
