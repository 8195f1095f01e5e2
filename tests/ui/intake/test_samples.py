"""Each kind of input, from a real file to a finding that says where it stands."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from ui.cli import app
from ui.intake.domain import AdRow, ColumnMap
from ui.intake.reading import read_ads

SAMPLES = Path(__file__).parent / "samples"
TABLES = ("ads.tsv", "ads.jsonl", "ads.parquet", "ads.xlsx", "ads_windows1258.csv")
needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")


def run(*args: object) -> Result:
    """Run a command in this process, in English."""
    return CliRunner().invoke(app, [str(arg) for arg in args], env={"LANG": "en_US.UTF-8", "LC_ALL": ""})


def scanned(tmp_path: Path, *args: object) -> list[dict[str, Any]]:
    """Scan files to JSON lines; give the rows."""
    out = tmp_path / "out.jsonl"
    result = run("scan", *args, "--out", out, "--as-of", "2026-10-01")
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()]


def findings(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Give all findings of a row."""
    return [finding for claim in row["claims"] for finding in claim["findings"]]


@pytest.mark.parametrize("name", TABLES)
def test_every_table_gives_the_same_ads(tmp_path: Path, name: str) -> None:
    """TSV, JSONL, Parquet, XLSX and a Windows-1258 CSV give the same ids, flags and, row for row, the same digests."""
    rows = scanned(tmp_path, SAMPLES / name)
    reference = scanned(tmp_path, SAMPLES / "ads.jsonl")[: len(rows)]
    assert [row["id"] for row in rows] == ["q1", "q2", "q3", "q4", "q5"][: len(rows)]
    assert [row["flagged"] for row in rows] == [1, 0, 1, 1, 0][: len(rows)]
    assert [row["digest"] for row in rows] == [row["digest"] for row in reference]


def test_odd_encodings_and_delimiters_are_noticed(tmp_path: Path) -> None:
    """Windows-1258 and semicolons are read and said; so are sheets without the column."""
    told = run("scan", SAMPLES / "ads_windows1258.csv", SAMPLES / "ads.xlsx", "--out", tmp_path / "o.csv").stderr
    assert "cp1258" in told and "';'" in told and "Ghi chú" in told


def test_a_library_export_is_read_by_its_map(tmp_path: Path) -> None:
    """Columns are mapped, a list of texts is one ad, and each ad is judged on its own date."""
    mapped = "text=ad_creative_bodies,id=ad_archive_id,date=ad_delivery_start_time"
    rows = scanned(tmp_path, SAMPLES / "library_export.json", "--map", mapped)
    assert [row["id"] for row in rows] == ["q1", "q2", "q3", "q4", "q5"]
    assert [row["provenance"]["as_of"] for row in rows][:2] == ["2026-09-01", "2026-09-02"]
    assert "disease_cure" in rows[0]["claim_types"]


def test_several_text_columns_make_one_ad(tmp_path: Path) -> None:
    """A title and a body are joined by a line break; nested keys are reached by their path."""
    file = tmp_path / "a.jsonl"
    file.write_text('{"title": "Trà An Nhiên", "cards": [{"body": "Chữa dứt điểm tiểu đường"}]}\n', "utf-8")
    (row,) = scanned(tmp_path, file, "--map", "text=title+cards.0.body")
    assert [claim["text"] for claim in row["claims"]] == ["Trà An Nhiên", "Chữa dứt điểm tiểu đường"]


@pytest.mark.parametrize(("name", "word"), [("landing_page.html", "vn.food.disease"), ("shop_page.html", "common.disease.cure")])
def test_a_page_gives_what_its_visitor_sees(tmp_path: Path, name: str, word: str) -> None:
    """Menus and scripts are left out, hidden text is noticed and not assessed, pictures are counted, small print is told apart."""
    (row,) = scanned(tmp_path, SAMPLES / name)
    text = " ".join(claim["text"] for claim in row["claims"])
    assert word in {finding["rule_id"] for finding in findings(row)}
    assert not {"Trang", "Cart", "gia", "cancer", "ung thư", "bác sĩ"} & set(text.split())
    codes = {note["code"] for note in row["notices"]}
    assert codes == ({"hidden_text"} if name == "landing_page.html" else {"hidden_text", "pictures_unread"})
    parts = {place["part"] for claim in row["claims"] for place in claim["places"]}
    assert parts == {"main", "small_print"}
    assert {place["part"] for finding in findings(row) for place in finding["places"]} == {"main"}


def test_a_page_is_read_in_the_encoding_it_names(tmp_path: Path) -> None:
    """An older page that is not UTF-8 is read as its own head says, and that is told."""
    page = '<html><head><meta charset="windows-1252"></head><body><p>Café crème cures diabetes in 7 days</p></body></html>'
    (tmp_path / "old.html").write_bytes(page.encode("cp1252"))
    (row,) = scanned(tmp_path, tmp_path / "old.html")
    assert row["claims"][0]["text"] == "Café crème cures diabetes in 7 days"
    assert "cp1252" in run("scan", tmp_path / "old.html", "--out", tmp_path / "o.csv").stderr


