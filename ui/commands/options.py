"""The options that commands share, and what they mean."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from classifier.domain import JURISDICTIONS, Ad, Channel, ProductKind
from classifier.errors import AdCheckError, InputError, NotAllowed, problem

if TYPE_CHECKING:
    from review.record.store import Store
from ui.wording import LANGUAGES, say, say_error, system_language

LEFT_IN = "ADCHECK_PASSWORD"
"""The environment variable in which a script leaves the password of the person a command is given in the name of."""
Chosen = TypeVar("Chosen", bound=StrEnum)
LanguageOption = Annotated[str | None, typer.Option("--lang", help="Language of the output: vi or en.")]
JurisdictionOption = Annotated[list[str] | None, typer.Option("--jurisdiction", help="vn, eu, uk or us; may be repeated.")]
ProductOption = Annotated[str | None, typer.Option("--product", help="food, cosmetic, medicine, device, service or other.")]
DateOption = Annotated[str | None, typer.Option("--as-of", help="Date of the ad, YYYY-MM-DD; today by default.")]
ChannelOption = Annotated[
    str | None, typer.Option("--channel", help="web, social, influencer, livestream, broadcast, print or label: where the ad was shown.")
]
WholeOption = Annotated[bool, typer.Option("--whole", help="The text is the whole ad, not a part: say which required sentence is missing.")]
PacksOption = Annotated[Path | None, typer.Option("--packs", help="Folder with rule packs of your own, used besides ours.")]
StoreOption = Annotated[str | None, typer.Option("--store", help="sqlite:///FILE or postgresql://USER@HOST/NAME.")]
ByOption = Annotated[str, typer.Option("--by", help="Your name; what you may do is read from the record.")]
TextColumn = Annotated[str, typer.Option("--text-column", help="Column that holds the ad.")]
IdColumn = Annotated[str, typer.Option("--id-column", help="Column that holds the id.")]
Inputs = Annotated[list[Path], typer.Argument(help="CSV, TSV, JSON(L), Parquet, XLSX; HTML, pictures, SRT, VTT, TXT, PDF.")]


@contextmanager
def speaking(language: str | None) -> Iterator[str]:
    """Give the language to speak; say errors in it, on standard error, with exit status 2."""
    spoken = language or system_language()
    try:
        if spoken not in LANGUAGES:
            spoken = system_language()
            raise InputError(problem("option_choice", "--lang", value=language, expected=", ".join(LANGUAGES)))
        yield spoken
    except AdCheckError as error:
        typer.echo(say_error(spoken, error), err=True)
        raise typer.Exit(2) from error


@contextmanager
def opened(url: str | None, person: str | None = None) -> "Iterator[Store]":
    """Give the record at an address that is there already, and give its connections back.

    Where accounts are kept, a person in whose name something is done proves who they are first.
    """
    from review.record.store import Store

    record = Store(url, create=False)
    try:
        if person:
            _refuse_unproven(person, record.url)
        yield record
    finally:
        record.close()


def _refuse_unproven(person: str, url: str) -> None:
    """Ask for a person's password, or take it from the environment, where accounts are kept beside the record.

    Raises
    ------
    NotAllowed
        It is not theirs.
    """
    from ui.accounts.store import accounts_file, accounts_of

    if not accounts_file(url).is_file() or not accounts_of(url).is_kept():
        return
    password = os.environ.get(LEFT_IN) or typer.prompt(say(system_language(), "record.password", name=person), hide_input=True, err=True)
    token = accounts_of(url).sign_in(person, password, 0)
    if not token:
        raise NotAllowed(problem("password_wrong", name=person.strip()))
    accounts_of(url).sign_out(token)


def choice(option: str, value: str, values: type[Chosen]) -> Chosen:
    """Give the member of an enumeration an argument names."""
    try:
        return values(value)
    except ValueError as error:
        raise InputError(problem("option_choice", option, value=value, expected=", ".join(values))) from error


def ad_maker(
    jurisdiction: list[str] | None, product: str | None, as_of: str | None, *, channel: str | None = None, is_whole: bool = False
) -> "partial[Ad]":
    """Give the function that makes an ad of a text, with what the options say of it."""
    from classifier.checker import make_ad

    known = {"as_of": date_of(as_of), "jurisdictions": jurisdictions_of(jurisdiction), "product": product_of(product)}
    return partial(make_ad, **known, channel=channel_of(channel), is_whole=is_whole)  # type: ignore[arg-type]


def date_of(written: str | None) -> date:
    """Give the day an option names; today where it names none."""
    if written is None:
        return date.today()
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise InputError(problem("option_date", "--as-of", value=written)) from error


def jurisdictions_of(named: list[str] | None) -> tuple[str, ...]:
    """Give the jurisdictions an option names, each once; all where it names none."""
    for name in named or ():
        if name not in JURISDICTIONS:
            raise InputError(problem("option_choice", "--jurisdiction", value=name, expected=", ".join(JURISDICTIONS)))
    return tuple(dict.fromkeys(named)) if named else JURISDICTIONS


def channel_of(named: str | None) -> Channel | None:
    """Give the channel an option names."""
    if named is not None and named not in list(Channel):
        raise InputError(problem("option_choice", "--channel", value=named, expected=", ".join(Channel)))
    return Channel(named) if named else None


def product_of(named: str | None) -> ProductKind | None:
    """Give the kind of product an option names."""
    if named is not None and named not in list(ProductKind):
        raise InputError(problem("option_choice", "--product", value=named, expected=", ".join(ProductKind)))
    return ProductKind(named) if named else None
