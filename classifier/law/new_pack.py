"""A first rule pack for an organisation: a file that loads, with one rule to change."""

import re
from pathlib import Path

from classifier.domain import JURISDICTIONS
from classifier.errors import InputError, problem

_TEMPLATE = """# Rules of your own. Phrases are words: a final * takes any ending, {{CLASS}} a word class, @name a list of phrases.toml.
pack = "{name}"
version = "1"

[authority.policy]
instrument = "Our advertising policy"     # the law, code or policy the rules rest on
locator = "section 1"
grade = "read"                            # read | regulator | press | secondary | unchecked
in_force_from = 2026-01-01                # TOML dates, without quotes
review_by = 2027-01-01                    # from then on a mark asks to check the text again

[[rule]]
id = "{name}.example"                     # begins with the pack's name; never reused
status = "draft"                          # draft | trial | active | retired: make it active when the examples hold
category = "superlative"                  # a claim type of docs/glossary.md
verdict = "document"                      # prohibited | document | filing | wording | layout | disclosure
severity = "low"
confidence = "medium"
authorities = ["policy"]
terms = ["best in town", "ngon nhất phố"]
reason_vi = "Câu này xếp hạng nhất mà không nêu căn cứ."
reason_en = "The words claim the first rank without a basis."
question_vi = "Thứ hạng này theo khảo sát nào?"
question_en = "By which survey is this rank?"
flags = ["Best in town coffee.", "Phở ngon nhất phố.", "The best in town."]
passes = ["Our best mug.", "Phở nóng mỗi sáng.", "In town since 1998."]
"""


def write_new_pack(name: str, folder: Path) -> Path:
    """Write a pack to start from, and give its place.

    Raises
    ------
    InputError
        The name is not one, is one of ours, or is taken.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in ("common", *JURISDICTIONS):
        raise InputError(problem("pack_name", value=name))
    file = folder / f"{name}.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as new:
            new.write(_TEMPLATE.format(name=name))
    except FileExistsError as error:
        raise InputError(problem("pack_exists", str(file))) from error
    except OSError as error:
        raise InputError(problem("file_unwritable", str(file), detail=error.strerror or str(error))) from error
    return file
