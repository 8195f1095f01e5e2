"""The law of review held by the database itself: one fault, one refusal; every guard deleted in turn; every way around tried."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import DBAPIError

from conftest import CURE_VI, HandClock, n_rows, postgres_database
from record_faults import FAULTS, Fault, World, is_refused, newer, rest, way
from record_support import Assess, as_owner, checkpoints, decide, engage, figure, opened, unguarded
from review.aftermath import file_appeal
from review.cases import foreign_records, keep_foreign_record
from review.erasing import erase_cases
from review.people import actor_id
from review.record import schema
from review.record.checkpoints import sign_checkpoint
from review.record.guards import GUARDS
from review.record.server_roles import grant_roles, role_is_strong
from review.record.store import Store, engine_of
from review.record.verification import verify_history


@pytest.fixture
def world(store: Store, assessed: Assess, clock: HandClock) -> World:
    """Give a record with a team, an open case, a decided one and one under appeal."""
    return a_world(store, assessed, clock)


def a_world(store: Store, assessed: Assess, clock: HandClock) -> World:
    """Fill a record with a team, an open case, a decided one and one under appeal."""
    engage(store)
    open_case_id, decided, appealed = (opened(store, assessed(CURE_VI), name) for name in ("open", "decided", "appealed"))
    decide(store, decided, clock)
    decide(store, appealed, clock, reviewer="hoa")
    file_appeal(store, appealed, "Chúng tôi không đồng ý.", by="lan")
    refused, erased = opened(store, assessed(""), "refused"), opened(store, assessed(CURE_VI), "erased")
    erase_cases(store, (erased,), by="quan", by_order="court, 2026-10-05")
    with store.writing() as connection:
        people = {name: actor_id(store, connection, name) for name in ("lan", "minh", "thu", "hoa", "an", "ly", "quan")}
    return World(store, open_case_id, decided, appealed, refused, erased, people, store.now)


def test_rows_without_a_fault_are_accepted(store: Store, world: World) -> None:
    """Control: the same rows, right in everything, go in, on a first decision and on an appeal."""
    for kind, who in (("first", "lan"), ("first", "thu"), ("appeal", "thu")):
        fault = Fault("none", "", lambda c, w, kind=kind, who=who: way(c, w, "decision", kind=kind, who=who))
        assert not is_refused(store, world, fault), (kind, who)


def test_every_fault_is_refused(store: Store, world: World) -> None:
    """Each row that is right in all but one thing is refused by the database, past the workflow."""
    accepted = [fault.name for fault in FAULTS if not is_refused(store, world, fault)]
    figure(f"One-fault rows refused, {_kind(store)}", f"{len(FAULTS) - len(accepted)} of {len(FAULTS)}", "all")
    assert accepted == []


def test_every_guard_is_needed(store: Store, world: World) -> None:
    """T5.2: with any one guard deleted, a fault it is for goes in: the faults would notice."""
    survivors = []
    names = [f"{guard.table}.{guard.name}" for guard in GUARDS if guard.name != "by_the_clock"]
    for name in dict.fromkeys(names):
        own = [fault for fault in FAULTS if fault.guard == name]
        with unguarded(store, name):
            if all(is_refused(store, world, fault) for fault in own):
                survivors.append(name)
    n = len(set(names))
    figure(f"T5.2 guards deleted in turn, {_kind(store)}", f"{n - len(survivors)} of {n} mutants killed", "all")
    assert survivors == []


def test_instants_are_the_clocks_own(tmp_path: Path, assessed: Assess) -> None:
    """T5.2: in a record that runs by the clock no row may tell another instant, and each guard of the clock is needed."""
    with postgres_database() as server:
        for url in (f"sqlite:///{tmp_path / 'clock.db'}", server):
            store = Store(url)
            case_id = opened(store, assessed(CURE_VI))
            with store.writing() as connection:
                lan = actor_id(store, connection, "lan")
            world = World(store, case_id, 0, 0, 0, 0, {"lan": lan}, 0, pace=0)
            survivors = [last for n, last in enumerate(CLOCKED) if not _is_kept_by_the_clock(store, world, n)]
            world.now = store.now
            assert not is_refused(store, world, Fault("", "", lambda c, w: way(c, w, "score_view")))
            figure(f"T5.2 guards of the clock deleted in turn, {_kind(store)}", f"{5 - len(survivors)} of 5 mutants killed", "all")
            assert survivors == []
            store.close()


CLOCKED = ("claim", "receipt", "first_view", "score_view", "decision")


def _is_kept_by_the_clock(store: Store, world: World, n: int) -> bool:
    """Say whether a row of another instant is refused, earlier or later, and goes in once its own guard is gone too."""
    names = [f"{table}.by_the_clock" for table in CLOCKED[: n + 1]]
    held = []
    for moved in (-3_000_000, 60_000_000):
        for left_out in (names[:-1], names):
            with unguarded(store, *left_out):
                world.now = store.now + moved
                held.append(is_refused(store, world, Fault("", "", lambda c, w: way(c, w, CLOCKED[n]))))
    return held == [True, False] * 2


def test_a_temporary_table_deceives_no_guard(store: Store, world: World) -> None:
    """On a server somebody puts an empty table of the same name in front of ours: the guards look at ours."""
    if _kind(store) == "sqlite":
        pytest.skip("a file's application cannot make tables at all")

    def deceive(c: Connection, w: World) -> None:
        way(c, w, "score_view")
        newer(c, w, w.open_case)
        c.execute(text("CREATE TEMPORARY TABLE assessment (LIKE public.assessment)"))
        rest(c, w)

    assert is_refused(store, world, Fault("", "", deceive))


def test_an_old_state_of_the_record_deceives_no_guard(store: Store, world: World) -> None:
    """On a server a transaction that does not see what others changed meanwhile cannot write."""
    if _kind(store) == "sqlite":
        pytest.skip("a file has one state")
    for level in ("REPEATABLE READ", "SERIALIZABLE"):
        with (
            store._engine.execution_options(isolation_level=level).connect() as connection,
            pytest.raises(DBAPIError, match="read_committed"),
        ):
            way(connection, world, "claim")


def test_every_constraint_is_needed(tmp_path: Path, assessed: Assess) -> None:
    """T5.2: with any one check, unique or foreign key of the law taken out of the tables, a fault goes in."""
    wanted = sorted({fault.guard for fault in FAULTS if "." not in fault.guard})
    survivors = []
    for name in wanted:
        with _without_constraint(name) as mutant:
            clock = HandClock()
            store = Store(f"sqlite:///{tmp_path / name}.db", clock)
            made = a_world(store, assessed, clock)
        assert mutant.found == 1, name
        if all(is_refused(store, made, fault) for fault in FAULTS if fault.guard == name):
            survivors.append(name)
        store.close()
    figure("T5.2 keys and checks deleted in turn, sqlite", f"{len(wanted) - len(survivors)} of {len(wanted)} mutants killed", "all")
    assert survivors == []


BYPASSES = {
    "update": "UPDATE decision SET outcome = 'misleading'",
    "update event": "UPDATE audit_event SET at = 1",
    "delete": "DELETE FROM decision",
    "delete all": "DELETE FROM audit_event",
    "upsert": "INSERT INTO actor (id, kind, name_key, name, added_at) VALUES (1, 'x', 'x', 'x', 1) ON CONFLICT (id) DO UPDATE SET kind = 'x'",
    "truncate": "TRUNCATE audit_event",
    "drop trigger": "DROP TRIGGER decision__newest_assessment",
    "drop trigger of table": "DROP TRIGGER decision__guarded ON decision",
    "disable trigger": "ALTER TABLE decision DISABLE TRIGGER ALL",
    "rewrite column": "ALTER TABLE decision ALTER COLUMN outcome TYPE text USING 'misleading'",
    "rename": "ALTER TABLE decision RENAME TO old",
    "drop table": "DROP TABLE decision",
    "rule": "CREATE RULE r AS ON INSERT TO decision DO INSTEAD NOTHING",
    "replica": "SET session_replication_role = replica",
    "function": "CREATE OR REPLACE FUNCTION adcheck_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    "set role": "SET ROLE postgres",
    "create table": "CREATE TABLE other (a integer)",
    "insert or replace": "INSERT OR REPLACE INTO actor (id, kind, name_key, name, added_at) VALUES (1, 'x', 'x', 'x', 1)",
    "replace on another key": "INSERT OR REPLACE INTO actor (id, kind, name_key, name, added_at) SELECT 99, kind, name_key, name, 1 FROM actor WHERE id = 1",
    "writable schema": "PRAGMA writable_schema = ON",
    "ignore checks": "PRAGMA ignore_check_constraints = ON",
    "foreign keys off": "PRAGMA foreign_keys = OFF",
    "recursive triggers off": "PRAGMA recursive_triggers = OFF",
    "attach": "ATTACH ':memory:' AS other",
    "schema edited": "DELETE FROM sqlite_master",
    "another version": "INSERT INTO alembic_version (version_num) VALUES ('9999')",
    "temporary table": "CREATE TEMPORARY TABLE role_change (id bigint)",
    "vacuum into": "VACUUM INTO '/tmp/adcheck-stolen.db'",
    "add column": "ALTER TABLE decision ADD COLUMN other integer",
    "create view": "CREATE VIEW other AS SELECT id FROM decision",
    "another key": "CREATE UNIQUE INDEX other ON decision (outcome)",
    "own trigger in file": "CREATE TRIGGER other BEFORE INSERT ON decision BEGIN SELECT RAISE(IGNORE); END",
    "synchronous off": "PRAGMA synchronous = OFF",
    "journal off": "PRAGMA journal_mode = OFF",
    "own trigger": "CREATE TRIGGER other BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION adcheck_refuse()",
    "own table": "ALTER TABLE decision OWNER TO CURRENT_USER",
    "drop function": "DROP FUNCTION adcheck_refuse() CASCADE",
    "drop schema": "DROP SCHEMA public CASCADE",
    "superuser": "ALTER ROLE CURRENT_USER SUPERUSER",
    "session": "SET SESSION AUTHORIZATION postgres",
    "merge": "MERGE INTO decision d USING actor a ON d.reviewer_id = a.id WHEN MATCHED THEN DELETE",
}
ONLY_SERVER = {
    "truncate", "drop trigger of table", "disable trigger", "rewrite column", "rule", "replica", "function", "set role",
    "own trigger", "own table", "drop function", "drop schema", "superuser", "session", "merge",
}  # fmt: skip
ONLY_FILE = {
    "drop trigger", "insert or replace", "replace on another key", "writable schema", "ignore checks", "foreign keys off",
    "recursive triggers off", "attach", "schema edited", "vacuum into", "own trigger in file", "synchronous off", "journal off",
}  # fmt: skip


@pytest.fixture
def application(store: Store, world: World) -> Iterator[Store]:
    """Give the store as the application opens it: on PostgreSQL with a role of its own."""
    if _kind(store) == "sqlite":
        yield store
        return
    owner = engine_of(store.url, create=False, is_owner=True)
    role = f"adcheck_app_{world.now % 10**9}_{id(world) % 10**6}"
    with owner.begin() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        grant_roles(connection, role)
    app = Store(str(owner.url.set(username=role)), store.clock)
    yield app
    app.close()
    with owner.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {role}"))
        connection.execute(text(f"DROP ROLE {role}"))
    owner.dispose()


def test_every_way_around_is_refused(application: Store, world: World) -> None:
    """T1.3: statements that change or unguard history are refused on the application's own connection, and change nothing."""
    left_out = ONLY_SERVER if _kind(application) == "sqlite" else ONLY_FILE
    tried, passed = 0, []
    with application.reading() as connection:
        assert not role_is_strong(connection)
        before = verify_history(connection)
    for name, statement in BYPASSES.items():
        if name in left_out:
            continue
        tried += 1
        try:
            with application._engine.connect() as connection:
                connection.exec_driver_sql(statement)
                connection.commit()
            passed.append(name)
        except DBAPIError:
            pass
    with application.reading() as connection:
        after = verify_history(connection)
    figure(f"T1.3 ways around refused, {_kind(application)}", f"{tried - len(passed)} of {tried}", "all")
    assert passed == [] and (after.head, after.faults) == (before.head, ())


