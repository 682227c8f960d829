"""Mistakes in price steps, need indices, series and efficiency areas are told with file and line."""

from pathlib import Path

import pytest

from tests.catalogue.folders import append, copied, edit, problems

DEFLATORS, NEED, SERIES, AREAS = "deflators.csv", "need_index.csv", "series.yaml", "efficiency.yaml"
SOS, PLO = "indicators/sos.yaml", "indicators/plo.yaml"

#: Mistakes that do not hide one another, made all at once: a catalogue is slow to read.
EDITS = [
    (DEFLATORS, "municipal,2016,2.6,,final", "municpal,2016,2.6,,final", "'municipal' or 'cpi'"),
    (DEFLATORS, "municipal,2018,3.1,,", "municipal,2018,,,", "give `percent` or `index`, and not both"),
    (DEFLATORS, "municipal,2019,3.2,,", "municipal,2019,3.2,,,", "7 cells, the header has 6"),
    (DEFLATORS, "municipal,2020,1.0", "municipal,2020,1;0", "`percent`: Input should be a valid number"),
    (DEFLATORS, "cpi,2020,,112.2", "cpi,2020,1.3,", "by percent in some years"),
    (DEFLATORS, "cpi,2022", "cpi,2032", "goes from 2021 to 2032"),
    (DEFLATORS, "133.6,final", "133.6,finel", "'final' or 'estimate'"),
    (NEED, "2025,social,asker,0.9070", "2025,socal,asker,0.9070", "'social'"),
    (NEED, "2025,social,baerum,0.9168", "2025,social,baerum,0", "greater than 0"),
    (NEED, "2025,social,drammen,", "2025,social,bergen,", "the id is used twice"),
    (
        SERIES,
        "indicator: sos_recipients_share_18_24",
        "indicator: sos_recipients_share_18_25",
        "nearest: sos_rec",
    ),
    (SERIES, "adjust: [need]", "adjust: [deflate]", "`deflator` and `base_year`"),
    (SERIES, "base_year: 2024\n    published", "base_year: 2034\n    published", "not the base year 2034"),
    (SERIES, "[focal, asker, EKG12, EKG13]", "[focal, Asker]", "entities"),
    (SERIES, "deflator: municipal", "deflator: ppi", "'municipal' or 'cpi'"),
    (
        AREAS,
        "production: sos_production_index",
        "production: sos_production",
        "nearest: sos_production_index",
    ),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copied(tmp_path)


def test_every_mistake_is_told_where_it_stands(folder: Path) -> None:
    lines = [edit(folder, file, old, new) for file, old, new, _ in EDITS]
    found = problems(folder)
    for line, (file, _, new, told) in zip(lines, EDITS, strict=True):
        here = [problem.line for problem in found if problem.file == file and told in problem.message]
        # A rule over a whole entry is told where the entry begins.
        assert any(0 <= line - told_at <= 6 for told_at in here), (new, found)


def test_an_adjustment_the_indicator_does_not_allow_is_refused(folder: Path) -> None:
    line = append(
        folder,
        SERIES,
        "  - {id: x, title: T, indicator: sos_recipients_share_18_24, entities: [focal], adjust: [need]}\n",
    )
    [problem] = problems(folder)
    assert (problem.line, problem.entry) == (line, "x")
    assert "may not be adjusted by `need`; allowed: none" in problem.message


def test_a_header_and_a_file_that_are_wrong_are_told(folder: Path) -> None:
    edit(folder, NEED, "index,vintage", "delta,vintage")
    (folder / DEFLATORS).write_bytes(b"series,year\n\xff\xfe")
    found = [(problem.file, problem.message) for problem in problems(folder)]
    assert (NEED, "the column `index` is missing") in found
    assert any(file == NEED and "unknown column `delta`; nearest:" in message for file, message in found)
    assert any(file == DEFLATORS and "not UTF-8 text" in message for file, message in found)


def test_a_file_that_is_not_there_is_told(folder: Path) -> None:
    (folder / NEED).unlink()
    assert [(problem.file, "no such file" in problem.message) for problem in problems(folder)] == [
        (NEED, True)
    ]
