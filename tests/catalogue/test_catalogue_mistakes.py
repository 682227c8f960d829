"""Every kind of mistake an analyst can make is told with file, line, entry and the nearest valid name."""

from pathlib import Path

import pytest

from assets.catalogue.loader import load_catalogue
from assets.catalogue.problems import CatalogueError
from tests.catalogue.folders import append, copied, edit, problems

S2 = "sos_net_expenditure_per_inhabitant_18_66"
SOS = "indicators/sos.yaml"
TABLES = "tables/accounts_and_population.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copied(tmp_path)


def indicator(name: str, **changes: str) -> str:
    """An indicator entry in YAML: inhabitants in percent of all, or what `changes` say."""
    fields = {
        "id": name,
        "number": "X1",
        "title": "Tittel",
        "area": "sos",
        "unit": "percent",
        "decimals": "1",
        "scale": "100",
        "numerator": "[{kind: population, age_to: 17}]",
        "denominator": "[{kind: population}]",
        "mean": "weighted",
        "direction": "neither",
        "source": "SSB 07459",
        "confidence": "assumption",
    } | changes
    lines = "\n".join(f"    {key}: {value}" for key, value in fields.items() if value)
    return f"  - {lines.lstrip()}\n"


EDITS = [
    pytest.param(
        SOS, "net_expenditure, f", "net_expediture, f", S2, "unknown concept", "net_expenditure", id="concept"
    ),
    pytest.param(SOS, "sos_asss", "sos_ass", S2, "unknown function set", "sos_asss", id="set"),
    pytest.param(SOS, "[281]", "[282]", "subsistence", "unknown function `282`", "nearest: 2", id="function"),
    pytest.param(SOS, "unit: NOK", "unit: NKO", S2, "unknown unit", "NOK", id="unit"),
    pytest.param(SOS, "scale: 1000", "scale: 100", S2, "needs scale 1000, not 100", "", id="scale"),
    pytest.param(SOS, "unit: NOK", "unit: percent", S2, "cannot be given in percent", "", id="quantity"),
    pytest.param(SOS, "numerator:", "numerater:", S2, "unknown key", "numerator", id="key"),
    pytest.param(SOS, "    number: S2\n", "", S2, "`number` is missing", "", id="missing key"),
    pytest.param(SOS, "mean: weighted", "mean: median", S2, "'weighted' or 'simple'", "", id="mean method"),
    pytest.param(SOS, "kind: accounts", "kind: acounts", S2, "'accounts'", "", id="kind of term"),
    pytest.param(SOS, "age_from: 18", "age_from: 80", S2, "age_from 80 is above age_to 66", "", id="ages"),
    pytest.param(
        SOS,
        "municipal_reform_2020",
        "municipal_reform",
        S2,
        "unknown break",
        "municipal_reform_2020",
        id="break",
    ),
    pytest.param(SOS, "decimals: 0", "decimals: 9", S2, "less than or equal to 6", "", id="decimals"),
    pytest.param(SOS, "[deflate, need]", "[deflate, ned]", S2, "'deflate' or 'need'", "", id="adjustment"),
    pytest.param(
        SOS,
        "first_year: 2015",
        "first_year: 2015\n    last_year: 2014",
        S2,
        "after last_year",
        "",
        id="years in order",
    ),
    pytest.param(
        SOS,
        "functions: [281]",
        "functions: [254]",
        "subsistence",
        "function 254 is in use to 2023",
        "dated",
        id="gap",
    ),
    pytest.param("profiles/sos.yaml", "_18_66", "_18_67", "sos", "unknown indicator", S2, id="profile row"),
    pytest.param(
        "profiles/sos.yaml", "network: asss", "network: ass", "sos", "unknown network", "asss", id="network"
    ),
    pytest.param("networks.yaml", "[baerum,", "[Bærum,", "asss", "should match pattern", "", id="slug"),
    pytest.param(
        "networks.yaml",
        "[baerum,",
        "[baerum, baerum,",
        "asss",
        "more than once: baerum",
        "",
        id="member twice",
    ),
    pytest.param(
        "networks.yaml",
        "first_year: 2022",
        "first_year: 2024",
        "asss",
        "nothing holds in 2022-2023",
        "",
        id="year gap",
    ),
    pytest.param(
        "networks.yaml", "first_year: 2022", "first_year: 2021", "asss", "overlap", "", id="overlap"
    ),
    pytest.param(
        "functions.yaml",
        "{first_year: 2024, f",
        "{first_year: 2025, f",
        "home_services",
        "year gap",
        "",
        id="set gap",
    ),
    pytest.param(
        "functions.yaml",
        "[257, 258]",
        "[257, 259]",
        "home_services",
        "unknown function",
        "253",
        id="set member",
    ),
    pytest.param(
        "functions.yaml",
        "last_year: 2023, functions: [254]",
        "last_year: 2023, functions: [254, 257]",
        "home_services",
        "function 257 is in use from 2024",
        "",
        id="member not in use",
    ),
    pytest.param(
        "functions.yaml",
        "art: AGD10",
        "art: AGD2",
        "gross_expenditure",
        "already the concept",
        "",
        id="art twice",
    ),
    pytest.param("functions.yaml", "area: health,", "area: helse,", "232", "'health'", "", id="area"),
    pytest.param("functions.yaml", "id: 232", "id: 23", "23", "should match pattern", "", id="function code"),
    pytest.param(TABLES, "FGK9,", "FGK99,", "12367", "function FGK99", "FGK9", id="table function"),
    pytest.param(TABLES, "[AGD10, AGD4,", "[AGD10, AGD4, AGD9,", "12367", "art AGD9", "AGD4", id="table art"),
    pytest.param(
        TABLES,
        "unit: NOK_thousand",
        "unit: NOK_tousand",
        "12367",
        "unknown unit",
        "NOK_thousand",
        id="measure unit",
    ),
    pytest.param(
        TABLES,
        "optional: [B]",
        "optional: [A]",
        "12367",
        "both required and optional: A",
        "",
        id="code twice",
    ),
    pytest.param(TABLES, "codes: [A]", "codes: [A, A]", "12367", "more than once", "", id="code repeated"),
    pytest.param(TABLES, "AGD2: Netto", "AGD3: Netto", "12367", "not asked for: AGD3", "", id="stray label"),
    pytest.param(TABLES, r"'[01]\d{2}\+?'", "'[01'", "07459", "not a regular expression", "", id="pattern"),
    pytest.param(
        TABLES,
        "period: {code: Tid}",
        "period: {code: Tid, codes: [2024]}",
        "12367",
        "the years decide",
        "",
        id="period",
    ),
    pytest.param(
        TABLES,
        "codes: [1, 2]",
        "municipalities: false",
        "07459",
        "`sex` must say",
        "",
        id="no selection",
    ),
    pytest.param(TABLES, "      scope:\n", "      scop:\n", "12367", "'scope'", "", id="role"),
    pytest.param(TABLES, '"07459"', '"7459"', "7459", "should match pattern", "", id="table id"),
]


