"""The twenty indicators of cases P6 and P7 with TA-Lib, each as a function of the bars, and how they are sampled."""

import talib

SAMPLE_BARS = 10_000


def bands(data):
    upper, middle, lower = talib.BBANDS(data.close, 20)
    return {"middle": middle, "upper": upper, "lower": lower}


def macd(data):
    line, signal, histogram = talib.MACD(data.close)
    return {"macd": line, "signal": signal, "histogram": histogram}


def stochastic(data):
    k, d = talib.STOCH(data.high, data.low, data.close)
    return {"k": k, "d": d}


def aroon(data):
    down, up = talib.AROON(data.high, data.low)
    return {"up": up, "down": down}


CALLS = {
    "SMA": lambda data: {"value": talib.SMA(data.close)},
    "EMA": lambda data: {"value": talib.EMA(data.close)},
    "WMA": lambda data: {"value": talib.WMA(data.close)},
    "DEMA": lambda data: {"value": talib.DEMA(data.close)},
    "RSI": lambda data: {"value": talib.RSI(data.close)},
    "MACD": macd,
    "BBANDS": bands,
    "ATR": lambda data: {"value": talib.ATR(data.high, data.low, data.close)},
    "ADX": lambda data: {"value": talib.ADX(data.high, data.low, data.close)},
    "STOCH": stochastic,
    "CCI": lambda data: {"value": talib.CCI(data.high, data.low, data.close)},
    "MFI": lambda data: {"value": talib.MFI(data.high, data.low, data.close, data.volume)},
    "OBV": lambda data: {"value": talib.OBV(data.close, data.volume)},
    "ROC": lambda data: {"value": talib.ROC(data.close)},
    "WILLR": lambda data: {"value": talib.WILLR(data.high, data.low, data.close)},
    "AROON": aroon,
    "CMO": lambda data: {"value": talib.CMO(data.close)},
    "STDDEV": lambda data: {"value": talib.STDDEV(data.close)},
    "KAMA": lambda data: {"value": talib.KAMA(data.close)},
    "PSAR": lambda data: {"value": talib.SAR(data.high, data.low)},
}


def samples(columns):
    """Every sampled value of each named column."""
    return {name: [float(value) for value in column[SAMPLE_BARS - 1 :: SAMPLE_BARS]] for name, column in columns.items()}
