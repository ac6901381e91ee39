"""A card answered in code: write, run, read what failed, correct, pass, be rated."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.widgets import OptionList

from quizapp.app.core import Core
from quizapp.study.model import Rating
from quizapp.tui.app import Start
from quizapp.tui.widgets.card.code_editor import Highlighted
from tests.conftest import Clock, Make
from tests.tui.coding import editor, panel, ran, write
from tests.tui.look import finish, opened, press, settle, shown, study_screen, studying
from tests.tui.panel import until
from tests.unit.app.code_card import ENDLESS, RIGHT, add_exercises

WIDE = (120, 40)
CARD = studying("code-mean")


@pytest.fixture
def core(make_core: Make, decks: Path, tmp_path: Path) -> Core:
    """A core with a code card."""
    add_exercises(decks, tmp_path / "demos")
    return make_core()


def suggested(core: Core) -> list[tuple[Rating, str]]:
    """Return the ratings of the log with the response kept."""
    return [(review.rating, review.answer.response) for review in core.store.reviews()]


async def test_the_card_shows_its_task_the_starter_and_the_claims(core: Core) -> None:
    async with opened(core, start=CARD) as pilot:
        assert "Return the mean of a list of numbers; of an empty list, return 0." in shown(pilot)
        assert "return sum(values)" in shown(pilot)
        assert study_screen(pilot).focused is None
        await press(pilot, "ctrl+o")
        assert "· An empty list gives 0" in shown(pilot)


async def test_a_failing_claim_a_fix_a_pass_and_good(core: Core) -> None:
    async with opened(core, size=WIDE, start=CARD) as pilot:
        await ran(pilot)
        assert "✗ Your mean equals that of statistics" in shown(pilot)
        assert "yours 10, statistics 3.333: a factor of 3" in shown(pilot)
        await press(pilot, "enter")
        assert editor(pilot).has_focus
        await pilot.press(*" / len", "left_parenthesis", *"values")
        await ran(pilot)
        assert "1 of 2 claims hold" in shown(pilot)
        assert "3: ZeroDivisionError: division by zero" in shown(pilot)
        assert editor(pilot).marked == {2: "ZeroDivisionError: division by zero"}
        assert editor(pilot).has_focus
        write(pilot, RIGHT)
        await ran(pilot)
        assert "✓ all 2 claims hold" in shown(pilot)
        assert not editor(pilot).has_focus
        await press(pilot, "space")
        assert "All 2 claims hold. Good suggested." in shown(pilot)
        assert "✓ shown here" in shown(pilot)
        assert "a solution" in shown(pilot)
        await press(pilot, "space")
    assert suggested(core) == [(Rating.GOOD, "attempt 3: 2 of 2 claims hold")]


async def test_a_run_whose_result_cannot_be_kept_counts_all_the_same(
    core: Core, tmp_path: Path
) -> None:
    folder = core.paths.solutions / "code-mean"
    away = f"import pathlib\npathlib.Path({str(folder)!r}).rename({str(tmp_path / 'away')!r})\n"
    block = f"pathlib.Path({str(folder)!r}).write_text('')\n"  # nothing can be written there
    async with opened(core, size=WIDE, start=CARD) as pilot:
        write(pilot, away + block + RIGHT)
        await ran(pilot)
        assert "Your code was not kept" in shown(pilot)
        assert "✓ all 2 claims hold" in shown(pilot)
        folder.unlink()
        (tmp_path / "away").rename(folder)
        await press(pilot, "escape", "space")
        assert "All 2 claims hold. Good suggested." in shown(pilot)


async def test_the_first_run_lies_under_the_later_ones(core: Core) -> None:
    async with opened(core, size=WIDE, start=CARD) as pilot:
        await ran(pilot)
        assert "first run" not in shown(pilot)
        write(pilot, RIGHT)
        await ran(pilot)
        assert "first run" in shown(pilot)


async def test_a_hint_makes_it_hard(core: Core) -> None:
    async with opened(core, size=WIDE, start=CARD) as pilot:
        await press(pilot, "h")
        assert "Hint 1 of 2: What is it divided by?" in shown(pilot)
        await press(pilot, "h")
        assert "Hint 2 of 2: len(values) is the count." in shown(pilot)
        await press(pilot, "h")
        assert "Hint 1 of 2" in shown(pilot)
        write(pilot, RIGHT)
        await ran(pilot)
        await press(pilot, "space")
        assert "All 2 claims hold. 2 hints used. Hard suggested." in shown(pilot)
        await press(pilot, "2")
    [review] = core.store.reviews()
    assert review.answer.hint_used
    assert review.answer.response == "attempt 1: 2 of 2 claims hold; 2 hints"


async def test_a_hint_is_shown_while_writing(core: Core) -> None:
    async with opened(core, start=CARD) as pilot:
        await press(pilot, "enter", "ctrl+g")
        assert "Hint 1 of 2" in shown(pilot)
        assert editor(pilot).has_focus


async def test_the_answer_without_a_pass_is_asked_for_once_and_is_again(core: Core) -> None:
    async with opened(core, size=WIDE, start=CARD) as pilot:
        await press(pilot, "space")
        assert "Show the solution?" in shown(pilot)
        await press(pilot, "n")
        assert "Sum over count." not in shown(pilot)
        await press(pilot, "space", "y")
        await settle(pilot)
        assert "Sum over count." in shown(pilot)
        assert "No run was made. Again suggested." in shown(pilot)


async def test_what_passes_after_a_look_at_the_solution_is_again(core: Core) -> None:
    async with opened(core, size=WIDE, start=CARD) as pilot:
        await press(pilot, "s", "y")
        await settle(pilot)
        assert "a solution" in shown(pilot)
        assert "return sum(values)" in editor(pilot).text
        write(pilot, RIGHT)
        await ran(pilot)
        await press(pilot, "space")
        assert "The solution was shown. Again suggested." in shown(pilot)


async def test_after_a_success_the_solution_takes_nothing_away(core: Core) -> None:
    async with opened(core, size=WIDE, start=CARD) as pilot:
        write(pilot, RIGHT)
        await ran(pilot)
        await press(pilot, "s")
        assert panel(pilot).solution_shown
        await press(pilot, "s", "space")
        assert "Good suggested." in shown(pilot)


async def test_an_endless_loop_is_cancelled_and_the_card_goes_on(core: Core) -> None:
    async with opened(core, size=WIDE, start=CARD) as pilot:
        write(pilot, ENDLESS)
        await pilot.press("ctrl+j")
        await until(pilot, lambda: panel(pilot).experiment.running)
        await press(pilot, "x")
        await until(pilot, lambda: not panel(pilot).experiment.running)
        await finish(pilot)
        [attempt] = panel(pilot).coding.solutions.attempts
        assert attempt.result is not None
        assert attempt.result.trouble == "cancelled"
        write(pilot, RIGHT)
        await ran(pilot)
        assert "✓ all 2 claims hold" in shown(pilot)


async def test_leaving_while_the_code_runs_asks_once(core: Core) -> None:
    async with opened(core, size=WIDE, start=CARD) as pilot:
        write(pilot, ENDLESS)
        await pilot.press("ctrl+j")
        await until(pilot, lambda: panel(pilot).experiment.running)
        await press(pilot, "minus")
        assert "still running" in shown(pilot)
        await press(pilot, "y")
        await finish(pilot)
        assert core.lab.run is not None
        assert core.lab.run.ended


async def test_a_new_day_begins_anew_though_code_was_begun(core: Core, clock: Clock) -> None:
    async with opened(core, start=CARD) as pilot:
        await press(pilot, "enter", "x", "f2")
        clock.forward(days=1)
        await press(pilot, "f3")
        assert not study_screen(pilot).studying.desk.over
        assert "return sum(values)x" in editor(pilot).text


async def test_attempts_are_read_and_taken_back(core: Core) -> None:
    async with opened(core, size=WIDE, start=CARD) as pilot:
        await press(pilot, "a")
        assert "No attempt was kept yet" in shown(pilot)
        starter = editor(pilot).text
        await ran(pilot)
        write(pilot, RIGHT)
        await ran(pilot)
        await press(pilot, "a")
        numbers = pilot.app.screen.query_one(OptionList)
        assert "2  ✓ 2 of 2 claims hold" in str(numbers.get_option_at_index(0).prompt)
        assert pilot.app.screen.query_one(Highlighted).region.height > 20
        await press(pilot, "down")
        assert "return sum(values)" in shown(pilot)
        await press(pilot, "enter")
        assert editor(pilot).text == starter
        await press(pilot, "ctrl+z")
        assert editor(pilot).text == RIGHT


async def test_a_rating_that_is_taken_back_brings_code_and_run_back(core: Core) -> None:
    async with opened(core, size=WIDE, start=CARD) as pilot:
        await press(pilot, "h")
        write(pilot, RIGHT)
        await ran(pilot)
        await press(pilot, "space", "2")
        assert "return sum(values)\n" in editor(pilot).text
        await press(pilot, "u")
        assert editor(pilot).text == RIGHT
        assert "Attempt 1, earlier: 2 of 2 claims hold" in shown(pilot)
        await press(pilot, "space")
        assert "1 hint used. Hard suggested." in shown(pilot)


async def test_what_is_written_survives_the_end_of_the_app(make_core: Make, core: Core) -> None:
    async with opened(core, start=CARD) as pilot:
        await press(pilot, "enter", "x")
        await pilot.pause(1.1)
        text = editor(pilot).text
    core.close()
    async with opened(make_core(), start=CARD) as pilot:
        assert editor(pilot).text == text
        await press(pilot, "z")
        assert editor(pilot).text == text.replace("x", "")


async def test_code_saved_by_another_program_is_shown(core: Core) -> None:
    async with opened(core, start=CARD) as pilot:
        coding = panel(pilot).coding
        coding.solutions.draft_file.write_text("# from elsewhere\n", encoding="utf-8")
        await until(pilot, lambda: editor(pilot).text == "# from elsewhere\n")
        await press(pilot, "enter", "x")
        await pilot.pause(1.1)
        assert coding.solutions.draft == editor(pilot).text != "# from elsewhere\n"


async def test_a_paste_goes_into_the_editor(core: Core) -> None:
    async with opened(core, start=CARD) as pilot:
        pilot.app.post_message(events.Paste("\n# mine"))
        await settle(pilot)
        assert "return sum(values)\n# mine" in editor(pilot).text
        assert editor(pilot).has_focus


async def test_another_exercise_explains_itself_once_the_card_was_solved(core: Core) -> None:
    async with opened(core, size=WIDE, start=CARD) as pilot:
        write(pilot, RIGHT)
        await ran(pilot)
        await press(pilot, "space", "3")
        assert "def median" in editor(pilot).text
        assert "Write the mean." in shown(pilot)
        assert "Return the median of one to three" in shown(pilot)


async def test_without_its_exercise_the_card_is_still_a_question(
    make_core: Make, core: Core, tmp_path: Path
) -> None:
    core.close()
    (tmp_path / "demos" / "write_mean.py").unlink()
    async with opened(make_core(), start=CARD) as pilot:
        assert "write_mean" in shown(pilot)
        await press(pilot, "space")
        assert "Sum over count." in shown(pilot)


async def test_the_browser_shows_a_code_card_without_an_editor(core: Core) -> None:
    async with opened(core, size=WIDE, start=Start("browse")) as pilot:
        await press(pilot, *"mean", "escape")
        await finish(pilot)
        assert "Write the mean." in shown(pilot)
        assert "Not studied yet." in shown(pilot)
        assert "NoAnswer" not in shown(pilot)
        await press(pilot, "space")
        await finish(pilot)
        assert "Sum over count." in shown(pilot)


async def test_every_key_of_a_code_card_is_in_the_help(core: Core) -> None:
    async with opened(core, size=WIDE, start=CARD) as pilot:
        await press(pilot, "question_mark")
        text = shown(pilot)
        for name in ("code.run", "code.solution", "code.attempts", "code.outside-letter"):
            assert name in text


async def test_the_cursor_goes_to_the_line_of_a_syntax_error(core: Core) -> None:
    async with opened(core, start=CARD) as pilot:
        write(pilot, "def mean(values)\n    total = 0\n    return total\n")
        await press(pilot, "enter")
        editor(pilot).move_cursor((2, 4))
        await ran(pilot)
        await press(pilot, "ctrl+o", *" :", "backspace")
        assert editor(pilot).text.startswith("def mean(values) \n")


async def test_the_cursor_stays_where_is_written_while_the_code_runs(core: Core) -> None:
    async with opened(core, size=WIDE, start=CARD) as pilot:
        write(pilot, "def mean(values)\n    return 0\n")
        await press(pilot, "enter")
        editor(pilot).move_cursor((1, 12))
        await pilot.press("ctrl+j", "1")
        await finish(pilot)
        assert editor(pilot).marked
        assert editor(pilot).cursor_location == (1, 13)
