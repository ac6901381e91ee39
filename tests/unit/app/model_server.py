"""A server on this machine that answers as a model would, or as none should."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SELF_SIGNED = Path(__file__).parent / "self_signed.pem"
"""A certificate of localhost, with its key."""

Answer = Callable[["Handler"], None]
"""Writes the response to a request that was read."""


@dataclass
class ModelServer:
    """What it was asked, and how it answers."""

    answer: Answer
    port: int = 0
    requests: list[dict[str, Any]] = field(default_factory=list)
    """The bodies, in the order in which they came."""
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    """Whether a request was read whole."""
    left: threading.Event = field(default_factory=threading.Event)
    """Whether the other side closed the connection while it was waiting."""

    @property
    def host(self) -> str:
        """Its address."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Where its interface begins."""
        return f"http://{self.host}/v1"


class Handler(BaseHTTPRequestHandler):
    """Reads one request whole."""

    protocol_version = "HTTP/1.1"
    model: ModelServer

    def do_POST(self) -> None:
        """Keep what was asked, and answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.model.requests.append(json.loads(body))
        self.model.headers.append(dict(self.headers.items()))
        self.model.paths.append(self.path)
        self.model.arrived.set()
        self.close_connection = True
        self.model.answer(self)

    def send(self, status: int, body: bytes, reason: str = "", **headers: str) -> None:
        """Write a whole response."""
        self.send_response(status, reason or None)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@contextmanager
def serving(answer: Answer, *, tls: bool = False) -> Iterator[ModelServer]:
    """Serve on a free port of this machine until the block ends; with `tls` as localhost."""
    model = ModelServer(answer)
    bound = type("Bound", (Handler,), {"model": model})
    with ThreadingHTTPServer(("127.0.0.1", 0), bound) as server:
        server.daemon_threads = True
        server.block_on_close = False
        model.port = server.server_port
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(SELF_SIGNED)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield model
        finally:
            server.shutdown()
            thread.join()


def says(content: str) -> Answer:
    """Answer with a completion of this content."""
    completion = {"id": "1", "choices": [{"index": 0, "message": {"content": content}}]}
    return lambda handler: handler.send(200, json.dumps(completion).encode())


def judges(*verdicts: tuple[str, str]) -> Answer:
    """Answer with a verdict and the words for each point, in their order."""
    return says(judgement(list(enumerate(verdicts, 1))))


def judgement(verdicts: Sequence[tuple[object, tuple[str, str]]]) -> str:
    """Return verdicts as the JSON that is asked for."""
    rows = [
        {"point": point, "verdict": verdict, "words": words} for point, (verdict, words) in verdicts
    ]
    return json.dumps({"verdicts": rows})


def never(handler: Handler) -> None:
    """Do not answer; notice when the other side has left."""
    if handler.connection.recv(1) == b"":
        handler.model.left.set()
