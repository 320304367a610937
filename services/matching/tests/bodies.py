"""Bodies with valid defaults, so that a test states only what matters to it."""

from typing import Any

PYTHON = "cmp_" + "0" * 31 + "1"
SALES = "cmp_" + "0" * 31 + "2"
LABELS = {PYTHON: "Python", SALES: "Sales"}


def program_body(**fields: Any) -> dict[str, Any]:
    """A program that may open."""
    return {
        "name": "Executives learn technology",
        "kind": "mentoring",
        "purpose": "The board decides about technology that it has used.",
        "success_measure": "Each executive has used something new at work.",
        "objectives": [{"role": "learner", "text": "Judges technology from use.", "rank": "primary"}],
        **fields,
    }


def told_person(person_id: str, **facts: Any) -> dict[str, Any]:
    """Somebody as profile tells of them."""
    return {
        "id": person_id,
        "display_name": "Somebody",
        "active": True,
        "job_title": None,
        "reporting_level": 3,
        "manager_id": None,
        "department": None,
        "team": None,
        "time_zone": "Europe/Berlin",
        "languages": ["en"],
        "teaching_capacity": 1,
        "learning_capacity": 1,
        "paused_until": None,
        "windows": [[540, 660], [1980, 2100]],
        "strengths": [],
        "growth_areas": [],
        "version": 1,
        **facts,
    }


def strength(competency_id: str = PYTHON, level: int = 5) -> dict[str, Any]:
    """A competency that somebody holds and will teach."""
    return {
        "id": "str_" + "0" * 32,
        "competency_id": competency_id,
        "competency_label": LABELS[competency_id],
        "level": level,
        "willing": True,
        "asset_type": "skill",
    }


def growth_area(competency_id: str = PYTHON, visibility: str = "organization") -> dict[str, Any]:
    """A competency that somebody wants to learn from the ground up."""
    return {
        "id": "gro_" + "0" * 32,
        "competency_id": competency_id,
        "competency_label": LABELS[competency_id],
        "current_level": 0,
        "target_level": 3,
        "importance": 3,
        "visibility": visibility,
    }


TEACHES_PYTHON = {"strengths": [strength(PYTHON)]}
LEARNS_PYTHON = {"growth_areas": [growth_area(PYTHON)]}
LEARNS_PYTHON_PRIVATELY = {"growth_areas": [growth_area(PYTHON, "private")]}
