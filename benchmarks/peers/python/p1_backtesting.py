"""P1 with backtesting.py. It books the fee of a fill one bar later, so its Sharpe at the close is the next open's."""

import warnings

import numpy as np
import pandas as pd

# Every run warns about numbers that are as the case wants them: prices above the cash, the trade left open at the end.
warnings.filterwarnings("ignore")

import backtesting  # noqa: E402
from backtesting import Backtest, Strategy  # noqa: E402

import p1_rule as rule  # noqa: E402
import workload  # noqa: E402
from cell import arguments, measure  # noqa: E402

backtesting.set_bokeh_output(notebook=False)
backtesting.backtesting._tqdm = lambda iterable, **_: iterable


def moving_average(values, window):
    sums = np.cumsum(values)
    out = np.full(len(values), np.nan)
    out[window - 1] = sums[window - 1] / window
    out[window:] = (sums[window:] - sums[:-window]) / window
    return out


class SmaCross(Strategy):
    def init(self):
        self.fast = self.I(moving_average, self.data.Close, rule.FAST)
        self.slow = self.I(moving_average, self.data.Close, rule.SLOW)

    def next(self):
        long = self.fast[-1] > self.slow[-1]
        if long and not self.position:
            self.buy(size=1)
        elif not long and self.position:
            self.position.close()


def main():
    args = arguments(fill=["close", "next-open"])
    at_close = args.fill == "close"

    def prepare():
        return workload.bars(args.bars)

    def backtest(data):
        frame = pd.DataFrame(
            {"Open": data.open, "High": data.high, "Low": data.low, "Close": data.close, "Volume": data.volume},
            index=pd.to_datetime(data.open_ms, unit="ms"),
        )
        test = Backtest(frame, SmaCross, cash=rule.CASH, commission=rule.FEE_RATE, trade_on_close=at_close)
        return test.run()

    def outcome(stats, data):
        trades = stats["_trades"]
        # It calls the bar at whose close a trade was made the next bar, as its open is that instant.
        times = data.close_ms if at_close else data.open_ms
        digest = rule.trades_hash(
            times[trades["EntryBar"]],
            times[trades["ExitBar"]],
            trades["Size"].to_numpy(float),
            trades["EntryPrice"],
            trades["ExitPrice"],
        )
        equity = stats["_equity_curve"]["Equity"].to_numpy()
        drawdown, sharpe = rule.equity_statistics(equity)
        open_trades = len(stats["_strategy"].trades)
        return rule.outcome(len(trades), open_trades, equity[-1], drawdown, sharpe, digest)

    measure(backtesting.__version__, args.runs, prepare, workload.checksum, backtest, outcome)


main()
