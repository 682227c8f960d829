"""Stored rows as pandas."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from schemas.contracts import Contract


def as_frame(contract: Contract, table: pa.Table) -> pd.DataFrame:
    """Stored rows as pandas: category columns as categories, dates as `datetime.date`."""
    for position, column in enumerate(contract.fields):
        if column.kind == "category":
            table = table.set_column(position, column.name, table.column(column.name).dictionary_encode())
    frame: pd.DataFrame = table.to_pandas(date_as_object=True)
    return frame
