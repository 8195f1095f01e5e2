"""Copies of ads are found on the way in, and personal data is masked in lists."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from ui.cli import app
from ui.intake.copies import CopyFinder
from ui.intake.excerpts import excerpt
from ui.intake.personal import mask_personal

LONG = "Trà thảo mộc An Nhiên giúp bạn ngủ ngon mỗi đêm, được làm từ mười hai vị thảo dược trồng ở Hà Giang, giao hàng trong ngày"


def test_groups_are_written_as_columns(tmp_path: Path) -> None:
    """Copies that differ in case, spaces and marks are exact; a few changed words are near; others are first."""
    rows = [LONG, LONG.upper() + "!!!", LONG.replace("trong ngày", "toàn quốc"), "Áo thun cotton mềm mại, giặt máy được", LONG]
    file = tmp_path / "a.csv"
    with file.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([["text"], *([row] for row in rows)])
    CliRunner().invoke(app, ["scan", str(file), "--out", str(tmp_path / "o.csv"), "--group"])
    with (tmp_path / "o.csv").open(encoding="utf-8", newline="") as lines:
        found = [(row["group"], row["copy"]) for row in csv.DictReader(lines)]
    assert found == [("1", "first"), ("1", "exact"), ("1", "near"), ("4", "first"), ("1", "exact")]


def test_a_queue_can_open_one_case_for_copies(tmp_path: Path) -> None:
    """With --once copies get no case of their own and stand in the side file with the place of the first."""
    rows = [LONG, "Áo thun cotton mềm mại, giặt máy được", LONG.replace("trong ngày", "toàn quốc")]
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([["text"], *([row] for row in rows)])
    given = ["--store", f"sqlite:///{tmp_path / 'r.db'}", "--once", "--refused", str(tmp_path / "r.csv"), "--lang", "en"]
    told = CliRunner().invoke(app, ["queue", str(tmp_path / "a.csv"), *given]).stderr
    assert "1 copies were left out" in told and "2 new cases" in told
    with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as lines:
        (copy,) = csv.DictReader(lines)
    assert copy["code"] == "row_copy" and copy["where"] == "a.csv:4" and "a.csv:2" in copy["reason"]


def test_no_copy_is_missed_or_made_up() -> None:
    """Of 300 different ads each with three near copies, every copy finds its own ad and no ad is called a copy of another."""
    finder = CopyFinder()
    words = [f"từ{n}" for n in range(4000)]
    originals = [words[(n * 37) % 3000 : (n * 37) % 3000 + 40] for n in range(300)]
    groups = [finder.place(n + 1, " ".join(f"{word}q{n}" for word in ad)) for n, ad in enumerate(originals)]
    assert [member.group for member in groups] == list(range(1, 301))
    for copy in range(3):
        for n, ad in enumerate(originals):
            changed = [f"{word}q{n}" for word in ad]
            changed[copy] = "khác"
            assert finder.place(1000 + 300 * copy + n, " ".join(changed)).group == n + 1


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Gọi 0912 345 678 ngay", "Gọi •••• ••• •78 ngay"),
        ("gọi 0912.345.678", "gọi ••••.•••.•78"),
        ("hotline: 1900 1234 56", "hotline: •••• •••• 56"),
        ("+84 912 345 678", "+•• ••• ••• •78"),
        ("(024) 3825 1234", "(•••) •••• ••34"),
        ("O9l2 345 678", "•••• ••• •78"),
        ("call +1 202-555-0143 today", "call +• •••-•••-••43 today"),
        ("viết tới ban.hang@annhien.example nhé", "viết tới •••.••••@•••••••.••••••• nhé"),
        ("giá 1.250.000 đồng", "giá 1.250.000 đồng"),
        ("giá 12000000đ, rẻ", "giá 12000000đ, rẻ"),
        ("$12000000", "$12000000"),
        ("từ 2019 đến 2026, 100% thật", "từ 2019 đến 2026, 100% thật"),
        ("giảm 50% cho 300 khách", "giảm 50% cho 300 khách"),
    ],
)
def test_numbers_and_addresses_are_masked_prices_are_not(text: str, masked: str) -> None:
    """Phone numbers keep two digits, e-mail addresses none; prices, years and shares stay."""
    assert mask_personal(text) == masked


@given(st.text(alphabet=st.sampled_from("0123456789 .-+()@abcđoOlI,$")))
def test_a_mask_keeps_the_length(text: str) -> None:
    """Offsets into a text still fit its masked form, and masking twice changes nothing more that was hidden."""
    masked = mask_personal(text)
    assert len(masked) == len(text)
    assert all(after in (before, "•") for before, after in zip(text, masked, strict=True))


def test_an_excerpt_is_one_short_harmless_line() -> None:
    """An excerpt has no line breaks, no control characters, no number, and at most 80 characters."""
    told = excerpt("Gọi 0912 345 678\n\x1b[31m\u202e" + "x" * 500)
    assert "0912" not in told and "\n" not in told and "\x1b" not in told and "U+202E" in told and len(told) <= 120
