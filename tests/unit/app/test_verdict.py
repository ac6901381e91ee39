"""Card says, you said, your machine says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quizapp.app.verdict import beside_recorded, judge
from quizapp.cards.expect import Expect
from quizapp.cards.model import DemoLink, Figure
from quizapp.demo.declare import Predict
from quizapp.demo.events import Cancelled, State
from quizapp.demo.state import RunState
from tests.unit.toys import make_card, make_distribution, make_spec, make_state

DEFAULTS = make_spec().defaults
CODEC = make_spec(Predict("Which codec is best?", options=("NF4", "FP4"), measure="best"))
NUMBER = make_spec(Predict("Which RMSE?", low=0, high=1, measure="rmse", within=0.1))
ABOUT = Expect(measure="rmse", about=0.092, within=0.02)


def test_all_three_agree() -> None:
    state = make_state(rmse=0.0921, best="NF4")
    verdict = judge(NUMBER, state, DEFAULTS, guess=0.09, card=make_card(ABOUT))
    [row] = verdict.rows
    assert (row.card, row.you, row.machine) == ("0.092 ± 2 %", "0.09", "0.0921")
    assert (row.card_right, row.you_right, verdict.right) == (True, True, True)
    assert verdict.sentence == "Your prediction came true. This machine agrees with the card."


def test_a_wrong_number_is_compared_with_what_was_measured() -> None:
    verdict = judge(NUMBER, make_state(rmse=0.1), DEFAULTS, guess=0.3)
    assert verdict.right is False
    assert verdict.sentence == "You expected 0.3, 3 times the 0.1 measured."
    low = judge(NUMBER, make_state(rmse=0.1), DEFAULTS, guess=0.05)
    assert low.sentence == "You expected 0.05, 50 % of the 0.1 measured."


def test_a_wrong_option_is_told_without_arithmetic() -> None:
    verdict = judge(CODEC, make_state(best="NF4"), DEFAULTS, guess="FP4")
    [row] = verdict.rows
    assert (row.you, row.machine, row.you_right) == ("FP4", "NF4", False)
    assert verdict.sentence == "Your prediction did not come true."


def test_a_machine_that_disagrees_with_the_card_is_named() -> None:
    verdict = judge(NUMBER, make_state(rmse=0.12), DEFAULTS, card=make_card(ABOUT))
    assert verdict.rows[0].card_right is False
    assert verdict.sentence == (
        "This machine disagrees with the card on rmse: 0.12, the card says 0.092 ± 2 %. "
        "Try another seed; if it stays so, please report it with what `quizapp doctor` prints."
    )


def test_at_other_settings_the_card_is_not_judged() -> None:
    settings = {**DEFAULTS, "block_size": 1024}
    verdict = judge(NUMBER, make_state(rmse=0.12), settings, card=make_card(ABOUT, block_size=64))
    assert verdict.rows == ()
    assert verdict.sentence == "The card is about block_size 64; this run had block_size 1024."


def test_a_card_speaks_of_every_seed_unless_it_names_one() -> None:
    other = {**DEFAULTS, "seed": 3}
    verdict = judge(NUMBER, make_state(rmse=0.092), other, card=make_card(ABOUT))
    assert verdict.sentence == "This machine agrees with the card."
    verdict = judge(NUMBER, make_state(rmse=0.092), other, card=make_card(ABOUT, seed=1))
    assert verdict.sentence == "The card is about seed 1; this run had seed 3."


@pytest.mark.parametrize(
    ("claim", "right", "machine"),
    [("holds", True, "holds"), ("fails", False, "fails"), ("not tested", None, "not tested")],
)
def test_a_card_may_expect_a_claim(claim: State, right: bool | None, machine: str) -> None:
    card = make_card(Expect(claim="nf4-best"))
    [row] = judge(CODEC, make_state(claim=claim), DEFAULTS, card=card).rows
    assert (row.card_right, row.machine, row.text) == (right, machine, "NF4 loses least")


def test_what_was_not_measured_is_not_judged() -> None:
    verdict = judge(NUMBER, make_state(), DEFAULTS, guess=0.1, card=make_card(ABOUT))
    assert verdict.right is None
    assert verdict.rows[0].machine == "not measured"
    assert verdict.sentence == (
        "This run did not measure what you predicted. "
        "This run did not measure what the card states."
    )


def test_a_part_that_could_not_be_measured_is_admitted() -> None:
    card = make_card(ABOUT, Expect(claim="nf4-best"))
    verdict = judge(NUMBER, make_state(rmse=0.092, claim="not tested"), DEFAULTS, card=card)
    assert verdict.sentence == "What could be measured here agrees with the card."


def test_the_prediction_comes_first_and_shares_the_row_of_its_measure() -> None:
    card = make_card(Expect(claim="nf4-best"), ABOUT)
    verdict = judge(NUMBER, make_state(rmse=0.092), DEFAULTS, guess=0.09, card=card)
    assert [row.name for row in verdict.rows] == ["rmse", "nf4-best"]
    other = judge(CODEC, make_state(rmse=0.092), DEFAULTS, guess="NF4", card=card)
    assert [(row.name, row.you) for row in other.rows] == [
        ("best", "NF4"),
        ("nf4-best", ""),
        ("rmse", ""),
    ]


def test_without_card_and_prediction_there_is_nothing_to_compare() -> None:
    verdict = judge(NUMBER, make_state(rmse=0.1), DEFAULTS)
    assert (verdict.rows, verdict.sentence, verdict.right) == ((), "", None)


def test_a_card_of_another_demo_says_nothing_here() -> None:
    card = replace(make_card(), demo=DemoLink("other", {}, expect=(ABOUT,)))
    assert judge(NUMBER, make_state(rmse=1.0), DEFAULTS, card=card).rows == ()


def test_a_run_that_did_not_end_well_gets_no_sentence() -> None:
    verdict = judge(NUMBER, RunState().add(Cancelled()), DEFAULTS, card=make_card(ABOUT))
    assert verdict.sentence == ""


def test_a_question_about_a_curve_speaks_of_the_settings_of_its_run() -> None:
    card = replace(make_card(), demo=None, figure=Figure("nf4_error", {"block_size": 64}))
    other = judge(NUMBER, make_state(rmse=0.1), {**DEFAULTS, "block_size": 1024}, card=card)
    assert other.sentence == "The card is about block_size 64; this run had block_size 1024."
    assert judge(NUMBER, make_state(rmse=0.1), DEFAULTS, card=card).sentence == ""


def test_the_run_of_a_figure_is_not_held_against_what_the_card_expects_of_its_demo() -> None:
    figure = Figure("nf4_error", {"block_size": 1024})
    card = replace(make_card(ABOUT, block_size=64), figure=figure)
    drawn = judge(NUMBER, make_state(rmse=9.0), {**DEFAULTS, "block_size": 1024}, card=card)
    assert (drawn.rows, drawn.sentence) == ((), "")
    run = judge(NUMBER, make_state(rmse=0.092), {**DEFAULTS, "block_size": 64}, card=card)
    assert run.sentence == "This machine agrees with the card."


def test_a_prediction_at_other_settings_stands_alone() -> None:
    settings = {**DEFAULTS, "block_size": 1024}
    card = make_card(ABOUT, block_size=64)
    [row] = judge(NUMBER, make_state(rmse=0.3), settings, guess=0.3, card=card).rows
    assert (row.card, row.card_right, row.you, row.you_right) == ("", None, "0.3", True)


def test_the_link_is_the_one_to_the_demo_that_ran() -> None:
    figure = Figure("nf4_error", {"block_size": 1024})
    card = replace(make_card(), demo=DemoLink("other", {}, expect=(ABOUT,)), figure=figure)
    verdict = judge(NUMBER, make_state(rmse=1.0), DEFAULTS, card=card)
    assert verdict.rows == ()
    assert verdict.sentence == "The card is about block_size 1024; this run had block_size 64."


@pytest.mark.parametrize(
    ("guess", "measured", "sentence"),
    [
        (0.2, 0.1, "You expected 0.2, 2 times the 0.1 measured."),
        (0.19, 0.1, "You expected 0.19, 190 % of the 0.1 measured."),
        (-0.2, -0.1, "You expected -0.2, 2 times the -0.1 measured."),
        (0.5, 0.0, "Your prediction did not come true."),
        (0.0, 0.5, "Your prediction did not come true."),
        (0.5, -0.5, "Your prediction did not come true."),
    ],
)
def test_a_ratio_is_named_only_where_there_is_one(
    guess: float, measured: float, sentence: str
) -> None:
    assert judge(NUMBER, make_state(rmse=measured), DEFAULTS, guess=guess).sentence == sentence


ABOVE = Expect(measure="rmse", above=0.05)
TWENTY_ONE = (0.0912, 0.0751, 0.0822) * 7


def beside(
    found: float | str, *expects: Expect, runs: tuple[float | str, ...], claims: str = "hhh"
) -> tuple[str, str]:
    """Return the words on the first thing stated, and the sentence, beside recorded runs."""
    measure = "best" if isinstance(found, str) else "rmse"
    recorded = make_distribution({measure: runs}, {"nf4-best": claims})
    state = make_state(claim="fails" if "f" in claims else "holds", **{measure: found})
    verdict = judge(NUMBER, state, DEFAULTS, card=make_card(*expects), recorded=recorded)
    return "".join(words for words, _ in verdict.rows[0].words()), verdict.sentence


def test_a_run_within_the_recorded_ones_is_inside() -> None:
    words, sentence = beside(0.0834, ABOVE, runs=(0.0912, 0.0751, 0.0822))
    assert words == ("recorded 0.0751 to 0.0912 (median 0.0822, 3 runs) · yours 0.0834 ✓ inside")
    assert sentence == "This machine agrees with the card."


def test_a_run_outside_but_as_stated_is_unusual_and_no_fault_of_the_card() -> None:
    words, sentence = beside(0.12, ABOVE, runs=TWENTY_ONE)
    assert words == "recorded 0.0751 to 0.0912 (median 0.0822, 21 runs) · yours 0.12 unusual"
    assert sentence == (
        "Unusual: rmse 0.12 is outside of all 21 recorded runs, though as the card states. Seed "
        "and processor can do that. Try another seed; if it stays so, please report it with what "
        "`quizapp doctor` prints."
    )


def test_of_few_recorded_runs_one_more_may_lie_outside() -> None:
    words, sentence = beside(0.12, ABOVE, runs=(0.0912, 0.0751, 0.0822))
    assert words == "recorded 0.0751 to 0.0912 (median 0.0822, 3 runs) · yours 0.12"
    assert sentence == "This machine agrees with the card."


def test_only_a_statement_that_does_not_hold_is_a_fault() -> None:
    words, sentence = beside(0.04, ABOVE, runs=TWENTY_ONE)
    assert words == (
        "card says above 0.05 ✗ · recorded 0.0751 to 0.0912 (median 0.0822, 21 runs) · "
        "yours 0.04 unusual"
    )
    assert sentence.startswith("This machine disagrees with the card on rmse: 0.04, ")


def test_what_four_digits_cannot_tell_apart_is_inside() -> None:
    words, _ = beside(0.09203001, ABOVE, runs=(0.09203, 0.09203))
    assert words == "recorded 0.09203 in all 2 runs · yours 0.09203 ✓ inside"


@pytest.mark.parametrize(
    ("runs", "found", "words"),
    [
        (("NF4", "NF4"), "NF4", "recorded NF4 in all 2 runs · yours NF4 ✓ inside"),
        (
            ("NF4", "NF4", "FP4"),
            "FP4",
            "card says NF4 ✗ · recorded NF4 in most of 3 runs · yours FP4",
        ),
        (
            ("NF4",) * 20,
            "FP4",
            "card says NF4 ✗ · recorded NF4 in all 20 runs · yours FP4 unusual",
        ),
    ],
)
def test_a_text_is_compared_with_those_recorded(
    runs: tuple[str, ...], found: str, words: str
) -> None:
    assert beside(found, Expect(measure="best", equals="NF4"), runs=runs)[0] == words


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ("hhh", "held in 3 of 3 recorded runs · here: holds ✓"),
        ("hhnf", "held in 2 of 3 recorded runs · here: fails ✗"),
    ],
)
def test_a_claim_is_compared_with_how_often_it_held(claims: str, words: str) -> None:
    assert beside(0.1, Expect(claim="nf4-best"), runs=(0.1,), claims=claims)[0] == words


def test_a_measure_that_no_recorded_run_has_is_compared_with_the_card_alone() -> None:
    state = make_state(rmse=0.0921)
    recorded = make_distribution({"other": (1.0,)}, {})
    [row] = judge(NUMBER, state, DEFAULTS, card=make_card(ABOUT), recorded=recorded).rows
    words = "".join(words for words, _ in row.words())
    assert words == "card says 0.092 ± 2 % ✓ · your machine says 0.0921"


def test_all_of_a_run_is_held_against_the_recorded_ones_where_no_card_is() -> None:
    recorded = make_distribution({"rmse": (0.08, 0.1) * 10}, {"nf4-best": "hh" * 10})
    verdict = beside_recorded(NUMBER, make_state(rmse=0.12, best="NF4"), recorded)
    assert [(row.name, row.recorded, row.usual) for row in verdict.rows] == [
        ("rmse", "0.08 to 0.1 (median 0.09, 20 runs)", False),
        ("best", "", None),
        ("nf4-best", "held in 20 of 20 recorded runs", None),
    ]
    assert verdict.sentence.startswith("Unusual: rmse 0.12 is outside of all 20 recorded runs.")
    usual = beside_recorded(NUMBER, make_state(rmse=0.09), recorded)
    assert usual.sentence == ""


def test_a_demo_without_a_seed_is_run_once_more() -> None:
    spec = replace(NUMBER, params={k: v for k, v in NUMBER.params.items() if k != "seed"})
    verdict = judge(spec, make_state(rmse=0.12), spec.defaults, card=make_card(ABOUT))
    assert "Run it once more; " in verdict.sentence


def test_a_prediction_stands_beside_the_recorded_runs() -> None:
    recorded = make_distribution({"rmse": (0.08, 0.1)}, {})
    state = make_state(rmse=0.09)
    [row] = judge(NUMBER, state, DEFAULTS, guess=0.3, recorded=recorded).rows
    words = "".join(words for words, _ in row.words())
    assert words == (
        "recorded 0.08 to 0.1 (median 0.09, 2 runs) · you said 0.3 ✗ · yours 0.09 ✓ inside"
    )
