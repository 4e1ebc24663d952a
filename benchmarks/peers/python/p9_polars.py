"""P9 with polars, to numpy columns."""

import polars as pl

from p9_columns import COLUMNS, measure_readers


def columns(frame):
    return {name: frame[name].to_numpy() for name in COLUMNS}


measure_readers(pl.__version__, lambda path: columns(pl.read_csv(path)), lambda path: columns(pl.read_parquet(path)))
