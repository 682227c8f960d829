"""KLASS: municipalities, their changes, and the KOSTRA groups."""

import json
from xml.etree import ElementTree as ET

import pytest
import requests

from tests.standin.asking import TIMEOUT

JSON = {"Accept": "application/json"}


def ask(server, address, headers=JSON, **params):
    return requests.get(
        f"{server.klass_url}/classifications/{address}", params=params, headers=headers, timeout=TIMEOUT
    )


def test_codes_at_a_day(server):
    body = ask(server, "131/codesAt", date="2024-01-01").json()
    assert {row["code"]: row["name"] for row in body["codes"]} == {
        "0301": "Oslo",
        "1508": "Ålesund",
        "1580": "Haram",
        "3201": "Bærum",
        "9998": "Ny kommune",
    }
    assert all(row["validFrom"] is None and row["validTo"] is None for row in body["codes"])


@pytest.mark.recorded
def test_codes_at_have_the_recorded_members(server, recorded):
    body = json.loads((recorded / "statbank" / "klass_131_codesAt_2026-01-01.json").read_text())
    ours = ask(server, "131/codesAt", date="2026-01-01").json()
    assert list(ours["codes"][0]) == list(body["codes"][0])
    assert ours["codes"][0]["level"] == body["codes"][0]["level"]


def test_the_last_day_of_a_code(server):
    def codes(day):
        return {row["code"] for row in ask(server, "131/codesAt", date=day).json()["codes"]}

    assert "3024" in codes("2023-12-31")
    assert "3024" not in codes("2024-01-01")


def test_codes_in_a_range(server):
    body = ask(server, "131/codes", **{"from": "2019-01-01", "to": "2024-01-01"}).json()
    periods = [
        (row["code"], row["validFromInRequestedRange"], row["validToInRequestedRange"])
        for row in body["codes"]
        if row["name"] == "Bærum"
    ]
    assert periods == [("0219", "2019-01-01", "2020-01-01"), ("3024", "2020-01-01", "2024-01-01")]
    assert all(row["validFrom"] is None and row["validTo"] is None for row in body["codes"])


def test_an_open_range(server):
    body = ask(server, "131/codes", **{"from": "2024-06-01"}).json()
    assert {row["validToInRequestedRange"] for row in body["codes"]} == {None}


def test_changes(server):
    body = ask(server, "131/changes", **{"from": "2020-01-01", "to": "2024-01-02"}).json()
    changes = [(row["changeOccurred"], row["oldCode"], row["newCode"]) for row in body["codeChanges"]]
    assert changes == [
        ("2020-01-01", "0219", "3024"),
        ("2020-01-01", "1504", "1507"),
        ("2020-01-01", "1534", "1507"),
        ("2020-01-01", "2111", None),
        ("2021-06-01", "0301", "0301"),
        ("2024-01-01", None, "9998"),
        ("2024-01-01", "1507", "1508"),
        ("2024-01-01", "1507", "1580"),
        ("2024-01-01", "3024", "3201"),
    ]
    renamed = body["codeChanges"][4]
    assert (renamed["oldName"], renamed["newName"]) == ("Oslo kommune", "Oslo")


def test_the_end_of_a_range_of_changes_is_excluded(server):
    body = ask(server, "131/changes", **{"from": "2020-01-02", "to": "2024-01-01"}).json()
    assert [row["changeOccurred"] for row in body["codeChanges"]] == ["2021-06-01"]


@pytest.mark.recorded
def test_changes_have_the_recorded_members(server, recorded):
    body = json.loads((recorded / "statbank" / "klass_106_changes_2020-01-01.json").read_text())
    ours = ask(server, "131/changes", **{"from": "2020-01-01"}).json()
    assert list(ours["codeChanges"][0]) == list(body["codeChanges"][0])


