from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.deciding import accept, decline, drop_out, settle
from services.matching.domain.kinds import Kind
from services.matching.domain.proposal import (
    OPEN,
    Decision,
    Proposal,
    ProposalClosedError,
    ProposalStatus,
    Source,
    Track,
    participants_of,
)
from services.matching.domain.quorum import AGREED, is_complete, is_enough, those_in, tracks_in

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANY = 1
"""The smallest group, where no group is."""


def a_proposal(status: ProposalStatus = ProposalStatus.OFFERED, pairs: str = "tl") -> Proposal:
    """Who teaches whom, a letter each: `tl` is a pair, `tl tm` a group, `ab bc ca` a ring."""
    tracks = tuple(Track(f"trk_{pair}", pair[0], pair[1], "cmp_1", "Python") for pair in pairs.split())
    return Proposal(
        id="pro_1",
        program_id="prg_1",
        match_run_id=None,
        kind=Kind.MENTORING,
        source=Source.RUN,
        status=status,
        score=7000,
        participants=participants_of(tracks),
        tracks=tracks,
        expires_at=NOW + timedelta(days=14),
        was_offered=True,
        version=1,
    )


def a_group(learners: int, **said: Decision) -> Proposal:
    names = "lmnopq"[:learners]
    group = a_proposal(pairs=" ".join(f"t{name}" for name in names))
    return replace(
        group,
        participants=tuple(
            replace(one, decision=said.get(one.person_id, Decision.PENDING)) for one in group.participants
        ),
    )


def decisions(proposal: Proposal) -> Mapping[str, Decision]:
    return {one.person_id: one.decision for one in proposal.participants}


def test_nothing_is_accepted_before_all_have_accepted() -> None:
    partly = accept(a_proposal(), "t", NOW)
    assert partly.status is ProposalStatus.PARTLY_ACCEPTED
    assert accept(partly, "t", NOW) == partly
    done = accept(partly, "l", NOW)
    assert (done.status, done.version) == (ProposalStatus.ACCEPTED, 3)
    assert accept(done, "l", NOW) == done


def test_a_no_changes_nothing_but_what_its_author_said() -> None:
    before = a_proposal()
    after = decline(before, "t", ANY, NOW)
    assert decisions(after) == {"t": Decision.DECLINED, "l": Decision.PENDING}
    assert replace(after, participants=before.participants, declined_at=None) == before
    assert after.declined_at == NOW
    assert decline(after, "t", ANY, NOW + timedelta(days=1)) == after
    with pytest.raises(ProposalClosedError):
        accept(after, "t", NOW)


def test_the_others_answer_a_declined_proposal_as_any_other_and_it_has_no_effect() -> None:
    said = accept(decline(a_proposal(), "t", ANY, NOW), "l", NOW)
    assert (said.status, said.version) == (ProposalStatus.PARTLY_ACCEPTED, 2)
    assert accept(said, "l", NOW) == said
    both = decline(decline(a_proposal(), "t", ANY, NOW), "l", ANY, NOW)
    assert both.status is ProposalStatus.OFFERED


def test_who_takes_back_a_yes_ends_a_pair_at_once() -> None:
    declined = decline(accept(a_proposal(), "t", NOW), "t", ANY, NOW)
    assert (declined.status, declined.version) == (ProposalStatus.DECLINED, 3)
    assert decline(declined, "t", ANY, NOW) == declined
    with pytest.raises(ProposalClosedError):
        accept(declined, "t", NOW)


@pytest.mark.parametrize("status", sorted(set(ProposalStatus) - OPEN))
def test_nobody_decides_on_what_is_not_open(status: ProposalStatus) -> None:
    with pytest.raises(ProposalClosedError):
        accept(a_proposal(status), "t", NOW)
    with pytest.raises(ProposalClosedError):
        decline(a_proposal(status), "t", ANY, NOW)


