"""Make the binary samples of this folder anew; the texts are this project's own. Needs Debian's chromium.

python tests/ui/intake/samples/make_samples.py
"""

import csv
import json
import subprocess
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook

HERE = Path(__file__).parent
ADS = [
    ("q1", "Trà thảo mộc chữa dứt điểm tiểu đường chỉ sau 7 ngày, cam kết khỏi 100%", "2026-09-01"),
    ("q2", "Ngon khó cưỡng, giao hàng trong ngày", "2026-09-02"),
    ("q3", "Reverses type 2 diabetes in two weeks, no side effects, doctors hate it", "2026-09-03"),
    ("q4", "Trà thảo mộc chữa dứt điểm tiểu đường, chỉ sau 7 ngày, cam kết khỏi 100% !!!", "2026-09-04"),
    ("q5", "Soft cotton shirt with two pockets, machine washable, free returns", "2026-09-05"),
]
POSTER = """<!DOCTYPE html><meta charset="utf-8"><style>body{margin:0;width:760px;font-family:"Noto Sans";background:#fffbe8}
h1{font-size:40px;margin:24px}p{font-size:28px;margin:24px}small{font-size:16px;margin:24px}</style>
<h1>Trà thảo mộc An Nhiên</h1><p>Chữa dứt điểm tiểu đường chỉ sau 7 ngày</p><p>Cam kết khỏi 100%, không tác dụng phụ</p>
<p>Reverses type 2 diabetes in two weeks</p><small>Giao hàng trong ngày</small>"""


def main() -> None:
    """Write every sample that is not text already."""
    _tables()
    _workbook()
    with tempfile.TemporaryDirectory() as folder:
        poster = Path(folder) / "poster.html"
        poster.write_text(POSTER, "utf-8")
        _chromium(f"--screenshot={HERE / 'poster.png'}", "--window-size=800,480", poster.as_uri())
    _chromium(f"--print-to-pdf={HERE / 'leaflet.pdf'}", "--no-pdf-header-footer", (HERE / "landing_page.html").as_uri())


def _tables() -> None:
    with (HERE / "ads.tsv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerows([("id", "text", "date"), *ADS])
    with (HERE / "ads_windows1258.csv").open("wb") as file:
        file.write("id;text\n".encode("ascii"))
        for ad_id, text, _ in ADS[:2]:
            file.write(f'{ad_id};"{_apart(text)}"\n'.encode("cp1258"))
    lines = [json.dumps({"id": ad_id, "text": text, "date": day}, ensure_ascii=False) for ad_id, text, day in ADS]
    (HERE / "ads.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    export = {
        "data": [
            {"ad_archive_id": ad_id, "ad_creative_bodies": text.split(", "), "ad_delivery_start_time": f"{day}T00:00:00+0000"}
            for ad_id, text, day in ADS
        ]
    }
    (HERE / "library_export.json").write_text(json.dumps(export, ensure_ascii=False, indent=1) + "\n", "utf-8")
    names = ("id", "text", "date")
    pq.write_table(pa.table({name: [ad[place] for ad in ADS] for place, name in enumerate(names)}), HERE / "ads.parquet")


def _apart(text: str) -> str:
    """Write Vietnamese as Windows-1258 does: vowels composed, tones apart."""
    from unicodedata import normalize

    out = []
    for letter in text:
        pieces = normalize("NFD", letter)
        tones = [mark for mark in pieces if mark in "\u0300\u0301\u0303\u0309\u0323"]
        out.append(normalize("NFC", "".join(mark for mark in pieces if mark not in tones)) + "".join(tones))
    return "".join(out)


def _workbook() -> None:
    book = Workbook()
    notes = book.active
    notes.title = "Ghi chú"
    notes.append(["Bảng quảng cáo xuất ngày 5 tháng 9"])
    sheet = book.create_sheet("Quảng cáo")
    sheet.append(["id", "text", "date"])
    for ad in ADS:
        sheet.append(list(ad))
    book.save(HERE / "ads.xlsx")


def _chromium(*args: str) -> None:
    base = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage"]
    subprocess.run([*base, *args], check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    main()
