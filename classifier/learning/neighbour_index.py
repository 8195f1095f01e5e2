"""From the corpus to the index of labelled passages that the reasoning shows neighbours from."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

from classifier.learning.corpus import Passage, read_corpus
from classifier.reading.words import read_words
from classifier.reasoning.neighbours import INDEX_FILE, index_words

MOST_BYTES = 3_000_000
_MOST_CHARACTERS = 600


def write_index(data: Path, out: Path) -> int:
    """Write the index of a corpus to a folder and give its size in bytes. The same corpus gives the same bytes."""
    packed = pack_index(p for p in read_corpus(data / "corpus") if not p.is_for_testing)
    out.mkdir(parents=True, exist_ok=True)
    (out / INDEX_FILE).write_bytes(packed)
    return len(packed)


def pack_index(passages: Iterable[Passage]) -> bytes:
    """Give the index as bytes: passages of a manageable length and, for each word, the passages it stands in."""
    kept = [passage for passage in passages if len(passage.text) <= _MOST_CHARACTERS]
    postings: dict[str, list[int]] = {}
    for number, passage in enumerate(kept):
        for word in sorted(index_words(read_words(passage.text))):
            postings.setdefault(word, []).append(number)
    rows = [(p.passage_id, p.label, list(dict.fromkeys(name for names in p.types for name in names)), p.text) for p in kept]
    told = json.dumps({"passages": rows, "postings": dict(sorted(postings.items()))}, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(told.encode(), mtime=0)
