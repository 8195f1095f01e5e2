"""An array that grows at its end."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Growing:
    """Rows of one array; room is doubled when it is used up."""

    def __init__(self, dtype: Any, width: tuple[int, ...] = ()) -> None:
        self._room: NDArray[Any] = np.zeros((1 << 10, *width), dtype)
        self._n = 0

    def __len__(self) -> int:
        return self._n

    @property
    def values(self) -> NDArray[Any]:
        """Give what was added so far; a view that a later addition may leave behind."""
        return self._room[: self._n]

    def add(self, rows: Any) -> None:
        """Add rows at the end."""
        after = self._n + len(rows)
        if after > len(self._room):
            room = np.zeros((max(after, 2 * len(self._room)), *self._room.shape[1:]), self._room.dtype)
            room[: self._n] = self.values
            self._room = room
        self._room[self._n : after] = rows
        self._n = after
