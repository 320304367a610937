"""The worker process of the sessions service."""

from collections.abc import Sequence

from kit.housekeeping import housekeeping
from kit.worker import Task, every, run_worker
from services.sessions.settings import SessionsSettings
from services.sessions.storage.tables import idempotency_keys
from services.sessions.wiring import Wiring

LAPSE_SECONDS = 3600.0


def tasks(wiring: Wiring) -> Sequence[Task]:
    """What the worker does until it is stopped."""
    return [
        *(consumer.run for consumer in wiring.consumers()),
        every(LAPSE_SECONDS, wiring.lapse_overdue),
        housekeeping(wiring.database, wiring.clock, idempotency_keys),
    ]


def main() -> None:
    """Run the worker."""
    settings = SessionsSettings()
    run_worker("sessions", settings.log_level, lambda: Wiring.opened(settings), tasks)


if __name__ == "__main__":
    main()
