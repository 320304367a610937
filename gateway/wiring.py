"""What the gateway's process holds: made once at start, closed at the end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from gateway.authenticate import Authenticator
from gateway.catalogue import Catalogue
from gateway.development_issuer import DevelopmentIssuer
from gateway.edge import Edge
from gateway.endpoints import own_application
from gateway.issuers import AnyOf, ConfiguredIssuers, IssuerDirectory
from gateway.limits import Limits
from gateway.neighbours import KeyPublications, ProfilePeople, ServiceDocuments
from gateway.outside_tokens import OutsideTokens
from gateway.proxy import Proxy
from gateway.settings import GatewaySettings
from gateway.upstream import AiohttpUpstream
from kit.clock import Clock, SystemClock
from kit.http_client import ServiceClient, raw_client
from kit.identity import TokenMinter

_NAME = "gateway"
_KEY_SET_SECONDS = 3.0


@asynccontextmanager
async def opened(settings: GatewaySettings, clock: Clock | None = None) -> AsyncIterator[Edge]:
    """The request path with everything behind it."""
    clock = clock or SystemClock()
    minter = TokenMinter(_NAME, settings.signing_key.get_secret_value())
    async with AsyncExitStack() as stack:
        upstream = await stack.enter_async_context(AiohttpUpstream())
        publications = KeyPublications(await stack.enter_async_context(raw_client(timeout=_KEY_SET_SECONDS)))
        clients = {
            service: await stack.enter_async_context(ServiceClient(url, service, minter))
            for service, url in settings.services.items()
        }
        development_issuer = DevelopmentIssuer(settings.development_jwk(), clock) if settings.is_local else None
        configured = ConfiguredIssuers(settings.issuers, publications.fetch, clock)
        issuers: IssuerDirectory = AnyOf([configured, development_issuer]) if development_issuer else configured
        tokens = OutsideTokens(issuers, clock, settings.token_algorithms)
        authenticator = Authenticator(tokens, ProfilePeople(clients["profile"]), minter, clock)
        limits = Limits(
            deadline_seconds=settings.deadline_seconds,
            import_deadline_seconds=settings.import_deadline_seconds,
            requests_at_a_time=settings.requests_at_a_time,
        )
        catalogue = Catalogue(ServiceDocuments(clients).fetch)
        refreshing = asyncio.create_task(catalogue.keep_current())
        stack.push_async_callback(_cancelled, refreshing)
        own = own_application(catalogue, development_issuer)
        yield Edge(authenticator, Proxy(upstream, settings.services, limits), own)


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
