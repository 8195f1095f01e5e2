"""Phone numbers and e-mail addresses, found and masked where ads stand in lists. Pure.

A mask has the length of what it hides, so that spans still fit. It errs towards hiding: a list needs no number.
"""

import re

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_PHONE = re.compile(r"(?<![\w.,])[+(]?[0-9oO](?:[ .\-()/·•*_]{0,2}[0-9oOlI]){7,14}(?![\w])")
_MONEY_AFTER = re.compile(r"\s*(?:đồng|dong|vnd|vnđ|đ|usd|eur|gbp|[$€£₫%])", re.IGNORECASE)
_MONEY_BEFORE = ("$", "€", "£", "₫")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_LEAST_DIGITS = 8
_KEPT = 2


def mask_personal(text: str) -> str:
    """Hide e-mail addresses whole, and all but the last two digits of phone numbers."""
    return _PHONE.sub(_masked_phone, _EMAIL.sub(lambda found: _hidden(found.group()), text))


def _hidden(address: str) -> str:
    return "".join(c if c in "@." else "•" for c in address)


def _masked_phone(found: re.Match[str]) -> str:
    written = found.group()
    digits = [place for place, c in enumerate(written) if c.isalnum()]
    if len(digits) < _LEAST_DIGITS or sum(c.isdigit() for c in written) < _LEAST_DIGITS - 2 or _is_money(found):
        return written
    hidden = set(digits[:-_KEPT])
    return "".join("•" if place in hidden else c for place, c in enumerate(written))


def _is_money(found: re.Match[str]) -> bool:
    around = found.string
    named = _MONEY_AFTER.match(around, found.end()) or around[: found.start()].rstrip().endswith(_MONEY_BEFORE)
    return bool(named or _THOUSANDS.fullmatch(found.group()))
