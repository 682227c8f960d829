"""An explanation as plain values: quantities made of quantities, down to cells as SSB served them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of an SSB table: the codes it stands under, by role, and what was served."""

    table: str
    codes: Mapping[str, str]
    value: float | None
    symbol: str
    status: str
    unit: str
    vintage_id: str


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One imported figure: who published it, when, in which file, and as what."""

    entity: str
    value: float | None
    unit: str
    status: str
    provider: str
    provider_date: str
    vintage_status: str
    note: str | None
    file_name: str
    file_sha256: str


@dataclass(frozen=True, slots=True)
class Part:
    """One quantity: what it is in words, its value, and the parts, cells or imported rows it is made of.

    `coefficient` is what the quantity counts with in the one above. `dataset` holds it as stored. `note` says
    why there is no value, where more is known than the status.
    """

    kind: str
    words: str
    value: float | None
    status: str
    unit: str
    coefficient: float = 1.0
    dataset: str | None = None
    note: str | None = None
    parts: tuple[Part, ...] = ()
    cells: tuple[Cell, ...] = ()
    register: tuple[RegisterRow, ...] = ()

    def leaves(self) -> Iterator[Part]:
        """The quantities that are made of no others."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True, slots=True)
class Member:
    """One member of the network: its figure, and whether it is in the mean or why not."""

    municipality: str
    numerator: float | None
    denominator: float | None
    value: float | None
    status: str
    counted: bool
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class NetworkMean:
    """The network's figures as stored, and the mean computed again from its members."""

    network: str
    name: str
    status: str
    mean: float | None
    method: str
    origin: str
    recomputed: float | None
    max: float | None
    max_holder: str | None
    min: float | None
    min_holder: str | None
    members: tuple[Member, ...] = ()
    register: tuple[RegisterRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """One figure explained. `value` is the stored one, `recomputed` follows from the parts."""

    indicator: str
    number: str
    title: str
    year: int
    municipality: str
    unit: str
    decimals: int
    scale: float
    status: str
    value: float | None
    recomputed: float | None
    formula: str
    calculation: str
    origin: str
    source: str
    definition_source: str
    confidence: str
    note: str | None
    break_before: bool
    numerator: tuple[Part, ...]
    denominator: tuple[Part, ...]
    network: NetworkMean
    vintages: tuple[str, ...] = field(default=())
    vintage_status: str = "unknown"
