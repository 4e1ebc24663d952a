"""P1 with nautilus_trader: logging and the risk engine bypassed, its own moving averages, equity read every bar.

A market order fills at the bar's close without latency; the fee shows in the equity one bar later.
"""

from decimal import Decimal

import nautilus_trader
import numpy as np
import pandas as pd
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig, RiskEngineConfig, StrategyConfig
from nautilus_trader.indicators import SimpleMovingAverage
from nautilus_trader.model.currencies import BTC, USDT
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import CurrencyPair
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.persistence.wranglers import BarDataWrangler
from nautilus_trader.trading.strategy import Strategy

import p1_rule as rule
import workload
from cell import arguments, measure

VENUE = Venue("SIM")


def instrument():
    return CurrencyPair(
        instrument_id=InstrumentId(Symbol("BTCUSDT"), VENUE),
        raw_symbol=Symbol("BTCUSDT"),
        base_currency=BTC,
        quote_currency=USDT,
        price_precision=0,
        size_precision=0,
        price_increment=Price(1, 0),
        size_increment=Quantity(1, 0),
        ts_event=0,
        ts_init=0,
        maker_fee=Decimal("0.001"),
        taker_fee=Decimal("0.001"),
        margin_init=Decimal(0),
        margin_maint=Decimal(0),
    )


class SmaCrossConfig(StrategyConfig, frozen=True):
    instrument_id: InstrumentId
    bar_type: BarType


class SmaCross(Strategy):
    def __init__(self, config):
        super().__init__(config)
        self.fast = SimpleMovingAverage(rule.FAST)
        self.slow = SimpleMovingAverage(rule.SLOW)
        self.equity = []
        self.fills = []
        self.held = 0

    def on_start(self):
        self.register_indicator_for_bars(self.config.bar_type, self.fast)
        self.register_indicator_for_bars(self.config.bar_type, self.slow)
        self.account = self.portfolio.account(VENUE)
        self.subscribe_bars(self.config.bar_type)

    def on_bar(self, bar):
        self.equity.append(self.account.balance_total(USDT).as_double() + self.held * bar.close.as_double())
        if not self.slow.initialized:
            return
        long = self.fast.value > self.slow.value
        if long == (self.held == 1):
            return
        side = OrderSide.BUY if long else OrderSide.SELL
        order = self.order_factory.market(self.config.instrument_id, side, Quantity(1, 0))
        self.submit_order(order)

    def on_order_filled(self, event):
        self.held = 1 if event.order_side == OrderSide.BUY else 0
        # Through decimals: `as_double` of its fixed-point numbers is off by a last bit now and then.
        price, quantity = float(event.last_px.as_decimal()), float(event.last_qty.as_decimal())
        self.fills.append((event.ts_event // 1_000_000, price, quantity))


def main():
    args = arguments()

    def prepare():
        return workload.bars(args.bars)

    def backtest(data):
        engine = BacktestEngine(
            BacktestEngineConfig(
                logging=LoggingConfig(bypass_logging=True),
                risk_engine=RiskEngineConfig(bypass=True),
                run_analysis=False,
            )
        )
        engine.add_venue(
            venue=VENUE,
            oms_type=OmsType.NETTING,
            account_type=AccountType.CASH,
            base_currency=None,
            starting_balances=[Money(rule.CASH, USDT), Money(0, BTC)],
        )
        pair = instrument()
        engine.add_instrument(pair)
        bar_type = BarType.from_str(f"{pair.id}-1-MINUTE-LAST-EXTERNAL")
        frame = pd.DataFrame(
            {"open": data.open, "high": data.high, "low": data.low, "close": data.close, "volume": data.volume},
            index=pd.to_datetime(data.close_ms, unit="ms", utc=True),
        )
        engine.add_data(BarDataWrangler(bar_type, pair).process(frame))
        strategy = SmaCross(SmaCrossConfig(instrument_id=pair.id, bar_type=bar_type))
        engine.add_strategy(strategy)
        engine.run()
        curve = np.array(strategy.equity)
        result = curve, strategy.fills, *rule.equity_statistics(curve)
        engine.dispose()
        return result

    def outcome(result, data):
        curve, fills, drawdown, sharpe = result
        closed = len(fills) // 2
        rows = np.array(fills).reshape(-1, 3)
        entry, leave = rows[0 : 2 * closed : 2], rows[1 : 2 * closed : 2]
        digest = rule.trades_hash(entry[:, 0], leave[:, 0], leave[:, 2], entry[:, 1], leave[:, 1])
        return rule.outcome(closed, len(fills) - 2 * closed, curve[-1], drawdown, sharpe, digest)

    measure(nautilus_trader.__version__, args.runs, prepare, workload.checksum, backtest, outcome)


main()
