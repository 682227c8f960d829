"""What people read of a release: the report of what it holds, and how to use and verify it (LESMEG)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from assets.vintages import vintage_status
from pipelines.cli.director_areas_view import control_totals_table, director_area_tables
from pipelines.cli.efficiency_view import efficiency_table
from pipelines.cli.output import Printed, norwegian
from pipelines.cli.profile_view import newest_names, profile_tables
from pipelines.cli.series_view import series_tables, with_others
from pipelines.lock import Lock
from pipelines.releases.layout import DATAPACKAGE, INPUTS, LOCK, MANIFEST, SAMPLE_MARK
from pipelines.releases.manifest import DatasetEntry
from pipelines.releases.quality_tables import errata_tables, expectation_tables
from pipelines.settings import Settings
from pipelines.storage.store import WHOLE
from pipelines.years import shown_years
from schemas.catalogue.catalogue import Catalogue
from schemas.registry import datasets_of

_TEMPLATES = Path(__file__).parent / "templates"
_NAMES = "klass/municipalities"
_OWN = ("service_profile", "time_series", "efficiency", "director_area_costs", "control_totals")


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report; `intro` stands above its tables."""

    id: str
    title: str
    intro: str
    tables: Sequence[Printed]


def is_shown(dataset: str) -> bool:
    """Whether the pages show rows of a dataset."""
    return dataset.startswith("quality/") or dataset == _NAMES or dataset.partition("/")[2] in _OWN