@pytest.mark.parametrize(("file", "old", "new", "entry", "message", "nearest"), EDITS)
def test_a_mistake_is_told_where_it_stands(
    folder: Path, file: str, old: str, new: str, entry: str, message: str, nearest: str
) -> None:
    line = edit(folder, file, old, new)
    found = [problem for problem in problems(folder) if problem.file == file and message in str(problem)]
    assert found, f"no problem says {message!r}: {[str(problem) for problem in problems(folder)]}"
    assert entry in found[0].entry
    assert nearest in found[0].message
    start = _entry_begins(folder / file, line)
    assert start <= found[0].line <= line + new.count("\n"), str(found[0])


def _entry_begins(path: Path, line: int) -> int:
    """The line on which the entry around `line` begins: missing keys and the like are told there."""
    lines = path.read_text(encoding="utf-8").splitlines()[:line]
    return max(number for number, text in enumerate(lines, start=1) if text.startswith("  - "))


def test_the_line_is_the_line_of_the_value(folder: Path) -> None:
    line = edit(folder, SOS, "functions: [281]", "functions: [281, 999]")
    [problem] = problems(folder)
    assert (problem.file, problem.line) == (SOS, line)


def test_all_mistakes_are_listed_at_once_in_file_order(folder: Path) -> None:
    edit(folder, SOS, "unit: NOK", "unit: kroner")
    edit(folder, "profiles/sos.yaml", "network: asss", "network: robek")
    edit(folder, "networks.yaml", "id: asss\n", "id: asss\n    colour: red\n")
    with pytest.raises(CatalogueError) as raised:
        load_catalogue(folder)
    assert [problem.file for problem in raised.value.problems] == [SOS, "networks.yaml", "profiles/sos.yaml"]
    text = str(raised.value)
    assert text.startswith("3 problem(s) in the catalogue:")
    assert f"{SOS}:9: {S2}: unknown unit `kroner`; nearest: " in text


def test_an_entry_that_is_broken_by_itself_is_still_known_to_others(folder: Path) -> None:
    edit(folder, "functions.yaml", "{id: 281, area: sos", "{id: 281, area: social")
    [problem] = problems(folder)
    assert problem.entry == "281"


def test_a_duplicate_id_names_the_first_place(folder: Path) -> None:
    line = append(folder, SOS, indicator("twice"))
    (folder / "indicators" / "more.yaml").write_text("indicators:\n" + indicator("twice"), encoding="utf-8")
    [problem] = problems(folder)
    assert (problem.file, problem.entry) == (SOS, "twice")
    assert problem.line == line
    assert problem.message == "the id is used twice (first in indicators/more.yaml:2)"


def test_a_key_given_twice_is_refused(folder: Path) -> None:
    line = edit(folder, SOS, "    decimals: 0\n", "    decimals: 0\n    decimals: 1\n")
    [problem] = problems(folder)
    assert (problem.line, problem.message) == (line + 1, "`decimals` is given twice; keep one of them")


