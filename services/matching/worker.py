"""The worker process of the matching service."""

from collections.abc import Sequence
from functools import partial

from kit.housekeeping import EVERY_SECONDS, housekeeping
from kit.worker import Task, every, run_worker
from services.matching.settings import MatchingSettings
from services.matching.storage.repositories.snapshots import prune_snapshots
from services.matching.storage.tables import idempotency_keys
from services.matching.wiring import Wiring


def tasks(wiring: Wiring) -> Sequence[Task]:
    """What the worker does until it is stopped."""
    return [
        wiring.job_runner().run,
        *(consumer.run for consumer in wiring.consumers()),
        housekeeping(wiring.database, wiring.clock, idempotency_keys),
        every(EVERY_SECONDS, partial(prune_snapshots, wiring.database, wiring.clock)),
    ]


def main() -> None:
    """Run the worker."""
    settings = MatchingSettings()
    run_worker("matching", settings.log_level, lambda: Wiring.opened(settings), tasks)


if __name__ == "__main__":
    main()
