"""Dates, instants and numbers as they are written where a language is spoken. Pure."""

from datetime import date, datetime


def day(told: date, language: str) -> str:
    """Give a day: 24/11/2026 in Vietnamese, 24 Nov 2026 in English."""
    return told.strftime("%d/%m/%Y" if language == "vi" else "%-d %b %Y")


def instant(told: datetime, language: str) -> str:
    """Give an instant in this machine's time zone."""
    here = told.astimezone()
    return f"{here:%H:%M} {day(here.date(), language)}" if language == "vi" else f"{day(here.date(), language)}, {here:%H:%M}"


def number(told: float, language: str, *, digits: int = 0) -> str:
    """Give a number: 12.345,6 in Vietnamese, 12,345.6 in English."""
    written = f"{told:,.{digits}f}"
    return written.translate(str.maketrans(",.", ".,")) if language == "vi" else written


def share(told: float | None, language: str) -> str:
    """Give a share as a percentage; a dash where nothing was counted."""
    return "–" if told is None else f"{number(100 * told, language)} %".replace(" ", "\u00a0")
