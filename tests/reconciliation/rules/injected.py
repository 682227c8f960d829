"""Errors of the known kinds on other figures: what is changed, and what must be named."""

from tests.reconciliation.rules.altered import (
    CLAIMS,
    SHIPPED,
    Alteration,
    cell,
    changed,
    claim,
    moved,
    written,
)

SOS, TTU = "service_profile_sos", "service_profile_ttu"
HOME, INSTITUTION = "director_area_home_net", "director_area_institution_gross"
BY_AREA = "plo_institution_gross_expenditure_by_director_area"
RECIPIENTS_24, MAIN_INCOME = "sos_recipients_share_18_24", "sos_main_income_recipients_share"
DURATION = "sos_benefit_duration_main_income"

#: A claim on a share that is printed as 0.38, then as 0.37.
_RISE: dict[str, str] = {
    "indicator_id": "plo_ttu_share_of_population_18_plus",
    "claim_type": "change",
    "direction": "increase",
    "comparator": "own 2023",
    "base_year": "2023",
    "quote": "en økning fra 2023",
}

#: What is changed, and what a new finding must name.
INJECTED: dict[str, tuple[Alteration, str]] = {
    "a column total is wrong": (
        lambda: changed({"table": INSTITUTION, "entity": "Totalt", "year": "2023"}, value="1703.6"),
        INSTITUTION,
    ),
    "two digits of a row are swapped": (
        lambda: changed({"table": HOME, "entity": "A 30 Helse og Velferd", "year": "2022"}, value="735.7"),
        HOME,
    ),
    "a row is ten times too large": (
        lambda: changed(
            {"table": INSTITUTION, "entity": "A 70 Overordnet ledelse", "year": "2024"}, value="18"
        ),
        INSTITUTION,
    ),
    "a total is left out": (
        lambda: changed({"table": HOME, "entity": "Totalt", "year": "2021"}, value="-"),
        HOME,
    ),
    "a jump in a row, with a total to match": (
        lambda: moved(
            (cell(INSTITUTION, BY_AREA, "A 30 Helse og Velferd", 2022), 30.0),
            (cell(INSTITUTION, BY_AREA, "Totalt", 2022), 30.0),
        ),
        f"{INSTITUTION}/{BY_AREA}/a30/2022",
    ),
    "a figure above the highest": (
        lambda: changed(cell(SOS, "sos_disability_pension_share_18_67", "Bærum", 2024), value="15.1"),
        "sos_disability_pension_share_18_67",
    ),
    "a figure below the lowest": (
        lambda: changed(cell(SOS, "sos_recipients_with_children_share", "Bærum", 2024), value="9.69"),
        "sos_recipients_with_children_share",
    ),
    "a mean above the highest": (
        lambda: changed(cell(TTU, "plo_ttu_trained_staff_share", "ASSS mean", 2024), value="97.0"),
        "plo_ttu_trained_staff_share",
    ),
    "the mean of an index is not 1": (
        lambda: changed(cell(SOS, "sos_resource_use_index", "ASSS mean", 2024), value="1.010"),
        "sos_resource_use_index",
    ),
    "shares of one whole are more than it": (
        lambda: changed(cell(SOS, "sos_supplementary_recipients_share", "Bærum", 2023), value="76.2"),
        MAIN_INCOME,
    ),
    "a part is more than the whole": (
        lambda: changed(cell(SOS, "sos_long_term_main_income_share", "ASSS mean", 2024), value="41.2"),
        "sos_long_term_main_income_share",
    ),
    "series and profile disagree": (
        lambda: changed(cell("ts_sos_benefit_duration_main_income", DURATION, "Bærum", 2022), value="6.9"),
        DURATION,
    ),
    "a mean outside the groups it is made of": (
        lambda: changed(
            cell(SOS, "sos_qualification_recipients_per_1000_18_66", "ASSS mean", 2024), value="4.9"
        ),
        "sos_qualification_recipients_per_1000_18_66",
    ),
    "one of three figures that hang together is off": (
        lambda: changed(cell(SOS, "sos_benefit_per_recipient", "Bærum", 2023), value="46059"),
        "sos_benefit_per_recipient",
    ),
    "a series leaves its sister": (
        lambda: changed(
            cell("ts_sos_recipients_share_18_66", "sos_recipients_share_18_66", "Bærum", 2023), value="3.9"
        ),
        "sos_recipients_share_18_66",
    ),
    "the decimal mark of a year slipped": (
        lambda: changed(cell(SOS, "sos_benefit_duration_18_24", "Bærum", 2022), value="39"),
        "sos_benefit_duration_18_24",
    ),
    "an amount a thousand times too small": (
        lambda: changed(cell(SOS, "sos_net_expenditure_per_inhabitant_18_66", "Bærum", 2022), value="4.5"),
        "sos_net_expenditure_per_inhabitant_18_66",
    ),
    "the highest ten times too high": (
        lambda: changed(
            cell(SOS, "sos_substance_abuse_net_expenditure_per_inhabitant_18_66", "ASSS max", 2024),
            value="22510",
        ),
        "sos_substance_abuse_net_expenditure_per_inhabitant_18_66",
    ),
    "an amount falls by a third": (
        lambda: changed(
            cell(
                "ts_sos_net_expenditure_per_inhabitant",
                "sos_net_expenditure_per_inhabitant_adjusted",
                "Asker",
                2022,
            ),
            value="2797.0",
        ),
        "sos_net_expenditure_per_inhabitant_adjusted",
    ),
    "efficiency does not follow in the other area": (
        lambda: changed(claim("PLO-52"), value="5.0", quote="5,0 prosent høyere produksjon enn ASSS-snittet"),
        "PLO-52",
    ),
    "the change of efficiency does not follow": (
        lambda: changed(claim("PLO-50"), value="20", quote="økning med 20 prosentpoeng, fra 2023 til 2024"),
        "PLO-50",
    ),
    "per inhabitant is not per recipient times coverage": (
        lambda: changed(claim("PLO-28"), value="81", quote="Asker ligger 81 prosent over ASSS-snitt"),
        "plo_home_net_expenditure_per_inhabitant_0_66",
    ),
    "a coverage that contradicts costs": (
        lambda: changed(
            claim("PLO-19"), direction="below", quote="politisk vedtatt en lavere dekningsgrad i Bærum"
        ),
        "PLO-19",
    ),
    "a fraction printed as percent": (
        lambda: changed(claim("PLO-21"), value="0.14", quote="0,14 prosent over ASSS-snitt"),
        "PLO-21",
    ),
    "percentage points of an amount": (
        lambda: changed(
            claim("PLO-17"), unit="percentage_points", quote="Bærum ligger 6 prosentpoeng under ASSS-snittet"
        ),
        "PLO-17",
    ),
    "a change of a share in percent": (
        lambda: changed(claim("PLO-43"), unit="percent", quote="Økningen fra 2023 til 2024 med 7,6 prosent"),
        "PLO-43",
    ),
    "a distance in points where all others are in percent": (
        lambda: changed(
            claim("PLO-40"), unit="percentage_points", quote="ligger 8 prosentpoeng over ASSS-snittet"
        ),
        "PLO-40",
    ),
    "sickness absence rises ten times too much": (
        lambda: changed(claim("PLO-12"), value="3.3", quote="økt legemeldt sykefravær med 3,3 prosentpoeng"),
        "PLO-12",
    ),
    "lowest is claimed to be highest": (
        lambda: changed(claim("SOS-02"), direction="highest", quote="andelen er fortsatt den høyeste"),
        "SOS-02",
    ),
    "highest of a row below the mean": (
        lambda: changed(claim("SOS-10"), direction="highest", quote="høyeste dekningsgrader"),
        "SOS-10",
    ),
    "an increase is told as a decrease": (
        lambda: changed(claim("SOS-14"), direction="decrease", quote="Bærum har hatt noe nedgang fra 2023"),
        "SOS-14",
    ),
    "below the mean is told as above": (
        lambda: changed(claim("PLO-47"), direction="above", quote="per beboer er høyere enn ASSS-snittet"),
        "PLO-47",
    ),
    "a distance of another size": (
        lambda: changed(claim("PLO-46"), value="53", quote="ligger nesten 53 prosent over ASSS-snittet"),
        "PLO-46",
    ),
    "a level of another size": (
        lambda: changed(claim("SOS-18"), value="75.3", quote="75,3 % gikk direkte ut i arbeid og utdanning"),
        "SOS-18",
    ),
    "a steady fall that is none": (
        lambda: moved(
            (cell("ts_sos_main_income_recipients_share", MAIN_INCOME, "Bærum", 2021), -8.0),
        ),
        "SOS-12",
    ),
    "a claim recorded otherwise than its sentence": (lambda: changed(claim("PLO-09"), value="3.0"), "PLO-09"),
    "a direction recorded otherwise than its sentence": (
        lambda: changed(claim("PLO-14"), direction="below"),
        "PLO-14",
    ),
    "a year recorded otherwise than its sentence": (lambda: changed(claim("PLO-02"), year="2024"), "PLO-02"),
    "a change from its own year": (lambda: changed(claim("PLO-11"), year="2023"), "PLO-11"),
    "a fall by one digit is told as a rise": (lambda: changed(claim("PLO-19"), **_RISE), "PLO-19"),
    "a known figure mentioned wrongly": (
        lambda: changed(claim("SOS-06"), value="30000", quote="kommuner med 75 000 til 30 000 innbyggere"),
        "SOS-06",
    ),
    "a caption on the other profile": (lambda: changed({"table": TTU}, adjusted="ja"), TTU),
    "a caption on a table of the ledger": (
        lambda: changed({"table": INSTITUTION}, adjusted="ja"),
        INSTITUTION,
    ),
    "one row captioned otherwise than its table": (
        lambda: changed({"table": SOS, "indicator_id": "sos_sickness_absence"}, adjusted="ja"),
        SOS,
    ),
    "two ages in one title": (
        lambda: changed(
            {"table": SOS, "indicator_id": RECIPIENTS_24},
            indicator_title="SOS Andel sosialhjelpsmottakere 18-24 år av innbyggere 18-42 år (prosent)",
        ),
        RECIPIENTS_24,
    ),
    "an age that is not the indicator's": (
        lambda: changed(
            {"table": SOS, "indicator_id": "sos_work_assessment_allowance_share_18_67"},
            indicator_title=lambda title: title.replace("18-67", "18-76"),
        ),
        "sos_work_assessment_allowance_share_18_67",
    ),
    "headings with a gap": (
        lambda: changed(
            {"section": "Tjenesteprofil - Innbyggere over 67 år"},
            section="Tjenesteprofil - Innbyggere over 76 år",
        ),
        "Tjenesteprofil - Innbyggere under 67 år",
    ),
    "a quote of another age": (
        lambda: changed(claim("PLO-21"), quote="14 prosent over ASSS-snitt per innbygger 0-67 år"),
        "PLO-21",
    ),
    "a function that had ended": (
        lambda: changed(
            {"indicator_id": "sos_qualification_recipients_per_1000_18_66", "table": SOS},
            indicator_title=lambda title: title.replace("f276", "f255"),
        ),
        "sos_qualification_recipients_per_1000_18_66",
    ),
    "a function that had not begun": (
        lambda: changed(
            {"table": HOME, "entity": "Kjøp av plasser under F254"}, entity="Kjøp av plasser under F257"
        ),
        HOME,
    ),
    "another function than the indicator's": (
        lambda: changed(
            {"indicator_id": "sos_subsistence_net_expenditure_per_inhabitant_18_66"},
            indicator_title=lambda title: title.replace("f281", "f243"),
        ),
        "sos_subsistence_net_expenditure_per_inhabitant_18_66",
    ),
    "a title without its unit": (
        lambda: changed(
            {"indicator_id": "plo_ttu_trained_staff_share", "table": TTU},
            indicator_title="PLO Andel årsverk med fagutdanning (TTU)*",
        ),
        "plo_ttu_trained_staff_share",
    ),
    "a title with another unit": (
        lambda: changed(
            {"indicator_id": "sos_benefit_per_recipient", "table": SOS},
            indicator_title=lambda title: title.replace("(kroner)", "(prosent)"),
        ),
        "sos_benefit_per_recipient",
    ),
    "a row in another unit": (
        lambda: changed({"indicator_id": "sos_benefit_duration_18_24"}, unit="percent"),
        "sos_benefit_duration_18_24",
    ),
    "another base in the wording": (
        lambda: changed(claim("PLO-27"), quote="24 prosent over ASSS-snittet i andel av brukerne"),
        "PLO-27",
    ),
    "two claims that contradict each other": (
        lambda: (
            changed(claim("PLO-37"), direction="above", quote="fremdeles høyere enn ASSS-snittet")
            | {"mer.csv": _one_more(statement_id="PLO-99", direction="below")}
        ),
        "plo_home_users_share_80_plus",
    ),
    "measures of one thing part": (
        lambda: changed(
            claim("SOS-03"), direction="decrease", quote="antallet som mottar sosialhjelp synker"
        ),
        "sos_recipients_count",
    ),
}


def _one_more(**cells: str) -> bytes:
    """A file with one more claim, on what PLO-37 is about."""
    [row] = [row for row in SHIPPED[CLAIMS] if row["statement_id"] == "PLO-37"]
    return written({"mer.csv": [row | {"quote": ""} | cells]})["mer.csv"]
