"""The published report that comes with the catalogue, held against the sample; and one of somebody else."""

from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from assets.errors import DataError
from assets.quality.reconciliation.dataset import Reconciled, reconcile, reconciliation
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.shipped import shipped_reports
from pipelines.earlier import EarlierFigures
from pipelines.run import run_pipeline
from pipelines.settings import Settings
from pipelines.storage.frames import as_frame
from pipelines.storage.store import Provenance, Store
from schemas.asss import AGGREGATES, INDICATORS
from schemas.quality import RECONCILIATION
from schemas.registry import datasets_of
from schemas.validation import validate
from tests.algebra.facts import WHOLE
from tests.cli.shell import Shell
from tests.reconciliation.reports import claim, csv_text, figure, report
from tests.reconciliation.sample import computed, frames

TOTAL_OF_HOME = "director_area_home_net/plo_home_net_expenditure_by_director_area/total"
TOTAL_OF_INSTITUTION = (
    "director_area_institution_gross/plo_institution_gross_expenditure_by_director_area/total"
)
#: Of somebody else: Asker's own figures, one of them wrong, and what it says of them.
ASKER = {"report": "Asker i tall"}
OF_ASKER = [
    figure(**ASKER, value="3.3"),
    figure(**ASKER, entity="ASSS mean", value="5.3"),
    figure(**ASKER, year="2023", value="3.4"),
    figure(**ASKER, entity="ASSS mean", year="2023", value="4.8"),
    figure(
        **ASKER, indicator_id="sos_main_income_recipients_share", value="23.4", indicator_title="Hovedinntekt"
    ),
    figure(**ASKER, indicator_id="sos_recipients_share_of_all", value="3.3", indicator_title="Andel i alt"),
    claim(**ASKER, statement_id="A-1", direction="below"),
    claim(**ASKER, statement_id="A-2", direction="above", year="2023", quote="over snittet"),
    claim(
        **ASKER, statement_id="A-3", indicator_id="plo_home_users_share_0_66", direction="above", value="18"
    )
    | {"indicator_title": "Andel brukere 0-66 år"},
]


@pytest.fixture(scope="module")
def found() -> Reconciled:
    [shipped] = shipped_reports(WHOLE)[2024]
    return reconcile(shipped, Knowledge.of(WHOLE, computed()))


@pytest.fixture(scope="module")
def rows(found: Reconciled) -> pd.DataFrame:
    return found.rows.set_index("place")


def counted(rows: pd.DataFrame, kind: str) -> dict[str, int]:
    return {str(name): int(n) for name, n in rows[rows["kind"] == kind]["verdict"].value_counts().items()}


def test_every_figure_and_claim_has_one_verdict(found: Reconciled, rows: pd.DataFrame) -> None:
    assert rows.index.is_unique
    assert counted(rows, "figure") == {
        "match": 204,
        "not_comparable": 57,
        "method": 27,
        "rounding": 2,
        "vintage": 2,
    }
    assert counted(rows, "claim") == {"match": 46, "not_comparable": 25, "method": 7}
    assert (rows["kind"] == "finding").sum() == len(found.findings) > 20
    assert list(rows[rows["kind"] == "claim"].index) == list(found.report.statements["statement"])


def test_totals_differ_by_rounding_and_by_edition(rows: pd.DataFrame) -> None:
    told = {name: rows.loc[f"{TOTAL_OF_HOME}/{year}"] for name, year in (("sum", 2023), ("edition", 2024))}

    assert (told["sum"]["verdict"], told["edition"]["verdict"]) == ("rounding", "vintage")
    assert told["edition"]["difference"] == pytest.approx(-1.853)
    assert "= −0,09 %" in told["edition"]["arithmetic"]
    assert rows.loc[f"{TOTAL_OF_INSTITUTION}/2021", "verdict"] == "rounding"
    assert rows.loc[f"{TOTAL_OF_INSTITUTION}/2024", "difference"] == pytest.approx(-0.477)


def test_nothing_that_comes_from_the_report_is_called_a_match(rows: pd.DataFrame) -> None:
    compared = rows[(rows["kind"] == "figure") & ~rows["verdict"].isin(["not_comparable", "method"])]

    assert not compared["vintage_id"].str.contains("register@").any()
    imported = {name for name, entry in WHOLE.indicators.items() if entry.imported}
    assert not set(compared["indicator"]) & imported


def test_figures_and_claims_carry_the_numbers_of_their_errata(rows: pd.DataFrame) -> None:
    assert rows.loc["SOS-19", "erratum"] == "E01"
    assert "E11" in rows.loc[f"{TOTAL_OF_HOME}/2024", "erratum"]
    assert pd.isna(rows.loc["service_profile_sos/sos_recipients_share_18_24/baerum/2022", "erratum"])


def test_the_rows_hold_their_contract_and_say_what_they_are_of(found: Reconciled) -> None:
    table = validate(RECONCILIATION, found.rows, 2024)

    assert table.arrow.num_rows == len(found.rows)
    assert set(found.rows["source"]) == {"sample"}
    assert found.rows["vintage_id"].str.contains(f"report#{found.report.sha256[:12]}").all()
    assert (found.rows.loc[found.rows["kind"] != "finding", "arithmetic"].str.len() > 0).all()
    with pytest.raises(DataError, match="run `kostra run` first"):
        reconcile(found.report, Knowledge.of(WHOLE))
    with pytest.raises(DataError, match="no published report"):
        reconciliation([], Knowledge.of(WHOLE, computed()))


