"""What the database itself refuses, beyond keys and checks: one text for SQLite and PostgreSQL.

A guard is a condition a new row must meet; ``NEW`` is the row. A condition that is false, or cannot be told, refuses.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, inspect, text

from review.record import schema


@dataclass(frozen=True)
class Guard:
    """A condition on every new row of a table. One ``on_the_day`` is for rows that are new, not for a history that is copied."""

    name: str
    table: str
    condition: str
    on_the_day: bool = False


DECIDING = "'reviewer', 'senior'"
SENIOR, LEAD, ADMINISTRATOR = "'senior'", "'lead'", "'administrator'"


def holds(actor: str, roles: str) -> str:
    """Give the condition that a person holds one of these roles now: the newest word on it is a grant."""
    return (
        f"EXISTS (SELECT 1 FROM role_change r WHERE r.actor_id = {actor} AND r.role IN ({roles}) AND r.is_granted = 1"
        " AND NOT EXISTS (SELECT 1 FROM role_change l WHERE l.actor_id = r.actor_id AND l.role = r.role AND l.id > r.id))"
    )


def _of_receipt(condition: str) -> str:
    return f"EXISTS (SELECT 1 FROM receipt p WHERE p.id = NEW.receipt_id AND {condition})"


_BLANKS = " \n\t\r\u00a0\u2000\u2001\u2002\u2003\u2009\u200b\u200c\u200d\u2060\u2800\u3000\u3164\ufeff"
"""What fills a text without being seen in it."""


def _visible(body: str) -> str:
    """Give the number of characters of a text that are not blanks; ``{TEXT}`` is filled for each database."""
    stripped = f"{{TEXT:{body}}}"
    for blank in _BLANKS:
        stripped = f"replace({stripped}, '{blank}', '')"
    return f"length({stripped})"


def _is_sealed(column: str, kind: str, case: str = "NEW.case_id") -> str:
    return f"EXISTS (SELECT 1 FROM sealed s WHERE s.commitment = NEW.{column} AND s.kind = '{kind}' AND s.case_id = {case})"


def _plain_grounds(column: str) -> str:
    """Give a list of grounds without blanks, so that a blank ground is seen as none."""
    stripped = column
    for blank in (" ", "\\n", "\\t", "\u00a0"):
        stripped = f"replace({stripped}, '{blank}', '')"
    return stripped


def _by_the_clock(table: str, column: str) -> Guard:
    """Give the guard that a row tells the present instant of the database's own clock, unless the record's clock is set by hand."""
    present = f"NEW.{column} BETWEEN {{NOW}} - {LATE} AND {{NOW}} + {EARLY}"
    return Guard("by_the_clock", table, f"EXISTS (SELECT 1 FROM store_key k WHERE k.id = {schema.BY_HAND}) OR ({present})", on_the_day=True)


LATE, EARLY = 2_000_000, 5_000
"""Microseconds an instant may lie before and after the database's own: from reading the clock to writing the row, and rounding."""


_ALLOWED = (
    f"({holds('NEW.reviewer_id', DECIDING)} AND (NEW.task_kind NOT IN ('adjudication', 'appeal') OR {holds('NEW.reviewer_id', SENIOR)}))"
)
_ANOTHER = (
    "(NEW.task_kind NOT IN ('second', 'adjudication', 'appeal') OR NOT EXISTS"
    " (SELECT 1 FROM decision d WHERE d.case_id = NEW.case_id AND d.reviewer_id = NEW.reviewer_id))"
)
_NEWEST = "NOT EXISTS (SELECT 1 FROM assessment a WHERE a.case_id = NEW.case_id AND a.id > NEW.assessment_id)"
_NO_ADMINISTRATOR = "NOT EXISTS (SELECT 1 FROM role_change r WHERE r.role = 'administrator' AND r.is_granted = 1)"
_LIVE = "NOT EXISTS (SELECT 1 FROM claim_end e WHERE e.claim_id = c.id)"
_TIME_WENT_ON = (
    "NOT EXISTS (SELECT 1 FROM audit_event s JOIN audit_event e ON e.sequence > s.sequence WHERE s.case_id = NEW.case_id"
    """ AND s.body LIKE '{"id":' || NEW.receipt_id || ',%,"table":"receipt"}' AND e.at > NEW.stale_at)"""
)
"""A clock set back does not make stale reasons fresh: something has happened since that was later than they were good for."""

