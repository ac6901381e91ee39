"""One request to an OpenAI-compatible server that the learner has named.

It goes to that address and nowhere else: no proxy is asked and no redirect followed. Nothing that
the server writes, and nothing of the key, stands in an error.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from quizapp.errors import QuizError
from quizapp.settings import ReaderSettings

MOST_BYTES = 1 << 20
"""Of a response: a judgement takes a few kilobytes, and a server must not fill the memory."""

_PLACE = "under [reader] in the settings file"


@dataclass(frozen=True)
class Endpoint:
    """Where a request goes, and how long its answer is waited for."""

    url: str
    """The part before `/chat/completions`."""
    model: str
    timeout_s: float
    key: str = field(default="", repr=False)

    @property
    def address(self) -> str:
        """Where a request is posted."""
        return f"{self.url.rstrip('/')}/chat/completions"

    @property
    def host(self) -> str:
        """The server, with its port where the address has one."""
        return self._parts.netloc

    @property
    def stays_here(self) -> bool:
        """Whether the address is this machine's own."""
        name = self._parts.hostname or ""
        with suppress(ValueError):
            return ip_address(name).is_loopback
        return name == "localhost"

    @property
    def encrypted(self) -> bool:
        """Whether nobody on the way can read along."""
        return self._parts.scheme == "https"

    @property
    def _parts(self) -> SplitResult:
        return urlsplit(self.address)

    async def post(self, body: bytes) -> bytes:
        """Send a body of JSON and return that of the response.

        When the deadline is over, or the task is cancelled, the connection is closed at once.

        Raises:
            QuizError: the server cannot be reached, is too slow, or answers with anything but OK.
        """
        call = Call(self, body)
        try:
            async with asyncio.timeout(self.timeout_s):
                return await call.response()
        except ssl.SSLError as error:
            raise self._error(
                "is not trusted",
                f"{self.host} made no secure connection ({error.reason or 'TLS failed'})",
                "https asks for a certificate that this machine trusts; correct url",
            ) from None
        except TimeoutError:
            raise self._error(
                "is too slow",
                f"{self.host} gave no whole answer within {self.timeout_s:g} s",
                "Ask again, or raise timeout_s",
            ) from None
        except (OSError, IncompleteRead) as error:
            why = getattr(error, "strerror", None) or "the connection was lost"
            raise self._error(
                "cannot be reached", f"{self.host}: {why}", "Start the server, or correct url"
            ) from None
        except (HTTPException, ValueError):
            raise self._error(
                "is no web server", f"{self.host} does not speak HTTP", "Correct url"
            ) from None
        finally:
            call.stop()

    def _error(self, what: str, message: str, hint: str) -> QuizError:
        return QuizError(f"The reader endpoint {what}", f"{message}.", f"{hint} {_PLACE}.")

    def connect(self) -> HTTPConnection:
        """Return a connection that is not open yet."""
        parts = self._parts
        kind = HTTPSConnection if self.encrypted else HTTPConnection
        # without a port, http.client would look for one in an IPv6 address
        port = parts.port or kind.default_port
        return kind(parts.hostname or "", port, timeout=self.timeout_s)

    def exchange(self, connection: HTTPConnection, body: bytes) -> bytes:
        """Send a body over an open connection, and return what comes back."""
        headers = {"Content-Type": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        connection.request("POST", self._parts.path, body, headers)
        response = connection.getresponse()
        if response.status != HTTPStatus.OK:
            raise self._refused(response.status)
        found = response.read(MOST_BYTES + 1)
        if len(found) > MOST_BYTES:
            raise self._error(
                "answers with too much",
                f"{self.host} sent more than {MOST_BYTES >> 20} MB, which is no judgement",
                "Ask again, or correct url",
            )
        return found

    def _refused(self, status: int) -> QuizError:
        known = {item.value: item.phrase for item in HTTPStatus}
        message = f"{self.host} answered {status} {known.get(status, '')}".rstrip()
        if 300 <= status < 400:
            return self._error(
                "points elsewhere",
                f"{message}: it sends to another address, and nothing was sent there",
                "If you trust that address, write it as url",
            )
        hints = {
            401: "Correct the key in the environment variable that key_env names",
            403: "Correct the key in the environment variable that key_env names",
            404: "The path often ends with /v1, and the server must have the model; correct both",
        }
        hint = hints.get(status, "Look at what the server logs, or correct url and model")
        return self._error("refuses", message, hint)


class Call:
    """A request in a thread of its own, which dies with the app: nothing ever waits for it."""

    def __init__(self, endpoint: Endpoint, body: bytes) -> None:
        self._endpoint = endpoint
        self._body = body
        self._connection = endpoint.connect()
        self._socket: socket.socket | None = None
        """The open connection; http.client forgets it with the last response on it."""
        self._stopped = threading.Event()

    async def response(self) -> bytes:
        """Return the body of the response; what the thread raises is raised here."""
        done: Future[bytes] = Future()
        done.set_running_or_notify_cancel()  # the thread alone ends it, also when nobody waits
        threading.Thread(target=self._run, args=(done,), name="endpoint", daemon=True).start()
        return await asyncio.wrap_future(done)

    def stop(self) -> None:
        """Close the connection, whatever the thread does with it; what is not sent stays here."""
        self._stopped.set()
        if self._socket is not None:
            with suppress(OSError):
                # Not its own method: under TLS that ends the encryption before the connection.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _run(self, done: Future[bytes]) -> None:
        try:
            self._connection.connect()
            self._socket = self._connection.sock
            if self._stopped.is_set():  # while it was being opened
                raise ConnectionAbortedError
            done.set_result(self._endpoint.exchange(self._connection, self._body))
        except Exception as error:
            done.set_exception(error.with_traceback(None))  # its frames hold the key
        finally:
            self._connection.close()


def endpoint_of(settings: ReaderSettings, env: Mapping[str, str]) -> Endpoint:
    """Return the endpoint that the settings name, with the key from the environment.

    Raises:
        QuizError: the variable with the key is missing, or holds what no header can carry.
    """
    key = env.get(settings.key_env, "").strip() if settings.key_env else ""
    if settings.key_env and not key:
        raise QuizError(
            "The key of the reader endpoint is missing",
            f"The environment variable {settings.key_env} is not set.",
            f"Set it before quizapp starts, or remove key_env {_PLACE}.",
        )
    if not (key.isascii() and key.isprintable()):
        raise QuizError(
            "The key of the reader endpoint cannot be sent",
            f"{settings.key_env} holds a line break or a letter that no key has.",
            "Set it again, with the key alone.",
        )
    return Endpoint(settings.url, settings.model, settings.timeout_s, key)
