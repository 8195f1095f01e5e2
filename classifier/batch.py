"""Many ads on the same path as one, over one or more processes, in the order they came."""

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from classifier.checker import Checker, assess_together, load_checker, summarise_together
from classifier.domain import Ad

Shaped = TypeVar("Shaped")
_BATCH = 256
_MOST_LETTERS = 200_000
"""Ads read together, and how many characters they may have in all: a batch's arrays stay small."""


def assess_many(
    ads: Iterable[Ad],
    shape: Callable[[Any], Shaped],
    *,
    jobs: int = 1,
    in_full: bool = True,
    checker: Checker | None = None,
    own_packs: Path | None = None,
) -> Iterator[Shaped]:
    """Give ``shape(assessment)`` for each ad, in order.

    Parameters
    ----------
    ads : iterable of Ad
        Read as they are needed, at most a few hundred ahead.
    shape : callable
        What to keep of an assessment; it runs where the ad is assessed, so for ``jobs > 1`` it must be a plain function.
    jobs : int
        Processes to work in; 1 works in this one.
    in_full : bool
        False gives ``shape`` a :class:`~classifier.domain.Summary` in place of the assessment: the same ruling, risk,
        triage and kinds of claim without explanations and digest, which then are not worked out.
    checker : Checker, optional
        Another than the one that ships; for one process only.
    own_packs : Path, optional
        Folder of rule packs to use besides those that ship, in every process.
    """
    if jobs <= 1:
        for batch in _batches(ads):
            yield from _assess_batch(batch, shape, in_full, own_packs, checker)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from _in_order(pool, ads, shape, in_full, own_packs, ahead=2 * jobs)


def _batches(ads: Iterable[Ad]) -> Iterator[list[Ad]]:
    batch: list[Ad] = []
    letters = 0
    for ad in ads:
        batch.append(ad)
        letters += len(ad.text)
        if len(batch) == _BATCH or letters > _MOST_LETTERS:
            yield batch
            batch, letters = [], 0
    if batch:
        yield batch


@cache
def _checker(own_packs: Path | None) -> Checker:
    return load_checker(own_packs=own_packs)


def _in_order(
    pool: ProcessPoolExecutor, ads: Iterable[Ad], shape: Callable[[Any], Shaped], in_full: bool, own_packs: Path | None, *, ahead: int
) -> Iterator[Shaped]:
    """Keep a few batches under way, and give the oldest first."""
    remaining = _batches(ads)
    under_way: deque[Future[list[Shaped]]] = deque()
    while True:
        while len(under_way) < ahead and (batch := next(remaining, None)):
            under_way.append(pool.submit(_assess_batch, batch, shape, in_full, own_packs))
        if not under_way:
            return
        yield from under_way.popleft().result()


def _assess_batch(
    ads: list[Ad], shape: Callable[[Any], Shaped], in_full: bool, own_packs: Path | None, checker: Checker | None = None
) -> list[Shaped]:
    ready = checker or _checker(own_packs)
    with _uncollected():
        return [*map(shape, assess_together(ads, ready) if in_full else summarise_together(ads, ready))]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector of cycles from walking over everything remembered, again and again, while one batch is worked on."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
