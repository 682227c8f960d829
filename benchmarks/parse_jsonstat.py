"""How fast and how small is the JSON-stat parser? Run: `python -m benchmarks.parse_jsonstat [--quick]`.

All decoders get the same synthetic body (six dimensions, 12 % of the cells missing with a status) in one
process, in interleaved rounds, so that the noise of the machine falls on all of them alike. `json.loads`
alone is the floor: it makes the numbers but no frame. pxwebpy and pyjstat come with the extra `bench` and
are left out, by name, where they are not installed. Both drop the status.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import numpy as np
import pandas as pd

from pipelines.statbank.jsonstat import parse

OTHER_SIZES = (2, 50, 5, 1, 4)
MISSING_SHARE = 0.12
# Cells, rounds, rounds of the slow decoders.
FULL = (800_000, 15, 3)
QUICK = (100_000, 5, 1)
GROWTH = (10_000, 100_000, 800_000)
FLOOR, OURS = "json.loads (floor)", "kostra parse"

Decoder = Callable[[bytes], object]
Timings = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class Contender:
    """A decoder under measurement; slow ones take part in fewer rounds."""

    name: str
    decode: Decoder
    slow: bool = False


def synthetic_body(cells: int, *, decimals: bool = False, seed: int = 20261101) -> bytes:
    """A data answer shaped like SSB table 12367: six dimensions, integers or one decimal, 12 % missing.

    Args:
        cells: a multiple of 2 000, the number of cells of one region.
        decimals: figures with one decimal instead of whole numbers.
        seed: of the random figures; the same seed gives the same bytes.
    """
    sizes = (cells // int(np.prod(OTHER_SIZES)), *OTHER_SIZES)
    rng = np.random.default_rng(seed)
    figures = rng.lognormal(9, 2, cells).round(1 if decimals else 0)
    missing = rng.random(cells) < MISSING_SHARE
    symbols = np.where(rng.random(cells) < 0.8, ".", ":")
    number = float if decimals else int
    body = {
        "version": "2.0",
        "class": "dataset",
        "label": "00000: Synthetic operating accounts",
        "source": "benchmark",
        "updated": "2026-03-16T07:00:00Z",
        "role": {"time": ["Tid"], "geo": ["Region"], "metric": ["ContentsCode"]},
        "id": ["Region", "Scope", "Function", "Art", "ContentsCode", "Tid"],
        "size": sizes,
        "dimension": dict(
            zip(
                ("Region", "Scope", "Function", "Art", "ContentsCode", "Tid"),
                map(_dimension, ("region", "scope", "function", "art", "contents", "year"), sizes),
                strict=True,
            )
        ),
        "extension": {"px": {"tableid": "00000", "decimals": int(decimals)}},
        "value": [None if gone else number(x) for x, gone in zip(figures.tolist(), missing, strict=True)],
        "status": {str(at): str(symbols[at]) for at in np.flatnonzero(missing)},
    }
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def _dimension(label: str, size: int) -> dict[str, object]:
    codes = [f"{label[:1].upper()}{number:04d}" for number in range(size)]
    return {
        "label": label,
        "category": {
            "index": {code: number for number, code in enumerate(codes)},
            "label": {code: f"{label} number {code}" for code in codes},
        },
    }


def contenders() -> list[Contender]:
    """The floor, this parser, and the libraries that are installed."""
    found = [Contender(FLOOR, json.loads), Contender(OURS, parse)]
    for name, load in (("pxwebpy", _pxwebpy), ("pyjstat", _pyjstat)):
        try:
            found.append(Contender(name, load(), slow=True))
        except ImportError as error:
            print(f"{name}: not installed, left out ({error})")
    return found


def _pxwebpy() -> Decoder:
    unpack = import_module("pxweb._internal.functions").unpack_table_data
    return lambda body: pd.DataFrame(unpack(json.loads(body)))


def _pyjstat() -> Decoder:
    reader = import_module("pyjstat.pyjstat").Dataset
    return lambda body: reader.read(body.decode()).write("dataframe")


def measure(body: bytes, decoders: list[Contender], rounds: int, slow_rounds: int) -> Timings:
    """Seconds per decoder and round, interleaved; making the result counts, freeing it does not."""
    warm_up = synthetic_body(2_000)
    for contender in decoders:
        contender.decode(warm_up)
    seconds: Timings = {contender.name: [] for contender in decoders}
    for number in range(rounds):
        for contender in decoders:
            if contender.slow and number >= slow_rounds:
                continue
            start = time.perf_counter()
            result = contender.decode(body)
            seconds[contender.name].append(time.perf_counter() - start)
            del result
    return seconds


def ratio(seconds: Timings, name: str, base: str) -> float:
    """Median of the ratios within each round, so that a change of load between rounds cancels out."""
    return statistics.median(mine / other for mine, other in zip(seconds[name], seconds[base], strict=False))


def _print_comparison(title: str, body: bytes, seconds: Timings) -> None:
    print(f"\n{title}: {len(body) / 1e6:.2f} MB")
    print(f"{'decoder':<22}{'median ms':>11}{'x json.loads':>14}{'x kostra':>10}")
    for name, taken in seconds.items():
        median = statistics.median(taken) * 1e3
        to_floor, to_ours = ratio(seconds, name, FLOOR), ratio(seconds, name, OURS)
        print(f"{name:<22}{median:>11.1f}{to_floor:>14.2f}{to_ours:>10.2f}")


def _print_growth(decoders: list[Contender], rounds: int) -> None:
    print(f"\nGrowth\n{'cells':>9}{'median ms':>11}{'x json.loads':>14}{'ns per cell':>13}")
    for cells in GROWTH:
        seconds = measure(synthetic_body(cells), decoders, rounds, 0)
        median, to_floor = statistics.median(seconds[OURS]), ratio(seconds, OURS, FLOOR)
        print(f"{cells:>9}{median * 1e3:>11.2f}{to_floor:>14.2f}{median * 1e9 / cells:>13.1f}")


def main(arguments: list[str] | None = None) -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description="Speed and memory of the JSON-stat parser")
    parser.add_argument(
        "--quick", action="store_true", help="100 000 cells and few rounds instead of 800 000"
    )
    quick = parser.parse_args(arguments).quick
    cells, rounds, slow_rounds = QUICK if quick else FULL
    print(f"Python {sys.version.split()[0]}, pandas {pd.__version__}, numpy {np.__version__}")
    decoders = contenders()
    for title, decimals in (("Whole numbers", False), ("One decimal", True)):
        body = synthetic_body(cells, decimals=decimals)
        medians = measure(body, decoders, rounds, slow_rounds)
        _print_comparison(
            f"{title}, {cells} cells, {rounds} rounds ({slow_rounds} for the slow)", body, medians
        )
    frame = parse(synthetic_body(cells)).frame
    print(f"\nFrame of {cells} cells: {frame.memory_usage(deep=True).sum() / 1e6:.1f} MB")
    _print_growth([contender for contender in decoders if not contender.slow], rounds)


if __name__ == "__main__":
    main()
