"""The command line as others build on it."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from conftest import CURE_EN, CURE_VI, HARMLESS
from review.cases import assessment_record
from review.record import schema
from review.record.store import Store
from review.replay import replay
from ui.cli import app

COLUMNS = ["id", "scope", "scope_reason", "language", "risk", "triage", "flagged", "claim_types"]


def run(*args: str, input: bytes | None = None) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, list(args), input=input, env={"LANG": "en_US.UTF-8", "LC_ALL": ""})


@pytest.fixture
def ads(tmp_path: Path) -> Path:
    """Write a CSV file of five ads."""
    file = tmp_path / "ads.csv"
    rows = [("a1", CURE_VI), ("a2", CURE_EN), ("a3", HARMLESS), ("a4", ""), ("007", "Dòng một\nDòng hai, 50% off")]
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(("id", "text", "extra"))
        writer.writerows((*row, "x") for row in rows)
    return file


@pytest.mark.parametrize(
    ("args", "name"),
    [
        ((CURE_VI, "--lang", "vi"), "check_cure.vi.txt"),
        ((CURE_EN, "--lang", "en", "--jurisdiction", "us", "--product", "food"), "check_cure.en.txt"),
        ((HARMLESS, "--lang", "vi"), "check_harmless.vi.txt"),
        (("Sở Y tế cảnh báo người dân về viên uống quảng cáo chữa khỏi ung thư.", "--lang", "en"), "check_refused.en.txt"),
    ],
)
def test_check_prints_reasoning(golden: Callable[[str, str], None], args: tuple[str, ...], name: str) -> None:
    """The reasoning reads as pinned, but for the digests, and never says false, violation or compliant."""
    result = run("check", *args, "--as-of", "2026-10-01")
    assert result.exit_code == 0
    text = "\n".join(line for line in result.stdout.splitlines() if not line.startswith(("Model ", "Mô hình "))) + "\n"
    golden(name, _without_numbers(text))
    assert not {"false", "violation", "compliant"} & set(text.lower().split())


def _without_numbers(text: str) -> str:
    """Leave out what training changes: the words the model weighed and its numbers."""
    learnt = (
        "These words raised",
        "Các từ này làm tăng",
        "base",
        "gốc",
        "Of 100",
        "Trong 100",
        "Kind",
        "Loại",
        "could also",
        "cũng có thể",
    )
    learnt += ("Speaks for", "Điều có lợi")
    return "\n".join(line for line in text.split("\n") if not line.strip().startswith(learnt))


def test_check_gives_everything_as_json() -> None:
    """JSON output holds the stable keys, and numbers that add up."""
    told = json.loads(run("check", CURE_EN, "--json").stdout)
    assert set(COLUMNS) | {"claims", "questions", "not_checked", "provenance", "digest"} <= set(told)
    claim = told["claims"][0]
    assert {"start", "end", "text", "claim_types", "risk", "findings", "contributions"} <= set(claim)
    assert {"rule_id", "severity", "confidence", "authority", "spans"} <= set(claim["findings"][0])
    parts = sum(part["value"] for part in claim["contributions"])
    assert claim["base"] + parts + claim["elsewhere"] == pytest.approx(claim["decision_value"], abs=1e-9)


def test_check_reads_files_and_standard_input(tmp_path: Path) -> None:
    """A text, a file and standard input give the same digest."""
    file = tmp_path / "ad.txt"
    file.write_text(CURE_VI, "utf-8")
    digests = {
        json.loads(result.stdout)["digest"]
        for result in (
            run("check", CURE_VI, "--json"),
            run("check", "--file", str(file), "--json"),
            run("check", "-", "--json", input=CURE_VI.encode()),
            run("check", "--file", "-", "--json", input=CURE_VI.encode()),
        )
    }
    assert len(digests) == 1


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_scan_gives_one_row_each_in_order(ads: Path, tmp_path: Path, ending: str, jobs: str) -> None:
    """Every ending holds the same columns and one row an ad, in order; refused ads have no risk."""
    out = tmp_path / f"out.{ending}"
    assert run("scan", str(ads), "--out", str(out), "--jobs", jobs).exit_code == 0
    rows = _read(out)
    assert [row["id"] for row in rows] == ["a1", "a2", "a3", "a4", "007"]
    assert [int(row["flagged"]) for row in rows] == [1, 1, 0, 0, 0]
    assert [row["scope"] for row in rows] == ["in", "in", "in", "cannot_assess", "in"]
    assert rows[3]["risk"] in (None, "") and rows[3]["triage"] in (None, "") and rows[3]["scope_reason"] == "empty"
    assert "disease_cure" in rows[0]["claim_types"] and not rows[2]["claim_types"]
    assert list(rows[0])[:8] == COLUMNS or ending == "jsonl"


def _read(out: Path) -> list[dict[str, object]]:
    if out.suffix == ".jsonl":
        return [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    if out.suffix == ".parquet":
        return pq.read_table(out).to_pylist()
    with out.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_scan_reads_what_it_writes(ads: Path, tmp_path: Path) -> None:
    """JSONL and Parquet inputs give the same digests as the CSV; alone or in a batch is the same."""
    lines = tmp_path / "in.jsonl"
    with ads.open(encoding="utf-8", newline="") as rows:
        lines.write_text("\n".join(json.dumps({"id": r["id"], "text": r["text"]}) for r in csv.DictReader(rows)), "utf-8")
    digests = []
    for source in (ads, lines):
        out = tmp_path / "o.jsonl"
        run("scan", str(source), "--out", str(out), "--as-of", "2026-10-01")
        digests.append([row["digest"] for row in _read(out)])
    alone = json.loads(run("check", CURE_VI, "--json", "--as-of", "2026-10-01").stdout)["digest"]
    assert digests[0] == digests[1] and digests[0][0] == alone


SUPPLEMENT = "Viên uống bổ gan Thảo Mộc Xanh, phở ngon nhất phố tặng kèm, giá 250.000đ."


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_scan_takes_what_check_takes(tmp_path: Path, own_packs: Path, ending: str, jobs: str) -> None:
    """Product, channel, whole ads and own packs say of a file what they say of one ad, in every process."""
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "1", "text": SUPPLEMENT}), "utf-8")
    told = ("--product", "food", "--channel", "influencer", "--whole", "--packs", str(own_packs), "--as-of", "2026-10-01")
    out = tmp_path / f"o.{ending}"
    assert run("scan", str(tmp_path / "in.jsonl"), "--out", str(out), "--jobs", jobs, *told).exit_code == 0
    (row,) = _read(out)
    alone = json.loads(run("check", SUPPLEMENT, "--json", *told).stdout)
    assert {"vn.missing.supplement", "vn.missing.sponsor"} <= set(alone["missing_rules"])
    assert row["missing_rules"] == (alone["missing_rules"] if ending == "jsonl" else ";".join(alone["missing_rules"]))
    if ending == "jsonl":
        assert row["digest"] == alone["digest"] and "acme" in dict(row["provenance"]["packs"])


def test_queue_takes_what_check_takes(tmp_path: Path, own_packs: Path) -> None:
    """A case holds what own packs and required sentences say, and is replayed with those very packs."""
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "1", "text": SUPPLEMENT}), "utf-8")
    store = f"sqlite:///{tmp_path / 'r.db'}"
    told = ("--product", "food", "--channel", "influencer", "--whole", "--packs", str(own_packs))
    assert run("queue", str(tmp_path / "in.jsonl"), "--store", store, *told).exit_code == 0
    record = Store(store, create=False)
    with record.reading() as connection:
        (kept,) = connection.execute(select(schema.assessment)).mappings().all()
        held = assessment_record(connection, dict(kept))
    (again,) = replay(record, [kept["id"]])
    record.close()
    assert held["missing"] and held["ad"]["channel"] == "influencer" and held["ad"]["is_whole"]
    assert "acme.example" in {finding["rule_id"] for claim in held["claims"] for finding in claim["findings"]}
    assert again.is_same


BAD_FILES = {
    "a.doc": (b"text\nx\n", "ending"),
    "empty.csv": (b"", "empty"),
    "column.csv": (b"id,body\n1,x\n", "no column"),
    "twice.csv": (b"text,text\n1,x\n", "twice"),
    "ragged.csv": (b"id,text\n1,a\n1,a,b\n", "3 cells"),
    "quote.csv": (b'id,text\n1,"abc\n', "quotation"),
    "line.jsonl": (b'{"text": "a"}\n{"text": \n', "line.jsonl:2"),
    "key.jsonl": (b'{"body": "a"}\n', "no column"),
    "list.jsonl": (b"[1]\n", "no column"),
    "bad.parquet": (b"not parquet", "cannot be read"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_scan_refuses_a_bad_file_with_one_message(tmp_path: Path, name: str) -> None:
    """What, where, what was expected; exit status 2; no half-written output."""
    content, said = BAD_FILES[name]
    (tmp_path / name).write_bytes(content)
    result = run("scan", str(tmp_path / name), "--out", str(tmp_path / "out.csv"))
    assert result.exit_code == 2 and said in result.stderr and name in result.stderr
    assert sorted(file.name for file in tmp_path.iterdir()) == [name]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("check",), "nothing to check"),
        (("check", "x", "--file", "y"), "both"),
        (("check", "--file", "/no/such/file"), "cannot be read"),
        (("check", "x", "--as-of", "31/12/2026"), "not a date"),
        (("check", "x", "--jurisdiction", "mars"), "not known"),
        (("check", "x", "--product", "dream"), "not known"),
        (("check", "x", "--lang", "fr"), "not known"),
        (("scan", "/no/such.csv", "--out", "/tmp/x.csv"), "no such file"),
        (("rules", "show", "no.such.rule"), "no rule"),
        (("verify", "--store", "sqlite:////no/such/record.db"), "no such file"),
        (("verify", "--store", "mysql://x/y"), "not the address"),
        (("train", "--data", "/no/such/folder"), "no passages"),
    ],
)
def test_bad_arguments_get_one_message(args: tuple[str, ...], said: str) -> None:
    """Exit status 2 and one clear message on standard error."""
    result = run(*args)
    assert result.exit_code == 2 and said in result.stderr and "Traceback" not in result.stderr


def test_errors_speak_the_users_language() -> None:
    """The same mistake is explained in Vietnamese."""
    assert "không phải ngày" in run("check", "x", "--as-of", "mai", "--lang", "vi").stderr


def test_rules_are_listed_shown_and_tested() -> None:
    """Rules can be listed, read and run."""
    listed = run("rules", "list").stdout
    assert "vn.food.disease" in listed and len(listed.splitlines()) >= 30
    shown = run("rules", "show", "vn.food.disease", "--lang", "vi").stdout
    assert "Nghị định 342/2025/NĐ-CP" in shown and "cần đối chiếu nguyên văn trước khi viện dẫn" in shown
    assert run("rules", "test").exit_code == 0


def test_queue_opens_cases_once_and_verify_holds(ads: Path, tmp_path: Path) -> None:
    """Ads become cases, the same file twice adds none, and the history holds."""
    store = f"sqlite:///{tmp_path / 'r.db'}"
    assert "5 new cases" in run("queue", str(ads), "--store", store).stderr
    assert "0 new cases" in run("queue", str(ads), "--store", store).stderr
    result = run("verify", "--store", store)
    assert result.exit_code == 0 and "history holds" in result.stdout


def test_the_model_card_repeats_what_was_measured(tmp_path: Path) -> None:
    """The card holds the digest of the shipped model and the measured sections, in the language asked for."""
    report = tmp_path / "quality.md"
    report.write_text("# How good it is\n\n## Test part\n\n| PR-AUC | 0.9 |\n\n## Baselines\n\n| other | 0.8 |\n", "utf-8")
    for lang, title in (("vi", "Thẻ mô tả mô hình"), ("en", "Model card")):
        told = run("model-card", str(report), "--lang", lang)
        assert told.exit_code == 0
        assert title in told.stdout and "| PR-AUC | 0.9 |" in told.stdout and "other" not in told.stdout
    missing = run("model-card", str(tmp_path / "no.md"), "--lang", "en")
    assert missing.exit_code != 0 and "there is no such file" in missing.output
