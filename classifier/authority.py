"""The law behind a rule, as objects with dates: what forbids, what fines, and how well each text was checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Grade(StrEnum):
    """How well the text of an authority was checked, best first."""

    READ = "read"
    REGULATOR = "regulator"
    PRESS = "press"
    SECONDARY = "secondary"
    UNCHECKED = "unchecked"


_RELIABLE = (Grade.READ, Grade.REGULATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """What a breach may cost, and under which instrument; the prohibition may stand in another.

    ``low`` and ``high`` are in ``currency`` and bind whom ``binds`` names (``individual``, ``organisation`` or ``trader``);
    both are None where the amount was not established.
    """

    instrument: str
    locator: str
    grade: Grade
    binds: str
    currency: str
    low: int | None
    high: int | None
    in_force_from: date | None
    in_force_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The law, code or guidance a rule rests on.

    ``products`` is empty for every kind of product. ``verified_on`` is empty for an unchecked text; from ``review_by`` on it
    should be checked again. ``limits_vi`` and ``limits_en`` say what it does not establish. ``penalties`` are all those that
    were ever laid down for it; :func:`first_in_force` picks the one of a day.
    """

    instrument: str
    locator: str
    url: str
    jurisdiction: str
    products: tuple[str, ...]
    grade: Grade
    in_force_from: date | None
    in_force_until: date | None
    suspended_from: date | None
    suspended_until: date | None
    replaced_by: str
    verified_on: date | None
    review_by: date | None
    limits_vi: str
    limits_en: str
    penalties: tuple[Penalty, ...]

    def is_suspended(self, day: date) -> bool:
        """Say whether the text was suspended on a day."""
        begun = self.suspended_from is not None and self.suspended_from <= day
        return begun and (self.suspended_until is None or day < self.suspended_until)

    def marks(self, day: date) -> tuple[str, ...]:
        """Give what to warn of where the authority is used: ``verify``, ``review_due``."""
        due = self.review_by is not None and self.review_by <= day
        return ("verify",) * (self.grade not in _RELIABLE) + ("review_due",) * due

    def penalty_on(self, day: date) -> Penalty | None:
        """Give the penalty laid down for conduct of a day, where one is known."""
        return next((penalty for penalty in self.penalties if in_force(penalty, day)), None)


def in_force(law: Authority | Penalty, day: date) -> bool:
    """Say whether a text had begun and not ended on a day, suspension aside."""
    begun = law.in_force_from is None or law.in_force_from <= day
    return begun and (law.in_force_until is None or day < law.in_force_until)


def first_in_force(authorities: Iterable[Authority], day: date) -> Authority | None:
    """Give the first authority that binds on a day: in force and not suspended."""
    return next((a for a in authorities if in_force(a, day) and not a.is_suspended(day)), None)


def set_aside(authorities: Iterable[Authority], day: date) -> tuple[str, ...]:
    """Give the instruments that would have applied on a day but were suspended."""
    return tuple(a.instrument for a in authorities if in_force(a, day) and a.is_suspended(day))
