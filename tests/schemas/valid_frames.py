"""Two rows that hold the contract of a dataset, made from the contract itself."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pandas as pd

from schemas.contracts import Contract
from schemas.fields import Field

YEAR = 2024
#: Texts that fit the patterns of the contracts; two of each are needed.
TEXTS = (
    *("baerum", "asker", "3201", "3203", "EKG12", "EKG11", "12367", "07459", "100", "242", "0A", "0I"),
    *("kostra/accounts", "asss/indicators", "320100", "320300", "a" * 64, "b" * 64),
)
#: What the rules over several columns ask for: a value of both rows, or one of each.
FITTING: dict[str, dict[str, object]] = {
    "klass/municipalities": {"valid_to": date(2030, 1, 1)},
    "klass/kostra_groups": {"valid_to": date(2030, 1, 1)},
    "kostra/service_statistics": {"problem": None},
    "register/figures": {"suppression_reason": None},
    "quality/reconciliation": {"difference": 0.0},
    "quality/revisions": {"new": 2.0},
    "*/director_area_costs": {"director_area": ["A 42", "Totalt"], "cost_type": ["direct", "total"]},
}


def valid(contract: Contract) -> pd.DataFrame:
    """Rows with everything filled that may be; they differ in one column of the key."""
    frame = pd.DataFrame({field.name: _column(field) for field in contract.fields})
    name = contract.dataset if contract.dataset in FITTING else f"*/{contract.dataset.partition('/')[2]}"
    for column, value in FITTING.get(name, {}).items():
        frame[column] = pd.Series(value if isinstance(value, list) else [value] * 2, dtype=_dtype(value))
    fields = {field.name: field for field in contract.fields}
    free = next(n for n in reversed(contract.key) if n != "year" and not fields[n].allowed)
    first, second = distinct(fields[free])
    return frame.assign(**{free: [first, second]})


def distinct(field: Field) -> tuple[object, object]:
    """Two values of a column."""
    values = _values(field)
    return next(values), next(values)


def _column(field: Field) -> pd.Series:
    value = YEAR if field.name == "year" else next(_values(field))
    return pd.Series([value] * 2)


def _values(field: Field) -> Iterator[object]:
    if field.kind in ("category", "text"):
        return _texts(field)
    least = int(max(field.minimum or 0, 1))
    first_day, first_moment = date(2024, 1, 1), datetime(2025, 6, 16, 6, tzinfo=UTC)
    return {
        "integer": count(least),
        "number": map(float, count(least)),
        "boolean": iter([True, False]),
        "date": (first_day + timedelta(days=days) for days in count()),
        "timestamp": (first_moment + timedelta(days=days) for days in count()),
    }[field.kind]


def _texts(field: Field) -> Iterator[str]:
    fitting = field.allowed or [text for text in TEXTS if re.fullmatch(field.pattern or ".*", text)]
    assert field.allowed or len(fitting) > 1, f"add two texts like {field.pattern} to TEXTS"
    return iter(fitting)


def _dtype(value: object) -> str | None:
    return "str" if value is None else None
