"""Measures one peer on one workload and prints the report that `benchmarks/src/cell/cell-report.ts` describes."""

import argparse
import gc
import json
import os
import re
import time


def arguments(**extra):
    """Parses the arguments that every peer takes, and those named in `extra` with their choices."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bars", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    for name, choices in extra.items():
        parser.add_argument(f"--{name}", choices=choices, default=choices[0] if choices else None)
    return parser.parse_args()


def measure(version, runs, prepare, checksum, run, outcome):
    """A cold call, then `runs` calls, each after a garbage collection; then one line of JSON.

    `run(data)` is timed; `outcome(result, data)` says what it computed and is not.
    """
    start_mb = _memory_mb("VmRSS")
    data = prepare()
    crc = checksum(data)
    gc.collect()

    foreign = _watch_foreign_cpu()
    result, cold_ms = _timed(run, data)
    first_call_mb = _memory_mb("VmHWM") - start_mb
    runs_ms = []
    for _ in range(runs):
        result = None
        gc.collect()
        result, took_ms = _timed(run, data)
        runs_ms.append(took_ms)
    share = foreign()
    report = {
        "version": version,
        "checksum": crc,
        "coldMs": cold_ms,
        "runsMs": runs_ms,
        "peakRssMb": _memory_mb("VmHWM"),
        "firstCallMb": first_call_mb,
        "outcome": outcome(result, data),
    }
    if share is not None:
        report["foreignCpuShare"] = share
    print(json.dumps(report), flush=True)


def _timed(run, data):
    start = time.perf_counter()
    result = run(data)
    return result, (time.perf_counter() - start) * 1e3


def _memory_mb(name):
    try:
        with open("/proc/self/status") as status:
            return int(re.search(rf"^{name}:\s+(\d+) kB", status.read(), re.M)[1]) / 1024
    except OSError:
        import resource
        import sys

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (2**20 if sys.platform == "darwin" else 1024)


def _core_busy_s(core):
    try:
        with open("/proc/stat") as stat:
            line = next(each for each in stat if each.startswith(f"cpu{core} "))
    except (OSError, StopIteration):
        return None
    ticks = [int(each) for each in line.split()[1:]]
    return sum(ticks[i] for i in (0, 1, 2, 5, 6, 7)) / os.sysconf("SC_CLK_TCK")


def _watch_foreign_cpu():
    """Gives the share of the pinned core that other processes have taken since; None where it is not known."""
    core = os.environ.get("KESTREL_BENCH_CORE")
    start_busy = None if core is None else _core_busy_s(core)
    if start_busy is None:
        return lambda: None
    start_own = time.process_time()
    start = time.perf_counter()

    def share():
        own = time.process_time() - start_own
        busy = _core_busy_s(core) - start_busy
        return min(1.0, max(0.0, (busy - own) / (time.perf_counter() - start)))

    return share
