"""The review of a run in a process of its own, so that the worker stays awake and small."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import orjson

from services.matching.clients import review_process
from services.matching.use_cases.ports_reviews import ReviewFailedError

ROOT = Path(__file__).parents[3]


class ReviewProcess:
    """Reviews each run in a fresh process, which ends with it."""

    async def review(self, problem: bytes, solution: bytes) -> Any:
        """How fair a run was and why it left whom out; `ReviewFailedError` if the process ends without an answer."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            review_process.__name__,
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        length = len(problem).to_bytes(review_process.LENGTH_BYTES, "big")
        try:
            answer, _ = await process.communicate(length + problem + solution)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
        if process.returncode:
            raise ReviewFailedError(f"the reviewing process ended with {process.returncode}")
        return orjson.loads(answer)
