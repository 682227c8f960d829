"""Catalogue entries resolved in live metadata, and every way in which they may not fit."""

from dataclasses import replace

import pandas as pd
import pytest

from assets.errors import DataError
from assets.statbank.resolve import ResolvedTable, ResolveError, resolve, unresolved_rows
from pipelines.statbank.jsonstat_model import Unit
from pipelines.statbank.metadata import TableMetadata
from schemas.catalogue import Table
from schemas.statbank import METADATA
from schemas.validation import validate
from tests.facts.worlds import CATALOGUE, MUNICIPALITIES, accounts_metadata, changed, variable

ACCOUNTS = CATALOGUE.tables["12367"]
POPULATION = CATALOGUE.tables["07459"]
CODES = tuple(MUNICIPALITIES["code"])
FUNCTION = "KOKfunksjon0000"


def resolved(metadata: TableMetadata, entry: Table = ACCOUNTS) -> ResolvedTable:
    return resolve(entry, metadata, CODES, metadata_sha256="ab" * 32)


def problem(metadata: TableMetadata, entry: Table = ACCOUNTS) -> str:
    """The one problem the metadata gives."""
    with pytest.raises(ResolveError) as raised:
        resolved(metadata, entry)
    [found] = raised.value.problems
    return found


def labelled(metadata: TableMetadata, code: str, **labels: str) -> TableMetadata:
    """The metadata with the values of a dimension replaced."""
    return changed(metadata, code, codes=tuple(labels), labels=tuple(labels.values()))


def test_a_table_with_only_the_required_codes_resolves_in_metadata_order() -> None:
    found = resolved(accounts_metadata())
    assert found.codes["function"] == ("281", "276", "273", "243", "242")
    assert found.codes["region"] == ("3201", "0301", "3024")
    assert found.codes["art"] == ("AGD2",)
    assert list(found.dimensions) == ["region", "scope", "function", "art", "contents", "period"]
    assert found.measures == {"amount": "KOSbelop0000"}
    assert found.units == {"KOSbelop0000": "NOK_thousand"}
    assert found.years == tuple(range(2015, 2025))
    assert found.absent["scope"] == ("B",)
    assert found.absent["region"] == ("EAK", "EAKUO", "EKG12", "EKG13")
    assert found.warnings == ()


def test_optional_codes_are_asked_for_where_the_table_has_them() -> None:
    metadata = labelled(accounts_metadata(), "KOKregnskapsomfa0000", B="Kasse", A="Konsern")
    assert resolved(metadata).codes["scope"] == ("B", "A")


def test_a_selection_names_every_dimension_by_its_code() -> None:
    selection = resolved(accounts_metadata()).selection([2024, 2022])
    assert selection["Tid"] == ("2022", "2024")
    assert set(selection) == {dimension.code for dimension in accounts_metadata().dimensions}


def test_a_year_the_table_does_not_have() -> None:
    with pytest.raises(DataError, match=r"table 12367 has no accounting year \[2031\]; it has 2015-2024"):
        resolved(accounts_metadata()).selection([2024, 2031])
    with pytest.raises(DataError, match="no accounting year to ask for"):
        resolved(accounts_metadata()).selection([])


def test_the_rows_hold_their_contract() -> None:
    rows = resolved(accounts_metadata()).rows
    assert validate(METADATA, rows).arrow.num_rows == len(rows) == 8
    art = rows[rows["resolved_code"] == "AGD2"].iloc[0]
    assert art["wanted_label"] == "Netto driftsutgifter"
    assert art["label"] == "Netto driftsutgifter på funksjon/tjenesteområde"
    assert rows.set_index("resolved_code").loc["KOSbelop0000", "unit"] == "1000 kr"
    assert rows["problem"].isna().all()


def test_a_required_code_that_is_gone_names_the_nearest() -> None:
    gone = labelled(accounts_metadata(), FUNCTION, **dict.fromkeys(("242", "243", "273", "276", "282"), "x"))
    found = problem(gone)
    assert found.startswith("function 281 is not in KOKfunksjon0000; nearest: 282 (x), ")


def test_a_changed_label_is_an_error() -> None:
    found = problem(labelled(accounts_metadata(), "KOKart0000", AGD2="Netto driftsinntekter"))
    assert "art AGD2 in KOKart0000 now means 'Netto driftsinntekter'" in found
    assert "recorded was 'Netto driftsutgifter'" in found


