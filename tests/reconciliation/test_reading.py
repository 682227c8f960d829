"""Reports as people hand them in: read however they are written, and every mistake told."""

from pathlib import Path

import openpyxl
import pytest

from assets.errors import DataError
from assets.quality.reconciliation.report import PublishedReport, read_report, report_of
from tests.reconciliation.reports import claim, csv_text, figure, report

MIXED = [
    figure(entity="Asker", value="3.3"),
    figure(entity="ASSS mean", value="5.3"),
    figure(entity="KG12", year="2023", value="-"),
    claim(entity="Asker"),
]


def read(content: bytes | str) -> PublishedReport:
    return report_of({"rapport.csv": content.encode() if isinstance(content, str) else content})


def told(*rows: dict[str, str]) -> str:
    with pytest.raises(DataError) as caught:
        report(*rows)
    return str(caught.value)


def as_rows(found: PublishedReport) -> list[tuple[object, ...]]:
    columns = ["table", "indicator", "unit", "year", "entity", "decimals", "adjusted"]
    keys = found.figures[columns].itertuples(index=False, name=None)
    return sorted((*key, value) for key, value in zip(keys, found.figures["value"].fillna(-1.0), strict=True))


def test_figures_and_claims_are_told_apart() -> None:
    found = report(*MIXED)

    assert (found.name, found.year, found.years, found.municipality) == (
        "Prøverapport",
        2024,
        [2023, 2024],
        "asker",
    )
    assert list(found.figures["entity"]) == ["asker", "asss_mean", "EKG12"]
    assert list(found.figures["printed"]) == ["3.3", "5.3", "-"]
    assert list(found.figures["decimals"]) == [1, 1, 0]
    assert found.figures["value"].isna().tolist() == [False, False, True]
    [row] = found.statements.to_dict("records")
    assert (row["statement"], row["claim_type"], row["comparator"]) == ("P-01", "relative", "asss_mean")
    assert row["value"] != row["value"]


@pytest.mark.parametrize(
    "content",
    [
        csv_text(MIXED, ";"),
        csv_text(MIXED, "\t"),
        csv_text(reversed(MIXED)),
        csv_text([dict(reversed(row.items())) for row in MIXED]),
        csv_text(MIXED).replace("\n", "\r\n"),
        "\ufeff" + csv_text(MIXED),
        csv_text([{name: text.replace(".", ",") for name, text in row.items()} for row in MIXED], ";"),
        csv_text(MIXED).replace("\n", ",,\n"),
        csv_text([*MIXED, {}, *[{}] * 2], ";").replace("\n", "\n\n", 3),
        csv_text([row | {"unit": "prosent", "adjusted": "nei"} for row in MIXED]),
        csv_text([row | {"value": row["value"].replace("3.3", "3.3 %")} for row in MIXED]),
        csv_text([row | {"value": row["value"].replace("-", "")} for row in MIXED]),
        csv_text([row | {"entity": row["entity"].replace("ASSS mean", "ASSS-snittet")} for row in MIXED]),
        csv_text([row | {"table": f"\u00a0{row['table']} "} for row in MIXED]),
    ],
    ids=[
        *("semicolon", "tab", "rows", "columns", "crlf", "bom", "comma", "blank_columns", "blank_lines"),
        *("norwegian_words", "percent_sign", "empty", "norwegian_mean", "spaces"),
    ],
)
def test_however_it_is_written(content: str) -> None:
    assert as_rows(read(content)) == as_rows(report(*MIXED))
    assert as_rows(read(content.lstrip("\ufeff").encode("latin-1"))) == as_rows(report(*MIXED))


def test_amounts_with_spaces_and_a_workbook(tmp_path: Path) -> None:
    rows = [figure(unit="kroner", value='"1 835 374"', indicator_id="plo_ttu_expenditure_per_person")]
    assert report(*rows).figures["value"].tolist() == [1835374.0]

    book = openpyxl.Workbook()
    for line in (list(figure()), [*[*figure().values()][:8], 3.3, "nei", None]):
        book.active.append(line)
    book.save(tmp_path / "rapport.xlsx")
    [row] = read_report(tmp_path).figures.to_dict("records")
    assert (row["value"], row["decimals"], row["file"], row["line"]) == (3.3, 1, "rapport.xlsx", 2)


