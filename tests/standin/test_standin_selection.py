"""What a selection means: expressions, order, elimination, codelists, and the order of the checks."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from pipelines.standin.server import StandinServer
from pipelines.standin.table import StandinDimension, StandinTable
from tests.standin.asking import EVERYTHING, ONE_CELL, ask, get, index_of, post, title
from tests.standin.small_tables import FUNCTION, REGION, small_klass

NOT_A_VALUE = "Non-existent value"
ILLEGAL = "Illegal selection expression"
MISSING = "Missing selection for mandantory variable"
CONTENTS_AND_TIME = "valueCodes[ContentsCode]=*&valueCodes[Tid]=*"


@pytest.mark.parametrize(
    ("items", "codes"),
    [
        (["2024", "2022"], ["2024", "2022"]),
        (["*"], ["2022", "2023", "2024"]),
        (["*4"], ["2024"]),
        (["202*"], ["2022", "2023", "2024"]),
        (["*02*"], ["2022", "2023", "2024"]),
        (["202?"], ["2022", "2023", "2024"]),
        (["???3"], ["2023"]),
        (["top(1)"], ["2024"]),
        (["TOP(2)"], ["2023", "2024"]),
        (["top(1,1)"], ["2023"]),
        (["top(9,2)"], ["2022"]),
        (["bottom(1)"], ["2022"]),
        (["bottom(1,2)"], ["2024"]),
        (["from(2023)"], ["2023", "2024"]),
        (["to(2023)"], ["2022", "2023"]),
        (["range(2022,2023)"], ["2022", "2023"]),
        (["range(2024,2023)"], ["2023", "2024"]),
        (["top(2)", "2022"], ["2022", "2023", "2024"]),
        (["top(2)", "2024"], ["2024", "2023"]),
        (["*", "top(1)", "*"], ["2022", "2023", "2024"]),
    ],
)
def test_time_expressions(server, items, codes):
    answer = ask(server, ONE_CELL | {"Tid": items})
    assert answer.status_code == 200
    assert index_of(answer, "Tid") == codes


@pytest.mark.parametrize(
    ("item", "codes"),
    [
        ("top(1)", ["201"]),
        ("top(1,1)", ["202"]),
        ("bottom(1)", ["FGK1"]),
        ("bottom(1,1)", ["202"]),
        ("fgk*", ["FGK1"]),
        ("fgk1", ["FGK1"]),
        ("from(202)", ["202", "FGK1"]),
    ],
)
def test_other_variables_count_from_the_beginning(server, item, codes):
    assert index_of(ask(server, ONE_CELL | {FUNCTION: [item]}), FUNCTION) == codes


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ("2030", NOT_A_VALUE),
        ("", NOT_A_VALUE),
        ("from(2030)", NOT_A_VALUE),
        ("range(2022, 2023)", NOT_A_VALUE),
        ("range(2022)", ILLEGAL),
        ("from(2022,2023)", ILLEGAL),
        ("top(0)", ILLEGAL),
        ("top( 1)", ILLEGAL),
        ("bottom(1,-1)", ILLEGAL),
        ("2*2", ILLEGAL),
        ("*2*2*", ILLEGAL),
        ("**2", ILLEGAL),
    ],
)
def test_bad_items(server, item, problem):
    answer = ask(server, ONE_CELL | {"Tid": [item]})
    assert (answer.status_code, title(answer)) == (400, problem)


def test_values_stand_in_request_order(server):
    answer = ask(server, {**ONE_CELL, REGION: ["EAK", "0301"], FUNCTION: ["202"]})
    assert index_of(answer, REGION) == ["EAK", "0301"]
    assert answer.json()["value"] == [3212, 1212]


def test_variables_stand_in_table_order(server):
    reversed_request = dict(reversed(ONE_CELL.items()))
    assert ask(server, reversed_request).json()["id"] == [REGION, FUNCTION, "ContentsCode", "Tid"]


def test_codes_and_variables_in_any_case(server):
    answer = ask(
        server,
        {REGION.upper(): ["eak"], FUNCTION: ["fgk1"], "contentscode": ["kosBELOP0000"], "TIME": ["2022"]},
    )
    assert answer.json()["value"] == [3311]
    assert index_of(answer, REGION) == ["EAK"]


@pytest.mark.parametrize("codes", [["2022", "2022"], ["2023", "2022", "2023"]])
def test_a_repeated_literal_is_a_500_with_empty_body(server, codes):
    answer = ask(server, ONE_CELL | {"Tid": codes})
    assert (answer.status_code, answer.content) == (500, b"")


def test_a_literal_in_another_case_after_its_expansion_is_a_repetition(server):
    answer = ask(server, ONE_CELL | {REGION: ["bottom(1)", "eak"]})
    assert (answer.status_code, answer.content) == (500, b"")


def test_get_and_post_give_the_same(server):
    query = "&".join(f"valueCodes[{variable}]={codes[0]}" for variable, codes in ONE_CELL.items())
    assert get(server, f"/tables/90001/data?{query}").json() == ask(server, ONE_CELL).json()


def test_get_splits_on_commas_outside_brackets(server):
    fixed = f"valueCodes[{REGION}]=EAK&valueCodes[ContentsCode]=KOSbelop0000"
    answer = get(server, f"/tables/90001/data?{fixed}&valueCodes[Tid]=2024,[range(2022,2023)]")
    assert index_of(answer, "Tid") == ["2024", "2022", "2023"]
    unbracketed = get(server, f"/tables/90001/data?{fixed}&valueCodes[Tid]=range(2022,2023)")
    assert title(unbracketed) == ILLEGAL
    encoded = get(server, f"/tables/90001/data?{fixed}&valueCodes[Tid]=range(2022%2C2023)")
    assert title(encoded) == ILLEGAL


def test_get_joins_repeated_keys(server):
    query = f"{CONTENTS_AND_TIME}&valueCodes[{REGION}]=EAK&valuecodes[{REGION.lower()}]=0301"
    assert index_of(get(server, f"/tables/90001/data?{query}"), REGION) == ["EAK", "0301"]


@pytest.mark.parametrize("codes", [["XYZ*"], ["?"], []])
def test_nothing_matched_eliminates_the_variable(server, codes):
    answer = ask(server, ONE_CELL | {FUNCTION: codes})
    assert answer.status_code == 200
    assert answer.json()["id"] == [REGION, "ContentsCode", "Tid"]
    assert answer.json()["value"] == [2112 + 2212 + 2312]


@pytest.mark.parametrize("codes", [["XYZ*"], []])
def test_nothing_matched_in_a_mandatory_variable(server, codes):
    answer = ask(server, ONE_CELL | {REGION: codes})
    assert (answer.status_code, title(answer)) == (400, MISSING)


def test_an_omitted_variable_is_summed_and_a_null_stays_null(server):
    kept = {key: codes for key, codes in EVERYTHING.items() if key != FUNCTION}
    body = ask(server, kept).json()
    assert body["size"] == [3, 2, 3]
    assert body["value"][:3] == [None, 1112 + 1212 + 1312, 1113 + 1213 + 1313]
    assert body["status"]["0"] == "."


def test_an_omitted_variable_with_a_total_gives_the_total(server):
    answer = ask(server, {"Region": ["3201"], "ContentsCode": ["*"], "Tid": ["2024"]}, table="90002")
    assert answer.json()["id"] == ["Region", "ContentsCode", "Tid"]
    assert answer.json()["value"] == [202 + 402 + 1]


@pytest.mark.parametrize("missing", [REGION, "ContentsCode", "Tid"])
def test_mandatory_variables(server, missing):
    answer = ask(server, {key: codes for key, codes in ONE_CELL.items() if key != missing})
    assert (answer.status_code, title(answer)) == (400, MISSING)


def test_a_codelist_sums_its_members(server):
    answer = ask(server, ONE_CELL | {FUNCTION: (["SUM", "opp"], "agg_Opplaering")})
    assert index_of(answer, FUNCTION) == ["SUM", "OPP"]
    assert answer.json()["value"] == [2312, 2112 + 2212]
    assert answer.json()["dimension"][FUNCTION]["category"]["label"]["OPP"] == "Opplæring"


def test_all_of_a_codelist_and_a_null_member(server):
    answer = ask(
        server,
        ONE_CELL | {REGION: ["EAK"], "ContentsCode": ["KOSandel0000"], FUNCTION: (["*"], "agg_Opplaering")},
    )
    assert index_of(answer, FUNCTION) == ["OPP", "SUM"]
    assert answer.json()["value"] == [None, 3322.5]
    assert answer.json()["status"] == {"0": ".."}


def test_a_group_code_is_found_without_its_codelist(server):
    answer = ask(server, ONE_CELL | {FUNCTION: ["OPP", "201"]})
    assert answer.json()["value"] == [2112 + 2212, 2112]


@pytest.mark.parametrize("codelist", ["agg_opplaering", "Opplaering", "vs_Opplaering", "agg_Annet"])
def test_codelist_ids_are_exact(server, codelist):
    answer = ask(server, ONE_CELL | {FUNCTION: (["*"], codelist)})
    assert (answer.status_code, title(answer)) == (400, "Non-existent codelist")


def test_a_base_code_is_not_in_the_codelist(server):
    assert title(ask(server, ONE_CELL | {FUNCTION: (["201"], "agg_Opplaering")})) == NOT_A_VALUE


def test_get_drops_a_codelist_without_value_codes(server):
    query = f"{CONTENTS_AND_TIME}&valueCodes[{REGION}]=*&codelist[{FUNCTION}]=agg_Nowhere"
    answer = get(server, f"/tables/90001/data?{query}")
    assert answer.status_code == 200
    assert FUNCTION not in answer.json()["id"]


@pytest.mark.parametrize(
    "query", ["", "?valuecode[Tid]=2024", "?outputValues[Tid]=single", "?codelist[Tid]=agg_x"]
)
def test_no_selection_gives_the_default_selection(server, query):
    body = get(server, f"/tables/90001/data{query}").json()
    assert dict(zip(body["id"], body["size"], strict=True)) == {
        REGION: 3,
        FUNCTION: 3,
        "ContentsCode": 1,
        "Tid": 1,
    }
    assert len(body["value"]) == 9


def test_an_empty_list_of_selections_counts_as_none(server):
    assert (
        post(server, "90001", {"selection": []}).json()["value"]
        == get(server, "/tables/90001/data").json()["value"]
    )


def test_output_values_is_ignored(server):
    query = "&".join(f"valueCodes[{variable}]={codes[0]}" for variable, codes in ONE_CELL.items())
    plain = get(server, f"/tables/90001/data?{query}").json()
    assert get(server, f"/tables/90001/data?{query}&outputValues[{FUNCTION}]=aggregated").json() == plain


def test_placement_reorders_id_and_figures(server):
    selection = {variable: codes for variable, codes in EVERYTHING.items() if variable != FUNCTION}
    items = [{"variableCode": variable, "valueCodes": codes} for variable, codes in selection.items()]
    body = {"selection": items, "placement": {"heading": [REGION], "stub": ["tid", "ContentsCode"]}}
    placed, plain = post(server, "90001", body).json(), ask(server, selection).json()
    assert placed["id"] == ["Tid", "ContentsCode", REGION]
    cube = np.array(plain["value"], dtype=float).reshape(plain["size"])
    np.testing.assert_array_equal(
        np.array(placed["value"], dtype=float).reshape(placed["size"]), cube.transpose(2, 1, 0)
    )


@pytest.mark.parametrize(
    "placement",
    [
        {"heading": ["Nowhere"], "stub": []},
        {"heading": ["Tid"], "stub": ["Tid"]},
        {"heading": ["Tid", REGION], "stub": ["Tid"]},
    ],
)
def test_a_wrong_placement_is_ignored(server, placement):
    items = [{"variableCode": variable, "valueCodes": codes} for variable, codes in ONE_CELL.items()]
    answer = post(server, "90001", {"selection": items, "placement": placement})
    assert answer.json() == ask(server, ONE_CELL).json()


def test_too_many_cells(server):
    table = server.table("90001")
    with StandinServer([table], small_klass(), max_cells=53) as small:
        answer = ask(small, EVERYTHING)
        assert (answer.status_code, answer.json()["detail"]) == (400, "Too many cells selected")
        assert ask(small, EVERYTHING | {"Tid": ["top(2)"]}).status_code == 200
        assert get(small, "/config").json()["maxDataCells"] == 53


def wide_table(side: int) -> StandinTable:
    codes = tuple(str(number) for number in range(side))
    return StandinTable(
        "90003",
        "Bred tabell",
        datetime(2026, 1, 1, tzinfo=UTC),
        (
            StandinDimension("A", "a", codes, codes),
            StandinDimension("B", "b", codes, codes),
            StandinDimension("ContentsCode", "c", ("N",), ("N",), role="metric"),
            StandinDimension("Tid", "år", ("2024",), ("2024",), role="time"),
        ),
        np.broadcast_to(np.float64(0), (side, side, 1, 1)),
    )


@pytest.mark.parametrize(("side", "status"), [(46340, 400), (46341, 500), (65536, 500), (65552, 400)])
def test_the_cell_check_wraps_around_in_32_bits(server, side, status):
    """46341² just exceeds 2³¹ and turns negative; 65536² is 0; 65552² is 2 097 408 after the wrap."""
    server.replace_table(wide_table(side))
    answer = ask(server, {"A": ["*"], "B": ["*"], "ContentsCode": ["N"], "Tid": ["2024"]}, table="90003")
    assert answer.status_code == status
    assert (answer.content == b"") == (status == 500)


FAULTY_FROM_FIRST_TO_LAST = [
    ("?lang=nb&outputFormat=nonsense", "00000", {"Nowhere": ["x"]}, "Unsupported language"),
    ("?outputFormat=nonsense", "00000", {"Nowhere": ["x"]}, "One or more validation errors occurred."),
    ("?outputFormat=px", "00000", {"Nowhere": ["x"]}, "Unsupported output format"),
    ("", "00000", {"Nowhere": ["x"]}, "Non-existent table"),
    ("", "90001", {FUNCTION: (["x"], "agg_x"), "Nowhere": ["x"]}, "Non-existent codelist"),
    ("", "90001", {FUNCTION: ["2*2"], "Nowhere": ["x"]}, "Non-existent variable"),
    ("", "90001", {FUNCTION: ["2*2"]}, MISSING),
    ("", "90001", {**EVERYTHING, REGION: ["zzz*"], FUNCTION: ["2*2"]}, MISSING),
    ("", "90001", {FUNCTION: ["2*2"], **EVERYTHING, "Tid": ["x"]} | {FUNCTION: ["2*2"]}, ILLEGAL),
]


@pytest.mark.parametrize(("query", "table", "selection", "problem"), FAULTY_FROM_FIRST_TO_LAST)
def test_the_checks_fail_in_the_servers_order(server, query, table, selection, problem):
    answer = ask(server, selection, table=table, query=query)
    assert (answer.status_code, title(answer)) == (400, problem)


def test_cells_are_counted_before_repetitions_are_met(server):
    with StandinServer([server.table("90001")], small_klass(), max_cells=1) as small:
        assert title(ask(small, ONE_CELL | {"Tid": ["2022", "2022"]})) == "Too many cells selected"


def table_with(server, *, elimination: tuple[bool, ...], contents: int = 1) -> StandinTable:
    """Classification variables A, B, … of 2, 3, … values, ``contents`` contents and 15 years."""
    others = tuple(
        StandinDimension(
            "ABC"[n], "ABC"[n], tuple(map(str, range(n + 2))), tuple(map(str, range(n + 2))), elimination=flag
        )
        for n, flag in enumerate(elimination)
    )
    codes = tuple(f"N{n}" for n in range(contents))
    years = tuple(str(2010 + n) for n in range(15))
    dimensions = (
        *others,
        StandinDimension("ContentsCode", "c", codes, codes, role="metric"),
        StandinDimension("Tid", "år", years, years, role="time"),
    )
    shape = tuple(len(dimension.codes) for dimension in dimensions)
    return replace(
        server.table("90001"),
        id="90004",
        dimensions=dimensions,
        values=np.zeros(shape),
        symbols={},
        contents_updated={},
    )


@pytest.mark.parametrize(
    ("elimination", "contents", "counts"),
    [
        ((), 2, {"ContentsCode": 2, "Tid": 13}),
        ((), 7, {"ContentsCode": 7, "Tid": 13}),
        ((False,), 1, {"A": 2, "ContentsCode": 1, "Tid": 13}),
        ((True,), 4, {"A": 2, "ContentsCode": 4, "Tid": 1}),
        ((False, False), 3, {"A": 2, "B": 3, "ContentsCode": 1, "Tid": 1}),
        ((False, False, False), 3, {"A": 2, "B": 1, "C": 4, "ContentsCode": 1, "Tid": 1}),
        ((False, True, True), 3, {"A": 2, "B": 0, "C": 4, "ContentsCode": 1, "Tid": 1}),
        ((True, True, True), 3, {"A": 2, "B": 0, "C": 4, "ContentsCode": 1, "Tid": 1}),
    ],
)
def test_the_default_selection(server, elimination, contents, counts):
    server.replace_table(table_with(server, elimination=elimination, contents=contents))
    chosen = get(server, "/tables/90004/defaultselection").json()
    assert {item["variableCode"]: len(item["valueCodes"]) for item in chosen["selection"]} == counts
    years = next(item["valueCodes"] for item in chosen["selection"] if item["variableCode"] == "Tid")
    assert years[-1] == "2024"
    body = get(server, "/tables/90004/data").json()
    assert body["id"] == chosen["placement"]["stub"] + chosen["placement"]["heading"]
    assert dict(zip(body["id"], body["size"], strict=True)) == {k: n for k, n in counts.items() if n}
