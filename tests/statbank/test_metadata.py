"""Metadata as the service sends it, with and without what is optional."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.statbank.errors import BodyError, SelectionError
from pipelines.statbank.jsonstat_model import Unit
from pipelines.statbank.metadata import Codelist, parse_metadata
from tests.statbank.tables import POPULATION, encoded, metadata_document


def document(**changes: object) -> dict[str, object]:
    return {**metadata_document(POPULATION), **changes}


def test_all_that_is_said_is_read() -> None:
    metadata = parse_metadata(encoded(document()), table="07459")
    assert metadata.table == "07459"
    assert metadata.label == "07459: Befolkning"
    assert metadata.updated == datetime(2026, 3, 16, 7, 0, tzinfo=UTC)
    assert not metadata.discontinued
    region, sex, contents, time = metadata.dimensions
    assert region.codes == ("0301", "3201", "3203", "EAK", "EKG12")
    assert region.labelled["3201"] == "Bærum"
    assert region.codelists[0] == Codelist("agg_Fylker", "Fylker 2024-", "Aggregation")
    assert (region.elimination, sex.elimination) == (False, True)
    assert contents.units["Andel"] == Unit("prosent", 1)
    assert (contents.role, time.role, region.role) == ("metric", "time", None)


def test_the_same_table_in_another_order_reads_the_same() -> None:
    shuffled = document()
    dimension = shuffled["dimension"]
    assert isinstance(dimension, dict)
    category = dimension["Region"]["category"]
    category["index"] = dict(sorted(category["index"].items(), reverse=True))
    category["label"] = dict(sorted(category["label"].items()))
    assert parse_metadata(encoded(dict(sorted(shuffled.items(), reverse=True)))) == parse_metadata(
        encoded(document())
    )


def test_optional_members_may_be_absent() -> None:
    bare = document()
    for name in ("role", "extension", "updated", "source", "version"):
        del bare[name]
    dimensions = bare["dimension"]
    assert isinstance(dimensions, dict)
    for dimension in dimensions.values():
        del dimension["extension"]
    metadata = parse_metadata(encoded(bare))
    assert metadata.table == "07459"  # from the label
    assert metadata.updated is None
    assert [variable.elimination for variable in metadata.dimensions] == [False] * 4
    assert [variable.codelists for variable in metadata.dimensions] == [()] * 4
    assert [variable.role for variable in metadata.dimensions] == [None, None, "metric", "time"]


@pytest.mark.parametrize("spelling", ["codelists", "codeLists"])
def test_both_spellings_of_codelists(spelling: str) -> None:
    body = document()
    dimensions = body["dimension"]
    assert isinstance(dimensions, dict)
    dimensions["Region"]["extension"] = {spelling: [{"id": "agg_X", "label": "X", "links": []}]}
    region = parse_metadata(encoded(body)).dimensions[0]
    assert region.codelists == (Codelist("agg_X", "X", ""),)


def test_the_answer_must_be_about_the_table_asked_for() -> None:
    with pytest.raises(BodyError, match="table 12367: the server answered with the metadata of table 07459"):
        parse_metadata(encoded(document()), table="12367")


def test_an_error_names_the_table() -> None:
    with pytest.raises(BodyError, match=r"metadata of table 07459: .*size"):
        parse_metadata(encoded(document(size=[1, 2])), table="07459")
    body = document()
    dimensions = body["dimension"]
    assert isinstance(dimensions, dict)
    dimensions["Region"]["extension"] = {"codelists": {"agg_X": {}}}
    with pytest.raises(
        BodyError, match="metadata of table 07459: dimension 'Region': codelists is an object"
    ):
        parse_metadata(encoded(body))


def test_variables_are_found_as_the_server_finds_them() -> None:
    assert POPULATION.variable("Tid").code == "Tid"
    assert POPULATION.variable("TIME").code == "Tid"
    assert POPULATION.variable("contentscode").code == "ContentsCode"
    timeless = replace(POPULATION, dimensions=POPULATION.dimensions[:3])
    with pytest.raises(SelectionError, match="table 07459: no variable 'time'; nearest: "):
        timeless.variable("time")


def test_an_unknown_variable_gets_the_nearest() -> None:
    with pytest.raises(SelectionError, match=r"no variable 'Regon'; nearest: Region \(region\), "):
        POPULATION.variable("Regon")


@pytest.mark.recorded
def test_recorded_metadata(recorded: Path) -> None:
    body = (recorded / "statbank/guide_02_metadata_05810.json").read_bytes()
    metadata = parse_metadata(body, table="05810")
    assert [variable.code for variable in metadata.dimensions] == ["Kjonn", "Alder", "ContentsCode", "Tid"]
    sex, _, contents, time = metadata.dimensions
    assert sex.codes == ("0", "2", "1")  # by position, not by the order of the keys
    assert [variable.elimination for variable in metadata.dimensions] == [True, True, False, False]
    assert contents.units == {"Personer": Unit("number", 0)}
    assert time.role == "time"
    assert time.notes["1845"][0].startswith("The sum of age groups")
    assert len(metadata.notes) == 3
