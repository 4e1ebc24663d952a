"""P9 with pyarrow, to numpy columns."""

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from p9_columns import COLUMNS, measure_readers

pa.set_cpu_count(1)
pa.set_io_thread_count(1)


def columns(table):
    return {name: table[name].to_numpy() for name in COLUMNS}


measure_readers(
    pa.__version__,
    lambda path: columns(pa.csv.read_csv(path)),
    lambda path: columns(pa.parquet.read_table(path)),
)
