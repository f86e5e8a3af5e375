"""What is ordinary HTTP is carried by httpx: credentials, cookies, redirects, and the control request.

This is the only file that imports it, and it is loaded when it is needed. May never enter: the handshake itself; its
octets are ours. httpx raises for odd challenges, cookies and URLs: whatever it raises becomes a note, never an end.
"""

from __future__ import annotations

import http.cookiejar
import re
from collections.abc import Callable, Generator
from pathlib import Path
from typing import NamedTuple

import httpx

from wscheck.core.answer import read_answer, read_body
from wscheck.core.exchange import Exchange
from wscheck.core.head import parse_reply
from wscheck.core.plan import Plan
from wscheck.core.route import Route
from wscheck.core.target import Target
from wscheck.errors import UsageError
from wscheck.wire.clock import Deadline
from wscheck.wire.http1 import exchange
from wscheck.wire.limits import Limits
from wscheck.wire.trust import Trust

Flow = Generator[httpx.Request, httpx.Response, None]
Step = Callable[[Flow], httpx.Request]


class Credentials(NamedTuple):
    """What the user gave: name and password (Basic or Digest), a netrc file ("" for the usual one), or a token."""

    user: tuple[str, str] | None = None
    digest: bool = False
    netrc: str | None = None
    bearer: str | None = None


def basic_authorization(user: str, password: str) -> bytes:
    """The value of Authorization for Basic credentials (RFC 7617), as httpx makes it."""
    request = httpx.Request("GET", "http://target.invalid/")
    signed = next(httpx.BasicAuth(user, password).sync_auth_flow(request))
    return signed.headers["Authorization"].encode("ascii")


def check_credentials(credentials: Credentials, cookies: str | None) -> None:
    """UsageError, before anything is sent, for a netrc or cookie file that cannot be read."""
    _auth(credentials)
    CookieBox(cookies)


def _auth(credentials: Credentials) -> httpx.Auth | None:
    if credentials.user:
        return (httpx.DigestAuth if credentials.digest else httpx.BasicAuth)(*credentials.user)
    if credentials.netrc is None:
        return None
    import netrc

    path = credentials.netrc or str(Path.home() / ".netrc")
    try:
        return httpx.NetRCAuth(path)
    except OSError as error:
        raise UsageError(f"the netrc file {path!r} cannot be read: {error.strerror}") from None
    except netrc.NetrcParseError as error:
        raise UsageError(f"the netrc file {path!r} cannot be read: {error.msg}, line {error.lineno}") from None


class Signing:
    """The credentials of one URL, request by request: an httpx.Auth flow (a generator that is fed with responses)."""

    def __init__(self, credentials: Credentials, target: Target, method: str = "GET") -> None:
        self.note: str | None = None
        self._url = http_url(target)
        auth = _auth(credentials)
        self._bearer = credentials.bearer
        self._flow: Flow | None = None
        if auth:
            self._flow = auth.sync_auth_flow(httpx.Request(method, self._url))

    def first(self) -> bytes | None:
        """Authorization for the first request, None when it carries none."""
        if self._bearer is not None:
            return b"Bearer " + self._bearer.encode("utf-8", "surrogateescape")
        return self._value(lambda flow: next(flow))

    def answer(self, made: Exchange) -> bytes | None:
        """Authorization for one more request after this reply, None when there is to be none."""
        reply = _response(made, self._url)
        return self._value(lambda flow: flow.send(reply)) if reply is not None else None

    def _value(self, step: Step) -> bytes | None:
        if self._flow is None:
            return None
        try:
            value = step(self._flow).headers.get("Authorization")
        except StopIteration:
            self._flow = None
            return None
        except Exception as error:  # KeyError, ProtocolError, NotImplementedError … for challenges that are odd
            self._flow = None
            self.note = f"the challenge cannot be answered: {type(error).__name__}: {error}"
            return None
        return value.encode("latin-1") if value else None


class CookieBox:
    """The cookies of a run: given ones (a string, or a Netscape file) and those that replies set."""

    def __init__(self, given: str | None) -> None:
        self.text: str | None = None
        self._jar = httpx.Cookies()
        if given is None:
            return
        if "=" in given:
            self.text = given
        else:
            self._jar = httpx.Cookies(_load_cookies(given))

    def take(self, made: Exchange, target: Target) -> None:
        """Keeps what a reply sets."""
        reply = _response(made, http_url(target))
        if reply is not None:
            self._jar.extract_cookies(reply)

    def header(self, target: Target, *, own: bool) -> bytes | None:
        """The value of Cookie for a target; the given string only for the `own` origin, where the user meant it."""
        request = httpx.Request("GET", http_url(target))
        self._jar.set_cookie_header(request)
        parts = [self.text if own else None, request.headers.get("Cookie")]
        value = "; ".join(part for part in parts if part)
        return value.encode("utf-8", "surrogateescape") if value else None


