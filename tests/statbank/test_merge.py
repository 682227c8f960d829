"""Parts become one dataset in metadata order, or an error: nothing missing, double, foreign or stale."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.statbank.errors import TableChangedError, WrongAnswerError
from pipelines.statbank.jsonstat import parse
from pipelines.statbank.jsonstat_model import Dataset, Unit
from pipelines.statbank.merge import merge, verify
from pipelines.statbank.planner import plan
from tests.statbank.tables import (
    CONTENTS,
    POPULATION,
    UPDATED,
    data_document,
    encoded,
    figure,
    table_of,
)

PART = {
    "Region": ("0301", "3201"),
    "Kjonn": ("0", "1"),
    "ContentsCode": ("Personer",),
    "Tid": ("2023", "2024"),
}


def answered(part: Mapping[str, Sequence[str]], **options: object) -> Dataset:
    return parse(encoded(data_document(POPULATION, part, **options)))  # type: ignore[arg-type]


def changed(code: str, *codes: str) -> dict[str, tuple[str, ...]]:
    return {**PART, code: codes}


# One part against the plan


def test_the_answer_that_was_asked_for_passes() -> None:
    verify(POPULATION, PART, answered(PART))
    backwards = dict(reversed([(code, codes[::-1]) for code, codes in PART.items()]))
    verify(POPULATION, PART, answered(backwards))
    with pytest.raises(WrongAnswerError):
        verify(POPULATION, PART, answered({**backwards, "Tid": ("2024", "2022")}))


def test_a_vanished_variable_is_noticed() -> None:
    without = {code: codes for code, codes in PART.items() if code != "Kjonn"}
    with pytest.raises(
        WrongAnswerError, match="table 07459: the answer has no Kjonn; its figures are totals"
    ):
        verify(POPULATION, PART, answered(without))


def test_a_variable_that_should_be_gone_is_noticed() -> None:
    without = {code: codes for code, codes in PART.items() if code != "Kjonn"}
    with pytest.raises(WrongAnswerError, match="divided by Kjonn, which was eliminated"):
        verify(POPULATION, without, answered(PART))


def test_the_default_selection_is_noticed() -> None:
    with pytest.raises(WrongAnswerError, match=r"variable Tid: the answer has 1 values where 2 .*lacks 2023"):
        verify(POPULATION, PART, answered(changed("Tid", "2024")))


def test_other_values_than_asked_for_are_noticed() -> None:
    with pytest.raises(WrongAnswerError, match=r"variable Tid: .* lacks 2023"):
        verify(POPULATION, PART, answered(changed("Tid", "2022", "2024")))
    with pytest.raises(WrongAnswerError, match="variable Tid: the answer has 2022, which was not asked for"):
        verify(POPULATION, PART, answered(changed("Tid", "2022", "2023", "2024")))


def test_another_table_is_noticed() -> None:
    other = replace(POPULATION, table="12367")
    with pytest.raises(WrongAnswerError, match="table 12367: the server answered with table 07459"):
        verify(other, PART, answered(PART))


def test_long_lists_are_cut_short() -> None:
    table = table_of((50,))
    short = parse(encoded(data_document(table, {"V0": ("0",)})))
    with pytest.raises(WrongAnswerError, match="lacks 1, 2, 3, 4, 5 and 44 more"):
        verify(table, {"V0": table.dimensions[0].codes}, short)


# Merging


def figures_of(dataset: Dataset) -> list[float]:
    """What the figures should be, from the codes of each row."""
    codes = [dimension.code for dimension in dataset.dimensions]
    rows = dataset.frame[codes].astype("str").to_dict("records")
    return [figure(POPULATION, {str(code): value for code, value in row.items()}) for row in rows]


def test_request_order_becomes_metadata_order() -> None:
    asked = {
        "Tid": ("2024", "2020"),
        "Kjonn": ("1", "0"),
        "ContentsCode": ("Andel",),
        "Region": ("EAK", "0301"),
    }
    merged = merge(POPULATION, [answered(asked)])
    assert [dimension.code for dimension in merged.dimensions] == ["Region", "Kjonn", "ContentsCode", "Tid"]
    assert merged.dimension("Region").codes == ("0301", "EAK")
    assert merged.dimension("Kjonn").labels == ("Begge", "Menn")
    assert list(merged.frame["Region"].cat.categories) == ["0301", "EAK"]
    assert merged.frame["value"].tolist() == figures_of(merged)
    assert merged.frame["Tid"].tolist() == ["2020", "2024"] * 4


def test_the_merged_dataset_is_like_one_answer() -> None:
    whole = {variable.code: variable.codes for variable in POPULATION.dimensions}
    one = answered(whole)
    merged = merge(POPULATION, [answered(part) for part in plan(POPULATION, whole, 20)])
    pd.testing.assert_frame_equal(merged.frame, one.frame)
    assert (merged.table, merged.label, merged.source, merged.updated, merged.decimals) == (
        one.table,
        one.label,
        one.source,
        one.updated,
        one.decimals,
    )
    assert merged.dimensions == one.dimensions


@settings(deadline=None, max_examples=60)
@given(data=st.data(), limit=st.integers(1, 60))
def test_any_plan_answered_in_any_order_gives_the_same_frame(data: st.DataObject, limit: int) -> None:
    expanded = {}
    for variable in POPULATION.dimensions:
        chosen = data.draw(st.sets(st.sampled_from(variable.codes), min_size=1))
        expanded[variable.code] = tuple(code for code in variable.codes if code in chosen)
    datasets = []
    for part in plan(POPULATION, expanded, limit):
        shuffled = [(code, data.draw(st.permutations(codes))) for code, codes in part.items()]
        dataset = answered(dict(data.draw(st.permutations(shuffled))), status={"0": ":"})
        verify(POPULATION, part, dataset)
        datasets.append(dataset)
    merged = merge(POPULATION, data.draw(st.permutations(datasets)))
    codes = [merged.frame[code].astype("str") for code in expanded]
    assert list(zip(*codes, strict=True)) == list(itertools.product(*expanded.values()))
    assert merged.frame["value"].tolist() == figures_of(merged)
    assert (merged.frame["symbol"] == ":").sum() == len(datasets)


def test_symbols_and_nulls_keep_their_cells() -> None:
    first = data_document(POPULATION, changed("Tid", "2024"), status={"0": ":", "3": ".."})
    second = data_document(POPULATION, changed("Tid", "2023"), status={"1": "x"})
    first["value"] = [None, 1.0, 2.0, None]
    merged = merge(POPULATION, [parse(encoded(first)), parse(encoded(second))])
    by_year = merged.frame.set_index(["Tid", "Region", "Kjonn"])
    assert by_year["value"].isna().sum() == 2
    assert by_year["value"].isna().loc[("2024", "0301", "0")]
    assert by_year.loc[("2024", "0301", "0"), "symbol"] == ":"
    assert by_year.loc[("2024", "3201", "1"), "symbol"] == ".."
    assert by_year.loc[("2023", "0301", "1"), "symbol"] == "x"
    assert by_year.loc[("2023", "0301", "0"), "symbol"] == ""
    assert list(merged.frame["symbol"].cat.categories) == ["", "..", ":", "x"]


def test_notes_of_all_parts_are_kept_once() -> None:
    parts = []
    for year, notes in (("2023", ["same", ". = x"]), ("2024", ["same", ": = y"])):
        parts.append(parse(encoded({**data_document(POPULATION, changed("Tid", year)), "note": notes})))
    assert [note.text for note in merge(POPULATION, parts).notes] == ["same", ". = x", ": = y"]


def test_units_come_along() -> None:
    parts = [answered(changed("ContentsCode", code)) for code in ("Andel", "Personer")]
    assert merge(POPULATION, parts).dimension("ContentsCode").units == CONTENTS.units


def test_an_overlap_names_a_cell() -> None:
    with pytest.raises(
        WrongAnswerError, match=r"Region=0301, Kjonn=0, ContentsCode=Personer, Tid=2023 is in 2"
    ):
        merge(POPULATION, [answered(PART), answered(changed("Tid", "2023"))])


def test_a_hole_names_a_cell() -> None:
    corners = [
        {**PART, "Region": ("0301",), "Tid": ("2023",)},
        {**PART, "Region": ("3201",), "Tid": ("2024",)},
    ]
    with pytest.raises(
        WrongAnswerError, match=r"4 cells are not in exactly one part; Region=0301.*Tid=2024 is in 0"
    ):
        merge(POPULATION, [answered(part) for part in corners])


def test_parts_must_have_the_same_variables() -> None:
    without = {code: codes for code, codes in PART.items() if code != "Kjonn"}
    with pytest.raises(WrongAnswerError, match="one part has the variables"):
        merge(POPULATION, [answered(PART), answered(without)])


def test_parts_must_agree_on_labels_and_units() -> None:
    first, second = (answered(changed("Tid", year)) for year in ("2023", "2024"))
    region, *rest = second.dimensions
    relabelled = replace(second, dimensions=(replace(region, labels=("Oslo", "Asker og Bærum")), *rest))
    with pytest.raises(WrongAnswerError, match=r"variable Region: 3201 is .*Bærum.*Asker og Bærum"):
        merge(POPULATION, [first, relabelled])
    contents = replace(second.dimension("ContentsCode"), units={"Personer": Unit("1000 personer", 0)})
    dimensions = tuple(contents if d.code == "ContentsCode" else d for d in second.dimensions)
    with pytest.raises(WrongAnswerError, match=r"variable ContentsCode: Personer is .*1000 personer"):
        merge(POPULATION, [first, replace(second, dimensions=dimensions)])


def test_codes_and_variables_must_be_the_tables() -> None:
    with pytest.raises(WrongAnswerError, match="variable V0: 2 is not in the table's metadata"):
        merge(table_of((2,)), [parse(encoded(data_document(table_of((3,)), {"V0": ("1", "2")})))])
    with pytest.raises(WrongAnswerError, match="are not all variables of the table"):
        merge(table_of((2,)), [answered(PART)])


def test_nothing_to_merge_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="no parts"):
        merge(POPULATION, [])


# Editions


@pytest.mark.parametrize("second", [UPDATED - timedelta(days=1), None])
def test_parts_of_different_editions_are_refused(second: datetime | None) -> None:
    parts = [answered(changed("Tid", "2023")), answered(changed("Tid", "2024"), updated=second)]
    with pytest.raises(TableChangedError, match="table 07459: changed during the fetch"):
        merge(POPULATION, parts)


def test_an_answer_newer_than_the_metadata_is_refused() -> None:
    with pytest.raises(TableChangedError, match="published anew at 2026-06-15T06:00:00Z, after its metadata"):
        merge(POPULATION, [answered(PART, updated=datetime(2026, 6, 15, 6, tzinfo=UTC))])


def test_different_contents_may_be_of_different_days() -> None:
    older = UPDATED - timedelta(days=90)
    parts = [
        answered(changed("ContentsCode", "Personer"), updated=older),
        answered(changed("ContentsCode", "Andel"), updated=UPDATED),
    ]
    assert merge(POPULATION, parts).updated == UPDATED


def test_a_service_that_does_not_say_when_is_taken_at_its_word() -> None:
    parts = [answered(changed("Tid", year), updated=None) for year in ("2023", "2024")]
    assert merge(POPULATION, parts).updated is None
    merge(replace(POPULATION, updated=None), [answered(PART)])
