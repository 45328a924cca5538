"""The server stops though a task of it was looking away."""

import asyncio
import contextlib

from geo_ioc.asgi import end


def test_a_task_that_missed_its_cancellation_is_told_again() -> None:
    async def deaf_once() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    async def stop() -> bool:
        task = asyncio.create_task(deaf_once())
        await asyncio.sleep(0)
        await asyncio.wait_for(end([task]), 5)
        return task.cancelled()

    assert asyncio.run(stop())
