"""The benchmark workload in Python, written from its description and not from the TypeScript one.

Prices are whole numbers of ticks held as float64, made with 32-bit integer arithmetic only, so that any language makes
the same data. The checksum is printed before anything is timed.
"""

import zlib
from dataclasses import dataclass

import numba
import numpy as np

SEED = 2463534242
FIRST_OPEN_MS = 1_600_000_020_000
BAR_MS = 60_000


@dataclass(frozen=True)
class Bars:
    """Columns of shape [n], oldest first. Times in ms, prices in ticks of 1, volume in lots of 1."""

    open_ms: np.ndarray
    close_ms: np.ndarray
    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    volume: np.ndarray

    def __len__(self):
        return len(self.close)


@numba.njit(cache=False)
def _fill(n, seed, o, h, l, c, v):
    x = np.uint32(seed)
    p = np.int64(1_000_000)
    for i in range(n):
        o[i] = p
        high = p
        low = p
        for _ in range(4):
            x ^= np.uint32(x << np.uint32(13))
            x ^= np.uint32(x >> np.uint32(17))
            x ^= np.uint32(x << np.uint32(5))
            p += np.int64(x % np.uint32(201)) - 100
            if p < 100_000:
                p = np.int64(100_000)
            elif p > 9_900_000:
                p = np.int64(9_900_000)
            high = max(high, p)
            low = min(low, p)
        x ^= np.uint32(x << np.uint32(13))
        x ^= np.uint32(x >> np.uint32(17))
        x ^= np.uint32(x << np.uint32(5))
        h[i] = high
        l[i] = low
        c[i] = p
        v[i] = 1 + np.int64(x % np.uint32(1000))


def bars(n, seed=SEED):
    """`n` one-minute bars: a bounded random walk, five draws a bar, each bar opening at the close before it."""
    o, h, l, c, v = (np.empty(n, np.float64) for _ in range(5))
    _fill(n, seed, o, h, l, c, v)
    open_ms = FIRST_OPEN_MS + BAR_MS * np.arange(n, dtype=np.int64)
    return Bars(open_ms, open_ms + BAR_MS, o, h, l, c, v)


def checksum(data):
    """CRC-32 over open, high, low, close, volume as little-endian int32, one column after the other; hex."""
    crc = 0
    for column in (data.open, data.high, data.low, data.close, data.volume):
        crc = zlib.crc32(column.astype("<i4").tobytes(), crc)
    return f"{crc:08x}"
