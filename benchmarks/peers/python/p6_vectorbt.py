"""P6 with vectorbt's indicators, where one has TA-Lib's rule."""

import pandas as pd
import vectorbt as vbt

import workload
from cell import arguments, measure

SAMPLE_BARS = 10_000


def bands(data):
    result = vbt.BBANDS.run(data["close"], window=20, alpha=2, ddof=0)
    return {"middle": result.middle, "upper": result.upper, "lower": result.lower}


def macd(data):
    result = vbt.MACD.run(data["close"], 12, 26, 9, macd_ewm=True, signal_ewm=True, adjust=False)
    return {"macd": result.macd, "signal": result.signal, "histogram": result.hist}


CALLS = {
    "SMA": lambda data: {"value": vbt.MA.run(data["close"], 30).ma},
    "EMA": lambda data: {"value": vbt.MA.run(data["close"], 30, ewm=True, adjust=False).ma},
    "MACD": macd,
    "BBANDS": bands,
    "OBV": lambda data: {"value": vbt.OBV.run(data["close"], data["volume"]).obv},
    "STDDEV": lambda data: {"value": vbt.MSTD.run(data["close"], 5, ddof=0).mstd},
}

args = arguments(indicator=list(CALLS))
kept = {}


def prepare():
    data = workload.bars(args.bars)
    kept.update({name: pd.Series(getattr(data, name)) for name in ("high", "low", "close", "volume")})
    return data


measure(
    vbt.__version__,
    args.runs,
    prepare,
    workload.checksum,
    lambda _: CALLS[args.indicator](kept),
    lambda result, _: {
        args.indicator: {name: column.iloc[SAMPLE_BARS - 1 :: SAMPLE_BARS].tolist() for name, column in result.items()}
    },
)
