"""The rule of case P4 in one place for its peers."""

import numpy as np

import workload

ASSETS = 100
FAST, SLOW = 20, 100
HISTORY = 100
EVERY_BARS = 60
INVESTED = 0.998
FEE_RATE = 0.0005
CASH = 1e9


def basket(bars):
    """Bars of each asset, in order."""
    return [workload.bars(bars, workload.SEED + index) for index in range(ASSETS)]


def closes(data):
    """Closes of shape [bars, assets]."""
    return np.ascontiguousarray(np.stack([each.close for each in data], axis=1))


def outcome(orders, end_equity):
    """What the case compares."""
    return {"orders": int(orders), "endEquity": float(end_equity)}
