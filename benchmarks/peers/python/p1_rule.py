"""The rule of case P1 and what its peers have to show, in one place for all of them."""

import hashlib

import numpy as np

FAST = 20
SLOW = 50
CASH = 1e9
FEE_RATE = 0.001
UNITS = 1.0


def trades_hash(entry_ms, exit_ms, quantity, entry_price, exit_price):
    """SHA-256 over closed trades in order of closing: int64 entry and exit time, float64 quantity and prices."""
    rows = np.empty(len(entry_ms), dtype=[("a", "<i8"), ("b", "<i8"), ("q", "<f8"), ("p", "<f8"), ("x", "<f8")])
    rows["a"], rows["b"], rows["q"], rows["p"], rows["x"] = entry_ms, exit_ms, quantity, entry_price, exit_price
    return hashlib.sha256(rows.tobytes()).hexdigest()


def outcome(closed, open_trades, end_equity, max_drawdown, sharpe, digest):
    """What the case compares."""
    return {
        "closedTrades": int(closed),
        "openTrades": int(open_trades),
        "endEquity": float(end_equity),
        "maxDrawdown": float(max_drawdown),
        "sharpe": float(sharpe),
        "tradesHash": digest,
    }


def equity_statistics(equity):
    """Maximum drawdown (positive) and Sharpe per bar of an equity curve, the first return taken against the cash."""
    curve = np.concatenate(([CASH], equity))
    returns = curve[1:] / curve[:-1] - 1
    drawdown = 1 - (curve / np.maximum.accumulate(curve)).min()
    return drawdown, returns.mean() / returns.std(ddof=1)
