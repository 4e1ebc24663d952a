"""Makes fixtures/talib-indicators.json: a thousand bars of the benchmark workload, and what TA-Lib computes from them.

Run: python3 -m venv venv && venv/bin/pip install TA-Lib==0.8.2 numpy && venv/bin/python make-indicators.py
Prices are whole ticks. Of each output the first 40 values are kept, which show how TA-Lib begins, and the last 200, where
every seed has faded below the last digit.
"""

import json
import zlib
from pathlib import Path

import numpy as np
import talib

BARS = 1000
CHECKSUM = "5459e440"
FIRST, LAST = 40, 200


def bars(n, seed=2463534242):
    """A bounded random walk, five draws of xorshift32 a bar; each bar opens at the close before it."""
    state = seed

    def draw():
        nonlocal state
        state ^= state << 13 & 0xFFFFFFFF
        state ^= state >> 17
        state ^= state << 5 & 0xFFFFFFFF
        return state

    price = 1_000_000
    rows = []
    for _ in range(n):
        path = [price]
        for _ in range(4):
            path.append(min(max(path[-1] + draw() % 201 - 100, 100_000), 9_900_000))
        price = path[-1]
        rows.append((path[0], max(path), min(path), price, 1 + draw() % 1000))
    return np.array(rows, np.float64).T


def answers(o, h, l, c, v):
    """By a name of ours: one column of TA-Lib each, with its default parameters unless the call says others."""
    up, middle, low = talib.BBANDS(c, 20)
    macd, signal, histogram = talib.MACD(c)
    ppo = talib.PPO(c, 12, 26, matype=1)
    k, d = talib.STOCH(h, l, c)
    rsi_k, rsi_d = talib.STOCHRSI(c, 14, 5, 3)
    down, recent = talib.AROON(h, l)
    plus, minus = talib.VORTEX(h, l, c)
    return {
        "SMA": talib.SMA(c), "EMA": talib.EMA(c), "WMA": talib.WMA(c), "DEMA": talib.DEMA(c), "TEMA": talib.TEMA(c),
        "T3": talib.T3(c), "HMA": talib.HMA(c), "KAMA": talib.KAMA(c), "ZLEMA": talib.ZLEMA(c), "VWMA": talib.VWMA(c, v),
        "RSI": talib.RSI(c), "MACD": macd, "MACD signal": signal, "MACD histogram": histogram, "PPO": ppo,
        "BBANDS upper": up, "BBANDS middle": middle, "BBANDS lower": low, "STDDEV": talib.STDDEV(c),
        "TRANGE": talib.TRANGE(h, l, c), "ATR": talib.ATR(h, l, c), "NATR": talib.NATR(h, l, c),
        "ADX": talib.ADX(h, l, c), "PLUS_DI": talib.PLUS_DI(h, l, c), "MINUS_DI": talib.MINUS_DI(h, l, c),
        "STOCH k": k, "STOCH d": d, "STOCHRSI k": rsi_k, "STOCHRSI d": rsi_d, "CCI": talib.CCI(h, l, c),
        "WILLR": talib.WILLR(h, l, c), "CMO": talib.CMO(c), "CMOU": talib.CMOU(c), "TSI": talib.TSI(c),
        "AO": talib.AO(h, l), "ULTOSC": talib.ULTOSC(h, l, c), "COPPOCK": talib.COPPOCK(c), "MOM": talib.MOM(c),
        "ROC": talib.ROC(c), "OBV": talib.OBV(c, v), "MFI": talib.MFI(h, l, c, v), "AROON up": recent,
        "AROON down": down, "AROONOSC": talib.AROONOSC(h, l), "VORTEX plus": plus, "VORTEX minus": minus,
        "SAR": talib.SAR(h, l), "LINEARREG": talib.LINEARREG(c), "LINEARREG_SLOPE": talib.LINEARREG_SLOPE(c),
        "LINEARREG_INTERCEPT": talib.LINEARREG_INTERCEPT(c),
        "CORREL with time": talib.CORREL(c, np.arange(len(c), dtype=np.float64), 14),
    }


def main():
    columns = bars(BARS)
    crc = 0
    for column in columns:
        crc = zlib.crc32(column.astype("<i4").tobytes(), crc)
    if f"{crc:08x}" != CHECKSUM:
        raise SystemExit(f"the bars have checksum {crc:08x}, not {CHECKSUM}")
    outputs = {}
    for name, values in answers(*columns).items():
        begin = int(np.flatnonzero(~np.isnan(values))[0])
        outputs[name] = {
            "begin": begin,
            "first": values[begin : begin + FIRST].tolist(),
            "last": values[-LAST:].tolist(),
        }
    names = ("open", "high", "low", "close", "volume")
    fixture = {
        "source": f"TA-Lib {talib.__version__} ({talib.__ta_version__.decode().split()[0]}), BSD licence",
        "checksum": CHECKSUM,
        "bars": {name: column.astype(int).tolist() for name, column in zip(names, columns, strict=True)},
        "outputs": outputs,
    }
    text = json.dumps(fixture, separators=(",", ":")).replace('"},"', '"},\n"').replace('},"', '},\n"')
    Path(__file__).parents[1].joinpath("fixtures", "talib-indicators.json").write_text(text + "\n")


main()
