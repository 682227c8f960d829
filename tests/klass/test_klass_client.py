"""What the KLASS client asks, and what it makes of the answers."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from assets.klass.groups import kostra_groups
from assets.klass.identity import municipalities
from assets.klass.rows import Change, Code, Correspondence
from pipelines.klass import KOSTRA_GROUPS, MUNICIPALITIES, KlassClient, days_to_ask
from pipelines.klass_bodies import KlassError, read_codes, read_correspondences
from pipelines.standin.klass import StandinGroupMember, StandinKlass, StandinMunicipality
from pipelines.standin.server import StandinServer
from pipelines.statbank.errors import GatewayError, NotFoundError, RefusedError
from pipelines.statbank.transport import Response, Transport

BASE = "http://klass.test/v1"
FROM, TO = date(2020, 1, 1), date(2023, 1, 1)


class FakeTransport:
    """Answers the addresses it was given, 404 otherwise; remembers what was asked."""

    def __init__(self, answers: Mapping[str, object]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def get(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        assert headers == {"Accept": "application/json"}
        asked = dict(params or {})
        assert asked.pop("language") == "nb"
        key = f"{url.removeprefix(BASE + '/classifications/')}?{urlencode(asked)}"
        self.asked.append(key)
        answer = self.answers.get(key, NotFoundError(f"GET {url}", 404, "Not Found"))
        if isinstance(answer, Exception):
            raise answer
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return Response("GET", f"{url}?{urlencode(asked)}", None, 200, {}, body, datetime.now(UTC))


def client(answers: Mapping[str, object]) -> tuple[KlassClient, FakeTransport]:
    transport = FakeTransport(answers)
    return KlassClient(BASE + "/", transport), transport


def code_row(code: str, name: str, *validity: str | None) -> dict[str, object]:
    row: dict[str, object] = {"code": code, "name": name, "level": "1", "validFrom": None, "validTo": None}
    if validity:
        row |= {"validFromInRequestedRange": validity[0], "validToInRequestedRange": validity[1]}
    return row


def pair(source: str, target: str, *validity: str | None) -> dict[str, object]:
    row: dict[str, object] = {"sourceCode": source, "sourceName": f"name of {source}"}
    row |= {"targetCode": target, "targetName": f"name of {target}"}
    return row | ({"validFrom": validity[0], "validTo": validity[1]} if validity else {})


# Codes


def test_codes_of_a_range_have_the_validity_within_it_and_are_open_at_its_end() -> None:
    rows = [
        code_row("0301", "Oslo", "2020-01-01", "2023-01-01"),
        code_row("3024", "Bærum", "2020-01-01", None),
        code_row("1507", "Ålesund", "2020-01-01", "2022-01-01"),
    ]
    klass, transport = client({"131/codes?from=2020-01-01&to=2023-01-01": {"codes": rows}})
    answer = klass.codes(MUNICIPALITIES, FROM, TO)
    assert answer.rows == (
        Code("0301", "Oslo", FROM, None),
        Code("3024", "Bærum", FROM, None),
        Code("1507", "Ålesund", FROM, date(2022, 1, 1)),
    )
    assert [response.url for response in answer.responses] == [f"{BASE}/classifications/{transport.asked[0]}"]


BY_YEAR = {
    "131/codesAt?date=2020-01-01": {"codes": [code_row("1507", "Ålesund"), code_row("1826", "Hattfjelldal")]},
    "131/codesAt?date=2021-01-01": {"codes": [code_row("1507", "Ålesund"), code_row("1826", "Aarborte")]},
    "131/codesAt?date=2022-01-01": {"codes": [code_row("1508", "Ålesund"), code_row("1826", "Aarborte")]},
}


@pytest.mark.parametrize(
    "refusal",
    [
        {"codes": [code_row("1507", "Ålesund")]},
        {"codes": [code_row("1507", "Ålesund", None, None)]},
        NotFoundError("GET codes", 404, "Not Found"),
        RefusedError("GET codes", 400, "Bad Request"),
    ],
    ids=["no validity", "null validity", "404", "400"],
)
def test_without_codes_of_the_range_validity_comes_from_each_1_january(refusal: object) -> None:
    klass, _ = client({"131/codes?from=2020-01-01&to=2023-01-01": refusal} | BY_YEAR)
    answer = klass.codes(MUNICIPALITIES, FROM, TO)
    assert set(answer.rows) == {
        Code("1507", "Ålesund", FROM, date(2022, 1, 1)),
        Code("1508", "Ålesund", date(2022, 1, 1), None),
        Code("1826", "Hattfjelldal", FROM, date(2021, 1, 1)),
        Code("1826", "Aarborte", date(2021, 1, 1), None),
    }
    assert len(answer.responses) == 3


def test_a_missing_year_of_codes_is_an_error() -> None:
    answers = {key: answer for key, answer in BY_YEAR.items() if "2021" not in key}
    klass, _ = client(answers)
    with pytest.raises(NotFoundError):
        klass.codes(MUNICIPALITIES, FROM, TO)


def test_an_outage_is_not_taken_for_a_refusal() -> None:
    outage = GatewayError("GET codes", 503, "HTTP 503")
    klass, transport = client({"131/codes?from=2020-01-01&to=2023-01-01": outage} | BY_YEAR)
    with pytest.raises(GatewayError):
        klass.codes(MUNICIPALITIES, FROM, TO)
    assert len(transport.asked) == 1


def test_codes_on_a_day_have_no_validity_of_their_own() -> None:
    klass, _ = client(BY_YEAR)
    assert klass.codes_at(MUNICIPALITIES, FROM).rows == (
        Code("1507", "Ålesund", None, None),
        Code("1826", "Hattfjelldal", None, None),
    )


def test_an_empty_range_is_never_asked() -> None:
    klass, transport = client({})
    with pytest.raises(ValueError, match="from 2020-01-01 included to 2020-01-01 excluded"):
        klass.codes(MUNICIPALITIES, FROM, FROM)
    assert transport.asked == []


# Changes


def test_changes_keep_created_and_ceased_codes() -> None:
    names = {"oldShortName": "", "newShortName": None}
    rows = [
        {"oldCode": "1507", "oldName": "Ålesund", "newCode": "1508", "newName": "Ålesund"} | names,
        {"oldCode": None, "oldName": None, "newCode": "2100", "newName": "Svalbard"} | names,
    ]
    body = {"codeChanges": [row | {"changeOccurred": "2022-01-01"} for row in rows]}
    klass, _ = client({"131/changes?from=2020-01-01&to=2023-01-01": body})
    assert klass.changes(MUNICIPALITIES, FROM, TO).rows == (
        Change(date(2022, 1, 1), "1507", "Ålesund", "1508", "Ålesund"),
        Change(date(2022, 1, 1), None, None, "2100", "Svalbard"),
    )


# Correspondences

RANGE = "targetClassificationId={}&from=2020-01-01&to=2023-01-01"


def day(target: int, year: int) -> str:
    return f"targetClassificationId={target}&date={year}-01-01"


def expected(valid_from: date, valid_to: date | None) -> tuple[Correspondence, ...]:
    return (Correspondence("12", "name of 12", "0301", "name of 0301", valid_from, valid_to),)


def test_correspondences_of_a_range_come_in_one_call() -> None:
    items = {"correspondenceItems": [pair("12", "0301", "2020-01-01", "2023-01-01")]}
    klass, transport = client({f"112/corresponds?{RANGE.format(131)}": items})
    assert klass.corresponds(KOSTRA_GROUPS, MUNICIPALITIES, FROM, TO).rows == expected(FROM, None)
    assert len(transport.asked) == 1


def test_a_table_held_in_the_other_direction_is_turned_round() -> None:
    items = {"correspondenceItems": [pair("0301", "12", "2020-01-01", "2022-01-01")]}
    klass, _ = client({f"131/corresponds?{RANGE.format(112)}": items})
    found = klass.corresponds(KOSTRA_GROUPS, MUNICIPALITIES, FROM, TO).rows
    assert found == expected(FROM, date(2022, 1, 1))


@pytest.mark.parametrize(
    ("held", "validity"),
    [
        ((2020, 2021, 2022), (FROM, None)),
        ((2021, 2022), (date(2021, 1, 1), None)),
        ((2020, 2021), (FROM, date(2022, 1, 1))),
    ],
    ids=["whole range", "gap first", "gap last"],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_range_with_a_gap_is_asked_by_the_day(
    held: tuple[int, ...], validity: tuple[date, date | None], turned: bool
) -> None:
    one, other = (131, 112) if turned else (112, 131)
    items = {"correspondenceItems": [pair("0301", "12") if turned else pair("12", "0301")]}
    klass, _ = client({f"{one}/correspondsAt?{day(other, year)}": items for year in held})
    answer = klass.corresponds(KOSTRA_GROUPS, MUNICIPALITIES, FROM, TO)
    assert answer.rows == expected(*validity)
    assert len(answer.responses) == len(held)


def test_a_gap_in_the_middle_breaks_the_validity() -> None:
    items = {"correspondenceItems": [pair("12", "0301")]}
    klass, _ = client({f"112/correspondsAt?{day(131, year)}": items for year in (2020, 2022)})
    assert klass.corresponds(KOSTRA_GROUPS, MUNICIPALITIES, FROM, TO).rows == (
        *expected(FROM, date(2021, 1, 1)),
        *expected(date(2022, 1, 1), None),
    )


def test_once_a_direction_answered_the_other_is_not_asked_again() -> None:
    items = {"correspondenceItems": [pair("12", "0301")]}
    klass, transport = client({f"112/correspondsAt?{day(131, 2022)}": items})
    klass.corresponds(KOSTRA_GROUPS, MUNICIPALITIES, FROM, TO)
    assert [key.split("?")[0] for key in transport.asked[2:]] == ["112/correspondsAt"] * 3


def test_extra_days_are_asked_too() -> None:
    items = {"correspondenceItems": [pair("12", "0301")]}
    answers = {f"112/correspondsAt?{day(131, 2020)}": items}
    answers["112/correspondsAt?targetClassificationId=131&date=2020-07-01"] = {"correspondenceItems": []}
    klass, _ = client(answers)
    found = klass.corresponds(KOSTRA_GROUPS, MUNICIPALITIES, FROM, TO, days=[date(2020, 7, 1)])
    assert found.rows == expected(FROM, date(2020, 7, 1))


def test_no_table_at_all_is_an_error_that_says_what_was_asked() -> None:
    klass, _ = client({})
    with pytest.raises(KlassError, match="112 and 131, in either direction, on any of 2020-01-01, 2021"):
        klass.corresponds(KOSTRA_GROUPS, MUNICIPALITIES, FROM, TO)


@pytest.mark.parametrize("inverted", [False, True])
def test_correspondences_on_a_day(inverted: bool) -> None:
    query = day(131, 2020) + ("&inverted=true" if inverted else "")
    klass, _ = client({f"112/correspondsAt?{query}": {"correspondenceItems": [pair("12", "0301")]}})
    found = klass.corresponds_at(KOSTRA_GROUPS, MUNICIPALITIES, FROM, inverted=inverted)
    assert found.rows == (Correspondence("12", "name of 12", "0301", "name of 0301", None, None),)


def test_days_to_ask_are_the_first_every_new_year_and_the_extra_within_the_range() -> None:
    days = days_to_ask(date(2019, 6, 1), date(2021, 1, 1), [date(2020, 7, 1), date(2024, 1, 1)])
    assert days == (date(2019, 6, 1), date(2020, 1, 1), date(2020, 7, 1))


# Bodies that are not what the guide describes


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"classifications": []}, r"131/codesAt: the answer has no list 'codes'"),
        ([], r"has no list 'codes'"),
        (b"{", r"has no list 'codes'"),
        ({"codes": {"0301": "Oslo"}}, r"'codes' is not a list of objects"),
        ({"codes": [{"code": 301, "name": "Oslo"}]}, r"'code' is not a text in .*301"),
        ({"codes": [{"code": "0301", "name": "Oslo", "validFrom": "i fjor"}]}, r"'i fjor' is not a date"),
    ],
    ids=["other list", "list", "broken", "object", "number", "date"],
)
def test_a_body_of_another_shape_is_refused(body: object, message: str) -> None:
    klass, _ = client({"131/codesAt?date=2020-01-01": body})
    with pytest.raises(KlassError, match=message):
        klass.codes_at(MUNICIPALITIES, FROM)


def test_a_change_without_a_date_is_refused() -> None:
    klass, _ = client({"131/changes?from=2020-01-01&to=2023-01-01": {"codeChanges": [{"oldCode": "0301"}]}})
    with pytest.raises(KlassError, match="change without a date"):
        klass.changes(MUNICIPALITIES, FROM, TO)


def test_answers_for_a_range_and_for_days_are_not_mixed() -> None:
    body = json.dumps({"codes": []}).encode()
    calls = [(f"{BASE}/131/codes?from=2020-01-01", body), (f"{BASE}/131/codesAt?date=2020-01-01", body)]
    with pytest.raises(KlassError, match="mixed"):
        read_codes(calls, TO)


# Over HTTP, from the stand-in server


def standin_rows() -> StandinKlass:
    y2020, y2024 = date(2020, 1, 1), date(2024, 1, 1)
    return StandinKlass(
        [
            StandinMunicipality("0219", "Bærum", date(2013, 1, 1), y2020),
            StandinMunicipality("3024", "Bærum", y2020, y2024, ("0219",)),
            StandinMunicipality("3201", "Bærum", y2024, None, ("3024",)),
            StandinMunicipality("9999", "Uoppgitt", date(2013, 1, 1)),
        ],
        [
            StandinGroupMember("EKG12", "KOSTRA-gruppe 12", "3024", y2020, y2024),
            StandinGroupMember("EKG12", "KOSTRA-gruppe 12", "3201", y2024),
        ],
    )


def test_over_http_the_rows_make_municipalities_and_groups() -> None:
    start, end = date(2018, 1, 1), date(2026, 1, 1)
    with StandinServer([], standin_rows()) as server, Transport(sleep=lambda _: None) as transport:
        klass = KlassClient(server.klass_url, transport)
        frame = municipalities(
            klass.codes(MUNICIPALITIES, start, end).rows, klass.changes(MUNICIPALITIES, start, end).rows
        )
        groups = kostra_groups(klass.corresponds(KOSTRA_GROUPS, MUNICIPALITIES, start, end).rows, frame)
    assert frame[["slug", "code"]].values.tolist() == [
        ["baerum", "0219"],
        ["baerum", "3024"],
        ["baerum", "3201"],
    ]
    assert frame["valid_from"].tolist() == [start, date(2020, 1, 1), date(2024, 1, 1)]
    assert groups[["group", "slug", "code", "valid_from", "valid_to"]].values.tolist() == [
        ["EKG12", "baerum", "3024", date(2020, 1, 1), date(2024, 1, 1)],
        ["EKG12", "baerum", "3201", date(2024, 1, 1), None],
    ]


def test_over_http_inverted_gives_the_same_pairs_the_other_way_round() -> None:
    with StandinServer([], standin_rows()) as server, Transport(sleep=lambda _: None) as transport:
        klass = KlassClient(server.klass_url, transport)
        straight = klass.corresponds_at(KOSTRA_GROUPS, MUNICIPALITIES, date(2024, 1, 1))
        turned = klass.corresponds_at(MUNICIPALITIES, KOSTRA_GROUPS, date(2024, 1, 1), inverted=True)
    assert [(row.source_code, row.target_code) for row in straight.rows] == [("EKG12", "3201")]
    assert [(row.source_code, row.target_code) for row in turned.rows] == [("3201", "EKG12")]


# Recorded


@pytest.mark.recorded
def test_the_recorded_municipalities_are_358_codes_without_validity(recorded: Path) -> None:
    body = (recorded / "statbank" / "klass_131_codesAt_2026-01-01.json").read_bytes()
    klass, _ = client({"131/codesAt?date=2026-01-01": body})
    rows = klass.codes_at(MUNICIPALITIES, date(2026, 1, 1)).rows
    assert len(rows) == 358
    assert rows[0] == Code("0301", "Oslo - Oslove", None, None)
    assert rows[-1].name == "Uoppgitt"


@pytest.mark.recorded
def test_the_recorded_municipalities_have_358_slugs_less_the_unspecified(recorded: Path) -> None:
    body = (recorded / "statbank" / "klass_131_codesAt_2026-01-01.json").read_bytes()
    rows = read_codes([(f"{BASE}/classifications/131/codesAt?date=2026-01-01", body)], date(2027, 1, 1))
    frame = municipalities(rows, [])
    assert frame["slug"].is_unique
    assert len(frame) == 357


@pytest.mark.recorded
def test_the_recorded_changes_parse(recorded: Path) -> None:
    body = (recorded / "statbank" / "klass_106_changes_2020-01-01.json").read_bytes()
    klass, _ = client({"106/changes?from=2020-01-01&to=2023-01-01": body})
    rows = klass.changes(106, FROM, TO).rows
    assert Change(FROM, "1", "Oslo og Akershus", None, None) in rows
    assert Change(FROM, "6", "Trøndelag", "5", "Trøndelag") in rows


@pytest.mark.recorded
def test_the_recorded_correspondences_parse_and_turn(recorded: Path) -> None:
    body = (recorded / "statbank" / "klass_106_correspondsAt_131_2016-01-01.json").read_bytes()
    url = f"{BASE}/classifications/106/correspondsAt?{day(131, 2016)}"
    straight = read_correspondences([(url, body)], 106, date(2017, 1, 1))
    turned = read_correspondences([(url, body)], 131, date(2017, 1, 1))
    assert len(straight) == len(turned) == 428
    assert {row.target_code for row in straight} == {row.source_code for row in turned}
