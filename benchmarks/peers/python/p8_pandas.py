"""P8 with pandas: a group-by on the number of the bar."""

import pandas as pd

from p8_trades import LOTS, measure_bars


def prepare(data):
    return pd.DataFrame(
        {"time_us": data.time_us, "price": data.price, "quantity": data.quantity, "side": data.side}, copy=False
    )


def _bars(frame, key):
    groups = frame.assign(bought=frame["quantity"] * frame["side"]).groupby(key, sort=False)
    price = groups["price"]
    columns = {"open": price.first(), "high": price.max(), "low": price.min(), "close": price.last()}
    columns |= {"volume": groups["quantity"].sum(), "buyVolume": groups["bought"].sum(), "count": groups.size()}
    return {name: column.to_numpy() for name, column in columns.items()}


def volume_bars(frame):
    before = frame["quantity"].cumsum() - frame["quantity"]
    return _bars(frame, (before // LOTS).astype("int64"))


measure_bars(
    pd.__version__, lambda frame, bucket_us: _bars(frame, frame["time_us"] // bucket_us), volume_bars, prepare
)
