"""One home that one run has filled, for every test of the commands."""

import pytest

from tests.cli.shell import Shell
from tests.pipeline.worlds import small_tables, standin


@pytest.fixture(scope="session")
def shell(tmp_path_factory: pytest.TempPathFactory):
    """What a run left behind; not to be changed. The stand-in still answers."""
    with standin(*small_tables()) as server:
        made = Shell(tmp_path_factory.mktemp("home"), server.statbank_url, server.klass_url)
        made("run", "--source", "ssb", "--years", "2022-2024", *made.urls)
        yield made
