"""The commands about the record, from a queue of ads to papers that are checked offline, in both languages."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from classifier.learning.promotion import install
from conftest import CURE_EN, CURE_VI, ROOT, HandClock
from record_support import decide
from review.record.checkpoints import checkpoints_of
from review.record.signing import make_key
from review.record.store import Store
from tests_support import small_corpus
from ui.accounts.store import accounts_of
from ui.cli import app


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with a record of two decided ads in it, and a key of its own."""
    monkeypatch.setenv("ADCHECK_KEY", str(tmp_path / "key.pem"))
    ads = tmp_path / "ads.jsonl"
    ads.write_text("\n".join(json.dumps({"id": str(n), "text": ad}) for n, ad in enumerate((CURE_VI, CURE_EN))), "utf-8")
    store = Store(address(tmp_path), HandClock())
    assert run(tmp_path, "queue", str(ads)).exit_code == 0
    decide(store, 1, store.clock, reviewer="Lan")  # type: ignore[arg-type]
    decide(store, 2, store.clock, reviewer="Lan", grounds=("common.disease.cure",))  # type: ignore[arg-type]
    store.close()
    return tmp_path


def address(folder: Path) -> str:
    """Give the address of the record in a folder."""
    return f"sqlite:///{folder / 'r.db'}"


def run(folder: Path, *args: str, lang: str = "en") -> Result:
    """Run a command on the record of a folder."""
    return CliRunner().invoke(app, [*args, "--store", address(folder), "--lang", lang])


def done(result: Result) -> str:
    """Give what a command printed, when it did what it should."""
    assert result.exit_code == 0, result.output + str(result.exception)
    return result.output


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_dossier_from_queue_to_check(at: Path, lang: str) -> None:
    """Without a checkpoint there is none; with one it is written, its checker beside it, and holds."""
    assert run(at, "dossier", "1", "--out", str(at / "d.html"), lang=lang).exit_code == 2
    done(run(at, "checkpoint", lang=lang))
    done(run(at, "dossier", "1", "--out", str(at / "d.html"), lang=lang))
    held = subprocess.run([sys.executable, str(at / "check_dossier.py"), str(at / "d.html")], capture_output=True, text=True, check=False)
    assert held.returncode == 0 and "HOLDS: case 1" in held.stdout


def test_verify_counts_what_is_not_anchored(at: Path) -> None:
    """The number of events after the newest checkpoint is always said, and a part is verified from it."""
    assert "No checkpoint" in done(run(at, "verify"))
    done(run(at, "checkpoint"))
    done(run(at, "roles", "grant", "An", "lead", "--by", "Quan"))
    told = done(run(at, "verify", "--since-checkpoint"))
    assert re.search(r"^[1-9]\d* events stand after", told, re.MULTILINE)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_notice_is_a_draft_until_it_is_signed(at: Path, lang: str) -> None:
    """The draft says so; signed by the decider it does not, prints the checkpoint, and is given again as it was sent."""
    done(run(at, "checkpoint"))
    draft = done(run(at, "notice", "1", lang=lang))
    assert ("DRAFT" in draft) or ("BẢN NHÁP" in draft)
    assert run(at, "notice", "1", "--sign", "Minh", lang=lang).exit_code == 2
    signed = done(run(at, "notice", "1", "--sign", "Lan", lang=lang))
    assert "DRAFT" not in signed and "BẢN NHÁP" not in signed and "\n— adcheck " in signed
    done(run(at, "checkpoint"))
    assert done(run(at, "notice", "1", lang=lang)) == signed


def test_a_statement_is_checked_before_it_leaves(at: Path) -> None:
    """A valid record is printed; a country outside the Union is refused with the field named."""
    assert json.loads(done(run(at, "statement", "2", "--scope", "DE")))["territorial_scope"] == ["DE"]
    refused = run(at, "statement", "2", "--scope", "VN")
    assert refused.exit_code == 2 and "territorial_scope" in refused.output


def test_exports_backup_and_restore(at: Path) -> None:
    """Decisions go to JSONL and CSV, labels to JSONL; a backup is restored elsewhere and gives the same digest."""
    for name, n_lines in (("d.jsonl", 2), ("d.csv", 3)):
        done(run(at, "export", "decisions", "--out", str(at / name)))
        assert len((at / name).read_text("utf-8").splitlines()) == n_lines
    done(run(at, "export", "labels", "--out", str(at / "l.jsonl")))
    assert json.loads((at / "l.jsonl").read_text("utf-8").splitlines()[0])["label"] == "misleading"
    told = done(run(at, "backup", str(at / "b")))
    again = CliRunner().invoke(app, ["restore", str(at / "b"), "--store", f"sqlite:///{at / 'again.db'}", "--lang", "en"])
    assert told.split("digest: ")[1] == done(again).split("digest: ")[1]
    assert run(at, "backup", str(at / "b")).exit_code == 2
    assert "2 assessments replayed, 2 to the same digest" in done(run(at, "replay"))


