"""What was worked out once and is kept: the same value for the same key, in bounded room."""

from collections.abc import Callable
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Memo(dict[Key, Value]):
    """A dict that works out what it does not hold. When it is full it is emptied, so that memory stays flat on any stream."""

    def __init__(self, work: Callable[[Key], Value], *, most: int = 1 << 17) -> None:
        super().__init__()
        self._work, self._most = work, most

    def __missing__(self, key: Key) -> Value:
        value = self._work(key)
        if len(self) >= self._most:
            self.clear()
        self[key] = value
        return value