def test_what_an_owner_can_do_is_found(store: Store, world: World, tmp_path: Path) -> None:
    """T1.3: as owner or superuser, what is not refused is found by verify."""
    kept, key = checkpoints(tmp_path)
    sign_checkpoint(store, kept, key)
    changes = [
        "UPDATE decision SET outcome = 'not_misleading'",
        "DELETE FROM decision",
        "DELETE FROM audit_event",
        "UPDATE sealed SET body = salt",
    ]
    for change in changes:
        with as_owner(store) as connection:
            connection.execute(text(change))
            assert verify_history(connection, checkpoints=kept.all()).faults, change


def test_a_planted_decision_is_found(store: Store, world: World) -> None:
    """D17: a decision row put in with the guards taken off has no event, and verify names it."""
    with as_owner(store) as connection:
        row = dict(connection.execute(schema.decision.select().limit(1)).mappings().one()) | {"id": 77, "task_id": 1}
        connection.execute(schema.decision.insert().values(row))
        faults = verify_history(connection).faults
        assert ("row_without_event", "decision 77") in {(fault.code, fault.detail) for fault in faults}


def test_foreign_records_never_become_decisions(store: Store, world: World) -> None:
    """Past decisions are kept as they came, twice the same once, and the count of decisions does not move."""
    before = n_rows(store, "decision")
    for _ in range(2):
        keep_foreign_record(store, source="old.csv", external_id="7", body={"outcome": "misleading"}, by="lan")
    assert n_rows(store, "decision") == before and foreign_records(store)[0]["body"] == {"outcome": "misleading"}


def _kind(store: Store) -> str:
    return store.url.split(":")[0].split("+")[0]


class _without_constraint:  # noqa: N801 (used as a context manager)
    """While records are made, leave one constraint out of their tables. ``fk a b`` is the key from a to b."""

    def __init__(self, name: str) -> None:
        self.name, self.found = name, 0

    def __enter__(self) -> "_without_constraint":
        event.listen(Engine, "before_cursor_execute", self._edit, retval=True)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "before_cursor_execute", self._edit)

    def _edit(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> tuple[str, Any]:
        if not statement.lstrip().startswith("CREATE TABLE"):
            return statement, parameters
        lines = statement.rstrip().removesuffix(")").rstrip().split("\n")
        kept = [line for line in lines if not self._is_it(statement.split()[2], line)]
        if len(kept) == len(lines):
            return statement, parameters
        self.found += 1
        return "\n".join(kept).rstrip().rstrip(",") + "\n)", parameters

    def _is_it(self, table: str, line: str) -> bool:
        if self.name.startswith("fk "):
            _, source, target = self.name.split()
            return table == source and "FOREIGN KEY" in line and f"REFERENCES {target} " in line
        return f"CONSTRAINT {self.name} " in line