def test_groups_in_a_range(server):
    body = ask(
        server, "112/corresponds", targetClassificationId="131", **{"from": "2022-01-01", "to": "2025-01-01"}
    ).json()
    rows = [
        (row["sourceCode"], row["targetCode"], row["targetName"], row["validFrom"], row["validTo"])
        for row in body["correspondenceItems"]
    ]
    assert rows == [
        ("EKG12", "3024", "Bærum", "2022-01-01", "2024-01-01"),
        ("EKG12", "3201", "Bærum", "2024-01-01", "2025-01-01"),
        ("EKG13", "0301", "Oslo", "2022-01-01", "2025-01-01"),
    ]


@pytest.mark.parametrize(
    "period",
    [
        {"from": "2019-12-31", "to": "2022-01-01"},
        {"from": "2025-06-01", "to": "2026-01-02"},
        {"from": "2022-01-01"},
    ],
)
def test_a_gap_in_the_range_is_404_with_a_problem_body(server, period):
    answer = ask(server, "112/corresponds", targetClassificationId="131", **period)
    assert answer.status_code == 404
    assert {"title", "status", "detail"} <= set(answer.json())


def test_groups_at_a_day(server):
    body = ask(server, "112/correspondsAt", targetClassificationId="131", date="2023-12-31").json()
    assert [(row["sourceCode"], row["targetCode"]) for row in body["correspondenceItems"]] == [
        ("EKG12", "3024"),
        ("EKG13", "0301"),
    ]
    assert "validFrom" not in body["correspondenceItems"][0]


def test_the_other_direction_needs_inverted(server):
    address = {"targetClassificationId": "112", "date": "2024-01-01"}
    assert ask(server, "131/correspondsAt", **address).status_code == 404
    body = ask(server, "131/correspondsAt", inverted="true", **address).json()
    assert [(row["sourceCode"], row["targetCode"]) for row in body["correspondenceItems"]] == [
        ("0301", "EKG13"),
        ("3201", "EKG12"),
    ]


@pytest.mark.recorded
def test_correspondences_have_the_recorded_members(server, recorded):
    body = json.loads((recorded / "statbank" / "klass_106_correspondsAt_131_2022.json").read_text())
    ours = ask(server, "112/correspondsAt", targetClassificationId="131", date="2022-01-01").json()
    assert list(ours["correspondenceItems"][0]) == list(body["correspondenceItems"][0])


def test_group_codes(server):
    body = ask(server, "112/codesAt", date="2024-01-01").json()
    assert [(row["code"], row["name"]) for row in body["codes"]] == [
        ("EKG12", "KOSTRA-gruppe 12"),
        ("EKG13", "KOSTRA-gruppe 13"),
    ]


def test_versions(server):
    body = ask(server, "131").json()
    versions = [(row["name"], row["validFrom"], row["validTo"]) for row in body["versions"]]
    assert versions[0] == ("Kommuneinndeling 2024", "2024-01-01", None)
    assert versions[-1] == ("Kommuneinndeling 2013", "2013-01-01", "2020-01-01")
    assert "contactPerson" not in body


@pytest.mark.parametrize("address", ["131", "131/codesAt?date=2024-01-01", "131/changes?from=2020-01-01"])
def test_xml_is_the_default(server, address):
    answer = ask(server, address, headers={})
    assert answer.headers["content-type"].startswith("application/xml")
    assert len(ET.fromstring(answer.content)) > 0  # noqa: S314 (our own server)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("131/codesAt", 400),
        ("131/codes?to=2024-01-01", 400),
        ("131/codesAt?date=01.01.2024", 400),
        ("131/codesAt?date=2024-01-01&language=no", 400),
        ("112/corresponds?from=2024-01-01&to=2025-01-01", 400),
        ("999/codesAt?date=2024-01-01", 404),
        ("131/nothing", 404),
        ("112/correspondsAt?targetClassificationId=104&date=2024-01-01", 404),
    ],
)
def test_problems(server, address, status):
    answer = ask(server, address)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"


def test_klass_has_no_rate_headers(server):
    assert "x-ratelimit-limit" not in ask(server, "131/codesAt", date="2024-01-01").headers
