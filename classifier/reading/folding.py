"""Letters without their diacritics."""

import unicodedata


def fold(view: str) -> str:
    """Give the view without diacritics, character for character (``đ`` becomes ``d``)."""
    if view.isascii():
        return view
    return view.translate(_FOLDS)


class _Folds(dict[int, str]):
    """Maps a code point to its base letter, worked out on first use."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        base = "d" if letter == "đ" else unicodedata.normalize("NFD", letter)[0]
        self[code] = base
        return base


_FOLDS = _Folds()
