"""Each printed figure gets one verdict, by rules that know no figure of any report."""

import math
from dataclasses import replace

import pandas as pd
import pytest

from assets.quality.reconciliation.computed import Computed
from assets.quality.reconciliation.lookups import ComputedFigures, Found, converted
from assets.quality.reconciliation.report import PublishedReport
from assets.quality.reconciliation.verdicts import Printed, compare, figure_rows
from tests.algebra.facts import WHOLE
from tests.reconciliation.reports import figure, report
from tests.reconciliation.sample import computed

THE_REPORT = "KOSTRA-rapport 2025"
HOME = "plo_home_net_expenditure_by_director_area"
FOUND = Found(5881.46, "ok", "NOK", "", "12367@x", "1 000 × 478 882 / 81 422")


def verdicts(shown: PublishedReport, held: Computed | None = None, municipality: str = "") -> pd.DataFrame:
    figures = ComputedFigures(held or computed(), WHOLE, municipality or shown.municipality)
    return pd.DataFrame(list(figure_rows(shown, figures))).set_index("place")


def judged(shown: PublishedReport, held: Computed | None = None) -> dict[str, object]:
    [row] = verdicts(shown, held).to_dict("records")
    return {str(name): value for name, value in row.items()}


@pytest.mark.parametrize(
    ("value", "decimals", "rows", "verdict"),
    [
        (5881, 0, 0, "match"),
        (5882, 0, 0, "rounding"),
        (5880, 0, 0, "rounding"),
        (5881.5, 1, 0, "match"),
        (5881.4, 1, 0, "rounding"),
        (5883, 0, 0, "vintage"),
        (5883, 0, 4, "rounding"),
        (5884.1, 1, 8, "vintage"),
        (5896, 0, 0, "vintage"),
        (5897, 0, 0, "mismatch"),
        (5866.9, 1, 0, "vintage"),
        (5860, 0, 0, "mismatch"),
        (588.1, 1, 0, "mismatch"),
        (5818, 0, 0, "mismatch"),
    ],
)
def test_what_lies_between_printed_and_computed(value: float, decimals: int, rows: int, verdict: str) -> None:
    found = compare(Printed(value, decimals, "NOK", rows), FOUND, [])

    assert found.verdict == verdict
    assert found.difference == pytest.approx(value - 5881.46)
    assert found.tolerance > 0
    assert (abs(found.difference) <= found.tolerance + 10**-decimals / 2) == (verdict != "mismatch")


def test_half_is_rounded_away_from_zero() -> None:
    for computed_value, printed in ((2.675, 2.68), (0.125, 0.13), (-0.125, -0.13), (1930.55, 1930.6)):
        found = replace(FOUND, value=computed_value)
        decimals = 1 if printed > 1000 else 2
        assert compare(Printed(printed, decimals, "NOK"), found, []).verdict == "match"


def test_an_earlier_version_explains_a_figure() -> None:
    found = compare(Printed(5700, 0, "NOK"), FOUND, [(5650.0, "12367@march"), (5699.6, "12367@april")])

    assert (found.verdict, found.computed) == ("vintage", 5881.46)
    assert "(12367@april)" in found.explanation
    assert compare(Printed(5700, 0, "NOK"), FOUND, [(5650.0, "12367@march")]).verdict == "mismatch"


def test_the_arithmetic_is_told_with_its_numbers() -> None:
    found = compare(Printed(5883, 0, "NOK"), FOUND, [])

    plain = found.arithmetic.replace("\u00a0", " ")
    assert plain == (
        "trykt 5 883 kr; beregnet 1 000 × 478 882 / 81 422 = 5 881,46 → 5 881; "
        "avvik +1,54 = +0,03 %; tillatt for en annen utgave: 0,25 %"
    )


def test_units_that_measure_the_same_are_converted() -> None:
    assert converted(1_963_300_000.0, "NOK", "NOK_million") == pytest.approx(1963.3)
    assert converted(2.3, "percent", "per_1000") == pytest.approx(23.0)
    assert converted(12.0, "persons", "count") == 12.0
    assert converted(2.3, "percent", "count") is None
    assert converted(2.3, "percent", "months") is None
    assert converted(1.0, "index", "percentage_points") is None


def test_a_printed_figure_against_the_sample() -> None:
    rows = verdicts(
        report(
            figure(entity="Asker", value="3.3"),
            figure(entity="ASSS mean", value="5.4"),
            figure(entity="ASSS min", value="2.7"),
            figure(entity="KG12", value="-"),
        )
    )
    key = "profil/sos_recipients_share_18_24"
    assert rows["verdict"].to_dict() == {
        f"{key}/asker/2024": "match",
        f"{key}/asss_mean/2024": "rounding",
        f"{key}/asss_min/2024": "mismatch",
        f"{key}/EKG12/2024": "not_comparable",
    }
    assert rows.loc[f"{key}/EKG12/2024", "explanation"] == "Rapporten trykker ikke noe tall her."


def test_what_nothing_is_computed_of_says_why() -> None:
    shown = report(
        figure(indicator_id="context_places", value="30"),
        figure(indicator_id="sos_recipients_share_18_25"),
        figure(year="2019"),
        figure(unit="kroner", entity="Bergen"),
        figure(indicator_id="sos_work_assessment_allowance_share_18_67", entity="Bergen"),
        figure(entity="EAK", year="2019"),
    )
    rows = verdicts(shown)

    assert set(rows["verdict"]) == {"not_comparable"}
    assert rows["computed"].isna().all()
    told = list(rows["explanation"])
    assert "opplysning i teksten" in told[0]
    assert "er ikke i katalogen; nærmest: sos_recipients_share_18_24" in told[1]
    assert "2019 er ikke regnet ut; kjør `kostra run --years 2019`" in told[2]
    assert "vårt tall er i prosent, ikke kr" in told[3]
    assert "tallet mangler i kilden; indikatoren finnes bare som importert tall" in told[4]


