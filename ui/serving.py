"""Starting the console on this machine."""

import os
import socket
import sys
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path

import typer

from classifier.errors import InputError, problem
from review.record.store import STORE_VARIABLE, Store
from review.waiting import queue_counts
from ui.wording import say

_LEAST_STREAMLIT = (1, 61)
"""From this version on the server itself refuses messages to disabled widgets."""


def serve(store: str | None, port: int, language: str, *, samples: bool) -> None:
    """Open the console on ``http://localhost:PORT`` and stay until interrupted.

    Raises
    ------
    InputError
        The port is taken or Streamlit is too old.
    StoreError
        The record cannot be opened.
    """
    _refuse_old_streamlit()
    _refuse_taken_port(port)
    record = Store(store)
    if samples and not any(queue_counts(record).values()):
        _add_samples(record.url)
    record.close()
    os.environ[STORE_VARIABLE] = record.url
    typer.echo(say(language, "report.console", url=f"http://localhost:{port}"), err=True)
    from streamlit.web import cli

    with as_file(files("ui") / "app.py") as script:
        sys.argv = ["streamlit", "run", str(script), f"--server.port={port}"]
        sys.exit(cli.main())


def _add_samples(url: str) -> None:
    from datetime import date
    from functools import partial

    from classifier.checker import make_ad
    from ui.intake.domain import ColumnMap
    from ui.intake.queueing import queue_files
    from ui.intake.work import Queueing

    with as_file(files("ui") / "samples.jsonl") as file:
        make = partial(make_ad, as_of=date.today())
        queue_files(Queueing(inputs=(Path(file),), store=url, columns=ColumnMap(), make=make, note=lambda _: None))


def _refuse_old_streamlit() -> None:
    found = version("streamlit")
    if tuple(int(part) for part in found.split(".")[:2]) < _LEAST_STREAMLIT:
        raise InputError(problem("streamlit_old", found=found, expected=".".join(map(str, _LEAST_STREAMLIT))))


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise InputError(problem("port_taken", port=port)) from error
