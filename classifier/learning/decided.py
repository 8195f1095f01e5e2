"""Decisions of reviewers as passages to learn from: put beside the corpus for one training, never into it."""

import json
import unicodedata
from pathlib import Path
from typing import Any

from classifier.errors import CorpusError, problem
from classifier.learning.corpus import HEADER, LABELS

THEME = "decided"


def beside_corpus(data: Path, decisions: Path, folder: Path) -> Path:
    """Give a folder that holds the corpus and, as one theme more a language, the decisions of a JSONL file.

    Raises
    ------
    CorpusError
        With every line that cannot be used.
    """
    lines: dict[str, list[str]] = {}
    problems = []
    for number, line in enumerate(decisions.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            lines.setdefault(row["language"], []).append(_line(row))
        except (ValueError, KeyError, TypeError) as error:
            problems.append(problem("decided_line", f"{decisions}:{number}", detail=f"{type(error).__name__}: {error}"))
    if problems:
        raise CorpusError(*problems)
    for source in (data / "corpus").glob("*/*.tsv"):
        target = folder / "corpus" / source.parent.name / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    for language, written in lines.items():
        target = folder / "corpus" / language / f"{THEME}.tsv"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("\n".join(["\t".join(HEADER), *written]) + "\n", "utf-8")
    return folder


def _line(row: dict[str, Any]) -> str:
    """Give a passage as a line of the corpus, the offending words marked."""
    if row["label"] not in LABELS:
        raise ValueError(row["label"])
    if bool(row["spans"]) != (row["label"] == "misleading"):
        raise ValueError("spans")
    return "\t".join((row["id"], row["label"], row.get("product") or "other", THEME, "", _marked(row["text"], row["spans"])))


def _marked(text: str, spans: list[dict[str, Any]]) -> str:
    pieces, at = [], 0
    for span in sorted(spans, key=lambda span: int(span["start"])):
        pieces += [_plain(text[at : span["start"]]), f"⟦{_plain(text[span['start'] : span['end']])}|{','.join(span['types'])}⟧"]
        at = span["end"]
    return unicodedata.normalize("NFC", "".join([*pieces, _plain(text[at:])]))


def _plain(text: str) -> str:
    """Write a text so that it fits a line: the marks' own characters become others, blanks stay blanks."""
    swapped = text.replace("⟦", "[").replace("⟧", "]").replace("|", "/").replace("\t", " ").replace("\r\n", "\n").replace("\r", "\n")
    return swapped.replace("\n", "\\n")
