"""The mock interview: set-up, questions, curves, follow-ups, rubric, code."""

from __future__ import annotations

from pathlib import Path

from quizapp.app.core import Core
from quizapp.app.interview import Asking, Coded, Probing, Rubric
from quizapp.study.actions import rate
from quizapp.study.interview import InterviewSpec
from quizapp.study.model import Answer, CardState, Rating
from quizapp.tui.app import QuizApp, Start
from quizapp.tui.screens.interview import InterviewScreen
from quizapp.tui.widgets.card.code_desk import CodeDesk
from quizapp.tui.widgets.demo_panel import DemoPanel
from tests.conftest import Clock, Make
from tests.tui.interviewing import INTERVIEW, asked, phase_of, rubric_or_probe
from tests.tui.look import burst, finish, opened, press, settle, shown
from tests.tui.panel import until
from tests.tui.test_figure import CHARTS
from tests.unit.app.code_card import add_exercises
from tests.unit.toys import make_record

CURVES = """
deck: curves
title: Curves
order: 3
cards:
- id: c-open
  kind: open
  question: What do you see?
  difficulty: mid
  answer: A straight line.
  key_points:
  - {point: "it is straight", must: true}
  figure: {run: toy, with: {steps: 3}, show: [train]}
"""


SUMS = """
deck: sums
title: Sums
cards:
- id: s-sum
  kind: number
  question: What is two and two?
  difficulty: mid
  value: 4
  tolerance: 0
  answer: Four.
  key_points:
  - {point: "count on", must: true, shown: counts}
  demo: {run: toy, with: {steps: 3}, shows: "It counts."}
"""


SEVENS = """
  variants:
  - question: "What is {n} and one?"
    where: {n: [7]}
    value: n + 1
    answer: "{n}+1."
"""


async def test_the_setup_changes_level_and_topics(core: Core) -> None:
    async with opened(core, start=INTERVIEW) as pilot:
        assert "none: all topics" in shown(pilot)
        await press(pilot, "right", "down", "left", "down", "right", *["down"] * 4, "x")
        assert "◂ senior ▸" in shown(pilot)
        assert "[x] Beta" in shown(pilot)
        await press(pilot, "space")
        spec = asked(pilot).interview.spec
        assert (spec.level, spec.count, spec.minutes) == ("senior", 6, 45)
        assert spec.topics == ("beta",)


async def test_an_interview_that_was_asked_for_is_set_up_and_begins_with_a_key(
    core: Core,
) -> None:
    spec = InterviewSpec(("alpha", "beta"), "senior", 7, 12.5, 4711)
    async with opened(core, start=Start("interview", interview=spec)) as pilot:
        assert "◂ senior ▸" in shown(pilot)
        assert "◂ 7 ▸" in shown(pilot)
        assert "◂ 12.5 ▸" in shown(pilot)
        await press(pilot, "space")
        assert asked(pilot).interview.spec == spec


async def test_the_curve_of_a_question_stays_while_it_is_talked_about(
    decks: Path, make_core: Make
) -> None:
    deck = CURVES.replace("must: true", 'must: true, probe: "How so?"')
    (decks / "curves.yaml").write_text(deck, encoding="utf-8")
    async with opened(make_core(), size=(100, 50), start=INTERVIEW) as pilot:
        assert isinstance(pilot.app.screen, InterviewScreen)
        await press(pilot, *["down"] * 7, "x", "space")
        assert "What do you see?" in shown(pilot)
        await finish(pilot)
        await settle(pilot)
        assert "this run" in shown(pilot)
        assert "A toy" not in shown(pilot)
        [panel] = pilot.app.screen.query(DemoPanel)
        await press(pilot, "escape", "space")
        assert "How so?" in shown(pilot) and "A toy" not in shown(pilot)
        assert [*pilot.app.screen.query(DemoPanel)] == [panel]
        await press(pilot, "space")
        assert "it is straight" in shown(pilot) and "A toy" in shown(pilot)
        assert [*pilot.app.screen.query(DemoPanel)] == [panel]
        await press(pilot, "space")
        assert not pilot.app.screen.query(DemoPanel)


