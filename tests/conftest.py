"""Small real objects, one fixture each, and the golden files."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from classifier.checker import Checker, assess, load_checker, make_ad
from classifier.domain import Assessment
from classifier.law.new_pack import write_new_pack
from review.record import schema
from review.record.store import Store

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
POSTGRES = os.environ.get("ADCHECK_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
DAY = date(2026, 10, 1)
CURE_VI = "Trà thảo mộc chữa dứt điểm tiểu đường chỉ sau 7 ngày, cam kết khỏi 100%"
CURE_EN = "Reverses type 2 diabetes in two weeks, no side effects, doctors hate it"
HARMLESS = "Ngon khó cưỡng, giao hàng trong ngày"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-golden", action="store_true", help="rewrite the golden files instead of comparing")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the golden file of that name."""

    def compare(name: str, found: str) -> None:
        file = ROOT / "tests" / "golden" / name
        if request.config.getoption("--write-golden"):
            file.write_text(found, "utf-8")
        assert found == file.read_text("utf-8"), f"differs from {file}; look, then rewrite with --write-golden"

    return compare


@pytest.fixture(scope="session")
def checker() -> Checker:
    """Give the checker that ships."""
    return load_checker()


@pytest.fixture(scope="session")
def assessed(checker: Checker) -> Callable[..., Assessment]:
    """Assess a text as of a fixed day."""
    return lambda text, **named: assess(make_ad(text, **{"as_of": DAY, **named}), checker)


@pytest.fixture
def own_packs(tmp_path: Path) -> Path:
    """Give a folder with one active pack of an organisation's own, ``acme``, which looks for “ngon nhất phố”."""
    file = write_new_pack("acme", tmp_path / "packs")
    file.write_text(file.read_text("utf-8").replace('status = "draft"', 'status = "active"'), "utf-8")
    return file.parent


class HandClock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> HandClock:
    """Give a clock that stands still."""
    return HandClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: HandClock) -> Iterator[Store]:
    """Give an empty record on each kind of database; PostgreSQL skips, visibly, where no server answers."""
    if request.param == "sqlite":
        opened = Store(f"sqlite:///{tmp_path / 'record.db'}", clock)
        yield opened
        opened.close()
        return
    with postgres_database() as url:
        opened = Store(url, clock)
        yield opened
        opened.close()


@pytest.fixture
def sqlite_store(tmp_path: Path, clock: HandClock) -> Iterator[Store]:
    """Give an empty record in a SQLite file."""
    opened = Store(f"sqlite:///{tmp_path / 'record.db'}", clock)
    yield opened
    opened.close()


class postgres_database:  # noqa: N801 (used as a context manager)
    """A database of its own on the local server, made like another where one is named, dropped afterwards."""

    def __init__(self, template: str = "template1") -> None:
        self.name, self.template = f"adcheck_test_{os.getpid()}_{id(self)}", template

    def __enter__(self) -> str:
        self.admin = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
        try:
            with self.admin.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {self.name} TEMPLATE {self.template}"))
        except OperationalError as error:
            pytest.skip(f"no PostgreSQL server answers: {str(error.orig).splitlines()[0]}")
        return self.admin.url.set(database=self.name).render_as_string(hide_password=False)

    def __exit__(self, *_: object) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {self.name} WITH (FORCE)"))
        self.admin.dispose()


def n_rows(store: Store, table: str) -> int:
    """Count the rows of a table."""
    with store.reading() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {schema.metadata.tables[table].name}")).scalar() or 0
