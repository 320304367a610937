"""The worker process of the profile service."""

from collections.abc import Sequence

from kit.housekeeping import housekeeping
from kit.worker import Task, run_worker
from services.profile.settings import ProfileSettings
from services.profile.storage.tables import idempotency_keys
from services.profile.wiring import Wiring


def tasks(wiring: Wiring) -> Sequence[Task]:
    """What the worker does until it is stopped."""
    return [
        wiring.job_runner().run,
        housekeeping(wiring.database, wiring.clock, idempotency_keys),
    ]


def main() -> None:
    """Run the worker."""
    settings = ProfileSettings()
    run_worker("profile", settings.log_level, lambda: Wiring.opened(settings), tasks)


if __name__ == "__main__":
    main()
