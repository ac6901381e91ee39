"""The demos of evaluation on the bundled language model: oracles, and claims that can fail."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.demos.running import load, run_demo

pytestmark = pytest.mark.torch


def part(name: str, function: str) -> Callable[..., Any]:
    """Return a function of a demo's module."""
    found: Callable[..., Any] = load(name).main.__globals__[function]
    return found


@pytest.fixture(scope="module")
def base() -> tuple[Any, Any]:
    import tinyworld

    loaded: tuple[Any, Any] = tinyworld.load()
    return loaded


@pytest.mark.parametrize(
    ("name", "settings", "failing"),
    [
        ("decoding", {"temperature": 0.3}, {"same-weights-lower-score"}),
        ("decoding", {"temperature": 2.0}, {"top-p-rescues"}),
        ("length_bias", {"long": 1}, {"sum-prefers-short", "sum-prefers-the-lie"}),
        ("dpo", {"learning_rate": 1e-4, "steps": 30}, {"chosen-falls"}),
        ("perplexity_tokenizers", {"steps": 20}, {"rankings-disagree"}),
    ],
)
def test_a_setting_of_the_demo_makes_the_claim_fail(
    name: str, settings: dict[str, Any], failing: set[str]
) -> None:
    claims = run_demo(name, **settings).claims
    assert {claim for claim, state in claims.items() if state == "fails"} >= failing