def test_a_report_of_another_municipality() -> None:
    result = reconcile(report(*OF_ASKER), Knowledge.of(WHOLE, computed()))
    verdicts = result.rows.set_index("place")["verdict"]

    assert (result.report.municipality, result.report.year) == ("asker", 2024)
    assert verdicts[verdicts.index.str.startswith(("profil/", "A-"))].to_dict() == {
        "profil/sos_recipients_share_18_24/asker/2024": "match",
        "profil/sos_recipients_share_18_24/asss_mean/2024": "match",
        "profil/sos_recipients_share_18_24/asker/2023": "mismatch",
        "profil/sos_recipients_share_18_24/asss_mean/2023": "match",
        "profil/sos_main_income_recipients_share/asker/2024": "match",
        "profil/sos_recipients_share_of_all/asker/2024": "not_comparable",
        "A-1": "match",
        "A-2": "mismatch",
        "A-3": "match",
    }
    [false] = [each for each in result.findings if each.verdict == "error"]
    assert (false.places, false.subject) == (("A-2",), "sos_recipients_share_18_24")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """What a run of 2023 and 2024 left behind, without a ledger."""
    held = Store(tmp_path_factory.mktemp("home") / "sample" / "warehouse")
    contracts = datasets_of(WHOLE, "baerum")
    for dataset, frame in frames().items():
        if dataset != "baerum/director_area_costs":
            for year in (2023, 2024):
                _commit(held, contracts[dataset], frame[(frame["year"] == year).to_numpy()], year)
    return held


def _commit(store: Store, contract: object, frame: pd.DataFrame, year: int) -> None:
    store.commit(validate(contract, frame, year), Provenance("test", "test", "test", "sample"))  # type: ignore[arg-type]


def test_the_dataset_is_made_for_the_year_of_a_report_and_for_no_other(store: Store) -> None:
    settings = Settings().but(home=Path(store.root).parents[1])
    with dg.DagsterInstance.ephemeral() as instance:
        made = run_pipeline(settings, [2023, 2024], [RECONCILIATION.dataset], instance=instance)
    assert made.succeeded

    assert store.years("quality/reconciliation") == [2024]
    made_rows = as_frame(RECONCILIATION, store.read(RECONCILIATION, [2024])).set_index("place")
    assert counted(made_rows, "claim")["match"] == 46
    # No ledger, and 2021 and 2022 are not there: said, not guessed.
    area = made_rows.loc["director_area_home_net/plo_home_net_expenditure_by_director_area/a20/2024"]
    assert "importer regnskapet" in area["explanation"]
    assert made_rows.loc[f"{TOTAL_OF_HOME}/2024", "verdict"] == "vintage"
    assert "2021 er ikke regnet ut" in made_rows.loc[f"{TOTAL_OF_HOME}/2021", "explanation"]


def test_figures_of_earlier_versions_are_found_in_the_store(tmp_path: Path) -> None:
    held = Store(tmp_path / "warehouse")
    for contract in (INDICATORS, AGGREGATES):
        frame = frames()[contract.dataset]
        now = frame[(frame["year"] == 2024).to_numpy()]
        moved = [name for name in ("value", "mean", "max", "min") if name in now]
        for factor in (0.97, 0.98, 1.0):
            _commit(held, contract, now.assign(**{name: now[name] * factor for name in moved}), 2024)

    earlier = EarlierFigures(held).figures([2023, 2024])
    share = earlier[earlier["indicator"].astype("str") == "sos_recipients_share_18_24"]
    mean = share[share["entity"].astype("str") == "asss_mean"]["value"]
    assert sorted(mean / 5.3) == pytest.approx([0.97, 0.98], abs=1e-3)
    assert set(share["entity"].astype("str")) >= {"asker", "EKG12", "asss_max"}
    assert EarlierFigures(held).figures([2023]).empty


def test_a_folder_of_files_is_reconciled_by_command(store: Store, tmp_path: Path) -> None:
    home = Path(store.root).parents[1]
    (home / "sample" / "archive").mkdir(exist_ok=True)
    kostra = Shell(home, "http://localhost/pxwebapi/v2", "http://localhost")
    folder = tmp_path / "asker"
    folder.mkdir()
    (folder / "tall.csv").write_text(csv_text(OF_ASKER[:6], ";"), encoding="latin-1")
    (folder / "tekst.csv").write_text(csv_text(OF_ASKER[6:]), encoding="utf-8")

    shown = kostra("reconcile", "--published", str(folder))
    assert "Asker i tall (Asker 2024)" in shown.stdout
    assert "EKSEMPELTALL" in shown.stdout
    assert "STEMMER IKKE" in shown.stdout
    assert "trykt 3,4 prosent; beregnet" in shown.stdout.replace("\u00a0", " ")
    assert "sos_recipients_share_of_all` is not in the catalogue" in shown.stderr
    listed = kostra.rows("reconcile", "--published", str(folder), "--all")
    assert [row["verdict"] for row in listed if row["kind"] == "claim"] == ["match", "mismatch", "match"]
    assert len(kostra.rows("reconcile", "--published", str(folder))) < len(listed)

    assert "there is one for 2024" in kostra("reconcile", "--year", "2022", expect=1).stderr
    assert (
        "'Asker i tall' is on 2024"
        in kostra("reconcile", "--year", "2023", "--published", str(folder), expect=2).stderr
    )
    (folder / "tall.csv").write_text(csv_text([figure(unit="prosnt")]), encoding="utf-8")
    assert "tall.csv:2: unit: 'prosnt'" in kostra("reconcile", "--published", str(folder), expect=1).stderr
    whole = kostra("reconcile", "--json")
    assert "2021-2022 is not computed and is left out" in whole.stderr
    assert '"report": "KOSTRA-rapport 2025"' in whole.stdout
