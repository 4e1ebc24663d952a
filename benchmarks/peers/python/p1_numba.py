"""P1 as one numba loop written by hand for this rule alone: the strongest opponent there is."""

import numba
import numpy as np

import p1_rule as rule
import workload
from cell import arguments, measure


@numba.njit
def backtest(open_, close, next_open):
    n = len(close)
    equity = np.empty(n)
    entry = np.empty(n // 2 + 1, np.int64)
    exit_ = np.empty(n // 2 + 1, np.int64)
    opened = 0
    closed = 0
    fast = 0.0
    slow = 0.0
    held = 0.0
    wanted = 0.0
    cash = 1e9
    peak = cash
    depth = 0.0
    previous = cash
    mean = 0.0
    squares = 0.0
    for i in range(n):
        price = close[i]
        if next_open and wanted != held:
            cash -= (wanted - held) * open_[i] + open_[i] * 0.001
            if wanted > 0:
                entry[opened] = i
                opened += 1
            else:
                exit_[closed] = i
                closed += 1
            held = wanted
        fast += price
        slow += price
        if i >= 20:
            fast -= close[i - 20]
        if i >= 50:
            slow -= close[i - 50]
        if i >= 49:
            wanted = 1.0 if fast / 20 > slow / 50 else 0.0
            if not next_open and wanted != held:
                cash -= (wanted - held) * price + price * 0.001
                if wanted > 0:
                    entry[opened] = i
                    opened += 1
                else:
                    exit_[closed] = i
                    closed += 1
                held = wanted
        value = cash + held * price
        equity[i] = value
        if value > peak:
            peak = value
        elif 1 - value / peak > depth:
            depth = 1 - value / peak
        # The mean of the returns is tiny beside their deviation, so plain sums keep all their digits.
        change = value / previous - 1
        mean += change
        squares += change * change
        previous = value
    mean /= n
    sharpe = mean / np.sqrt((squares - n * mean * mean) / (n - 1))
    return equity, entry[:opened].copy(), exit_[:closed].copy(), depth, sharpe


def main():
    args = arguments(fill=["close", "next-open"])
    next_open = args.fill == "next-open"

    def outcome(result, data):
        equity, entry, exit_, drawdown, sharpe = result
        times, prices = (data.open_ms, data.open) if next_open else (data.close_ms, data.close)
        entries = entry[: len(exit_)]
        digest = rule.trades_hash(times[entries], times[exit_], rule.UNITS, prices[entries], prices[exit_])
        return rule.outcome(len(exit_), len(entry) - len(exit_), equity[-1], drawdown, sharpe, digest)

    measure(
        numba.__version__,
        args.runs,
        lambda: workload.bars(args.bars),
        workload.checksum,
        lambda data: backtest(data.open, data.close, next_open),
        outcome,
    )


main()
