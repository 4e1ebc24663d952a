"""P1 with backtrader: cheat-on-close for fills at the close, its own moving averages, equity read every bar.

It executes a fill at the close when the next bar begins, so its Sharpe at the close is the next open's.
"""

from datetime import datetime, timezone

import backtrader as bt
import numpy as np
import pandas as pd

import p1_rule as rule
import workload
from cell import arguments, measure


class SmaCross(bt.Strategy):
    params = (("equity", None), ("closed", None), ("opened", None))

    def __init__(self):
        self.fast = bt.ind.SMA(self.data.close, period=rule.FAST)
        self.slow = bt.ind.SMA(self.data.close, period=rule.SLOW)

    def prenext(self):
        self.p.equity.append(self.broker.getvalue())

    def next(self):
        self.p.equity.append(self.broker.getvalue())
        long = self.fast[0] > self.slow[0]
        if long and not self.position:
            self.buy(size=1)
        elif not long and self.position:
            self.close()

    def notify_order(self, order):
        if order.status == order.Completed:
            fills = self.p.opened if order.isbuy() else self.p.closed
            fills.append((order.executed.dt, order.executed.price, abs(order.executed.size)))


def main():
    args = arguments(fill=["close", "next-open"])

    def prepare():
        return workload.bars(args.bars)

    def backtest(data):
        # The time of a bar is its open here; a fill at the close carries that of the bar it was decided in.
        frame = pd.DataFrame(
            {"open": data.open, "high": data.high, "low": data.low, "close": data.close, "volume": data.volume},
            index=pd.to_datetime(data.open_ms, unit="ms"),
        )
        equity, opened, closed = [], [], []
        engine = bt.Cerebro(stdstats=False)
        engine.adddata(bt.feeds.PandasData(dataname=frame))
        engine.addstrategy(SmaCross, equity=equity, opened=opened, closed=closed)
        engine.broker.setcash(rule.CASH)
        engine.broker.setcommission(commission=rule.FEE_RATE)
        engine.broker.set_coc(args.fill == "close")
        engine.run()
        curve = np.array(equity)
        return curve, opened, closed, *rule.equity_statistics(curve)

    def outcome(result, data):
        curve, opened, closed, drawdown, sharpe = result
        times = data.close_ms if args.fill == "close" else data.open_ms
        entry_ms, entry_price, _ = _columns(opened[: len(closed)], data, times)
        exit_ms, exit_price, size = _columns(closed, data, times)
        digest = rule.trades_hash(entry_ms, exit_ms, size, entry_price, exit_price)
        return rule.outcome(len(closed), len(opened) - len(closed), curve[-1], drawdown, sharpe, digest)

    measure(bt.__version__, args.runs, prepare, workload.checksum, backtest, outcome)


def _columns(fills, data, times):
    stamps = [bt.num2date(number).replace(tzinfo=timezone.utc) for number, _, _ in fills]
    minutes = np.array([round((stamp - datetime(1970, 1, 1, tzinfo=timezone.utc)).total_seconds()) for stamp in stamps])
    rows = (minutes * 1_000 - data.open_ms[0]) // workload.BAR_MS
    return times[rows], np.array([price for _, price, _ in fills]), np.array([size for _, _, size in fills])


main()
