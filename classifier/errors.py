"""Every error this project raises on purpose.

AdCheckError
├── InputError          a file, a row or an argument that cannot be used
├── RulePackError       a rule pack that does not hold what a pack must hold
├── LexiconError        a word list that cannot be read
├── CorpusError         a corpus file that breaks its own format
├── ModelError          a model file that is missing, altered or of another version
├── ReviewError         a step of the review that is not allowed now
│   ├── NoReceipt       a decision without reasons shown to this reviewer
│   ├── NoFirstView     the score or a decision was asked for before the reviewer's own view
│   ├── OutOfScope      a decision on a text that is not advertising
│   ├── AlreadyDecided  another decision stands
│   ├── NotAllowed      no role held now allows the step
│   ├── ClaimedByOther  somebody else is working on the case
│   ├── ScoringStopped  a lead has stopped scoring
│   └── FieldInvalid    a field of the form is missing or not one of its choices
└── StoreError          the store cannot be opened, read or written
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, ready to be said in either language.

    Parameters
    ----------
    code : str
        Key of the sentence in ``ui/wording``, without the ``error.`` prefix.
    where : str
        File, line, column, rule or field; empty when the sentence says it all.
    facts : tuple of (name, value) pairs
        What the sentence is filled with.
    """

    code: str
    where: str = ""
    facts: tuple[tuple[str, Any], ...] = ()


class AdCheckError(Exception):
    """Carries one or more problems; ``str()`` gives the English sentences."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "; ".join(_plain(problem) for problem in self.problems)


def _plain(problem: Problem) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in problem.facts)
    return ": ".join(part for part in (problem.where, problem.code, facts) if part)


def problem(code: str, where: str = "", **facts: Any) -> Problem:
    """Give a problem with its facts in the order they were named."""
    return Problem(code, where, tuple(facts.items()))


class InputError(AdCheckError):
    """A file, a row or an argument cannot be used as it is."""


class RulePackError(AdCheckError):
    """A rule pack does not hold what a pack must hold."""


class LexiconError(AdCheckError):
    """A word list cannot be read."""


class CorpusError(AdCheckError):
    """A corpus file breaks its own format."""


class ModelError(AdCheckError):
    """The model is missing, altered or of another version."""


class ReviewError(AdCheckError):
    """A step of the review is not allowed now."""


class NoReceipt(ReviewError):
    """No valid receipt says that this reviewer was shown these reasons."""


class NoFirstView(ReviewError):
    """The reviewer's own first view is not recorded yet."""


class OutOfScope(ReviewError):
    """The text is not product advertising; there is nothing to decide."""


class AlreadyDecided(ReviewError):
    """Another decision stands for this case."""


class NotAllowed(ReviewError):
    """No role this person holds now allows the step."""


class ClaimedByOther(ReviewError):
    """Somebody else is working on the case."""


class ScoringStopped(ReviewError):
    """A lead has stopped scoring."""


class FieldInvalid(ReviewError):
    """A field is missing or not one of its choices."""


class StoreError(AdCheckError):
    """The store cannot be opened, read or written."""
