"""One request to a server: what goes out, what every accident says, and that it can be left."""

from __future__ import annotations

import asyncio
import socket
import threading
import traceback

import pytest

from quizapp.app.endpoint import MOST_BYTES, Call, Endpoint, endpoint_of
from quizapp.errors import QuizError
from quizapp.settings import ReaderSettings
from tests.unit.app.model_server import SELF_SIGNED, Answer, Handler, ModelServer, never, serving

KEY = "sk-Very-Secret-123"


def endpoint(server: ModelServer, *, timeout_s: float = 60.0, key: str = KEY) -> Endpoint:
    """Return the endpoint of a server."""
    return Endpoint(server.url, "llama3", timeout_s, key)


async def error_of(asked: Endpoint) -> QuizError:
    """Post something; return the error that it comes to."""
    with pytest.raises(QuizError) as caught:
        await asked.post(b"{}")
    return caught.value


def echo(handler: Handler) -> None:
    """Refuse, and write the key wherever a server can write something."""
    handler.send(401, f"wrong key {KEY}".encode(), f"No {KEY}", Location=f"http://x/{KEY}")


def elsewhere(handler: Handler) -> None:
    """Redirect to another host, with the key in its address."""
    handler.send(307, b"", Location=f"http://example.org/{KEY}")


def huge(handler: Handler) -> None:
    """Send more than a judgement could have."""
    handler.send(200, b"x" * (MOST_BYTES + 1))


def garbage(handler: Handler) -> None:
    """Send what is not HTTP."""
    handler.wfile.write(f"{KEY} hello\r\n\r\n".encode())


def hang_up(handler: Handler) -> None:
    """Close the connection without a word."""
    handler.connection.shutdown(socket.SHUT_RDWR)


def cut_off(handler: Handler) -> None:
    """Close the connection in the middle of the response."""
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"10\r\nhalf")


def drip(handler: Handler) -> None:
    """Write a little again and again until the other side has left."""
    while not handler.model.left.wait(0.01):
        try:
            handler.wfile.write(b" ")
        except OSError:
            handler.model.left.set()