def test_the_answer_is_the_same_whatever_ended_it() -> None:
    ended = [ProposalStatus.DECLINED, ProposalStatus.WITHDRAWN, ProposalStatus.SUPERSEDED, ProposalStatus.EXPIRED]
    sentences = set()
    for status in ended:
        with pytest.raises(ProposalClosedError) as refused:
            accept(a_proposal(status), "t", NOW)
        sentences.add(refused.value.detail)
    assert len(sentences) == 1


def test_time_runs_out_to_the_second() -> None:
    proposal = a_proposal()
    assert proposal.expires_at is not None
    with pytest.raises(ProposalClosedError):
        accept(proposal, "t", proposal.expires_at)
    assert accept(proposal, "t", proposal.expires_at - timedelta(seconds=1)).status in OPEN


@pytest.mark.parametrize("pairs", ["tl", "tl lt", "ab bc ca", "ab bc cd da"])
def test_pairs_and_rings_come_about_with_everybody_or_not_at_all(pairs: str) -> None:
    proposal = a_proposal(pairs=pairs)
    people = list(decisions(proposal))
    for number, person_id in enumerate(people):
        assert settle(proposal, ANY).status is ProposalStatus.EXPIRED
        proposal = accept(proposal, person_id, NOW)
        assert (proposal.status is ProposalStatus.ACCEPTED) == (number == len(people) - 1)
    assert drop_out(a_proposal(pairs=pairs), people[:1], ANY, ProposalStatus.WITHDRAWN, NOW).status is (
        ProposalStatus.WITHDRAWN
    )


def test_a_group_waits_for_everybody_who_may_still_come_as_far_as_others_know() -> None:
    said = {"l": Decision.ACCEPTED, "m": Decision.ACCEPTED}
    silent = accept(a_group(3, **said), "t", NOW)
    declined = accept(decline(a_group(3, **said), "n", 2, NOW), "t", NOW)
    assert silent.status is declined.status is ProposalStatus.PARTLY_ACCEPTED
    without = drop_out(a_group(3, **said), ["n"], 2, ProposalStatus.WITHDRAWN, NOW)
    assert accept(without, "t", NOW).status is ProposalStatus.ACCEPTED


def test_a_group_has_its_quorum_with_its_teacher_and_enough_learners() -> None:
    two = {"l": Decision.ACCEPTED, "m": Decision.ACCEPTED}
    assert settle(a_group(4, t=Decision.ACCEPTED, **two), 2).status is ProposalStatus.ACCEPTED
    assert settle(a_group(4, t=Decision.ACCEPTED, **two), 3).status is ProposalStatus.EXPIRED
    assert settle(a_group(4, **two), 2).status is ProposalStatus.EXPIRED
    assert settle(a_group(2, t=Decision.ACCEPTED, **two), 5).status is ProposalStatus.ACCEPTED
    fewer = settle(a_group(4, t=Decision.ACCEPTED, **two), 2, without=["m"])
    assert (fewer.status, decisions(fewer)["m"]) == (ProposalStatus.EXPIRED, Decision.OUT)


def test_only_those_who_said_yes_are_in() -> None:
    settled = settle(a_group(4, t=Decision.ACCEPTED, l=Decision.ACCEPTED, n=Decision.ACCEPTED, m=Decision.DECLINED), 2)
    assert {one.person_id for one in those_in(settled)} == {"t", "l", "n"}
    assert {track.learner_id for track in tracks_in(settled)} == {"l", "n"}


def test_a_group_becomes_impossible_by_noes_without_anybody_noticing() -> None:
    one = decline(a_group(3), "l", 2, NOW)
    assert (one.declined_at, one.status, one.version) == (None, ProposalStatus.OFFERED, 1)
    two = decline(one, "m", 2, NOW)
    assert (two.declined_at, two.status, two.version) == (NOW, ProposalStatus.OFFERED, 1)
    teacher = decline(a_group(3), "t", 2, NOW)
    assert (teacher.declined_at, teacher.status, teacher.version) == (NOW, ProposalStatus.OFFERED, 1)


