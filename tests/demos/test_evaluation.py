"""The demos of evaluation that need no language model: oracles, and claims that can fail."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import comb, exp, log, pi, sqrt
from statistics import NormalDist
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.demos.running import load, part, run_demo

BLEU_50 = SimpleNamespace(score=50.0)


def perfect() -> tuple[Any, Any]:
    """Return labels and the decisions of a filter without errors."""
    label = np.arange(100) % 2
    return label, label


class HalfRouge:
    """A scorer that gives every pair of texts 0.5."""

    def score(self, reference: str, text: str) -> dict[str, SimpleNamespace]:
        return {name: SimpleNamespace(fmeasure=0.5) for name in ("rouge1", "rouge2", "rougeL")}


class FirstClass:
    """A calibrated classifier that always answers with the first class."""

    calibrated_classifiers_ = (SimpleNamespace(calibrators=[SimpleNamespace(beta_=1.0)]),)

    def fit(self, x: Any, y: Any) -> FirstClass:
        return self

    def predict_proba(self, x: Any) -> Any:
        return np.eye(4)[np.zeros(len(x), dtype=int)]


@pytest.mark.parametrize(
    ("name", "claim", "settings"),
    [
        ("auc_ranking", "transform-keeps-auc", {"transform": "round"}),
        ("auc_ranking", "transform-keeps-auc", {"transform": "negate"}),
        ("f1_threshold", "f1-depends-on-the-class", {"positives": 0.5}),
        ("roc_vs_pr", "roc-flatters", {"prevalence": 0.5}),
        ("roc_vs_pr", "same-ranking-other-precision", {"prevalence": 0.5}),
        ("roc_vs_pr", "roc-flatters", {"separation": 0.5}),
        ("roc_vs_pr", "sharpening-hurts-brier", {"sharpen": 1.0}),
        ("regression_outlier", "mse-explodes", {"outlier": 0.0}),
        ("regression_outlier", "r2-can-be-negative", {"outlier": 0.0}),
        ("regression_outlier", "one-row-is-nearly-all", {"outlier": 0.0}),
        ("regression_outlier", "mae-stays", {"outlier": 40.0, "n": 20, "noise": 0.01}),
        ("bleu_fooled", "clipping-works", {"smoothing": "add-k"}),
        ("chinese_metrics", "default-rouge-is-zero", {"pair": "mixed"}),
        ("chinese_metrics", "default-bleu-is-zero", {"pair": "mixed"}),
        ("chinese_metrics", "characters-see-the-overlap", {"pair": "script"}),
        ("eval_confidence", "pairing-sharpens", {"alike": 0.0}),
        ("eval_confidence", "worse-model-often-wins", {"items": 5000}),
        ("eval_confidence", "mostly-not-shown", {"items": 5000}),
        ("eval_confidence", "needed-finds-half", {"score": 0.95, "gap": 0.2}),
        ("eval_confidence", "power-finds-four-fifths", {"score": 0.95, "gap": 0.2}),
        ("judge_bias", "order-decides", {"bias": 0.0}),
        ("judge_bias", "order-flips-winner", {"bias": 0.0}),
        ("judge_bias", "swapping-cancels", {"verbosity": 1.0}),
        ("annotator_kappa", "guessers-agree", {"fine": 0.5}),
        ("annotator_kappa", "kappa-needs-balance", {"fine": 0.5}),
        ("annotator_kappa", "labels-cap-scores", {"skill": 1.0}),
        ("peeking", "peeking-inflates", {"every": 2000}),
        ("peeking", "lead-shrinks", {"gap": 0.03}),
        ("pass_at_k", "plug-in-is-low", {"k": 1}),
        ("pass_at_k", "mean-task-misleads", {"spread": 0.05}),
        ("calibration", "confidence-outruns-accuracy", {"epochs": 5}),
        ("calibration", "loss-rises-unseen", {"epochs": 5}),
        ("calibration", "temperature-halves-ece", {"epochs": 5}),
        ("calibration", "train-fit-repairs-nothing", {"epochs": 5, "train": 4000}),
        ("bradley_terry", "strengths-recovered", {"games": 60}),
        ("bradley_terry", "elo-depends-on-order", {"k_factor": 1.0}),
        ("best_of_n", "gold-falls", {"error": "gaussian"}),
        ("best_of_n", "penalty-keeps-gold", {"error": "gaussian"}),
        ("best_of_n", "gold-falls", {"doublings": 3}),
        ("grpo", "solve-rate-rises", {"solved": 0.01, "steps": 40}),
        ("grpo", "group-mean-cuts-noise", {"shared": 0.0}),
        ("grpo", "equal-groups-are-silent", {"group": 64, "steps": 20}),
    ],
)
def test_a_setting_of_the_demo_makes_the_claim_fail(
    name: str, claim: str, settings: dict[str, Any]
) -> None:
    assert run_demo(name, **settings).claims[claim] == "fails"


@pytest.mark.parametrize(
    ("name", "claim", "function", "sabotage"),
    [
        ("f1_threshold", "accuracy-hides-alarms", "mails", lambda found, alarms: perfect()),
        ("f1_threshold", "equal-f1-other-errors", "mails", lambda found, alarms: perfect()),
        ("auc_ranking", "auc-is-pair-probability", "pairs_won", lambda p, n: p >= n + 0.1),
        ("auc_ranking", "negation-mirrors", "roc_auc_score", lambda y, s: 0.6),
        ("auc_ranking", "constant-is-half", "roc_auc_score", lambda y, s: 0.6),
        ("roc_vs_pr", "pr-chance-is-prevalence", "average_precision_score", lambda y, s: 0.5),
        ("roc_vs_pr", "sharpening-keeps-auc", "roc_auc_score", lambda y, s: float(np.var(s))),
        ("regression_outlier", "mean-has-r2-zero", "r2_score", lambda y, p: 0.5),
        ("regression_outlier", "median-wins-mae", "mean_absolute_error", lambda y, p: 1.0),
        ("bleu_fooled", "negation-survives", "sentence_bleu", lambda *a, **k: BLEU_50),
        ("bleu_fooled", "paraphrase-scores-nothing", "sentence_bleu", lambda *a, **k: BLEU_50),
        ("bleu_fooled", "spread-errors-cost-more", "sentence_bleu", lambda *a, **k: BLEU_50),
        ("bleu_fooled", "order-ignored", "RougeScorer", lambda kinds: HalfRouge()),
        (
            "chinese_metrics",
            "tokenizer-decides-in-english",
            "sentence_bleu",
            lambda *a, **k: BLEU_50,
        ),
        (
            "chinese_metrics",
            "latin-words-are-all",
            "rouge_l",
            lambda text, reference, tokenizer=None: 0.5,
        ),
        ("calibration", "answers-stay", "CalibratedClassifierCV", lambda *a, **k: FirstClass()),
        ("calibration", "constant-has-low-ece", "ece", lambda p, y, count=10: 0.5),
        ("calibration", "bins-change-ece", "ece", lambda p, y, count=10: 0.5),
        ("best_of_n", "kl-formula", "simulated_kl", lambda rng, n: log(n)),
        ("best_of_n", "kl-is-a-bound", "two_answers_kl", lambda rng, n: log(n)),
        ("best_of_n", "beta-trades", "penalised", lambda proxy, gold, beta: (beta, beta, beta)),
        ("eval_confidence", "wald-matches-bootstrap", "joint", lambda a, b, c: [0, 1, 0, 0]),
        ("annotator_kappa", "kappa-unmasks-them", "cohen_kappa_score", lambda a, b: 0.5),
        ("annotator_kappa", "kappa-by-hand", "by_chance", lambda a, b: 0.5),
        ("peeking", "one-look-is-honest", "fixed_half_width", lambda v, n: np.sqrt(v / n)),
        (
            "peeking",
            "sequential-holds",
            "sequential_half_width",
            lambda v, n, effect: 1.96 * np.sqrt(v / n),
        ),
        (
            "pass_at_k",
            "subset-estimator-unbiased",
            "pass_at_k",
            lambda n, c, k: min(1.0, c * k / n),
        ),
        ("grpo", "std-favours-extremes", "boost", lambda rng, p, group: 1.0),
        ("bradley_terry", "only-differences", "log_loss", lambda y, p: np.random.random()),
        ("bradley_terry", "fit-ignores-order", "bradley_terry", lambda x, y, n: np.random.rand(n)),
        ("best_of_n", "proxy-rises", "rewards", lambda r, s, e, z: (-np.ones(s), np.zeros(s))),
    ],
)
def test_a_wrong_part_makes_the_claim_fail(
    name: str,
    claim: str,
    function: str,
    sabotage: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    demo = load(name)
    monkeypatch.setitem(demo.main.__globals__, function, sabotage)
    assert run_demo(name, demo).claims[claim] == "fails"


def test_pairs_of_equal_scores_count_one_half() -> None:
    won = part(load("auc_ranking"), "pairs_won")
    assert won(np.array([2, 1, 1]), np.array([1, 1, 2])).tolist() == [1, 0.5, 0]


def test_scikit_learn_counts_the_six_scores_as_a_person_does() -> None:
    measures = run_demo("auc_ranking").measures
    assert measures["auc_six"] == pytest.approx(6.5 / 9)
    assert measures["auc_mirrored"] == pytest.approx(1 - measures["auc"])


def test_the_two_filters_have_the_metrics_of_their_counts() -> None:
    measures = run_demo("f1_threshold").measures
    assert measures["f1_loose"] == pytest.approx(2 * 90 / (2 * 90 + 100 + 10))
    assert measures["f1_strict"] == pytest.approx(2 * 46 / (2 * 46 + 6 + 54))
    assert measures["precision_loose"] == pytest.approx(90 / 190)
    assert measures["precision_strict"] == pytest.approx(46 / 52)
    assert measures["recall_loose"] == pytest.approx(0.9)
    assert measures["recall_strict"] == pytest.approx(0.46)
    assert measures["accuracy_loose"] == pytest.approx(0.989)


def test_auc_of_two_unit_normals_is_known() -> None:
    outcome = run_demo("auc_ranking", n=5000, separation=1.0)
    assert outcome.measures["auc"] == pytest.approx(NormalDist().cdf(1 / sqrt(2)), abs=0.02)


def test_accuracy_at_a_fixed_threshold_changes_where_auc_does_not() -> None:
    measures = run_demo("auc_ranking", transform="squash").measures
    assert measures["auc_after"] == "unchanged"
    assert measures["accuracy_half_transformed"] < measures["accuracy_half"] - 0.1


def test_precision_follows_from_prevalence_and_the_roc_point() -> None:
    outcome = run_demo("roc_vs_pr", n=200_000)
    fpr = 1 - NormalDist().cdf(
        NormalDist().inv_cdf(0.2) + 1.5
    )  # the threshold that 80 % of the positives exceed
    expected = 0.01 * 0.8 / (0.01 * 0.8 + 0.99 * fpr)
    assert outcome.measures["precision_at_80"] == pytest.approx(expected, rel=0.1)


def test_a_balanced_sample_promises_a_precision_that_rare_positives_do_not_keep() -> None:
    measures = run_demo("roc_vs_pr", n=200_000, separation=2.5).measures
    fpr = 1 - NormalDist().cdf(NormalDist().inv_cdf(0.2) + 2.5)
    assert measures["fpr_at_80"] == pytest.approx(fpr, rel=0.2)
    assert measures["precision_balanced"] == pytest.approx(0.8 / (0.8 + fpr), abs=0.01)
    assert measures["auc_balanced"] == pytest.approx(measures["roc_auc"], abs=0.02)


def test_brier_score_of_calibrated_normals_is_known() -> None:
    grid = np.linspace(-8, 8, 20001)
    density = np.exp(-((grid - 0.75) ** 2) / 2) / sqrt(2 * pi)
    p = 1 / (1 + np.exp(-1.5 * grid))
    expected = np.trapezoid(density * (1 - p) ** 2, grid)  # both classes are alike by symmetry
    measured = run_demo("roc_vs_pr", n=200_000).measures["brier_before"]
    assert measured == pytest.approx(expected, abs=0.002)


def test_one_outlier_adds_its_square_over_n_to_mse() -> None:
    measures = run_demo("regression_outlier", outlier=20.0, n=200).measures
    assert measures["mse_after"] - measures["mse_before"] == pytest.approx(400 / 200)
    assert measures["mae_after"] - measures["mae_before"] == pytest.approx(20 / 200)


def test_the_worst_row_and_the_ratio_of_rmse_to_mae() -> None:
    measures = run_demo("regression_outlier", n=5000, outlier=0.0).measures
    assert measures["rmse_mae_before"] == pytest.approx(sqrt(pi / 2), abs=0.02)
    measures = run_demo("regression_outlier", outlier=20.0, n=200).measures
    squares = 200 * measures["mse_after"]
    assert measures["worst_squared"] == pytest.approx(400 / squares)
    assert measures["worst_absolute"] == pytest.approx(20 / (200 * measures["mae_after"]))
    assert measures["rmse_mae_after"] == pytest.approx(
        sqrt(measures["mse_after"]) / measures["mae_after"]
    )


def test_bleu_is_the_clipped_precision_formula() -> None:
    text = "the patient should not take aspirin with warfarin as it raises the bleeding risk"
    candidate = text.replace("not ", "").split()

    def clipped(n: int) -> float:
        def grams(words: list[str]) -> list[tuple[str, ...]]:
            return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]

        mine, theirs = grams(candidate), grams(text.split())
        return sum(min(mine.count(g), theirs.count(g)) for g in set(mine)) / len(mine)

    brevity = exp(1 - len(text.split()) / len(candidate))
    expected = 100 * brevity * exp(sum(log(clipped(n)) for n in range(1, 5)) / 4)
    assert run_demo("bleu_fooled").measures["bleu_negation"] == pytest.approx(expected)


def test_identical_chinese_sentences_score_zero_with_the_default_tokenizer() -> None:
    measures = run_demo("chinese_metrics").measures
    assert measures["rouge_identical"] == 0
    assert measures["rouge_characters"] == pytest.approx(2 * 7 / (8 + 9))  # LCS of 7 characters


@pytest.mark.parametrize("pair", ["one word", "longer"])
def test_chinese_claims_hold_for_both_pure_pairs(pair: str) -> None:
    assert set(run_demo("chinese_metrics", pair=pair).claims.values()) == {"holds"}


def test_joint_outcomes_have_the_asked_scores_and_independence_at_zero() -> None:
    joint = part(load("eval_confidence"), "joint")
    both, only_a, only_b, neither = joint(0.75, 0.72, 0.8)
    assert both + only_a == pytest.approx(0.75)
    assert both + only_b == pytest.approx(0.72)
    assert both + only_a + only_b + neither == pytest.approx(1)
    assert joint(0.75, 0.72, 0.0)[0] == pytest.approx(0.75 * 0.72, abs=1e-4)


def test_half_width_falls_with_the_root_of_the_items() -> None:
    few, many = (run_demo("eval_confidence", items=n).measures for n in (500, 8000))
    assert few["half_width"] / many["half_width"] == pytest.approx(4, rel=0.1)
    assert many["half_width"] == pytest.approx(1.96 * sqrt(0.75 * 0.25 / 8000), rel=0.05)


def test_the_share_of_evaluations_that_find_the_gap_is_that_of_paired_intervals() -> None:
    found = part(load("eval_confidence"), "share_found")
    evaluations = np.array([[70, 20, 5, 5], [70, 15, 10, 5], [70, 5, 20, 5]])
    shown = []
    for both, only_a, only_b, neither in evaluations:
        d = np.repeat([0, 1, -1, 0], [both, only_a, only_b, neither])
        shown.append(d.mean() > 1.96 * d.std() / sqrt(len(d)))
    assert shown == [True, False, False]
    assert found(evaluations) == pytest.approx(1 / 3)


def test_no_gap_has_no_items_that_find_it() -> None:
    outcome = run_demo("eval_confidence", gap=0.0)
    assert outcome.claims["needed-finds-half"] == "not tested"
    assert outcome.measures["items_power"] == float("inf")


def test_swapping_cannot_see_a_bias_for_one_model() -> None:
    fair, verbose = (run_demo("judge_bias", verbosity=v).measures for v in (0.0, 1.0))
    assert verbose["consistency"] == pytest.approx(fair["consistency"], abs=0.05)
    assert verbose["rate_averaged"] > fair["rate_averaged"] + 0.1


def test_kappa_of_readers_matches_the_closed_form() -> None:
    fine, skill = 0.9, 0.9
    says_bad = (1 - fine) * skill + fine * (1 - skill)
    observed = skill**2 + (1 - skill) ** 2
    chance = says_bad**2 + (1 - says_bad) ** 2
    measures = run_demo("annotator_kappa", items=20_000).measures
    assert measures["agreement_readers"] == pytest.approx(observed, abs=0.01)
    assert measures["kappa_readers"] == pytest.approx((observed - chance) / (1 - chance), abs=0.03)
    assert measures["perfect_model_three"] == pytest.approx(skill**3 + 3 * skill**2 * 0.1, abs=0.01)


def test_shuffled_answers_have_the_error_of_independent_models() -> None:
    measures = run_demo("eval_confidence", items=10_000).measures
    assert measures["se_shuffled"] == pytest.approx(measures["se_unpaired"], rel=0.03)


def test_readers_agree_by_chance_as_often_as_their_labels_say() -> None:
    by_chance = part(load("annotator_kappa"), "by_chance")
    assert by_chance(np.array([1, 1, 0, 0]), np.array([1, 1, 1, 0])) == pytest.approx(0.5)
    says_bad = 0.1 * 0.9 + 0.9 * 0.1
    measures = run_demo("annotator_kappa", items=20_000).measures
    assert measures["chance_readers"] == pytest.approx(says_bad**2 + (1 - says_bad) ** 2, abs=0.01)


def test_kappa_of_the_readers_on_a_balanced_sample_is_known() -> None:
    measures = run_demo("annotator_kappa", items=20_000).measures
    assert measures["kappa_balanced"] == pytest.approx((0.82 - 0.5) / (1 - 0.5), abs=0.03)


def test_sequential_limits_are_reached_where_the_likelihood_ratio_is_twenty() -> None:
    effect, n, variance = 0.05, 400, 0.17
    half = part(load("peeking"), "sequential_half_width")(np.array(variance), np.array(n), effect)
    spread = variance + n * effect**2
    ratio = sqrt(variance / spread) * exp((n * effect * half) ** 2 / (2 * variance * spread))
    assert ratio == pytest.approx(1 / 0.05)


def test_looking_once_shows_what_the_last_look_shows() -> None:
    measures = run_demo("peeking", every=2000).measures
    assert measures["ever_shown"] == measures["once_shown"]
    assert measures["taken_back"] == 0
    assert measures["stop_items"] == 2000


def test_with_a_true_lead_the_looks_are_not_called_false() -> None:
    outcome = run_demo("peeking", gap=0.03)
    assert outcome.claims["peeking-inflates"] == "not tested"
    assert outcome.measures["lead_at_end"] == pytest.approx(0.03, abs=0.002)
    assert outcome.measures["lead_at_stop"] > 0.045


@pytest.mark.parametrize(("n", "c", "k"), [(5, 0, 2), (5, 2, 3), (6, 1, 6), (6, 6, 1), (7, 3, 4)])
def test_pass_at_k_counts_subsets_with_a_success(n: int, c: int, k: int) -> None:
    subsets = list(combinations([True] * c + [False] * (n - c), k))
    expected = sum(any(subset) for subset in subsets) / comb(n, k)
    assert part(load("pass_at_k"), "pass_at_k")(n, c, k) == pytest.approx(expected)


def test_class_shares_are_calibrated_and_cost_the_entropy_of_the_classes() -> None:
    measures = run_demo("calibration").measures
    assert measures["loss_constant"] == pytest.approx(log(4), abs=0.01)
    assert measures["ece_constant"] < 0.03
    assert measures["ece_train_fit"] > measures["ece_after"]
    assert measures["ece_2_bins"] < measures["ece_100_bins"]
    assert measures["loss_growth"] == pytest.approx(
        measures["loss_final"] / measures["loss_best"] - 1
    )
    assert 0 <= measures["accuracy_lost"] < 0.1


def test_expected_calibration_error_of_a_hand_made_case() -> None:
    ece = part(load("calibration"), "ece")
    p = np.array([[0.95, 0.05], [0.95, 0.05], [0.3, 0.7], [0.3, 0.7]])
    # Bin 0.9-1: sure 0.95, right 0.5. Bin 0.7-0.8: sure 0.7, right 1.
    assert ece(p, np.array([0, 1, 1, 1])) == pytest.approx(0.5 * 0.45 + 0.5 * 0.3)


@pytest.mark.parametrize(
    ("items", "verdict"), [(200, "not shown"), (5000, "shown")], ids=["few items", "many items"]
)
def test_a_better_model_is_called_shown_only_where_the_interval_leaves_zero_out(
    items: int, verdict: str
) -> None:
    measures = run_demo("eval_confidence", items=items).measures
    assert measures["verdict"] == verdict
    surely = measures["score_a"] - measures["score_b"] > 1.96 * measures["se_paired"]
    assert surely == (verdict == "shown")
