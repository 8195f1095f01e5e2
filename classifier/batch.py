"""Many ads on the same path as one, over one or more processes, in the order they came."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from itertools import islice
from typing import TypeVar

from classifier.checker import Checker, assess, load_checker
from classifier.domain import Ad, Assessment

Shaped = TypeVar("Shaped")
_BATCH = 200


def assess_many(ads: Iterable[Ad], shape: Callable[[Assessment], Shaped], *, jobs: int = 1) -> Iterator[Shaped]:
    """Give ``shape(assessment)`` for each ad, in order.

    Parameters
    ----------
    ads : iterable of Ad
        Read as they are needed, at most a few hundred ahead.
    shape : callable
        What to keep of an assessment; it runs where the ad is assessed, so for ``jobs > 1`` it must be a plain function.
    jobs : int
        Processes to work in; 1 works in this one.
    """
    if jobs <= 1:
        checker = _checker()
        yield from (shape(assess(ad, checker)) for ad in ads)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from _in_order(pool, ads, shape, ahead=2 * jobs)


@cache
def _checker() -> Checker:
    return load_checker()


def _in_order(pool: ProcessPoolExecutor, ads: Iterable[Ad], shape: Callable[[Assessment], Shaped], *, ahead: int) -> Iterator[Shaped]:
    """Keep a few batches under way, and give the oldest first."""
    remaining = iter(ads)
    under_way: deque[Future[list[Shaped]]] = deque()
    while True:
        while len(under_way) < ahead and (batch := list(islice(remaining, _BATCH))):
            under_way.append(pool.submit(_assess_batch, batch, shape))
        if not under_way:
            return
        yield from under_way.popleft().result()


def _assess_batch(ads: list[Ad], shape: Callable[[Assessment], Shaped]) -> list[Shaped]:
    checker = _checker()
    return [shape(assess(ad, checker)) for ad in ads]
