"""Writes src/reference/p6-talib.json: what TA-Lib computes on the workload, sampled. Run in the talib environment."""

import json
from pathlib import Path

import workload
from p6_talib_calls import CALLS, samples

CHECKSUM = "e2e0a2f5"

data = workload.bars(1_000_000)
if workload.checksum(data) != CHECKSUM:
    raise SystemExit("the workload is another one")
answer = {name: samples(call(data)) for name, call in CALLS.items()}
path = Path(__file__).parents[2] / "src" / "reference" / "p6-talib.json"
path.write_text("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in answer.items()) + "\n}\n")
