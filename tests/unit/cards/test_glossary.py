"""The glossary: looking a term up in either language, and what a text mentions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from quizapp.app.glossary import read_terms
from quizapp.cards.check import check
from quizapp.cards.glossary import Term, find_terms, mentioned
from quizapp.cli import main
from quizapp.errors import QuizError
from quizapp.paths import built_in

LORA = Term(
    term="low-rank adaptation (LoRA)", simplified="低秩适配", traditional="低秩調適", means="Thin."
)
RANK = Term(term="rank", simplified="秩", traditional="秩", means="Independent directions.")
EXPLORE = Term(term="exploration", simplified="探索", traditional="探索", means="New things.")
GAE = Term(term="advantage estimation (GAE)", simplified="优势", traditional="優勢", means="Sums.")
TERMS = (EXPLORE, RANK, LORA, GAE)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lora", [LORA]),
        ("LoRA", [LORA]),
        ("rank", [RANK, LORA]),
        ("低秩調適", [LORA]),
        ("秩", [RANK, LORA]),
        ("direc", [RANK]),
        ("explorasion", [EXPLORE]),
        ("zzz", []),
        (" ", [GAE, EXPLORE, LORA, RANK]),
    ],
)
def test_a_term_is_found_in_either_language(query: str, found: list[Term]) -> None:
    assert find_terms(TERMS, query) == found


def test_a_text_mentions_whole_words_in_its_order() -> None:
    text = "Ranks differ. lora layers explore; the GAE of an adaptation."
    assert mentioned(TERMS, text) == [RANK, LORA, GAE]
    assert mentioned(TERMS, "colored, and gae of no one") == []
    assert mentioned(TERMS, "exploration-free low-rank adaptation of lo-rank") == [LORA]


def test_our_glossary_has_each_term_in_its_script() -> None:
    terms = read_terms([built_in("content")])
    assert len(terms) >= 200
    for term in terms:
        assert re.search(r"[\u4e00-\u9fff]", term.simplified), term.term
        assert re.search(r"[\u4e00-\u9fff]", term.traditional), term.term
        # characters that the other script writes differently
        assert not re.search("[習數據練優權陣機參訓損態]", term.simplified), term.term
        assert not re.search("[习数据练优权阵机参训损态层网]", term.traditional), term.term


def test_a_users_glossary_adds_terms_and_replaces_ours(tmp_path: Path) -> None:
    text = "terms:\n- {term: Rank, simplified: 阶, traditional: 階, means: Mine.}\n"
    (tmp_path / "glossary.yaml").write_text(text, encoding="utf-8")
    ours = read_terms([built_in("content")])
    both = read_terms([built_in("content"), tmp_path])
    assert len(both) == len(ours)
    assert find_terms(both, "rank")[0].means == "Mine."


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("terms:\n- {term: a, simplified: 甲, traditional: 甲}\n", "2:3: C102 `means` is missing"),
        ("terms: none\n", "1:8: C103 `terms` must be a list"),
        (
            "terms:\n"
            "- {term: a, simplified: 甲, traditional: 甲, means: b}\n"
            "- {term: A, simplified: 乙, traditional: 乙, means: c}\n",
            "3:10: C114 A is in `terms` twice",
        ),
    ],
)
def test_a_mistake_in_a_glossary_is_named_with_its_place(
    tmp_path: Path, text: str, problem: str
) -> None:
    (tmp_path / "glossary.yaml").write_text(text, encoding="utf-8")
    assert any(f"glossary.yaml:{problem}" in str(found) for found in check([tmp_path]).problems)
    with pytest.raises(QuizError, match=re.escape(problem)) as caught:
        read_terms([tmp_path])
    assert caught.value.title == "The glossary has a mistake"
    assert "quizapp check" in caught.value.hint


def test_the_command_says_a_term_in_both_scripts(tmp_path: Path) -> None:
    env = {"QUIZAPP_HOME": str(tmp_path)}
    shown = CliRunner().invoke(main, ["glossary", "learning", "rate"], env=env)
    assert shown.exit_code == 0
    assert shown.output.startswith("learning rate  学习率 · 學習率\n  The size of a step.\n")
    none = CliRunner().invoke(main, ["glossary", "zzzz"], env=env)
    assert none.exit_code == 2
    assert "No such term" in none.output and "lists all terms" in none.output
    rows = CliRunner().invoke(main, ["glossary", "--json", "过拟合"], env=env)
    assert '"term": "overfitting"' in rows.output
