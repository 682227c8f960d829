"""How does the algebra grow? Run: `python -m benchmarks.algebra [--quick]`.

The whole catalogue on synthetic facts: 12 municipalities × 10 years, then 4, 16 and 64 times as many
municipalities (768, about twice Norway), and 400. Every function, concept, age band and measure is there,
and 5 % of the figures are not. Each step is timed over a few rounds; the median is shown, and what one
indicator value costs.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from assets.asss.aggregates import aggregates
from assets.asss.algebra import evaluate
from assets.baerum.service_profile import service_profile
from assets.catalogue.loader import load_catalogue
from assets.kostra.population import population_bands
from schemas.catalogue import Catalogue

BASE, YEARS = 12, range(2015, 2025)
FULL, QUICK = (12, 48, 192, 400, 768), (12, 48)
ROUNDS = 3
MISSING_SHARE = 0.05
HEADINGS = ("municipalities", "values", "evaluate ms", "µs per value", "aggregates ms", "profile ms")
Facts = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def municipality_names(catalogue: Catalogue, count: int) -> list[str]:
    """The network's members first, then made-up ones."""
    members = catalogue.networks["asss"].members_in(YEARS[-1])
    return [*members, *(f"kommune_{i}" for i in range(count - len(members)))]


def synthetic_facts(catalogue: Catalogue, count: int, seed: int = 20261101) -> Facts:
    """Accounts, population and service statistics of `count` municipalities and ten years."""
    rng = np.random.default_rng(seed)
    names = municipality_names(catalogue, count)
    years_and_names: dict[str, Sequence[object]] = {"year": list(YEARS), "municipality": names}
    accounts = _cells(
        years_and_names
        | {
            "scope": ["A", "B"],
            "function": sorted(catalogue.functions),
            "concept": sorted(catalogue.concepts),
        }
    )
    people = _cells(years_and_names | {"band": sorted(population_bands(catalogue))})
    people["age_from"], people["age_to"] = (
        people["band"].map(lambda band, end=end: band[end]).astype("int64") for end in (0, 1)
    )
    measures = _cells(years_and_names | {"measure": sorted(catalogue.measures())})
    return (
        _figures(accounts, "amount", rng),
        _figures(people.drop(columns="band"), "inhabitants", rng),
        _figures(measures, "value", rng),
    )


def _cells(levels: Mapping[str, Sequence[object]]) -> pd.DataFrame:
    """Every combination of the levels."""
    frame = pd.DataFrame(list(product(*levels.values())), columns=list(levels))
    return frame.astype({name: "category" for name in levels if name not in ("year", "band")})


def _figures(frame: pd.DataFrame, name: str, rng: np.random.Generator) -> pd.DataFrame:
    absent = rng.random(len(frame)) < MISSING_SHARE
    return frame.assign(
        region_kind="municipality",
        **{name: np.where(absent, np.nan, rng.integers(1_000, 100_000, len(frame)).astype(float))},
        status=pd.Categorical(np.where(absent, "missing", "ok")),
        source="sample",
        vintage_id=f"{name}@2025-06-16T06:00:00Z#0123456789ab",
    ).astype({"region_kind": "category", "source": "category", "vintage_id": "category"})


def median_seconds(work: Callable[[], object], rounds: int) -> float:
    """Median time of a few rounds."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def measure(catalogue: Catalogue, count: int, rounds: int) -> tuple[int, float, float, float]:
    """Indicator values, and the seconds of evaluation, aggregates and profile."""
    facts = synthetic_facts(catalogue, count)
    indicators = evaluate(catalogue, *facts)
    beside = aggregates(indicators, catalogue)
    return (
        len(indicators),
        median_seconds(lambda: evaluate(catalogue, *facts), rounds),
        median_seconds(lambda: aggregates(indicators, catalogue), rounds),
        median_seconds(
            lambda: service_profile(indicators, beside, catalogue, "baerum", None, YEARS[-1]), rounds
        ),
    )


def main(arguments: list[str] | None = None) -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="Growth of the indicator algebra")
    parser.add_argument("--quick", action="store_true", help="1× and 4× only, one round")
    quick = parser.parse_args(arguments).quick
    catalogue = load_catalogue()
    print(f"Python {sys.version.split()[0]}, pandas {pd.__version__}, numpy {np.__version__}")
    print(f"{len(catalogue.indicators)} indicators, {len(YEARS)} years\n")
    print(("{:>16}" * len(HEADINGS)).format(*HEADINGS))
    for count in QUICK if quick else FULL:
        values, evaluated, *others = measure(catalogue, count, 1 if quick else ROUNDS)
        milliseconds = "".join(f"{seconds * 1e3:>16.0f}" for seconds in others)
        print(
            f"{count:>16}{values:>16}{evaluated * 1e3:>16.0f}{evaluated * 1e6 / values:>16.2f}{milliseconds}"
        )


if __name__ == "__main__":
    main()
