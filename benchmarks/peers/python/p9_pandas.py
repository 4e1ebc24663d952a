"""P9 with pandas (its C parser; Parquet through pyarrow), to numpy columns."""

import pandas as pd

from p9_columns import COLUMNS, measure_readers


def columns(frame):
    return {name: frame[name].to_numpy() for name in COLUMNS}


measure_readers(pd.__version__, lambda path: columns(pd.read_csv(path)), lambda path: columns(pd.read_parquet(path)))
