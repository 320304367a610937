"""The failures that the gateway itself answers with."""

from kit.errors import (
    BadRequestError,
    ExpectedError,
    ForbiddenError,
    TooLargeError,
    UnauthenticatedError,
    UnavailableError,
)


class InvalidTokenError(UnauthenticatedError):
    """The token does not prove who is calling."""

    code = "invalid-token"
    title = "The token is not valid here"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


class PersonInactiveError(ForbiddenError):
    """The person that the token speaks for has left or is suspended."""

    code = "person-inactive"
    title = "The person is not active"


class AmbiguousRequestError(BadRequestError):
    """The request could be read in two ways, so it is not read at all."""

    code = "ambiguous-request"
    title = "The request is ambiguous"


class HeadersTooLargeError(ExpectedError):
    """The headers together are over the limit."""

    status = 431
    code = "headers-too-large"
    title = "The headers are too large"


class BodyTooLargeError(TooLargeError):
    """The body is over the limit of its route."""

    code = "body-too-large"
    title = "The body is too large"


class RequestTimeoutError(ExpectedError):
    """The client did not send its body in time."""

    status = 408
    code = "request-timeout"
    title = "The body did not arrive in time"


class BadGatewayError(ExpectedError):
    """The service cannot be reached, or broke off its answer."""

    status = 502
    code = "bad-gateway"
    title = "A service does not answer as it should"


class OverloadedError(UnavailableError):
    """As many requests as a service may have at a time are under way."""

    code = "overloaded"
    title = "Too many requests are under way"

    def __init__(self) -> None:
        super().__init__("Try again in a second.", headers={"Retry-After": "1"})


class GatewayTimeoutError(ExpectedError):
    """The service did not answer before the deadline."""

    status = 504
    code = "gateway-timeout"
    title = "A service did not answer in time"


class ClientGoneError(Exception):
    """The client closed its connection; nobody is left to answer."""
