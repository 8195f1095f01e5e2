"""The signature step: a paper leaves only as its decider has seen and signed it, and stays in the record as sent."""

from sqlalchemy import select

from classifier.errors import NotAllowed, ReviewError, problem
from review.domain import PaperKind
from review.people import permitted
from review.record import schema
from review.record.sealing import seal, sealed_text
from review.record.store import Store, one


def sign_paper(store: Store, decision_id: int, signer: str, kind: PaperKind, language: str, content: str) -> int:
    """Keep a paper as its decider signs it; give its id.

    Raises
    ------
    NotAllowed
        The signer is not who decided, or holds no deciding role any more.
    ReviewError
        This paper is signed already: what was sent is not changed.
    """
    with store.writing() as connection:
        actor = permitted(store, connection, signer, "sign_paper")
        decision = one(connection, schema.decision, decision_id)
        if decision["reviewer_id"] != actor:
            raise NotAllowed(problem("signer_not_decider", f"decision {decision_id}"))
        table = schema.paper
        known = select(table.c.id).where(table.c.decision_id == decision_id, table.c.kind == kind.value, table.c.language == language)
        if connection.execute(known).first():
            raise ReviewError(problem("signed_already", f"decision {decision_id}"))
        return store.add(
            connection,
            table,
            by=actor,
            action="paper_signed",
            case=decision["case_id"],
            decision_id=decision_id,
            kind=kind.value,
            language=language,
            content=seal(connection, content, "paper", decision["case_id"]),
            signer_id=actor,
            signed_at=store.now,
        )


def signed_paper(store: Store, decision_id: int, kind: PaperKind, language: str) -> str | None:
    """Give a paper as it was signed; None when it was not."""
    table = schema.paper
    chosen = select(table.c.content).where(table.c.decision_id == decision_id, table.c.kind == kind.value, table.c.language == language)
    with store.reading() as connection:
        kept = connection.execute(chosen).scalar()
        return sealed_text(connection, kept) if kept else None
