"""A table from whole numbers to whole numbers, looked up for many keys at once: open addressing in NumPy arrays."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
UNKNOWN = -1
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


class IdTable:
    """Keys are whole numbers of 0 or more, values of 0 or more; both as 64-bit integers."""

    def __init__(self, room: int = 1 << 12) -> None:
        self._make(room)

    def __len__(self) -> int:
        return self._n

    def find(self, keys: Ints) -> Ints:
        """Give the value of each key, UNKNOWN (-1) for those that are not held."""
        slots = self._slots(keys)
        held = self._keys[slots]
        lost = ((held != keys) & (held != UNKNOWN)).nonzero()[0]
        while lost.size:
            slots[lost] = (slots[lost] + 1) & self._mask
            held[lost] = self._keys[slots[lost]]
            lost = lost[(held[lost] != keys[lost]) & (held[lost] != UNKNOWN)]
        return self._values[slots]

    def add(self, keys: Ints, values: Ints) -> None:
        """Add keys that are not held yet, each once."""
        if 2 * (self._n + len(keys)) > len(self._keys):
            known = self._keys != UNKNOWN
            old_keys, old_values = self._keys[known], self._values[known]
            self._make(4 * (self._n + len(keys)))
            self._place(old_keys, old_values)
        self._place(keys, values)

    def _make(self, room: int) -> None:
        bits = max(12, (room - 1).bit_length())
        self._n = 0
        self._mask, self._shift = (1 << bits) - 1, np.uint64(64 - bits)
        self._keys, self._values = np.full(1 << bits, UNKNOWN, np.int64), np.full(1 << bits, UNKNOWN, np.int64)

    def _slots(self, keys: Ints) -> Ints:
        return ((keys.view(np.uint64) * _SPREAD) >> self._shift).view(np.int64)

    def _place(self, keys: Ints, values: Ints) -> None:
        self._n += len(keys)
        slots, left = self._slots(keys), np.arange(len(keys))
        while left.size:
            at = slots[left]
            free = left[self._keys[at] == UNKNOWN]
            self._keys[slots[free]] = keys[free]  # of several keys for one slot the last is written
            placed = self._keys[at] == keys[left]
            self._values[at[placed]] = values[left[placed]]
            left = left[~placed]
            slots[left] = (slots[left] + 1) & self._mask