@pytest.mark.parametrize(
    ("name", "settings", "function", "sabotage", "failing"),
    [
        (
            "decoding",
            {},
            "distribution",
            lambda z, t, p: (z / 100).softmax(-1),
            {"entropy-rises", "cold-is-greedy"},
        ),
        (
            "length_bias",
            {"pairs": 64},
            "log_probabilities",
            lambda m, t, pairs, d: uniform(pairs),
            {"mean-is-level", "mean-prefers-the-truth"},
        ),
        (
            "dpo",
            {"steps": 10},
            "log_probability",
            lambda m, t, p, a: same(m, len(a)),
            {"preference-learned", "rejected-falls-more", "chosen-falls"},
        ),
        ("dpo", {"steps": 10}, "F", SimpleNamespace(logsigmoid=lambda x: x - 1), {"starts-at-ln2"}),
        (
            "perplexity_tokenizers",
            {"steps": 20},
            "LlamaConfig",
            lambda **k: wild(**k),
            {"ignorance-is-vocabulary-size"},
        ),
        (
            "perplexity_tokenizers",
            {"steps": 20},
            "bits_per_character",
            lambda loss, tokens, characters: loss * tokens / characters,
            {"bits-follow-from-loss"},
        ),
    ],
)
def test_a_wrong_part_makes_the_claim_fail(
    name: str,
    settings: dict[str, Any],
    function: str,
    sabotage: Callable[..., Any],
    failing: set[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    demo = load(name)
    monkeypatch.setitem(demo.main.__globals__, function, sabotage)
    claims = run_demo(name, demo, **settings).claims
    assert {claim for claim, state in claims.items() if state == "fails"} >= failing


def uniform(pairs: list[tuple[str, str]]) -> tuple[Any, Any]:
    """Score short texts best by sum and by mean."""
    import torch

    length = torch.tensor([float(len(text.split())) for _, text in pairs])
    return -(length**2), length


def same(model: Any, count: int) -> Any:
    """Score every answer 0, whatever the policy."""
    import torch

    return torch.zeros(count) + next(model.parameters()).sum() * 0


def wild(**settings: Any) -> Any:
    """Return a configuration whose untrained model is sure of itself."""
    from transformers import LlamaConfig

    return LlamaConfig(**settings, initializer_range=0.5)


def test_an_untrained_character_model_is_as_unsure_as_its_vocabulary() -> None:
    measures = run_demo("perplexity_tokenizers", steps=20).measures
    assert measures["untrained_ppl"] == pytest.approx(measures["symbols"], rel=0.15)


def test_bits_per_character_follow_from_loss_and_tokens_per_character() -> None:
    measures = run_demo("perplexity_tokenizers", steps=20).measures
    expected = math.log2(measures["word_ppl"]) / measures["characters_per_token"]
    assert measures["word_bits"] == pytest.approx(expected)


def test_summed_bits_are_those_of_the_mean_loss(base: tuple[Any, Any]) -> None:
    import tinyworld

    model, tokenizer = base
    texts = ["The old owl sees the fox.", "The boat is red. The shy cat fears the owl."]
    labels = tinyworld.batch(tokenizer, texts)["labels"][:, 1:]
    nats = tinyworld.loss(model, tokenizer, texts) * int((labels != -100).sum())
    bits = part("perplexity_tokenizers", "summed_bits")(model, tokenizer, texts)
    assert bits == pytest.approx(nats / math.log(2), rel=1e-4)


def test_characters_are_coded_between_start_and_end_and_padding_carries_no_loss() -> None:
    batch = part("perplexity_tokenizers", "encode")(["ab", "b"], "ab", "cpu")
    assert batch["input_ids"].tolist() == [[0, 2, 3, 1], [0, 3, 1, 0]]
    assert batch["labels"].tolist() == [[0, 2, 3, 1], [0, 3, 1, -100]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1, 1], [1, 1, 1, 0]]


def test_log_probability_of_a_continuation_is_what_the_whole_has_more_than_the_context(
    base: tuple[Any, Any],
) -> None:
    import tinyworld

    model, tokenizer = base
    context, text = "The old owl", " sees the fox near the lake."
    score = part("length_bias", "log_probabilities")
    [total], [count] = score(model, tokenizer, [(context, text)], "cpu")
    [alone], [prefix] = score(model, tokenizer, [("", context)], "cpu")
    [whole], [tokens] = score(model, tokenizer, [("", context + text)], "cpu")
    assert whole - alone == pytest.approx(total, abs=1e-4)
    assert tokens - prefix == count == 7
    nats = tinyworld.loss(model, tokenizer, [context + text])  # counts the end token too
    assert -whole / (int(tokens) + 1) <= nats


def test_a_short_lie_loses_by_the_mean_per_character_too() -> None:
    measures = run_demo("length_bias", pairs=64).measures
    assert measures["lie_by_character"] < 0.1 < measures["lie_by_sum"]


def test_dpo_scores_agree_with_length_bias_scores(base: tuple[Any, Any]) -> None:
    model, tokenizer = base
    pairs = [("The shy cat", " fears the owl near the farm."), ("The boat is", " red.")]
    total, _ = part("length_bias", "log_probabilities")(model, tokenizer, pairs, "cpu")
    found = part("dpo", "log_probability")(model, tokenizer, *zip(*pairs, strict=True))
    assert found.tolist() == pytest.approx(total.tolist(), abs=1e-4)


def test_verb_pairs_differ_in_the_verb_only() -> None:
    import random

    make = part("dpo", "verb_pair")
    for seed in range(20):
        _, chosen, rejected = make(random.Random(seed))
        assert chosen.split()[1:] == rejected.split()[1:]
        assert chosen.split()[0] != rejected.split()[0]


def test_decoding_distribution_is_the_softmax_of_scaled_logits_cut_at_top_p() -> None:
    import torch

    distribution = part("decoding", "distribution")
    z = torch.tensor([[2.0, 1.0, 0.0, -1.0]])
    assert torch.allclose(distribution(z.clone(), 2.0, 1.0), (z / 2).softmax(-1))
    cut = distribution(z.clone(), 1.0, 0.7)[0]
    p = z.softmax(-1)[0]
    assert (cut > 0).tolist() == [True, True, False, False]  # 0.64 alone is below 0.7
    assert cut[0] == pytest.approx(float(p[0] / (p[0] + p[1])))


def test_expected_score_of_decoding_is_the_product_over_the_answer(base: tuple[Any, Any]) -> None:
    import tinyworld

    model, tokenizer = base
    case = tinyworld.cases("clinic", guideline="old")[0]
    logits, ids = part("decoding", "answer_logits")(model, tokenizer, case, "cpu")
    assert tokenizer.decode(ids).strip() == case.answer.strip()
    assert tinyworld.accuracy(model, tokenizer, [case]) == float((logits.argmax(-1) == ids).all())


def test_claims_about_invented_facts_are_not_tested_on_another_model(tmp_path: Any) -> None:
    import tinyworld

    model, tokenizer = tinyworld.load()
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    other = run_demo("decoding", model=str(tmp_path))
    assert other.claims["same-weights-lower-score"] == "not tested"
    assert other.claims["entropy-rises"] == "holds"
    assert run_demo("length_bias", model=str(tmp_path), pairs=64).claims["sum-prefers-the-lie"] == (
        "not tested"
    )
