"""Everything the stand-in serves at one moment; a new edition of a table makes a new site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pipelines.standin import errors
from pipelines.standin.klass import StandinKlass
from pipelines.standin.table import StandinTable


@dataclass(frozen=True, slots=True)
class Site:
    """Tables by id (lower case), the code lists, and the installation's settings."""

    tables: Mapping[str, StandinTable]
    klass: StandinKlass
    address: str
    max_cells: int
    now: Callable[[], datetime]

    @property
    def statbank(self) -> str:
        """Base address of PxWebApi v2."""
        return f"{self.address}/api/pxwebapi/v2"

    def table(self, table_id: str, *, status: int = 404) -> StandinTable:
        """A table by id, ignoring case; ``status`` is the HTTP status of the refusal."""
        found = self.tables.get(table_id.lower())
        if found is None:
            raise errors.problem(errors.NON_EXISTENT_TABLE, status=status, body_status=404)
        return found
