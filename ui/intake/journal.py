"""Output that survives an interruption: what is written is counted, and a later run goes on from there.

Beside the output lie, until it is whole, ``.NAME.part`` with the rows so far and ``.NAME.progress`` that says how far
they count. A run that was killed leaves both; the same command finds them, cuts off what was not counted and goes on.
The finished file is the same, byte for byte, as that of a run that was never interrupted.
"""

import json
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from classifier.errors import InputError, problem

EVERY = 1_000
"""Rows between two counts, at most."""
_PATIENCE = 2.0
"""Seconds between two counts where rows are slow, as pictures are."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A row of the input: its number in all, the file it is in, and how many rows the files before that one have."""

    position: int = 0
    file: int = 0
    before: int = 0


@dataclass(slots=True)
class _Part:
    """A file being written, how long it is and a checksum of all of it."""

    path: Path
    file: BinaryIO | None = None
    length: int = 0
    checksum: int = 0

    def write(self, content: bytes) -> None:
        if self.file is None:
            self.file = self.path.open("ab")
        self.file.write(content)
        self.length += len(content)
        self.checksum = zlib.crc32(content, self.checksum)

    def resume(self, length: int, checksum: int) -> bool:
        """Cut the file to a length; say whether what is left is what was written."""
        if not self.path.is_file() or self.path.stat().st_size < length:
            return length == 0
        with self.path.open("r+b") as file:
            file.truncate(length)
            found = 0
            while chunk := file.read(1 << 20):
                found = zlib.crc32(chunk, found)
        self.length, self.checksum = length, found
        return found == checksum

    def flush(self) -> None:
        if self.file is not None:
            self.file.flush()

    def close(self) -> None:
        if self.file is not None:
            self.file.close()
            self.file = None


class Journal:
    """The outputs of one run.

    Parameters
    ----------
    out : Path
        Where the results go.
    side : Path or None
        Where refused rows go.
    plan : mapping
        What the run depends on; a run with another plan begins anew.
    """

    def __init__(self, out: Path, side: Path | None, plan: Mapping[str, Any], *, every: int = EVERY) -> None:
        self.mark = Mark()
        self.counts: dict[str, int] = {}
        self._counts_now = self._counts_before
        self._every, self._uncounted, self._counted_at = every, 0, time.monotonic()
        self._plan, self._targets = dict(plan), {"out": out} | ({"side": side} if side else {})
        self._parts = {name: _Part(_beside(path, "part")) for name, path in self._targets.items()}
        self._progress = _beside(out, "progress")
        self._resume()

    @staticmethod
    def kept_plan(out: Path) -> dict[str, Any]:
        """Give the plan of the interrupted run that left its rows beside this output; empty for none."""
        return dict(_kept(_beside(out, "progress")).get("plan") or {})

    def begin(self, name: str, header: bytes) -> None:
        """Write the header of a file that holds nothing yet."""
        if name in self._parts and not self._parts[name].length:
            self._parts[name].write(header)

    def write(self, name: str, content: bytes) -> None:
        """Add to the results (``out``) or the refused rows (``side``)."""
        if name in self._parts:
            self._parts[name].write(content)

    def advance(self, mark: Mark, counts: Callable[[], dict[str, int]]) -> None:
        """Say that everything up to this row of the input is written; ``counts`` is asked when it is kept."""
        self.mark, self._counts_now = mark, counts
        self._uncounted += 1
        if self._uncounted >= self._every or time.monotonic() - self._counted_at > _PATIENCE:
            self._count()

    def finish(self) -> dict[str, Path]:
        """Close the files; give those that hold something, still under their names for unfinished work."""
        for part in self._parts.values():
            part.close()
        return {name: part.path for name, part in self._parts.items() if part.path.is_file()}

    def publish(self) -> None:
        """Put the files in their places. A side file of an earlier run that has nothing to say now goes."""
        for name, target in self._targets.items():
            part = self._parts[name].path
            if part.is_file():
                part.replace(target)
            else:
                target.unlink(missing_ok=True)
        self._progress.unlink(missing_ok=True)

    def keep(self) -> None:
        """Close the files and keep what is counted, for a later run to go on from.

        An interruption comes at any moment, so nothing is counted here: rows since the last count are done again.
        """
        with suppress(OSError):
            self.finish()
        if not self._progress.is_file():
            self.discard()

    def discard(self) -> None:
        """Leave nothing behind."""
        for part in self._parts.values():
            with suppress(OSError):
                part.close()
            part.path.unlink(missing_ok=True)
        self._progress.unlink(missing_ok=True)

    def _counts_before(self) -> dict[str, int]:
        return self.counts

    def _count(self) -> None:
        for part in self._parts.values():
            part.flush()
        kept = {
            "plan": self._plan,
            "mark": [self.mark.position, self.mark.file, self.mark.before],
            "counts": self._counts_now(),
            "parts": {name: [part.length, part.checksum] for name, part in self._parts.items()},
        }
        fresh = self._progress.with_suffix(".fresh")
        fresh.write_text(json.dumps(kept), "utf-8")
        fresh.replace(self._progress)
        self._uncounted, self._counted_at = 0, time.monotonic()

    def _resume(self) -> None:
        kept = _kept(self._progress)
        whole = kept.get("plan") == self._plan and all(part.resume(*kept["parts"].get(name, (0, 0))) for name, part in self._parts.items())
        if whole:
            self.mark, self.counts = Mark(*kept["mark"]), kept["counts"]
        else:
            self.discard()
            for part in self._parts.values():
                part.length = part.checksum = 0


def saying_unwritable(error: OSError, out: Path) -> InputError:
    """Give a full disk or a missing right as an error of ours."""
    return InputError(problem("file_unwritable", str(out), detail=error.strerror or str(error)))


def _beside(path: Path, what: str) -> Path:
    return path.with_name(f".{path.name}.{what}")


def _kept(progress: Path) -> dict[str, Any]:
    try:
        kept = json.loads(progress.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) and {"plan", "mark", "counts", "parts"} <= set(kept) else {}
