"""`kostra explain` and `kostra series` as people type them."""

import csv
import io
import json

import pytest

from tests.cli.shell import Shell

S2 = "sos_net_expenditure_per_inhabitant_18_66"
S3 = "sos_subsistence_net_expenditure_per_inhabitant_18_66"


def test_explain_prints_the_formula_with_numbers_the_cells_and_the_members(shell: Shell) -> None:
    said = shell("explain", S2, "--year", "2024").stdout

    assert "Bærum 2024" in said
    assert "1\u00a0000 × 478\u00a0882 / 81\u00a0428 = 5\u00a0881,048288" in said
    assert "tabell 12367, region 3201, scope A, function 281, art AGD2" in said
    assert "98 celler" in said
    assert "Snitt ASSS-nettverket: 8\u00a0688" in said
    assert "Oslo" in said


def test_explain_in_json_holds_everything_and_recomputes(shell: Shell) -> None:
    told = json.loads(shell("explain", S2, "--year", "2023", "--municipality", "asker", "--json").stdout)

    assert told["value"] == pytest.approx(told["recomputed"], rel=1e-12)
    above = sum(part["value"] for part in told["numerator"])
    below = sum(part["value"] for part in told["denominator"])
    assert told["value"] == pytest.approx(told["scale"] * above / below)
    cells = [cell for part in told["numerator"][0]["parts"] for cell in part["cells"]]
    assert {cell["codes"]["region"] for cell in cells} == {"3025"}
    members = told["network"]["members"]
    counted = [member for member in members if member["counted"]]
    mean = 1000 * sum(m["numerator"] for m in counted) / sum(m["denominator"] for m in counted)
    assert told["network"]["mean"] == pytest.approx(mean)
    assert (len(members), told["figures_from"]) == (12, "ssb")


def test_explain_of_an_imported_figure_shows_its_row(shell: Shell) -> None:
    said = shell("explain", "sos_resource_use_index", "--year", "2024").stdout

    assert "baerum: 0,877 (index), Bærum kommune, KOSTRA-rapport 2025" in said
    assert "kostra-rapport-2025.csv" in said


def test_explain_says_why_a_figure_is_not_there(shell: Shell) -> None:
    said = shell("explain", "sos_benefit_per_recipient", "--year", "2024").stdout

    assert "Verdi:      mangler" in said
    assert "14019" in said


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("explain", S2[:-1], "--year", "2024"), 1, f"nearest: {S2}"),
        (("explain", S2, "--year", "2024", "--municipality", "barum"), 1, "nearest: baerum"),
        (("explain", S2, "--year", "2024", "--network", "ass"), 1, "nearest: asss"),
        (("explain", S2, "--year", "2024", "--network", "EKG12"), 1, "run `kostra run --network ekg12`"),
        (("explain", S2, "--year", "2021"), 1, "nothing is stored of asss/indicators for 2021"),
        (("explain", S2, "--year", "2022-2024"), 2, "--year takes one year"),
        (("series", S2, "--entity", "barum"), 1, "nearest: baerum"),
        (("series", "sos_benefit_duration_18_24", "--adjust", "deflate"), 2, "allowed: none"),
        (("series", S2, "--deflator", "cpi"), 2, "--deflator needs --adjust"),
        (("series", S2, "--adjust", "inflate"), 2, "deflate"),
    ],
)
def test_mistakes_are_told(shell: Shell, arguments: tuple[str, ...], code: int, told: str) -> None:
    assert told in shell(*arguments, expect=code).stderr


def test_series_of_any_indicator_on_request(shell: Shell) -> None:
    rows = shell.rows("series", S3, "--adjust", "deflate", "--deflator", "municipal", "--base-year", "2024")
    by_key = {(row["entity"], row["year"]): row for row in rows}

    assert set(by_key) == {
        (name, year) for name in ("baerum", "asss_mean") for year in ("2022", "2023", "2024")
    }
    assert round(float(by_key["baerum", "2024"]["value"])) == 2203
    assert float(by_key["baerum", "2023"]["value"]) == pytest.approx(1849 * 1.05, abs=0.6)
    assert by_key["baerum", "2023"]["adjustment"] == "deflate: municipal 2023→2024 ×1.05000"
    assert {row["base_year"] for row in rows} == {"2024"}


def test_series_corrected_for_need_are_missing_with_the_reason(shell: Shell) -> None:
    records = json.loads(shell("series", S3, "--adjust", "both", "--json").stdout)

    assert {record["value"] for record in records} == {None}
    assert all("ingen behovsindeks" in record["reason"] for record in records)


def test_the_stored_series_read_well_and_hold_the_published_figures(shell: Shell) -> None:
    said = shell("show", "baerum/time_series").stdout
    rows = list(csv.DictReader(io.StringIO(shell("show", "baerum/time_series", "--csv").stdout)))
    published = [row for row in rows if row["series"] == "sos_net_expenditure_per_inhabitant"]

    assert "Netto driftsutgifter pr. innbygger til Sosiale tjenester (B) [kr]" in said
    assert "4\u00a0329" in said
    assert "publisert" in said
    assert {(row["entity"], row["year"]): row["value"] for row in published} == {
        ("asker", "2022"): "3779",
        ("asker", "2023"): "4256",
        ("asker", "2024"): "4482",
        ("asss_mean", "2022"): "4370",
        ("asss_mean", "2023"): "4825",
        ("asss_mean", "2024"): "5085",
        ("baerum", "2022"): "3591",
        ("baerum", "2023"): "4057",
        ("baerum", "2024"): "4329",
    }


def test_efficiency_tells_what_does_not_hold_together(shell: Shell) -> None:
    rows = shell.rows("show", "baerum/efficiency", "--year", "2024")
    verdicts = {(row["area"], row["origin"]): row["verdict"] for row in rows}

    assert verdicts == {
        ("plo", "own_estimate"): "not_checked",
        ("plo", "register"): "inconsistent",
        ("sos", "own_estimate"): "not_checked",
        ("sos", "register"): "inconsistent",
    }


def test_efficiency_reads_well(shell: Shell) -> None:
    said = shell("show", "baerum/efficiency").stdout

    assert "HENGER IKKE SAMMEN" in said
    assert "eget anslag" in said
    assert "Sosialtjeneste og bolig 2024, importert: produksjon / utgifter gir 115,0" in said
