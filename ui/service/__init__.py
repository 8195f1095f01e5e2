"""The HTTP service for platforms: assess and queue. It holds no law of its own, and nothing in it decides."""
