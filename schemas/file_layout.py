"""How a table that people hand in is to be read."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.catalogue.entries import Entry, Text

DELIMITERS = {"semicolon": ";", "comma": ",", "tab": "\t", "pipe": "|"}


class FileLayout(Entry):
    """The layout of a CSV or XLSX file; everything has a default.

    `header_row` is the row that names the columns. `sheet` names the sheet of a workbook that has several.
    """

    delimiter: Literal["auto", "semicolon", "comma", "tab", "pipe"] = "auto"
    encoding: Literal["auto", "utf-8", "latin-1"] = "auto"
    header_row: int = Field(default=1, ge=1)
    sheet: Text | None = None
