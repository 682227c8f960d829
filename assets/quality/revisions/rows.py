"""The rows of `quality/revisions`: changed cells and moved figures, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from assets.asss.explain.explain import norwegian
from assets.quality.revisions.figures import ABSENT, OF_NETWORK, printed_change
from schemas.catalogue import Catalogue
from schemas.quality import REVISIONS

COLUMNS = list(REVISIONS.columns)
TOLD = 3
"""Cells told one by one in the line about a run."""
_FIGURES = {
    "value": "verdi",
    "value_y_minus_1": "verdi året før",
    "value_y_minus_2": "verdi to år før",
    "mean": "snitt",
    "max": "høyest",
    "min": "lavest",
    "index": "indeks",
    "distance_percent": "avstand til snittet",
    "rank": "plass",
}
STATUS_WORDS = {
    "missing": "mangler",
    "suppressed": "skjermet",
    "not_applicable": "ikke aktuell",
    "not_yet": "ikke publisert",
    ABSENT: "finnes ikke",
}


class Words:
    """Names of municipalities and codes.

    Args:
        year: accounting year.
        municipalities: `klass/municipalities`.
        recorded: `statbank/metadata`, for the labels of codes.
        catalogue: titles of indicators, names of functions and tables.
    """

    def __init__(
        self, year: int, municipalities: pd.DataFrame, recorded: pd.DataFrame, catalogue: Catalogue
    ) -> None:
        self.catalogue = catalogue
        ordered = municipalities.sort_values("valid_from")
        known = ordered[[day <= date(year + 1, 1, 1) for day in ordered["valid_from"]]]
        # A code that is not in force yet stands for the municipality that will have it.
        first = ordered.drop_duplicates("code")
        self._slugs = dict(zip(first["code"], first["slug"], strict=True)) | dict(
            zip(known["code"], known["slug"], strict=True)
        )
        self._names = {
            str(slug): str(name).partition(" - ")[0]
            for slug, name in zip(ordered["slug"], ordered["name"], strict=True)
        }
        labels = recorded.dropna(subset=["resolved_code", "label"])
        self._labels: dict[tuple[str, str], set[str]] = {}
        for row in labels[["table", "resolved_code", "label"]].astype("str").to_dict(orient="records"):
            self._labels.setdefault((row["table"], row["resolved_code"]), set()).add(row["label"])

    def slug(self, region: str) -> str:
        """The municipality a region code stands for in the year; the code itself of anything else."""
        return str(self._slugs.get(region, region))

    def name(self, slug: str) -> str:
        """What people call a municipality, or the network a figure is of; the code of anything else."""
        network, _, figure = slug.rpartition("_")
        if figure in OF_NETWORK and network in self.catalogue.networks:
            return self.catalogue.networks[network].name
        return self._names.get(slug, slug)

    def title(self, indicator: str) -> str:
        """The title of an indicator; the id of one the catalogue has no longer."""
        entry = self.catalogue.indicators.get(indicator)
        return entry.title if entry else indicator

    def code(self, table: str, role: str, code: str) -> str:
        """A code with its label, where one label is known."""
        if role == "region":
            return self.name(self.slug(code))
        held = self._labels.get((table, code), set())
        if len(held) == 1:
            return f"{code} {next(iter(held))}"
        if role == "function" and code in self.catalogue.functions:
            return f"{code} {self.catalogue.functions[code].name}"
        return code


def cell_rows(
    cells: pd.DataFrame, table: str, year: int, revision: int, fed: Sequence[frozenset[str]], words: Words
) -> pd.DataFrame:
    """Changed cells of a table as rows of `quality/revisions`.

    Args:
        cells: changed cells, a column per role in the catalogue's order.
        table: SSB table id.
        year: accounting year.
        revision: running number of the stored version.
        fed: the indicators each cell feeds.
        words: names and labels.
    """
    roles = [role for role in words.catalogue.tables[table].roles if role != "period"]
    codes = cells[roles].astype("str")
    named = [tuple(zip(roles, row, strict=True)) for row in codes.itertuples(index=False, name=None)]
    regions = codes["region"] if "region" in roles else pd.Series("", index=cells.index, dtype="str")
    return _rows(
        cells.assign(
            year=year,
            level="cell",
            tables=table,
            revision=revision,
            municipality=[words.slug(region) for region in regions],
            cell=[" ".join(f"{role}={code}" for role, code in row) for row in named],
            label=["; ".join(words.code(table, role, code) for role, code in row) for row in named],
            indicators=[", ".join(sorted(names)) for names in fed],
            printed_change=False,
        )
    )


def effect_rows(moved: pd.DataFrame, level: str, year: int, revision: int, words: Words) -> pd.DataFrame:
    """Moved figures as rows of `quality/revisions`.

    Args:
        moved: `effects` of indicators, aggregates or a profile.
        level: `indicator` or `profile`.
        year: accounting year, or report year of a profile.
        revision: running number of the stored version.
        words: names and labels.
    """
    labels = [
        f"{words.title(str(name))}: {_FIGURES[str(cell).split()[-1]]}, {words.name(who)}"
        for name, cell, who in zip(moved["indicator"], moved["cell"], moved["municipality"], strict=True)
    ]
    decimals = {name: entry.decimals for name, entry in words.catalogue.indicators.items()}
    return _rows(
        moved.assign(
            year=year,
            level=level,
            revision=revision,
            label=labels,
            indicators=moved["indicator"],
            printed_change=printed_change(moved, decimals),
        )
    )


def _rows(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(difference=frame["new"] - frame["old"])[COLUMNS]


def no_rows() -> pd.DataFrame:
    """`quality/revisions` without rows."""
    kinds = {"year": "int64", "revision": "int64", "printed_change": "bool"}
    kinds |= dict.fromkeys(("old", "new", "difference"), "float64")
    return pd.DataFrame({name: pd.Series(dtype=kinds.get(name, "str")) for name in COLUMNS})


def told(rows: pd.DataFrame, year: int, words: Words) -> list[str]:
    """What was revised, for the person who runs: a line per table, and one about the profile."""
    cells = rows[(rows["level"] == "cell").to_numpy()]
    lines = []
    for table, changed in cells.groupby("tables", observed=True):
        shown = "; ".join(short(row, words) for row in changed.head(TOLD).to_dict(orient="records"))
        more = " …" if len(changed) > TOLD else ""
        counted = f"{len(changed)} cell{'s' if len(changed) > 1 else ''}"
        lines.append(f"{table} {year}: {counted} ({shown}{more})")
    return [*lines, *_of_profile(rows, year, words)]


def _of_profile(rows: pd.DataFrame, year: int, words: Words) -> Iterable[str]:
    printed = rows[(rows["level"] == "profile").to_numpy() & rows["printed_change"].to_numpy(dtype=bool)]
    entries = words.catalogue.indicators
    names = [entries[name].number for name in entries if name in set(printed["indicators"].astype("str"))]
    if names:
        yield f"{year}: {len(names)} indicator{'s' if len(names) > 1 else ''} of the profile " + (
            f"change{'s' if len(names) == 1 else ''} at printed decimals ({', '.join(names)})"
        )


def short(row: Mapping[Any, Any], words: Words) -> str:
    """A changed cell in a few words: `Bærum f242 AGD2 116 788 → 116 900`."""
    codes = dict(part.partition("=")[::2] for part in str(row["cell"]).split(" "))
    said = [text for role, code in codes.items() if (text := _abbreviated(role, code))]
    if not said and "contents" in codes:
        said = [words.code(str(row["tables"]), "contents", codes["contents"]).partition(" ")[2]]
    parts = [words.name(str(row["municipality"])), *filter(None, said)]
    return " ".join([*parts, f"{_side(row, 'old')} → {_side(row, 'new')}"]).strip()


def _abbreviated(role: str, code: str) -> str:
    if role in ("region", "contents") or (role, code) == ("scope", "A"):
        return ""
    return f"f{code}" if role == "function" else code


def _side(row: Mapping[Any, Any], side: str) -> str:
    status = str(row[f"{side}_status"])
    return norwegian(float(row[side])) if status == "ok" else STATUS_WORDS[status]
