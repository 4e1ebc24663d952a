"""Writes fixtures/statistics.json: series and what statsmodels, TA-Lib and plain numpy make of them.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python make_statistics.py

The series are made here from fixed seeds and rounded, so that the file holds exactly what was computed from.
"""

import json
import math
import warnings
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import talib
from statsmodels.regression.linear_model import OLS
from statsmodels.tools import add_constant
from statsmodels.tsa.stattools import adfuller, coint, kpss
from statsmodels.tsa.vector_ar.vecm import coint_johansen

warnings.simplefilter("ignore")
LENGTH = 240
rng = np.random.default_rng(20240611)


def rounded(values, digits=5):
    return np.round(np.asarray(values, dtype=float), digits)


def autoregression(factor, scale, length=LENGTH):
    out = np.zeros(length)
    for i in range(1, length):
        out[i] = factor * out[i - 1] + scale * rng.standard_normal()
    return out


def make_series():
    walk = np.cumsum(rng.standard_normal(LENGTH))
    other = np.cumsum(rng.standard_normal(LENGTH))
    first = 42_000 * np.exp(0.02 * walk)
    return {
        "walk": rounded(100 + walk),
        "reverting": rounded(autoregression(0.8, 1.0)),
        "trending": rounded(5 + 0.05 * np.arange(LENGTH) + autoregression(0.6, 1.0)),
        "price": rounded(first, 2),
        "partner": rounded(1500 + 0.06 * first + 40 * autoregression(0.7, 1.0), 2),
        "third": rounded(0.02 * first + 30 * other + 5 * autoregression(0.5, 1.0), 2),
        "apart": rounded(900 + 12 * np.cumsum(rng.standard_normal(LENGTH)), 2),
        "short": rounded(np.cumsum(rng.standard_normal(25)), 4),
    }


def make_bars(count=160, steps=24):
    """Bars of a walk with drift, gaps between bars and some bars without range or volume."""
    rows = []
    price = 250.0
    for i in range(count):
        price *= math.exp(0.004 * rng.standard_normal())
        path = price * np.exp(np.cumsum(np.r_[0, 0.003 * rng.standard_normal(steps) + 0.0001]))
        if i % 37 == 20:
            path = np.full(steps + 1, price)
        volume = 0.0 if i % 41 == 30 else round(float(rng.gamma(2.0, 400.0)), 1)
        rows.append((*rounded([path[0], path.max(), path.min(), path[-1]], 2), volume))
        price = path[-1]
    return dict(zip(("open", "high", "low", "close", "volume"), np.array(rows).T, strict=True))


TRENDS = {"none": "n", "constant": "c", "constant-and-trend": "ct"}


def unit_root_tests(series):
    out = []
    for name in ("walk", "reverting", "trending", "price", "short"):
        values = series[name]
        for trend, code in TRENDS.items():
            for lags in (0, 1, 5, "aic", "bic"):
                auto = None if isinstance(lags, int) else lags
                longest = lags if auto is None else None
                got = adfuller(values, maxlag=longest, regression=code, autolag=auto, result_object=True)
                out.append(
                    {
                        "series": name,
                        "trend": trend,
                        "lags": lags,
                        "statistic": got.statistic,
                        "pValue": got.pvalue,
                        "usedLags": got.lags,
                        "observations": got.nobs,
                        "criticalValues": list(got.critical_values.values()),
                    }
                )
    return out


def stationarity_tests(series):
    out = []
    for name in ("walk", "reverting", "trending", "price", "short"):
        for trend in ("constant", "constant-and-trend"):
            for lags in (0, 4, "auto", "schwert"):
                got = kpss(series[name], regression=TRENDS[trend], nlags="legacy" if lags == "schwert" else lags, result_object=True)
                out.append(
                    {
                        "series": name,
                        "trend": trend,
                        "lags": lags,
                        "statistic": got.statistic,
                        "pValue": got.pvalue,
                        "usedLags": got.lags,
                    }
                )
    return out


def pair_tests(series):
    out = []
    for y, regressors in (
        ("partner", ["price"]),
        ("price", ["partner"]),
        ("apart", ["price"]),
        ("third", ["price", "apart"]),
        ("partner", ["price", "third", "apart"]),
    ):
        x = np.column_stack([series[name] for name in regressors])
        for trend, code in TRENDS.items():
            for lags in (0, 2, "aic", "bic"):
                auto = None if isinstance(lags, int) else lags
                got = coint(series[y], x, trend=code, maxlag=lags if auto is None else None, autolag=auto)
                design = x
                if code != "n":
                    design = np.column_stack([x, np.ones(LENGTH)])
                if code == "ct":
                    design = np.column_stack([design, np.arange(1, LENGTH + 1)])
                fit = OLS(series[y], design).fit()
                critical = [None if math.isnan(value) else value for value in np.asarray(got[2])]
                out.append(
                    {
                        "y": y,
                        "regressors": regressors,
                        "trend": trend,
                        "lags": lags,
                        "statistic": got[0],
                        "pValue": got[1],
                        "criticalValues": critical,
                        "coefficients": fit.params.tolist(),
                        "lastResidual": fit.resid[-1],
                    }
                )
    return out


