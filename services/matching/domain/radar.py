"""The topic radar: what people want to learn, who could teach it, and what nobody has noticed yet.

Figures about fewer people than the organization's minimum are left out. With a filter, a figure is left out as well
where what the filter takes away is about too few, for then the difference of two answers would tell of them. Private
growth areas are never counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

DEFAULT_MIN_GROUP_SIZE = 5
MONOCULTURE_PER_CENT = 40
"""The share of all demand from which one topic is called dominant."""


class Trend(StrEnum):
    """How demand moves, by what was newly wanted in the last 90 days against the 90 before."""

    EMERGING = "emerging"
    STEADY = "steady"
    FADING = "fading"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many people, and how many with the filters partly or wholly taken away."""

    here: int
    without_one_filter: tuple[int, ...] = ()

    def shown(self, least: int) -> int | None:
        """The number, or None if it or a difference to a wider one is about too few."""
        safe = self.here >= least and all(wider - self.here not in range(1, least) for wider in self.without_one_filter)
        return self.here if safe else None


@dataclass(frozen=True, slots=True)
class TopicFigures:
    """What was counted of one competency."""

    competency_id: str
    label: str
    demand: Counted
    teachers: Counted
    places: int
    implied: Counted
    newly_wanted: int
    newly_wanted_before: int
    price: int | None


@dataclass(frozen=True, slots=True)
class Topic:
    """What may be told of one competency; a figure that is None is about too few people, or about nobody."""

    competency_id: str
    label: str
    demand: int | None
    teachers: int | None
    places: int | None
    scarcity_per_cent: int | None
    hidden_supply: int | None
    place_price: int | None
    trend: Trend | None
    demand_share_per_cent: int | None
    dominant: bool


def topics(figures: Sequence[TopicFigures], least: int) -> list[Topic]:
    """The radar, the most wanted first; competencies of which nothing may be told are left out."""
    all_demand = sum(shown for one in figures if (shown := one.demand.shown(least)) is not None)
    told = [_topic(one, least, all_demand) for one in figures]
    told = [one for one in told if (one.demand, one.teachers, one.hidden_supply) != (None, None, None)]
    return sorted(told, key=lambda one: (-(one.demand or 0), -(one.teachers or 0), one.label, one.competency_id))


def _topic(figures: TopicFigures, least: int, all_demand: int) -> Topic:
    demand, teachers = figures.demand.shown(least), figures.teachers.shown(least)
    share = None if demand is None else demand * 100 // all_demand
    places = None if teachers is None else figures.places
    return Topic(
        competency_id=figures.competency_id,
        label=figures.label,
        demand=demand,
        teachers=teachers,
        places=places,
        scarcity_per_cent=None if demand is None or not places else demand * 100 // places,
        hidden_supply=figures.implied.shown(least),
        place_price=None if teachers is None else figures.price,
        trend=_trend(figures, least) if demand is not None else None,
        demand_share_per_cent=share,
        dominant=share is not None and share >= MONOCULTURE_PER_CENT,
    )


def _trend(figures: TopicFigures, least: int) -> Trend | None:
    now, before = figures.newly_wanted, figures.newly_wanted_before
    if max(now, before) < least:
        return None
    if 2 * now >= 3 * before:
        return Trend.EMERGING
    return Trend.FADING if 3 * now <= 2 * before else Trend.STEADY
