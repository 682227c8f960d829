"""What a control of the domain is, and how what it found is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from assets.quality.outcomes import Severity
from assets.rounding import norwegian
from schemas.catalogue import Catalogue

OWN = "<own>"
"""Stands for the focal municipality's slug in the names of its datasets."""
SHOWN = 5
"""Examples that are kept."""

#: Stored rows of one year, and rows without years, by dataset.
Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a control found: `observed` in Norwegian, with numbers, and the first of what does not hold."""

    success: bool
    observed: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Control:
    """One truth of the domain that stored rows are held against.

    `dataset` is the one that is judged, `needs` are those that are read, and `beside` those that are read
    where they are there; `<own>/…` is the focal municipality's. `title` says in Norwegian what must hold,
    `advice` what a person should look at when it does not. An error misleads whoever uses the figures; a
    warning is for a person to look at. `told_by` is the check of the dataset's own that tells the same with
    every line, wherever the dataset is made.
    """

    id: str
    dataset: str
    title: str
    advice: str
    severity: Severity
    needs: tuple[str, ...]
    check: Callable[[Frames, Catalogue, int], Finding]
    beside: tuple[str, ...] = ()
    told_by: str = ""


def told(
    judged: int,
    noun: str,
    broken: Sequence[str],
    left_out: Iterable[str] = (),
    *,
    broken_count: int | None = None,
) -> Finding:
    """What came of a control in words.

    Args:
        judged: how many `noun` could be judged.
        noun: what is judged, in the plural.
        broken: a line on each that does not hold, the worst first; several may share a line.
        left_out: what could not be judged, and why.
        broken_count: how many do not hold, where several share a line.
    """
    left = "; ".join(f"ikke kontrollert: {reason}" for reason in left_out)
    if not judged:
        return Finding(True, left or f"ikke kontrollert: ingen {noun}")
    count = norwegian(judged)
    off = norwegian(len(broken) if broken_count is None else broken_count)
    said = f"{off} av {count} {noun} stemmer ikke" if broken else f"{count} {noun} stemmer"
    return Finding(not broken, f"{said}; {left}" if left else said, tuple(broken[:SHOWN]))


def own_name(dataset: str, frames: Frames) -> str | None:
    """The dataset's name among `frames`, with the slug of whose it is; None when it is not there."""
    if not dataset.startswith(f"{OWN}/"):
        return dataset if dataset in frames else None
    ending = dataset.removeprefix(OWN)
    return next((name for name in frames if name.endswith(ending)), None)


def own_frame(dataset: str, frames: Frames) -> tuple[str, pd.DataFrame]:
    """Slug and rows of a dataset of the focal municipality, which must be there."""
    name = own_name(dataset, frames)
    if name is None:
        raise KeyError(f"{dataset} is not among {', '.join(frames)}")
    return name.partition("/")[0], frames[name]


def listed(names: Iterable[str], most: int = SHOWN) -> str:
    """The first names, and how many more there are."""
    every = list(names)
    more = f" og {len(every) - most} til" if len(every) > most else ""
    return f"{', '.join(every[:most])}{more}"


def number(value: float, decimals: int = 0) -> str:
    """A number as Norwegians write it, with a real minus sign."""
    return norwegian(value, decimals).replace("-", "−")


def with_sign(value: float, decimals: int = 0) -> str:
    """A difference with its sign."""
    return f"+{number(value, decimals)}" if value > 0 else number(value, decimals)
