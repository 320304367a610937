"""Facts between services: an outbox on one side, a feed, and a consumer that applies each fact once on the other."""

from kit.events.consumer import Consumer, Event, Handler, applied_by
from kit.events.feed import EventsPrunedError, feed_router
from kit.events.outbox import Outbox
from kit.events.retention import prune_events
from kit.events.tables import event_tables

__all__ = [
    "Consumer",
    "Event",
    "EventsPrunedError",
    "Handler",
    "Outbox",
    "applied_by",
    "event_tables",
    "feed_router",
    "prune_events",
]
