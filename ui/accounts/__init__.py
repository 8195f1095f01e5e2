"""Signing in on this machine: accounts with a proven password hash, and sessions that end."""