GUARDS = (
    Guard("made_with_the_record", "store_key", "NOT EXISTS (SELECT 1 FROM audit_event)"),
    Guard("text_kept", "sealed", "NEW.body IS NOT NULL", on_the_day=True),
    Guard("reason_written", "sealed", "NEW.body IS NULL OR"
          f" CASE NEW.kind WHEN 'rationale' THEN {_visible('NEW.body')} >= 3 WHEN 'change_reason' THEN {_visible('NEW.body')} >= 1 ELSE 1 = 1 END"),
    Guard("ad_kept", "review_case", f"{_is_sealed('ad', 'ad', 'NEW.id')} AND {_is_sealed('raw', 'raw', 'NEW.id')}"),
    Guard("length_told", "review_case", "NEW.n_characters >= 0 AND NOT EXISTS"
          " (SELECT 1 FROM sealed s WHERE s.commitment = NEW.ad AND s.body IS NOT NULL AND NEW.n_characters < length(s.body) / 4)"),
    Guard("reasons_kept", "assessment", _is_sealed("record", "assessment")),
    Guard("role_given_by_administrator", "role_change", f"{holds('NEW.by_id', ADMINISTRATOR)} OR {_NO_ADMINISTRATOR}"),
    Guard(
        "administrator_decides_nothing",
        "role_change",
        f"NEW.is_granted = 0 OR CASE WHEN NEW.role = 'administrator' THEN NOT {holds('NEW.actor_id', f'{DECIDING}, {LEAD}')}"
        f" WHEN NEW.role IN ({DECIDING}, 'lead') THEN NOT {holds('NEW.actor_id', ADMINISTRATOR)} ELSE 1 = 1 END",
    ),
    Guard("scoring_not_stopped", "assessment", "NOT EXISTS (SELECT 1 FROM stop s WHERE s.is_stopped = 1"
          " AND NOT EXISTS (SELECT 1 FROM stop l WHERE l.id > s.id))"),
    Guard("led_by_lead", "golden", holds("NEW.by_id", LEAD)),
    Guard("led_by_lead", "stop", holds("NEW.by_id", LEAD)),
    Guard("led_by_lead", "setting", holds("NEW.by_id", LEAD)),
    Guard("led_by_lead", "model_change", holds("NEW.by_id", LEAD)),
    Guard("has_its_cause", "task", "NEW.kind <> 'appeal' OR EXISTS (SELECT 1 FROM appeal a WHERE a.decision_id = NEW.about_id)"),
    Guard("has_its_evidence", "task", "NEW.kind <> 'reopened' OR EXISTS (SELECT 1 FROM evidence e WHERE e.decision_id = NEW.about_id)"),
    _by_the_clock("claim", "claimed_at"),
    Guard("may_claim", "claim", holds("NEW.reviewer_id", DECIDING)),
    Guard("claimed_by_one", "claim", "NOT EXISTS (SELECT 1 FROM claim c WHERE c.task_id = NEW.task_id AND c.reviewer_id <> NEW.reviewer_id"
          f" AND c.until > NEW.claimed_at AND {_LIVE})"),
    Guard("claim_is_live", "receipt", "EXISTS (SELECT 1 FROM claim c WHERE c.id = NEW.claim_id AND c.claimed_at <= NEW.shown_at"
          f" AND c.until > NEW.shown_at AND {_LIVE})"),
    _by_the_clock("receipt", "shown_at"),
    Guard("reasons_readable", "receipt", "EXISTS (SELECT 1 FROM assessment a JOIN sealed s ON s.commitment = a.record"
          " WHERE a.id = NEW.assessment_id AND s.body IS NOT NULL)", on_the_day=True),
    Guard("task_is_open", "receipt", "NOT EXISTS (SELECT 1 FROM decision d WHERE d.task_id = NEW.task_id)"),
    Guard("newest_assessment", "receipt", _NEWEST),
    Guard("role_valid_now", "receipt", _ALLOWED),
    Guard("another_person", "receipt", _ANOTHER),
    Guard("looked_long_enough", "receipt", f"NEW.ready_at - NEW.shown_at >= {schema.LEAST_LOOK} + {schema.LOOK_PER_CHARACTER} *"
          " (SELECT k.n_characters FROM review_case k WHERE k.id = NEW.case_id)"),
    _by_the_clock("first_view", "recorded_at"),
    Guard("role_valid_now", "first_view", _of_receipt(holds("p.reviewer_id", DECIDING))),
    Guard("after_the_reasons", "first_view", _of_receipt("p.shown_at <= NEW.recorded_at AND p.stale_at >= NEW.recorded_at")),
    _by_the_clock("score_view", "shown_at"),
    Guard("role_valid_now", "score_view", _of_receipt(holds("p.reviewer_id", DECIDING))),
    Guard("after_the_first_view", "score_view",
          "EXISTS (SELECT 1 FROM first_view v WHERE v.id = NEW.first_view_id AND v.recorded_at <= NEW.shown_at)"),
    _by_the_clock("decision", "decided_at"),
    Guard("time_went_on", "decision", _TIME_WENT_ON),
    Guard("newest_assessment", "decision", _NEWEST),
    Guard("role_valid_now", "decision", _ALLOWED),
    Guard("another_person", "decision", _ANOTHER),
    Guard("after_the_score", "decision",
          "EXISTS (SELECT 1 FROM score_view v WHERE v.id = NEW.score_view_id AND v.shown_at <= NEW.decided_at)"),
    Guard("reason_kept", "decision", _is_sealed("rationale", "rationale")),
    Guard("reason_of_its_own", "decision", "NOT EXISTS (SELECT 1 FROM decision d WHERE d.case_id = NEW.case_id AND d.rationale = NEW.rationale)"),
    Guard("grounds_named", "decision", f"{_plain_grounds('NEW.grounds')} NOT LIKE '%\"\"%'"),
    Guard("change_has_its_reason", "decision", "EXISTS (SELECT 1 FROM first_view v WHERE v.id = NEW.first_view_id AND v.outcome = NEW.outcome)"
          f" OR {_is_sealed('change_reason', 'change_reason')}"),
    Guard("role_valid_now", "paper", holds("NEW.signer_id", DECIDING)),
    Guard("follows_the_newest", "audit_event", "NEW.sequence = 1 + COALESCE((SELECT MAX(e.sequence) FROM audit_event e), 0)"
          f" AND NEW.previous_digest = COALESCE((SELECT e.digest FROM audit_event e WHERE e.sequence = NEW.sequence - 1), '{'0' * 64}')"),
)  # fmt: skip

