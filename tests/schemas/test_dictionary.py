"""Every column of every dataset is documented, with unit and source, and the page in docs/ is current."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from assets.catalogue.loader import load_catalogue
from pipelines.cli.dictionary import PAGE, page
from pipelines.cli.main import main
from schemas.dictionary import COMMAND, MUNICIPALITY, dictionary, records, section
from schemas.fields import FIELDS, SOURCES, Field
from schemas.registry import datasets_of

DATASETS = datasets_of(load_catalogue(), "baerum")
GRAPH = Path(__file__).resolve().parents[1] / "pipeline" / "graph.json"
#: Group of the datasets that hold what comes from outside, by source.
ROOTS = {
    "SSB StatBank": "statbank",
    "SSB KLASS": "klass",
    "register file": "register",
    "own accounts": "ledger",
}


def undocumented(field: Field) -> list[str]:
    """What is not said of a column."""
    said = {
        "unit": field.measured_in.strip(),
        "source": field.source and {*field.source} <= SOURCES.keys(),
        "description": len(field.description) > 10,
    }
    return [name for name, is_said in said.items() if not is_said]


@pytest.mark.parametrize("dataset", [*DATASETS])
def test_every_column_has_unit_source_and_description(dataset: str) -> None:
    missing = {field.name: undocumented(field) for field in DATASETS[dataset].fields if undocumented(field)}

    assert missing == {}, f"{dataset}: say it in schemas/fields.py, or where the contract narrows the column"


def test_columns_no_dataset_uses_are_not_described() -> None:
    used = {field.name for contract in DATASETS.values() for field in contract.fields}

    assert FIELDS.keys() - used == set()


@pytest.mark.parametrize(
    ("field", "missing"),
    [
        (FIELDS["value"].but(unit=None), ["unit"]),
        (FIELDS["value"].but(unit=" "), ["unit"]),
        (FIELDS["line"].but(unit=None), ["unit"]),
        (FIELDS["value"].but(source=()), ["source"]),
        (FIELDS["value"].but(source=("somewhere",)), ["source"]),
        (FIELDS["value"].but(description=""), ["description"]),
        (FIELDS["title"], []),
    ],
)
def test_what_is_not_said_is_seen(field: Field, missing: list[str]) -> None:
    assert undocumented(field) == missing


@pytest.mark.parametrize("dataset", [*DATASETS])
def test_what_comes_from_outside_is_in_the_dataset_or_upstream_of_it(dataset: str) -> None:
    assets = json.loads(GRAPH.read_text(encoding="utf-8"))["assets"]
    reached, pending = set(), [dataset]
    while pending:
        reached.add(name := pending.pop())
        pending += [parent for parent in assets[name]["after"] if parent not in reached]
    groups = {name.partition("/")[0] for name in reached}
    claimed = {source for field in DATASETS[dataset].fields for source in field.source}

    assert {source for source in claimed & ROOTS.keys() if ROOTS[source] not in groups} == set()
    own = {source for source, group in ROOTS.items() if dataset.startswith(f"{group}/")}
    assert own <= claimed


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), f"docs/{PAGE.name} is out of date: run `{COMMAND}`"


def test_every_dataset_has_one_heading_and_every_column_a_whole_row() -> None:
    text = page()
    headings = re.findall(r"^## `([^`]+)`", text, re.MULTILINE)
    contracts = datasets_of(load_catalogue(), MUNICIPALITY)
    rows = [line for line in text.splitlines() if re.match(r"\| `\w+` \| \w+ \| [^|]+ \| [^|]+ \|", line)]

    assert headings == [*contracts]
    assert "## `<municipality>/service_profile` (`baerum/service_profile`)" in text
    assert len(rows) == sum(len(contract.fields) for contract in contracts.values())
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {8}


def test_links_lead_to_headings() -> None:
    text = dictionary(datasets_of(load_catalogue(), MUNICIPALITY).values(), "baerum")
    links = re.findall(r"\]\(#([\w-]+)\)", text)
    anchors = [
        re.sub(r"[^\w -]", "", heading).replace(" ", "-")
        for heading in re.findall(r"^## (.+)$", text, re.MULTILINE)
    ]

    assert len(links) == len(DATASETS)
    assert {*links} <= {*anchors}


def test_a_dataset_tells_its_rules_in_words() -> None:
    told = section(DATASETS["kostra/accounts"])

    assert "- `amount` is filled exactly when `status` is ok" in told
    assert "- the key (year, municipality, scope, function, concept) is unique" in told
    assert "| `scope` | category | code | SSB StatBank | no | one of `A`, `B` |" in told


def test_the_command_prints_what_the_contracts_say() -> None:
    def printed(*arguments: str, expect: int = 0) -> str:
        result = CliRunner().invoke(main, ["dictionary", *arguments])
        assert result.exit_code == expect
        return result.output

    rows = list(csv.DictReader(io.StringIO(printed("--csv"))))
    assert len(rows) == len(records(DATASETS.values()))
    assert all(row["unit"] and row["source"] for row in rows)
    [first, *_] = json.loads(printed("asker/service_profile", "--json"))
    assert (first["dataset"], first["column"], first["minimum"]) == ("asker/service_profile", "year", 2015)
    assert printed("kostra/accounts") == section(DATASETS["kostra/accounts"])
    assert printed() == page()
    assert "did you mean kostra/accounts" in printed("kostra/account", expect=1)
    assert "leave out the rest" in printed("--write", "--json", expect=2)
