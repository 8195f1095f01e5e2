"""Every sentence a person is shown, in Vietnamese and English. A file a part of the product.

Sentences are filled by name: ``{where}``.
"""

import locale
import os
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from classifier.errors import AdCheckError, Problem
from ui.shown import shown

LANGUAGES = ("vi", "en")


@cache
def sentences(language: str) -> dict[str, str]:
    """Give all sentences of a language by their dotted key."""
    parts = (tomllib.loads(file.read_text("utf-8")) for file in (files("ui.wording") / language).iterdir() if file.name.endswith(".toml"))
    return {f"{section}.{key}": sentence for part in parts for section, entries in part.items() for key, sentence in entries.items()}


def say(language: str, key: str, **facts: Any) -> str:
    """Give a sentence, filled with facts."""
    sentence = sentences(language)[key]
    return sentence.format_map(facts) if facts else sentence


def say_name(language: str, name: str) -> str:
    """Give a name in the law as it is told in a language; most stay as they are."""
    return _law_names(language).get(name, name)


@cache
def _law_names(language: str) -> dict[str, str]:
    file = files("ui.wording") / f"law_names.{language}.toml"
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}


def say_error(language: str, error: AdCheckError) -> str:
    """Give what is wrong, where, what was expected and what to do: one line a problem."""
    return "\n".join(say_problem(language, found) for found in error.problems)


def say_problem(language: str, found: Problem) -> str:
    """Give one problem as a sentence, its place in front."""
    return _placed(language, f"error.{found.code}", found)


def say_notice(language: str, noticed: Problem) -> str:
    """Give something noticed as a sentence, its place in front."""
    return _placed(language, f"notice.{noticed.code}", noticed)


def say_inert(language: str, key: str, facts: Iterable[tuple[str, Any]]) -> str:
    """Give a sentence whose facts come from strangers: what would move or colour a terminal is written out."""
    return say(language, key, **{name: shown(fact) if isinstance(fact, str) else fact for name, fact in facts})


def _placed(language: str, key: str, told: Problem) -> str:
    sentence = say_inert(language, key, told.facts)
    return f"{shown(told.where)}: {sentence}" if told.where else sentence


def system_language() -> str:
    """Give the language of the machine: Vietnamese where its locale says so, else English."""
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "vi" if named.lower().startswith("vi") else "en"
