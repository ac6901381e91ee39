"""What a card's state says of a day: resting, due, or ahead of the clock."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from quizapp.study.calendar import MOST_BACK
from quizapp.study.model import CardState

TODAY = date(2026, 1, 5)
FAR = TODAY + MOST_BACK


@pytest.mark.parametrize(
    ("day", "ahead"),
    [(None, False), (TODAY, False), (FAR, False), (FAR + timedelta(days=1), True)],
)
def test_a_card_is_ahead_once_its_day_is_further_off_than_a_zone_or_a_rollover_moves_it(
    day: date | None, ahead: bool
) -> None:
    assert CardState("card", last_day=day).is_ahead(TODAY) is ahead
    assert CardState("card", buried_until=day).is_ahead(TODAY) is ahead


def test_a_card_rests_until_its_day_has_come() -> None:
    assert not CardState("card").is_buried(TODAY)
    rests = CardState("card", buried_until=TODAY)
    assert [rests.is_buried(TODAY + timedelta(days=n)) for n in (-1, 0, 1)] == [True, False, False]
