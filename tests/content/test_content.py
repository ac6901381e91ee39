"""The decks that come with the app."""

import re
from pathlib import Path

import pytest

from quizapp.cards.check import check
from quizapp.cards.compile import compile_deck
from quizapp.cards.demo_links import demo_findings
from quizapp.cards.lint import lint_deck
from quizapp.cards.problems import CODES
from quizapp.cards.source import read_source
from quizapp.demo.catalogue import read_catalogue

ROOT = Path(__file__).parents[2]
README = (ROOT / "content" / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def test_no_deck_has_a_problem() -> None:
    report = check([ROOT / "content"], read_catalogue([ROOT / "demos"]).demos)
    assert [str(problem) for problem in report.problems] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_the_examples_of_the_format_are_valid(example: str) -> None:
    text = example if "deck:" in example else f"deck: example\ntitle: Example\ncards:\n{example}"
    source = read_source("example.yaml", text.encode())
    file = compile_deck(source)
    assert [str(problem) for problem in file.problems] == []
    assert file.cards
    texts = {"L301", "L302", "L305", "L306"}
    assert [finding for finding in lint_deck(file) if finding.code in texts] == []
    demos = read_catalogue([ROOT / "demos"]).demos
    assert list(demo_findings(file, demos)) == []


def test_the_format_names_every_code_and_what_it_means() -> None:
    documented = dict(re.findall(r"^\| ([A-Z]\d{3}) \| (.*) \|$", README, re.MULTILINE))
    assert documented == {code: meaning.replace("|", "\\|") for code, meaning in CODES.items()}