def test_a_figure_from_the_report_itself_is_never_compared() -> None:
    own = figure(indicator_id="sos_sickness_absence", entity="Bærum", value="8.01")
    assert "hentet fra denne rapporten" in str(
        judged(report(own | {"report": "KOSTRA-rapport 2025"}))["explanation"]
    )
    assert judged(report(own | {"report": "KOSTRA-rapport 2025"}))["verdict"] == "not_comparable"

    # Another report may be held against it: it is imported from somebody else.
    assert judged(report(own))["verdict"] == "match"
    # A file nobody knows the provider of is no witness.
    unknown = replace(computed(), register=computed().register.head(0))
    assert judged(report(own), unknown)["verdict"] == "not_comparable"


def test_other_methods_are_known_from_the_catalogue() -> None:
    index = figure(
        indicator_id="sos_resource_use_index", unit="index", entity="Bærum", report="KOSTRA-rapport 2025"
    )
    estimate = judged(report(index | {"value": "0.877"}))
    assert (estimate["verdict"], str(estimate["explanation"])[:27]) == (
        "method",
        "Annen metode: eget anslag: ",
    )
    assert estimate["computed"] == pytest.approx(0.743, abs=0.02)

    series = figure(
        indicator_id="sos_net_expenditure_per_inhabitant_adjusted", unit="NOK", entity="Bærum", adjusted="ja"
    )
    adjusted = judged(report(series | {"value": "4057.0", "year": "2023"}))
    assert adjusted["verdict"] == "method"
    assert "trykt tall er justert for pris og utgiftsbehov, vårt er justert for pris" in str(
        adjusted["explanation"]
    )

    # Ten members in 2021 by the catalogue; somebody else counted today's twelve.
    mean = figure(
        indicator_id="sos_main_income_recipients_share", entity="ASSS snitt", year="2021", value="37.6"
    )
    twelve = judged(
        report(
            mean,
        )
    )
    assert twelve["verdict"] == "method"
    assert "dagens tolv medlemmer" in str(twelve["explanation"])
    assert judged(report(mean | {"value": "36.6"}))["verdict"] == "mismatch"


def test_a_caption_explains_only_what_can_be_adjusted() -> None:
    amount = figure(
        indicator_id="sos_net_expenditure_per_inhabitant_18_66", unit="NOK", entity="Bærum", value="7000"
    )
    assert judged(report(amount))["verdict"] == "mismatch"
    assert judged(report(amount | {"adjusted": "ja"}))["verdict"] == (
        "method" if WHOLE.indicators[amount["indicator_id"]].adjustments else "mismatch"
    )
    assert judged(report(figure(value="4.4", adjusted="ja")))["verdict"] == "mismatch"


def test_rows_by_director_area_come_from_the_ledger() -> None:
    table = figure(indicator_id=HOME, unit="million_NOK", table="omraader", entity="")
    cells = {
        "A 20 Oppvekst": ("24.2", "match"),
        "A 42 Aldring og mestring": ("791.0", "vintage"),
        "Kjøp av plasser under F254": ("133.7", "rounding"),
        "A 80 Finansiering": ("69.0", "mismatch"),
        "Totalt": ("1963.3", "vintage"),
    }
    shown = report(*(table | {"entity": label, "value": value} for label, (value, _) in cells.items()))
    rows = verdicts(shown, municipality="baerum")

    assert list(rows["verdict"]) == [verdict for _, verdict in cells.values()]
    total = rows.iloc[-1]
    assert total["computed"] == pytest.approx(1965.153)
    assert "kommunens regnskap 1\u00a0963,300" in total["arithmetic"]

    nobody = verdicts(shown, replace(computed(), director_area_costs=computed().director_area_costs.head(0)))
    assert list(nobody["verdict"]) == ["not_comparable"] * 4 + ["not_comparable"]
    elsewhere = verdicts(shown, municipality="asker")
    assert "direktørområdene er regnet for baerum" in elsewhere["explanation"].iloc[0]
    # The total of another municipality is SSB's figure of that municipality.
    assert (elsewhere["verdict"].iloc[-1], elsewhere["computed"].iloc[-1]) == (
        "mismatch",
        pytest.approx(1318.566),
    )


def test_a_total_may_be_off_by_what_its_rows_are_rounded() -> None:
    table = figure(indicator_id=HOME, unit="million_NOK", table="omraader", year="2023")
    labels = ["A 20", "A 30", "A 42", "A 56", "A 68", "A 70", "A 80"]
    shown = [table | {"entity": label, "value": "1.0"} for label in labels]
    total = table | {"entity": "Totalt", "value": "1930.9"}
    several = verdicts(report(*shown, total), municipality="baerum").iloc[-1]
    alone = verdicts(report(total), municipality="baerum").iloc[-1]

    assert (several["verdict"], several["tolerance"]) == ("rounding", pytest.approx(0.4))
    assert "(7 rader + 1) × 0,05" in several["arithmetic"]
    assert alone["verdict"] == "vintage"
    assert math.isclose(alone["difference"], several["difference"])