def test_people_stop_appeal_and_erase(at: Path) -> None:
    """Roles, the stop switch, an appeal, evidence nobody asked for, a foreign record and an erasure, each said in words."""
    (at / "letter.txt").write_text("Chúng tôi không đồng ý.", "utf-8")
    (at / "old.jsonl").write_text('{"id": 1, "outcome": "misleading"}\n', "utf-8")
    done(run(at, "roles", "grant", "An", "lead", "--by", "Quan"))
    done(run(at, "roles", "grant", "Quan", "administrator", "--by", "Quan"))
    assert run(at, "roles", "grant", "Lan", "lead", "--by", "Lan").exit_code == 2
    assert "administrator" in done(run(at, "roles", "list"))
    assert run(at, "stop", "--by", "Lan", "--reason", "odd").exit_code == 2
    done(run(at, "stop", "--by", "An", "--reason", "odd scores"))
    done(run(at, "resume", "--by", "An", "--reason", "looked at"))
    done(run(at, "case", "appeal", "1", str(at / "letter.txt"), "--by", "An"))
    assert run(at, "case", "evidence", "1", str(at / "letter.txt"), "--by", "An").exit_code == 2
    done(run(at, "case", "correct", "2", "--by", "An"))
    done(run(at, "case", "foreign", str(at / "old.jsonl"), "--by", "An"))
    done(run(at, "oversight", "golden", "1", "misleading", "--by", "An"))
    done(run(at, "oversight", "share", "0.2", "--by", "An"))
    assert run(at, "oversight", "report", "--by", "Lan").exit_code == 2
    assert "Decisions: 2" in done(run(at, "oversight", "report", "--by", "An"))
    for lang in ("vi", "en"):
        done(run(at, "oversight", "trends", "--since", "2026-10-01", lang=lang))
        done(run(at, "oversight", "drift", "--since", "2026-10-01", lang=lang))
    done(run(at, "erase", "1", "--by", "Quan", "--order", "court, 2026-10-05"))
    assert "erased by order" in done(run(at, "verify"))
    assert run(at, "erase", "2", "--by", "An", "--order", "court").exit_code == 2


def test_a_worse_candidate_stays_out(at: Path) -> None:
    """The comparison is printed; a candidate that is worse is refused and the present model is untouched."""
    done(run(at, "roles", "grant", "An", "lead", "--by", "Quan"))
    data, lines = small_corpus(at / "data", most=4), [{"id": "1", "text": CURE_EN, "label": "acceptable", "language": "en", "spans": []}]
    (at / "l.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    train = ["train", "--data", str(data), "--out", str(at / "candidate"), "--with", str(at / "l.jsonl"), "--lang", "en"]
    done(CliRunner().invoke(app, train))
    present = at / "present"
    install(ROOT / "classifier" / "model" / "trained", present)
    before = (present / "manifest.json").read_bytes()
    refused = run(at, "promote", str(at / "candidate"), "--by", "An", "--data", str(data), "--into", str(present))
    assert refused.exit_code == 2 and "worse" in refused.output and (present / "manifest.json").read_bytes() == before
    done(run(at, "promote", str(present), "--by", "An", "--data", str(data), "--into", str(present)))


def test_a_name_is_proven_where_accounts_are_kept(at: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the first account on, what is done in somebody's name asks for their password; without accounts nothing is asked."""
    assert run(at, "notice", "1", "--sign", "Lan").exit_code == 0
    monkeypatch.delenv("ADCHECK_ACCOUNTS", raising=False)
    accounts_of(address(at)).keep("Lan", "correct horse battery")
    for password, status in (("wrong horse battery", 2), ("correct horse battery", 0)):
        monkeypatch.setenv("ADCHECK_PASSWORD", password)
        assert run(at, "notice", "2", "--sign", "Lan").exit_code == status
    monkeypatch.delenv("ADCHECK_PASSWORD")
    assert run(at, "statement", "1", "--sign", "Lan").exit_code != 0
    assert run(at, "notice", "2").exit_code == 0


def test_paper_is_held_against_the_record(at: Path) -> None:
    """The checkpoint on a notice, in a dossier, and by itself holds; a file without one is told so."""
    done(run(at, "checkpoint"))
    (at / "notice.txt").write_text(done(run(at, "notice", "1")), "utf-8")
    for name in ("d.html", "d.json"):
        done(run(at, "dossier", "1", "--out", str(at / name)))
    papers = [at / "notice.txt", at / "d.html", at / "d.json", next((at / "r.db.checkpoints").glob("*.checkpoint"))]
    told = done(run(at, "witness", *map(str, papers)))
    assert told.count("the record only adds to") == len(papers)
    assert run(at, "witness", str(at / "ads.jsonl")).exit_code == 2
    assert run(at, "witness", str(at / "missing.txt")).exit_code == 2


def test_trends_are_told_by_each_field(at: Path) -> None:
    """Ads are counted by week of categories, product kinds, jurisdictions or sellers; another field is refused."""
    for field, part in (("categories", "W"), ("product", "–"), ("jurisdictions", "eu"), ("seller", "–")):
        assert part in done(run(at, "oversight", "trends", "--since", "2026-01-01", "--of", field))
    assert run(at, "oversight", "trends", "--since", "2026-01-01", "--of", "persons").exit_code == 2


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_another_key_from_the_command_line(at: Path, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    """A lead lets another key follow and the record verifies; a key that only somebody's hand put there is named, and it does not."""
    done(run(at, "roles", "grant", "An", "lead", "--by", "Quan"))
    done(run(at, "checkpoint", lang=lang))
    done(run(at, "rotate-key", str(at / "new.pem"), "--by", "An", lang=lang))
    monkeypatch.setenv("ADCHECK_KEY", str(at / "new.pem"))
    done(run(at, "checkpoint", lang=lang))
    done(run(at, "verify", lang=lang))
    kept, own = checkpoints_of(address(at)), make_key(at / "own.pem")
    kept.follow(own, kept.all()[-1].size)
    found = run(at, "verify", lang=lang)
    assert found.exit_code == 1 and own.hex() in found.output
