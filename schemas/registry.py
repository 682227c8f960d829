"""The datasets of a warehouse, by name: asset key = dataset name = folder name = contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from schemas import asss, klass, kostra, ledger, quality, register, statbank
from schemas.catalogue.catalogue import Catalogue
from schemas.contracts import Contract
from schemas.director_areas import control_totals_contract, director_area_costs_contract
from schemas.lineage import with_lineage
from schemas.profiles import service_profile_contract
from schemas.series import efficiency_contract, time_series_contract

_FIXED = (
    statbank.UPDATES,
    statbank.METADATA,
    klass.MUNICIPALITIES,
    klass.KOSTRA_GROUPS,
    kostra.ACCOUNTS,
    kostra.POPULATION,
    kostra.SERVICE_STATISTICS,
    register.FIGURES,
    asss.INDICATORS,
    asss.AGGREGATES,
    ledger.ENTRIES,
    ledger.ACCOUNT_RECORDS,
    quality.EXPECTATIONS,
    quality.REVISIONS,
    quality.RECONCILIATION,
)

#: Datasets of the focal municipality, by the name after its slug.
_OWN = {
    "service_profile": service_profile_contract,
    "time_series": time_series_contract,
    "director_area_costs": director_area_costs_contract,
    "control_totals": control_totals_contract,
    "efficiency": efficiency_contract,
}


class UnknownDatasetError(LookupError):
    """No dataset has that name."""


class Datasets(Mapping[str, Contract]):
    """Every contract of one warehouse: the fixed ones, one per SSB table, and the focal municipality's."""

    def __init__(self, tables: Iterable[Contract], municipality: str, measured: Iterable[str] = ()) -> None:
        own = (contract(municipality) for contract in _OWN.values())
        bare = {c.dataset: c for c in (*_FIXED[:2], *tables, *_FIXED[2:], *own)}
        self._contracts = with_lineage(bare, municipality, measured)

    def __getitem__(self, dataset: str) -> Contract:
        if dataset in self._contracts:
            return self._contracts[dataset]
        municipality, _, name = dataset.partition("/")
        if name in _OWN:
            return _OWN[name](municipality)
        near = get_close_matches(dataset, self._contracts, n=3, cutoff=0.4)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        raise UnknownDatasetError(f"no dataset is called {dataset!r}{hint}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._contracts)

    def __len__(self) -> int:
        return len(self._contracts)


def datasets_of(catalogue: Catalogue, municipality: str) -> Datasets:
    """The datasets of a warehouse: the catalogue's tables, and the focal municipality's slug."""
    tables = (statbank.table_contract(t.id, t.title, t.roles) for t in catalogue.tables.values())
    measured = (f"statbank/t{t.id}" for t in catalogue.tables.values() if t.service_measures)
    return Datasets(tables, municipality, measured)
