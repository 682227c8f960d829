"""Expressions mean what they mean to the server; what the server would leave out in silence is refused."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.statbank.errors import SelectionError
from pipelines.statbank.metadata import TableMetadata, VariableMetadata
from pipelines.statbank.selection import ELIMINATE, Choice, Selection, chosen_codelists, expand
from tests.statbank.tables import POPULATION, REGION

ALL = Choice(("*",))
WHOLE: Selection = {"Region": ALL, "Kjonn": ALL, "ContentsCode": ALL, "Tid": ALL}


def region(*items: str) -> tuple[str, ...]:
    return expand(POPULATION, {**WHOLE, "Region": Choice(items)})["Region"]


def periods(*items: str) -> tuple[str, ...]:
    return expand(POPULATION, {**WHOLE, "Tid": Choice(items)})["Tid"]


@pytest.mark.parametrize(
    ("items", "codes"),
    [
        (("*",), REGION.codes),
        (("**",), REGION.codes),
        (("3201",), ("3201",)),
        (("eak", "EAK", "Eak"), ("EAK",)),
        (("3*",), ("3201", "3203")),
        (("*3",), ("3203",)),
        (("*20*",), ("3201", "3203")),
        (("e*",), ("EAK", "EKG12")),
        (("320?",), ("3201", "3203")),
        (("????",), ("0301", "3201", "3203")),
        (("e??",), ("EAK",)),
        (("top(2)",), ("0301", "3201")),
        (("TOP(2,1)",), ("3201", "3203")),
        (("bottom(2)",), ("EAK", "EKG12")),
        (("bottom(2,3)",), ("0301", "3201")),
        (("top(99)",), REGION.codes),
        (("from(3203)",), ("3203", "EAK", "EKG12")),
        (("to(3201)",), ("0301", "3201")),
        (("range(3201,EAK)",), ("3201", "3203", "EAK")),
        (("Range(eak,3201)",), ("3201", "3203", "EAK")),
        (("EAK", "top(1)", "32*"), ("0301", "3201", "3203", "EAK")),
    ],
)
def test_expressions(items: tuple[str, ...], codes: tuple[str, ...]) -> None:
    assert region(*items) == codes


@pytest.mark.parametrize(
    ("items", "codes"),
    [
        (("top(2)",), ("2023", "2024")),
        (("top(2,1)",), ("2022", "2023")),
        (("top(9,3)",), ("2020", "2021")),
        (("bottom(2)",), ("2020", "2021")),
        (("bottom(2,4)",), ("2024",)),
        (("2020", "top(1)"), ("2020", "2024")),
    ],
)
def test_the_time_variable_counts_from_the_newest(items: tuple[str, ...], codes: tuple[str, ...]) -> None:
    assert periods(*items) == codes


def test_codes_that_look_like_expressions_are_codes_first() -> None:
    odd = VariableMetadata("Region", "r", ("a*", "top(1)", "b", "a?", "ab"), ("", "", "", "", ""))
    table = replace(POPULATION, dimensions=(odd,))

    def chosen(*items: str) -> tuple[str, ...]:
        return expand(table, {"Region": Choice(items)})["Region"]

    assert chosen("A*") == ("a*",)
    assert chosen("Top(1)") == ("top(1)",)
    assert chosen("a?") == ("a?",)
    assert chosen("?*") == ("a*",)  # beside a question mark an asterisk is itself
    assert chosen("top(2)") == ("a*", "top(1)")


MALFORMED_COUNTS = ["top(0)", "top(01)", "top(-1)", "top()", "top(1", "top(a)", "top(1)x", "top(1,)"]
MALFORMED_COUNTS += ["top(1,-1)", "top(1,2,3)", "top(٣)", "bottom(0)", "bottom(1", "bottom(1,x)"]


@pytest.mark.parametrize("item", [*MALFORMED_COUNTS, "top( 1)", "top(1 )", "top(1, 2)", "bottom(1, 1)"])
def test_malformed_counts(item: str) -> None:
    with pytest.raises(SelectionError, match=r"table 07459: variable Tid: .*no spaces"):
        periods(item)


@pytest.mark.parametrize(
    "item", ["range(2020)", "range(2020,2021,2022)", "range(,2021)", "from()", "from(2020", "to(a,b)"]
)
def test_malformed_spans(item: str) -> None:
    with pytest.raises(SelectionError, match="hold no comma"):
        periods(item)


@pytest.mark.parametrize("item", ["3*1", "*3*1", "3**", "***", "**3*"])
def test_misplaced_asterisks(item: str) -> None:
    with pytest.raises(SelectionError, match="asterisk"):
        region(item)


@pytest.mark.parametrize("item", ["range(2020, 2022)", "from(2019)", "to( 2020)", "range(2019,2022)"])
def test_unknown_codes_in_spans(item: str) -> None:
    with pytest.raises(SelectionError, match=r"no value '[ 0-9]+' \(in .*; nearest: 20"):
        periods(item)


def test_an_unknown_code_names_table_variable_code_and_candidates() -> None:
    with pytest.raises(SelectionError) as told:
        region("3202")
    assert str(told.value) == (
        "table 07459: variable Region: no value '3202'; nearest: 3201 (Bærum), 3203 (Asker), 0301 (Oslo)"
    )
    with pytest.raises(SelectionError, match=r"no value 'Bærum'; nearest: 3201 \(Bærum\)"):
        region("Bærum")


@pytest.mark.parametrize("item", ["9*", "?", "*x*", "top(1,5)", "bottom(3,99)"])
def test_a_pattern_that_matches_nothing_is_refused(item: str) -> None:
    with pytest.raises(SelectionError, match="matches none of its 5 values"):
        region(item)
    with pytest.raises(SelectionError, match="matches none"):
        region("0301", item)


def test_no_values_at_all_are_refused() -> None:
    with pytest.raises(
        SelectionError, match=r"variable Kjonn: no values chosen; choose '\*' for all, or ELIMINATE"
    ):
        expand(POPULATION, {**WHOLE, "Kjonn": Choice(())})


def test_values_must_be_a_tuple_of_texts() -> None:
    with pytest.raises(SelectionError, match="not '2024'"):
        Choice("2024")  # type: ignore[arg-type]
    with pytest.raises(SelectionError, match="tuple of texts"):
        Choice((2024,))  # type: ignore[arg-type]
    assert Choice(["2024"]).values == ("2024",)  # type: ignore[arg-type]


# Variables


def test_a_variable_left_out_is_an_error_even_if_it_could_be() -> None:
    without = {name: choice for name, choice in WHOLE.items() if name != "Kjonn"}
    with pytest.raises(SelectionError, match=r"variable Kjonn \(kjønn\) is left out; .*ELIMINATE"):
        expand(POPULATION, without)
    without = {name: choice for name, choice in WHOLE.items() if name != "Tid"}
    with pytest.raises(SelectionError, match=r"variable Tid \(år\) is left out and cannot be eliminated"):
        expand(POPULATION, without)


def test_elimination_is_said_explicitly() -> None:
    expanded = expand(POPULATION, {**WHOLE, "Kjonn": ELIMINATE})
    assert list(expanded) == ["Region", "ContentsCode", "Tid"]
    with pytest.raises(SelectionError, match=r"variable Region \(region\) cannot be eliminated"):
        expand(POPULATION, {**WHOLE, "Region": ELIMINATE})
    with pytest.raises(SelectionError, match="neither values nor a codelist"):
        Choice(("1",), eliminate=True)


def test_variables_are_named_as_the_server_allows() -> None:
    named = {"time": Choice(("top(1)",)), "REGION": Choice(("eak",)), "kjonn": ALL, "contentscode": ALL}
    assert expand(POPULATION, named) == {
        "Region": ("EAK",),
        "Kjonn": ("0", "2", "1"),
        "ContentsCode": ("Personer", "Andel"),
        "Tid": ("2024",),
    }


def test_a_variable_twice_is_refused() -> None:
    with pytest.raises(SelectionError, match="variable Tid is chosen more than once"):
        expand(POPULATION, {**WHOLE, "time": ALL})


def test_a_misspelt_variable_is_refused() -> None:
    with pytest.raises(SelectionError, match=r"no variable 'Region ' *; nearest: Region"):
        expand(POPULATION, {**WHOLE, "Region ": ALL})


def test_codes_that_differ_in_case_only_cannot_both_be_asked_for() -> None:
    twins = replace(REGION, codes=("a", "A", "b"), labels=("", "", ""))
    table = replace(POPULATION, dimensions=(twins,))
    assert expand(table, {"Region": Choice(("A",))}) == {"Region": ("A",)}
    with pytest.raises(SelectionError, match="'a' and 'A' differ in case only"):
        expand(table, {"Region": ALL})


# Codelists


def test_codelists_are_the_tables_own() -> None:
    chosen = chosen_codelists(POPULATION, {**WHOLE, "Region": Choice(("*",), "agg_Fylker")})
    assert chosen == {"Region": "agg_Fylker"}


@pytest.mark.parametrize("name", ["agg_fylker", "Fylker", "agg_Ukjent", ""])
def test_an_unknown_codelist_lists_those_there_are(name: str) -> None:
    with pytest.raises(SelectionError) as told:
        chosen_codelists(POPULATION, {**WHOLE, "Region": Choice(("*",), name)})
    assert str(told.value) == (
        f"table 07459: variable Region has no codelist {name!r}; it has: agg_Fylker (Fylker 2024-); "
        "vs_Store (Storbyer). Codelist ids are case-sensitive."
    )
    with pytest.raises(SelectionError, match="variable Tid has no codelist 'x'; it has: none"):
        chosen_codelists(POPULATION, {**WHOLE, "Tid": Choice(("*",), "x")})


def test_codes_are_only_read_in_the_codelist_that_is_listed() -> None:
    by_county = replace(
        POPULATION,
        dimensions=(
            replace(REGION, codes=("F-03", "F-32"), labels=("Oslo", "Akershus")),
            *POPULATION.dimensions[1:],
        ),
        applied={"Region": "agg_Fylker"},
    )
    counties = {**WHOLE, "Region": Choice(("F-3*",), "agg_Fylker")}
    assert expand(by_county, counties)["Region"] == ("F-32",)
    with pytest.raises(SelectionError, match="codelist None, not of agg_Fylker"):
        expand(POPULATION, counties)
    with pytest.raises(SelectionError, match="codelist agg_Fylker, not of None"):
        expand(by_county, WHOLE)


# Against a second reading of the server's rules, written for plainness


def naive(codes: list[str], is_time: bool, item: str) -> list[str] | None:
    """What one item stands for; None where the server answers 400."""
    same = [code for code in codes if code.upper() == item.upper()]
    if same:
        return same[:1]
    name, bracket, inside = item.partition("(")
    if bracket and name.lower() in {"range", "top", "bottom", "from", "to"}:
        return naive_call(codes, is_time, name.lower(), inside)
    if "?" in item:
        return [code for code in codes if naive_mask(code.lower(), item.lower())]
    return naive_star(codes, item.lower())


def naive_call(codes: list[str], is_time: bool, name: str, inside: str) -> list[str] | None:
    if not inside.endswith(")"):
        return None
    arguments = inside[:-1].split(",")
    if name in {"top", "bottom"}:
        return naive_count(codes, is_time, name, arguments)
    return naive_span(codes, name, arguments)


def naive_count(codes: list[str], is_time: bool, name: str, arguments: list[str]) -> list[str] | None:
    if not all(argument and set(argument) <= set("0123456789") for argument in arguments):
        return None
    if len(arguments) > 2 or arguments[0].startswith("0"):
        return None
    count, skip = int(arguments[0]), int(arguments[1]) if len(arguments) == 2 else 0
    if (name == "top") is is_time:
        return list(reversed(list(reversed(codes))[skip : skip + count]))
    return codes[skip : skip + count]


def naive_span(codes: list[str], name: str, arguments: list[str]) -> list[str] | None:
    if len(arguments) != (2 if name == "range" else 1):
        return None
    upper = [code.upper() for code in codes]
    if any(argument.upper() not in upper for argument in arguments):
        return None
    places = [upper.index(argument.upper()) for argument in arguments]
    first, last = {
        "range": (min(places), max(places)),
        "from": (places[0], len(codes)),
        "to": (0, places[0]),
    }[name]
    return codes[first : last + 1]


def naive_mask(code: str, mask: str) -> bool:
    return len(code) == len(mask) and all(b in ("?", a) for a, b in zip(code, mask, strict=True))


def naive_star(codes: list[str], item: str) -> list[str] | None:
    count = item.count("*")
    if item == "*":
        return codes
    if count == 1 and item.startswith("*"):
        return [code for code in codes if code.lower().endswith(item[1:])]
    if count == 1 and item.endswith("*"):
        return [code for code in codes if code.lower().startswith(item[:-1])]
    if count == 2 and item.startswith("*") and item.endswith("*"):
        return [code for code in codes if item[1:-1] in code.lower()]
    return None


CODES = st.lists(st.text("aAbB12*?", min_size=1, max_size=3), min_size=1, max_size=8, unique_by=str.lower)
NUMBER = st.sampled_from(["0", "1", "2", "3", "9", "01", "", " 1", "x"])
WORD = st.text("aAbB12*?", max_size=3)
ITEM = st.one_of(
    WORD,
    st.builds("{}({})".format, st.sampled_from(["top", "BOTTOM", "Top", "bottom"]), NUMBER),
    st.builds("{}({},{})".format, st.sampled_from(["top", "bottom"]), NUMBER, NUMBER),
    st.builds("{}({})".format, st.sampled_from(["from", "To", "range"]), WORD),
    st.builds("range({},{})".format, WORD, WORD),
    st.sampled_from(["top", "top(1", "from(a", "range(a,b", "*", "**", "?"]),
)


@settings(deadline=None, max_examples=400)
@given(codes=CODES, is_time=st.booleans(), items=st.lists(ITEM, min_size=1, max_size=3))
def test_agrees_with_a_plain_reading_of_the_rules(codes: list[str], is_time: bool, items: list[str]) -> None:
    variable = VariableMetadata("V", "v", tuple(codes), tuple(codes), role="time" if is_time else None)
    table = TableMetadata("1", "t", None, (variable,))
    plain = [naive(codes, is_time, item) for item in items]
    if any(not found for found in plain):
        with pytest.raises(SelectionError, match="table 1: variable V: "):
            expand(table, {"V": Choice(tuple(items))})
        return
    wanted = {code for found in plain for code in found or ()}
    assert expand(table, {"V": Choice(tuple(items))}) == {
        "V": tuple(code for code in codes if code in wanted)
    }
