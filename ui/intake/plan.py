"""What a run depends on: if any of it changes, an interrupted run cannot be gone on with."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from classifier.domain import Ad
from classifier.errors import InputError, problem
from classifier.law.loading import load_packs
from classifier.model.artifact import load_model
from ui.intake.work import Scan

_HEAD = 1 << 20


def make_plan(scan: Scan, kept: Mapping[str, Any]) -> tuple[dict[str, Any], "partial[Ad]"]:
    """Give the plan of a run, and how its ads are made.

    A run whose date nobody gave keeps the date of the interrupted run it goes on with, so that midnight changes nothing.
    """
    plan = _plan(scan)
    if not scan.dated and kept and {**kept, "as_of": ""} == {**plan, "as_of": ""}:
        plan["as_of"] = kept["as_of"]
    return plan, partial(scan.make, as_of=date.fromisoformat(plan["as_of"]))


def stamps_of(paths: Iterable[Path]) -> dict[Path, tuple[int, int]]:
    """Give size and time of change of each input, to tell later whether one changed."""
    return {path: (found.st_size, found.st_mtime_ns) for path in paths if (found := path.stat())}


def refuse_changed(stamps: Mapping[Path, tuple[int, int]]) -> None:
    """Refuse to publish results of a file that changed while it was read."""
    changed = [path for path, stamp in stamps_of(stamps).items() if stamp != stamps[path]]
    if changed:
        raise InputError(*(problem("file_changed", str(path)) for path in changed))


def _plan(scan: Scan) -> dict[str, Any]:
    made = scan.make.keywords
    columns = asdict(scan.columns)
    return {
        "inputs": [[str(path.resolve()), *_print_of(path)] for path in scan.inputs],
        "columns": {name: list(value) if isinstance(value, tuple) else value for name, value in columns.items()},
        "as_of": made["as_of"].isoformat(),
        "jurisdictions": list(made["jurisdictions"]),
        "product": str(made["product"] or ""),
        "channel": str(made.get("channel") or ""),
        "whole": made.get("is_whole", False),
        "side": str(scan.side.path) if scan.side else "",
        "grouped": scan.grouped,
        "code": version("adcheck"),
        "model": load_model().digest,
        "packs": [pack.digest for pack in load_packs(scan.own_packs)],
    }


def _print_of(path: Path) -> tuple[int, int, str]:
    """Tell one state of a file from another without reading all of it: size, time of change, its two ends."""
    found = path.stat()
    with path.open("rb") as file:
        ends = file.read(_HEAD)
        file.seek(max(0, found.st_size - _HEAD), os.SEEK_SET)
        ends += file.read(_HEAD)
    return found.st_size, found.st_mtime_ns, hashlib.sha256(ends).hexdigest()
