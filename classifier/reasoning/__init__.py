"""Findings and risk to an explanation."""
