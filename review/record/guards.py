"""What the database itself refuses, beyond keys and checks: one text for SQLite and PostgreSQL.

A guard is a condition a new row must meet; ``NEW`` is the row. A condition that is false, or cannot be told, refuses.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, inspect, text

from review.record import schema


@dataclass(frozen=True)
class Guard:
    """A condition on every new row of a table."""

    name: str
    table: str
    condition: str


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


def _visible(body: str) -> str:
    """Give the number of characters of a text that are not blanks; ``{TEXT}`` is filled for each database."""
    stripped = f"{{TEXT:{body}}}"
    for blank in (" ", "\n", "\t", "\r"):
        stripped = f"replace({stripped}, '{blank}', '')"
    return f"length({stripped})"


def _is_sealed(column: str, kind: str) -> str:
    return f"EXISTS (SELECT 1 FROM sealed s WHERE s.commitment = NEW.{column} AND s.kind = '{kind}' AND s.case_id = NEW.case_id)"


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

GUARDS = (
    Guard("text_kept", "sealed", "NEW.body IS NOT NULL OR EXISTS (SELECT 1 FROM erasure x WHERE x.case_id = NEW.case_id)"),
    Guard("reason_written", "sealed", f"NEW.kind <> 'rationale' OR NEW.body IS NULL OR {_visible('NEW.body')} >= 3"),
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
    Guard("may_claim", "claim", holds("NEW.reviewer_id", DECIDING)),
    Guard("claimed_by_one", "claim", "NOT EXISTS (SELECT 1 FROM claim c WHERE c.task_id = NEW.task_id AND c.reviewer_id <> NEW.reviewer_id"
          f" AND c.until > NEW.claimed_at AND {_LIVE})"),
    Guard("claim_is_live", "receipt", "EXISTS (SELECT 1 FROM claim c WHERE c.id = NEW.claim_id AND c.claimed_at <= NEW.shown_at"
          f" AND c.until > NEW.shown_at AND {_LIVE})"),
    Guard("task_is_open", "receipt", "NOT EXISTS (SELECT 1 FROM decision d WHERE d.task_id = NEW.task_id)"),
    Guard("newest_assessment", "receipt", _NEWEST),
    Guard("role_valid_now", "receipt", _ALLOWED),
    Guard("another_person", "receipt", _ANOTHER),
    Guard("looked_long_enough", "receipt", f"NEW.ready_at - NEW.shown_at >= {schema.LEAST_LOOK} + {schema.LOOK_PER_CHARACTER} *"
          " (SELECT k.n_characters FROM review_case k WHERE k.id = NEW.case_id)"),
    Guard("role_valid_now", "first_view", _of_receipt(holds("p.reviewer_id", DECIDING))),
    Guard("after_the_reasons", "first_view", _of_receipt("p.shown_at <= NEW.recorded_at AND p.stale_at >= NEW.recorded_at")),
    Guard("role_valid_now", "score_view", _of_receipt(holds("p.reviewer_id", DECIDING))),
    Guard("after_the_first_view", "score_view",
          "EXISTS (SELECT 1 FROM first_view v WHERE v.id = NEW.first_view_id AND v.recorded_at <= NEW.shown_at)"),
    Guard("newest_assessment", "decision", _NEWEST),
    Guard("role_valid_now", "decision", _ALLOWED),
    Guard("another_person", "decision", _ANOTHER),
    Guard("after_the_score", "decision",
          "EXISTS (SELECT 1 FROM score_view v WHERE v.id = NEW.score_view_id AND v.shown_at <= NEW.decided_at)"),
    Guard("reason_kept", "decision", _is_sealed("rationale", "rationale")),
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


def put_guards(connection: Connection, leave_out: frozenset[str] = frozenset()) -> None:
    """Take off the guards there are and put all of them on: at the end of every migration.

    ``leave_out`` names guards, as ``table.name``, that a test of the tests takes away.
    """
    take_off_guards(connection)
    tables = frozenset(inspect(connection).get_table_names())
    statements = _sqlite(leave_out) if connection.dialect.name == "sqlite" else _postgresql(leave_out)
    for statement in statements:
        if statement.startswith("CREATE OR REPLACE FUNCTION") or _table_of(statement) in tables:
            connection.exec_driver_sql(statement)


def guard_names(connection: Connection) -> frozenset[str]:
    """Give the names of all triggers on our tables."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE NOT tgisinternal AND n.nspname = current_schema()"
        )
    return frozenset(connection.execute(text(query)).scalars())


def expected_names(dialect: str) -> frozenset[str]:
    """Give the names of the triggers there must be."""
    makers = _sqlite if dialect == "sqlite" else _postgresql
    return frozenset(made.split()[2] for made in makers(frozenset()) if made.startswith("CREATE TRIGGER"))