def endless(handler: Handler) -> None:
    """Send a little again and again: no single wait is long."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    drip(handler)


def last(handler: Handler) -> None:
    """Do the same on a connection that ends with the response."""
    handler.send_response_only(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    drip(handler)


async def test_it_posts_json_with_the_key_and_asks_no_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with serving(lambda handler: handler.send(200, b"fine")) as server:
        assert await endpoint(server).post(b'{"a": 1}') == b"fine"
    assert server.requests == [{"a": 1}]
    assert server.paths == ["/v1/chat/completions"]
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"


async def test_without_a_key_none_is_sent() -> None:
    with serving(lambda handler: handler.send(200, b"")) as server:
        await endpoint(server, key="").post(b"{}")
    assert "Authorization" not in server.headers[0]


@pytest.mark.parametrize(
    ("answer", "title", "says", "hint"),
    [
        (echo, "refuses", "answered 401 Unauthorized", "Correct the key in the environment"),
        (elsewhere, "points elsewhere", "nothing was sent there", "write it as url"),
        (huge, "answers with too much", "more than 1 MB", "Ask again"),
        (garbage, "is no web server", "does not speak HTTP", "Correct url"),
        (hang_up, "cannot be reached", "the connection was lost", "Start the server"),
        (cut_off, "cannot be reached", "the connection was lost", "Start the server"),
        (lambda h: h.send(404, b""), "refuses", "404 Not Found", "often ends with /v1"),
        (lambda h: h.send(599, b""), "refuses", "answered 599.", "what the server logs"),
    ],
)
async def test_every_accident_says_what_to_do_and_shows_neither_key_nor_server_text(
    answer: Answer, title: str, says: str, hint: str, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(answer) as server:
        error = await error_of(endpoint(server))
        assert error.title == f"The reader endpoint {title}"
        assert says in error.message and server.host in error.message
        assert hint in error.hint and error.hint.endswith("under [reader] in the settings file.")
    with_values = traceback.TracebackException.from_exception(error, capture_locals=True)
    seen = "".join(with_values.format()) + error.hint + caplog.text
    assert KEY not in seen
    assert KEY not in repr(endpoint(server))
    assert len(server.requests) == 1


@pytest.mark.parametrize("answer", [never, endless, last])
async def test_the_deadline_is_for_the_whole_answer_and_closes_the_connection(
    answer: Answer,
) -> None:
    with serving(answer) as server:
        error = await error_of(endpoint(server, timeout_s=0.3))
        assert error.title == "The reader endpoint is too slow"
        assert "no whole answer within 0.3 s" in error.message
        assert await asyncio.to_thread(server.left.wait)


async def test_a_server_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = await error_of(Endpoint(f"http://127.0.0.1:{port}/v1", "llama3", 60.0))
    assert error.title == "The reader endpoint cannot be reached"
    assert error.message == f"127.0.0.1:{port}: Connection refused."
    assert error.hint == "Start the server, or correct url under [reader] in the settings file."


@pytest.mark.parametrize(
    ("url", "reached"),
    [
        ("http://[::1]/v1", ("::1", 80)),
        ("https://[2001:db8::a]/v1", ("2001:db8::a", 443)),
        ("http://[::1]:8000/v1", ("::1", 8000)),
        ("https://models.example.org/v1", ("models.example.org", 443)),
    ],
)
def test_an_address_without_a_port_has_that_of_its_scheme(url: str, reached: object) -> None:
    connection = Endpoint(url, "llama3", 60.0).connect()
    assert (connection.host, connection.port) == reached


async def test_https_to_a_server_without_it_is_not_trusted() -> None:
    with serving(lambda handler: handler.send(200, b"")) as server:
        error = await error_of(Endpoint(f"https://{server.host}/v1", "llama3", 60.0, KEY))
    assert error.title == "The reader endpoint is not trusted"
    assert server.requests == []


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted() -> None:
    with serving(lambda handler: handler.send(200, b""), tls=True) as server:
        error = await error_of(Endpoint(f"https://localhost:{server.port}/v1", "llama3", 60.0, KEY))
    assert error.title == "The reader endpoint is not trusted"
    assert "CERTIFICATE_VERIFY_FAILED" in error.message
    assert server.requests == []


async def test_an_encrypted_request_can_be_cancelled_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(SELF_SIGNED))
    with serving(never, tls=True) as server:
        asked = Endpoint(f"https://localhost:{server.port}/v1", "llama3", 60.0, KEY)
        asking = asyncio.create_task(asked.post(b"{}"))
        assert await asyncio.to_thread(server.arrived.wait)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await asyncio.to_thread(server.left.wait)
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"


async def test_a_request_that_is_cancelled_closes_its_connection_and_ends_its_thread() -> None:
    with serving(never) as server:
        asking = asyncio.create_task(endpoint(server).post(b"{}"))
        assert await asyncio.to_thread(server.arrived.wait)
        (thread,) = (one for one in threading.enumerate() if one.name == "endpoint")
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await asyncio.to_thread(server.left.wait)
        await asyncio.to_thread(thread.join)
    assert thread.daemon  # what hangs in a look-up of a name holds up no end of the app


async def test_what_was_stopped_before_it_was_connected_sends_nothing() -> None:
    with serving(never) as server:
        call = Call(endpoint(server), b"{}")
        call.stop()
        with pytest.raises(ConnectionAbortedError):
            await call.response()
    assert server.requests == []


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://localhost:11434/v1", True),
        ("http://127.9.9.9/v1", True),
        ("http://[::1]:8000/v1", True),
        ("http://192.168.1.7:8000/v1", False),
        ("https://api.openai.com/v1", False),
        ("http://localhost.example.org/v1", False),
        ("http://0.0.0.0:8000/v1", False),
    ],
)
def test_only_this_machine_s_own_addresses_stay_here(url: str, here: bool) -> None:
    assert Endpoint(url, "llama3", 60.0).stays_here is here


def test_the_key_comes_from_the_environment() -> None:
    settings = ReaderSettings("http://localhost/v1/", "llama3", "READER_KEY", 7.0)
    found = endpoint_of(settings, {"READER_KEY": f" {KEY}\n"})
    assert found.key == KEY
    assert found.address == "http://localhost/v1/chat/completions"
    with pytest.raises(QuizError) as caught:
        endpoint_of(settings, {})
    assert caught.value.message == "The environment variable READER_KEY is not set."
    assert "Set it before quizapp starts" in caught.value.hint
    with pytest.raises(QuizError) as caught:
        endpoint_of(settings, {"READER_KEY": f"{KEY}\r\nX: y"})
    assert KEY not in str(caught.value)
    assert "the key alone" in caught.value.hint
