"""Settings: from the environment, overridden by the command line, sources kept apart."""

import os
from datetime import date
from pathlib import Path

import pytest

from pipelines.settings import KLASS_URL, STATBANK_URL, Settings, SettingsError, sources_in


def test_defaults_are_ssb_s_own_addresses() -> None:
    settings = Settings.from_environment({})

    assert (settings.statbank_url, settings.klass_url) == (STATBANK_URL, KLASS_URL)
    assert (settings.source, settings.municipality, settings.network) == ("sample", "baerum", "asss")


def test_the_environment_reaches_another_process_unchanged(tmp_path: Path) -> None:
    given = Settings(home=tmp_path, source="ssb", municipality="asker", statbank_url="http://127.0.0.1:1/v2")

    assert Settings.from_environment(given.environment()) == given


def test_sources_never_share_a_folder(tmp_path: Path) -> None:
    sample, ssb = (Settings(home=tmp_path).but(source=source) for source in ("sample", "ssb"))

    assert sample.archive == tmp_path / "sample" / "archive"
    assert ssb.warehouse == str(tmp_path / "ssb" / "warehouse")
    assert (
        Settings(home=tmp_path, warehouse_url="s3://bucket/kostra").warehouse == "s3://bucket/kostra/sample"
    )


def test_an_as_of_run_writes_apart(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, as_of=date(2025, 4, 1))

    assert settings.warehouse == str(tmp_path / "sample" / "as_of" / "2025-04-01" / "warehouse")


@pytest.mark.parametrize(
    ("address", "setting", "respected"),
    [
        (STATBANK_URL, "auto", True),
        ("http://127.0.0.1:8000/v2", "auto", False),
        ("http://localhost:8000/v2", "auto", False),
        ("http://[::1]:8000/v2", "auto", False),
        ("http://127.0.0.1:8000/v2", "on", True),
        (STATBANK_URL, "off", False),
    ],
)
def test_quiet_hours_concern_servers_that_are_not_on_this_machine(
    address: str, setting: str, respected: bool
) -> None:
    settings = Settings(source="ssb", statbank_url=address).but(quiet_hours=setting)

    assert settings.respects_quiet_hours(address) is respected


def test_the_sample_has_no_quiet_hours() -> None:
    assert not Settings(source="sample").respects_quiet_hours(STATBANK_URL)


@pytest.mark.parametrize(("name", "value"), [("source", "excel"), ("quiet_hours", "maybe")])
def test_unusable_values_are_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}.*{value}"):
        Settings().but(**{name: value})


def test_the_source_run_last_comes_first(tmp_path: Path) -> None:
    for source in ("ssb", "sample"):
        (tmp_path / source / "archive").mkdir(parents=True)
        (tmp_path / source / "runs" / "1").mkdir(parents=True)
        (tmp_path / source / "runs" / "1" / "report.json").write_text("{}")
    os.utime(tmp_path / "ssb" / "runs" / "1" / "report.json", (1, 1))

    assert sources_in(tmp_path) == ["sample", "ssb"]
    assert sources_in(tmp_path / "elsewhere") == []
