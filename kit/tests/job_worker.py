"""A worker process that takes jobs, says so, and never finishes one. Argument: address."""

import asyncio
import sys

from kit.jobs import Job, JobRunner


class Endless:
    async def run(self, job: Job) -> None:
        print("started", job.delivery, flush=True)
        await asyncio.sleep(3600)

    async def on_failed(self, job: Job, error: Exception) -> None:
        print("given up", flush=True)


if __name__ == "__main__":
    asyncio.run(JobRunner(sys.argv[1], {"resole": Endless()}, heartbeat_timeout=1.0).run(asyncio.Event()))