def test_a_group_ends_at_once_when_too_few_are_left_of_those_who_were_not_silent() -> None:
    ended = ProposalStatus.SUPERSEDED
    assert drop_out(a_group(3), ["l"], 2, ended, NOW).status is ProposalStatus.OFFERED
    assert drop_out(a_group(3), ["l", "m"], 2, ended, NOW).status is ended
    assert drop_out(a_group(3), ["t"], 2, ended, NOW).status is ended
    declined = decline(a_group(3), "l", 2, NOW)
    assert drop_out(declined, ["m"], 2, ended, NOW).status is drop_out(a_group(3), ["m"], 2, ended, NOW).status


def test_who_takes_back_a_yes_leaves_a_group_that_can_do_without() -> None:
    yes = {"l": Decision.ACCEPTED, "m": Decision.ACCEPTED, "t": Decision.ACCEPTED}
    assert decline(a_group(3, **yes), "l", 2, NOW).status is ProposalStatus.PARTLY_ACCEPTED
    assert decline(a_group(3, **yes), "l", 3, NOW).status is ProposalStatus.DECLINED
    assert decline(a_group(3, **yes), "t", 1, NOW).status is ProposalStatus.DECLINED
    alone = decline(a_group(3, l=Decision.ACCEPTED), "l", 2, NOW)
    assert (alone.status, alone.version) == (ProposalStatus.OFFERED, 2)


STEPS = st.lists(st.tuples(st.sampled_from("tlmn"), st.sampled_from(["accept", "decline"])), max_size=8)


def _said(proposal: Proposal, person_id: str, verb: str, minimum: int) -> Proposal:
    return accept(proposal, person_id, NOW) if verb == "accept" else decline(proposal, person_id, minimum, NOW)


def _acted(proposal: Proposal, steps: list[tuple[str, str]], silenced: str | None) -> list[tuple[object, ...]]:
    """What the others see after each step: status, version and decisions; `silenced` says nothing where they say no."""
    seen: list[tuple[object, ...]] = []
    for person_id, verb in steps:
        if person_id == silenced:
            continue
        try:
            proposal = _said(proposal, person_id, verb, 2)
            told: object = None
        except ProposalClosedError:
            told = "closed"
        others = {name: said is Decision.ACCEPTED for name, said in decisions(proposal).items()}
        seen.append((person_id, told, proposal.status, proposal.version, others))
    settled = settle(proposal, 2) if proposal.status in OPEN else proposal
    return [*seen, (settled.status, settled.version)]


@given(st.sampled_from(["tl", "tl lt", "tl tm", "tl tm tn", "tl lm mt"]), st.sampled_from("tlmn"), STEPS)
def test_a_first_no_changes_nothing_that_others_see_whatever_they_do(
    pairs: str, says_no: str, steps: list[tuple[str, str]]
) -> None:
    proposal = a_proposal(pairs=pairs)
    people = decisions(proposal)
    steps = [step for step in steps if step[0] in people]
    if says_no in people:
        declined = decline(proposal, says_no, 2, NOW)
        assert _acted(declined, steps, says_no) == _acted(proposal, steps, says_no)


@given(st.sampled_from(["tl", "tl lt", "tl tm", "tl tm tn", "tl lm mt"]), st.integers(1, 4), STEPS)
def test_what_is_accepted_has_enough_and_what_is_open_could_have(
    pairs: str, minimum: int, steps: list[tuple[str, str]]
) -> None:
    proposal = a_proposal(pairs=pairs)
    for person_id, verb in steps:
        said = decisions(proposal).get(person_id, Decision.OUT)
        if proposal.status in OPEN and said in {Decision.PENDING, Decision.ACCEPTED}:
            proposal = _said(proposal, person_id, verb, minimum)
    if proposal.status is ProposalStatus.ACCEPTED:
        assert is_complete(proposal)
        assert is_enough(proposal, minimum, AGREED)
    elif proposal.status in OPEN:
        assert not is_complete(proposal)
