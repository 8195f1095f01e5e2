"""Files made by accident or in anger: one clear message, in the user's language, and nothing half-written.

The ids in the first column are those of the list of bad inputs this product is tested against.
"""

import csv
import io
import json
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner, Result

from conftest import CURE_VI
from ui.cli import app
from ui.intake import bounds, reading
from ui.wording import LANGUAGES

SAMPLES = Path(__file__).parent / "samples"
PNG = (SAMPLES / "poster.png").read_bytes()


def run(*args: object, lang: str = "en") -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [*(str(arg) for arg in args), "--lang", lang], env={"LANG": "en_US.UTF-8", "LC_ALL": ""})


def workbook(**changes: str) -> bytes:
    """Give a small workbook, some of its members replaced."""
    book = Workbook()
    for cells in (["id", "text"], ["1", CURE_VI]):
        book.active.append(cells)
    made = io.BytesIO()
    book.save(made)
    out = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changes.pop(name, old.read(name)))
        for name, content in changes.items():
            new.writestr(name, content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
XML = '<?xml version="1.0"?>{doctype}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>text</t></is></c></row>'
LAUGHS = "<!DOCTYPE x [" + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">' for n in range(12)) + "]>"
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def sheet(rows: str, doctype: str = "") -> bytes:
    """Give a workbook with one sheet of these rows."""
    return workbook(**{SHEET: XML.format(doctype=doctype, rows=HEADER + rows)})


