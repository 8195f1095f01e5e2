"""The record: one schema, append-only, chained."""
