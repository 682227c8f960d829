"""A decoded StatBank answer → the stored frame `statbank/t<id>`: columns by role, a status for every cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from assets.errors import DataError
from assets.frames import constant
from assets.statbank.labels import same
from assets.statbank.resolve import ResolvedTable
from assets.statuses import of_symbols, statuses
from assets.vintages import vintage_status
from schemas.catalogue import Table
from schemas.nearest import nearest_text

if TYPE_CHECKING:
    from pipelines.statbank.jsonstat_model import Unit


def tidy_table(
    entry: Table,
    frame: pd.DataFrame,
    resolved: ResolvedTable,
    *,
    source: str,
    vintage_id: str,
    units: Mapping[str, Unit] | None = None,
) -> pd.DataFrame:
    """The cells of a table by role, for all years in the answer.

    Args:
        entry: the catalogue entry of the table.
        frame: one column per dimension code (category), `value` (NaN where null), `symbol` ("" for none).
        resolved: what was asked for.
        source: `ssb` or `sample`.
        vintage_id: edition of the answer.
        units: unit per contents code as the answer states it, to be compared with the metadata.

    Returns:
        `year` (accounting year), one category column per role in the catalogue's order, `value`, `status`,
        `symbol`, `unit` (catalogue vocabulary), `vintage_status`, `source`, `vintage_id`; in the order of the
        answer.

    Raises:
        DataError: the answer has other dimensions, codes or units than were asked for.
    """
    _check_dimensions(entry, frame, resolved)
    columns: dict[str, object] = {}
    for role, code in resolved.dimensions.items():
        _check_codes(entry, role, frame[code], resolved.codes[role])
        columns[role] = frame[code].astype("category")
    _check_units(entry, units or {}, resolved)
    values, severity = of_symbols(frame["value"].to_numpy(dtype=np.float64), frame["symbol"])
    periods = frame[resolved.dimensions["period"]].astype("category")
    years = {code: year for year, code in resolved.periods.items()}
    vintages = {
        code: vintage_status(vintage_id, year, final_when_published=entry.final_when_published)
        for code, year in years.items()
    }
    return pd.DataFrame(
        {
            "year": periods.map(years).astype("int64"),
            **columns,
            "value": values,
            "status": statuses(severity),
            "symbol": frame["symbol"].astype("category"),
            "unit": frame[resolved.dimensions["contents"]].map(resolved.units).astype("category"),
            "vintage_status": periods.map(vintages).astype("category"),
            "source": constant(source, len(frame)),
            "vintage_id": constant(vintage_id, len(frame)),
        },
        index=frame.index,
    ).reset_index(drop=True)


def _check_dimensions(entry: Table, frame: pd.DataFrame, resolved: ResolvedTable) -> None:
    wanted = {*resolved.dimensions.values(), "value", "symbol"}
    missing, extra = sorted(wanted - set(frame.columns)), sorted(set(frame.columns) - wanted)
    if missing or extra:
        raise DataError(
            f"table {entry.id}: the answer lacks {missing} and has {extra} that was not asked for"
        )


def _check_codes(entry: Table, role: str, codes: pd.Series, wanted: tuple[str, ...]) -> None:
    strangers = sorted(set(codes.unique()) - set(wanted))
    if strangers:
        near = nearest_text(strangers[0], wanted)
        raise DataError(
            f"table {entry.id}: the answer holds {role} {', '.join(strangers)}, not asked for; {near}"
        )


def _check_units(entry: Table, units: Mapping[str, Unit], resolved: ResolvedTable) -> None:
    for code, ssb_unit in resolved.ssb_units.items():
        if code in units and not same(units[code].base, ssb_unit):
            told = f"the answer gives contents {code} in {units[code].base!r}, the metadata in {ssb_unit!r}"
            raise DataError(f"table {entry.id}: {told}")