def _load_cookies(path: str) -> http.cookiejar.CookieJar:
    jar = http.cookiejar.MozillaCookieJar(path)
    try:
        jar.load(ignore_discard=True, ignore_expires=True)
    except http.cookiejar.LoadError:
        raise UsageError(f"the cookie file {path!r} is not in Netscape form") from None
    except OSError as error:
        raise UsageError(f"the cookies {path!r} are no 'name=value' and no file: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"the cookie file {path!r} is not text") from None
    for cookie in jar:
        if cookie.expires == 0:  # a cookie of the session, as curl and browsers write it
            cookie.expires, cookie.discard = None, True
    return jar


def http_url(target: Target) -> str:
    """The target as an http or https URL, without userinfo: httpx logs URLs. A zone means nothing to others."""
    return re.sub(r"%[^\]]*\]", "]", target.origin) + target.resource


def joined(target: Target, location: bytes) -> str | None:
    """Where a Location leads from this target, None for one that is no URL (RFC 9110 §10.2.2)."""
    text = location.decode("utf-8", "replace")
    # ws and wss are not known to `join` as hierarchical everywhere, so the base is http and so is what comes back.
    for ours, theirs in (("wss:", "https:"), ("ws:", "http:")):
        if text.lower().startswith(ours):
            text = theirs + text[len(ours) :]
    try:
        url = httpx.URL(http_url(target)).join(text)
        hostless = text.partition(":")[0].lower() in ("http", "https") and not httpx.URL(text).host
    except (httpx.InvalidURL, ValueError):
        return None
    return str(url) if url.scheme in ("http", "https") and not hostless else None


def _response(made: Exchange, url: str) -> httpx.Response | None:
    """The final head of an exchange as httpx sees it, None when there is none."""
    _, head = parse_reply(made.response)
    if head is None or head.status is None:
        return None
    try:
        fields = [(field.name, field.value) for field in head.fields]
        return httpx.Response(head.status, headers=fields, request=httpx.Request("GET", url))
    except Exception:  # fields that httpx cannot hold; the judgement of them is ours anyway
        return None


class Way(NamedTuple):
    """How the control request goes: the same way as the handshake, in what is left of the same time."""

    route: Route
    trust: Trust | None
    proxy_trust: Trust | None
    limits: Limits
    total: Deadline
    purpose: str = "control"


class _Wire(httpx.AsyncBaseTransport):
    """httpx over our own way to the target, so that the control request takes the same route and leaves its octets."""

    def __init__(self, target: Target, way: Way) -> None:
        self.target, self.way = target, way
        self.made: tuple[Exchange, ...] = ()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request, no more: redirects and credentials are no part of a control request."""
        target = request.url.raw_path
        fields = tuple((name, value) for name, value in request.headers.raw)
        plan = Plan(request.method.encode("ascii"), target, b"HTTP/1.1", fields)
        way = self.way
        self.made = await exchange(
            plan,
            self.target,
            way.trust,
            way.limits,
            route=way.route,
            purpose=way.purpose,
            total=way.total,
            proxy_trust=way.proxy_trust,
        )
        answer = read_answer(self.made[-1])
        if answer.status is None:
            raise httpx.RemoteProtocolError("no HTTP reply", request=request)
        fields = tuple((field.name, field.value) for field in answer.head.fields) if answer.head else ()
        kept = [field for field in fields if field[0].lower() not in (b"content-encoding", b"transfer-encoding")]
        return httpx.Response(answer.status, headers=kept, content=read_body(answer).data, request=request)


async def control(target: Target, plan: Plan, way: Way) -> tuple[Exchange, ...]:
    """The same URL as a plain GET, over the same route: tells a dead origin from one that only does not switch."""
    hop_by_hop = (b"upgrade", b"connection", b"sec-websocket-")
    fields = [(name, value) for name, value in plan.fields if not name.lower().startswith(hop_by_hop)]
    wire = _Wire(target, way)
    try:
        # The client is made bare: what it would add of its own is no part of the comparison.
        async with httpx.AsyncClient(transport=wire, trust_env=False) as client:
            request = httpx.Request("GET", http_url(target), headers=fields)
            await client.send(request, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL):
        pass  # what came, or did not, stands in the exchange
    return wire.made
