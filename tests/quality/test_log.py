"""What was judged is not judged again, and what was accepted outlives what was refused after it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from assets.quality.outcomes import Outcome
from pipelines.gate import Gate, Refused
from pipelines.quality_log import QualityLog
from pipelines.settings import Settings
from schemas.kostra import ACCOUNTS
from schemas.validation import validate
from tests.algebra.facts import WHOLE
from tests.storage.facts import accounts

GOOD, BAD = {"242": 10.0}, {"242": 5e13}
OK = Outcome(
    2024, "kostra/accounts", "gate", "possible_values", "Mulig", "error", True, "alt", "Se", ("«a»",)
)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The amounts that were judged, by a suite that refuses the impossible."""
    amounts: list[float] = []

    def outcomes(subject) -> list[Outcome]:
        amount = float(subject.frame["amount"].iloc[0])
        amounts.append(amount)
        return [replace(OK, success=amount < 1e9, observed=f"{amount:g}")]

    monkeypatch.setattr("pipelines.gate.gate_outcomes", outcomes)
    return amounts


@pytest.fixture
def offer(tmp_path: Path) -> Callable[..., tuple[Outcome, ...]]:
    def through(amounts: dict[str, float | None], municipality: str = "baerum") -> tuple[Outcome, ...]:
        frame: pd.DataFrame = accounts(2024, amounts)
        gate = Gate(QualityLog(tmp_path), WHOLE, municipality, "asss")
        return gate.let_through(validate(ACCOUNTS, frame, 2024), frame)

    return through


def test_rows_are_judged_once(offer, judged: list[float]) -> None:
    assert offer(GOOD) == offer(GOOD) == (replace(OK, observed="10"),)
    assert judged == [10.0]


def test_other_rows_or_other_settings_are_judged(offer, judged: list[float]) -> None:
    offer(GOOD)
    offer({"242": 11.0})
    offer({"242": 11.0}, municipality="asker")

    assert judged == [10.0, 11.0, 11.0]


def test_refused_rows_are_refused_again_without_being_judged(offer, judged: list[float]) -> None:
    for _ in range(2):
        with pytest.raises(Refused, match="kostra/accounts, year 2024: 1 expectation"):
            offer(BAD)

    assert judged == [5e13]


def test_the_last_good_rows_are_known_after_a_refusal(offer, judged: list[float], tmp_path: Path) -> None:
    offer(GOOD)
    with pytest.raises(Refused):
        offer(BAD)
    entry = QualityLog(tmp_path).gate("kostra/accounts", 2024)
    assert entry.latest is entry.refused is not None
    offer(GOOD)
    after = QualityLog(tmp_path).gate("kostra/accounts", 2024)

    assert judged == [10.0, 5e13]
    assert after.refused is None
    assert after.accepted == entry.accepted


def test_nothing_is_known_of_what_was_never_judged(tmp_path: Path) -> None:
    entry = QualityLog(tmp_path).gate("klass/municipalities", None)

    assert entry.latest is None
    assert entry.known("content", "suites") is None


def test_a_year_is_looked_at_again_only_when_something_was_stored_anew(tmp_path: Path) -> None:
    log, looks = QualityLog(tmp_path), []

    def look() -> list[Outcome]:
        looks.append(1)
        return [replace(OK, suite="watch", examples=("æ; ø",))]

    found = [log.watch(2024, content, "suites", look) for content in ("a", "a", "b")]

    assert len(looks) == 2
    assert found[0] == found[1] == found[2]


def test_runs_apart_have_logs_apart(tmp_path: Path) -> None:
    lock = tmp_path / "inputs.lock.json"
    lock.write_text("{}", encoding="utf-8")
    settings = Settings(home=tmp_path)
    logs = {
        settings.quality,
        settings.but(source="ssb").quality,
        settings.but(as_of=pd.Timestamp("2025-04-01").date()).quality,
        replace(settings, lock=lock).quality,
    }

    assert settings.quality == tmp_path / "sample" / "quality"
    assert len(logs) == 4
