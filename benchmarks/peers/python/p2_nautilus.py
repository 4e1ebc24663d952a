"""P2 with nautilus_trader: hedging account, bracket orders of its order factory, logging and risk engine bypassed.

Stops that the market has passed when they arrive are not rejected. Its own order of prices inside a bar.
"""

from decimal import Decimal

import nautilus_trader
import pandas as pd
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig, RiskEngineConfig, StrategyConfig
from nautilus_trader.model.currencies import BTC, USDT
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide, OrderType
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import CurrencyPair
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.persistence.wranglers import BarDataWrangler
from nautilus_trader.trading.strategy import Strategy

import p2_rule as rule
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
        maker_fee=Decimal(0),
        taker_fee=Decimal(0),
        margin_init=Decimal(0),
        margin_maint=Decimal(0),
    )


class GridConfig(StrategyConfig, frozen=True):
    instrument_id: InstrumentId
    bar_type: BarType


class Grid(Strategy):
    def __init__(self, config):
        super().__init__(config)
        self.bars = 0
        self.fills = 0
        self.entries = []

    def on_start(self):
        self.account = self.portfolio.account(VENUE)
        self.subscribe_bars(self.config.bar_type)

    def on_bar(self, bar):
        self.bars += 1
        if self.bars % rule.EVERY != 1:
            return
        for entry in self.entries:
            if entry.is_open:
                self.cancel_order(entry)
        close = int(bar.close.as_double())
        self.entries = []
        for k in range(1, rule.LEVELS + 1):
            self.place(OrderSide.BUY, close - rule.STEP * k, 1)
            self.place(OrderSide.SELL, close + rule.STEP * k, -1)

    def place(self, side, price, win):
        orders = self.order_factory.bracket(
            instrument_id=self.config.instrument_id,
            order_side=side,
            quantity=Quantity(1, 0),
            entry_order_type=OrderType.LIMIT,
            entry_price=Price(price, 0),
            tp_price=Price(price + win * rule.TARGET, 0),
            tp_post_only=False,
            sl_trigger_price=Price(price - win * rule.STOP, 0),
        )
        self.entries.append(orders.first)
        self.submit_order_list(orders)

    def on_order_filled(self, event):
        self.fills += 1


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
            oms_type=OmsType.HEDGING,
            account_type=AccountType.MARGIN,
            base_currency=None,
            starting_balances=[Money(rule.CASH, USDT), Money(0, BTC)],
            reject_stop_orders=False,
        )
        pair = instrument()
        engine.add_instrument(pair)
        bar_type = BarType.from_str(f"{pair.id}-1-MINUTE-LAST-EXTERNAL")
        frame = pd.DataFrame(
            {"open": data.open, "high": data.high, "low": data.low, "close": data.close, "volume": data.volume},
            index=pd.to_datetime(data.close_ms, unit="ms", utc=True),
        )
        engine.add_data(BarDataWrangler(bar_type, pair).process(frame))
        strategy = Grid(GridConfig(instrument_id=pair.id, bar_type=bar_type))
        engine.add_strategy(strategy)
        engine.run()
        result = strategy.fills, strategy.account.balance_total(USDT).as_double()
        engine.dispose()
        return result

    def outcome(result, data):
        return rule.outcome(*result)

    measure(nautilus_trader.__version__, args.runs, prepare, workload.checksum, backtest, outcome)


main()
