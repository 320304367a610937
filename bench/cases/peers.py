"""A whole round by the tool that people install today."""

from bench.instances import problem_of
from bench.measuring import Sample, measure
from bench.peers.mentor_match import people_of, run


def mentor_match(people: int, scenario: str) -> Sample:
    """mentor-match over the same organization, each teacher once, as it knows no places."""
    run(*people_of(problem_of(100, scenario)))
    mentors, mentees = people_of(problem_of(people, scenario))
    matched, sample = measure(lambda: run(mentors, mentees))
    return sample.with_facts(people=people, learners=len(mentees), matched=matched)
