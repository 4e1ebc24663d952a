"""What every Python peer of case P8 shares: the trades, their checksum, arguments and fingerprints of bars."""

import zlib
from dataclasses import dataclass

import numba
import numpy as np

import workload
from cell import arguments, measure
from p9_columns import fingerprint

FIRST_EVENT_US = 1_600_000_000_000_000
COLUMNS = ("open", "high", "low", "close", "volume", "buyVolume", "count")
#: Length of a time bar in microseconds, by the name of the group; None for volume bars.
BUCKET_US = {"1s": 1_000_000, "1min": 60_000_000, "volume": None}
LOTS = 100


@dataclass(frozen=True)
class Trades:
    """Columns of shape [n], oldest first: time in us, price in ticks, quantity in lots, 1 where the buyer took else 0."""

    time_us: np.ndarray
    price: np.ndarray
    quantity: np.ndarray
    side: np.ndarray


@numba.njit(cache=False)
def _fill(n, seed, times, prices, quantities, sides):
    x = np.uint32(seed)
    t = np.int64(FIRST_EVENT_US)
    p = np.int64(1_000_000)
    for i in range(n):
        for draw in range(4):
            x ^= np.uint32(x << np.uint32(13))
            x ^= np.uint32(x >> np.uint32(17))
            x ^= np.uint32(x << np.uint32(5))
            if draw == 0:
                t += 1 + np.int64(x % np.uint32(3000))
            elif draw == 1:
                p = min(max(p + np.int64(x % np.uint32(11)) - 5, 100_000), 9_900_000)
            elif draw == 2:
                quantities[i] = 1 + np.int64(x % np.uint32(100))
            else:
                sides[i] = x & np.uint32(1)
        times[i] = t
        prices[i] = p


def trades(n):
    """`n` trades of the workload."""
    data = Trades(np.empty(n, np.int64), np.empty(n), np.empty(n), np.empty(n, np.int8))
    _fill(n, workload.SEED, data.time_us, data.price, data.quantity, data.side)
    return data


def checksum(data):
    """CRC-32 over times as little-endian int64, then price, quantity and side as int32; hex."""
    crc = zlib.crc32(data.time_us.astype("<i8").tobytes())
    for column in (data.price, data.quantity, data.side):
        crc = zlib.crc32(column.astype("<i4").tobytes(), crc)
    return f"{crc:08x}"


def measure_bars(version, time_bars, volume_bars, prepare=lambda data: data):
    """Measures `time_bars(data, bucket_us)` or `volume_bars(data)`, each giving numpy columns by name in order of bars."""
    args = arguments(bar=list(BUCKET_US))
    bucket_us = BUCKET_US[args.bar]
    made = trades(args.bars)
    crc = checksum(made)
    measure(
        version,
        args.runs,
        lambda: prepare(made),
        lambda _: crc,
        lambda data: volume_bars(data) if bucket_us is None else time_bars(data, bucket_us),
        lambda bars, _: {name: fingerprint(bars[name]) for name in COLUMNS},
    )
