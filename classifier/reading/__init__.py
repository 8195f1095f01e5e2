"""Text to claims: normalised with a map back, its language, its words and word classes, its qualifiers."""
