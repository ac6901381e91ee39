"""Demos of diagnosis: each hand-written piece against an oracle, and claims that can fail."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from tests.demos.running import load, run_demo

pytestmark = pytest.mark.torch


def source(name: str) -> ModuleType:
    """Return the module of a demo."""
    return sys.modules[load(name).main.__module__]


def test_the_trainers_callback_stops_after_its_patience() -> None:
    curve = {0: 1.0, 5: 0.6, 10: 0.5, 15: 0.7, 20: 0.6, 25: 0.6, 30: 0.4}
    stopped = source("early_stopping").stopped_by_trainer
    assert stopped(curve, 3) == (25, 10)
    assert stopped(curve, 9) == (30, 30)


def test_confidence_is_the_mean_probability_of_the_first_choice() -> None:
    import tinyworld
    import torch

    model, tokenizer = tinyworld.load()
    cases = tinyworld.cases("bank")[:3]
    alone = []
    for case in cases:
        ids = tinyworld.batch(tokenizer, [case.prompt])["input_ids"][:, :-1]  # no end token
        with torch.no_grad():
            alone.append(model(input_ids=ids).logits[0, -1].softmax(-1).max().item())
    found = source("early_stopping").confidence(model, tokenizer, cases)
    assert found == pytest.approx(sum(alone) / 3, rel=1e-4)


def test_the_loss_of_each_text_is_its_loss_alone() -> None:
    import tinyworld

    model, tokenizer = tinyworld.load()
    texts = tinyworld.documents("bank", 3, seed=0)
    found = source("checkpoint_choice").loss_of_each(model, tinyworld.batch(tokenizer, texts))
    alone = [tinyworld.loss(model, tokenizer, [text]) for text in texts]
    assert found.tolist() == pytest.approx(alone, rel=1e-4)


def test_two_checkpoints_flatter_less_than_thirty() -> None:
    few = run_demo("checkpoint_choice", checkpoints=2)
    many = run_demo("checkpoint_choice", checkpoints=30)
    assert few.measures["flattered_2"] < many.measures["flattered_2"]
    assert many.claims["choosing-flatters"] == "holds"


def test_a_scrambled_batch_keeps_its_padding_and_its_sound_texts() -> None:
    import tinyworld

    _, tokenizer = tinyworld.load()
    sound = tinyworld.batch(tokenizer, tinyworld.documents("clinic", 16, seed=0))
    strange = source("loss_spike").scramble(sound, 0.25, 100, seed=0)
    assert (strange["labels"] == -100).equal(sound["labels"] == -100)
    assert strange["input_ids"][4:].equal(sound["input_ids"][4:])
    assert not strange["input_ids"][:4].equal(sound["input_ids"][:4])


def test_a_sound_batch_makes_no_spike() -> None:
    found = run_demo("loss_spike", scrambled=0.0, steps=60)
    assert found.claims["batch-makes-the-spike"] == "fails"
    assert found.claims["norm-jumps-too"] == "fails"
    assert found.claims["it-heals"] == "holds"


def test_ten_steps_store_nothing() -> None:
    found = run_demo("overfit_ten", steps=10)
    assert found.claims["sound-run-stores"] == "fails"
    assert found.claims["wrong-labels-pass"] == "fails"
    assert found.claims["unreached-weights-fail"] == "holds"


def test_an_adapter_that_has_learned_nothing_is_the_base() -> None:
    found = run_demo("missing_adapter", steps=5, learning_rate=1e-5)
    assert found.claims["loaded-differs"] == "fails"
    assert found.claims["template-is-not-the-base"] == "fails"
    assert found.claims["fresh-is-the-base"] == "holds"


def test_many_documents_do_not_punish_the_fast_rate() -> None:
    found = run_demo("few_data_rate", documents=256, steps=40)
    assert found.claims["fast-ends-higher"] == "fails"