def test_subtitles_carry_the_time(tmp_path: Path) -> None:
    """A finding says when its words are spoken; a repeated cue stands once; both formats are read."""
    row, video = scanned(tmp_path, SAMPLES / "livestream.srt", SAMPLES / "video.vtt")
    cure = next(finding for finding in findings(row) if finding["rule_id"] == "vn.food.disease")
    assert cure["places"] == [{"time": "00:00:05.000 --> 00:00:09.000"}]
    assert [note["code"] for note in row["notices"]] == ["cues_repeated"]
    assert {"time": "01:02:03.400 --> 01:02:06.000"} in [place for finding in findings(row) for place in finding["places"]]
    assert {"time": "00:00:03.000 --> 00:00:07.500"} in [place for finding in findings(video) for place in finding["places"]]


def test_long_subtitles_become_several_ads(tmp_path: Path) -> None:
    """A livestream too long for one ad is cut between cues; every cue is in exactly one of the ads."""
    file = tmp_path / "long.srt"
    cues = [f"{n}\n00:00:{n % 60:02d},000 --> 00:00:{n % 60:02d},900\nCâu số {n} {'trà ' * 20}\n" for n in range(500)]
    file.write_text("\n".join(cues), "utf-8")
    rows = [row for row in read_ads([file], ColumnMap(), lambda _: None) if isinstance(row, AdRow)]
    assert [row.row_id for row in rows] == ["long.srt#1", "long.srt#2", "long.srt#3"]
    lines = [line for row in rows for line in row.text.split("\n")]
    assert sorted(int(line.split()[2]) for line in lines) == list(range(500))
    assert all(row.text[place.span.start : place.span.end] in lines for row in rows for place in row.places)


def test_a_text_file_is_one_ad(tmp_path: Path) -> None:
    """A text file is kept character for character."""
    (row,) = scanned(tmp_path, SAMPLES / "post.txt")
    assert row["id"] == "post.txt" and row["flagged"] == 1 and "places" not in row["claims"][0]


def test_a_pdf_tells_the_page(tmp_path: Path) -> None:
    """A finding in a PDF says its page."""
    (row,) = scanned(tmp_path, SAMPLES / "leaflet.pdf")
    assert {"page": 1} in [place for finding in findings(row) for place in finding["places"]]


@needs_tesseract
def test_a_picture_is_read_and_marked(tmp_path: Path) -> None:
    """Words of a screenshot, Vietnamese and English, are found with their boxes and marked on the picture."""
    marked = tmp_path / "marked.png"
    result = run("check", "--file", SAMPLES / "poster.png", "--json", "--marked", marked)
    row = json.loads(result.stdout)
    rules = {finding["rule_id"] for finding in findings(row)}
    assert "vn.food.disease" in rules and "«" not in result.stdout
    boxes = [place["box"] for finding in findings(row) for place in finding["places"]]
    with Image.open(SAMPLES / "poster.png") as before, Image.open(marked) as after:
        plain, drawn = before.convert("RGB"), after.convert("RGB")
        assert plain.size == drawn.size
        left, top, right, bottom = boxes[0]
        assert 0 <= left < right <= plain.width and 0 <= top < bottom <= plain.height
        assert (
            plain.crop((left - 3, top - 3, right + 3, bottom + 3)).tobytes()
            != drawn.crop((left - 3, top - 3, right + 3, bottom + 3)).tobytes()
        )
        corner = (plain.width - 60, plain.height - 60, plain.width, plain.height)
        assert plain.crop(corner).tobytes() == drawn.crop(corner).tobytes()


def test_without_tesseract_a_picture_is_refused_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Tesseract the message says how to install it, and nothing is written."""
    from ui.intake import picture

    picture._missing.cache_clear()
    monkeypatch.setattr(picture.shutil, "which", lambda _: None)
    result = run("scan", SAMPLES / "poster.png", "--out", tmp_path / "o.csv")
    picture._missing.cache_clear()
    assert result.exit_code == 2 and "apt-get install tesseract-ocr tesseract-ocr-vie" in result.stderr
    assert not list(tmp_path.iterdir())


def test_check_says_where_it_stands() -> None:
    """The reasoning for one subtitle file ends with the times, in the language of the output."""
    told = run("check", "--file", SAMPLES / "livestream.srt", "--lang", "vi").stdout
    assert "Nằm ở đâu" in told and "00:00:05.000 --> 00:00:09.000: “chữa dứt điểm”" in told


def test_a_queue_keeps_the_file_as_received(tmp_path: Path) -> None:
    """A page becomes one case whose stored bytes are the file's own; the same file again opens none."""
    from sqlalchemy import text

    from review.record.store import Store

    url = f"sqlite:///{tmp_path / 'r.db'}"
    assert "1 new cases" in run("queue", SAMPLES / "landing_page.html", "--store", url).stderr
    assert "0 new cases" in run("queue", SAMPLES / "landing_page.html", "--store", url).stderr
    store = Store(url)
    with store.reading() as connection:
        kept = "SELECT body FROM sealed JOIN review_case ON review_case.raw = sealed.commitment"
        raw = connection.execute(text(kept)).scalar()
    store.close()
    assert raw == (SAMPLES / "landing_page.html").read_bytes()
