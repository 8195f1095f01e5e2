"""Who did it: persons and the system, and the roles persons hold. Roles are read from the record at each write."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from classifier.errors import FieldInvalid, NotAllowed, problem
from review.domain import Role
from review.record import schema
from review.record.sealing import keyed, seal, sealed_text
from review.record.store import Store, instant_of, one

SYSTEM = "adcheck"
SERVICE = "api:"
"""How the names of programs that send ads begin."""
DECIDING = (Role.REVIEWER, Role.SENIOR)
MOST_NAME = 80

ALLOWED: dict[str, tuple[Role, ...]] = {
    "decide": DECIDING,
    "decide_appeal": (Role.SENIOR,),
    "sign_paper": DECIDING,
    "ask_correction": (Role.SENIOR, Role.LEAD),
    "file_appeal": (Role.REVIEWER, Role.SENIOR, Role.LEAD),
    "receive_evidence": (Role.REVIEWER, Role.SENIOR, Role.LEAD),
    "set_queue": (Role.LEAD,),
    "add_golden": (Role.LEAD,),
    "stop_scoring": (Role.LEAD,),
    "promote_model": (Role.LEAD,),
    "see_oversight": (Role.LEAD, Role.AUDITOR),
    "read_record": (Role.LEAD, Role.AUDITOR, Role.SENIOR),
    "erase": (Role.ADMINISTRATOR,),
    "change_roles": (Role.ADMINISTRATOR,),
}
"""Which roles may do what: the whole table of rights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in the record, with the roles held now. ``name`` is empty when it was erased."""

    actor_id: int
    name: str
    roles: tuple[Role, ...]
    added_at: datetime


def actor_id(store: Store, connection: Connection, name: str) -> int:
    """Give the id of a person or of the system, entered on first use.

    Until an administrator is named, whoever gives a name is entered as a reviewer: the record of one person works at once.

    Raises
    ------
    FieldInvalid
        The name is missing or too long.
    """
    name = name.strip()
    if not 0 < len(name) <= MOST_NAME or not same_name(name):
        raise FieldInvalid(problem("reviewer_missing"))
    known = known_actor(connection, name)
    if known is not None:
        return known
    key = keyed(connection, "actor", same_name(name))
    kind = "system" if name == SYSTEM or name.startswith(SERVICE) else "person"
    kept = seal(connection, name, "name")
    added = store.add(connection, schema.actor, by=0, action="actor_added", kind=kind, name_key=key, name=kept, added_at=store.now)
    if kind == "person" and is_open(connection):
        _change(store, connection, added, Role.REVIEWER, by=added, is_granted=True, reason="")
    return added


def known_actor(connection: Connection, name: str) -> int | None:
    """Give the id of a person by name; None when nobody has that name. Another way to write it is no other person."""
    names = dict.fromkeys((same_name(name), name.strip()))
    table = schema.actor
    chosen = select(table.c.id).where(table.c.name_key.in_([keyed(connection, "actor", each) for each in names]))
    found = connection.execute(chosen.order_by(table.c.id).limit(1)).scalar()
    return None if found is None else int(found)


def same_name(name: str) -> str:
    """Give a name as it is compared: composed, in small letters, with single blanks, without what is not seen."""
    seen = "".join(c if c.isprintable() or c.isspace() else "" for c in unicodedata.normalize("NFKC", name))
    return " ".join(seen.casefold().split())


def name_of(connection: Connection, actor: int) -> str:
    """Give the name of an actor; empty when it was erased."""
    return sealed_text(connection, one(connection, schema.actor, actor)["name"])


def is_open(connection: Connection) -> bool:
    """Say whether no administrator was ever named: then roles are given freely."""
    table = schema.role_change
    named = select(table.c.id).where(table.c.role == Role.ADMINISTRATOR.value, table.c.is_granted == 1)
    return connection.execute(named).first() is None


def roles_of(connection: Connection, actor: int) -> tuple[Role, ...]:
    """Give the roles a person holds now."""
    table = schema.role_change
    changes = connection.execute(select(table.c.role, table.c.is_granted).where(table.c.actor_id == actor).order_by(table.c.id)).all()
    newest = {Role(change.role): change.is_granted for change in changes}
    return tuple(role for role in Role if newest.get(role))


def require(connection: Connection, actor: int, action: str) -> None:
    """Refuse an action to whom no role allows it now.

    Raises
    ------
    NotAllowed
        With the roles that would allow it.
    """
    allowed = ALLOWED[action]
    if not set(allowed) & set(roles_of(connection, actor)):
        raise NotAllowed(problem("role_missing", expected=", ".join(allowed)))


def require_reader(store: Store, name: str, action: str) -> None:
    """Refuse reading to whom no role allows it now; in a record without an administrator everybody may read.

    Raises
    ------
    NotAllowed
        With the roles that would allow it.
    """
    with store.reading() as connection:
        if is_open(connection):
            return
        require(connection, known_actor(connection, name) or 0, action)


def permitted(store: Store, connection: Connection, name: str, action: str) -> int:
    """Give a person's id, if a role held now allows the action."""
    actor = actor_id(store, connection, name)
    require(connection, actor, action)
    return actor


def change_role(store: Store, name: str, role: Role, *, by: str, is_granted: bool, reason: str = "") -> None:
    """Give a role to a person or take it away.

    Raises
    ------
    NotAllowed
        There is an administrator and it is somebody else; or an administrator would decide, or a decider administer.
    """
    with store.writing() as connection:
        actor, giver = actor_id(store, connection, name), actor_id(store, connection, by)
        if not is_open(connection):
            require(connection, giver, "change_roles")
        held = set(roles_of(connection, actor))
        deciding = {*DECIDING, Role.LEAD}
        if is_granted and Role.ADMINISTRATOR in held | {role} and (held | {role}) & deciding:
            if role is not Role.ADMINISTRATOR or held - {Role.REVIEWER} or not is_open(connection):
                raise NotAllowed(problem("administrator_decides", name))
            _change(store, connection, actor, Role.REVIEWER, by=giver, is_granted=False, reason=reason)
        _change(store, connection, actor, Role(role), by=giver, is_granted=is_granted, reason=reason)


def people(store: Store) -> tuple[Person, ...]:
    """Give everybody in the record with the roles they hold."""
    with store.reading() as connection:
        rows = connection.execute(select(schema.actor).where(schema.actor.c.kind == "person").order_by(schema.actor.c.id)).mappings().all()
        return tuple(
            Person(
                actor_id=row["id"],
                name=sealed_text(connection, row["name"]),
                roles=roles_of(connection, row["id"]),
                added_at=instant_of(row["added_at"]),
            )
            for row in rows
        )


def _change(store: Store, connection: Connection, actor: int, role: Role, *, by: int, is_granted: bool, reason: str) -> None:
    store.add(
        connection,
        schema.role_change,
        by=by,
        action="role_granted" if is_granted else "role_taken",
        actor_id=actor,
        role=role.value,
        is_granted=int(is_granted),
        by_id=by,
        reason=seal(connection, reason, "note"),
        changed_at=store.now,
    )
