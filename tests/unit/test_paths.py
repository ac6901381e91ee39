"""Where the app's folders are, and who may move them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from quizapp.errors import EnvironmentProblem, QuizError
from quizapp.paths import built_in, find_paths


def test_home_moves_all_user_data(tmp_path: Path) -> None:
    paths = find_paths({"QUIZAPP_HOME": str(tmp_path)})
    places = (
        paths.data,
        paths.cache,
        paths.config,
        paths.database,
        paths.backups,
        paths.user_content,
        paths.settings,
        paths.recordings,
    )
    assert all(place.is_relative_to(tmp_path) for place in places)


def test_without_home_the_platform_says_where() -> None:
    paths = find_paths({})
    assert paths.data.name == "quizapp"
    assert paths.data != paths.cache


def test_built_in_folders_come_first_and_named_ones_last(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    env = {"QUIZAPP_HOME": str(tmp_path), "QUIZAPP_CONTENT": str(one), "QUIZAPP_DEMOS": str(one)}
    paths = find_paths(env, content=[two], demos=[two])
    assert paths.content == (built_in("content"), tmp_path / "content", one, two)
    assert paths.demos == (built_in("demos"), one, two)


def test_user_demos_run_only_from_folders_that_were_named(tmp_path: Path) -> None:
    (tmp_path / "demos").mkdir()
    assert find_paths({"QUIZAPP_HOME": str(tmp_path)}).demos == (built_in("demos"),)


def test_several_folders_are_separated_as_on_path(tmp_path: Path) -> None:
    joined = os.pathsep.join([str(tmp_path), "", str(tmp_path)])
    paths = find_paths({"QUIZAPP_CONTENT": joined})
    assert paths.content[2:] == (tmp_path, tmp_path)


@pytest.mark.parametrize("name", ["QUIZAPP_CONTENT", "QUIZAPP_DEMOS"])
def test_a_folder_that_does_not_exist_is_an_error_with_advice(name: str, tmp_path: Path) -> None:
    with pytest.raises(QuizError, match="is not a folder") as caught:
        find_paths({name: str(tmp_path / "nowhere")})
    assert name in caught.value.hint


def test_the_decks_and_demos_of_the_app_are_found() -> None:
    assert list(built_in("content").glob("*.yaml"))
    assert (built_in("demos") / "tinyworld").is_dir()


@pytest.mark.parametrize("name", ["QUIZAPP_CONTENT", "QUIZAPP_DEMOS"])
def test_a_tilde_is_the_home_folder(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    paths = find_paths(
        {"QUIZAPP_HOME": "~/q", name: "~/own"}, content=[Path("~/own")], demos=[Path("~/own")]
    )
    assert paths.database == tmp_path / "q" / "quizapp.sqlite"
    assert {*paths.content[2:], *paths.demos[1:]} == {tmp_path / "own"}


def test_a_user_without_a_home_folder_is_asked_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pwd = pytest.importorskip("pwd")

    def nobody(_: int) -> None:
        raise KeyError("uid not found")

    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    for env in ({}, {"QUIZAPP_HOME": "~/q"}):
        with pytest.raises(EnvironmentProblem, match="HOME is not set") as caught:
            find_paths(env)
        assert "QUIZAPP_HOME" in caught.value.hint
    assert find_paths({"QUIZAPP_HOME": "/data"}).data == Path("/data")
