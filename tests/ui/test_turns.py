"""Whose turn it is: what was asked in its order, the newest of typed words, and nobody for longer than is of use."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from ui.api.access import Refused
from ui.api.turns import Turns


def run(life: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await life()

    with ThreadPoolExecutor(1) as own:  # the browser tests leave a loop in this thread
        own.submit(lambda: asyncio.run(whole())).result()


def test_in_which_order_they_come() -> None:
    came: list[str] = []

    async def search(turns: Turns, name: str, *, typing: bool) -> None:
        async with turns.one(typing=typing):
            came.append(name)
            await asyncio.sleep(0)

    async def life() -> None:
        turns = Turns(at_once=1, patience_s=20)
        wishes = [("first", True), ("typed 1", True), ("asked 1", False), ("typed 2", True), ("asked 2", False)]
        await asyncio.gather(*(search(turns, name, typing=typing) for name, typing in wishes))
        assert came == ["first", "asked 1", "asked 2", "typed 2", "typed 1"]
        await search(turns, "later", typing=True)

    run(life)


def test_typed_words_that_wait_too_long_are_refused_and_cost_nobody_a_turn() -> None:
    async def life() -> None:
        turns = Turns(at_once=2, patience_s=0.01)
        async with turns.one(typing=False), turns.one(typing=False):
            with pytest.raises(Refused, match="crowded"):
                async with turns.one(typing=True):
                    pass
        async with turns.one(typing=True), turns.one(typing=True):
            pass

    run(life)


def test_a_turn_is_given_back_by_who_fails_and_by_who_goes_away() -> None:
    async def life() -> None:
        turns = Turns(at_once=1)
        with pytest.raises(ZeroDivisionError):
            async with turns.one(typing=False):
                1 / 0  # noqa: B018
        async with turns.one(typing=False):
            gone = asyncio.create_task(turns.one(typing=False).__aenter__())
            last = asyncio.create_task(turns.one(typing=False).__aenter__())
            await asyncio.sleep(0)
        # The turn is on its way to who goes away just now.
        gone.cancel()
        await asyncio.wait_for(last, 20)

    run(life)
