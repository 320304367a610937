from collections.abc import Collection
from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.crowd import Crowd, gather, member_of
from services.matching.domain.crowd_asker import Asker, Wanted
from services.matching.domain.engine.points import Conditions, score
from services.matching.domain.opportunities import Layer, look
from services.matching.domain.people import GrowthArea, Person, Strength, without_secrets
from services.matching.domain.policy import Terms
from services.matching.domain.request import Aim
from services.matching.domain.showing import NO_PRICES, Prices, auction_off
from services.matching.tests.builders import a_learner, a_person, a_teacher
from services.matching.tests.generator import organization as large_organization
from services.matching.tests.unit.organizations import Organization, organizations, steadily

DAY = date(2026, 3, 2)
EVERYTHING = 99


def layer(crowd: Crowd, hidden: Collection[str] = (), prices: Prices = NO_PRICES) -> Layer:
    shown = np.ones(crowd.size, dtype=np.bool_)
    shown[crowd.rows(hidden)] = False
    return Layer(crowd, shown, *prices.of(crowd.hashes))


def people_of(organization: Organization) -> list[Person]:
    return [entrant.person for entrant in organization.entrants]


def crowd_of(people: list[Person]) -> Crowd:
    return gather(map(member_of, people))[0]


def asking_in(organization: Organization, person: Person) -> Asker:
    return Asker(person, Wanted(organization.terms, DAY, organization.topics), organization.similar)


@given(organizations(), st.sampled_from(Aim))
@steadily
def test_those_found_are_all_whom_the_readable_rule_allows_with_its_scores(
    organization: Organization, aim: Aim
) -> None:
    people = people_of(organization)
    conditions = replace(organization.conditions, ranks={}, apart=frozenset())
    crowd = crowd_of(people)
    for me in people:
        found = look([layer(crowd)], asking_in(organization, me), aim, (), None, EVERYTHING)
        expected = {}
        for other in people:
            known = without_secrets(other)
            teacher, learner = (known, me) if aim is Aim.LEARN else (me, known)
            points = score(teacher, learner, conditions)
            if points is not None:
                expected[other.id] = points
        assert {one.person_id: one.worth for one in found} == expected
        assert [one.worth for one in found] == sorted(expected.values(), reverse=True)


@given(organizations(), organizations(), st.data())
@steadily
def test_a_crowd_with_changes_beside_it_answers_as_one_that_is_made_anew(
    before: Organization, after: Organization, data: st.DataObject
) -> None:
    old = {person.id: person for person in people_of(before)}
    new = {person.id: person for person in people_of(after)}
    changed = {one: new[one] for one in data.draw(st.sets(st.sampled_from(sorted(new))))} if new else {}
    now = old | changed
    prices = auction_off(gather(map(member_of, old.values()))[1])
    beside = [
        layer(crowd_of(list(old.values())), set(changed), prices),
        layer(crowd_of(list(changed.values())), prices=prices),
    ]
    anew = [layer(crowd_of(list(now.values())), prices=prices)]
    most = data.draw(st.integers(1, 8))
    for me in now.values():
        asker = asking_in(after, me)
        for aim in Aim:
            assert look(beside, asker, aim, (), None, most) == look(anew, asker, aim, (), None, most)


def test_whoever_leads_somebody_is_not_shown_them_though_they_are_in_different_crowds() -> None:
    report = a_teacher("per_t", manager_id="per_me")
    me = a_learner("per_me")
    asker = Asker(me, Wanted(Conditions().terms, DAY))
    assert look([layer(crowd_of([report])), layer(crowd_of([me]))], asker, Aim.LEARN, (), None, EVERYTHING) == []


def test_what_is_similar_to_what_one_wants_or_teaches_finds_people_even_where_nobody_has_that() -> None:
    crowd = crowd_of([a_teacher("per_t", strengths=(Strength("cmp_django", 5), Strength("cmp_art", 5)))])
    me = a_learner("per_me", growth_areas=(GrowthArea("cmp_python", 0, 3, 3),))
    wanted = Wanted(Conditions().terms, DAY)
    assert look([layer(crowd)], Asker(me, wanted), Aim.LEARN, (), None, EVERYTHING) == []
    similar = (("cmp_python", "cmp_django", 60), ("cmp_django", "cmp_python", 60))
    (found,) = look([layer(crowd)], Asker(me, wanted, similar), Aim.LEARN, (), None, EVERYTHING)
    teacher = a_teacher("per_t", strengths=(Strength("cmp_django", 5),))
    conditions = Conditions(similar={("cmp_python", "cmp_django"): 60})
    assert found.worth == score(teacher, me, conditions)
    back = look([layer(crowd_of([me]))], Asker(teacher, wanted, similar), Aim.TEACH, (), None, EVERYTHING)
    assert [one.worth for one in back] == [found.worth]


