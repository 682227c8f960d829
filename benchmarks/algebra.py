"""How does the algebra grow? Run: `python -m benchmarks.algebra [--quick]`.

Synthetic facts for 12 municipalities × 10 years, then 4, 16 and 64 times as many municipalities (768, about
twice Norway), with every function and concept of the catalogue and 5 % of the figures not there. The
catalogue's indicators are repeated to 40. Each step is timed over a few rounds; the median is shown, and
what one indicator value costs.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import cycle, islice, product

import numpy as np
import pandas as pd

from assets.asss.aggregates import aggregates
from assets.asss.algebra import evaluate
from assets.baerum.service_profile import service_profile
from assets.catalogue.loader import load_catalogue
from assets.kostra.population import population_bands
from schemas.catalogue import Catalogue, Profile

BASE, YEARS, INDICATORS = 12, range(2015, 2025), 40
FULL, QUICK = (1, 4, 16, 64), (1, 4)
ROUNDS = 3
MISSING_SHARE = 0.05
HEADINGS = ("municipalities", "values", "evaluate ms", "µs per value", "aggregates ms", "profile ms")


def large_catalogue(size: int) -> Catalogue:
    """The catalogue with its indicators repeated under new names, and a profile of them all."""
    catalogue = load_catalogue()
    models = islice(cycle(catalogue.indicators.values()), size)
    indicators = {
        f"{model.id}_{i}": model.model_copy(update={"id": f"{model.id}_{i}"})
        for i, model in enumerate(models)
    }
    profile = Profile(id="all", title="Alle", network="asss", rows=tuple(indicators))
    return replace(catalogue, indicators=indicators, profiles={"all": profile})


def municipality_names(catalogue: Catalogue, count: int) -> list[str]:
    """The network's members first, then made-up ones."""
    members = catalogue.networks["asss"].members_in(YEARS[-1])
    return [*members, *(f"kommune_{i}" for i in range(count - len(members)))]


def synthetic_facts(
    catalogue: Catalogue, count: int, seed: int = 20261101
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`kostra/accounts` and `kostra/population` of `count` municipalities and ten years."""
    rng = np.random.default_rng(seed)
    names = municipality_names(catalogue, count)
    accounts = _cells(
        {
            "year": list(YEARS),
            "municipality": names,
            "scope": ["A", "B"],
            "function": sorted(catalogue.functions),
            "concept": sorted(catalogue.concepts),
        }
    )
    people = _cells({"year": list(YEARS), "municipality": names, "band": sorted(population_bands(catalogue))})
    people["age_from"], people["age_to"] = (
        people["band"].map(lambda band, end=end: band[end]).astype("int64") for end in (0, 1)
    )
    return _figures(accounts, "amount", rng), _figures(people.drop(columns="band"), "inhabitants", rng)


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


def measure(catalogue: Catalogue, factor: int, rounds: int) -> tuple[int, int, float, float, float]:
    """Municipalities, indicator values, and the seconds of evaluation, aggregates and profile."""
    accounts, population = synthetic_facts(catalogue, BASE * factor)
    indicators = evaluate(catalogue, accounts, population)
    beside = aggregates(indicators, catalogue)
    return (
        BASE * factor,
        len(indicators),
        median_seconds(lambda: evaluate(catalogue, accounts, population), rounds),
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
    print(f"Python {sys.version.split()[0]}, pandas {pd.__version__}, numpy {np.__version__}")
    print(f"{INDICATORS} indicators, {len(YEARS)} years\n")
    print(("{:>16}" * len(HEADINGS)).format(*HEADINGS))
    catalogue = large_catalogue(INDICATORS)
    for factor in QUICK if quick else FULL:
        count, values, evaluated, *others = measure(catalogue, factor, 1 if quick else ROUNDS)
        milliseconds = "".join(f"{seconds * 1e3:>16.0f}" for seconds in others)
        print(
            f"{count:>16}{values:>16}{evaluated * 1e3:>16.0f}{evaluated * 1e6 / values:>16.2f}{milliseconds}"
        )


if __name__ == "__main__":
    main()
