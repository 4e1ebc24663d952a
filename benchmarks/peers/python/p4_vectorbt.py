"""P4 with vectorbt, on its numba or its Rust kernels: target weights, one cash account, sales first."""

import numpy as np
import pandas as pd
import vectorbt as vbt

import p4_rule as rule
import workload
from cell import arguments, measure


def main():
    args = arguments(engine=["numba", "rust"])
    vbt.settings["engine"] = args.engine
    if args.engine == "rust":
        from vectorbt._engine import is_rust_available

        if not is_rust_available():
            raise SystemExit("vectorbt does not find its Rust kernels")

    def prepare():
        data = rule.basket(args.bars)
        return data, pd.DataFrame(rule.closes(data))

    def backtest(prepared):
        _, close = prepared
        fast = close.ewm(span=rule.FAST, adjust=False).mean().to_numpy()
        slow = close.ewm(span=rule.SLOW, adjust=False).mean().to_numpy()
        member = fast > slow
        counts = np.maximum(member.sum(axis=1, keepdims=True), 1)
        size = np.full(close.shape, np.nan)
        rows = np.arange(0, len(close), rule.EVERY_BARS)
        rows = rows[rows + 1 >= rule.HISTORY]
        size[rows] = np.where(member, rule.INVESTED / counts, 0.0)[rows]
        portfolio = vbt.Portfolio.from_orders(
            close,
            size=size,
            size_type="targetpercent",
            group_by=True,
            cash_sharing=True,
            call_seq="auto",
            fees=rule.FEE_RATE,
            init_cash=rule.CASH,
            freq="1min",
            engine=args.engine,
        )
        return len(portfolio.orders.values), portfolio.value().to_numpy()

    measure(
        vbt.__version__,
        args.runs,
        prepare,
        lambda prepared: workload.checksum(prepared[0][0]),
        backtest,
        lambda result, prepared: rule.outcome(result[0], result[1][-1]),
    )


main()
