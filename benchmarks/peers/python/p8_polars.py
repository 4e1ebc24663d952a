"""P8 with polars: a lazy group-by on the number of the bar."""

import polars as pl

from p8_trades import COLUMNS, LOTS, measure_bars

PRICE = pl.col("price")
QUANTITY = pl.col("quantity")


def prepare(data):
    return pl.DataFrame({"time_us": data.time_us, "price": data.price, "quantity": data.quantity, "side": data.side})


def _bars(frame, key):
    bars = (
        frame.lazy()
        .group_by(key.alias("key"), maintain_order=True)
        .agg(
            PRICE.first().alias("open"),
            PRICE.max().alias("high"),
            PRICE.min().alias("low"),
            PRICE.last().alias("close"),
            QUANTITY.sum().alias("volume"),
            (QUANTITY * pl.col("side")).sum().alias("buyVolume"),
            pl.len().alias("count"),
        )
        .collect()
    )
    return {name: bars[name].to_numpy() for name in COLUMNS}


measure_bars(
    pl.__version__,
    lambda frame, bucket_us: _bars(frame, pl.col("time_us") // bucket_us),
    lambda frame: _bars(frame, ((QUANTITY.cum_sum() - QUANTITY) / LOTS).floor().cast(pl.Int64)),
    prepare,
)
