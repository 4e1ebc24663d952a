"""The grid of P2: what every peer places, and its outcome."""

CASH = 1_000_000_000
EVERY = 10
LEVELS = 10
STEP = 20
TARGET = 40
STOP = 60


def outcome(fills, end_equity):
    return {"fills": int(fills), "endEquity": float(end_equity)}
