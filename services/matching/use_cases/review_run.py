"""Review a run once it has found something: how fair it was, and why it left whom out."""

from kit.jobs import Job
from services.matching.domain.match_run import SnapshotGoneError
from services.matching.use_cases.ports import BackgroundWork
from services.matching.use_cases.ports_reviews import Reviewer


class ReviewRun:
    """The handler of the job."""

    def __init__(self, work: BackgroundWork, reviewer: Reviewer) -> None:
        self._work = work
        self._reviewer = reviewer

    async def run(self, job: Job) -> None:
        """Review the run, unless it was discarded meanwhile."""
        run_id = job.payload["match_run_id"]
        try:
            async with self._work(job.organization_id) as uow:
                snapshot = await uow.snapshots.get(run_id)
            said = await self._reviewer.review(snapshot.problem, snapshot.solution)
            async with self._work(job.organization_id) as uow:
                await uow.match_runs.get(run_id)
                await uow.snapshots.require(run_id)
                await uow.reviews.add(run_id, said["fairness"], said["left_out"])
        except SnapshotGoneError:
            return

    async def on_failed(self, job: Job, error: Exception) -> None:
        """Leave the run without a review; its pairs are what they are."""
