"""Makes ../fixtures/talib-candles.json: bars with candle patterns in them, and what TA-Lib says of each.

Run: python3 -m venv venv && venv/bin/pip install TA-Lib==0.8.2 numpy==2.4.6 && venv/bin/python make-candles.py
Bars are drawn at random in whole ticks, so that every sum is exact and a tie is a tie in any language. Of millions the
script keeps the neighbourhood of a few hits of each pattern, and asks TA-Lib again over what it kept.
`--bars N --out FILE --all` writes N bars as they were drawn, for a comparison that is too large to keep.
"""

import argparse
import json
import re
from pathlib import Path

import numpy as np
import talib
import talib.abstract

HITS = 4
BEFORE, AFTER = 16, 2
SKIPPED = {"CDLHIKKAKE", "CDLHIKKAKEMOD"}
PATTERNS = [name for name in talib.get_functions() if name.startswith("CDL") and name not in SKIPPED]


def draw(rng, n):
    """Bars of whole ticks: gaps, bodies and shadows from mixtures that know nothing, little and much."""
    def mixture(scales, weights):
        scale = rng.choice(scales, n, p=weights)
        return np.abs(np.rint(rng.normal(0, 1, n) * scale)).astype(np.int64)

    trend = np.repeat(rng.choice([0.15, 0.5, 0.85], n // 6 + 1), 6)[:n]
    side = np.where(rng.random(n) < trend, 1, -1)
    body = side * mixture([0, 2, 8, 25], [0.12, 0.23, 0.4, 0.25])
    gap = rng.choice([-1, 1], n) * mixture([0, 2, 10, 30], [0.35, 0.25, 0.25, 0.15])
    upper = mixture([0, 2, 10, 25], [0.4, 0.2, 0.25, 0.15])
    lower = mixture([0, 2, 10, 25], [0.4, 0.2, 0.25, 0.15])
    close = 100_000 + np.cumsum(gap + body)
    open_ = close - body
    high = np.maximum(open_, close) + upper
    low = np.minimum(open_, close) - lower
    bars = np.stack([open_, high, low, close]).astype(np.float64)
    return bars - bars.min() + 1000


def ask(bars):
    return {name: getattr(talib, name)(*bars) for name in PATTERNS}


def lookback(name):
    return talib.abstract.Function(name).lookback


def keep(bars, answers):
    rows = set()
    for values in answers.values():
        for sign in (-1, 1):
            for hit in np.flatnonzero(np.sign(values) == sign)[:HITS]:
                rows.update(range(max(0, hit - BEFORE), hit + AFTER))
    kept = bars[:, sorted(rows)]
    return kept - kept.min() + 1000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bars", type=int, default=4_000_000)
    parser.add_argument("--out", default=str(Path(__file__).parent.parent / "fixtures" / "talib-candles.json"))
    parser.add_argument("--all", action="store_true")
    args = parser.parse_args()
    bars = draw(np.random.default_rng(7), args.bars)
    if not args.all:
        bars = keep(bars, ask(bars))
    answers = ask(bars)
    version = re.match(rb"[\d.]+", talib.__ta_version__)[0].decode()
    hits = {
        name: {"lookback": lookback(name), "at": np.flatnonzero(v).tolist(), "value": v[v != 0].tolist()}
        for name, v in answers.items()
    }
    columns = dict(zip(("open", "high", "low", "close"), bars.astype(int).tolist()))
    with open(args.out, "w") as out:
        json.dump({"source": f"TA-Lib {version}", **columns, "patterns": hits}, out, separators=(",", ":"))
        out.write("\n")
    for name, hit in hits.items():
        print(name, hit["lookback"], sum(x > 0 for x in hit["value"]), sum(x < 0 for x in hit["value"]))


main()