class Pages:
    """The pages of one release, by its figures (`frames`, by dataset; those that are shown)."""

    def __init__(
        self,
        settings: Settings,
        year: int,
        catalogue: Catalogue,
        lock: Lock,
        entries: Sequence[DatasetEntry],
        frames: Mapping[str, pd.DataFrame],
        withheld: Mapping[str, str],
    ) -> None:
        self._settings = settings
        self._year = year
        self._catalogue = catalogue
        self._lock = lock
        self._entries = entries
        self._frames = frames
        self._withheld = withheld
        self._names = newest_names(frames[_NAMES]) if _NAMES in frames else {}

    def report(self) -> str:
        """The report, one HTML file that needs no other."""
        sections = [section for section in self._sections() if section.tables]
        return _filled("rapport.html.j2", sections=sections, **self._common())

    def readme(self) -> str:
        """LESMEG, in Markdown."""
        return _filled(
            "LESMEG.md.j2", entries=self._entries, withheld=sorted(self._withheld.items()), **self._common()
        )

    def _common(self) -> dict[str, Any]:
        municipality, network = self._settings.municipality, self._settings.network
        networks = self._catalogue.networks
        return {
            "focal": self._names.get(municipality, municipality),
            "network": networks[network].name if network in networks else network,
            "year": self._year,
            "years": shown_years(sorted(self._years())),
            "sample": self._settings.source == "sample",
            "sample_mark": SAMPLE_MARK,
            "lock": self._lock,
            "statuses": ", ".join(self._statuses()),
            "names": {"manifest": MANIFEST, "lock": LOCK, "datapackage": DATAPACKAGE, "inputs": INPUTS},
        }

    def _sections(self) -> Iterator[Section]:
        source = self._settings.source
        yield Section(
            "profiler",
            "Tjenesteprofiler",
            f"{self._year} og de to foregående årene ved siden av snitt, høyest og lavest i nettverket. "
            "Indeks: nettverkets snitt = 100.",
            [*profile_tables(self._of_year("service_profile"), self._names, self._settings.municipality)]
            if self._has("service_profile")
            else [],
        )
        yield Section(
            "tidsserier",
            "Tidsserier",
            "¦ står foran et tall som ikke kan sammenlignes med året før.",
            [*series_tables(self._all("time_series"), with_others(self._names), source)]
            if self._has("time_series")
            else [],
        )
        yield Section(
            "direktoromrader",
            "Kostnader per direktørområde",
            "Fra kommunens eget regnskap, holdt mot SSBs tall for de samme funksjonene.",
            [*self._director_areas()],
        )
        yield Section(
            "effektivitet",
            "Ressursbruk, produksjon og effektivitet",
            "Importerte tall og egne anslag ved siden av hverandre.",
            [efficiency_table(self._all("efficiency"), source)] if self._has("efficiency") else [],
        )
        yield Section(
            "avstemming",
            "Merknader og rettelser til publisert rapport",
            "Det avstemmingen har funnet i den publiserte rapporten, med utregning.",
            [*errata_tables(self._quality("reconciliation"), self._titles())],
        )
        yield Section(
            "kvalitet",
            "Kvalitet",
            "Kontroller av datasettene i utgivelsen. Feil stanser et datasett; varsler må noen se på.",
            [*expectation_tables(self._quality("expectations"))],
        )
        yield Section(
            "utgaver",
            "Utgaver fra SSB",
            "Hvilken utgave av hver tabell tallene er regnet av.",
            [self._vintages()],
        )
        yield Section(
            "innhold", "Innhold", "Datasettene i utgivelsen, hvert som Parquet og CSV.", [self._contents()]
        )

    def _titles(self) -> dict[str, str]:
        return {name: entry.title for name, entry in self._catalogue.indicators.items()}

    def _director_areas(self) -> Iterator[Printed]:
        if self._has("director_area_costs"):
            yield from director_area_tables(self._all("director_area_costs"), self._settings.source)
        if self._has("control_totals"):
            yield control_totals_table(self._all("control_totals"), self._settings.source)

    def _has(self, name: str) -> bool:
        return not self._all(name).empty

    def _all(self, name: str) -> pd.DataFrame:
        return self._frames.get(f"{self._settings.municipality}/{name}", pd.DataFrame())

    def _of_year(self, name: str) -> pd.DataFrame:
        rows = self._all(name)
        return rows[(rows["year"] == self._year).to_numpy()]

    def _quality(self, name: str) -> pd.DataFrame:
        rows = self._frames.get(f"quality/{name}", pd.DataFrame({"year": []}))
        return rows[(rows["year"] == self._year).to_numpy()]

    def _years(self) -> set[int]:
        return {int(part.partition) for e in self._entries for part in e.parts if part.partition != WHOLE}

    def _statuses(self) -> list[str]:
        """Whether the figures of the report year are preliminary or final, most of them first."""
        if not self._has("service_profile"):
            return []
        counted = self._of_year("service_profile")["vintage_status"].astype("str").value_counts()
        return [f"{rows} {_PLURAL[str(status)]}" for status, rows in counted.items()]

    def _vintages(self) -> Printed:
        headers = [("Tabell", False), ("Navn", False), ("Oppdatert", False)]
        headers += [(f"Tall for {self._year}", False), ("Utgave", False)]
        rows = [
            [name, *self._vintage(name, table.vintage_id)]
            for name, table in sorted(self._lock.tables.items())
            if table.vintage_id and name in self._catalogue.tables
        ]
        files = [
            [file.name, _KINDS.get(file.kind, file.kind), "", "", file.sha256[:12]]
            for file in self._lock.files
        ]
        return Printed("Tabeller og filer", headers, [*rows, *files])

    def _vintage(self, name: str, vintage_id: str) -> list[str]:
        table = self._catalogue.tables[name]
        status = vintage_status(vintage_id, self._year, final_when_published=table.final_when_published)
        updated = vintage_id.partition("@")[2][:10]
        return [table.title, ".".join(reversed(updated.split("-"))), _PLURAL[status], vintage_id]

    def _contents(self) -> Printed:
        contracts = datasets_of(self._catalogue, self._settings.municipality)
        headers = [("Datasett", False), ("Navn", False), ("År", False), ("Rader", True), ("Fil", False)]
        rows = [
            [e.dataset, contracts[e.dataset].title, _years_of(e), norwegian(e.rows_in()), e.csv]
            for e in self._entries
        ]
        left_out = [f"Utelatt: {name} ({why})" for name, why in sorted(self._withheld.items())]
        return Printed("Datasett", headers, rows, left_out)


_PLURAL = {"preliminary": "foreløpige", "final": "endelige", "unknown": "uten kjent utgave"}
_KINDS = {
    "register": "register",
    "ledger": "regnskap",
    "hierarchy": "ansvarshierarki",
    "account": "KOSTRA-regnskapsfil",
}


def _years_of(entry: DatasetEntry) -> str:
    years = [int(part.partition) for part in entry.parts if part.partition != WHOLE]
    return shown_years(years) or "alle"


def _filled(template: str, **values: object) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=jinja2.select_autoescape(["html.j2"], default_for_string=False, default=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(template).render(values)
