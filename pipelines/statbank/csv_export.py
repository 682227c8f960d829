"""A dataset as tidy CSV text, for `kostra statbank parse FILE`: codes, labels, value, symbol, unit."""

import math

import pandas as pd

from pipelines.statbank.jsonstat_model import Dataset

# A spreadsheet takes a cell that starts with one of these for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def to_csv(dataset: Dataset) -> str:
    """One line per cell in the order of the body, after a header line; lines end with a line feed.

    Columns: `<code>` and `<code>_label` per dimension, then value, symbol, unit, decimals. Numbers stand
    as in the body (whole ones without ".0"), a null is an empty cell. Text cells that a spreadsheet would
    run as a formula get a leading apostrophe; numbers never do.

    Raises:
        StatbankError: two columns would get the same name.
    """
    frame = dataset.with_labels()
    header = ",".join(_text_cell(str(name)) for name in frame.columns)
    columns = (_cells(column) for _, column in frame.items())
    return "\n".join([header, *map(",".join, zip(*columns, strict=True)), ""])


def _cells(column: pd.Series) -> list[str]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        # Quoted once per category, not once per row.
        written = [_text_cell(str(text)) for text in column.cat.categories]
        return [written[code] for code in column.cat.codes.tolist()]
    return [_number_cell(number) for number in column.astype("float64").tolist()]


def _number_cell(number: float) -> str:
    if math.isnan(number):
        return ""
    return repr(int(number)) if number.is_integer() else repr(number)


def _text_cell(text: str) -> str:
    if text.startswith(_FORMULA_STARTS):
        text = f"'{text}"
    if any(special in text for special in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text