async def test_the_box_is_in_sight_below_a_curve_on_a_small_screen(
    decks: Path, make_core: Make
) -> None:
    (decks / "curves.yaml").write_text(CURVES, encoding="utf-8")
    async with opened(make_core(), size=(80, 24), start=INTERVIEW) as pilot:
        await press(pilot, *["down"] * 7, "x", "space")
        await finish(pilot)
        await press(pilot, *"a line")
        assert "│ a line" in shown(pilot)
        assert "What do you see?" in shown(pilot)


async def test_the_rubric_is_marked_where_a_run_was_made(core: Core) -> None:
    settings = {"steps": 3, "mode": "ok"}
    claims = {"counts": "holds"}
    core.store.add_run(make_record(demo="toy", settings=settings, measures={}, claims=claims))
    async with opened(core, size=(100, 50), start=INTERVIEW) as pilot:
        await press(pilot, "space")
        marks = []
        for _ in range(2):
            topic = asked(pilot).question.topic
            await press(pilot, "escape", "space")
            marks.append((topic, "✓ shown here" in shown(pilot)))
            await press(pilot, "space")
        assert dict(marks) == {"alpha": True, "beta": False}


async def test_the_result_of_a_calculation_is_no_point_that_a_run_shows(
    decks: Path, make_core: Make
) -> None:
    for old in decks.iterdir():
        old.unlink()
    (decks / "sums.yaml").write_text(SUMS, encoding="utf-8")
    core = make_core()
    settings = {"steps": 3, "mode": "ok"}
    claims = {"counts": "holds"}
    core.store.add_run(make_record(demo="toy", settings=settings, measures={}, claims=claims))
    async with opened(core, size=(100, 50), start=INTERVIEW) as pilot:
        await press(pilot, "space", *"it is 4", "ctrl+d", "ctrl+d", "ctrl+d")
        page = shown(pilot)
        assert "you: “4” ✓" in page
        assert "The result: 4  must" in page.replace("**", "")
        assert "count on  must  ✓ shown here" in page
        assert page.count("shown here") == 1


async def test_a_curve_that_cannot_be_drawn_is_done_without(decks: Path, make_core: Make) -> None:
    deck = CURVES.replace("run: toy", "run: nowhere")
    (decks / "curves.yaml").write_text(deck, encoding="utf-8")
    async with opened(make_core(), size=(100, 50), start=INTERVIEW) as pilot:
        await press(pilot, *["down"] * 7, "x", "space")
        assert "What do you see?" in shown(pilot)
        assert not pilot.app.screen.query(DemoPanel)
        assert "nowhere" in shown(pilot)


async def test_a_typed_answer_stands_over_the_rubric(core: Core) -> None:
    async with opened(core, size=(100, 50), start=INTERVIEW) as pilot:
        await press(pilot, "space")
        assert "^d done" in shown(pilot).splitlines()[-1]
        assert "space" not in shown(pilot).splitlines()[-1]  # it types one
        await press(pilot, *"the update is zero, and it is beta")
        await press(pilot, "ctrl+d")
        assert "Follow-up" in shown(pilot)
        assert "must" not in shown(pilot)
        await press(pilot, "ctrl+d")
        assert "the update is zero, and it is beta" in shown(pilot)
        assert "how you structured it" in shown(pilot)
        assert "─ answer ─" in shown(pilot)


async def test_a_banana_is_asked_back_about_and_counts_by_the_ticks_alone(core: Core) -> None:
    async with opened(core, size=(100, 50), start=INTERVIEW) as pilot:
        await press(pilot, "space")
        for _ in range(2):
            await press(pilot, *"bananas", "ctrl+d")
            assert "No word of this has to do with the question." in shown(pilot)
            await press(pilot, "ctrl+d")
            while isinstance(phase_of(pilot), Probing):
                await press(pilot, "ctrl+d")
            assert "nothing close found" in shown(pilot)
            rubric = phase_of(pilot)
            assert isinstance(rubric, Rubric)
            await press(pilot, *"x" * len(rubric.question.points), "space")
        page = shown(pilot)
        assert "Checked by the app: 0%, 0 of 3 points confirmed" in page
        assert "By your own ticks: 100%" in page
        assert page.lstrip().splitlines()[2].strip().startswith("0%  not yet")


