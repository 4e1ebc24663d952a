"""P1 with whole-array numpy: no loop over bars."""

import numpy as np

import p1_rule as rule
import workload
from cell import arguments, measure


def moving_average(values, window):
    sums = np.cumsum(values)
    out = np.full(len(values), np.nan)
    out[window - 1] = sums[window - 1] / window
    out[window:] = (sums[window:] - sums[:-window]) / window
    return out


def backtest(data):
    close = data.close
    held = (moving_average(close, rule.FAST) > moving_average(close, rule.SLOW)).astype(np.float64)
    change = np.diff(held, prepend=0.0)
    at = np.flatnonzero(change)
    flow = np.zeros(len(close))
    flow[at] = -change[at] * close[at] - rule.FEE_RATE * close[at]
    equity = rule.CASH + np.cumsum(flow) + held * close
    return equity, at[0::2], at[1::2], *rule.equity_statistics(equity)


def outcome(result, data):
    equity, entry, exit_, drawdown, sharpe = result
    entries = entry[: len(exit_)]
    digest = rule.trades_hash(
        data.close_ms[entries], data.close_ms[exit_], rule.UNITS, data.close[entries], data.close[exit_]
    )
    return rule.outcome(len(exit_), len(entry) - len(exit_), equity[-1], drawdown, sharpe, digest)


args = arguments()
measure(np.__version__, args.runs, lambda: workload.bars(args.bars), workload.checksum, backtest, outcome)
