"""A run that was interrupted goes on where it stopped, and its output is the same, byte for byte."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier.checker import make_ad
from classifier.domain import Channel, ProductKind
from classifier.errors import InputError
from ui.intake import scanning
from ui.intake.domain import ColumnMap
from ui.intake.journal import Journal
from ui.intake.refused import SideFile
from ui.intake.scanning import scan_files
from ui.intake.work import Scan

DAY = date(2026, 10, 1)
N_ROWS = 40


def write_ads(file: Path, n_rows: int = N_ROWS) -> Path:
    """Write rows of which some are refused, some broken, some copies."""
    lines = []
    for n in range(n_rows):
        if n % 7 == 3:
            lines.append('{"id": "broken", "text": ')
        elif n % 7 == 5:
            lines.append(json.dumps({"id": f"r{n}", "text": ""}))
        else:
            lines.append(json.dumps({"id": f"r{n}", "text": f"Trà số {n // 2} chữa dứt điểm tiểu đường sau 7 ngày"}))
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def scan_of(ads: Path, out: Path, **changes: Any) -> Scan:
    """Describe a scan with a side file and groups."""
    named = {"make": partial(make_ad, as_of=DAY, product=None, jurisdictions=("vn",)), "dated": True, "every": 1, "grouped": True}
    side = SideFile(out.with_name("refused.csv"), "en")
    return Scan(**{"inputs": (ads,), "out": out, "columns": ColumnMap(), "note": lambda _: None, "side": side, **named, **changes})


class Interrupted(BaseException):
    """Stands for Ctrl-C and for being killed."""


def interrupt_after(n_ads: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Make the run stop after so many results; give what undoes it."""
    real = scanning.assess_many

    def assess_some(*args: Any, **named: Any) -> Iterator[Any]:
        for number, shaped in enumerate(real(*args, **named)):
            if number == n_ads:
                raise Interrupted
            yield shaped

    monkeypatch.setattr(scanning, "assess_many", assess_some)
    return lambda: monkeypatch.setattr(scanning, "assess_many", real)


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stops=st.lists(st.integers(0, 27), min_size=1, max_size=3), every=st.sampled_from([1, 5, 1000]))
def test_any_number_of_interruptions_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, ending: str, stops: list[int], every: int
) -> None:
    """Wherever and however often a run is stopped, the last one ends with the bytes of one that never was."""
    folder = tmp_path_factory.mktemp("resume")
    ads = write_ads(folder / "ads.jsonl")
    whole, resumed = folder / "whole" / f"o.{ending}", folder / "resumed" / f"o.{ending}"
    whole.parent.mkdir()
    resumed.parent.mkdir()
    scan_files(scan_of(ads, whole))
    for stop in stops:
        with pytest.MonkeyPatch.context() as patch:
            interrupt_after(stop, patch)
            with suppress(Interrupted):
                scan_files(scan_of(ads, resumed, every=every))
                break
        assert not resumed.exists()
    counts = scan_files(scan_of(ads, resumed, every=every))
    assert resumed.read_bytes() == whole.read_bytes()
    assert (resumed.parent / "refused.csv").read_bytes() == (whole.parent / "refused.csv").read_bytes()
    assert sorted(file.name for file in resumed.parent.iterdir()) == sorted(file.name for file in whole.parent.iterdir())
    assert counts.ads + counts.unreadable == N_ROWS


@pytest.mark.parametrize("moment", ["after a row was written", "while a row was written", "while counting"])
def test_an_interruption_at_an_awkward_moment_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """Between a row and its count, in the middle of a row, in the middle of a count: no row is lost and none is there twice."""
    ads, out, whole = write_ads(tmp_path / "ads.jsonl"), tmp_path / "o.jsonl", tmp_path / "whole.jsonl"
    scan_files(scan_of(ads, whole))
    name = {"after a row was written": "advance", "while a row was written": "write", "while counting": "_count"}[moment]
    real, calls = getattr(Journal, name), []

    def interrupted(self: Journal, *args: Any) -> None:
        calls.append(args)
        if len(calls) == 15:
            if name == "write":
                real(self, args[0], args[1][:7])
            raise Interrupted
        real(self, *args)

    with monkeypatch.context() as patch:
        patch.setattr(Journal, name, interrupted)
        with pytest.raises(Interrupted):
            scan_files(scan_of(ads, out))
    assert scan_files(scan_of(ads, out)).resumed > 0
    assert out.read_bytes() == whole.read_bytes()