def test_a_folder_a_file_and_several_files(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(csv_text(MIXED[:2]), encoding="utf-8")
    (tmp_path / "b.csv").write_text(csv_text(MIXED[2:]), encoding="utf-8")
    (tmp_path / "README.md").write_text("not a table", encoding="utf-8")

    whole = read_report(tmp_path)
    assert (
        as_rows(whole)
        == as_rows(report(*MIXED))
        == as_rows(read_report([tmp_path / "a.csv", tmp_path / "b.csv"]))
    )
    assert len(read_report(tmp_path / "a.csv").figures) == 2
    assert whole.sha256 != read_report(tmp_path / "a.csv").sha256
    with pytest.raises(DataError, match=r"nowhere: no such file or folder"):
        read_report(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no file of a report in this folder"):
        read_report(tmp_path / "empty")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"unit": "prosnt"}, "rapport.csv:3: unit: 'prosnt' – a known unit; nearest: prosent,"),
        ({"entity": "Bærumm"}, "rapport.csv:3: entity: 'Bærumm' – a municipality, a KOSTRA group"),
        ({"year": "24"}, "rapport.csv:3: year: '24' – an accounting year of four digits"),
        ({"year": "2204"}, "rapport.csv:3: year: '2204' – an accounting year, 1990-"),
        ({"year": ""}, "rapport.csv:3: year: an accounting year"),
        ({"value": "ca. 3"}, "rapport.csv:3: value: 'ca. 3' – a number such as 5881"),
        ({"value": "57.522", "unit": "NOK"}, "can be read in one way"),
        ({"adjusted": "kanskje"}, "rapport.csv:3: adjusted: 'kanskje' – true or false, ja or nei; nearest: "),
        ({"indicator_id": "Sosial hjelp"}, "rapport.csv:3: indicator_id: 'Sosial hjelp' – an id in small"),
        ({"report": "En annen"}, "rapport.csv:3: report: 'En annen' – one report in all files"),
        ({"table": ""}, "rapport.csv:3: table: the table the figure is printed in"),
        ({"entity": "ASKER kommune"}, "rapport.csv:3: figure: 'profil sos_recipients_share_18_24 2024 as"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_figure_is_told_with_its_place(changes: dict[str, str], message: str) -> None:
    assert message in told(figure(), figure(entity="Bergen") | changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"claim_type": "relativ"}, "claim_type: 'relativ' – a known claim_type; nearest: relative"),
        ({"direction": "increase"}, "direction: 'increase' – one of above, below, equal, for a claim of"),
        ({"direction": "oppover"}, "direction: 'oppover' – a known direction"),
        ({"comparator": "ASS snitt"}, "comparator: 'ASS snitt' – an entity, a network"),
        ({"value": "-6.3"}, "value: '-6.3' – a number without sign"),
        ({"base_year": "2023"}, "base_year: '2023' – empty: only a change has a base year"),
        ({"claim_type": "change", "direction": "increase", "comparator": "own 2022", "base_year": "2023"},
         "base_year: '2023' – 2022, as the comparator says"),
        ({"statement_id": "P-00"}, "statement_id: 'P-00' – one row for each; the first is rapport.csv:2"),
        ({"statement_id": ""}, "claim_type: 'relative' – a statement_id beside it"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_claim_is_told_with_its_place(changes: dict[str, str], message: str) -> None:
    assert f"rapport.csv:3: {message}" in told(claim(statement_id="P-00", year="2023"), claim(**changes))


def test_every_mistake_of_every_file_is_told_at_once() -> None:
    files = {
        "a.csv": csv_text([figure(unit="prosnt"), figure(entity="Bergen", value="x")]).encode(),
        "b.csv": csv_text([figure(entity="Oslo", year="tjuefire")]).encode(),
        "c.csv": b"",
    }
    with pytest.raises(DataError) as caught:
        report_of(files)
    lines = str(caught.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "a.csv:2",
        "a.csv:3",
        "b.csv:2",
        "c.csv",
        "4 problem(s) in a.csv, b.csv, c.csv",
    ]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("indicator_id,year", "entity: the column `entity` is missing"),
        (
            ",".join(figure()).replace("indicator_id", "indicator"),
            "indicator: no such column; nearest: indicator_id",
        ),
    ],
)
def test_a_header_that_does_not_fit_is_told(header: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(f"{header}\nx,2024\n")


def test_a_column_of_another_name_is_told_and_left_unread() -> None:
    found = report(figure(adjustd="true"))

    assert not found.figures["adjusted"].any()
    [warning] = found.warnings
    assert warning.startswith("rapport.csv: adjustd: no such column, left unread; nearest: adjusted")


def test_an_indicator_nobody_knows_is_told_and_kept() -> None:
    found = report(figure(indicator_id="sos_recipients_share_18_25"), figure(indicator_id="context_places"))

    assert len(found.figures) == 2
    [warning] = found.warnings
    assert "`sos_recipients_share_18_25` is not in the catalogue" in warning
    assert "nearest: sos_recipients_share_18_24" in warning


def test_rows_by_director_area_are_read_as_such() -> None:
    area = figure(indicator_id="plo_home_net_expenditure_by_director_area", unit="mill. kr", table="omraader")
    labels = ["A 20 Oppvekst", "A56 Bymiljø", "Kjøp av plasser under F254", "Totalt"]
    found = report(*(area | {"entity": label, "value": "1.5"} for label in labels))

    assert list(found.figures["entity"]) == ["a20", "a56", "purchased", "total"]
    assert list(found.figures["label"]) == labels
    assert set(found.figures["unit"]) == {"NOK_million"}
    assert "nearest: A 20, " in told(area | {"entity": "A 2O Oppvekst"})
    assert "a director area of director_areas.yaml" in told(area | {"entity": "Bærum"})
