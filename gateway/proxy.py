"""Passes requests on to the services and their answers back, as bytes."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from starlette.types import Receive, Scope

from gateway.errors import BadGatewayError, ClientGoneError, GatewayTimeoutError, RequestTimeoutError
from gateway.exchange import Exchange
from gateway.headers import RequestHeaders, answer_headers
from gateway.limits import BUFFERED_BYTES, Limits, RequestBody
from gateway.ports import BrokenOffError, UnreachableError, Upstream, UpstreamAnswer, UpstreamRequest
from kit.errors import BadRequestError

_SWITCHING_PROTOCOLS = 101
_WITHOUT_BODY = (204, 304)
_EVENT_STREAM = b"text/event-stream"


@dataclass(frozen=True, slots=True)
class _Call:
    exchange: Exchange
    method: str
    service: str
    body: RequestBody
    deadline: asyncio.Timeout


class Proxy:
    """Forwards to the services through one upstream client."""

    def __init__(self, upstream: Upstream, services: Mapping[str, str], limits: Limits) -> None:
        self._upstream = upstream
        self._base_urls = {name: url.rstrip("/") for name, url in services.items()}
        self._limits = limits

    async def forward(
        self, exchange: Exchange, scope: Scope, receive: Receive, headers: RequestHeaders, service: str, token: str
    ) -> None:
        """Pass the request on in the name of the token, and the answer back."""
        method, path = scope["method"], scope["raw_path"].decode("ascii")
        allowance = self._limits.allowance(method, path)
        body = RequestBody(receive, allowance.body_bytes)
        body.refuse_over(headers.content_length)
        with self._limits.place(service):
            try:
                async with asyncio.timeout(allowance.seconds) as deadline:
                    request = UpstreamRequest(
                        method,
                        self._base_urls[service] + path + _query(scope),
                        [
                            *headers.passed_on,
                            ("authorization", f"Bearer {token}"),
                            ("x-request-id", exchange.request_id),
                        ],
                        await _body(headers, body),
                        repeatable=headers.idempotency_key and body.complete,
                    )
                    async with self._upstream.send(request) as answer:
                        await self._pass_back(_Call(exchange, method, service, body, deadline), answer)
            except TimeoutError:
                if headers.has_body and not body.complete:
                    raise RequestTimeoutError(f"Send the body within {allowance.seconds:g} seconds.") from None
                raise GatewayTimeoutError(f"The {service} service took too long. Try again.") from None
            except UnreachableError:
                raise BadGatewayError(f"The {service} service cannot be reached. Try again.") from None
            except BrokenOffError:
                raise body.failure or BadGatewayError(f"The {service} service broke off. Try again.") from None

    async def _pass_back(self, call: _Call, answer: UpstreamAnswer) -> None:
        if answer.status == _SWITCHING_PROTOCOLS:
            raise BrokenOffError
        headers = answer_headers(answer.headers, answer.status, self._base_urls[call.service].encode())
        start = {"type": "http.response.start", "status": answer.status, "headers": headers}
        length = _announced(headers)
        if call.method == "HEAD" or answer.status in _WITHOUT_BODY:
            content = b""
        elif length is not None and length <= BUFFERED_BYTES:
            content = await answer.read()
        else:
            if _is_event_stream(headers):
                call.deadline.reschedule(None)
            await call.exchange.send(start)
            await _relay(call, answer)
            return
        await call.exchange.send(start)
        await call.exchange.send({"type": "http.response.body", "body": content})


def _query(scope: Scope) -> str:
    query: bytes = scope["query_string"]
    if not query.isascii():
        raise BadRequestError("Percent-encode the query.")
    return f"?{query.decode()}" if query else ""


def _announced(headers: list[tuple[bytes, bytes]]) -> int | None:
    for name, value in headers:
        if name == b"content-length":
            return int(value)
    return None


def _is_event_stream(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(name == b"content-type" and value.startswith(_EVENT_STREAM) for name, value in headers)


async def _body(headers: RequestHeaders, body: RequestBody) -> bytes | AsyncIterator[bytes] | None:
    if not headers.has_body:
        body.leave_empty()
        return None
    if headers.content_length is not None and headers.content_length <= BUFFERED_BYTES:
        return await body.read()
    return body.chunks()


async def _relay(call: _Call, answer: UpstreamAnswer) -> None:
    relaying = asyncio.create_task(_send_chunks(call.exchange, answer))
    watching = asyncio.create_task(call.body.client_gone())
    try:
        await asyncio.wait((relaying, watching), return_when=asyncio.FIRST_COMPLETED)
        if not relaying.done():
            raise ClientGoneError
        await relaying
    finally:
        for task in (relaying, watching):
            task.cancel()
        await asyncio.gather(relaying, watching, return_exceptions=True)


async def _send_chunks(exchange: Exchange, answer: UpstreamAnswer) -> None:
    async for chunk in answer.chunks():
        await exchange.send({"type": "http.response.body", "body": chunk, "more_body": True})
    await exchange.send({"type": "http.response.body", "body": b""})
