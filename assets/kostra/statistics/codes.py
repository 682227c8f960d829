"""The codes a measure was found under in the metadata of its table."""

from __future__ import annotations

import pandas as pd

from schemas.catalogue import Measure, Table


def codes_of(measure: Measure, table: Table, recorded: pd.DataFrame) -> dict[str, list[str]] | None:
    """The codes of a measure's cells by role, region and period aside; None where it was not found.

    Args:
        measure: the measure.
        table: the table that holds it.
        recorded: `statbank/metadata`.
    """
    rows = recorded[(recorded["table"] == table.id).to_numpy() & recorded["problem"].isna().to_numpy()]
    found = dict(zip(rows["wanted_label"], rows["resolved_code"], strict=True))
    if measure.wanted not in found:
        return None
    dimensions = {str(role): entry for role, entry in table.dimensions.items()}
    codes = {"contents": [str(found[measure.wanted])]}
    for role, names in measure.at.items():
        values = dimensions[role].values
        codes[role] = [str(found[values[name].name]) if name in values else name for name in names]
    return codes
