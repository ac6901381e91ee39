"""What a model of the Hub would download, asked of a server on this machine."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from quizapp.app.hub import in_words, is_hub_id, look_up

FILES = [
    {"rfilename": "model.safetensors", "size": 269_060_552},
    {"rfilename": "tokenizer.json", "size": 2_104_556},
    {"rfilename": "pytorch_model.bin", "size": 538_000_000},
]


class Hub(BaseHTTPRequestHandler):
    """Knows three models: one, one with pickled weights only, and one that takes for ever."""

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].removeprefix("/api/models/")
        known = {"org/small": FILES, "org/pickled": FILES[2:]}
        body = json.dumps({"id": name, "siblings": known.get(name, [])}).encode()
        self.send_response(200 if name in known else 404)
        if name not in known:
            self.send_header("X-Error-Code", "RepoNotFound")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {
        **os.environ,
        "HF_HOME": str(tmp_path),
        "HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}",
    }
    server.shutdown()
    server.server_close()


async def test_the_size_is_of_the_files_that_loading_reads(env: dict[str, str]) -> None:
    found = await look_up("org/small", env)
    assert (found.cached, found.size, found.problem) == (False, 271_165_108, "")
    assert found.question == ("org/small is not on this machine. Download 271 MB from the Hub?")


async def test_pickled_weights_are_refused_before_the_download(env: dict[str, str]) -> None:
    assert "has no safetensors weights" in (await look_up("org/pickled", env)).problem


async def test_a_name_the_hub_does_not_know_is_told(env: dict[str, str]) -> None:
    found = await look_up("org/nope", env)
    assert found.problem == "The Hub has no model org/nope. Check its name: org/name."


async def test_without_a_network_the_sentence_says_so(env: dict[str, str]) -> None:
    found = await look_up("org/small", {**env, "HF_ENDPOINT": "http://127.0.0.1:9"})
    assert found.problem == (
        "org/small is not on this machine, and the Hub cannot be reached. Try it later."
    )


async def test_a_model_in_the_cache_is_not_asked_for(env: dict[str, str], tmp_path: Path) -> None:
    snapshot = tmp_path / "hub" / "models--org--small" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (snapshot / "model.safetensors").write_bytes(b"")
    refs = tmp_path / "hub" / "models--org--small" / "refs"
    refs.mkdir()
    (refs / "main").write_text("abc")
    assert (await look_up("org/small", {**env, "HF_ENDPOINT": "http://127.0.0.1:9"})).cached


async def test_asking_can_be_cancelled(env: dict[str, str]) -> None:
    asking = asyncio.ensure_future(look_up("org/small", env))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


@pytest.mark.parametrize(
    ("name", "hub"),
    [
        ("tinyworld", False),
        ("org/name", True),
        ("gpt2", True),
        ("/some/folder", False),
        ("/nope", False),
        ("./nope", False),
        ("~/nope", False),
        ("a b", False),
    ],
)
def test_what_counts_as_a_model_of_the_hub(name: str, hub: bool) -> None:
    assert is_hub_id(name) is hub


def test_a_folder_is_no_model_of_the_hub(tmp_path: Path) -> None:
    assert not is_hub_id(str(tmp_path))


def test_sizes_are_read_as_on_a_models_page() -> None:
    sizes = (378_430, 269_060_552, 1_500_000_000)
    assert [in_words(size) for size in sizes] == ["378 kB", "269 MB", "1.5 GB"]
