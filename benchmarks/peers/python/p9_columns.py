"""What every Python peer of case P9 shares: arguments, checksum of the file, fingerprints of columns."""

import argparse
import zlib

import numpy as np

from cell import measure

COLUMNS = ("timestamp", "open", "high", "low", "close", "volume")


def file_checksum(path):
    """CRC-32 of the file's bytes, hex; leaves the file in the system's cache."""
    crc = 0
    with open(path, "rb") as file:
        while chunk := file.read(2**20):
            crc = zlib.crc32(chunk, crc)
    return f"{crc:08x}"


def fingerprint(column):
    """Rows, exact sum as text and CRC-32 of the float64 bytes."""
    numbers = np.ascontiguousarray(column, dtype="<f8")
    total = int(numbers.astype(np.int64).sum())
    return {"rows": len(numbers), "sum": str(total), "crc": f"{zlib.crc32(numbers.tobytes()):08x}"}


def measure_readers(version, csv, parquet):
    """Measures `csv(path)` or `parquet(path)`, each giving a mapping from column name to numpy array."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bars", type=int)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--file", required=True)
    args = parser.parse_args()
    read = csv if args.file.endswith(".csv") else parquet

    measure(
        version,
        args.runs,
        lambda: args.file,
        file_checksum,
        read,
        lambda columns, _: {name: fingerprint(columns[name]) for name in COLUMNS},
    )
