"""P6 with polars expressions, where the indicator is one expression or a few. Wilder's average is an ewm of alpha 1/14."""

import polars as pl

import workload
from cell import arguments, measure

SAMPLE_BARS = 10_000
close, high, low, volume = pl.col("close"), pl.col("high"), pl.col("low"), pl.col("volume")


def ema(of, span):
    return of.ewm_mean(span=span, adjust=False)


def wilder(of, period):
    return of.ewm_mean(alpha=1 / period, adjust=False)


change = close.diff()
gain = wilder(change.clip(lower_bound=0), 14)
loss = wilder((-change).clip(lower_bound=0), 14)
line = ema(close, 12) - ema(close, 26)
middle, spread = close.rolling_mean(20), close.rolling_std(20, ddof=0)
before = close.shift(1)
place = 100 * (close - low.rolling_min(5)) / (high.rolling_max(5) - low.rolling_min(5))
slow_k = place.rolling_mean(3)

EXPRESSIONS = {
    "SMA": {"value": close.rolling_mean(30)},
    "EMA": {"value": ema(close, 30)},
    "WMA": {"value": close.rolling_mean(30, weights=[float(i) for i in range(1, 31)])},
    "DEMA": {"value": 2 * ema(close, 30) - ema(ema(close, 30), 30)},
    "RSI": {"value": 100 * gain / (gain + loss)},
    "MACD": {"macd": line, "signal": ema(line, 9), "histogram": line - ema(line, 9)},
    "BBANDS": {"middle": middle, "upper": middle + 2 * spread, "lower": middle - 2 * spread},
    "ATR": {"value": wilder(pl.max_horizontal(high, before) - pl.min_horizontal(low, before), 14)},
    "STOCH": {"k": slow_k, "d": slow_k.rolling_mean(3)},
    "OBV": {"value": (volume * change.sign().fill_null(1)).cum_sum()},
    "ROC": {"value": 100 * (close - close.shift(10)) / close.shift(10)},
    "WILLR": {
        "value": -100 * (high.rolling_max(14) - close) / (high.rolling_max(14) - low.rolling_min(14)),
    },
    "STDDEV": {"value": close.rolling_std(5, ddof=0)},
}

args = arguments(indicator=list(EXPRESSIONS))
expressions = [expression.alias(name) for name, expression in EXPRESSIONS[args.indicator].items()]
kept = {}


def prepare():
    data = workload.bars(args.bars)
    kept["frame"] = pl.DataFrame({name: getattr(data, name) for name in ("high", "low", "close", "volume")})
    return data


measure(
    pl.__version__,
    args.runs,
    prepare,
    workload.checksum,
    lambda _: kept["frame"].select(expressions),
    lambda result, _: {
        args.indicator: {name: result[name][SAMPLE_BARS - 1 :: SAMPLE_BARS].to_list() for name in result.columns}
    },
)
