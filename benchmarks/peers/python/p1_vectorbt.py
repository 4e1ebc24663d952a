"""P1 with vectorbt, on its numba or its Rust kernels, with the four metrics of the case or with all its statistics."""

import numpy as np
import pandas as pd
import vectorbt as vbt

import p1_rule as rule
import workload
from cell import arguments, measure

BARS_A_YEAR = 365 * 24 * 60


def main():
    args = arguments(engine=["numba", "rust"], stats=["four", "all"])
    vbt.settings["engine"] = args.engine
    vbt.settings.returns["year_freq"] = "365 days"
    if args.engine == "rust":
        from vectorbt._engine import is_rust_available

        if not is_rust_available():
            raise SystemExit("vectorbt does not find its Rust kernels")

    def prepare():
        return workload.bars(args.bars)

    def backtest(data):
        close = pd.Series(data.close, index=pd.to_datetime(data.close_ms, unit="ms"))
        fast = vbt.MA.run(close, rule.FAST).ma
        slow = vbt.MA.run(close, rule.SLOW).ma
        long = (fast > slow).to_numpy()
        was = np.concatenate(([False], long[:-1]))
        portfolio = vbt.Portfolio.from_signals(
            close,
            long & ~was,
            ~long & was,
            size=rule.UNITS,
            fees=rule.FEE_RATE,
            init_cash=rule.CASH,
            freq="1min",
            engine=args.engine,
        )
        if args.stats == "all":
            portfolio.stats()
        sharpe = portfolio.sharpe_ratio() / np.sqrt(BARS_A_YEAR)
        return portfolio.final_value(), -portfolio.max_drawdown(), sharpe, portfolio.trades.values

    def outcome(result, data):
        end_equity, drawdown, sharpe, trades = result
        closed = trades[trades["status"] == 1]
        entries, exits = closed["entry_idx"], closed["exit_idx"]
        digest = rule.trades_hash(
            data.close_ms[entries], data.close_ms[exits], closed["size"], closed["entry_price"], closed["exit_price"]
        )
        return rule.outcome(len(closed), len(trades) - len(closed), end_equity, drawdown, sharpe, digest)

    measure(vbt.__version__, args.runs, prepare, workload.checksum, backtest, outcome)


main()
