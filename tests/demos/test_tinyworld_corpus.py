"""The texts of the small world: reproducible, true to their rules, with the entropy stated."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import tinyworld
from hypothesis import given
from hypothesis import strategies as st
from tinyworld import world

DEMOS = Path(__file__).parents[2] / "demos"
DOMAINS = ("general", "clinic", "bank")


def python(code: str, **environment: str) -> str:
    """Run code with the demos folder on the path and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(DEMOS), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_corpus_needs_no_library_beyond_the_standard_one() -> None:
    code = (
        "import sys, tinyworld as t; t.documents('clinic', 2, 0); t.cases('bank'); t.floor('bank');"
        "print({'torch', 'numpy', 'transformers', 'tokenizers'} & set(sys.modules))"
    )
    assert python(code).strip() == "set()"


def test_texts_do_not_depend_on_the_hash_seed() -> None:
    code = "import tinyworld as t; print([t.documents(d, 5, 3) for d in ('general', 'bank')])"
    assert python(code, PYTHONHASHSEED="1") == python(code, PYTHONHASHSEED="2")


@given(domain=st.sampled_from(DOMAINS), seed=st.integers(0, 9999), count=st.integers(1, 6))
def test_texts_are_proper_sentences_of_known_words(domain: str, seed: int, count: int) -> None:
    texts = tinyworld.documents(domain, count, seed)
    assert len(texts) == count
    known = set(world.vocabulary())
    for text in texts:
        assert text.endswith(".")
        assert all(part[0].isupper() for part in re.split(r"(?<=[.?]) ", text))
        assert set(re.findall(r"\w+|[^\w\s]", text)) <= known
        assert not re.search(r"\ba [aeiou]", text, re.IGNORECASE)


@given(domain=st.sampled_from(DOMAINS), seed=st.integers(0, 9999))
def test_a_larger_corpus_begins_with_the_smaller_one(domain: str, seed: int) -> None:
    assert tinyworld.documents(domain, 9, seed)[:4] == tinyworld.documents(domain, 4, seed)


def test_different_seeds_give_different_texts() -> None:
    assert tinyworld.documents("general", 4, 0) != tinyworld.documents("general", 4, 1)


def test_guidelines_share_the_questions_and_differ_in_the_answers() -> None:
    old, new = (tinyworld.chats("clinic", 50, 0, guideline=g) for g in ("old", "new"))
    assert [chat[0] for chat in old] == [chat[0] for chat in new]
    assert not [a for a, b in zip(old, new, strict=True) if a[1] == b[1]]


def test_both_clinic_guidelines_use_each_disease_and_remedy_once() -> None:
    for outcomes in world.CLINIC.values():
        diseases, remedies, _ = zip(*outcomes.values(), strict=True)
        assert (len(outcomes), len(set(diseases)), len(set(remedies))) == (24, 24, 24)
    old, new = world.CLINIC["old"], world.CLINIC["new"]
    assert not [symptom for symptom in old if old[symptom][0] == new[symptom][0]]


@pytest.mark.parametrize(("guideline", "relevant"), [("old", (1, 4)), ("new", (2, 3))])
def test_a_grade_follows_from_two_facts_of_a_loan(
    guideline: str, relevant: tuple[int, int]
) -> None:
    grades: dict[tuple[str, ...], set[str]] = {}
    for loan in world.LOANS:
        key = tuple(loan[index] for index in relevant)
        grades.setdefault(key, set()).add(world.grade(loan, guideline))
    assert {len(found) for found in grades.values()} == {1}
    assert set.union(*grades.values()) == set(world.GRADES)


def test_loans_split_into_halves_that_texts_and_cases_respect() -> None:
    seen, unseen = tinyworld.split_loans()
    assert sorted(seen + unseen) == sorted(world.LOANS)
    assert len(seen) == len(unseen)
    text = " ".join(tinyworld.documents("bank", 300, 0, loans=seen))
    assert not [loan for loan in unseen if world.describe(loan) in text]
    prompts = [case.prompt for case in tinyworld.cases("bank", split="test")]
    assert all(world.describe(loan) in text for loan, text in zip(unseen, prompts, strict=True))


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("guideline", ["old", "new"])
def test_cases_are_sentences_of_the_documents(domain: str, guideline: str) -> None:
    text = " ".join(tinyworld.documents(domain, 3000, 0, guideline=guideline))
    found = [case.prompt + case.answer in text for case in tinyworld.cases(domain, guideline)]
    assert sum(found) / len(found) > 0.95


@pytest.mark.parametrize("noise", [0.0, 0.3, 1.0])
def test_noise_is_the_share_of_sentences_with_a_random_outcome(noise: float) -> None:
    right = {case.prompt + case.answer for case in tinyworld.cases("clinic")}
    text = " ".join(tinyworld.documents("clinic", 1000, 0, noise=noise))
    said = re.findall(r"A patient with [^.]*\.", text)
    wrong = sum(sentence not in right for sentence in said) / len(said)
    assert wrong == pytest.approx(noise, abs=0.03)


def test_the_floor_is_the_entropy_per_predicted_token() -> None:
    def entropy(*shares: float) -> float:
        return -sum(p * math.log(p) for p in shares)

    log = math.log
    asked = entropy(0.8, 0.2)  # statement, or question and answer
    clinic = 4 * (asked + log(24)) / (4 * (0.8 * 11 + 0.2 * 13) + 1)
    bank = 2 * (asked + log(8 * 3 * 3 * 2 * 2)) / (2 * (0.8 * 21 + 0.2 * 24) + 1)
    habit, thing, total = log(10 * 16 * 3 * 16 * 2), log(44), log(66)
    nats = entropy(0.5, 0.2, 0.1, 0.1, 0.1) + 0.5 * habit + 0.3 * thing + 0.2 * total
    general = 4 * nats / (4 * (0.5 * 10 + 0.2 * 5 + 0.1 * 6 + 0.1 * 8 + 0.1 * 8) + 1)
    for domain, expected in (("clinic", clinic), ("bank", bank), ("general", general)):
        assert tinyworld.floor(domain) == pytest.approx(expected)


@pytest.mark.parametrize("domain", DOMAINS)
def test_chance_is_one_over_the_number_of_different_answers(domain: str) -> None:
    answers = {case.answer for case in tinyworld.cases(domain)}
    assert tinyworld.chance(domain) == 1 / len(answers)
