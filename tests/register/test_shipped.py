"""The register file that ships: the published figures, each one, as printed."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from assets.register.figures import newest
from assets.register.order import check_order
from assets.tabular.problems import Findings
from schemas.fields import RELATIVE_UNITS
from tests.register.files import catalogue, read

FILE = "kostra-rapport-2025.csv"
Held = dict[tuple[str, int, str, str], float]
UNIT_OF_CLAIM = {
    ("relative", "percent"): "percent_above_mean",
    ("relative", "percentage_points"): "percentage_points_above_mean",
    ("change", "percent"): "percent_change",
    ("change", "percentage_points"): "percentage_points_change",
}


@pytest.fixture(scope="module")
def shipped() -> pd.DataFrame:
    file = read(catalogue().registers[FILE], FILE)
    assert file.findings.told() == []
    return file.figures


@pytest.fixture(scope="module")
def held(shipped: pd.DataFrame) -> Held:
    keys = zip(shipped["indicator"], shipped["year"], shipped["entity"], shipped["unit"], strict=True)
    return dict(zip(keys, shipped["value"], strict=True))


def test_it_is_in_order_and_names_its_source(shipped: pd.DataFrame) -> None:
    findings = Findings(FILE)
    check_order(shipped, newest([]), catalogue().indicators, catalogue().networks, findings)

    assert findings.told() == []
    assert shipped["provider"].unique().tolist() == ["Bærum kommune, KOSTRA-rapport 2025 (2024-tall)"]


def test_every_imported_indicator_with_a_printed_figure_has_it(shipped: pd.DataFrame) -> None:
    imported = {i.number for i in catalogue().indicators.values() if i.imported and i.number != "egen"}
    printed = {catalogue().indicators[name].number for name in shipped["indicator"]}

    assert imported - printed == {"P7b", "P16"}  # only in images


def published(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with (folder / "published" / name).open(encoding="utf-8", newline="") as rows:
        yield from csv.DictReader(rows)


def entity_of(printed: str) -> str:
    return {"KG12": "EKG12", "KG13": "EKG13"}.get(printed) or printed.casefold().replace("æ", "ae").replace(
        " ", "_"
    )


@pytest.mark.recorded
@pytest.mark.parametrize(("name", "count"), [("service_profile.csv", 144), ("time_series.csv", 80)])
def test_printed_tables_are_all_there(recorded: Path, held: Held, name: str, count: int) -> None:
    rows = list(published(recorded, name))

    assert len(rows) == count
    for each in rows:
        value = held[each["indicator_id"], int(each["year"]), entity_of(each["entity"]), each["unit"]]
        assert pd.isna(value) if not each["value"] else value == float(each["value"]), each


@pytest.mark.recorded
def test_every_distance_and_change_of_the_text_is_there_with_its_sign(recorded: Path, held: Held) -> None:
    claims = [
        each
        for each in published(recorded, "statements.csv")
        if each["value"] and each["claim_type"] in ("relative", "change")
    ]
    told = 0
    for each in claims:
        unit = UNIT_OF_CLAIM[each["claim_type"], each["unit"]]
        key = (each["indicator_id"], int(each["year"]), entity_of(each["entity"]), unit)
        if each["statement_id"] in ("PLO-43", "PLO-46"):  # the values themselves are printed
            assert key not in held
            continue
        sign = -1 if each["direction"] in ("below", "decrease") else 1
        assert held[key] == sign * float(each["value"]), each
        told += 1

    assert told == sum(key[3] in RELATIVE_UNITS for key in held) == 36
