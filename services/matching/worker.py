"""The worker process of the matching service."""

from collections.abc import Sequence

from kit.housekeeping import housekeeping
from kit.worker import Task, run_worker
from services.matching.settings import MatchingSettings
from services.matching.storage.tables import idempotency_keys
from services.matching.wiring import Wiring


def tasks(wiring: Wiring) -> Sequence[Task]:
    """What the worker does until it is stopped."""
    return [
        wiring.job_runner().run,
        *(consumer.run for consumer in wiring.consumers()),
        housekeeping(wiring.database, wiring.clock, idempotency_keys),
    ]


def main() -> None:
    """Run the worker."""
    settings = MatchingSettings()
    run_worker("matching", settings.log_level, lambda: Wiring.opened(settings), tasks)


if __name__ == "__main__":
    main()
