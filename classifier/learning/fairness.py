"""Manners of writing that must raise nothing by themselves, for measuring whether they do."""

import re
from collections.abc import Callable

from classifier.reading.folding import fold

_SOUTHERN = {
    "lợn": "heo", "ngô": "bắp", "bát": "chén", "thìa": "muỗng", "hoa quả": "trái cây", "bố": "ba", "mẹ": "má", "béo": "mập",
    "cốc": "ly", "ô tô": "xe hơi", "màn": "mùng", "chăn": "mền", "tất": "vớ", "mũ": "nón", "nhé": "nha", "vâng": "dạ", "này": "nè",
    "không ạ": "hông", "bây giờ": "bây chừ", "thế nào": "răng", "ngõ": "hẻm", "tầng": "lầu", "đỗ xe": "đậu xe", "đắt": "mắc",
}  # fmt: skip
"""Words of the north → of the south and the middle."""
_SOUTHERN_WORDS = re.compile(rf"\b({'|'.join(sorted(_SOUTHERN, key=len, reverse=True))})\b")

MANNERS: dict[str, dict[str, Callable[[str], str]]] = {
    "vi": {
        "traditional medicine is spoken of": lambda text: (
            f"{text} Nhà em ba đời làm nghề thuốc nam, thảo dược hái trên núi, phơi khô, sao vàng."
        ),
        "a small seller's greeting": lambda text: f"Dạ em chào các chị, shop nhà em mới về hàng ạ. {text} Cần gì cứ ib em nha 🌸",
        "no diacritics": lambda text: fold(text),
        "words of the south and the middle": lambda text: _SOUTHERN_WORDS.sub(lambda word: _SOUTHERN[word[1]], text),
        "capitals": str.upper,
    },
    "en": {
        "traditional medicine is spoken of": lambda text: (
            f"{text} My family has gathered and dried herbs for Chinese and Ayurvedic kitchens for years."
        ),
        "a small seller's greeting": lambda text: f"Hi lovelies, it's just me and my sister in the shop. {text} Message me any time xx",
        "a learner's English": lambda text: re.sub(r"\b(the|a|an|is|are) ", "", text),
        "capitals": str.upper,
    },
}
"""Language → manner → the same passage in that manner. None of them adds a claim."""
