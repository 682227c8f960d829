"""A client and the service it asks."""

from collections.abc import Iterator

import pytest

from pipelines.statbank.client import StatbankClient
from tests.statbank.service import Service


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as made:
        yield made


@pytest.fixture
def client(service: Service) -> StatbankClient:
    return StatbankClient("https://test/v2/", service)
