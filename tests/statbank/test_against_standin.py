"""The client over real HTTP against the stand-in server: every fault it can inject."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from pipelines.standin.faults import FAULTS
from pipelines.standin.server import StandinServer
from pipelines.statbank.errors import (
    BodyError,
    GatewayError,
    RetriesExhaustedError,
    SelectionError,
    StatbankError,
    UnsettledFiguresError,
    WrongAnswerError,
)
from pipelines.statbank.selection import Choice
from pipelines.statbank.transport import Timeouts
from tests.standin.small_tables import (
    FUNCTION,
    REGION,
    UPDATED,
)
from tests.statbank.fake_server import FakeClock
from tests.statbank.standin_asking import ACCOUNTS, QUICK, asking, fetched, sent

# Each fault


OVERCOME = [
    "rate_limited",
    "rate_limited_seconds",
    "rate_limited_date",
    "not_found_once",
    "not_found_cached",
    "unavailable",
    "maintenance_page",
    "connection_dropped",
    "connection_reset",
    "body_truncated",
    "gzip_truncated",
    "answer_late",
    "body_slow",
    "server_error",
]
HARMLESS = ["gzip", "content_type_text", "content_type_absent", "index_shuffled", "order_reversed"]
REFUSED: dict[str, tuple[type[StatbankError], str]] = {
    "not_found_html": (GatewayError, "address too long or gateway"),
    "default_selection": (WrongAnswerError, "it lacks .*default selection"),
    "dimension_missing": (WrongAnswerError, f"the answer has no {REGION}"),
    "string_in_values": (BodyError, "value.*12,5"),
    "values_too_short": (BodyError, "value has 26 entries"),
    "values_too_long": (BodyError, "value has 28 entries"),
    "status_out_of_range": (BodyError, "status has the position 27"),
    "positions_repeated": (BodyError, "both have position"),
    "code_added": (WrongAnswerError, "EKSTRA, which was not asked for"),
    "code_left_out": (WrongAnswerError, "has 2 values where 3 were asked for"),
}
KEPT = ["status_on_value", "unknown_symbol", "nil_symbol"]
TESTED_BY_THEMSELVES = [
    "zeros_before_release",
    "dots_before_release",
    "numbers_changed",
    "updated_changed",
    "code_vanished",
    "label_renamed",
    "label_repeated",
]


def test_no_fault_is_forgotten() -> None:
    assert sorted([*OVERCOME, *HARMLESS, *REFUSED, *KEPT, *TESTED_BY_THEMSELVES]) == sorted(FAULTS)


def patience(fault: str) -> Timeouts | None:
    """Short timeouts for the faults that are about slowness."""
    return QUICK if fault in {"answer_late", "body_slow"} else None


@pytest.mark.parametrize("fault", OVERCOME)
def test_a_passing_fault_is_overcome(server: StandinServer, truth: pd.DataFrame, fault: str) -> None:
    clock = FakeClock()
    server.faults.switch_on(fault, times=1, path="/data", seconds=1.5)
    pd.testing.assert_frame_equal(fetched(server, clock, patience(fault)), truth)
    assert server.faults.applied(fault) == 1
    assert clock.sleeps


@pytest.mark.parametrize("fault", [name for name in OVERCOME if not name.startswith("not_found")])
def test_a_fault_that_stays_is_reported_attempt_by_attempt(server: StandinServer, fault: str) -> None:
    server.faults.switch_on(fault, times=100, path="/data", seconds=1.5)
    late = patience(fault)
    with asking(server, attempts=2, timeouts=late) as client, pytest.raises(RetriesExhaustedError) as told:
        client.fetch("90001", ACCOUNTS)
    assert len(told.value.attempts) == 2
    assert "attempt 2 at " in str(told.value)


@pytest.mark.parametrize("fault", HARMLESS)
def test_what_is_only_unusual_changes_nothing(server: StandinServer, truth: pd.DataFrame, fault: str) -> None:
    server.faults.switch_on(fault)
    pd.testing.assert_frame_equal(fetched(server), truth)


@pytest.mark.parametrize(("fault", "error"), REFUSED.items(), ids=REFUSED.keys())
def test_a_wrong_answer_is_refused(
    server: StandinServer, fault: str, error: tuple[type[StatbankError], str]
) -> None:
    server.faults.switch_on(fault, path="/data")
    with asking(server) as client, pytest.raises(error[0], match=error[1]):
        client.fetch("90001", ACCOUNTS)


@pytest.mark.parametrize(("fault", "symbol"), list(zip(KEPT, ["*", "§", "-"], strict=True)))
def test_symbols_are_kept_as_they_are(
    server: StandinServer, truth: pd.DataFrame, fault: str, symbol: str
) -> None:
    server.faults.switch_on(fault)
    frame = fetched(server)
    [row] = np.flatnonzero(frame["symbol"] == symbol)
    assert (fault == "status_on_value") == pd.notna(frame["value"].iloc[row])
    others = frame.index != row
    pd.testing.assert_frame_equal(
        frame[others].astype({"symbol": str}), truth[others].astype({"symbol": str})
    )


@pytest.mark.parametrize("fault", ["zeros_before_release", "dots_before_release"])
def test_figures_before_the_release_are_not_accepted(
    server: StandinServer, truth: pd.DataFrame, fault: str
) -> None:
    server.faults.switch_on(fault)
    clock = FakeClock()
    clock.passed = -6.5 * 3600  # 05:30 in Oslo
    with asking(server, clock, settled_only=True) as client, pytest.raises(UnsettledFiguresError):
        client.fetch("90001", ACCOUNTS)
    with asking(server, clock) as careless:
        wrong = careless.fetch("90001", ACCOUNTS).dataset.frame
    assert not wrong.equals(truth)


def test_silently_changed_numbers_are_at_least_seen_in_the_bytes(server: StandinServer) -> None:
    with asking(server) as client:
        before = client.fetch("90001", ACCOUNTS)
        server.faults.switch_on("numbers_changed")
        after = client.fetch("90001", ACCOUNTS)
    assert before.dataset.updated == after.dataset.updated
    assert before.responses[0].content != after.responses[0].content


def test_a_new_date_without_new_numbers_is_a_new_edition(server: StandinServer, truth: pd.DataFrame) -> None:
    with asking(server) as client:
        known = client.metadata("90001").metadata.updated
        server.faults.switch_on("updated_changed")
        entry = client.tables().get("90001")
        assert known is not None and entry is not None and entry.updated is not None
        fetch = client.fetch("90001", ACCOUNTS)
        assert fetch.dataset.updated == UPDATED + timedelta(days=1)
        assert client.metadata(
            "90001", updated=known + timedelta(days=1)
        ).metadata.updated == known + timedelta(days=1)
    pd.testing.assert_frame_equal(fetch.dataset.frame, truth)


def test_a_code_that_vanished_from_metadata_is_named(server: StandinServer) -> None:
    server.faults.switch_on("code_vanished", variable=REGION, code="3201")
    with (
        asking(server) as client,
        pytest.raises(SelectionError, match=f"table 90001: variable {REGION}: no value '3201'"),
    ):
        client.fetch("90001", {**ACCOUNTS, REGION: Choice(("3201",))})
    assert sent(server) == []


def test_labels_are_not_what_selects(server: StandinServer, truth: pd.DataFrame) -> None:
    server.faults.switch_on("label_renamed", variable=REGION, code="3201", label="Nytt navn")
    server.faults.switch_on("label_repeated", variable=FUNCTION)
    pd.testing.assert_frame_equal(fetched(server), truth)
