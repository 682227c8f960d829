"""What a table is made of: its variables, values and codelists, read from a metadata answer.

PxWebApi v2 answers metadata as a JSON-stat 2 dataset without figures. Only metadata says truly which
variables can be eliminated: in a data answer that member describes the extract.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pipelines.statbank.errors import BodyError, SelectionError, nearest
from pipelines.statbank.jsonstat_document import (
    Members,
    get_object,
    get_text,
    kind,
    read_dimensions,
    read_document,
    read_notes,
    read_table_id,
    read_updated,
)
from pipelines.statbank.jsonstat_model import Dimension, Note, Role, Unit

# The API's name for the time variable of any table, whatever the table calls it.
_TIME_ALIAS = "time"


@dataclass(frozen=True, slots=True)
class Codelist:
    """A codelist (kodeliste) that may stand in for a variable's own values; `type` as the API names it."""

    id: str
    label: str
    type: str


@dataclass(frozen=True, slots=True)
class VariableMetadata:
    """One variable with all its values, in metadata order.

    `elimination`: the variable may be left out; the figures are then summed, or taken from
    `elimination_code` where the table has a total. `notes` are the notes on single values, by code.
    """

    code: str
    label: str
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    role: Role | None = None
    elimination: bool = False
    elimination_code: str | None = None
    units: Mapping[str, Unit] = field(default_factory=dict)
    codelists: tuple[Codelist, ...] = ()
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def labelled(self) -> dict[str, str]:
        """Label by code."""
        return dict(zip(self.codes, self.labels, strict=True))


@dataclass(frozen=True, slots=True)
class TableMetadata:
    """A table (statistikkbanktabell). `updated` is the newest publication of any of its contents.

    `applied` names the codelist per variable whose values are listed here instead of the variable's own.
    """

    table: str
    label: str
    updated: datetime | None
    dimensions: tuple[VariableMetadata, ...]
    notes: tuple[Note, ...] = ()
    discontinued: bool = False
    applied: Mapping[str, str] = field(default_factory=dict)

    def variable(self, code: str) -> VariableMetadata:
        """The variable with this code, ignoring case; `time` means the time variable.

        Raises:
            SelectionError: no such variable; the nearest ones are named.
        """
        found = self._timed(code) or self._named(code)
        if found is None:
            known = {variable.code: variable.label for variable in self.dimensions}
            raise SelectionError(
                f"table {self.table}: no variable {code!r}; nearest: {nearest(code, known, len(known))}"
            )
        return found

    def with_role(self, role: Role) -> VariableMetadata | None:
        """The first variable with this role, or None."""
        return next((variable for variable in self.dimensions if variable.role == role), None)

    def _timed(self, code: str) -> VariableMetadata | None:
        return self.with_role("time") if code.lower() == _TIME_ALIAS else None

    def _named(self, code: str) -> VariableMetadata | None:
        same = [variable for variable in self.dimensions if variable.code.lower() == code.lower()]
        return next((variable for variable in same if variable.code == code), same[0] if same else None)


def parse_metadata(
    body: bytes | str, *, table: str = "", applied: Mapping[str, str] | None = None
) -> TableMetadata:
    """Decode a metadata answer (`/tables/{id}/metadata`).

    Args:
        body: the answer.
        table: the table that was asked for; read from the body when empty.
        applied: the codelist per variable that was asked for with `codelist[VAR]`.

    Raises:
        BodyError: the body is not metadata of this table, or contradicts itself.
    """
    document = read_document(body)
    stated = read_table_id(document)
    asked = table or stated or ""
    if stated and stated.lower() != asked.lower():
        raise BodyError(f"table {asked}: the server answered with the metadata of table {stated}")
    try:
        described = get_object(document, "dimension", "the body")
        return TableMetadata(
            table=asked,
            label=get_text(document, "label", "the body"),
            updated=read_updated(document),
            dimensions=tuple(
                _variable(dimension, get_object(described, dimension.code, "dimension"))
                for dimension in read_dimensions(document)
            ),
            notes=read_notes(document),
            discontinued=get_object(document, "extension", "the body").get("discontinued") is True,
            applied=dict(applied or {}),
        )
    except BodyError as error:
        raise BodyError(f"metadata of table {asked}: {error}") from error


def _variable(dimension: Dimension, members: Members) -> VariableMetadata:
    where = f"dimension {dimension.code!r}"
    extension = get_object(members, "extension", where)
    return VariableMetadata(
        code=dimension.code,
        label=dimension.label,
        codes=dimension.codes,
        labels=dimension.labels,
        role=dimension.role,
        elimination=extension.get("elimination") is True,
        elimination_code=get_text(extension, "eliminationValueCode", where) or None,
        units=dimension.units,
        codelists=_codelists(extension, where),
        notes=dimension.notes,
    )


def _codelists(extension: Members, where: str) -> tuple[Codelist, ...]:
    """The codelists of one variable; the member was spelt `codeLists` until October 2025."""
    stated = extension.get("codelists") or extension.get("codeLists") or []
    if not isinstance(stated, list) or not all(isinstance(item, dict) for item in stated):
        raise BodyError(f"{where}: codelists is {kind(stated)}, not an array of objects")
    listed = [tuple(get_text(item, name, where) for name in ("id", "label", "type")) for item in stated]
    return tuple(Codelist(*texts) for texts in listed)
