"""P4 as one numba loop written by hand for this rule alone."""

import numba
import numpy as np

import p4_rule as rule
import workload
from cell import arguments, measure


@numba.njit
def backtest(close):
    bars, assets = close.shape
    fast = close[0].copy()
    slow = close[0].copy()
    held = np.zeros(assets)
    change = np.zeros(assets)
    equity = np.empty(bars)
    cash = 1e9
    orders = 0
    for i in range(bars):
        value = cash
        members = 0
        for a in range(assets):
            price = close[i, a]
            fast[a] += 2 / 21 * (price - fast[a])
            slow[a] += 2 / 101 * (price - slow[a])
            value += held[a] * price
        if i % 60 == 0 and i + 1 >= 100:
            for a in range(assets):
                members += fast[a] > slow[a]
            for a in range(assets):
                wanted = 0.998 * value / members / close[i, a] if fast[a] > slow[a] else 0.0
                change[a] = wanted - held[a]
            for buys in (False, True):
                for a in range(assets):
                    if change[a] == 0 or (change[a] > 0) != buys:
                        continue
                    notional = change[a] * close[i, a]
                    cash -= notional + abs(notional) * 0.0005
                    value -= abs(notional) * 0.0005
                    held[a] += change[a]
                    orders += 1
        equity[i] = value
    return orders, equity


def main():
    args = arguments()
    measure(
        numba.__version__,
        args.runs,
        lambda: rule.basket(args.bars),
        lambda data: workload.checksum(data[0]),
        lambda data: backtest(rule.closes(data)),
        lambda result, data: rule.outcome(result[0], result[1][-1]),
    )


main()
