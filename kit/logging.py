"""Structured logs: one JSON line an event on standard output, with the request id in each."""

import contextvars
import logging
import re
import secrets
import sys

import structlog

_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")
_ACCEPTED = re.compile(r"[A-Za-z0-9_-]{8,64}")


def request_id() -> str:
    """The id of the request that is being served, or an empty text outside of one."""
    return _request_id.get()


def begin_request(offered: str | None) -> str:
    """Take the caller's request id if it is well-formed, else make one; returns it."""
    accepted = offered if offered and _ACCEPTED.fullmatch(offered) else secrets.token_hex(16)
    _request_id.set(accepted)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=accepted)
    return accepted


def configure_logging(service: str, level: str = "INFO") -> None:
    """Send this process's logs, and those of its libraries, as JSON lines to standard output."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        lambda _, __, event: {**event, "service": service},
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(
        handlers=[handler], level=max(logging.getLevelNamesMapping()[level], logging.WARNING), force=True
    )