def test_a_row_is_not_done_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run that goes on assesses only what is left."""
    ads, out = write_ads(tmp_path / "ads.jsonl"), tmp_path / "o.jsonl"
    undo = interrupt_after(20, monkeypatch)
    with pytest.raises(Interrupted):
        scan_files(scan_of(ads, out))
    undo()
    seen: list[str] = []
    made = partial(make_ad, as_of=DAY, product=None, jurisdictions=("vn",))

    class Noting(partial):  # type: ignore[type-arg]
        def __call__(self, text: str, **named: Any) -> Any:
            seen.append(text)
            return super().__call__(text, **named)

    monkeypatch.setattr("ui.intake.plan.partial", Noting)
    assert scan_files(scan_of(ads, out, make=made)).resumed > 0
    n_ads = len(out.read_text("utf-8").splitlines())
    assert len(seen) == n_ads - 20


def test_a_file_that_is_done_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many files, such as pictures that take seconds each, the run that goes on opens only those that are left."""
    files = []
    for n in range(6):
        files.append(tmp_path / f"{n}.txt")
        files[-1].write_text(f"Trà số {n} chữa dứt điểm tiểu đường", "utf-8")
    out, whole = tmp_path / "o.jsonl", tmp_path / "whole.jsonl"
    scan_files(scan_of(files[0], whole, inputs=tuple(files), grouped=False))
    undo = interrupt_after(4, monkeypatch)
    with pytest.raises(Interrupted):
        scan_files(scan_of(files[0], out, inputs=tuple(files), grouped=False))
    undo()
    opened: list[str] = []
    real = scanning.read_ads
    monkeypatch.setattr(scanning, "read_ads", lambda paths, *rest: opened.extend(path.name for path in paths) or real(paths, *rest))
    assert scan_files(scan_of(files[0], out, inputs=tuple(files), grouped=False)).resumed == 4
    assert opened == ["3.txt", "4.txt", "5.txt"] and out.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_when_every_row_is_refused_the_output_is_empty(tmp_path: Path, ending: str) -> None:
    """An output without rows is written all the same, and replaces what stood there."""
    (tmp_path / "ads.jsonl").write_text("{\n{\n", "utf-8")
    out = tmp_path / f"o.{ending}"
    out.write_text("old", "utf-8")
    counts = scan_files(scan_of(tmp_path / "ads.jsonl", out))
    assert (counts.ads, counts.unreadable) == (0, 2) and out.read_bytes() != b"old"
    assert len((tmp_path / "refused.csv").read_text("utf-8").splitlines()) == 3


@pytest.mark.parametrize("change", ["input", "date", "product", "channel", "whole", "packs", "torn"])
def test_a_run_that_no_longer_fits_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_packs: Path, change: str) -> None:
    """Another input, another date or option, or a damaged part means starting over, never a mixed result."""
    ads, out = write_ads(tmp_path / "ads.jsonl"), tmp_path / "o.jsonl"
    undo = interrupt_after(20, monkeypatch)
    with pytest.raises(Interrupted):
        scan_files(scan_of(ads, out))
    undo()
    again = scan_of(ads, out)
    if change == "input":
        write_ads(ads, N_ROWS + 1)
    elif change == "packs":
        again = scan_of(ads, out, own_packs=own_packs)
    elif change != "torn":
        told = {"date": {"as_of": date(2026, 10, 2)}, "product": {"product": ProductKind.FOOD}, "channel": {"channel": Channel.SOCIAL}}
        again = scan_of(ads, out, make=partial(again.make, **told.get(change, {"is_whole": True})))
    else:
        part = out.with_name(".o.jsonl.part")
        part.write_bytes(b"x" * part.stat().st_size)
    assert scan_files(again).resumed == 0
    fresh = scan_of(ads, tmp_path / "fresh.jsonl", make=again.make, own_packs=again.own_packs)
    scan_files(fresh)
    assert out.read_bytes() == (tmp_path / "fresh.jsonl").read_bytes()


def test_midnight_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a given date, the run that goes on keeps the date of the one that began."""
    ads, out = write_ads(tmp_path / "ads.jsonl"), tmp_path / "o.jsonl"
    undo = interrupt_after(20, monkeypatch)
    with pytest.raises(Interrupted):
        scan_files(scan_of(ads, out, dated=False))
    undo()
    tomorrow = partial(make_ad, as_of=date(2026, 10, 2), product=None, jurisdictions=("vn",))
    assert scan_files(scan_of(ads, out, dated=False, make=tomorrow)).resumed > 0
    assert {json.loads(line)["provenance"]["as_of"] for line in out.read_text("utf-8").splitlines()} == {"2026-10-01"}


def test_an_error_leaves_nothing_behind(tmp_path: Path) -> None:
    """A broken row without a side file stops the run; no part of an output stays."""
    ads = write_ads(tmp_path / "ads.jsonl")
    with pytest.raises(InputError) as caught:
        scan_files(scan_of(ads, tmp_path / "o.csv", side=None))
    assert [problem.code for problem in caught.value.problems] == ["file_json"] * 5 + ["rows_refused"]
    assert [file.name for file in tmp_path.iterdir()] == ["ads.jsonl"]


def test_a_killed_process_resumes_to_the_same_bytes(tmp_path: Path) -> None:
    """A scan that is really killed, in the middle of a pipe of rows, ends like one that was not."""
    ads, out = write_ads(tmp_path / "ads.jsonl", 2_200), tmp_path / "o.jsonl"
    command = [str(Path(sys.executable).with_name("adcheck"))]
    args = ["scan", str(ads), "--out", str(out), "--refused", str(tmp_path / "r.csv"), "--as-of", "2026-10-01"]
    killed = subprocess.Popen([*command, *args], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    progress = out.with_name(".o.jsonl.progress")
    watch = threading.Event()
    while killed.poll() is None and not progress.exists():
        watch.wait(0.001)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    was_killed = progress.exists() and not out.exists()
    told = subprocess.run([*command, *args, "--lang", "en"], capture_output=True, text=True, check=True).stderr
    assert was_killed and "gone on with" in told
    fresh = [*args[:3], str(tmp_path / "fresh.jsonl"), *args[4:5], str(tmp_path / "r2.csv"), *args[6:]]
    subprocess.run([*command, *fresh], check=True, capture_output=True)
    assert out.read_bytes() == (tmp_path / "fresh.jsonl").read_bytes()
    assert (tmp_path / "r.csv").read_bytes() == (tmp_path / "r2.csv").read_bytes()