_ERASING = (
    "NEW.body IS NULL AND NEW.salt IS NULL AND NEW.commitment = OLD.commitment AND NEW.kind = OLD.kind"
    " AND EXISTS (SELECT 1 FROM erasure x WHERE x.case_id = OLD.case_id AND x.case_id = NEW.case_id)"
)
"""The only change of a row there is: a text is erased by an order that stands in the chain."""

GUARDED = (*schema.KEPT, *schema.LOOSE, schema.audit_event)
ON_THE_DAY = frozenset(f"{guard.table}.{guard.name}" for guard in GUARDS if guard.on_the_day)


@dataclass(frozen=True)
class Trigger:
    """One trigger as the database keeps it: what makes it, and what the catalogue says of it afterwards."""

    name: str
    table: str
    statements: tuple[str, ...]
    kept: str


def put_guards(connection: Connection, leave_out: frozenset[str] = frozenset()) -> None:
    """Take off the guards there are and put all of them on: at the end of every migration.

    ``leave_out`` names guards, as ``table.name``, that are left off: while a history is copied, and by tests of the tests.
    """
    take_off_guards(connection)
    tables = frozenset(inspect(connection).get_table_names())
    for trigger in triggers(connection, leave_out):
        if trigger.table in tables:
            for statement in trigger.statements:
                connection.exec_driver_sql(statement.replace("%", "%%") if connection.dialect.name == "postgresql" else statement)


def triggers(connection: Connection, leave_out: frozenset[str] = frozenset()) -> list[Trigger]:
    """Give the triggers there must be in a database of this kind."""
    if connection.dialect.name == "sqlite":
        return _sqlite(leave_out)
    return _postgresql(leave_out, str(connection.exec_driver_sql("SELECT current_schema()").scalar()))


def changed_guards(connection: Connection) -> list[str]:
    """Name the triggers that are missing, strange, switched off, or say something else than ours."""
    wanted = {(trigger.name, trigger.kept) for trigger in triggers(connection)}
    return sorted({name for name, _ in wanted ^ _found(connection)})


def take_off_guards(connection: Connection) -> None:
    """Take off every guard: for a migration, and for tests of what is found without them."""
    for name in sorted({name for name, _ in _found(connection)}):
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            table = next(table.name for table in sorted(GUARDED, key=lambda t: -len(t.name)) if name.startswith(f"{table.name}__"))
            connection.exec_driver_sql(f"DROP TRIGGER {name} ON {table}")


