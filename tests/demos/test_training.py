"""Training demos: schedules and gradients from first principles, and claims that can fail."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.demos.running import run_demo

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("at", [100, 101, 550, 775, 999])
def test_schedules_follow_their_formulas(at: int) -> None:
    found = run_demo("lr_schedule", at=at).measures
    share = (at - 100) / 900
    assert found["cosine_at"] == pytest.approx(5e-5 * (1 + math.cos(math.pi * share)) / 2)
    assert found["linear_at"] == pytest.approx(5e-5 * (1 - share))
    fallen = max(0.0, (at - 820) / 180)  # the last fifth of the 900 steps after warmup
    assert found["wsd_at"] == pytest.approx(5e-5 * (1 + math.cos(math.pi * fallen)) / 2)


def test_without_warmup_the_first_step_is_a_full_one() -> None:
    found = run_demo("lr_schedule", warmup=0)
    assert found.claims["first-step-is-zero"] == "fails"
    assert found.measures["first_step"] == "moves them at the peak rate"


def test_a_longer_plan_moves_only_the_decay_of_warmup_stable_decay() -> None:
    found = run_demo("lr_schedule").measures
    assert found["wsd_same"] == (1000 - 900 // 5 + 1) / 1000  # the first step of the decay is flat
    assert found["cosine_same"] == (100 + 1) / 1000  # the warmup, and the peak


def test_momentum_moves_the_limit_of_stability() -> None:
    found = run_demo("stability_limit", momentum=0.9)
    assert found.measures["limit"] == pytest.approx(2 * (1 + 0.9), rel=0.02)
    assert found.claims["limit-is-two-over-curvature"] == "fails"


def test_equal_rates_do_not_show_a_run_that_is_too_slow() -> None:
    found = run_demo("learning_rate", small=3e-3, large=3e-3, steps=60)
    assert found.claims["small-still-falls"] == "fails"


def test_a_second_peak_too_low_gains_nothing() -> None:
    found = run_demo("resume_after_decay", again=0.05)
    assert found.claims["rewarming-gains"] == "fails"


def test_a_rate_too_small_for_noise_leaves_nothing_to_settle() -> None:
    found = run_demo("lr_decay", peak=3e-4)
    assert found.claims["decay-pays"] == "fails"


def test_a_short_cosine_does_not_end_near_zero() -> None:
    assert run_demo("lr_schedule", total=20, warmup=2).claims["ends-near-zero"] == "fails"


def test_a_single_micro_batch_is_the_batch() -> None:
    found = run_demo("grad_accumulation", micro_batches=1)
    assert found.measures["kept_share"] == 1
    assert found.claims["naive-is-off"] == "fails"
    assert found.measures["naive"] == "both"


def test_the_naive_gradient_is_the_token_gradient_with_other_weights() -> None:
    import tinyworld
    import torch

    model, tokenizer = tinyworld.load()
    texts = ["The lantern is white.", *tinyworld.documents("general", 1, seed=0)]
    parts = [tinyworld.batch(tokenizer, [text]) for text in texts]

    def gradient(*losses: Any) -> Any:
        model.zero_grad()
        torch.stack(losses).sum().backward()
        return torch.cat([p.grad.flatten() for p in model.parameters()])

    counts = [int((part["labels"][:, 1:] != -100).sum()) for part in parts]
    weighted = gradient(
        *(n / sum(counts) * model(**p).loss for n, p in zip(counts, parts, strict=True))
    )
    whole = gradient(model(**tinyworld.batch(tokenizer, texts)).loss)
    naive = gradient(*(model(**part).loss / 2 for part in parts))
    assert torch.allclose(weighted, whole, atol=1e-5)
    assert (naive - whole).norm() > 0.02 * whole.norm()


def test_many_documents_leave_nothing_to_stop() -> None:
    found = run_demo("early_stopping", documents=256, steps=40)
    assert found.claims["late-is-worse"] == "fails"


def test_a_flexible_simple_model_does_not_underfit_and_steps_too_few_hide_width() -> None:
    found = run_demo("underfitting", degree=9, steps=20)
    assert found.claims["capacity-helps"] == "fails"


def test_the_straight_line_ends_at_the_bias_of_the_best_line() -> None:
    import numpy as np

    x = np.linspace(-2, 2, 100_001)
    y = np.sin(2 * x) + x**2
    best = np.polyval(np.polyfit(x, y, 1), x)
    expected = np.mean((y - best) ** 2) + 0.1**2
    found = run_demo("underfitting", steps=20).measures
    assert found["simple_50000"] == pytest.approx(expected, rel=0.08)


def test_noise_without_training_keeps_its_scale() -> None:
    found = run_demo("gradient_noise", train_steps=0, repeats=8)
    assert found.claims["scale-grows"] == "fails"


def test_a_rate_far_too_large_spoils_every_batch_size() -> None:
    found = run_demo("batch_extremes", learning_rate=0.1, epochs=1)
    assert found.claims["more-updates-win"] == "fails"
    assert found.claims["updates-decide"] == "fails"


def test_a_modest_peak_needs_no_warmup() -> None:
    found = run_demo("lr_warmup", peak=3e-4, steps=20)
    assert found.claims["warmup-rescues"] == "fails"


def test_many_documents_need_no_remedy() -> None:
    found = run_demo("overfit_remedies", documents=256, steps=40)
    assert found.claims["slower-helps"] == "fails"
    assert found.claims["stopping-helps"] == "fails"
