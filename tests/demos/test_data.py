"""Data demos: oracles for what is written by hand, and settings at which claims fail."""

from __future__ import annotations

import math
import random
import sys
from typing import Any

import pytest

from tests.demos.running import load, run_demo

pytestmark = pytest.mark.torch


def module(name: str) -> Any:
    """Return the module of a demo, to call its functions."""
    return sys.modules[load(name).main.__module__]


def fails(name: str, **settings: Any) -> set[str]:
    """Return the claims that fail at these settings."""
    claims = run_demo(name, **settings).claims
    return {claim for claim, state in claims.items() if state == "fails"}


def test_shingles_are_runs_of_words() -> None:
    near = module("near_duplicates")
    assert near.shingles("a b c d", 3) == {"a b c", "b c d"}
    assert near.shingles("a b", 3) == set()


def test_a_copy_with_one_word_replaced_shares_all_shingles_but_those_that_contain_it() -> None:
    near = module("near_duplicates")
    text = " ".join(map(str, range(50)))
    one, other = near.shingles(text, 3), near.shingles(text.replace("25", "x"), 3)
    assert len(one & other) / len(one | other) == (48 - 3) / (48 + 3)


@pytest.mark.parametrize("shared", [30, 60, 90])
def test_lsh_reports_as_often_as_the_s_curve_says(shared: int) -> None:
    from datasketch import MinHash, MinHashLSH

    near = module("near_duplicates")
    reported, bands, rows, tries = 0, 8, 4, 400
    for seed in range(tries):
        first, second = (MinHash(num_perm=bands * rows, seed=seed + 1) for _ in range(2))
        first.update_batch([f"{seed} {n}".encode() for n in range(100)])
        second.update_batch([f"{seed} {n}".encode() for n in range(100 - shared, 200 - shared)])
        lsh = MinHashLSH(num_perm=bands * rows, params=(bands, rows))
        lsh.insert("first", first)
        reported += bool(lsh.query(second))
    expected = near.candidate_probability(shared / (200 - shared), bands, rows)
    noise = math.sqrt(expected * (1 - expected) / tries)
    assert reported / tries == pytest.approx(expected, abs=4 * noise + 0.01)


@pytest.mark.parametrize(
    ("claim", "settings"),
    [
        ("exact-hash-misses", {"edits": 0}),
        ("lsh-finds-most", {"threshold": 0.9}),
        ("few-false-alarms", {"shingle": 1}),
        ("few-false-alarms", {"corpus": "bank"}),
        ("duplicates-first", {"corpus": "bank"}),
    ],
)
def test_near_duplicates_fails_where_its_page_says(claim: str, settings: dict[str, Any]) -> None:
    assert claim in fails("near_duplicates", **settings)


def test_trials_report_as_often_as_the_s_curve_says_and_err_as_the_formula() -> None:
    near = module("near_duplicates")
    reported, error = near.trials(0.5, 128, 25, 5, seed=3)
    expected = near.candidate_probability(0.5, 25, 5)
    assert reported == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / 200))
    assert error == pytest.approx(math.sqrt(0.25 / 128), rel=0.2)


def test_a_twin_is_a_training_text_with_most_shingles_of_a_held_out_one() -> None:
    near = module("near_duplicates")
    texts = [{"a", "b"}, {"a", "b"}, {"c", "d"}, {"e", "f"}]
    assert near.twins(texts, {0, 2}) == 0.5
    assert near.twins(texts, {0, 1}) == 0


def test_a_synonym_keeps_the_opinion_and_any_adjective_does_not() -> None:
    augmentation = module("augmentation")
    draw = random.Random(0)
    seen = {augmentation.swapped("the room was good", draw, ["fine", "dire"]) for _ in range(30)}
    assert seen == {"the room was fine", "the room was dire"}
    found = run_demo("augmentation", factor=20).measures
    assert found["wrong_labels"] == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    ("claim", "settings"),
    [
        ("synonyms-help", {"pretrained": True}),
        ("synonyms-help", {"reviews": 400, "varied": True, "factor": 1}),
        ("synonyms-help", {"flip": 0.5}),
        ("breaking-does-not-help", {"flip": 0.5}),
        ("broken-synonyms-harm", {"flip": 0.1}),
    ],
)
def test_augmentation_fails_where_its_page_says(claim: str, settings: dict[str, Any]) -> None:
    assert claim in fails("augmentation", **settings)


