"""What waits, kept in memory for pages that are looked at all day. History is only added to, so only what is new is read.

The triage orders the queue; it is never given out.
"""

import json
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, select

from classifier.reading.folding import fold
from review.domain import Role, TaskKind
from review.people import DECIDING, is_open, known_actor, name_of, roles_of
from review.record import schema
from review.record.sealing import sealed_text
from review.record.store import Store, instant_of

_TRIAGE = {"priority": 0, "review": 1, "none": 2}
_KINDS = {TaskKind.APPEAL: 0, TaskKind.ADJUDICATION: 1}
_ANOTHER = (TaskKind.SECOND, TaskKind.APPEAL, TaskKind.ADJUDICATION)
_OF_SENIORS = (TaskKind.APPEAL, TaskKind.ADJUDICATION)
_NOBODY = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a reviewer looks for; an empty field leaves nothing out.

    ``words`` are found with or without diacritics, ``seller`` only as the case itself has the name.
    """

    language: str = ""
    jurisdiction: str = ""
    product: str = ""
    category: str = ""
    kind: str = ""
    seller: str = ""
    words: str = ""


@dataclass(slots=True, kw_only=True)
class Waits:
    """One ask for a decision, as far as it is needed to choose among many. A second opinion looks like a first."""

    task_id: int
    case_id: int
    kind: TaskKind
    opened_at: datetime
    language: str
    product: str
    jurisdictions: str
    categories: tuple[str, ...]
    seller: str
    words: str
    order: tuple[int, int, int, int]

    @property
    def shown_kind(self) -> TaskKind:
        """Give the kind to be told: nobody learns that a second opinion is asked."""
        return TaskKind.FIRST if self.kind is TaskKind.SECOND else self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case of a shown part of the queue. ``working`` names who works on it; empty for nobody."""

    waits: Waits
    text: str
    working: str
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A shown part of the queue, how many match, and how many wait, are decided and were refused altogether."""

    rows: tuple[Row, ...]
    n_matching: int
    n_waiting: int
    n_decided: int
    n_refused: int


@dataclass(slots=True)
class _Known:
    """What was read so far."""

    tasks: dict[int, Waits] = field(default_factory=dict)
    by_case: dict[int, list[int]] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)
    sellers: dict[int, str] = field(default_factory=dict)
    cases: dict[int, tuple[str, str, datetime]] = field(default_factory=dict)
    newest: dict[int, tuple[str, str, str, str]] = field(default_factory=dict)
    deciders: dict[int, set[int]] = field(default_factory=dict)
    claims: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    claimed: dict[int, tuple[int, int]] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)
    skipped: set[tuple[int, int]] = field(default_factory=set)
    seen: dict[str, int] = field(default_factory=dict)


class Waiting:
    """The queue of one record, as it stands whenever it is looked at."""

    def __init__(self, store: Store) -> None:
        self._store, self._known, self._lock = store, _Known(), threading.Lock()
        self._ordered: list[Waits] = []
        self._counted: tuple[tuple[tuple[str, int], ...], tuple[int, int]] | None = None

    def look(self, reviewer: str, wanted: Wanted, *, first: int = 0, most: int = 50) -> Look:
        """Give a part of what this reviewer may take, in the order to take it; without a name, of everything that waits."""
        with self._lock, self._store.reading() as connection:
            self._bring_up(connection)
            actor, roles = _person(connection, reviewer)
            matching = list(self._matching(actor, roles, wanted))
            rows = tuple(self._row(connection, waits, actor) for waits in matching[first : first + most])
            n_waiting, n_refused = self._counts()
            n_decided = len(self._known.cases) - n_waiting - n_refused
            return Look(rows=rows, n_matching=len(matching), n_waiting=n_waiting, n_decided=n_decided, n_refused=n_refused)

    def _counts(self) -> tuple[int, int]:
        """Count the cases that wait and those refused, anew only when something was added."""
        now = tuple(sorted(self._known.seen.items()))
        if self._counted is None or self._counted[0] != now:
            n_refused = sum(scope != "in" for scope, *_ in self._known.newest.values())
            n_waiting = len({waits.case_id for waits in self._known.tasks.values() if self._is_in_scope(waits.case_id)})
            self._counted = (now, (n_waiting, n_refused))
        return self._counted[1]

    def _matching(self, actor: int, roles: tuple[Role, ...], wanted: Wanted) -> Iterator[Waits]:
        words, now, is_senior = plain(wanted.words), self._store.now, Role.SENIOR in roles
        known = self._known
        if actor and not set(roles) & set(DECIDING):
            return
        for waits in self._ordered:
            if waits.task_id not in known.tasks or not self._is_in_scope(waits.case_id):
                continue
            if actor and waits.kind in _OF_SENIORS and not is_senior:
                continue
            if waits.kind in _ANOTHER and actor in known.deciders.get(waits.case_id, ()):
                continue
            if actor and ((waits.task_id, actor) in known.skipped or self._claimant(waits.task_id, now) not in (_NOBODY, actor)):
                continue
            if _fits(waits, wanted) and (not words or words in waits.words):
                yield waits

    def _claimant(self, task_id: int, now: int) -> int:
        live = (c for c in self._known.claims.get(task_id, ()) if c[2] > now and c[0] not in self._known.ended)
        return next((reviewer for _, reviewer, _ in live), _NOBODY)

    def _is_in_scope(self, case_id: int) -> bool:
        return self._known.newest[case_id][0] == "in"

    def _row(self, connection: Connection, waits: Waits, actor: int) -> Row:
        ad = connection.execute(select(schema.review_case.c.ad).where(schema.review_case.c.id == waits.case_id)).scalar()
        claimant = self._claimant(waits.task_id, self._store.now)
        working = name_of(connection, claimant) if claimant else ""
        return Row(waits=waits, text=sealed_text(connection, ad), working=working, is_own=bool(claimant) and claimant == actor)

    def _bring_up(self, connection: Connection) -> None:
        """Read what was added since the last look."""
        known = self._known
        self._read_cases(connection)
        for row in self._new(connection, schema.assessment, "case_id", "scope", "language", "triage", "categories"):
            known.newest[row["case_id"]] = (row["scope"], row["language"], row["triage"] or "", row["categories"])
            for task_id in known.by_case.get(row["case_id"], ()):
                if task_id in known.tasks:
                    self._enter(task_id, row["case_id"], known.tasks[task_id].kind)
        for row in self._new(connection, schema.task, "case_id", "kind"):
            known.by_case.setdefault(row["case_id"], []).append(row["id"])
            self._enter(row["id"], row["case_id"], TaskKind(row["kind"]))
        for row in self._new(connection, schema.decision, "task_id", "case_id", "reviewer_id"):
            known.tasks.pop(row["task_id"], None)
            known.claims.pop(row["task_id"], None)
            known.deciders.setdefault(row["case_id"], set()).add(row["reviewer_id"])
        for row in self._new(connection, schema.claim, "task_id", "reviewer_id", "until"):
            known.claims.setdefault(row["task_id"], []).append((row["id"], row["reviewer_id"], row["until"]))
            known.claimed[row["id"]] = (row["task_id"], row["reviewer_id"])
        for row in self._new(connection, schema.claim_end, "claim_id", "kind"):
            known.ended.add(row["claim_id"])
            if row["kind"] == "skipped":
                known.skipped.add(known.claimed[row["claim_id"]])
        self._forget_erased(connection)

    def _read_cases(self, connection: Connection) -> None:
        opened, ad, origin = schema.review_case, schema.sealed.alias(), schema.sealed.alias()
        chosen = (
            select(opened.c.id, opened.c.product, opened.c.jurisdictions, opened.c.opened_at, ad.c.body, origin.c.body)
            .join(ad, ad.c.commitment == opened.c.ad)
            .join(origin, origin.c.commitment == opened.c.origin)
            .where(opened.c.id > self._known.seen.get("review_case", 0))
            .order_by(opened.c.id)
        )
        for case_id, product, jurisdictions, opened_at, body, came_from in connection.execute(chosen):
            self._known.cases[case_id] = (product, jurisdictions, instant_of(opened_at))
            self._known.words[case_id] = plain(bytes(body or b"").decode("utf-8", "surrogatepass"))
            self._known.sellers[case_id] = str(json.loads(bytes(came_from or b"{}")).get("seller", ""))
            self._known.seen["review_case"] = case_id

    def _new(self, connection: Connection, table: Table, *columns: str) -> Iterable[dict[str, Any]]:
        """Give the rows added since, the named columns and the id of each."""
        chosen = select(table.c.id, *(table.c[name] for name in columns)).where(table.c.id > self._known.seen.get(table.name, 0))
        rows = [dict(zip(("id", *columns), row, strict=True)) for row in connection.execute(chosen.order_by(table.c.id))]
        if rows:
            self._known.seen[table.name] = rows[-1]["id"]
        if table is schema.task and rows:
            self._ordered = []
        return rows

    def _enter(self, task_id: int, case_id: int, kind: TaskKind) -> None:
        known = self._known
        product, jurisdictions, opened_at = known.cases[case_id]
        _, language, triage, categories = known.newest[case_id]
        known.tasks[task_id] = Waits(
            task_id=task_id,
            case_id=case_id,
            kind=kind,
            opened_at=opened_at,
            language=language,
            product=product,
            jurisdictions=jurisdictions,
            categories=tuple(name for name in categories.split(",") if name),
            seller=known.sellers.get(case_id, ""),
            words=known.words.get(case_id, ""),
            order=(_KINDS.get(kind, 2), _TRIAGE.get(triage, 3), case_id, task_id),
        )
        self._ordered = []

    def _forget_erased(self, connection: Connection) -> None:
        for row in self._new(connection, schema.erasure, "case_id"):
            self._known.words[row["case_id"]] = self._known.sellers[row["case_id"]] = ""
            for task_id in self._known.by_case.get(row["case_id"], ()):
                if task_id in self._known.tasks:
                    self._known.tasks[task_id].words = self._known.tasks[task_id].seller = ""
        if not self._ordered:
            self._ordered = sorted(self._known.tasks.values(), key=lambda waits: waits.order)


def _fits(waits: Waits, wanted: Wanted) -> bool:
    return (
        (not wanted.language or waits.language == wanted.language)
        and (not wanted.product or waits.product == wanted.product)
        and (not wanted.category or wanted.category in waits.categories)
        and (not wanted.jurisdiction or wanted.jurisdiction in waits.jurisdictions.split(","))
        and (not wanted.kind or waits.shown_kind == wanted.kind)
        and (not wanted.seller or waits.seller == wanted.seller)
    )


def plain(text: str) -> str:
    """Give a text in lower case without diacritics, for finding words in many texts."""
    return fold(unicodedata.normalize("NFC", text).lower())


def _person(connection: Connection, name: str) -> tuple[int, tuple[Role, ...]]:
    """Give a person's id and roles without entering anybody; who is not known yet is a reviewer of an open record."""
    if not name.strip():
        return _NOBODY, ()
    known = known_actor(connection, name)
    if known is not None:
        return known, roles_of(connection, known)
    return -1, ((Role.REVIEWER,) if is_open(connection) else ())


def roles_held(store: Store, name: str) -> tuple[Role, ...]:
    """Give the roles a person holds now."""
    with store.reading() as connection:
        return _person(connection, name)[1]


def newest_role_change(store: Store, name: str) -> int:
    """Give the number of the newest change of a person's roles; 0 where there was none."""
    with store.reading() as connection:
        actor, _ = _person(connection, name)
        changes = select(func.coalesce(func.max(schema.role_change.c.id), 0)).where(schema.role_change.c.actor_id == actor)
        return int(connection.execute(changes).scalar_one())


def n_events(store: Store) -> int:
    """Count the events of the record."""
    with store.reading() as connection:
        return int(connection.execute(select(func.coalesce(func.max(schema.audit_event.c.sequence), 0))).scalar_one())
