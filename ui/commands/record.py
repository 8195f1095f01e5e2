"""Commands about the record: open the console, verify, sign, back up, restore, migrate, replay."""

import json
from pathlib import Path
from typing import Annotated

import typer

from classifier.errors import InputError, problem
from ui.commands.options import LanguageOption, PacksOption, StoreOption, opened, speaking
from ui.wording import say

KeyOption = Annotated[Path | None, typer.Option("--key", help="File of the signing key; in your settings folder by default.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (review, verify, checkpoint, rotate_key, witness, backup, restore, migrate, replay):
        app.command()(command)


def review(
    store: StoreOption = None,
    port: Annotated[int, typer.Option("--port", help="Port of the console on this machine.")] = 8501,
    samples: Annotated[bool, typer.Option("--samples", help="Put the sample ads into an empty record first.")] = False,
    packs: PacksOption = None,
    lang: LanguageOption = None,
) -> None:
    """Open the reviewer's console in the browser."""
    from ui.serving import serve

    with speaking(lang) as language:
        serve(store, port, language, samples=samples, own_packs=packs)


def verify(
    store: StoreOption = None,
    head: Annotated[str | None, typer.Option("--head", help="A digest kept elsewhere that must stand in the history.")] = None,
    since: Annotated[bool, typer.Option("--since-checkpoint", help="Check only what came after the newest checkpoint.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Check that nothing in the record was edited, deleted or slipped in, against the checkpoints kept outside it."""
    from review.record.checkpoints import checkpoints_of
    from review.record.server_roles import role_is_strong
    from review.record.verification import verify_history
    from review.rotation import untold_keys

    with speaking(lang) as language, opened(store) as record, record.reading() as connection:
        kept = checkpoints_of(record.url)
        newest = kept.newest()
        tree = kept.frontier(newest) if since and newest else None
        found = verify_history(connection, head, kept.all(), tree)
        key = "report.not_verified" if found.faults else "report.verified"
        typer.echo(say(language, key, count=found.n_events, head=found.head))
        for fault in found.faults:
            typer.echo("  " + say(language, f"fault.{fault.code}", sequence=fault.sequence, detail=fault.detail))
        untold = untold_keys(connection, kept)
        for public in untold:
            typer.echo("  " + say(language, "record.key_not_told", public=public))
        typer.echo(say(language, "record.unanchored" if newest else "record.no_checkpoint", count=found.n_unanchored))
        if found.n_erased:
            typer.echo(say(language, "record.erased_texts", count=found.n_erased))
        if found.n_clock_steps:
            typer.echo(say(language, "record.clock_steps", count=found.n_clock_steps))
        if found.is_by_hand:
            typer.echo(say(language, "record.by_hand"))
        if role_is_strong(connection):
            typer.echo(say(language, "record.strong_role"))
        if found.faults or untold:
            raise typer.Exit(1)


def checkpoint(
    store: StoreOption = None,
    key: KeyOption = None,
    every: Annotated[
        int, typer.Option("--every", help="Go on, and sign again after so many seconds or 50 events, whichever comes first.")
    ] = 0,
    lang: LanguageOption = None,
) -> None:
    """Sign the history as it stands, into files outside the database. Run it as a user the console does not run as."""
    from review.record.checkpoints import checkpoints_of, default_key, sign_checkpoint, wait_for_events

    with speaking(lang) as language, opened(store) as record:
        kept = checkpoints_of(record.url)
        while True:
            signed = sign_checkpoint(record, kept, key or default_key())
            typer.echo(say(language, "record.signed", count=signed.size, root=signed.root.hex(), path=kept.folder))
            if not every:
                return
            wait_for_events(record, signed.size, every)


def rotate_key(
    new: Annotated[Path, typer.Argument(help="File of the new key; it must not exist.")],
    by: Annotated[str, typer.Option("--by", help="The lead on whose word the key changes.")],
    store: StoreOption = None,
    key: KeyOption = None,
    lang: LanguageOption = None,
) -> None:
    """Let a new key sign from here on. The history tells of it; what was signed before holds with the key before."""
    from review.record.checkpoints import checkpoints_of, default_key
    from review.rotation import rotate_key as rotate

    with speaking(lang) as language, opened(store, by) as record:
        last = rotate(record, checkpoints_of(record.url), key or default_key(), new, by=by)
        typer.echo(say(language, "record.key_changed", count=last.size, path=new))


def witness(
    files: Annotated[list[Path], typer.Argument(help="Notices, dossiers or checkpoints that others kept.")],
    proof: Annotated[Path | None, typer.Option("--proof", help="File for the proof when the record is another than was signed.")] = None,
    store: StoreOption = None,
    lang: LanguageOption = None,
) -> None:
    """Hold the checkpoints others have on paper against the record: it may only have been added to."""
    from review.record.checkpoints import checkpoints_of
    from review.record.witness import compare

    with speaking(lang) as language, opened(store) as record, record.reading() as connection:
        is_other = False
        for file in files:
            for note in notes_of(file):
                found = compare(connection, checkpoints_of(record.url), note, str(file))
                key = "record.witness_differs" if found.conflict else "record.witness_holds"
                typer.echo(say(language, key, path=file, count=found.checkpoint.size))
                if found.conflict and proof:
                    proof.write_text(json.dumps(found.conflict, indent=1) + "\n", "utf-8")
                    typer.echo(say(language, "record.witness_proof", path=proof))
                is_other |= found.conflict is not None
        if is_other:
            raise typer.Exit(1)


def notes_of(file: Path) -> tuple[str, ...]:
    """Read the checkpoints printed in a file; JSON has them with its line breaks written out."""
    from review.record.witness import notes_in

    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(problem("file_unreadable", str(file), detail=str(error))) from error
    found = notes_in(text) or notes_in(text.replace("\\n", "\n").replace('"', "\n").replace("<pre>", "\n"))
    if not found:
        raise InputError(problem("note_missing", str(file)))
    return tuple(dict.fromkeys(found))


def backup(
    folder: Annotated[Path, typer.Argument(help="Folder to write the backup to; it must not exist.")],
    store: StoreOption = None,
    lang: LanguageOption = None,
) -> None:
    """Write a verified backup of the record and its checkpoints, while others go on working."""
    from review.record.backup import back_up
    from review.record.checkpoints import checkpoints_of

    with speaking(lang) as language, opened(store) as record:
        found = back_up(record, checkpoints_of(record.url), folder)
        typer.echo(say(language, "record.backed_up", count=found.n_events, path=folder, head=found.head))


def restore(
    folder: Annotated[Path, typer.Argument(help="Folder of the backup.")],
    store: Annotated[str, typer.Option("--store", help="Where to: sqlite:///FILE or postgresql://USER@HOST/NAME, empty.")],
    lang: LanguageOption = None,
) -> None:
    """Write a backup into an empty record, every step through the guards, and verify it."""
    from review.record.backup import restore as write_back
    from review.record.checkpoints import checkpoints_of

    with speaking(lang) as language:
        found = write_back(folder, store, checkpoints_of(store))
        typer.echo(say(language, "record.restored", count=found.n_events, head=found.head))


def migrate(
    folder: Annotated[Path, typer.Argument(help="Folder to keep the record as it was in; it must not exist.")],
    store: StoreOption = None,
    lang: LanguageOption = None,
) -> None:
    """Bring an older record to this version, after keeping a copy of it."""
    from review.record.migrating import bring_up
    from review.record.store import default_url

    with speaking(lang) as language:
        old, new = bring_up(store or default_url(), folder)
        typer.echo(say(language, "record.migrated", old=old, new=new, path=folder))


def replay(
    store: StoreOption = None,
    case: Annotated[int | None, typer.Option("--case", help="One case; every decided case by default.")] = None,
    lang: LanguageOption = None,
) -> None:
    """Assess decided ads again with the archived model and packs, and compare the digests."""
    from review.replay import decided_assessments
    from review.replay import replay as assess_again

    with speaking(lang) as language, opened(store) as record:
        found = list(assess_again(record, decided_assessments(record, case)))
        same = sum(replayed.is_same for replayed in found)
        typer.echo(say(language, "record.replayed", count=len(found), same=same))
        for replayed in found:
            if not replayed.is_same:
                typer.echo(f"  {replayed.assessment_id}: {say(language, f'replay.{replayed.why}')}")
        if same < len(found):
            raise typer.Exit(1)
