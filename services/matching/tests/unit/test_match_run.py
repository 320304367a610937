from datetime import UTC, datetime

import pytest

from services.matching.domain.match_run import (
    UNFINISHED,
    MatchRun,
    Phase,
    RunStatus,
    RunStatusError,
    cancel_run,
    discard_run,
    fail_run,
    finish_run,
    publish_run,
    queue_run,
    start_run,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ENDED = sorted(set(RunStatus) - UNFINISHED)


def a_run(status: RunStatus = RunStatus.QUEUED) -> MatchRun:
    queued = queue_run("run_1", "prg_1", 7, "flow-1", NOW)
    return MatchRun(**{name: getattr(queued, name) for name in queued.__slots__} | {"status": status})


def test_a_run_goes_from_the_queue_to_review() -> None:
    running = start_run(a_run(), NOW)
    assert running is not None
    assert (running.status, running.phase) == (RunStatus.RUNNING, Phase.READING)
    done = finish_run(running, "hash", {"proposals": 1}, NOW)
    assert (done.status, done.progress, done.snapshot_hash, done.version) == (RunStatus.REVIEW, 1.0, "hash", 3)


def test_a_run_that_a_worker_dropped_is_taken_over_from_its_beginning() -> None:
    again = start_run(a_run(RunStatus.RUNNING), NOW)
    assert again is not None
    assert again.progress == 0


@pytest.mark.parametrize("status", ENDED)
def test_what_has_ended_is_neither_started_nor_failed_nor_cancelled(status: RunStatus) -> None:
    assert start_run(a_run(status), NOW) is None
    assert fail_run(a_run(status), "given up", NOW) is None
    with pytest.raises(RunStatusError):
        cancel_run(a_run(status), NOW)
    with pytest.raises(RunStatusError):
        finish_run(a_run(status), "hash", {}, NOW)


@pytest.mark.parametrize("status", sorted(UNFINISHED))
def test_what_has_not_ended_can_be_cancelled_and_given_up(status: RunStatus) -> None:
    assert cancel_run(a_run(status), NOW).status is RunStatus.CANCELLED
    failed = fail_run(a_run(status), "given up", NOW)
    assert failed is not None
    assert (failed.status, failed.failure) == (RunStatus.FAILED, "given up")


def test_only_what_is_in_review_is_published_or_discarded() -> None:
    assert publish_run(a_run(RunStatus.REVIEW), NOW).status is RunStatus.PUBLISHED
    assert discard_run(a_run(RunStatus.REVIEW), NOW).status is RunStatus.DISCARDED
    for status in set(RunStatus) - {RunStatus.REVIEW}:
        with pytest.raises(RunStatusError):
            publish_run(a_run(status), NOW)
        with pytest.raises(RunStatusError):
            discard_run(a_run(status), NOW)