def test_many_topics_and_filters_in_turn_change_no_answer() -> None:
    numbers = range(12)
    learners = [a_learner(f"per_{one:02}", f"cmp_{one}", languages=frozenset({f"x{one}"})) for one in numbers]
    me = a_person("per_me", languages=frozenset(), strengths=tuple(Strength(f"cmp_{one}", 5) for one in numbers))
    crowd = layer(crowd_of(learners))
    for _ in range(2):
        everybody = look([crowd], Asker(me, Wanted(Conditions().terms, DAY)), Aim.TEACH, (), None, EVERYTHING)
        assert len(everybody) == len(learners)
        for one in numbers:
            for wanted in (
                Wanted(Conditions().terms, DAY, topics=(f"cmp_{one}",)),
                Wanted(Conditions().terms, DAY, language=f"x{one}"),
            ):
                (found,) = look([crowd], Asker(me, wanted), Aim.TEACH, (), None, EVERYTHING)
                assert found in everybody
                assert found.person_id == f"per_{one:02}"


def test_whoever_is_barred_paused_or_gone_is_not_found() -> None:
    people = [
        a_teacher("per_a"),
        a_teacher("per_b"),
        a_teacher("per_c", paused_until=date(2026, 3, 3)),
        a_teacher("per_d", paused_until=DAY),
        a_teacher("per_e", active=False),
        a_teacher("per_f", teaching_capacity=0),
    ]
    asker = Asker(a_learner(), Wanted(Conditions().terms, DAY))
    found = look([layer(crowd_of(people))], asker, Aim.LEARN, ["per_b", "per_unknown"], None, EVERYTHING)
    assert {one.person_id for one in found} == {"per_a", "per_d"}


def test_whoever_asks_may_bring_what_nobody_else_has() -> None:
    crowd = crowd_of([a_teacher("per_t", languages=frozenset({"de"})), a_teacher("per_s", languages=frozenset())])
    me = a_learner("per_me", languages=frozenset({"eo"}), team="new", manager_id="per_nobody", windows=((7, 9_000),))
    found = look([layer(crowd)], Asker(me, Wanted(Conditions().terms, DAY)), Aim.LEARN, (), None, EVERYTHING)
    assert [one.person_id for one in found] == ["per_s"]


def test_prices_come_back_from_their_bytes() -> None:
    prices = auction_off(large_organization(300, "scarce"))
    assert prices.teaching.any()
    back = Prices.unpack(prices.pack())
    for column in ("person", "teaching", "learning"):
        assert np.array_equal(getattr(back, column), getattr(prices, column))
    unknown = np.array([1], dtype=np.uint64)
    assert [column.tolist() for column in back.of(unknown)] == [[0], [0]]


def test_one_whom_everybody_would_like_is_shown_to_fewer_at_a_price() -> None:
    learners = [a_learner(f"per_l{number:02}") for number in range(30)]
    stars = [a_teacher(f"per_s{number}") for number in range(3)]
    others = [a_teacher(f"per_t{number:02}", windows=()) for number in range(30)]
    crowd, problem = gather(map(member_of, [*learners, *stars, *others]))

    def most_shown(prices: Prices) -> int:
        times: dict[str, int] = {}
        for learner in learners:
            asker = Asker(learner, Wanted(problem.terms, DAY))
            for one in look([layer(crowd, prices=prices)], asker, Aim.LEARN, (), None, 3):
                times[one.person_id] = times.get(one.person_id, 0) + 1
        return max(times.values())

    assert most_shown(NO_PRICES) == len(learners)
    assert most_shown(auction_off(problem)) < len(learners)


def test_the_best_of_many_are_the_first_of_all_by_the_readable_score_less_price() -> None:
    rules = replace(Terms().rules, max_time_zone_gap_hours=3)
    wanted = Wanted(replace(Terms(), rules=rules), DAY)
    teachers = {one.id: one for one in map(one_of_many, range(1_500))}
    crowd = crowd_of(list(teachers.values()))
    costs = np.random.default_rng(3).integers(0, 40, crowd.size, dtype=np.int32) * 200
    everybody = Layer(crowd, np.ones(crowd.size, dtype=np.bool_), costs, costs)
    me = a_learner("per_me", growth_areas=(GrowthArea("cmp_python", 0, 5, 3),))
    scores = {one: score(teacher, me, Conditions(wanted.terms)) for one, teacher in teachers.items()}
    price = dict(zip(crowd.ids, costs.tolist(), strict=True))
    found = look([everybody], Asker(me, wanted), Aim.LEARN, (), None, len(teachers))
    assert {one.person_id: one.worth for one in found} == {
        one: points - price[one] for one, points in scores.items() if points is not None
    }
    assert len(found) > len(teachers) // 5
    for most in (1, 10, 300):
        assert look([everybody], Asker(me, wanted), Aim.LEARN, (), None, most) == found[:most]


def one_of_many(number: int) -> Person:
    """A teacher of some level, somewhere, free at some time."""
    return a_teacher(
        f"per_{number:04}",
        strengths=(Strength("cmp_python", 1 + number % 5),),
        utc_offset=60 * (number * 7 % 24 - 12),
        windows=((540, 540 + 15 * (number % 17)),) if number % 17 else (),
    )
