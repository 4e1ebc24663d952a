"""P6 with TA-Lib: one indicator, or all twenty one after the other."""

import talib

import workload
from cell import arguments, measure
from p6_talib_calls import CALLS, samples

args = arguments(indicator=["all", *CALLS])
chosen = list(CALLS) if args.indicator == "all" else [args.indicator]

measure(
    talib.__version__,
    args.runs,
    lambda: workload.bars(args.bars),
    workload.checksum,
    lambda data: {name: CALLS[name](data) for name in chosen},
    lambda result, _: {name: samples(columns) for name, columns in result.items()},
)
