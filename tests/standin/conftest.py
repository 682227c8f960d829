"""A running stand-in with the two small tables; its rate limit never bites unless a test asks for it."""

from collections.abc import Callable, Iterator

import pytest

from pipelines.standin.server import StandinServer
from tests.standin.small_tables import accounts_table, population_table, small_klass


@pytest.fixture
def server() -> Iterator[StandinServer]:
    with StandinServer([accounts_table(), population_table()], small_klass(), rate_limit=10_000) as running:
        yield running


@pytest.fixture
def fault(server: StandinServer) -> Callable[..., None]:
    """Switch a fault of the running stand-in on."""
    return server.faults.switch_on