async def test_what_is_typed_at_once_is_the_answer_and_no_command(core: Core) -> None:
    async with opened(core, start=INTERVIEW) as pilot:
        await press(pilot, "space")
        words = "a rank of 8 is enough, undo 1 2 3"
        burst(pilot.app, *(key if key != " " else "space" for key in words))
        await settle(pilot)
        await press(pilot, "ctrl+d", "ctrl+d", "ctrl+d")
        rubric = phase_of(pilot)
        assert isinstance(rubric, Rubric)
        assert rubric.given.response == words
        assert core.store.reviews() == []


async def test_what_is_typed_to_a_follow_up_is_kept_behind_the_answer(core: Core) -> None:
    async with opened(core, start=INTERVIEW) as pilot:
        await press(pilot, "space", *"the update of beta is zero", "ctrl+d")
        assert "Follow-up" in shown(pilot)
        await press(pilot, *"since B is 0", "ctrl+d")
        rubric = phase_of(pilot)
        assert isinstance(rubric, Rubric)
        assert rubric.given.text == "the update of beta is zero\nsince B is 0"


async def test_the_clock_says_when_the_time_of_a_question_is_over(core: Core, clock: Clock) -> None:
    async with opened(core, start=INTERVIEW) as pilot:
        await press(pilot, "space")
        clock.forward(seconds=asked(pilot).slot.seconds)
        await until(pilot, lambda: " 0:00 of" not in shown(pilot))
        assert "over" not in shown(pilot).splitlines()[0]
        clock.forward(seconds=2)
        await until(pilot, lambda: shown(pilot).splitlines()[0].rstrip().endswith("over"))


async def test_a_question_in_code_is_judged_by_its_run(
    decks: Path, make_core: Make, tmp_path: Path, clock: Clock
) -> None:
    add_exercises(decks, tmp_path / "demos")
    start = Start("interview", interview=InterviewSpec(("code",), count=1, seed=7))
    core = make_core()
    async with opened(core, size=(120, 40), start=start) as pilot:
        await press(pilot, "space")
        assert "Write the mean." in shown(pilot)
        assert "0:00 of 10:00" in shown(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, InterviewScreen)
        desk = screen.query_one(CodeDesk)
        assert desk.editor.has_focus
        desk.editor.put("def mean(values):\n    return sum(values) / len(values)\n")
        await pilot.press("ctrl+j")
        await until(pilot, lambda: desk.ran_as_it_is and not desk.panel.experiment.running)
        await settle(pilot)
        assert "ZeroDivisionError" in shown(pilot)
        clock.forward(seconds=60)
        await press(pilot, "enter", "x")  # what was not run is run before the answer ends
        await press(pilot, "escape", "space")
        await until(pilot, lambda: isinstance(screen.phase, Coded))
        await settle(pilot)
        assert "✗ Your mean equals that of statistics" in shown(pilot)
        assert "attempt 2: " in shown(pilot)
        assert "a solution" in shown(pilot)
        assert "Sum over count." in shown(pilot)
        await press(pilot, "space")
        assert "0%  not yet" in shown(pilot)
        assert "✗ An empty list gives 0" in shown(pilot)
        assert "def mean(values):" in shown(pilot)
    [review] = core.store.reviews()
    assert review.rating is Rating.AGAIN
    assert review.answer.response.startswith("attempt 2: ")


async def test_a_known_card_is_asked_otherwise_and_its_rubric_follows(
    decks: Path, make_core: Make
) -> None:
    for old in decks.iterdir():
        old.unlink()
    deck = SUMS.split("  demo:")[0].replace(", shown: counts", "")
    (decks / "sums.yaml").write_text(deck + SEVENS, encoding="utf-8")
    core = make_core()
    rules = core.scheduler
    core.store.commit(rate(CardState("s-sum"), Answer(Rating.GOOD), core.now, rules), rules)
    async with opened(core, size=(100, 50), start=INTERVIEW) as pilot:
        await press(pilot, "space")
        assert "What is 7 and one?" in shown(pilot)
        await press(pilot, *"it is 8 in all", "ctrl+d", "ctrl+d")
        page = shown(pilot).replace("**", "")
        assert "The result: 8  must" in page and "7+1." in page
        await press(pilot, "x", "x", "space")
        assert "What is 7 and one?" in shown(pilot)
        assert "in other words than the card's own" in shown(pilot)


