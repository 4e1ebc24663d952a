"""P8 with duckdb: a GROUP BY on the number of the bar, over a table in memory, to numpy columns."""

import duckdb
import pandas as pd

from p8_trades import LOTS, measure_bars

COLUMNS = """arg_min(price, time_us) AS open, max(price) AS high, min(price) AS low, arg_max(price, time_us) AS close,
    sum(quantity) AS volume, sum(quantity * side) AS "buyVolume", count(*) AS count"""
VOLUME_KEYS = f"""SELECT *, floor((sum(quantity) OVER (ORDER BY time_us ROWS UNBOUNDED PRECEDING) - quantity) / {LOTS}) AS key
    FROM trades"""


def prepare(data):
    connection = duckdb.connect(config={"threads": 1})
    frame = pd.DataFrame({"time_us": data.time_us, "price": data.price, "quantity": data.quantity, "side": data.side})
    connection.execute("CREATE TABLE trades AS SELECT * FROM frame")
    del frame
    return connection


def _bars(connection, keys):
    return connection.execute(f"SELECT {COLUMNS} FROM ({keys}) GROUP BY key ORDER BY key").fetchnumpy()


measure_bars(
    duckdb.__version__,
    lambda connection, bucket_us: _bars(connection, f"SELECT *, time_us // {bucket_us} AS key FROM trades"),
    lambda connection: _bars(connection, VOLUME_KEYS),
    prepare,
)
