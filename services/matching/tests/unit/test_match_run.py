from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.matching.domain.engine.problem import ENGINE_VERSION, Mode
from services.matching.domain.kinds import Format, Kind
from services.matching.domain.match_run import (
    UNFINISHED,
    Failure,
    FailureCode,
    MatchRun,
    Outcome,
    Phase,
    PolicyUsed,
    RunOrder,
    RunStatus,
    RunStatusError,
    cancel_run,
    discard_run,
    fail_run,
    finish_replay,
    finish_run,
    publish_run,
    queue_replay,
    queue_run,
    start_run,
)
from services.matching.domain.run_order import ModeNotOfferedError, offered_modes, order_run
from services.matching.tests.unit.test_program import COMPLETE

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ENDED = sorted(set(RunStatus) - UNFINISHED)
GIVEN_UP = Failure(FailureCode.SOLVER_FAILED, "given up")


def an_outcome(pairs_hash: str = "pairs", total: int = 9_990, upper_bound: int | None = 10_000) -> Outcome:
    return Outcome("snapshot", pairs_hash, PolicyUsed(None, 1), {"proposals": 1}, total, upper_bound, "auction")


def a_run(status: RunStatus = RunStatus.QUEUED) -> MatchRun:
    return replace(queue_run("run_1", "prg_1", RunOrder(Mode.BEST_TOTAL, 7), NOW), status=status)


def a_reviewed_run() -> MatchRun:
    return finish_run(a_run(RunStatus.RUNNING), an_outcome(), NOW)


def ordered(mode: Mode | None = None, longest_ring: int | None = None, **details: object) -> RunOrder:
    changed = replace(COMPLETE, **details)  # type: ignore[arg-type]  # the fields that a test names
    return order_run(changed, mode, seed=7, longest_ring=longest_ring, unmatched_first=True)


def test_a_run_goes_from_the_queue_to_review() -> None:
    running = start_run(replace(a_run(), engine_version="older"), NOW)
    assert running is not None
    assert (running.status, running.phase, running.engine_version) == (
        RunStatus.RUNNING,
        Phase.READING,
        ENGINE_VERSION,
    )
    done = finish_run(running, an_outcome(), NOW)
    assert (done.status, done.progress, done.outcome, done.version) == (RunStatus.REVIEW, 1.0, an_outcome(), 3)


def test_a_run_that_a_worker_dropped_is_taken_over_from_its_beginning() -> None:
    again = start_run(replace(a_run(RunStatus.RUNNING), progress=0.7), NOW)
    assert again is not None
    assert again.progress == 0


@pytest.mark.parametrize("status", ENDED)
def test_what_has_ended_is_neither_started_nor_failed_nor_cancelled(status: RunStatus) -> None:
    assert start_run(a_run(status), NOW) is None
    assert fail_run(a_run(status), GIVEN_UP, NOW) is None
    with pytest.raises(RunStatusError):
        cancel_run(a_run(status), NOW)
    with pytest.raises(RunStatusError):
        finish_run(a_run(status), an_outcome(), NOW)
    with pytest.raises(RunStatusError):
        finish_replay(a_run(status), a_reviewed_run(), an_outcome(), NOW)


@pytest.mark.parametrize("status", sorted(UNFINISHED))
def test_what_has_not_ended_can_be_cancelled_and_given_up(status: RunStatus) -> None:
    assert cancel_run(a_run(status), NOW).status is RunStatus.CANCELLED
    failed = fail_run(a_run(status), GIVEN_UP, NOW)
    assert failed is not None
    assert (failed.status, failed.failure) == (RunStatus.FAILED, GIVEN_UP)


def test_only_what_is_in_review_is_published_or_discarded() -> None:
    assert publish_run(a_run(RunStatus.REVIEW), NOW).status is RunStatus.PUBLISHED
    assert discard_run(a_run(RunStatus.REVIEW), NOW).status is RunStatus.DISCARDED
    for status in set(RunStatus) - {RunStatus.REVIEW}:
        with pytest.raises(RunStatusError):
            publish_run(a_run(status), NOW)
        with pytest.raises(RunStatusError):
            discard_run(a_run(status), NOW)


def test_a_replay_has_the_order_of_its_original_and_says_whether_the_pairs_are_equal() -> None:
    original = a_reviewed_run()
    replay = queue_replay("run_2", original, NOW)
    assert (replay.status, replay.replay_of, replay.order) == (RunStatus.QUEUED, "run_1", original.order)
    running = start_run(replay, NOW)
    assert running is not None
    same = finish_replay(running, original, an_outcome(), NOW)
    assert (same.status, same.progress, same.replay_equal) == (RunStatus.REPLAYED, 1.0, True)
    assert finish_replay(running, original, an_outcome("other pairs"), NOW).replay_equal is False


@pytest.mark.parametrize("status", sorted(set(RunStatus) - {RunStatus.REVIEW, RunStatus.PUBLISHED}))
def test_what_has_found_nothing_is_not_replayed(status: RunStatus) -> None:
    with pytest.raises(RunStatusError):
        queue_replay("run_2", a_run(status), NOW)


def test_the_gap_is_never_said_to_be_smaller_than_it_is() -> None:
    assert an_outcome(total=9_990, upper_bound=10_000).gap_basis_points == 10
    assert an_outcome(total=999_999, upper_bound=1_000_000).gap_basis_points == 1
    assert an_outcome(total=0, upper_bound=0).gap_basis_points == 0
    assert an_outcome(upper_bound=None).gap_basis_points is None


def test_a_run_is_after_what_the_program_says_unless_asked_otherwise() -> None:
    assert ordered().mode is Mode.BEST_TOTAL
    assert ordered(kind=Kind.RECIPROCAL).mode is Mode.RECIPROCAL
    assert ordered(format=Format.GROUP, kind=Kind.RECIPROCAL).mode is Mode.GROUPS
    assert ordered(Mode.STABLE) == RunOrder(Mode.STABLE, 7, 3, unmatched_first=True)
    assert ordered(Mode.CYCLES, 4).longest_ring == 4


def test_what_contradicts_the_program_is_refused_with_its_place() -> None:
    refused: list[tuple[Mode | None, int | None, dict[str, object], str]] = [
        (Mode.GROUPS, None, {}, "/body/mode"),
        (Mode.BEST_TOTAL, None, {"format": Format.GROUP}, "/body/mode"),
        (Mode.STABLE, None, {"kind": Kind.RECIPROCAL}, "/body/mode"),
        (Mode.STABLE, 3, {}, "/body/longest_ring"),
        (None, 3, {}, "/body/longest_ring"),
    ]
    for mode, ring, details, pointer in refused:
        with pytest.raises(ModeNotOfferedError) as error:
            ordered(mode, ring, **details)
        assert [one.pointer for one in error.value.errors] == [pointer]


def test_every_mode_is_offered_by_some_program() -> None:
    programs = [replace(COMPLETE, kind=kind, format=format) for kind in Kind for format in Format]
    assert set().union(*map(offered_modes, programs)) == set(Mode)