def test_a_changed_contents_label_or_unit_is_an_error() -> None:
    relabelled = labelled(accounts_metadata(), "ContentsCode", KOSbelop0000="Antall")
    assert "now labelled 'Antall', recorded was 'Beløp'" in problem(relabelled)
    in_kroner = changed(accounts_metadata(), "ContentsCode", units={"KOSbelop0000": Unit("kr", 0)})
    assert "is in 'kr', expected was '1000 kr'" in problem(in_kroner)


def test_a_unit_may_stand_in_the_label_and_money_without_any_is_an_error() -> None:
    in_label = changed(accounts_metadata(), "ContentsCode", units={})
    assert resolved(in_label).units == {"KOSbelop0000": "NOK_thousand"}
    nowhere = labelled(in_label, "ContentsCode", KOSbelop0000="Beløp")
    assert "is in '', expected was '1000 kr'" in problem(nowhere)


@pytest.mark.parametrize(
    ("unit", "warned"), [("personer", False), ("antall", False), ("number", False), ("", True)]
)
def test_persons_are_read_whatever_ssb_calls_them(unit: str, *, warned: bool) -> None:
    metadata = changed(population_metadata(), "ContentsCode", units={"Personer1": Unit(unit, 0)})
    found = resolved(metadata, POPULATION)
    assert found.units == {"Personer1": "persons"}
    assert bool(found.warnings) == warned


def test_persons_per_thousand_are_not_persons() -> None:
    metadata = changed(population_metadata(), "ContentsCode", units={"Personer1": Unit("per 1000", 0)})
    assert "is in 'per 1000', expected was 'antall'" in problem(metadata, POPULATION)


def test_a_missing_dimension_and_one_nobody_named() -> None:
    metadata = accounts_metadata()
    renamed = changed(metadata, FUNCTION, code="KOKfunksjon0001")
    with pytest.raises(ResolveError) as raised:
        resolved(renamed)
    assert raised.value.problems[0].startswith(
        "role function: dimension KOKfunksjon0000 is not in the table; nearest: KOKfunksjon0001"
    )
    assert (
        "a dimension KOKfunksjon0001 (kokfunksjon0000) that the catalogue does not name"
        in raised.value.problems[1]
    )


def test_an_extra_dimension_may_be_left_out_only_by_a_declared_rule_and_elimination() -> None:
    metadata = accounts_metadata()
    sex = variable("KOKkjoenn0000", {"1": "Menn", "2": "Kvinner"}, elimination=True)
    extra = replace(metadata, dimensions=(*metadata.dimensions, sex))
    assert "that the catalogue does not name" in problem(extra)
    declared = ACCOUNTS.model_copy(update={"eliminate": ("KOKkjoenn0000",)})
    found = resolved(extra, declared)
    assert found.eliminated == ("KOKkjoenn0000",)
    assert "KOKkjoenn0000" not in found.selection([2024])
    fixed = changed(extra, "KOKkjoenn0000", elimination=False)
    assert "cannot be left out: it has no elimination" in problem(fixed, declared)


def test_all_problems_are_told_at_once_and_kept_as_rows() -> None:
    metadata = labelled(accounts_metadata(), FUNCTION, **{"242": "x", "243": "x"})
    metadata = labelled(metadata, "KOKart0000", AGD2="Noe annet")
    with pytest.raises(ResolveError, match="table 12367 does not fit the catalogue") as raised:
        resolved(metadata)
    assert len(raised.value.problems) == 4
    assert validate(METADATA, raised.value.rows).arrow.num_rows == len(raised.value.rows)
    assert raised.value.rows["problem"].notna().sum() == 4


def test_a_table_without_metadata_is_a_row_that_says_so() -> None:
    rows = unresolved_rows("12367", "SSB does not list it")
    assert validate(METADATA, rows).arrow.num_rows == 1


def test_municipality_codes_unknown_to_klass_are_a_warning() -> None:
    regions = {"3201": "Bærum", "1234": "Grue", "9999": "Uoppgitt", "EAK": "Landet"}
    found = resolved(labelled(accounts_metadata(), "KOKkommuneregion0000", **regions))
    assert found.codes["region"] == ("3201", "EAK")
    assert found.warnings == ("KOKkommuneregion0000: 1 municipality code(s) unknown to KLASS: 1234",)


def test_a_table_without_any_known_municipality() -> None:
    found = problem(labelled(accounts_metadata(), "KOKkommuneregion0000", EAK="Landet"))
    assert found == "KOKkommuneregion0000 has no municipality codes of KLASS"


