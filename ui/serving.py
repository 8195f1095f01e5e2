"""Starting the console on this machine."""

import os
import socket
import sys
from importlib.metadata import version
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path

import streamlit as st
import typer
from streamlit import config

from classifier.errors import InputError, problem
from classifier.law.loading import load_packs
from review.record.store import STORE_VARIABLE, Store
from review.waiting import queue_counts
from ui.wording import say

PACKS_VARIABLE = "ADCHECK_PACKS"
"""Names the folder of an organisation's own rule packs, for the console's process."""
_LEAST_STREAMLIT = (1, 61)
"""From this version on the server itself refuses messages to disabled widgets."""


def serve(store: str | None, port: int, language: str, *, samples: bool, own_packs: Path | None = None) -> None:
    """Open the console on ``http://localhost:PORT`` and stay until interrupted.

    Raises
    ------
    InputError
        The port is taken or Streamlit is too old.
    StoreError
        The record cannot be opened.
    RulePackError
        The own packs cannot be used.
    """
    _refuse_old_streamlit()
    refuse_unsafe_settings(port)
    _refuse_taken_port(port)
    if own_packs:
        load_packs(own_packs)
        os.environ[PACKS_VARIABLE] = str(own_packs.resolve())
    record = Store(store)
    if samples and not any(queue_counts(record).values()):
        _add_samples(record.url)
    record.close()
    os.environ[STORE_VARIABLE] = record.url
    typer.echo(say(language, "report.console", url=f"http://localhost:{port}"), err=True)
    from streamlit.web import cli

    with as_file(files("ui") / "served.py") as script:
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


SAFE = {
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "viewer",
    "client.disableDataExport": True,
    "browser.gatherUsageStats": False,
}
"""What Streamlit must be set to; whatever an environment variable or another file says, nothing less is served."""
_MOST_UPLOAD = 10


def refuse_unsafe_settings(port: int) -> None:
    """Refuse to serve with settings that let other sites, or programs instead of people, work in the console.

    Raises
    ------
    InputError
        With every setting that is not what it must be.
    """
    with as_file(files("ui") / "served.py") as script:
        config._main_script_path = str(script)
        config.get_config_options(force_reparse=True, options_from_flags={"server.port": port})
    found = {name: config.get_option(name) for name in (*SAFE, "server.allowedHosts", "server.maxUploadSize")}
    unsafe = [problem("setting_unsafe", name=name, found=found[name], expected=safe) for name, safe in SAFE.items() if found[name] != safe]
    if not found["server.allowedHosts"]:
        unsafe.append(problem("setting_unsafe", name="server.allowedHosts", found="[]", expected="127.0.0.1, localhost …"))
    if found["server.maxUploadSize"] > _MOST_UPLOAD:
        unsafe.append(problem("setting_unsafe", name="server.maxUploadSize", found=found["server.maxUploadSize"], expected=_MOST_UPLOAD))
    if has_provider() and find_spec("authlib") is None:
        unsafe.append(problem("openid_missing"))
    if unsafe:
        raise InputError(*unsafe)


def has_provider() -> bool:
    """Say whether Streamlit's own login is set up in its secrets."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise InputError(problem("port_taken", port=port)) from error