def system_tests(series):
    out = []
    for names in (["price", "partner"], ["price", "apart"], ["price", "partner", "third"], ["walk", "reverting", "price", "apart"]):
        data = np.column_stack([series[name] for name in names])
        for deterministic, order in (("none", -1), ("constant", 0), ("trend", 1)):
            for lags in (1, 2, 4):
                got = coint_johansen(data, order, lags)
                out.append(
                    {
                        "series": names,
                        "deterministic": deterministic,
                        "lags": lags,
                        "eigenvalues": got.eig.tolist(),
                        "eigenvectors": got.evec.T.tolist(),
                        "trace": got.trace_stat.tolist(),
                        "maxEigen": got.max_eig_stat.tolist(),
                        "traceCritical": got.trace_stat_crit_vals.tolist(),
                        "maxEigenCritical": got.max_eig_stat_crit_vals.tolist(),
                    }
                )
    return out


def listed(column):
    return [None if math.isnan(value) else value for value in np.asarray(column, dtype=float)]


def talib_columns(bars):
    high, low, close, volume = (bars[name] for name in ("high", "low", "close", "volume"))
    return {
        "mfi14": listed(talib.MFI(high, low, close, volume, 14)),
        "ad": listed(talib.AD(high, low, close, volume)),
        "adosc3_10": listed(talib.ADOSC(high, low, close, volume, 3, 10)),
        "beta20": listed(talib.BETA(bars["open"], close, 20)),
    }


def volatility_columns(bars, period=10, year=365):
    """By the formulas of the papers, on pandas' own rolling sums and variances."""
    frame = pd.DataFrame(bars)
    log = np.log(frame)
    hl, co = log.high - log.low, log.close - log.open
    rs = (log.high - log.close) * (log.high - log.open) + (log.low - log.close) * (log.low - log.open)
    gk = 0.5 * hl**2 - (2 * math.log(2) - 1) * co**2
    gap = log.open - log.close.shift()
    k = 0.34 / (1.34 + (period + 1) / (period - 1))
    yz = gap.rolling(period).var() + k * co.rolling(period).var() + (1 - k) * rs.rolling(period).mean()
    yz[:period] = np.nan
    returns = log.close.diff()
    product = returns.abs() * returns.abs().shift()
    return {
        "parkinson": listed(np.sqrt(year * (hl**2).rolling(period).mean() / (4 * math.log(2)))),
        "garmanKlass": listed(np.sqrt(year * gk.rolling(period).mean())),
        "rogersSatchell": listed(np.sqrt(year * rs.rolling(period).mean())),
        "yangZhang": listed(np.sqrt(year * yz)),
        "realisedVariance": listed(year * (returns**2).rolling(period).mean()),
        "bipowerVariance": listed(year * math.pi / 2 * product.rolling(period - 1).mean().where(returns.rolling(period).count() == period)),
    }


def window_statistics(series, period=60):
    """Statistics of the last `period` values, differences or returns of `price`, each by another tool."""
    price = series["price"]
    partner = series["partner"]
    returns = np.diff(np.log(price))[-period:]
    counts, _ = np.histogram(returns, bins=8)
    shares = counts[counts > 0] / period
    patterns = Counter(tuple(np.argsort(price[i - 2 : i + 1], kind="stable")) for i in range(len(price) - period, len(price)))
    pattern_shares = np.array(list(patterns.values())) / period
    lags = np.arange(1, 11)
    squares = [np.mean((price[lag:] - price[:-lag])[-period:] ** 2) for lag in lags]
    fit = OLS(price[-period:], add_constant(price[-period - 1 : -1])).fit()
    line = OLS(partner[-period:], add_constant(price[-period:])).fit()
    return {
        "period": period,
        "shannonEntropy8": float(-(shares * np.log(shares)).sum() / math.log(8)),
        "permutationEntropy3": float(-(pattern_shares * np.log(pattern_shares)).sum() / math.log(6)),
        "hurst10": float(np.polyfit(np.log(lags), np.log(squares), 1)[0] / 2),
        "ar1": float(fit.params[1]),
        "beta": float(line.params[1]),
        "alpha": float(line.params[0]),
        "autocorrelation3": float(pd.Series(price[-period - 3 :]).autocorr(3)),
    }


def main():
    series = make_series()
    bars = make_bars()
    result = {
        "source": "written by make_statistics.py with "
        + ", ".join(f"{name} {version(name)}" for name in ("statsmodels", "TA-Lib", "numpy", "pandas")),
        "series": {name: values.tolist() for name, values in series.items()},
        "bars": {name: values.tolist() for name, values in bars.items()},
        "adf": unit_root_tests(series),
        "kpss": stationarity_tests(series),
        "engleGranger": pair_tests(series),
        "johansen": system_tests(series),
        "talib": talib_columns(bars),
        "volatility10": volatility_columns(bars),
        "window": window_statistics(series),
    }
    path = Path(__file__).parent / "fixtures" / "statistics.json"
    path.parent.mkdir(exist_ok=True)
    lines = []
    for key, value in result.items():
        if isinstance(value, list):
            rows = ",\n    ".join(json.dumps(row) for row in value)
            lines.append(f'  "{key}": [\n    {rows}\n  ]')
        elif isinstance(value, dict):
            rows = ",\n    ".join(f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in value.items())
            lines.append(f'  "{key}": {{\n    {rows}\n  }}')
        else:
            lines.append(f'  "{key}": {json.dumps(value)}')
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
