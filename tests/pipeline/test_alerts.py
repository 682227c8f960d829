"""A failed run reaches the webhook, and a webhook that fails harms nothing."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import dagster as dg
import pytest

from pipelines.alerts import WEBHOOK, tell_failure


@dg.op
def breaks() -> None:
    raise dg.Failure(description="the contract is broken")


@dg.job(tags={"dagster/partition": "2024"})
def doomed() -> None:
    breaks()


def fail_and_tell() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        result = doomed.execute_in_process(instance=instance, raise_on_error=False)
        context = dg.build_run_status_sensor_context(
            sensor_name="tell_failure",
            dagster_instance=instance,
            dagster_run=result.dagster_run,
            dagster_event=result.get_run_failure_event(),
        ).for_run_failure()
        tell_failure(context)


@pytest.fixture
def inbox():
    received: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook?token=secret", received
    server.shutdown()
    server.server_close()


def test_a_failure_is_told_with_year_and_run(inbox, monkeypatch) -> None:
    address, received = inbox
    monkeypatch.setenv(WEBHOOK, address)
    fail_and_tell()

    [message] = received
    assert "doomed failed for 2024" in message["text"]


def test_without_an_address_nothing_is_sent(inbox, monkeypatch) -> None:
    monkeypatch.delenv(WEBHOOK, raising=False)
    fail_and_tell()

    assert inbox[1] == []


def test_a_webhook_that_is_down_is_logged_without_its_address(monkeypatch, caplog) -> None:
    monkeypatch.setenv(WEBHOOK, "http://127.0.0.1:1/hook?token=secret")
    fail_and_tell()

    assert "could not be told" in caplog.text
    assert "secret" not in caplog.text
