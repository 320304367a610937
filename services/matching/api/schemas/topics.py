"""Bodies of the topic radar's operations."""

from typing import Annotated

from pydantic import Field

from kit.schemas import Output
from services.matching.api.schemas.common import CompetencyId
from services.matching.domain.radar import Trend

Count = Annotated[int | None, Field(ge=0, json_schema_extra={"format": "int32"})]


class TopicOut(Output):
    """What may be told of one competency; a figure that is null is about too few people, or about nobody."""

    competency_id: CompetencyId
    label: str
    demand: Annotated[Count, Field(description="People who openly want to learn it.")]
    teachers: Annotated[Count, Field(description="People who would teach it.")]
    places: Annotated[Count, Field(description="Places that they offer over all competencies.")]
    scarcity_per_cent: Annotated[Count, Field(description="Demand over places: above 100, not everybody finds one.")]
    hidden_supply: Annotated[
        Count, Field(description="People whose job title implies it and who have not said that they hold it.")
    ]
    place_price: Annotated[
        Count,
        Field(description="What one more place with its teachers was worth in the last published run."),
    ]
    trend: Annotated[Trend | None, Field(description="Newly wanted in 90 days against the 90 days before.")]
    demand_share_per_cent: Annotated[Count, Field(description="Its share of all demand that is told.")]
    dominant: Annotated[bool, Field(description="Whether it takes up 40 per cent of all demand, or more.")]


class RadarOut(Output):
    """What people want to learn and who could teach it, the most wanted first."""

    items: list[TopicOut]
    monoculture: Annotated[bool, Field(description="Whether one topic is dominant: others may be overlooked.")]
    min_group_size: Annotated[int, Field(description="Figures about fewer people than this are left out.")]


class MyTopicOut(Output):
    """Something that the caller could teach."""

    competency_id: CompetencyId
    competency_label: str
    stated: Annotated[bool, Field(description="Among the caller's strengths; else implied by their job title.")]
    wanted_by: Annotated[Count, Field(description="How many others openly want to learn it; null for few or nobody.")]


class MyTopicsOut(Output):
    """What the caller could teach."""

    items: list[MyTopicOut]
    min_group_size: Annotated[int, Field(description="Figures about fewer people than this are left out.")]
