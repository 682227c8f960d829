"""The recorded answers of SSB: every cell as the independent decoder reads it, and figures as published."""

import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from pipelines.statbank.errors import BodyError
from pipelines.statbank.jsonstat import parse
from pipelines.statbank.jsonstat_document import read_dimensions, read_document, read_notes
from pipelines.statbank.jsonstat_model import Note, Unit
from tests.statbank.independent_decoder import decode
from tests.statbank.jsonstat_bodies import cells_of

pytestmark = pytest.mark.recorded

V0 = "ssb_v0_12367_data_2021-06-13.json"
V2 = "ssb_v2_12134_data_2026-04-25.json"
METADATA = "guide_02_metadata_05810.json"


@pytest.fixture
def body(recorded):
    return lambda name: (recorded / "statbank" / name).read_bytes()


def test_every_recorded_dataset_is_read_or_known_to_be_metadata(recorded):
    read = set()
    for path in sorted((recorded / "statbank").glob("*.json")):
        document = json.loads(path.read_bytes())
        if isinstance(document, dict) and document.get("class") == "dataset" and document["value"]:
            assert cells_of(parse(path.read_bytes())) == decode(path.read_bytes()), path.name
            read.add(path.name)
        else:
            with pytest.raises(BodyError):
                parse(path.read_bytes())
    assert read >= {V0, V2}


def test_v0_body_of_table_12367(body):
    dataset = parse(body(V0))
    frame = dataset.frame
    assert dataset.table == "12367"
    assert dataset.updated == datetime(2021, 6, 13, 22, tzinfo=UTC)
    assert dataset.source == "Statistisk sentralbyrå"
    assert len(frame) == 1250
    assert frame["value"].count() == 765
    assert Counter(frame["symbol"]) == {"": 765, ".": 400, ":": 85}
    assert frame["value"].isna().equals(frame["symbol"] != "")
    assert frame["value"].head(5).tolist() == [1943974, 1824423, 2000781, 2241155, 1793513]
    assert (frame["value"].iloc[-1], frame["symbol"].iloc[-2]) == (2127, ".")
    last = frame.iloc[-1]
    assert [last[dim.code] for dim in dataset.dimensions] == [
        "EKG17", "B", "FGK9", "AGD28", "KOSbelop0000", "2020",
    ]  # fmt: skip
    assert [dim.role for dim in dataset.dimensions] == [None, None, None, None, "metric", "time"]
    region = dataset.dimension("KOKkommuneregion0000")
    assert region.codes == ("EAK", "EAKUO", "3001", "EKG16", "EKG17")
    assert region.labels[1:3] == ("Landet uten Oslo", "Halden")
    assert dataset.dimension("ContentsCode").units == {"KOSbelop0000": Unit("1000 kr", 0)}


def test_v2_body_of_table_12134(body):
    dataset = parse(body(V2))
    assert dataset.table == "12134"
    assert dataset.updated == datetime(2026, 3, 16, 7, tzinfo=UTC)
    assert dataset.frame["KOKkommuneregion0000"].tolist() == ["0301", "4601", "5001"]
    assert dataset.frame["value"].tolist() == [81240, 66605, 62853]
    assert set(dataset.frame["symbol"]) == {""}
    assert dataset.dimension("KOKkommuneregion0000").labels[0] == "Oslo - Oslove"
    assert dataset.dimension("KOKkommuneregion0000").role == "geo"
    assert dataset.units_by_row().to_dict("list") == {"unit": ["kr"] * 3, "decimals": [0] * 3}
    assert len(dataset.notes) == 5
    assert [note.text[:27] for note in dataset.mandatory_notes] == [
        "Det er brudd i tidsserien f", "Tall for landet uten Oslo p",
    ]  # fmt: skip


def test_a_metadata_answer_is_refused_by_name(body):
    with pytest.raises(BodyError, match=r"table 05810: value is empty: this is a metadata answer"):
        parse(body(METADATA))


def test_the_described_part_of_a_metadata_answer_can_be_read_alone(body):
    document = read_document(body(METADATA))
    sex = read_dimensions(document)[0]
    # The positions are 0, 2, 1 in key order.
    assert (sex.codes, sex.labels) == (("0", "2", "1"), ("Both sexes", "Females", "Males"))
    on_values = [(note.variable, note.code) for note in read_notes(document) if isinstance(note, Note)]
    assert on_values == [(None, None), ("Tid", "1845"), ("Tid", "1855")]


def test_every_prefix_of_a_body_is_refused(body):
    whole = body(V2)
    assert len(parse(whole).frame) == 3
    for cut in range(len(whole)):
        with pytest.raises(BodyError):
            parse(whole[:cut])