def test_a_reference_to_an_unknown_indicator(folder: Path) -> None:
    ratio = {"numerator": "[{kind: indicator, indicator: nowhere}]", "denominator": "", "scale": "1"}
    append(folder, SOS, indicator("one", mean="simple", **ratio))
    [problem] = problems(folder)
    assert "unknown indicator `nowhere`; nearest: " in problem.message


def test_a_cycle_of_references_is_told_once_with_its_way(folder: Path) -> None:
    for name, other in (("one", "two"), ("two", "three"), ("three", "one")):
        term = f"[{{kind: indicator, indicator: {other}}}]"
        append(folder, SOS, indicator(name, numerator=term, denominator="", scale="1", mean="simple"))
    told = [problem for problem in problems(folder) if "refers to itself" in problem.message]
    assert [(p.entry, p.message) for p in told] == [("one", "refers to itself: one → two → three → one")]


def test_an_indicator_that_refers_to_itself(folder: Path) -> None:
    term = "[{kind: indicator, indicator: one}]"
    append(folder, SOS, indicator("one", numerator=term, denominator="", scale="1", mean="simple"))
    assert [p.message for p in problems(folder)] == ["refers to itself: one → one"]


def test_terms_of_different_units_cannot_be_added(folder: Path) -> None:
    mixed = "[{kind: population}, {kind: accounts, concept: net_expenditure, functions: [281]}]"
    append(folder, SOS, indicator("one", numerator=mixed))
    [problem] = problems(folder)
    assert problem.message == "the terms of the numerator have different units: NOK_thousand and persons"


def test_inhabitants_cannot_be_divided_by_kroner(folder: Path) -> None:
    money = "[{kind: accounts, concept: net_expenditure, functions: [281]}]"
    append(folder, SOS, indicator("one", denominator=money))
    [problem] = problems(folder)
    assert problem.message == "persons / NOK_thousand cannot be given in percent"


def test_a_weighted_mean_needs_a_denominator(folder: Path) -> None:
    append(folder, SOS, indicator("one", unit="persons", scale="1", denominator=""))
    [problem] = problems(folder)
    assert "a weighted mean needs a denominator" in problem.message


def test_a_weighted_mean_of_ratios_has_no_meaning(folder: Path) -> None:
    append(folder, SOS, indicator("share"))
    ratio = "[{kind: indicator, indicator: share}]"
    append(folder, SOS, indicator("one", numerator=ratio, denominator=ratio))
    assert {problem.message.split(",")[0] for problem in problems(folder)} == {"`share` is a ratio"}


def test_a_weighted_mean_over_plain_amounts_of_other_indicators(folder: Path) -> None:
    append(folder, SOS, indicator("children", unit="persons", scale="1", denominator="", mean="simple"))
    append(folder, SOS, indicator("one", numerator="[{kind: indicator, indicator: children}]"))
    assert problems(folder) == ()


def test_a_function_that_is_not_fetched(folder: Path) -> None:
    edit(folder, TABLES, "codes: [242, 243, 273, 276, 281]", "codes: [242, 243, 273, 281]")
    found = problems(folder)
    assert {problem.message for problem in found} == {
        "function 276 is not asked for in table 12367; add it there"
    }
    assert (SOS, S2) in {(problem.file, problem.entry) for problem in found}


def test_a_dated_set_that_does_not_reach_as_far_as_the_indicator(folder: Path) -> None:
    edit(folder, "functions.yaml", "      - {last_year: 2023, functions: [254]}\n", "")
    edit(folder, SOS, "functions: sos_asss", "functions: home_services")
    [problem] = [problem for problem in problems(folder) if problem.file == SOS]
    assert problem.message == "year gap: `home_services` holds from 2024, the indicator from 2015"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("networks: [\n", 2, "not valid YAML"),
        ("networks:\n  asss: {}\n", 1, "`networks` must be a list of entries"),
        ("- asss\n", 1, "must hold the lists networks"),
        ("netwoks: []\n", 1, "unknown key `netwoks`; nearest: networks"),
        ("networks:\n  - &a {id: x}\n  - *a\n", 3, "aliases (*name) are not used here"),
        ("networks:\n  - asss\n", 2, "valid dictionary"),
        ("networks:\n  - id: !!python/object/apply:os.system [echo]\n", 2, "valid string"),
    ],
)
def test_a_file_that_cannot_be_read_as_declared(folder: Path, text: str, line: int, message: str) -> None:
    (folder / "networks.yaml").write_text(text, encoding="utf-8")
    found = [problem for problem in problems(folder) if problem.file == "networks.yaml"]
    assert message in found[0].message
    assert found[0].line == line


def test_a_file_that_is_not_utf8(folder: Path) -> None:
    (folder / "networks.yaml").write_bytes("# Lillestrøm".encode("latin-1"))
    assert any("not UTF-8" in problem.message for problem in problems(folder))


def test_a_missing_file_and_a_file_nobody_reads(folder: Path) -> None:
    (folder / "breaks.yaml").rename(folder / "brakes.yaml")
    messages = {problem.file: problem.message for problem in problems(folder) if not problem.entry}
    assert messages["breaks.yaml"] == "no such file in catalogue/"
    assert "nearest: breaks.yaml" in messages["brakes.yaml"]
