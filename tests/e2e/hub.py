"""A Hub on this machine with one model, which writes down what it is asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

NAME = "org/tiny"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(ThreadingHTTPServer):
    """Serves the files of a folder as the model `NAME`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.folder = folder
        self.asked: list[str] = []
        """Paths, in the order of the requests."""

    @property
    def url(self) -> str:
        """What HF_ENDPOINT is to be."""
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def downloads(self) -> list[str]:
        """Files that were asked for."""
        return [path for path in self.asked if "/resolve/" in path]


@contextmanager
def serving(folder: Path) -> Iterator[Hub]:
    """Serve until the block ends."""
    with Hub(folder) as hub:
        threading.Thread(target=hub.serve_forever, daemon=True).start()
        yield hub
        hub.shutdown()


class _Answer(BaseHTTPRequestHandler):
    server: Hub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = self.path.partition("?")[0]
        self.server.asked.append(path)
        file = self.server.folder / path.rpartition("/")[2]
        if path == f"/api/models/{NAME}":
            found = [
                {"rfilename": f.name, "size": f.stat().st_size}
                for f in sorted(self.server.folder.iterdir())
            ]
            self._send(200, json.dumps({"id": NAME, "sha": COMMIT, "siblings": found}).encode())
        elif path.startswith(f"/{NAME}/resolve/") and file.is_file():
            self._send(200, file.read_bytes(), ETag=f'"{file.name}"', **{"X-Repo-Commit": COMMIT})
        else:
            kind = "EntryNotFound" if f"/{NAME}/" in path else "RepoNotFound"
            self._send(404, b"", **{"X-Error-Code": kind, "X-Repo-Commit": COMMIT})

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