async def test_the_clock_goes_on_in_a_follow_up(core: Core, clock: Clock) -> None:
    async with opened(core, start=INTERVIEW) as pilot:
        await press(pilot, "space")
        clock.forward(seconds=20)
        await press(pilot, *"the update of beta is zero", "ctrl+d")
        assert "Follow-up" in shown(pilot)
        clock.forward(seconds=30)
        await until(pilot, lambda: " 0:50 of" in shown(pilot))


async def test_after_an_answer_aloud_the_follow_up_is_answered_aloud_too(
    decks: Path, make_core: Make
) -> None:
    deck = SUMS.replace("must: true, shown", 'must: true, probe: "How so?", shown')
    for old in decks.iterdir():
        old.unlink()
    (decks / "sums.yaml").write_text(deck, encoding="utf-8")
    async with opened(make_core(), size=(100, 50), start=INTERVIEW) as pilot:
        await press(pilot, "space", "escape", "space")
        assert "How so?" in shown(pilot)
        assert "Answer aloud; Space ends it. Or type." in shown(pilot)
        await press(pilot, "space")
        assert "(answered aloud)" in shown(pilot)
        await press(pilot, "space")
        assert "answered aloud" in shown(pilot)
        assert "1 answer not typed, by your ticks alone" in " ".join(shown(pilot).split())


async def test_each_state_says_in_a_line_what_it_is(core: Core) -> None:
    async with opened(core, size=(100, 50), start=INTERVIEW) as pilot:
        assert "Answers are read here, follow-ups ask for gaps, a report ends it." in shown(pilot)
        await press(pilot, "space", *"bananas", "ctrl+d")
        assert "Is it your answer? Ctrl+D says yes; or go on typing." in " ".join(
            shown(pilot).split()
        )
        await press(pilot, "ctrl+d")
        while isinstance(phase_of(pilot), Probing):
            await press(pilot, "ctrl+d")
        assert "it counts nothing, whatever you tick" in " ".join(shown(pilot).split())
        assert "how you structured it: Tab goes there and back" in shown(pilot)


async def test_a_key_before_the_first_frame_begins_what_was_asked_for(core: Core) -> None:
    start = Start("interview", interview=InterviewSpec(count=1, minutes=60.0, coding=0, seed=7))
    app = QuizApp(core, start)
    burst(app, "enter")
    async with app.run_test() as pilot:
        await settle(pilot)
        assert asked(pilot).interview.spec == start.interview


async def test_one_key_shows_the_next_chart_also_while_the_box_has_the_keys(
    decks: Path, make_core: Make, tmp_path: Path
) -> None:
    (tmp_path / "demos" / "charts.py").write_text(CHARTS, encoding="utf-8")
    figure = "{run: charts, show: [two a, two b, three a, three b]}"
    deck = CURVES.replace("{run: toy, with: {steps: 3}, show: [train]}", figure)
    (decks / "curves.yaml").write_text(deck, encoding="utf-8")
    async with opened(make_core(), start=INTERVIEW) as pilot:
        await press(pilot, *["down"] * 7, "x", "space")
        await finish(pilot)
        assert "─●─ two a" in shown(pilot)
        assert "^n next chart" in shown(pilot).splitlines()[-1]
        await press(pilot, "ctrl+n")
        assert "─●─ three a" in shown(pilot)
        await press(pilot, "escape", "v")
        assert "─●─ two a" in shown(pilot)


async def test_the_key_that_ends_an_answer_overtakes_none_of_it(core: Core) -> None:
    async with opened(core, size=(100, 50), start=INTERVIEW) as pilot:
        await press(pilot, "space")
        burst(
            pilot.app, *["space" if c == " " else c for c in "the update of beta is zero"], "ctrl+d"
        )
        await until(pilot, lambda: not isinstance(phase_of(pilot), Asking))
        assert rubric_or_probe(pilot).given.response == "the update of beta is zero"