def cell(text: str, where: str = "A2", row: int = 2) -> str:
    """Give one row of one cell."""
    return f'<row r="{row}"><c r="{where}" t="inlineStr"><is><t>{text}</t></is></c></row>'


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "F1 empty": ("a.csv", lambda: b"", "the file is empty"),
    "F2 header only": ("a.csv", lambda: b"id,text\n", "holds no ad"),
    "F2 header only, xlsx": ("a.xlsx", lambda: sheet(""), "holds no ad"),
    "F3 no column": ("a.csv", lambda: b"id,body\n1,x\n", "found: id, body"),
    "F3 no column, xlsx": ("a.xlsx", lambda: workbook(**{SHEET: XML.format(doctype="", rows=cell("body", "A1", 1))}), "found: body"),
    "F4 column twice": ("a.csv", lambda: b"text,text\n1,x\n", "stands there twice"),
    "F8 NUL": ("a.csv", lambda: b"text\nab\x00c\n", "a.csv:2: character 3 is NUL"),
    "F10 TCVN3": ("a.csv", lambda: "text\nS¶n phÈm nµy ®­îc chøng nhËn\n".encode("latin-1"), "TCVN3"),
    "F10 VNI": ("a.csv", lambda: "text\nSaûn phaåm naøy khoâng phaûi laø thuoác\n".encode("latin-1"), "VNI"),
    "F10 VNI saved as UTF-8": ("a.csv", lambda: "text\nSaûn phaåm naøy khoâng phaûi laø thuoác\n".encode(), "VNI"),
    "F11 broken UTF-8": ("a.csv", lambda: ("text\n" + "Trà thảo mộc\n" * 50).encode() + b"\xff\n", "byte 905, line 52"),
    "F11 broken UTF-8, one byte": ("a.csv", lambda: b"text\nplain\n\xff\n", "byte 11, line 3"),
    "F14 unclosed quote": ("a.csv", lambda: b"id,text\n" + b"1,a\n" * 5 + b'7,"abc\n' + b"8,x\n" * 9, "a.csv:7: the row cannot be read"),
    "F15 ragged": ("a.csv", lambda: b"id,text\n" + b"1,a,b\n" * 7, "a.csv:6: the row has 3 cells, expected 2"),
    "F15 ragged, counted": ("a.csv", lambda: b"id,text\n" + b"1,a,b\n" * 7, "7 rows cannot be read"),
    "F17 PNG": ("a.csv", lambda: PNG, "the content is png, expected csv"),
    "F17 PDF": ("a.csv", lambda: b"%PDF-1.7 x", "the content is pdf"),
    "F17 program": ("a.csv", lambda: b"MZ\x90\x00\x03", "the content is program"),
    "F17 zip": ("a.csv", workbook, "the content is zip"),
    "F17 text called picture": ("a.png", lambda: b"hello", "expected png"),
    "F17 text called PDF": ("a.pdf", lambda: b"hello", "expected pdf"),
    "F18 HTML": ("a.csv", lambda: b"<!doctype html><title>Log in</title>", "the content is html"),
    "F19 zip": ("a.zip", workbook, "ending of the file is not known"),
    "F19 bomb": ("a.xlsx", lambda: workbook(**{"xl/pad.xml": "0" * 50_000_000}), "no honest workbook"),
    "F21 truncated": ("a.xlsx", lambda: workbook()[:-300], "cannot be read"),
    "F21 truncated, PDF": ("a.pdf", lambda: (SAMPLES / "leaflet.pdf").read_bytes()[:400], "cannot be read"),
    "F21 locked": ("a.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500, "locked with a password"),
    "F22 macro": ("a.xlsx", lambda: workbook(**{"xl/vbaProject.bin": "x"}), "expected xlsx"),
    "F22 entity bomb": ("a.xlsx", lambda: sheet(cell("&l11;"), LAUGHS), "cannot be read"),
    "F22 outside entity": ("a.xlsx", lambda: sheet(cell("&e;"), OUTSIDE), ""),
    "F22 far column": ("a.xlsx", lambda: sheet(cell("x", "XFD2")), "more than 2000 columns"),
    "F22 far row": ("a.xlsx", lambda: sheet(cell("x", "A99999999", 99999999)), "more than 1048576 rows"),
    "F23 NaN": ("a.jsonl", lambda: b'{"text": "a", "n": NaN}\n', "a.jsonl:1: the line is not JSON (NaN"),
    "F23 key twice": ("a.jsonl", lambda: b'{"text": "a", "text": "b"}\n', "key twice: text"),
    "F24 deep": ("a.jsonl", lambda: b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n", "too deep"),
    "F24 deep export": ("a.json", lambda: b"[" * 100_000, "too deep"),
    "F25 number": ("a.jsonl", lambda: b'{"text": "a", "n": ' + b"9" * 5_000 + b"}\n", "a.jsonl:1"),
    "F26 half a character": ("a.jsonl", lambda: b'{"text": "ab\\ud83d"}\n', "character 3 is half a character"),
    "F26 half a character in an id": ("a.jsonl", lambda: b'{"id": "\\ud83d", "text": "ab"}\n', "half a character"),
    "no such kind of JSON": ("a.json", lambda: b'"text"', "not JSON (str)"),
    "UTF-16 JSONL": ("a.jsonl", lambda: '{"text": "a"}\n'.encode("utf-16"), "a.jsonl:1"),
    "subtitles without cues": ("a.srt", lambda: b"hello", ""),
    "page without words": ("a.html", lambda: b"<html><body><img src=x></body></html>", "no words can be read"),
    "a wrong date": ("a.jsonl", lambda: b'{"text": "a", "d": "31/12/2026"}\n', "is not a date"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_gets_one_message_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    """Exit status 2; what and where in both languages; no output, no leftovers, no stack trace; the record is not touched."""
    file, content, said = REFUSED[name]
    (tmp_path / file).write_bytes(content())
    mapped = ("--map", "date=d") if "date" in name else ()
    for lang in LANGUAGES:
        result = run("scan", tmp_path / file, "--out", tmp_path / "out.csv", *mapped, lang=lang)
        if name in ("F22 outside entity", "subtitles without cues"):
            assert result.exit_code in (0, 2) and "root:" not in result.stderr
            (tmp_path / "out.csv").unlink(missing_ok=True)
            continue
        assert result.exit_code == 2 and isinstance(result.exception, SystemExit), result.exception
        assert file in result.stderr and "Traceback" not in result.stderr
        assert lang == "vi" or said in result.stderr
    assert [kept.name for kept in tmp_path.iterdir()] == [file]
    store = tmp_path / "r.db"
    if said:
        assert run("queue", tmp_path / file, "--store", f"sqlite:///{store}", *mapped).exit_code == 2
        assert not store.exists()


ACCEPTED: dict[str, tuple[str, bytes, list[str], str]] = {
    "F9 UTF-16": ("a.csv", f"id,text\na,{CURE_VI.replace(',', ';')}\n".encode("utf-16"), ["a"], "utf-16"),
    "F9 UTF-16 without a mark": ("a.csv", b"id,text\na,hello there\n".decode().encode("utf-16-le"), ["a"], "utf-16-le"),
    "F12 mark": ("a.csv", b"\xef\xbb\xbftext,id\nx,a\n", ["a"], ""),
    "F12 mark, JSONL": ("a.jsonl", b'\xef\xbb\xbf{"text": "x", "id": "a"}\n', ["a"], ""),
    "F13 semicolon": ("a.csv", b"id;text\na;x\n", ["a"], "';'"),
    "F13 tab": ("a.csv", b"id\ttext\na\tx\n", ["a"], "'\\t'"),
    "F13 Excel's hint": ("a.csv", b"sep=;\nid;text\na;x, y\n", ["a"], "';'"),
    "F13 commas in a semicolon header": ("a.csv", b"id;text;a,b,c,d\na;x;y\n", ["a"], "';'"),
    "F16 old line ends": ("a.csv", b"id,text\ra,x\rb,y\r", ["a", "b"], ""),
    "F16 mixed line ends": ("a.csv", b'id,text\r\na,"x\ny"\nb,z\r\n', ["a", "b"], ""),
    "no id": ("a.csv", b"text\nx\ny\n", ["1", "2"], ""),
    "numbers stay as written": ("a.csv", b"id,text\n007,x\n1e5,y\nNA,z\n", ["007", "1e5", "NA"], ""),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_an_odd_file_is_read_whole_and_said(tmp_path: Path, name: str) -> None:
    """What can be read is read, every row of it, and what was unusual is told."""
    file, content, ids, said = ACCEPTED[name]
    (tmp_path / file).write_bytes(content)
    result = run("scan", tmp_path / file, "--out", tmp_path / "out.csv")
    assert result.exit_code == 0 and said in result.stderr
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as lines:
        assert [row["id"] for row in csv.DictReader(lines)] == ids


def test_a_very_long_field_is_one_refused_ad(tmp_path: Path) -> None:
    """F7: a field of 200,000 characters is refused as too long before scoring; the other rows are assessed."""
    (tmp_path / "a.csv").write_text(f"id,text\nlong,{'a' * 200_000}\nb,{HARMLESS_ROW}\n", "utf-8")
    assert run("scan", tmp_path / "a.csv", "--out", tmp_path / "o.csv").exit_code == 0
    with (tmp_path / "o.csv").open(encoding="utf-8", newline="") as lines:
        assert [row["scope_reason"] for row in csv.DictReader(lines)] == ["too_long", ""]


HARMLESS_ROW = "Ngon khó cưỡng giao hàng trong ngày"


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_monstrous_field_is_never_read_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A field beyond the bound is refused where it begins; in JSON lines the rows after it go on."""
    monkeypatch.setattr("ui.intake.delimited.MOST_FIELD", 5_000)
    monkeypatch.setattr("ui.intake.json_lines.MOST_FIELD", 5_000)
    rows = [{"text": "first ad"}, {"text": "a" * 20_000}, {"text": "last ad"}]
    lines = ["text", *(row["text"] for row in rows)] if name == "a.csv" else [json.dumps(row) for row in rows]
    (tmp_path / name).write_text("\n".join(lines) + "\n", "utf-8")
    refused = run("scan", tmp_path / name, "--out", tmp_path / "o.csv")
    assert refused.exit_code == 2 and f"{name}:{3 if name == 'a.csv' else 2}: " in refused.stderr
    aside = run("scan", tmp_path / name, "--out", tmp_path / "o.csv", "--refused", tmp_path / "r.jsonl")
    if name == "a.jsonl":
        assert aside.exit_code == 0 and "2 ads" in aside.stderr
        assert json.loads((tmp_path / "r.jsonl").read_text("utf-8"))["code"] == "row_large"


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_bad_rows_are_set_aside_with_their_reason(tmp_path: Path, name: str) -> None:
    """With a side file the sound rows are assessed and each refused one stands there: id, place, code, sentence, masked excerpt."""
    ads = tmp_path / name
    if name == "a.csv":
        ads.write_text(f"id,text\na,{HARMLESS_ROW}\nb,x,gọi 0912 345 678\nc,\n", "utf-8")
    else:
        rows = [json.dumps({"id": "a", "text": HARMLESS_ROW}), '{"id": "b", "text": "gọi 0912 345 678', json.dumps({"id": "c", "text": ""})]
        ads.write_text("\n".join(rows) + "\n", "utf-8")
    result = run("scan", ads, "--out", tmp_path / "o.csv", "--refused", tmp_path / "r.csv")
    assert result.exit_code == 0 and "1 rows could not be read" in result.stderr
    with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as lines:
        broken, empty = csv.DictReader(lines)
    assert broken["code"] in ("file_ragged", "file_json") and "0912" not in broken["excerpt"] and "78" in broken["excerpt"]
    assert broken["where"] == ("a.csv:3" if name == "a.csv" else "a.jsonl:2") and broken["reason"]
    assert empty["id"] == "c" and empty["code"] == "empty"
    store = f"sqlite:///{tmp_path / 'r.db'}"
    assert "2 new cases" in run("queue", ads, "--store", store, "--refused", tmp_path / "q.csv").stderr
    assert len((tmp_path / "q.csv").read_text("utf-8").splitlines()) == 3


def test_a_big_document_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F5: a document above its limit is refused by its size."""
    monkeypatch.setattr(reading, "MOST_DOCUMENT", 10)
    (tmp_path / "a.txt").write_text("more than ten bytes", "utf-8")
    assert "at most 10 bytes" in run("scan", tmp_path / "a.txt", "--out", tmp_path / "o.csv").stderr
    assert bounds.MOST_DOCUMENT > 10


def test_too_many_rows_open_no_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F6: a table with more rows than people will ever review is refused before the first case is opened."""
    from datetime import date
    from functools import partial

    from classifier.checker import make_ad
    from classifier.errors import InputError
    from ui.intake.domain import ColumnMap
    from ui.intake.queueing import queue_files
    from ui.intake.work import Queueing

    (tmp_path / "a.csv").write_text("text\n" + "x\n" * 4, "utf-8")
    make = partial(make_ad, as_of=date(2026, 10, 1))
    work = Queueing(
        inputs=(tmp_path / "a.csv",),
        store=f"sqlite:///{tmp_path / 'r.db'}",
        columns=ColumnMap(),
        make=make,
        note=lambda _: None,
        most_rows=3,
    )
    with pytest.raises(InputError):
        queue_files(work)
    assert not (tmp_path / "r.db").exists()


def test_hostile_names_are_shown_harmless(tmp_path: Path) -> None:
    """F27: control and direction characters in a file's name are written out; a name too long for the system is one message."""
    named = tmp_path / "a\u202evsc.\x1b[31m.csv"
    named.write_text("body\nx\n", "utf-8")
    told = run("scan", named, tmp_path / f"{'n' * 300}.csv", "--out", tmp_path / "o.csv")
    assert told.exit_code == 2 and "\u202e" not in told.stderr and "\x1b" not in told.stderr
    alone = run("scan", named, "--out", tmp_path / "o.csv")
    assert alone.exit_code == 2 and "\u202e" not in alone.stderr and "\x1b" not in alone.stderr


def test_the_same_file_twice_is_refused(tmp_path: Path) -> None:
    """F28: naming a file twice, even by another road, opens nothing."""
    (tmp_path / "a.csv").write_text("text\nx\n", "utf-8")
    (tmp_path / "b.csv").symlink_to(tmp_path / "a.csv")
    assert "named twice" in run("scan", tmp_path / "a.csv", tmp_path / "b.csv", "--out", tmp_path / "o.csv").stderr


def test_a_file_that_changes_under_the_reader_gives_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F29: results of a file that changed meanwhile are thrown away."""
    from ui.intake import scanning

    ads = tmp_path / "a.csv"
    ads.write_text("text\nx\n", "utf-8")
    real = scanning.read_ads

    def change(*args: object) -> object:
        yield from real(*args)  # type: ignore[arg-type]
        ads.write_text("text\nx\ny\n", "utf-8")

    monkeypatch.setattr(scanning, "read_ads", change)
    assert "changed while it was read" in run("scan", ads, "--out", tmp_path / "o.csv").stderr
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("kind", ["folder", "pipe", "broken link", "nothing"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    """F30: a folder, a pipe, a broken link are refused without waiting for them."""
    path = tmp_path / "a.csv"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "broken link":
        path.symlink_to(tmp_path / "nowhere")
    result = run("scan", path, "--out", tmp_path / "o.csv")
    assert result.exit_code == 2 and ("ordinary file" if kind in ("folder", "pipe") else "no such file") in result.stderr


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """F31: when the output cannot be written to its end, one message says so and no part of it stays."""
    (tmp_path / "a.csv").write_text("text\n" + f"{HARMLESS_ROW}\n" * 60, "utf-8")
    out = tmp_path / "out"
    out.mkdir()
    command = [
        str(Path(sys.executable).with_name("adcheck")),
        "scan",
        str(tmp_path / "a.csv"),
        "--out",
        str(out / "o.jsonl"),
        "--lang",
        "en",
    ]
    limit = (20_000, 20_000)
    done = subprocess.run(
        command, capture_output=True, text=True, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit), check=False
    )
    assert done.returncode == 2 and "cannot be written" in done.stderr and not list(out.iterdir())


def test_pictures_with_too_many_pixels_are_refused(tmp_path: Path) -> None:
    """A picture that unpacks to gigabytes is refused by its header."""
    import struct
    import zlib

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    (tmp_path / "a.png").write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"0" * 1000)) + chunk(b"IEND", b"")
    )
    from classifier.errors import InputError
    from ui.intake.picture import upright

    with pytest.raises(InputError):
        upright(tmp_path / "a.png")


def test_a_page_nested_without_end_is_answered(tmp_path: Path) -> None:
    """100,000 nested elements and a hostile style sheet are read or refused, not hung on."""
    page = "<html><style>" + "@media{x{" * 50_000 + "</style><body>" + "<div>" * 100_000 + "Chữa dứt điểm tiểu đường" + "</div>" * 100_000
    (tmp_path / "a.html").write_text(page, "utf-8")
    assert run("scan", tmp_path / "a.html", "--out", tmp_path / "o.csv").exit_code in (0, 2)


def test_formulas_in_ids_stay_text(tmp_path: Path) -> None:
    """An id that a spreadsheet would run as a formula is written so that it does not; in JSON lines it stays as it was."""
    (tmp_path / "a.csv").write_text('id,text\n"=HYPERLINK(""x"")",x\n-5,y\n', "utf-8")
    run("scan", tmp_path / "a.csv", "--out", tmp_path / "o.csv")
    run("scan", tmp_path / "a.csv", "--out", tmp_path / "o.jsonl")
    with (tmp_path / "o.csv").open(encoding="utf-8", newline="") as lines:
        assert [row["id"] for row in csv.DictReader(lines)] == ['\'=HYPERLINK("x")', "-5"]
    assert [json.loads(line)["id"] for line in (tmp_path / "o.jsonl").read_text("utf-8").splitlines()] == ['=HYPERLINK("x")', "-5"]
