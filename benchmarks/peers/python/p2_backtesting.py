"""P2 with backtesting.py: its orders carry a stop and a target of their own; `exclusive_orders` is off, hedging on.

Its rule for a bar that touches target and stop is its own, and exits act in the bar of the entry.
"""

import warnings

import pandas as pd

warnings.filterwarnings("ignore")

import backtesting  # noqa: E402
from backtesting import Backtest, Strategy  # noqa: E402

import p2_rule as rule  # noqa: E402
import workload  # noqa: E402
from cell import arguments, measure  # noqa: E402

backtesting.set_bokeh_output(notebook=False)
backtesting.backtesting._tqdm = lambda iterable, **_: iterable


class Grid(Strategy):
    def init(self):
        self.bar = 0

    def next(self):
        self.bar += 1
        if self.bar % rule.EVERY != 1:
            return
        for order in list(self.orders):
            if not order.is_contingent:
                order.cancel()
        close = self.data.Close[-1]
        for k in range(1, rule.LEVELS + 1):
            low, high = close - rule.STEP * k, close + rule.STEP * k
            self.buy(size=1, limit=low, tp=low + rule.TARGET, sl=low - rule.STOP)
            self.sell(size=1, limit=high, tp=high - rule.TARGET, sl=high + rule.STOP)


def main():
    args = arguments()

    def backtest(data):
        frame = pd.DataFrame(
            {"Open": data.open, "High": data.high, "Low": data.low, "Close": data.close, "Volume": data.volume},
            index=pd.to_datetime(data.open_ms, unit="ms"),
        )
        return Backtest(frame, Grid, cash=rule.CASH, hedging=True, exclusive_orders=False).run()

    def outcome(stats, data):
        open_trades = len(stats["_strategy"].trades)
        return rule.outcome(2 * len(stats["_trades"]) + open_trades, stats["Equity Final [$]"])

    measure(
        backtesting.__version__, args.runs, lambda: workload.bars(args.bars), workload.checksum, backtest, outcome
    )


main()
