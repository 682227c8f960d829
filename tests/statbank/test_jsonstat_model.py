"""What a parsed dataset holds: types, roles, units, notes, times; and never a contact."""

import json
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from benchmarks.parse_jsonstat import main, synthetic_body
from pipelines.statbank.errors import StatbankError
from pipelines.statbank.jsonstat import parse
from pipelines.statbank.jsonstat_model import Note, Unit
from tests.statbank.independent_decoder import decode
from tests.statbank.jsonstat_bodies import cells_of


def annotated_body() -> dict:
    """One region, two contents with different units, one year; notes on every level."""
    return {
        "class": "dataset",
        "label": "12362: Utgifter, etter region 2024",
        "note": ["Plain", "Must be shown"],
        "id": ["Region", "ContentsCode", "Tid"],
        "size": [1, 2, 1],
        "dimension": {
            "Region": {
                "label": "region",
                "note": "As one text",
                "category": {"label": {"3201": "Bærum"}, "note": {"3201": ["Moved", "Merged"]}},
                "extension": {
                    "noteMandatory": {"0": True},
                    "categoryNoteMandatory": {"3201": {"1": True}},
                },
            },
            "ContentsCode": {
                "label": "statistikkvariabel",
                "category": {
                    "index": {"Andel": 1, "Belop": 0},
                    "label": {"Andel": "Andel", "Belop": "Beløp"},
                    "unit": {
                        "Belop": {"base": "1000 kr", "decimals": 0},
                        "Andel": {"label": "prosent", "decimals": -1},
                    },
                },
            },
            "Tid": {"label": "år", "category": {"index": ["2024"]}},
        },
        "extension": {
            "noteMandatory": {"1": True, "7": True},
            "px": {"decimals": 1},
            "contact": [
                {"name": "Kari Nordmann", "mail": "kari@example.org", "raw": "Kari Nordmann, 22 00 00 00"}
            ],
        },
        "value": [152, 3.4],
        "status": {"0": "*"},
    }


@pytest.fixture
def annotated():
    return parse(json.dumps(annotated_body()))


def test_types_of_the_frame(annotated):
    frame = annotated.frame
    assert list(frame.columns) == ["Region", "ContentsCode", "Tid", "value", "symbol"]
    assert frame["value"].dtype == np.float64
    for name in ("Region", "ContentsCode", "Tid", "symbol"):
        assert isinstance(frame[name].dtype, pd.CategoricalDtype)
        assert frame[name].cat.categories.dtype == "str"
        assert frame[name].cat.codes.dtype == np.int8
        assert not frame[name].cat.ordered
    assert frame["symbol"].tolist() == ["*", ""]
    assert frame["symbol"].cat.categories.tolist() == ["", "*"]


def test_a_symbol_may_stand_beside_a_figure(annotated):
    assert annotated.frame[["value", "symbol"]].values.tolist() == [[152.0, "*"], [3.4, ""]]


def test_time_and_metric_are_known_by_their_usual_codes_without_roles(annotated):
    assert annotated.with_role("time").code == "Tid"
    assert annotated.with_role("metric").code == "ContentsCode"
    assert annotated.with_role("geo") is None


def test_a_stated_role_goes_before_the_usual_code():
    document = annotated_body() | {"role": {"time": ["Region", "Gone"], "geo": ["Tid"], "metric": None}}
    roles = {dim.code: dim.role for dim in parse(json.dumps(document)).dimensions}
    assert roles == {"Region": "time", "ContentsCode": "metric", "Tid": "geo"}


def test_units_follow_the_contents_code_and_fall_back_on_the_table(annotated):
    assert annotated.dimension("ContentsCode").units == {
        "Belop": Unit("1000 kr", 0),
        "Andel": Unit("prosent", None),
    }
    assert annotated.decimals == 1
    assert annotated.units_by_row().to_dict("list") == {"unit": ["1000 kr", "prosent"], "decimals": [0, 1]}


