"""Small frames of indicators, aggregates and register figures, and a catalogue to read them by."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from assets.asss.aggregates import aggregates
from schemas.catalogue import Catalogue, Membership, NeedIndex, Network, Series
from tests.algebra.facts import S2, WHOLE, Figure

MEMBERS = ("asker", "baerum", "bergen")
SHARE = "sos_recipients_share_18_24"
COLUMNS = [
    "year",
    "municipality",
    "region_kind",
    "indicator",
    "numerator",
    "denominator",
    "value",
    "unit",
    "status",
]


def catalogue(
    *series: Series,
    members: Mapping[int, tuple[str, ...]] | None = None,
    needs: Mapping[str, float] | None = None,
) -> Catalogue:
    """The catalogue with a network `trio` (members from each year on), and need indices of 2025."""
    eras = sorted((members or {2015: MEMBERS}).items())
    ends = [year - 1 for year, _ in eras[1:]] + [None]
    memberships = tuple(
        Membership(first_year=first, last_year=last, members=names)
        for (first, names), last in zip(eras, ends, strict=True)
    )
    held = {
        f"social_{name}_2025": NeedIndex(
            id=f"social_{name}_2025",
            year=2025,
            sector="social",
            municipality=name,
            index=index,
            vintage="Grønt hefte 2025",
            source="test",
        )
        for name, index in (needs or {}).items()
    }
    return replace(
        WHOLE,
        networks={"trio": Network(id="trio", name="Trioen", memberships=memberships)},
        series={entry.id: entry for entry in series},
        need_indices=held,
    )


def indicators(
    figures: Mapping[tuple[int, str], Figure], indicator: str = S2, inhabitants: float = 1000
) -> pd.DataFrame:
    """`asss/indicators` of one indicator from (year, municipality) → numerator or status."""
    declared = WHOLE.indicators[indicator]
    rows = []
    for (year, name), figure in figures.items():
        kind = (
            "kostra_group"
            if name.startswith("EKG")
            else "country"
            if name.startswith("EAK")
            else "municipality"
        )
        known = not isinstance(figure, str)
        above = float(figure) if known else float("nan")
        value = declared.scale * above / inhabitants
        status = "ok" if known else str(figure)
        rows.append((year, name, kind, indicator, above, inhabitants, value, declared.unit, status))
    return pd.DataFrame(rows, columns=COLUMNS).assign(
        method="m",
        origin="computed",
        break_before=False,
        vintage_status="final",
        source="sample",
        vintage_id="12367@sample",
    )


def beside(frame: pd.DataFrame, read_by: Catalogue) -> pd.DataFrame:
    """`asss/aggregates` of the frame."""
    return aggregates(frame, read_by)


def register(figures: Mapping[tuple[int, str, str, str], Figure]) -> pd.DataFrame:
    """`register/figures` from (year, indicator, entity, unit) → figure or status."""
    rows = [
        (
            *key,
            float("nan") if isinstance(figure, str) else figure,
            figure if isinstance(figure, str) else "ok",
        )
        for key, figure in figures.items()
    ]
    columns = ["year", "indicator", "entity", "unit", "value", "status"]
    return pd.DataFrame(rows, columns=columns).assign(
        vintage_status="unknown", source="register", vintage_id="register@2025#abc"
    )
