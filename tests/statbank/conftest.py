"""A client and the service it asks: one in memory, one a stand-in server over real HTTP."""

from collections.abc import Iterator

import pandas as pd
import pytest

from pipelines.standin.server import StandinServer
from pipelines.statbank.client import StatbankClient
from tests.standin.small_tables import accounts_table, population_table, small_klass
from tests.statbank.service import Service
from tests.statbank.standin_asking import fetched


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as made:
        yield made


@pytest.fixture
def client(service: Service) -> StatbankClient:
    return StatbankClient("https://test/v2/", service)


@pytest.fixture
def server() -> Iterator[StandinServer]:
    with StandinServer([accounts_table(), population_table()], small_klass(), rate_limit=10_000) as running:
        yield running


@pytest.fixture
def truth(server: StandinServer) -> pd.DataFrame:
    """What the accounts table says when nothing goes wrong."""
    return fetched(server)
