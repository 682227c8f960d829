"""KOSTRA account files: the real one, added up once more by hand; forms, periods, identities, sizes."""

from collections import defaultdict
from pathlib import Path

import pytest

from assets.ledger.account_file import read_account_file
from assets.ledger.concepts import CONCEPTS, concepts
from tests.ledger import files
from tests.ledger.files import RECORDS, record

REAL = "kostra/0A_V2019_K4_R040200_OK.dat"
GIVEN = {
    "253": (197_899, 181_474, 168_543),
    "254": (251_023, 229_177, 241_103),
    "281": (27_898, 175, 25_680),
}


def by_hand(content: bytes) -> dict[str, dict[str, int]]:
    """Every concept of every function, record by record, by the rules as they are written for 2019."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(CONCEPTS, 0))
    for line in content.decode("latin-1").splitlines():
        if line[31] != "1":
            continue
        art, amount, total = int(line[36:39]), int(line[39:48]), sums[line[32:35]]
        refund = art in (690, 710, 729)
        own = 10 <= art <= 285 or art == 590
        if own or art == 429 or refund:
            total["adjusted_gross"] += amount
        if own or 300 <= art <= 380 or 400 <= art <= 480 or refund:
            total["gross"] += amount
        if own or 300 <= art <= 380 or 400 <= art <= 480 or 600 <= art <= 895:
            total["net"] += amount
        if 300 <= art <= 380:
            total["purchases"] += amount
        if art <= 99 or art == 710:
            total["wages"] += amount
        if art == 590:
            total["depreciation"] += amount
    return sums


@pytest.fixture(scope="module")
def real(recorded: Path) -> bytes:
    return (recorded / REAL).read_bytes()


@pytest.mark.recorded
def test_the_real_file_is_read_with_the_codes_of_its_year(real: bytes) -> None:
    file = read_account_file(real, "0A.dat", years=[2019])

    assert file.findings.told() == []
    assert len(file.records) == 1644
    assert len(file.operating) == 1500
    assert set(file.records["quarter"]) == {4}
    assert file.records["line"].tolist() == list(range(1, 1645))


@pytest.mark.recorded
def test_every_function_of_the_real_file_adds_up(real: bytes) -> None:
    frame = concepts(read_account_file(real, "0A.dat").operating, 2019).set_index("function")
    expected = by_hand(real)

    assert frame.to_dict("index") == expected
    assert len(expected) == 72
    for function, figures in GIVEN.items():
        assert tuple(frame.loc[function, ["gross", "adjusted_gross", "net"]]) == figures


@pytest.mark.recorded
def test_the_real_file_does_not_balance_and_as_annual_accounts_must(real: bytes) -> None:
    quarterly = read_account_file(real, "0A.dat").findings
    annual = read_account_file(real.replace(b"0A20194", b"0A2019 "), "0A.dat").findings

    assert {warning.rule for warning in quarterly.warnings} == {"balance", "function_290"}
    assert {problem.value for problem in annual.problems} == {"113385", "35838", "97"}


@pytest.mark.recorded
@pytest.mark.parametrize("factor", [1000, 1 / 1000])
def test_the_real_file_a_thousand_off_is_refused(real: bytes, factor: float) -> None:
    lines = [
        f"{line[:39]}{round(int(line[39:]) * factor):>9}"
        for line in real.decode("latin-1").splitlines()
        if abs(int(line[39:])) < 99_999
    ]
    findings = read_account_file(files.accounts(lines), "0A.dat").findings

    assert list(findings.counts) == ["scale"]


@pytest.mark.recorded
def test_the_real_file_is_of_another_time_in_2024(real: bytes) -> None:
    findings = read_account_file(real.replace(b"0A2019", b"0A2024"), "0A.dat").findings

    assert set(findings.counts) == {"region", "function", "art"}
    assert {p.value for p in findings.problems if p.rule == "function"} == {"254"}


def test_annual_accounts_that_balance_are_right() -> None:
    file = read_account_file(files.accounts(), "0A.dat")

    assert file.findings.told() == []
    assert set(file.records["quarter"]) == {0}
    assert file.records["amount"].tolist() == [1000, 40, -120, 300, -30, -1190, -40, -100, 140]


@pytest.mark.parametrize("quarter", [" ", "1", "2", "3", "4"])
@pytest.mark.parametrize(
    ("form", "operating", "organisation"),
    [("0A", "1", ""), ("0I", "3", "974760673"), ("0I", "3", "974760673923609016"), ("0M", "3", "")],
)
def test_forms_and_periods(quarter: str, form: str, operating: str, organisation: str) -> None:
    said = {"form": form, "quarter": quarter, "organisation": organisation, "account_class": operating}
    content = files.accounts([record("253", "010", 90, **said), record("253", "600", -90, **said)])
    file = read_account_file(content, "a.dat")

    assert file.findings.told() == []
    assert len(file.operating) == 2
    assert set(file.records["form"]) == {form}


@pytest.mark.parametrize(
    ("function", "art", "year", "quarter", "right"),
    [
        ("254", "010", 2023, " ", True),
        ("254", "010", 2024, " ", False),
        ("257", "010", 2023, "4", False),
        ("190", "010", 2019, " ", True),
        ("190", "010", 2024, " ", False),
        ("190", "010", 2024, "2", True),
        ("253", "690", 2019, " ", True),
        ("253", "690", 2024, " ", False),
        ("253", "690", 2024, "3", True),
        ("253", "270", 2025, " ", True),
        ("253", "270", 2026, " ", False),
        ("253", "271", 2026, " ", True),
        ("800", "874", 2022, " ", True),
        ("800", "874", 2023, " ", False),
        ("691", "010", 2024, " ", False),
    ],
)
def test_codes_follow_year_and_period(function: str, art: str, year: int, quarter: str, right: bool) -> None:
    region = {2019: "021900"}.get(year, "320100" if year > 2023 else "302400")
    said = {"year": year, "quarter": quarter, "region": region}
    amount = -90 if art >= "6" else 90
    records = [
        record(function, art, amount, **said),
        record("253", "600" if amount > 0 else "020", -amount, **said),
    ]

    assert (not read_account_file(files.accounts(records), "a.dat").findings.counts) is right


def test_oslo_has_districts_and_codes_of_its_own() -> None:
    said = {"region": "030107"}
    records = [record("691", "298", 90, **said), record("253", "798", -90, **said)]

    assert read_account_file(files.accounts(records), "a.dat").findings.told() == []


def test_an_enterprise_has_no_taxes() -> None:
    said = {"form": "0I", "account_class": "3", "organisation": "974760673"}
    records = [record("800", "870", -90, **said), record("253", "010", 90, **said)]

    assert read_account_file(files.accounts(records), "a.dat").findings.counts == {"function": 1}


def test_balance_holds_within_thirty_thousand_either_way() -> None:
    for amount, problems in ((1030, 0), (1031, 1), (970, 0), (969, 1)):
        changed = [record("253", "010", amount), *RECORDS[1:]]
        assert read_account_file(files.accounts(changed), "a.dat").findings.total == problems


def test_investment_must_balance_with_its_transfer_from_operations() -> None:
    balanced = [
        *RECORDS[:-1],
        record("880", "570", 140),
        record("253", "230", 140, account_class="0"),
        record("880", "970", -140, account_class="0"),
    ]
    off = [*balanced[:-1], record("880", "910", -140, account_class="0")]

    assert read_account_file(files.accounts(balanced), "a.dat").findings.told() == []
    assert read_account_file(files.accounts(off), "a.dat").findings.counts == {"transfers": 1}


def test_duplicates_are_summed_only_when_told_so() -> None:
    content = files.accounts([record("253", "010", 400), record("253", "010", 600), *RECORDS[1:]])
    refused = read_account_file(content, "a.dat")
    summed = read_account_file(content, "a.dat", sum_duplicates=True)

    assert "line 1 has the same" in refused.findings.told()[0]
    assert summed.findings.told() == []
    assert concepts(summed.operating, 2024).set_index("function").loc["253", "gross"] == 1040
