"""The settings file: defaults, values, and errors that name the line."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from quizapp.errors import QuizError
from quizapp.settings import ReaderSettings, Settings, load_settings


def write(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_missing_file_means_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "settings.toml") == Settings()


def test_values_replace_defaults_one_by_one(tmp_path: Path) -> None:
    settings = load_settings(
        write(
            tmp_path,
            """
[study]
retention = 0.85
learning_steps = ["30s", "1.5h"]
interview_date = 2027-03-01
[lab]
device = "cpu"
[keys]
"study.reveal" = "f5"
""",
        )
    )
    assert settings.study.retention == 0.85
    assert settings.study.learning_steps == (timedelta(seconds=30), timedelta(minutes=90))
    assert settings.study.interview_date == date(2027, 3, 1)
    assert settings.study.new_per_day == 10
    assert settings.lab.device == "cpu"
    assert settings.keys == {"study.reveal": "f5"}


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[study]\nretention = 'high'\n", 2, "retention must be a number, not 'high'"),
        ("[lab]\n\nthreads = -1", 3, "threads must be 0 or more, not -1"),
        ("[study]\nnew_per_day = true", 2, "new_per_day must be a whole number"),
        ("[lab]\ndevice = 'tpu'", 2, "device must be auto, cpu, cuda or mps, not 'tpu'"),
        ("[study]\nrollover_hour = 24", 2, "rollover_hour must be between 0 and 23"),
        ("[study]\nretention = 0.5", 2, "retention must be between 0.7 and 0.99, not 0.5"),
        ("[study]\nmature_days = 0", 2, "mature_days must be 1 or more"),
        ("[study]\nlearning_steps = ['24h']", 2, "must be steps longer than 0 and shorter than a"),
        ("[study]\nlearn_ahead = 20", 2, 'learn_ahead must be a time such as "20m"'),
        ("[study]\nlearning_steps = ['1m', 'x']", 2, "learning_steps must be a list of times"),
        ("[study]\ninterview_date = 2027-03-01T10:00:00", 2, "must be a date"),
        ("[keys]\n'study.hint' = 3", 2, "study.hint must be the name of a key"),
        ('[study]\nlearn_ahead = "99999999999999h"', 2, "learn_ahead must be a time such as"),
        (
            f'[study]\nlearning_steps = ["{"9" * 400}h"]',
            2,
            "learning_steps must be a list of times",
        ),
        ("# mine\nretention = 0.9", 2, "retention stands outside its table"),
        ("[reader]\nurl = 'ftp://x/v1'\nmodel = 'm'", 2, 'url must be an address such as "http'),
        ("[reader]\nurl = 'http://x:y/v1'\nmodel = 'm'", 2, "url must be an address"),
        ("[reader]\nurl = 'http://x/v1?a=1'\nmodel = 'm'", 2, "url must be an address"),
        ("[reader]\nurl = 'localhost:11434'\nmodel = 'm'", 2, "url must be an address"),
        ("[reader]\nkey_env = ''\nurl = 'http://x/v1'", 3, "url is set, but model is not"),
        ("[reader]\ntimeout_s = 0", 2, "timeout_s must be between 1 and 600, not 0"),
        ("[reader]\nmodel = 3", 2, "model must be a text in quotes, not 3"),
        ("study = 3", 1, "study is a table"),
        ("[study]\nretention = ", 2, "Invalid value"),
    ],
)
def test_an_error_names_the_file_and_the_line(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(QuizError) as caught:
        load_settings(path)
    assert caught.value.message.startswith(f"{path}:{line}:")
    assert says in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[study]\nretenton = 0.9", "Did you mean retention?"),
        ("[studdy]\nretention = 0.9", "Did you mean study?"),
        ("retention = 0.9", "It belongs under [study]."),
        ("device = 'cpu'\n[lab]", "It belongs under [lab]."),
        ("[lab]\nzzz = 1", "Known: device, threads, preload."),
    ],
)
def test_an_unknown_name_gets_a_suggestion(tmp_path: Path, text: str, hint: str) -> None:
    with pytest.raises(QuizError) as caught:
        load_settings(write(tmp_path, text))
    assert caught.value.hint == hint


def test_a_reader_endpoint_is_off_until_it_is_named(tmp_path: Path) -> None:
    assert Settings().reader == ReaderSettings(url="", model="", key_env="", timeout_s=60)
    text = """
[reader]
url = "http://[::1]:11434/v1"
model = "llama3.1:8b"
key_env = "MY_KEY"
timeout_s = 20
"""
    found = load_settings(write(tmp_path, text)).reader
    assert found == ReaderSettings("http://[::1]:11434/v1", "llama3.1:8b", "MY_KEY", 20.0)


@pytest.mark.parametrize(
    "line",
    [
        "key_env = 'sk-Secret-123'",
        "key_env = 'gsk_Secret123'",
        "key_env = ['Secret']",
        "url = 'https://me:Secret@example.org/v1'",
        "url = 'https://example.org/v1?key=Secret'",
        "key = 'Secret'",
    ],
)
def test_a_key_that_was_written_into_the_file_is_refused_and_not_shown(
    tmp_path: Path, line: str
) -> None:
    path = write(tmp_path, f"[reader]\n{line}\n")
    with pytest.raises(QuizError) as caught:
        load_settings(path)
    assert caught.value.message.startswith(f"{path}:2: {line.split()[0]} ")
    assert "Secret" not in caught.value.message + caught.value.hint


def test_a_key_in_the_place_of_its_variable_is_not_shown_wherever_it_comes_from() -> None:
    with pytest.raises(QuizError) as caught:
        ReaderSettings(key_env="sk-Secret-123")
    assert "key_env must be the name of an environment variable" in caught.value.message
    assert "Secret" not in caught.value.message


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xef\xbb\xbf[study]\nretention = 0.8\n")
    assert load_settings(path).study.retention == 0.8


def test_the_reader_of_the_documentation_can_be_copied(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "reading.md"
    block = page.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    found = load_settings(write(tmp_path, block)).reader
    assert found == ReaderSettings("http://127.0.0.1:11434/v1", "llama3.1:8b", "READER_KEY", 60)
