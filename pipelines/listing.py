"""What SSB lists: one question about all tables, and which edition of each it points to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd


class UnlistedTableError(LookupError):
    """SSB does not list a table the catalogue uses."""


@dataclass(frozen=True, slots=True)
class ListedTable:
    """One table as listed: its `updated` in UTC (`…Z`), the periods it offers, whether it is closed."""

    table: str
    updated: str
    first_period: str | None
    last_period: str | None
    discontinued: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """The catalogue's tables as SSB listed them at one moment."""

    tables: Mapping[str, ListedTable]
    checked_at: datetime

    def updated_of(self, table_id: str) -> str:
        """The listed `updated` of a table.

        Raises:
            UnlistedTableError: when SSB did not list it.
        """
        if table_id not in self.tables:
            raise UnlistedTableError(
                f"table {table_id}: SSB does not list it (checked {self.checked_at:%Y-%m-%d %H:%M} UTC); "
                "look for its successor and change the catalogue"
            )
        return self.tables[table_id].updated

    def facts(self, table_id: str) -> dict[str, str]:
        """What is listed of a table besides `updated`, as it is kept with an archived edition."""
        listed = self.tables[table_id]
        return {
            "first_period": listed.first_period or "",
            "last_period": listed.last_period or "",
            "discontinued": str(listed.discontinued).lower(),
        }

    def frame(self) -> pd.DataFrame:
        """The rows of `statbank/updates`."""
        rows = [self.tables[table_id] for table_id in sorted(self.tables)]
        return pd.DataFrame(
            {
                "table": pd.Series([row.table for row in rows], dtype="str"),
                "updated": pd.to_datetime([row.updated for row in rows], utc=True),
                "first_period": pd.Series([row.first_period for row in rows], dtype="str"),
                "last_period": pd.Series([row.last_period for row in rows], dtype="str"),
                "discontinued": pd.Series([row.discontinued for row in rows], dtype="bool"),
                "checked_at": pd.to_datetime([self.checked_at] * len(rows), utc=True),
            }
        )

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Listing:
        """The listing that `frame` made the rows of."""
        rows = [
            ListedTable(
                table=str(row.table),
                updated=zulu(pd.Timestamp(str(row.updated))),
                first_period=_text(row.first_period),
                last_period=_text(row.last_period),
                discontinued=bool(row.discontinued),
            )
            for row in frame.itertuples(index=False)
        ]
        checked_at = frame["checked_at"].max().to_pydatetime()
        return cls({row.table: row for row in rows}, checked_at)


def zulu(moment: datetime) -> str:
    """A moment as SSB writes it: UTC with a trailing Z, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
