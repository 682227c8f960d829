"""The responsibility hierarchy: any depth, dated, one entry per reorganisation."""

import pytest

from assets.ledger.hierarchy import Hierarchy, read_hierarchy
from assets.tabular.problems import FileError

YAML = """
centres:
  - {centre: A30, director_area: A 30 Helse og Velferd}
  - {centre: A42, director_area: A 42 Aldring og mestring, valid_from_year: 2020}
  - {centre: 0100, parent: A30, name: Hjemmetjenester}
  - {centre: 0100, parent: A42, valid_from_year: 2022}
  - {centre: 0101, parent: 0100, valid_from_year: 2018, valid_to_year: 2023}
"""


def csv(*rows: str, sep: str = ",") -> Hierarchy:
    text = "\n".join(("centre,parent,valid_from_year,valid_to_year,name,director_area", *rows)) + "\n"
    return read_hierarchy(text.replace(",", sep).encode(), "h.csv")


def test_one_dated_entry_moves_everything_below() -> None:
    hierarchy = read_hierarchy(YAML.encode(), "h.yaml")
    areas = {year: hierarchy.area_of("0101", year) for year in (2017, 2018, 2021, 2022, 2023, 2024)}

    assert areas == {
        2017: None,
        2018: "A 30 Helse og Velferd",
        2021: "A 30 Helse og Velferd",
        2022: "A 42 Aldring og mestring",
        2023: "A 42 Aldring og mestring",
        2024: None,
    }
    assert sorted(hierarchy.centres(2024)) == ["0100", "A30", "A42"]


def test_any_depth() -> None:
    deep = [f"{n},{n - 1},,,," for n in range(1, 200)]

    assert csv("0,,,,,A 20 Oppvekst", *deep).area_of("199", 2024) == "A 20 Oppvekst"


@pytest.mark.parametrize("sep", [",", ";", "\t", "|"])
def test_delimiters_of_csv(sep: str) -> None:
    assert csv("a,,,,,A 20 Oppvekst", "b,a,,,,", sep=sep).area_of("b", 2020) == "A 20 Oppvekst"


def test_an_ended_entry_leaves_the_earlier_one_in_force() -> None:
    hierarchy = csv("a,,,,,A", "b,,,,,B", "c,a,,,,", "c,b,2020,2021,,")

    assert [hierarchy.area_of("c", year) for year in (2019, 2020, 2021, 2022)] == ["A", "B", "B", "A"]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (["a,b,,,,", "b,a,,,,"], "in a circle: a → b → a"),
        (["a,a,,,,"], "in a circle: a → a"),
        (["a,x,,,,"], "x has no entry"),
        (["a,,,,,"], "h.csv:2: give a `parent`, or on the top of the hierarchy a `director_area`"),
        (["a,,,,,A", "b,a,,,,B"], "h.csv:3: give a `parent`"),
        (["a,,2020,2019,,A"], "valid_from_year 2020 is after valid_to_year 2019"),
        (["a,,,,,A", "a,,,,,B"], "h.csv:3: centre: 'a' – one entry per centre and valid_from_year; line 2"),
        (["a,,x,,,A"], "h.csv:2: valid_from_year: 'x'"),
        (["a,,,,,A,more"], "6 columns, as in the header; here are 7"),
        ([",,,,,A"], "h.csv:2: centre: Field required"),
        (['"a,,,,,A'], "a table in CSV"),
        ([], "at least one responsibility centre"),
    ],
)
def test_what_is_wrong_is_told(rows: list[str], says: str) -> None:
    with pytest.raises(FileError) as caught:
        csv(*rows)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"ansvar;over\n1;2\n", "h.csv", "the columns centre, parent"),
        (b"", "h.csv", "the columns centre"),
        (b"a: [", "h.yaml", "not valid YAML"),
        (b"centre: a", "h.yaml", "a list of centres under `centres`"),
        (b"centres: [a]", "h.yaml", "an entry with `centre` and `parent`"),
        (b"centres: [{centre: a, over: b}]", "h.yaml", "nearest: "),
        (b"\xff\xfe\x00", "h.csv", "UTF-16"),
    ],
)
def test_what_is_no_hierarchy_is_told(content: bytes, name: str, says: str) -> None:
    with pytest.raises(FileError) as caught:
        read_hierarchy(content, name)
    assert says in str(caught.value)
