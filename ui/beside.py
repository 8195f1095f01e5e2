"""Files that lie beside the record and are no part of it: accounts, and what is written but not yet recorded."""

import os
from pathlib import Path

from platformdirs import user_data_path
from sqlalchemy import Engine, MetaData, create_engine
from sqlalchemy.engine import make_url

from review.record.store import default_url


def file_beside(url: str, ending: str) -> Path:
    """Give the place of a file beside a record; beside a server's record it lies in this machine's user data folder."""
    parsed = make_url(url or default_url())
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return Path(f"{parsed.database}.{ending}")
    return user_data_path("adcheck") / f"{parsed.host}-{parsed.database}.{ending}"


def open_beside(file: Path, metadata: MetaData) -> Engine:
    """Open such a file, making it where it is not there; only its owner may read it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{file}")
    metadata.create_all(engine)
    if os.name == "posix":
        file.chmod(0o600)
    return engine
