"""The three programs of the demonstration, and the policy that judges their matches."""

from typing import Any

POLICY: dict[str, Any] = {
    "name": "Teams may mix, in any language",
    "rules": {"exclude_same_team": False, "require_shared_language": False},
}
_EVERYBODY = {"reporting_levels": None, "departments": None}


def _program(name: str, kind: str, purpose: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "kind": kind,
        "format": "pair",
        "group_size": {"min": 2, "max": 2},
        "purpose": purpose,
        "business_issue": None,
        "success_measure": "Half of what people commit to is used at work within a month.",
        "objectives": [{"role": "learner", "text": "Use one thing at work that was learned here.", "rank": "primary"}],
        "competency_ids": [],
        "who_may_teach": _EVERYBODY,
        "who_may_learn": _EVERYBODY,
        **more,
    }


PROGRAMS = (
    _program(
        "Executives learn technology",
        "mentoring",
        "Those who decide about technology learn it from those who use it.",
        who_may_learn={"reporting_levels": [1, 2], "departments": None},
    ),
    _program("Each teaches, each learns", "reciprocal", "Two people, each with something that the other wants."),
    _program(
        "Small groups",
        "mentoring",
        "One person who can, several who want to.",
        format="group",
        group_size={"min": 3, "max": 6},
    ),
)