def _found(connection: Connection) -> set[tuple[str, str]]:
    """Give the triggers on our tables, each with what it says."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT tgname, tgenabled::text || ' ' || array_to_string(proconfig, ' ') || ' ' || prosrc FROM pg_trigger t"
            " JOIN pg_proc f ON f.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE NOT tgisinternal AND n.nspname = current_schema()"
        )
    return {(str(name), str(kept)) for name, kept in connection.execute(text(query))}


def _chosen(leave_out: frozenset[str]) -> list[Guard]:
    return [guard for guard in GUARDS if f"{guard.table}.{guard.name}" not in leave_out]


def _filled(condition: str, cast: str, now: str) -> str:
    """Fill in how a database reads bytes as text, and its clock."""
    condition = condition.replace("{NOW}", now)
    while "{TEXT:" in condition:
        before, rest = condition.split("{TEXT:", 1)
        column, after = rest.split("}", 1)
        condition = before + cast.format(column) + after
    return condition


_SQLITE_TEXT, _SQLITE_NOW = "CAST({} AS TEXT)", "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"
_POSTGRES_TEXT, _POSTGRES_NOW = "convert_from({}, 'UTF8')", "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"


def _sqlite(leave_out: frozenset[str]) -> list[Trigger]:
    made = [
        _file_trigger(guard.table, guard.name, "INSERT", f"({_filled(guard.condition, _SQLITE_TEXT, _SQLITE_NOW)}) IS NOT TRUE", guard.name)
        for guard in _chosen(leave_out)
    ]
    for table in GUARDED:
        key = next(iter(table.primary_key)).name
        if f"{table.name}.not_written_over" not in leave_out:
            there = f"EXISTS (SELECT 1 FROM {table.name} o WHERE o.{key} = NEW.{key})"
            made.append(_file_trigger(table.name, "not_written_over", "INSERT", there, _ADDED_ONLY))
        for verb in ("UPDATE", "DELETE"):
            when = f"({_ERASING}) IS NOT TRUE" if (table.name, verb) == ("sealed", "UPDATE") else "1"
            if f"{table.name}.only_added" not in leave_out:
                made.append(_file_trigger(table.name, f"no_{verb.lower()}", verb, when, _ADDED_ONLY))
    return made


_ADDED_ONLY = "history is only added to"


def _file_trigger(table: str, name: str, verb: str, when: str, refusal: str) -> Trigger:
    made = f"CREATE TRIGGER {table}__{name} BEFORE {verb} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
    return Trigger(f"{table}__{name}", table, (made,), made)


def _postgresql(leave_out: frozenset[str], schema_name: str) -> list[Trigger]:
    """Give a server's triggers. Their functions look names up in our schema only: a temporary table of the same name deceives nobody.

    Under another isolation than READ COMMITTED a condition would be read from an old state; such a row is refused.
    """
    refuse = f"BEGIN RAISE EXCEPTION '{_ADDED_ONLY}'; END"
    made = []
    for table in GUARDED:
        checks = " ".join(
            f"IF ({_filled(guard.condition, _POSTGRES_TEXT, _POSTGRES_NOW)}) IS NOT TRUE THEN RAISE EXCEPTION '{guard.name}'; END IF;"
            for guard in _chosen(leave_out)
            if guard.table == table.name
        )
        body = f"BEGIN {_ISOLATED}PERFORM pg_advisory_xact_lock({schema.LOCK}); {checks} RETURN NEW; END"
        made.append(_server_trigger(table.name, "guarded", "INSERT", "ROW", f"adcheck_{table.name}", body, schema_name))
        if f"{table.name}.only_added" not in leave_out:
            verbs = "DELETE OR TRUNCATE" if table.name == "sealed" else "UPDATE OR DELETE OR TRUNCATE"
            made.append(_server_trigger(table.name, "only_added", verbs, "STATEMENT", "adcheck_refuse", refuse, schema_name))
    if "sealed.only_added" not in leave_out:
        body = f"BEGIN IF ({_ERASING}) IS NOT TRUE THEN RAISE EXCEPTION '{_ADDED_ONLY}'; END IF; RETURN NEW; END"
        made.append(_server_trigger("sealed", "only_erased", "UPDATE", "ROW", "adcheck_erase", body, schema_name))
    return made


_ISOLATED = "IF current_setting('transaction_isolation') <> 'read committed' THEN RAISE EXCEPTION 'read_committed'; END IF; "


def _server_trigger(table: str, name: str, verbs: str, each: str, function: str, body: str, schema_name: str) -> Trigger:
    path = f"search_path=pg_catalog, {schema_name}, pg_temp"
    return Trigger(
        f"{table}__{name}",
        table,
        (
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SET {path} AS $${body}$$",
            f"CREATE TRIGGER {table}__{name} BEFORE {verbs} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}__{name}",
        ),
        f"A {path} {body}",
    )