@pytest.mark.parametrize(
    ("title", "warned"),
    [
        ("MODELLERTE EKSEMPELTALL – Detaljerte regnskapstall driftsregnskapet, etter region", False),
        ("12367: Detaljerte regnskapstall driftsregnskapet (K) 2015-2024", False),
        ("12367: Detaljerte regnskapstall investeringsregnskapet, etter region", True),
    ],
)
def test_a_title_that_differs_is_a_warning(title: str, *, warned: bool) -> None:
    assert bool(resolved(replace(accounts_metadata(), label=title)).warnings) == warned


def population_metadata(**ages: str) -> TableMetadata:
    return TableMetadata(
        "07459",
        "07459: Befolkning, etter region, kjønn, alder, statistikkvariabel og år",
        None,
        (
            variable("Region", {"0": "Hele landet", "0301": "Oslo"}),
            variable("Kjonn", {"0": "Begge kjønn", "2": "Kvinner", "1": "Menn"}),
            variable(
                "Alder", ages or {"999": "Alle", "000": "0 år", "001": "1 år", "105+": "105 år eller eldre"}
            ),
            variable("ContentsCode", {"Personer1": "Personer"}, units={"Personer1": Unit("personer", 0)}),
            variable("Tid", {"1986": "1986", "2016": "2016", "2025": "2025"}),
        ),
    )


def test_population_takes_single_years_both_sexes_and_the_first_of_january_after() -> None:
    found = resolved(population_metadata(), POPULATION)
    assert found.codes["age"] == ("000", "001", "105+")
    assert found.codes["sex"] == ("2", "1")
    assert found.periods == {2015: "2016", 2024: "2025"}
    assert found.selection([2024])["Tid"] == ("2025",)


def test_no_age_that_matches() -> None:
    found = problem(population_metadata(alle="Alle aldre"), POPULATION)
    assert found.startswith("Alder has no codes matching ")


def test_only_yearly_tables_can_be_used() -> None:
    monthly = labelled(accounts_metadata(), "Tid", **{"2024M01": "2024M01"})
    assert "Tid holds '2024M01'" in problem(monthly)
    assert "Tid has nothing for 2015 or later" in problem(
        labelled(accounts_metadata(), "Tid", **{"2010": "2010"})
    )


def by_label(*wordings: str) -> Table:
    """An entry that finds its contents by label alone."""
    contents = ACCOUNTS.dimensions["contents"]
    measure = contents.measures[0].model_copy(update={"code": None, "label": wordings})
    dimensions = {**ACCOUNTS.dimensions, "contents": contents.model_copy(update={"measures": (measure,)})}
    return ACCOUNTS.model_copy(update={"dimensions": dimensions})


def test_contents_by_label_needs_exactly_one_match_of_any_accepted_wording() -> None:
    metadata = labelled(
        accounts_metadata(),
        "ContentsCode",
        KOSbelop0000="Beløp (1000 kr)",
        KOSbelop0001="Beløp per innbygger",
    )
    assert resolved(metadata, by_label("Sum", "beløp")).measures == {"amount": "KOSbelop0000"}
    none = problem(metadata, by_label("Sum"))
    assert none.startswith("0 contents are labelled 'Sum', not one; nearest: ")
    assert "KOSbelop0001 (Beløp per innbygger)" in none
    two = labelled(accounts_metadata(), "ContentsCode", KOSbelop0000="Beløp (1000 kr)", KOSbelop0001="Beløp")
    assert problem(two, by_label("Beløp")).startswith("2 contents are labelled 'Beløp', not one")
    same = labelled(accounts_metadata(), "ContentsCode", KOSbelop0000="Beløp", KOSbelop0001="Beløp")
    assert "KOSbelop0000 (Beløp), KOSbelop0001 (Beløp)" in problem(same, by_label("Beløp"))


def test_two_measures_cannot_share_a_code() -> None:
    entry = by_label("Beløp")
    contents = entry.dimensions["contents"]
    twice = contents.model_copy(
        update={"measures": (contents.measures[0], contents.measures[0].model_copy(update={"id": "more"}))}
    )
    entry = entry.model_copy(update={"dimensions": {**entry.dimensions, "contents": twice}})
    found = resolved(accounts_metadata(), entry)
    assert list(found.measures) == ["amount"]
    assert "is asked for by two measures" in found.unresolved["more"]


def test_dimension_order_does_not_matter() -> None:
    metadata = accounts_metadata()
    reversed_ = replace(metadata, dimensions=metadata.dimensions[::-1])
    one, other = resolved(metadata), resolved(reversed_)
    assert one.selection([2024]) == other.selection([2024])
    pd.testing.assert_frame_equal(one.rows, other.rows)
