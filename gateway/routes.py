"""Which service has which path."""

import re

_BY_RESOURCE = {
    "organizations": "profile",
    "organization": "profile",
    "people": "profile",
    "me": "profile",
    "competencies": "profile",
    "imports": "profile",
    "programs": "matching",
    "participations": "matching",
    "match-policies": "matching",
    "match-runs": "matching",
    "proposals": "matching",
    "topics": "matching",
    "requests": "matching",
    "opportunities": "matching",
    "contests": "matching",
    "engagements": "sessions",
    "agreements": "sessions",
    "mentoring-sessions": "sessions",
    "notes": "sessions",
    "commitments": "sessions",
}
_BY_SUBRESOURCE = {("programs", "report"): "sessions"}

_PREFIX = "/v1/"
_PATH = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*")
# Bytes that a service would decode into another path than the one that was routed.
_AMBIGUOUS = re.compile(r"%(2f|5c|00)|/(\.|%2e){1,2}(/|$)|//", re.IGNORECASE)


def service_of(path: str) -> str | None:
    """The service that has the path (as it came, still percent-encoded), or None if no service has it."""
    if not path.startswith(_PREFIX) or not _PATH.fullmatch(path) or _AMBIGUOUS.search(path):
        return None
    segments = path[len(_PREFIX) :].split("/", 3)
    resource = segments[0].partition(":")[0]
    if len(segments) > 2 and (service := _BY_SUBRESOURCE.get((resource, segments[2]))):
        return service
    return _BY_RESOURCE.get(resource)
