"""P8 as numba loops written by hand for these bars alone: the strongest opponent there is."""

import numba
import numpy as np

from p8_trades import COLUMNS, LOTS, measure_bars


@numba.njit
def _bars(key, most, price, quantity, side):
    o, h, l, c, v, b = np.empty(most), np.empty(most), np.empty(most), np.empty(most), np.empty(most), np.empty(most)
    k = np.empty(most, np.int64)
    at = -1
    before = np.int64(-1)
    for i in range(len(price)):
        p = price[i]
        if key[i] != before:
            before = key[i]
            at += 1
            o[at] = p
            h[at] = p
            l[at] = p
            v[at] = 0.0
            b[at] = 0.0
            k[at] = 0
        h[at] = max(h[at], p)
        l[at] = min(l[at], p)
        c[at] = p
        v[at] += quantity[i]
        b[at] += quantity[i] * side[i]
        k[at] += 1
    n = at + 1
    return o[:n], h[:n], l[:n], c[:n], v[:n], b[:n], k[:n]


@numba.njit
def _time_keys(time_us, bucket_us):
    return time_us // bucket_us


@numba.njit
def _volume_keys(quantity, lots):
    key = np.empty(len(quantity), np.int64)
    total = 0.0
    for i in range(len(quantity)):
        key[i] = np.int64(total / lots)
        total += quantity[i]
    return key


def _named(data, key):
    most = min(len(key), int(key[-1] - key[0]) + 1)
    return dict(zip(COLUMNS, _bars(key, most, data.price, data.quantity, data.side)))


measure_bars(
    numba.__version__,
    lambda data, bucket_us: _named(data, _time_keys(data.time_us, bucket_us)),
    lambda data: _named(data, _volume_keys(data.quantity, LOTS)),
)
