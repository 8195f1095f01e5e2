"""Foreign names and texts made safe to print on one line."""

import unicodedata


def shown(text: str) -> str:
    """Write control, invisible and direction-changing characters as code points, such as ``U+202E``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"U+{ord(c):04X}" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)