def take_off_guards(connection: Connection) -> None:
    """Take off every guard: for a migration, and for tests of what is found without them."""
    for name in sorted(guard_names(connection)):
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            table = next(table.name for table in sorted(GUARDED, key=lambda t: -len(t.name)) if name.startswith(f"{table.name}__"))
            connection.exec_driver_sql(f"DROP TRIGGER {name} ON {table}")


def _table_of(statement: str) -> str:
    """Give the table a statement is about."""
    return statement.split(" TABLE ")[1].split()[0] if " TABLE " in statement else statement.split(" ON ")[1].split()[0]


def _chosen(leave_out: frozenset[str]) -> list[Guard]:
    return [guard for guard in GUARDS if f"{guard.table}.{guard.name}" not in leave_out]


def _filled(condition: str, cast: str) -> str:
    """Fill in how a database reads bytes as text."""
    while "{TEXT:" in condition:
        before, rest = condition.split("{TEXT:", 1)
        column, after = rest.split("}", 1)
        condition = before + cast.format(column) + after
    return condition


def _sqlite(leave_out: frozenset[str]) -> list[str]:
    made = [
        f"CREATE TRIGGER {guard.table}__{guard.name} BEFORE INSERT ON {guard.table}"
        f" WHEN ({_filled(guard.condition, 'CAST({} AS TEXT)')}) IS NOT TRUE BEGIN SELECT RAISE(ABORT, '{guard.name}'); END"
        for guard in _chosen(leave_out)
    ]
    for table in GUARDED:
        key = next(iter(table.primary_key)).name
        if f"{table.name}.not_written_over" not in leave_out:
            made.append(
                f"CREATE TRIGGER {table.name}__not_written_over BEFORE INSERT ON {table.name}"
                f" WHEN EXISTS (SELECT 1 FROM {table.name} o WHERE o.{key} = NEW.{key})"
                " BEGIN SELECT RAISE(ABORT, 'history is only added to'); END"
            )
        for verb in ("UPDATE", "DELETE"):
            when = f" WHEN ({_ERASING}) IS NOT TRUE" if (table.name, verb) == ("sealed", "UPDATE") else ""
            if f"{table.name}.only_added" not in leave_out:
                made.append(
                    f"CREATE TRIGGER {table.name}__no_{verb.lower()} BEFORE {verb} ON {table.name}{when}"
                    " BEGIN SELECT RAISE(ABORT, 'history is only added to'); END"
                )
    return made


_POSTGRES_TEXT = "convert_from({}, 'UTF8')"


def _postgresql(leave_out: frozenset[str]) -> list[str]:
    lock = "PERFORM pg_advisory_xact_lock(4417); "
    made = [
        "CREATE OR REPLACE FUNCTION adcheck_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'history is only added to'; END $$"
    ]
    for table in GUARDED:
        conditions = [guard for guard in _chosen(leave_out) if guard.table == table.name]
        checks = " ".join(
            f"IF ({_filled(guard.condition, _POSTGRES_TEXT)}) IS NOT TRUE THEN RAISE EXCEPTION '{guard.name}'; END IF;"
            for guard in conditions
        )
        function = f"CREATE OR REPLACE FUNCTION adcheck_{table.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {lock}{checks} RETURN NEW; END $$"
        made += [function.replace("%", "%%"), _trigger(table.name, "guarded", "INSERT", "ROW", f"adcheck_{table.name}")]
        verbs = "DELETE OR TRUNCATE" if table.name == "sealed" else "UPDATE OR DELETE OR TRUNCATE"
        if f"{table.name}.only_added" not in leave_out:
            made.append(_trigger(table.name, "only_added", verbs, "STATEMENT", "adcheck_refuse"))
    made.append(
        f"CREATE OR REPLACE FUNCTION adcheck_erase() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF ({_ERASING}) IS NOT TRUE"
        " THEN RAISE EXCEPTION 'history is only added to'; END IF; RETURN NEW; END $$"
    )
    if "sealed.only_added" not in leave_out:
        made.append(_trigger("sealed", "only_erased", "UPDATE", "ROW", "adcheck_erase"))
    always = [
        f"ALTER TABLE {made_trigger.split(' ON ')[1].split()[0]} ENABLE ALWAYS TRIGGER {made_trigger.split()[2]}"
        for made_trigger in made
        if made_trigger.startswith("CREATE TRIGGER")
    ]
    return made + always


def _trigger(table: str, name: str, verbs: str, each: str, function: str) -> str:
    return f"CREATE TRIGGER {table}__{name} BEFORE {verbs} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
