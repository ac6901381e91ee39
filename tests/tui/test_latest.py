"""Many wishes in a row: the newest is fulfilled, and none is broken off."""

from __future__ import annotations

import asyncio

import pytest

from quizapp.tui.latest import Latest


async def test_the_one_under_way_is_finished_and_only_the_newest_follows() -> None:
    gate = asyncio.Event()
    fulfilled: list[str] = []

    async def fulfil(wish: str) -> None:
        await gate.wait()
        fulfilled.append(wish)

    latest = Latest(fulfil)
    first = asyncio.ensure_future(latest("first"))
    await asyncio.sleep(0)
    await latest("second")
    await latest("third")
    assert fulfilled == []
    gate.set()
    await first
    assert fulfilled == ["first", "third"]


async def test_a_wish_that_fails_does_not_stand_in_the_way_of_the_next() -> None:
    fulfilled: list[int] = []

    async def fulfil(wish: int) -> None:
        fulfilled.append(1 // wish)

    latest = Latest(fulfil)
    with pytest.raises(ZeroDivisionError):
        await latest(0)
    await latest(1)
    assert fulfilled == [1]
