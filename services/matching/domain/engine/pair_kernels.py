"""The scores of given pairs, and what they are made of, in machine code."""

import numpy as np

from services.matching.domain.engine.compiled import kernel
from services.matching.domain.engine.kernels import (
    Facts,
    Rules,
    are_apart,
    best_fit,
    choice_points,
    clock_gap,
    rest_parts,
    rest_points,
    shared_languages,
)
from services.matching.domain.engine.roster import Ints


@kernel
def scores(facts: Facts, rules: Rules, teachers: Ints, learners: Ints) -> Ints:
    """The score of each pair, or -1."""
    answers = np.full(len(teachers), -1, dtype=np.int32)
    for place in range(len(teachers)):
        teacher, learner = teachers[place], learners[place]
        if teacher == learner:
            continue
        rest = rest_points(facts.people, facts.quarters, rules, teacher, learner)
        if rest < 0:
            continue
        fit = best_fit(facts.held, facts.areas, facts.similar, teacher, learner)[0]
        if fit == 0:
            continue
        score = fit + choice_points(facts.teachers_chosen, teacher, learner) + rest
        if score >= rules.min_score and not are_apart(facts.apart, teacher, learner):
            answers[place] = score
    return answers


@kernel
def parts(facts: Facts, rules: Rules, teachers: Ints, learners: Ints) -> Ints:
    """One row a part, one column a pair."""
    answers = np.zeros((10, len(teachers)), dtype=np.int32)
    for place in range(len(teachers)):
        teacher, learner = teachers[place], learners[place]
        fit, topic, discreet = best_fit(facts.held, facts.areas, facts.similar, teacher, learner)
        answers[0, place] = fit
        if fit:
            answers[1, place] = choice_points(facts.teachers_chosen, teacher, learner)
        rest = rest_parts(facts.people, facts.quarters, rules, teacher, learner)
        answers[2, place], answers[3, place], answers[4, place], answers[5, place] = rest
        answers[6, place], answers[7, place] = topic, discreet
        answers[8, place] = clock_gap(facts.people, teacher, learner)
        answers[9, place] = shared_languages(facts.people, rules, teacher, learner)
    return answers
