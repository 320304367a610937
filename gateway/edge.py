"""The request path: one plain ASGI callable from the first header to the last byte."""

import asyncio

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.authenticate import Authenticator
from gateway.errors import ClientGoneError, RequestTimeoutError
from gateway.exchange import Exchange
from gateway.headers import RequestHeaders, read_headers
from gateway.limits import MAX_OWN_BODY_BYTES, OWN_BODY_SECONDS, RequestBody
from gateway.proxy import Proxy
from gateway.routes import service_of
from kit.errors import ExpectedError

log = structlog.get_logger(__name__)


class Edge:
    """Everything between the outside and the services."""

    def __init__(self, authenticator: Authenticator, proxy: Proxy, own: ASGIApp) -> None:
        self._authenticator = authenticator
        self._proxy = proxy
        self._own = own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        exchange = Exchange(scope, send)
        try:
            await self._serve(exchange, scope, receive)
        except ExpectedError as error:
            await exchange.answer_problem(error)
        except ClientGoneError:
            pass
        except Exception:
            log.exception("The request failed unexpectedly.")
            await exchange.answer_problem(ExpectedError("Something went wrong here. Try again."))
        finally:
            exchange.log()

    async def _serve(self, exchange: Exchange, scope: Scope, receive: Receive) -> None:
        headers = read_headers(scope["headers"])
        service = service_of(scope["raw_path"].decode("ascii"))
        if service is None:
            await self._serve_own(exchange, scope, receive, headers)
            return
        exchange.service = service
        caller = await self._authenticator.authenticate(headers.authorization)
        exchange.organization_id = caller.organization_id
        token = self._authenticator.internal_token(caller, service)
        await self._proxy.forward(exchange, scope, receive, headers, service, token)

    async def _serve_own(self, exchange: Exchange, scope: Scope, receive: Receive, headers: RequestHeaders) -> None:
        body = RequestBody(receive, MAX_OWN_BODY_BYTES)
        body.refuse_over(headers.content_length)
        try:
            async with asyncio.timeout(OWN_BODY_SECONDS):
                content = await body.read() if headers.has_body else b""
        except TimeoutError:
            raise RequestTimeoutError(f"Send the body within {OWN_BODY_SECONDS} seconds.") from None

        async def received() -> Message:
            return {"type": "http.request", "body": content, "more_body": False}

        await self._own(scope, received, exchange.send)
