"""P8 as numba loops written by hand for these bars alone: the strongest opponent there is."""

import numba
import numpy as np

from p8_trades import COLUMNS, LOTS, measure_bars


@numba.njit(inline="always")
def _room(most):
    return np.empty(most), np.empty(most), np.empty(most), np.empty(most), np.empty(most), np.empty(most)


@numba.njit
def _time_bars(time_us, price, quantity, side, bucket_us):
    n = len(price)
    most = min(n, (time_us[n - 1] // bucket_us) - (time_us[0] // bucket_us) + 1)
    o, h, l, c, v, b = _room(most)
    k = np.empty(most, np.int64)
    at = -1
    i = 0
    while i < n:
        end_us = (time_us[i] // bucket_us + 1) * bucket_us
        first = i
        high = price[i]
        low = price[i]
        volume = 0.0
        bought = 0.0
        while i < n and time_us[i] < end_us:
            p = price[i]
            high = max(high, p)
            low = min(low, p)
            volume += quantity[i]
            bought += quantity[i] * side[i]
            i += 1
        at += 1
        o[at] = price[first]
        h[at] = high
        l[at] = low
        c[at] = price[i - 1]
        v[at] = volume
        b[at] = bought
        k[at] = i - first
    m = at + 1
    return o[:m], h[:m], l[:m], c[:m], v[:m], b[:m], k[:m]


@numba.njit
def _volume_bars(price, quantity, side, lots):
    n = len(price)
    most = min(n, int(quantity.sum() / lots) + 1)
    o, h, l, c, v, b = _room(most)
    k = np.empty(most, np.int64)
    at = -1
    before = -1
    total = 0.0
    for i in range(n):
        p = price[i]
        q = quantity[i]
        key = int(total / lots)
        if key != before:
            before = key
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
        v[at] += q
        b[at] += q * side[i]
        k[at] += 1
        total += q
    m = at + 1
    return o[:m], h[:m], l[:m], c[:m], v[:m], b[:m], k[:m]


measure_bars(
    numba.__version__,
    lambda data, bucket_us: dict(
        zip(COLUMNS, _time_bars(data.time_us, data.price, data.quantity, data.side, bucket_us))
    ),
    lambda data: dict(zip(COLUMNS, _volume_bars(data.price, data.quantity, data.side, LOTS))),
)
