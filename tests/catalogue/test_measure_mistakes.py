"""Mistakes in tables and measures, and in the terms that use them, are told where they stand."""

from pathlib import Path

import pytest

from assets.asss.algebra import evaluate
from assets.catalogue.loader import load_catalogue
from schemas.catalogue import OPEN_AGE
from tests.algebra.facts import accounts_facts, measure_facts, population_facts
from tests.catalogue.folders import append, copied, edit, problems

SOCIAL, CARE, POPULATION = (f"tables/{name}.yaml" for name in ("social", "care", "accounts_and_population"))
SOS, PLO = "indicators/sos.yaml", "indicators/plo.yaml"

EDITS = [
    pytest.param(
        SOS,
        "measure: social_assistance_cases_18_24",
        "measure: social_assistance_case_18_24",
        "unknown measure `social_assistance_case_18_24`; nearest: social_assistance_cases_18_24",
        id="measure",
    ),
    pytest.param(
        SOS,
        "ready: qualification_recipients_per_1000_18_66",
        "ready: qualification_recipients",
        "`qualification_recipients` is in persons, not per_1000",
        id="ready in another unit",
    ),
    pytest.param(
        SOS, "ready: qualification_", "ready: qualifications_", "unknown measure `qualifications_", id="ready"
    ),
    pytest.param(
        SOCIAL,
        "    last_year: 2021\n",
        "    last_year: 2020\n",
        "year gap: `social_assistance_cases_6_months` has no table in 2021",
        id="gap between sources",
    ),
    pytest.param(
        SOCIAL,
        "    last_year: 2021\n",
        "    last_year: 2022\n",
        "has several sources in 2022, tables 14019 and 12210; one may be a `cross_check`",
        id="two sources",
    ),
    pytest.param(
        SOCIAL,
        "label: Sosialhjelpstilfeller, unit: persons}",
        "label: Sosialhjelpstilfeller, unit: percent}",
        "`social_assistance_cases` is in percent here, and in persons in table 14019",
        id="two units",
    ),
    pytest.param(
        CARE, "at: {age: 0_66, service: home}", "at: {age: 0_66}", "must say in `at` which service", id="at"
    ),
    pytest.param(
        CARE,
        "at: {age: 0_66, service: home}",
        "at: {age: 0_67, service: home}",
        "unknown age `0_67`; nearest: 0_66",
        id="value",
    ),
    pytest.param(
        SOCIAL, "at: {age: 18-67}", "at: {service: 18-67}", "the table has no service to narrow", id="role"
    ),
    pytest.param(
        CARE,
        "code: KOSinstdispplass0000",
        "cod: KOSinstdispplass0000",
        "unknown key; nearest: code",
        id="key",
    ),
    pytest.param(
        CARE,
        "            code: KOSinstdispplass0000\n",
        "",
        "give a `code`, or a `label` to look for",
        id="nothing to look for",
    ),
    pytest.param(
        CARE,
        "id: home_service_users_80_plus",
        "id: home_service_users_0_66",
        "given more than once",
        id="twice",
    ),
    pytest.param(
        PLO,
        "by: [{kind: measure, measure: home_service_hours_0_66,",
        "by: [{kind: measure, measure: home_service_user_0_66,",
        "unknown measure `home_service_user_0_66`; nearest: home_service_users_0_66",
        id="measure in a product",
    ),
    pytest.param(
        PLO,
        "by: [{kind: measure, measure: home_service_hours_0_66, stand_in: plo_home_service_hours_0_66}]",
        "by: [{kind: measure, measure: social_assistance_benefit}]",
        "the factor is in NOK_thousand / hours, not a plain number",
        id="factor",
    ),
    pytest.param(
        PLO,
        "stand_in: plo_home_service_hours_0_66",
        "stand_in: plo_assistance_need_0_66",
        "`plo_assistance_need_0_66` is in score, `home_service_hours_0_66` in hours",
        id="stand-in in another unit",
    ),
    pytest.param(
        PLO,
        "stand_in: plo_home_service_hours_0_66",
        "stand_in: plo_home_users_share_0_66",
        "only an imported indicator can stand in",
        id="stand-in that is computed",
    ),
    pytest.param(
        "place_adjustments.yaml",
        "places: -30",
        "places: many",
        "valid integer",
        id="places that are no number",
    ),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copied(tmp_path)


@pytest.mark.parametrize(("file", "old", "new", "message"), EDITS)
def test_a_mistake_is_told_with_its_place(folder: Path, file: str, old: str, new: str, message: str) -> None:
    edit(folder, file, old, new)
    found = [problem for problem in problems(folder) if message in problem.message]
    assert found, [str(problem) for problem in problems(folder)]
    assert found[0].line > 0
    assert found[0].entry


def test_a_measure_in_percent_has_no_weighted_mean(folder: Path) -> None:
    append(
        folder,
        PLO,
        """
  - id: extra
    number: X1
    title: Tittel
    area: plo
    unit: percent
    decimals: 1
    first_year: 2015
    scale: 1
    numerator: [{kind: measure, measure: trained_staff_share}]
    denominator: [{kind: population}]
    mean: weighted
    direction: neither
    source: SSB 12209
    confidence: likely
""",
    )
    messages = [problem.message for problem in problems(folder)]
    assert any("a term in percent cannot be summed over municipalities" in message for message in messages)


def test_an_indicator_of_a_new_measure_in_a_new_table_is_added_by_yaml_alone(folder: Path) -> None:
    (folder / "tables" / "more.yaml").write_text(
        """
tables:
  - id: "99999"
    title: Ny tabell
    first_year: 2020
    dimensions:
      region: {code: Region, municipalities: true}
      service: {label: tjeneste, values: {new: [Ny tjeneste, Nye tjenester]}}
      contents:
        code: ContentsCode
        measures:
          - {id: new_users, label: Brukere, unit: persons, at: {service: new}}
      period: {code: Tid}
""",
        encoding="utf-8",
    )
    (folder / "indicators" / "more.yaml").write_text(
        """
indicators:
  - id: plo_new_users_share
    number: X1
    title: Andel brukere av ny tjeneste (prosent)
    area: plo
    unit: percent
    decimals: 1
    first_year: 2020
    scale: 100
    numerator: [{kind: measure, measure: new_users}]
    denominator: [{kind: population}]
    mean: weighted
    direction: neither
    source: SSB 99999 og 07459
    confidence: assumption
""",
        encoding="utf-8",
    )
    catalogue = load_catalogue(folder)
    assert catalogue.indicators["plo_new_users_share"].measures == {"new_users"}
    assert [source.table.id for source in catalogue.measures()["new_users"]] == ["99999"]
    frame = evaluate(
        catalogue,
        accounts_facts({(2024, "oslo", "281"): 1}),
        population_facts({(2024, "oslo"): 400}, band=(0, OPEN_AGE)),
        measure_facts({(2024, "oslo", "new_users"): 10}),
        indicators=["plo_new_users_share"],
    )
    assert frame["value"].tolist() == [2.5]
    edit(folder, "indicators/more.yaml", "first_year: 2020", "first_year: 2015")
    [problem] = problems(folder)
    assert problem.message == "year gap: measure `new_users` holds from 2020, the indicator from 2015"
