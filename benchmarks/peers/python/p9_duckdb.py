"""P9 with duckdb, to numpy columns."""

import duckdb

from p9_columns import measure_readers


def query(reader):
    def read(path):
        with duckdb.connect(config={"threads": 1}) as connection:
            return connection.execute(f"SELECT * FROM {reader}(?)", [path]).fetchnumpy()

    return read


measure_readers(duckdb.__version__, query("read_csv"), query("read_parquet"))
