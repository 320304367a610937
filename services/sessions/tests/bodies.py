"""Valid request bodies."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.sessions.domain.agreement import terms_from
from services.sessions.domain.kinds import Kind, contract_of


def _stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def meeting_body(starts_in_hours: float = -1, **changes: Any) -> dict[str, Any]:
    """An hour's meeting."""
    starts_at = datetime.now(UTC) + timedelta(hours=starts_in_hours)
    return {
        "starts_at": _stamp(starts_at),
        "ends_at": _stamp(starts_at + timedelta(hours=1)),
        "time_zone": "Europe/Berlin",
        "place": "Room 4",
        "agenda": "What a model can and cannot tell",
        **changes,
    }


def commitment_body(**changes: Any) -> dict[str, Any]:
    """What an executive will use."""
    return {
        "what": "Ask for the error bars of every forecast",
        "when_on": datetime.now(UTC).date().isoformat(),
        "where": "Monday's review",
        **changes,
    }


def terms_body(**changes: Any) -> dict[str, Any]:
    """The contract of mentoring, with changes."""
    terms = terms_from(contract_of(Kind.MENTORING))
    return {
        "expectations": list(terms.expectations),
        "length_weeks": terms.length_weeks,
        "cadence_days": terms.cadence_days,
        "session_minutes": terms.session_minutes,
        "confidentiality": terms.confidentiality,
        "disagreement": terms.disagreement,
        "measures": list(terms.measures),
        **changes,
    }


SCORES = {"usefulness": 5, "could_disagree": 4, "psychosocial": 3, "instrumental": 4}