def test_units_are_empty_where_the_body_states_none():
    document = annotated_body()
    del document["dimension"]["ContentsCode"]["category"]["unit"]
    del document["extension"]
    rows = parse(json.dumps(document)).units_by_row()
    assert rows["unit"].tolist() == ["", ""]
    assert rows["decimals"].isna().all()


def test_notes_of_every_level_with_those_that_must_be_shown(annotated):
    assert annotated.notes == (
        Note("Plain"),
        Note("Must be shown", mandatory=True),
        Note("As one text", mandatory=True, variable="Region"),
        Note("Moved", variable="Region", code="3201"),
        Note("Merged", mandatory=True, variable="Region", code="3201"),
    )
    assert [note.text for note in annotated.mandatory_notes] == ["Must be shown", "As one text", "Merged"]
    assert annotated.dimension("Region").notes == {"3201": ("Moved", "Merged")}


def test_a_contact_is_never_kept(annotated):
    kept = repr(annotated) + annotated.with_labels().to_string()
    assert "Bærum" in kept
    assert "Kari" not in kept and "22 00 00 00" not in kept


def test_an_unknown_dimension_is_named_with_the_nearest(annotated):
    with pytest.raises(StatbankError, match="table 12362: no dimension 'region'; nearest: Region"):
        annotated.dimension("region")


@pytest.mark.parametrize(
    ("label", "extension", "table"),
    [
        ("12362: Utgifter", {}, "12362"),
        ("12362: Utgifter", {"px": {"tableid": "07459"}}, "07459"),
        ("12362: Utgifter", {"px": {"tableid": ""}}, "12362"),
        ("123620 kroner", {}, None),
        ("Utgifter 12362", {}, None),
    ],
)
def test_table_number_from_the_extension_or_the_head_of_the_label(label, extension, table):
    document = annotated_body() | {"label": label, "extension": extension}
    assert parse(json.dumps(document)).table == table


@pytest.mark.parametrize(
    ("stated", "updated"),
    [
        ("2026-03-16T07:00:00Z", datetime(2026, 3, 16, 7, tzinfo=UTC)),
        ("2026-06-15T08:00:00+02:00", datetime(2026, 6, 15, 6, tzinfo=UTC)),
        ("2026-03-16T07:00:00", datetime(2026, 3, 16, 7, tzinfo=UTC)),
        ("2026-03-16", datetime(2026, 3, 16, tzinfo=UTC)),
        (None, None),
    ],
)
def test_updated_is_a_time_in_utc(stated, updated):
    assert parse(json.dumps(annotated_body() | {"updated": stated})).updated == updated


def test_a_byte_order_mark_is_no_part_of_the_body():
    body = json.dumps(annotated_body(), ensure_ascii=False)
    assert cells_of(parse(b"\xef\xbb\xbf" + body.encode())) == decode(body)


def test_two_columns_of_the_same_name_are_refused():
    body = json.dumps(annotated_body()).replace('"Tid"', '"Region_label"')
    with pytest.raises(StatbankError, match="two columns would get the same name; dimensions: Region"):
        parse(body).with_labels()


def test_the_benchmark_body_is_sound_small_and_repeatable():
    body = synthetic_body(10_000, decimals=True)
    assert body == synthetic_body(10_000, decimals=True)
    dataset = parse(body)
    assert cells_of(dataset) == decode(body)
    assert 0.10 < dataset.frame["value"].isna().mean() < 0.14
    assert dataset.frame.memory_usage(deep=True).sum() < 20 * len(dataset.frame)


@pytest.mark.filterwarnings("ignore:Shouldn't use this function:DeprecationWarning")  # pyjstat's own
def test_the_benchmark_prints_ratios(capsys, monkeypatch):
    monkeypatch.setattr("benchmarks.parse_jsonstat.QUICK", (2_000, 1, 1))
    monkeypatch.setattr("benchmarks.parse_jsonstat.GROWTH", (2_000,))
    main(["--quick"])
    printed = capsys.readouterr().out
    assert "kostra parse" in printed and "x json.loads" in printed and "Growth" in printed