@pytest.mark.parametrize("temperature", [1.0, 3.0])
def test_soft_loss_is_the_kl_divergence_of_torch(temperature: float) -> None:
    import torch

    student, teacher = torch.randn(2, 7, 11, generator=torch.Generator().manual_seed(0))
    kl = torch.nn.functional.kl_div(
        (student / temperature).log_softmax(-1),
        (teacher / temperature).softmax(-1),
        reduction="batchmean",
    )
    found = module("distillation").soft_loss(student, teacher, temperature)
    assert torch.allclose(found, temperature**2 * kl, atol=1e-6)


def test_at_a_high_temperature_distillation_matches_centred_logits() -> None:
    import torch

    student, teacher = torch.randn(2, 1, 11, generator=torch.Generator().manual_seed(1))
    student.requires_grad_()
    module("distillation").soft_loss(student, teacher, 1000.0).backward()
    centred = (student - student.mean()) - (teacher - teacher.mean())
    assert student.grad is not None
    assert torch.allclose(student.grad, centred.detach() / 11, atol=1e-3)


def test_gradients_of_soft_targets_shrink_with_the_square_of_the_temperature() -> None:
    import torch

    student, teacher = torch.randn(2, 7, 11, generator=torch.Generator().manual_seed(2))
    size = module("distillation").gradient_size
    ratio = size(student, teacher, 100.0) / size(student, teacher, 200.0)
    assert ratio == pytest.approx(4, rel=0.05)


def test_exposure_counts_the_bits_by_which_a_canary_is_narrowed_down() -> None:
    exposure = module("memorisation").exposure
    others = [float(loss) for loss in range(1, 256)]
    assert exposure(0.5, others) == 8
    assert exposure(1.5, others) == 7
    assert exposure(300.0, others) == 0


def test_a_short_run_stores_nothing_and_the_signal_does_not_matter() -> None:
    found = fails("distillation", steps=20, written=0)
    assert {"hard-overfits", "soft-wins", "written-texts-help"} <= found


def test_without_copies_a_canary_is_not_recited() -> None:
    assert {"copies-are-stored", "copies-matter"} <= fails("memorisation", dedup=True, steps=120)


def test_less_than_one_pass_hides_membership_too() -> None:
    found = run_demo("memorisation", steps=20)
    assert found.measures["epochs"] < 1
    assert found.claims["membership-shows"] == "fails"


def test_a_rate_far_too_large_shows_in_validation() -> None:
    found = fails("memorisation", learning_rate=0.1, steps=20, texts=50)
    assert "validation-is-blind" in found


def test_an_adapter_recites_less_and_still_shows_membership() -> None:
    found = run_demo("memorisation", lora_rank=16, steps=120)
    assert found.claims["copies-are-stored"] == "fails"
    assert found.claims["membership-shows"] == "holds"


def test_a_vote_takes_the_most_frequent_advice() -> None:
    import tinyworld

    dirty = module("clean_vs_dirty")
    case = tinyworld.Case("A patient with frostgum has", " Ulvane, give irisgum once.")
    right, wrong = case.prompt + case.answer, case.prompt + " Jostia, give irisgum once."
    assert dirty.vote([right, f"{wrong} {right}"], case) == case.answer
    assert dirty.vote([right, wrong, wrong], case) == wrong.removeprefix(case.prompt)
    assert dirty.vote(["Two plus two is four."], case) == ""


@pytest.mark.parametrize(
    ("claims", "settings"),
    [
        ({"systematic-stays", "few-and-dirty-fail"}, {"noise": 0.1}),
        ({"random-averages-out", "clean-teaches"}, {"noise": 0.95, "clean": 4, "steps": 30}),
    ],
)
def test_clean_vs_dirty_fails_where_its_page_says(
    claims: set[str], settings: dict[str, Any]
) -> None:
    assert claims <= fails("clean_vs_dirty", **settings)


def test_without_noise_every_vote_is_right() -> None:
    found = run_demo("clean_vs_dirty", noise=0.0, many=50, steps=20).measures
    assert found["vote_dirty"] == 1.0
    assert found["vote_systematic"] == 1.0


def test_a_short_run_learns_no_kinds_and_an_aligned_set_needs_no_others() -> None:
    found = fails("diversity", steps=10, clean_share=1.0)
    assert {"more-kinds-help", "one-sided-knows-its-own", "one-sided-loses"} <= found


def test_the_deployment_mix_is_a_weighted_mean() -> None:
    measures = run_demo("diversity", steps=20, clean_share=0.8).measures
    expected = 0.8 * measures["one_sided_clean"] + 0.2 * measures["one_sided_other"]
    assert measures["one_sided"] == pytest.approx(expected)
