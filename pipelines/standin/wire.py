"""HTTP on the loopback address: requests in, answers out, whole or broken as asked."""

from __future__ import annotations

import gzip
import logging
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pipelines.standin.faults import Delivery
from pipelines.standin.messages import Answer, Request

LOOPBACK = "127.0.0.1"
PIECES = 20
POLL_SECONDS = 0.005
PATIENCE_SECONDS = 5.0
Handler = Callable[[Request], tuple[Answer, Delivery, float]]
log = logging.getLogger(__name__)


class Wire:
    """A threaded HTTP server bound to 127.0.0.1 that asks ``handler`` for every answer."""

    def __init__(self, port: int, handler: Handler) -> None:
        self._server = _Server(port, handler)
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        """``http://127.0.0.1:port``."""
        return f"http://{LOOPBACK}:{self._server.server_address[1]}"

    def start(self) -> None:
        """Serve in a background thread."""
        serve = threading.Thread(
            target=self._server.serve_forever, args=(POLL_SECONDS,), name="standin", daemon=True
        )
        serve.start()
        self._thread = serve

    def stop(self) -> None:
        """Stop serving, cut open connections, and wait for their threads."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join(PATIENCE_SECONDS)
            self._thread = None
        self._server.server_close()
        self._server.cut_connections()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, handler: Handler) -> None:
        super().__init__((LOOPBACK, port), _Connection)
        self.handler = handler
        self.stopping = threading.Event()
        self.open: dict[socket.socket, threading.Thread] = {}

    def cut_connections(self) -> None:
        self.stopping.set()
        for connection, thread in list(self.open.items()):
            _shut(connection)
            thread.join(PATIENCE_SECONDS)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002, ANN401
        # A client that went away is no news; anything else is a mistake in the stand-in.
        gone = isinstance(sys.exception(), OSError)
        level = logging.DEBUG if gone else logging.ERROR
        log.log(level, "connection from %s ended early", client_address, exc_info=True)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.open[self.connection] = threading.current_thread()

    def finish(self) -> None:
        self.server.open.pop(self.connection, None)
        super().finish()

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401
        log.debug(format, *args)

    def _answer(self) -> None:
        length = int(self.headers.get("content-length", 0))
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, path, query, headers, self.rfile.read(length))
        answer, delivery, seconds = self.server.handler(request)
        self._deliver(answer, delivery, seconds)

    def _deliver(self, answer: Answer, delivery: Delivery, seconds: float) -> None:
        body = answer.body
        if delivery in {Delivery.DROPPED, Delivery.RESET}:
            self._break_off(reset=delivery is Delivery.RESET)
        elif delivery is Delivery.TRUNCATED:
            self._send(answer, len(body), [body[: len(body) // 2]])
            self._break_off()
        elif delivery in {Delivery.GZIPPED, Delivery.TRUNCATED_GZIP}:
            packed = gzip.compress(body)
            sent = packed if delivery is Delivery.GZIPPED else packed[: len(packed) // 2]
            self._send(answer, len(sent), [sent], encoding="gzip")
        elif delivery is Delivery.DRIPPING:
            size = max(len(body) // PIECES, 1)
            pieces = [body[start : start + size] for start in range(0, len(body), size)]
            self._send(answer, len(body), pieces, pause=seconds / max(len(pieces), 1))
        else:
            if delivery is Delivery.LATE:
                self.server.stopping.wait(seconds)
            self._send(answer, len(body), [body])

    def _send(
        self, answer: Answer, length: int, pieces: Iterable[bytes], *, encoding: str = "", pause: float = 0.0
    ) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.content_type is not None:
            self.send_header("Content-Type", answer.content_type)
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        for piece in pieces:
            self.server.stopping.wait(pause)
            self.wfile.write(piece)

    def _break_off(self, *, reset: bool = False) -> None:
        if reset:
            linger_not = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
            self.connection.close()
        else:
            _shut(self.connection)
        self.close_connection = True


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError as exc:
        log.debug("connection was already closed: %s", exc)
