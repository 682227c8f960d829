"""How fast and how small are check and import of a ledger? Run: `python -m benchmarks.ledger [--quick]`.

Each measurement is a process of its own, as typed: `kostra ledger check` and `kostra ledger import` of a CSV
with semicolons, decimal comma, a responsibility hierarchy and no two lines alike. Wall time and peak memory
are of the whole process, start of Python included. `--wrong` makes every line wrong in one way instead.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FULL, QUICK = (10_000, 100_000, 1_000_000), (10_000, 100_000)
YEARS = (2023, 2024)
FUNCTIONS = ("120", "202", "211", "234", "242", "243", "253", "256", "261", "273", "276", "281")
EXPENSES = (
    "010",
    "020",
    "030",
    "050",
    "090",
    "099",
    "115",
    "120",
    "195",
    "200",
    "230",
    "270",
    "330",
    "370",
    "470",
)
INCOME = ("600", "620", "700", "710", "729")


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds and megabytes of one process."""

    seconds: float
    megabytes: float
    succeeded: bool


def write_ledger(folder: Path, rows: int, *, wrong: bool = False, seed: int = 20261125) -> tuple[Path, Path]:
    """A ledger of `rows` lines and its hierarchy; the same seed gives the same bytes.

    Returns:
        The CSV of the ledger and the CSV of the hierarchy.
    """
    rng = np.random.default_rng(seed)
    arts = np.array(EXPENSES + INCOME)
    year, place = np.divmod(np.arange(rows), -(-rows // len(YEARS)))
    place, art = np.divmod(place, len(arts))
    centre, function = np.divmod(place, len(FUNCTIONS))
    cents = rng.lognormal(11, 2, rows).astype(np.int64) + 1
    lines = [
        f"{YEARS[y]};{100_000 + c};{'999' if wrong else FUNCTIONS[f]};{arts[a]};"
        f"{'-' if a >= len(EXPENSES) else ''}{amount // 100},{amount % 100:02d}\n"
        for y, c, f, a, amount in zip(year, centre, function, art, cents.tolist(), strict=True)
    ]
    ledger, hierarchy = folder / f"ledger_{rows}.csv", folder / f"hierarchy_{rows}.csv"
    ledger.write_text("year;responsibility_centre;function;art;amount\n" + "".join(lines), encoding="utf-8")
    centres = "".join(f"{100_000 + c},{c % 50},,\n" for c in range(int(centre.max()) + 1))
    units = "".join(f"{unit},A{unit % 5},,\n" for unit in range(50))
    tops = "".join(f"A{top},,,A {20 + top} Direktørområde\n" for top in range(5))
    header = "centre,parent,name,director_area\n"
    hierarchy.write_text(header + tops + units + centres, encoding="utf-8")
    return ledger, hierarchy


def measure(command: Sequence[str]) -> Run:
    """Run `kostra` with `command` and wait for it."""
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - this project's own command
        [sys.executable, "-m", "pipelines.cli.main", *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    # Linux counts in kilobytes, macOS in bytes.
    peak = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return Run(time.perf_counter() - started, peak, process.returncode == 0)


def main(arguments: list[str] | None = None) -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="Speed and memory of check and import of a ledger")
    parser.add_argument("--quick", action="store_true", help="up to 100 000 rows instead of a million")
    parser.add_argument("--wrong", action="store_true", help="every line has the same error")
    given = parser.parse_args(arguments)
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores; whole process, one measurement each\n")
    print(
        f"{'rows':>9}{'MB':>7}{'check s':>10}{'MB peak':>9}{'import s':>10}{'MB peak':>9}  ended as expected"
    )
    for rows in QUICK if given.quick else FULL:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            ledger, hierarchy = write_ledger(folder, rows, wrong=given.wrong)
            where = [str(ledger), "--hierarchy", str(hierarchy), "--home", str(folder / "home")]
            checked, imported = measure(["ledger", "check", *where]), measure(["ledger", "import", *where])
            expected = checked.succeeded == imported.succeeded == (not given.wrong)
            size = f"{rows:>9}{ledger.stat().st_size / 1e6:>7.1f}"
            taken = "".join(f"{run.seconds:>10.1f}{run.megabytes:>9.0f}" for run in (checked, imported))
            print(f"{size}{taken}  {'yes' if expected else 'NO'}")


if __name__ == "__main__":
    main()
