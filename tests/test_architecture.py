"""The house: which way imports run, what files are called, what the words say."""

import ast
import re
import string
import sys
from pathlib import Path

import pytest

from classifier import errors
from classifier.domain import CLAIM_TYPES
from classifier.gate import OUT_REASONS
from conftest import ROOT
from ui.wording import LANGUAGES, sentences

ABOVE = {"classifier": {"review", "ui"}, "review": {"ui"}, "ui": set[str]()}
SOURCES = [file for package in ABOVE for file in sorted((ROOT / package).rglob("*.py"))]
ROOMS = ("reading", "model", "law", "reasoning", "learning")


def imported(file: Path) -> set[str]:
    """Give the dotted names a file imports, lazy imports included."""
    tree = ast.parse(file.read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_run_one_way(file: Path) -> None:
    """Ui imports review, review imports classifier, never back; nothing at run time imports learning."""
    package = file.relative_to(ROOT).parts[0]
    names = imported(file)
    assert not {name.split(".")[0] for name in names} & ABOVE[package]
    if "learning" not in file.parts and file.parent.name != "commands":
        assert not any(name.startswith("classifier.learning") for name in names)


def test_there_is_no_circle_of_imports() -> None:
    """Modules import each other in one direction only."""
    modules = {str(file.relative_to(ROOT).with_suffix("")).replace("/", ".").removesuffix(".__init__"): file for file in SOURCES}
    edges = {name: {target for target in imported(file) if target in modules and target != name} for name, file in modules.items()}
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " → ".join((*path, name))
        if name not in done:
            for target in edges[name]:
                walk(target, (*path, name))
            done.add(name)

    for name in modules:
        walk(name, ())


def test_no_file_shadows_the_standard_library() -> None:
    """Streamlit puts the script's folder first on the path: a queue.py there would break the program."""
    assert not [file for file in SOURCES if file.stem in sys.stdlib_module_names and file.stem != "__init__"]


def test_ad_text_meets_no_markup() -> None:
    """Only st.html of escaped text is used for foreign text; unsafe switches are nowhere."""
    for file in (ROOT / "ui").rglob("*.py"):
        assert "unsafe_allow" not in file.read_text("utf-8")


def test_pages_hold_no_review_law() -> None:
    """Pages call the workflow; they touch no table."""
    for file in (ROOT / "ui" / "pages").glob("*.py"):
        assert not any(name.startswith(("sqlalchemy", "review.record")) for name in imported(file))


def test_both_languages_say_everything_with_the_same_facts() -> None:
    """Every sentence exists in Vietnamese and English, is translated, and is filled with the same names."""
    vi, en = (sentences(language) for language in LANGUAGES)
    assert vi.keys() == en.keys()

    def facts(sentence: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}

    assert [key for key in vi if facts(vi[key]) != facts(en[key])] == []
    assert [key for key in vi if vi[key] == en[key]] == []


def test_every_error_has_its_sentence() -> None:
    """Each problem code in the code has a sentence, and each sentence a use."""
    used = {code for file in SOURCES for code in re.findall(r'problem\(\s*"([a-z_]+)"', file.read_text("utf-8"))} | {
        code for file in SOURCES for code in re.findall(r'"(store_busy|store_unreachable)"', file.read_text("utf-8"))
    }
    said = {key.removeprefix("error.") for key in sentences("en") if key.startswith("error.")}
    assert used - said == set() and said - used - {"first_view_missing"} == set()


def test_every_id_has_its_words() -> None:
    """Claim types and reasons of refusal can all be said."""
    assert {f"type.{name}" for name in CLAIM_TYPES} | {f"scope.{name}" for name in OUT_REASONS} <= sentences("vi").keys()


def test_the_errors_tree_is_drawn() -> None:
    """The drawing on top of errors.py names every error in it."""
    names = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
    assert {name for name in names if name not in (errors.__doc__ or "")} == set()
