"""What runs show of a card: its sentence filled, its key points marked."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from quizapp.app.core import Core
from quizapp.app.demos import Demos
from quizapp.app.proof import Proof, proof_here, proof_of, recorded_sentence, recorded_shows
from quizapp.cards.expect import Expect
from quizapp.cards.model import Card, DemoLink, KeyPoint
from quizapp.demo.evidence import Evidence, Runs, write_evidence
from tests.unit.cards.decks import make_card
from tests.unit.toys import make_distribution, make_record

EVIDENCE = make_distribution(
    {
        "rmse": (0.0912, 0.0934, 0.0921),
        "same": (0.09203, 0.09203, 0.09203),
        "count": (3, 3, 3),
        "best": ("NF4", "FP4", "NF4"),
        "sure": ("NF4", "NF4", "NF4"),
        "close": (0.91231, 0.91244, 0.91238),
    },
    {},
)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Error {rmse}.", "Error 0.0921 (0.0912 to 0.0934)."),
        ("{rmse:%} off", "9.21 % (9.12 to 9.34 %) off"),
        ("{same}", "0.09203"),
        ("{same:%}", "9.203 %"),
        ("{count} of {close}", "3 of 0.9124 (0.9123 to 0.9124)"),
        ("{sure}, {best}", "NF4, NF4 in most runs"),
        ("{other}", "[run it to see]"),
        ("No place.", "No place."),
    ],
)
def test_a_sentence_is_filled_with_recorded_medians_and_ranges(text: str, filled: str) -> None:
    assert recorded_sentence(text, EVIDENCE) == filled


def test_without_a_record_a_sentence_says_to_run_it() -> None:
    assert recorded_sentence("Error {rmse}.", None) == "Error [run it to see]."


LINK = DemoLink(
    "nf4_error",
    {},
    "NF4 errs by {rmse}.",
    (Expect(measure="rmse", above=0.05), Expect(measure="rmse", below=0.1)),
)
POINTS = (
    KeyPoint("by a claim", True, "nf4-best"),
    KeyPoint("by a measure", shown="rmse"),
    KeyPoint("not shown"),
)


def shown(measures: dict[str, float | str], claims: dict[str, str]) -> Proof:
    return proof_here(make_card(key_points=POINTS, demo=LINK), LINK, measures, claims)


def test_a_run_marks_the_points_that_it_shows() -> None:
    proof = shown({"rmse": 0.0921}, {"nf4-best": "holds"})
    assert proof == Proof("NF4 errs by 0.0921.", True, ("holds", "holds", None))


def test_a_point_fails_with_its_claim_and_with_any_statement_about_its_measure() -> None:
    assert shown({"rmse": 0.2}, {"nf4-best": "fails"}).points == ("fails", "fails", None)


def test_what_a_run_did_not_report_is_not_tested() -> None:
    proof = shown({}, {"nf4-best": "not tested"})
    assert proof.points == ("not tested", "not tested", None)
    assert proof.shows == "NF4 errs by –."
    assert shown({}, {}).points == ("not tested", "not tested", None)


def carrying(core: Core) -> Card:
    """Return a card of the library with a point that its demo shows."""
    card = core.library.cards["a-open"]
    assert card.demo is not None
    point = KeyPoint("it counts", True, "counts")
    link = replace(card.demo, shows="It ends at {last}.")
    return replace(card, key_points=(point,), demo=link)


def ran(core: Core, **settings: int | str) -> None:
    """Keep a run of the toy that ended at 2."""
    whole = {"steps": 3, "mode": "ok", **settings}
    record = make_record(
        demo="toy", settings=whole, measures={"last": 2.0}, claims={"counts": "holds"}
    )
    core.store.add_run(record)


def test_the_last_run_at_the_settings_of_a_card_shows_its_answer(core: Core) -> None:
    ran(core)
    ran(core, steps=9)
    assert proof_of(core, carrying(core)) == Proof("It ends at 2.", True, ("holds",))


def test_a_run_at_other_settings_shows_nothing(core: Core) -> None:
    ran(core, steps=9)
    assert proof_of(core, carrying(core)) == Proof("It ends at [run it to see].")


def test_a_run_before_the_demo_was_edited_shows_nothing(core: Core) -> None:
    ran(core)
    later = (make_record().at + timedelta(days=1)).timestamp()
    os.utime(core.demos.find("toy").path, (later, later))
    assert not proof_of(core, carrying(core)).here


def test_before_a_run_the_recorded_ones_fill_the_sentence(core: Core) -> None:
    spec = core.demos.find("toy")
    runs = Runs({"steps": 3}, "cpu AVX2, 1 thread", {}, (0, 1), (1.0, 1.0), {"last": (2.0, 2.0)})
    write_evidence(spec, Evidence("toy", "", (runs,)))
    assert proof_of(core, carrying(core)) == Proof("It ends at 2.")


def test_exports_print_what_is_recorded_of_the_cards(core: Core) -> None:
    spec, cards = core.demos.find("toy"), [carrying(core), core.library.cards["a-choice"]]
    assert recorded_shows(core.demos, cards) == {}
    runs = Runs({"steps": 3}, "cpu AVX2, 1 thread", {}, (0, 1), (1.0, 1.0), {"last": (2.0, 3.0)})
    write_evidence(spec, Evidence("toy", "", (runs,)))
    demos = Demos(core.paths.demos)
    assert recorded_shows(demos, cards) == {"a-open": "It ends at 2.5 (2 to 3)."}
    spec.path.unlink()
    assert recorded_shows(Demos(core.paths.demos), cards) == {}


def test_a_card_whose_demo_is_missing_shows_nothing(core: Core) -> None:
    card = carrying(core)
    core.demos.find("toy").path.unlink()
    assert proof_of(core, card) == Proof()


def test_a_card_that_names_no_demo_shows_nothing(core: Core) -> None:
    assert proof_of(core, core.library.cards["a-choice"]) == Proof()
