"""The request path: one plain ASGI callable from the first header to the last byte."""

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.authenticate import Authenticator
from gateway.errors import ClientGoneError
from gateway.exchange import Exchange
from gateway.headers import read_headers
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
            await self._own(scope, receive, exchange.send)
            return
        exchange.service = service
        caller = await self._authenticator.authenticate(headers.authorization)
        exchange.organization_id = caller.organization_id
        token = self._authenticator.internal_token(caller, service)
        await self._proxy.forward(exchange, scope, receive, headers, service, token)
