"""The pages of `digest serve`: subscribe, confirm, choose, leave; and the issues, archive and feeds beside them.

No page sets a cookie or needs a script. Only POST changes something, and no answer depends on whether somebody is
subscribed, but to whoever has a link that we have signed (RFC 8058 for the one that unsubscribes).
"""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from uuid import uuid4

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from digest.mailing import Ask, Consent, Limit, Subscriber, address_key
from digest.tokens import Purpose, opened, signed
from digest.web import forms
from digest.web.files import Files
from digest.web.guard import Guard
from digest.web.network import client, network_key
from digest.web.people import Desk, Offer, Says

CONFIRM_WITHIN = timedelta(hours=48)
PER_NETWORK = 10  # asks in an hour
PER_HOUR = 200  # asks from everywhere
RESERVED = ("subscribe", "confirm", "unsubscribe", "preferences", "data", "erase", "healthz")
_PAGES = Path(__file__).parent / "pages"
_PRIVATE = {"Cache-Control": "no-store", "Vary": "Accept-Language"}
_Answer = Callable[[Request, bytes], Response]


class Pages:
    """What is answered."""

    def __init__(self, desk: Desk, files: Files, proxies: Sequence[str]) -> None:
        self._desk = desk
        self._files = files
        self._proxies = [ip_network(one) for one in proxies]
        self._jinja = Environment(
            loader=FileSystemLoader(_PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._css = (_PAGES / "people.css").read_bytes()

    # --- for everybody

    def editions(self, request: Request, _: bytes) -> Response:
        words = self._words(request)
        links = [(offer.title, f"/subscribe/{offer.edition}") for offer in self._desk.offers.values()]
        return self._told(words, None, words.say("Get it by e-mail"), links=links)

    def subscribe(self, request: Request, body: bytes) -> Response:
        offer = self._desk.offers.get(request.path_params["edition"])
        if offer is None:
            return self._missing(request)
        words, now = self._words(request, None, offer), self._desk.clock()
        if request.method != "POST":
            empty = forms.Filled(address="", language=words.language, topics=(), problem="", trapped=False)
            return self._form(words, offer, empty, forms.stamp(self._desk.secrets[0], now))
        given = forms.fields(body)
        filled = forms.subscription(given, offer, list(self._desk.words), self._desk.secrets, now)
        if filled.problem and not filled.trapped:
            return self._form(words, offer, filled, forms.stamp(self._desk.secrets[0], now - timedelta(seconds=2)))
        if not filled.trapped and not self._take(request, words, offer, filled):
            lines = [words.say("Too many people are asking at the moment. Please try again in an hour.")]
            answer = self._told(words, offer, words.say("Not now"), lines, status=429)
            answer.headers["Retry-After"] = "3600"
            return answer
        lines = [
            words.say("If we can write to this address, you have a message from us in a few minutes."),
            words.say("Open the link in it to confirm. Look into the folder for spam, too."),
        ]
        return self._told(words, offer, words.say("Look into your mailbox"), lines)

    def _take(self, request: Request, words: Says, offer: Offer, filled: forms.Filled) -> bool:
        desk, now = self._desk, self._desk.clock()
        origin = network_key(desk.secrets[-1], self._client(request))
        text = words.say(forms.CONSENT, title=offer.title)
        hour = now.strftime("%Y-%m-%dT%H")
        limits = [
            Limit(name=f"network:{origin}", stretch=hour, most=PER_NETWORK),
            Limit(name="asks", stretch=hour, most=PER_HOUR),
        ]
        ask = Ask(
            id=uuid4().hex,
            edition=offer.edition,
            address=filled.address,
            key=address_key(desk.secrets[-1], filled.address),
            at=now,
            consent=Consent(at=now, form=forms.VERSION, text=text, network=origin),
            language=filled.language or words.language,
            topics=filled.topics,
        )
        taken = desk.people.take(ask, limits)
        if taken:
            desk.asked()
        return taken

    def _form(self, words: Says, offer: Offer, filled: forms.Filled, stamp: str) -> Response:
        return self._page(
            "subscribe.html.j2",
            words,
            offer,
            status=422 if filled.problem else 200,
            problem=filled.problem,
            address=filled.address,
            topics=filled.topics,
            chosen_language=filled.language,
            stamp=stamp,
            trap=forms.TRAP,
            consent=words.say(forms.CONSENT, title=offer.title),
        )

    def health(self, _request: Request, _: bytes) -> Response:
        try:
            return JSONResponse({"status": "ok", **self._desk.health()}, headers={"Cache-Control": "no-store"})
        except Exception:  # noqa: BLE001  # that is what it is asked for
            return JSONResponse({"status": "failing"}, 503, {"Cache-Control": "no-store"})

    def style(self, _request: Request, _: bytes) -> Response:
        return Response(self._css, headers={"Cache-Control": "public, max-age=3600"}, media_type="text/css")

    def file(self, request: Request, _: bytes) -> Response:
        answer = self._files.answer(f"/{request.path_params['path']}", request.headers)
        return answer or self._missing(request)

    # --- for whoever has a link of ours

    def confirm(self, request: Request, _: bytes) -> Response:
        subject = self._opened(request, "confirm")
        id, _hyphen, mark = (subject or "").partition("-")
        subscriber = self._desk.people.of(id) if subject else None
        if subscriber is None:
            return self._missing(request)
        words, offer = self._words(request, subscriber), self._desk.offers.get(subscriber.edition)
        title = offer.title if offer else subscriber.edition
        if request.method != "POST":
            lines = [words.say("One press of the button, and {title} comes to you by e-mail.", title=title)]
            return self._told(words, offer, words.say("Confirm your subscription"), lines, words.say("Confirm"))
        confirmed = self._desk.people.confirm(id, mark, self._desk.clock())
        if confirmed is None:
            return self._missing(request)
        lines = [words.say("{title} comes to you by e-mail from now on.", title=title)]
        choose = self._link("preferences", id)
        return self._told(
            words, offer, words.say("Confirmed"), lines, links=[(words.say("Choose what comes, or leave"), choose)]
        )

    def unsubscribe(self, request: Request, _: bytes) -> Response:
        id = self._opened(request, "unsubscribe")
        if id is None:
            return self._missing(request)
        post = request.method == "POST"
        subscriber = self._desk.people.leave(id, self._desk.clock()) if post else self._desk.people.of(id)
        words = self._words(request, subscriber)
        offer = self._desk.offers.get(subscriber.edition) if subscriber else None
        if post:
            lines = [words.say("You get no more mail of it, from this moment.")]
            return self._told(words, offer, words.say("You are unsubscribed"), lines)
        lines = [words.say("One press of the button, and you get no more mail of it.")]
        return self._told(words, offer, words.say("Unsubscribe?"), lines, words.say("Unsubscribe"))

    def preferences(self, request: Request, body: bytes) -> Response:
        subscriber = self._mine(request)
        offer = self._desk.offers.get(subscriber.edition) if subscriber else None
        if subscriber is None or offer is None:
            return self._missing(request)
        saved = request.method == "POST"
        if saved:
            given = forms.fields(body)
            language = forms.language_of(given, list(self._desk.words)) or subscriber.language
            self._desk.people.choose(subscriber.id, language, forms.topics_of(given, offer.topics))
            subscriber = self._desk.people.of(subscriber.id) or subscriber
        words = self._words(request, subscriber, offer)
        return self._page(
            "preferences.html.j2",
            words,
            offer,
            saved=saved,
            active=subscriber.state == "active",
            topics=subscriber.topics,
            chosen_language=words.language,
            token=request.path_params["token"],
            leave=self._link("unsubscribe", subscriber.id).rpartition("/")[2],
        )

    def data(self, request: Request, _: bytes) -> Response:
        """All that is known of somebody, for themselves (GDPR, articles 15 and 20)."""
        subscriber = self._mine(request)
        if subscriber is None:
            return self._missing(request)
        text = json.dumps(self._desk.about(subscriber), ensure_ascii=False, indent=2)
        headers = {**_PRIVATE, "Content-Disposition": 'attachment; filename="subscription.json"'}
        return Response(text, headers=headers, media_type="application/json")

    def erase(self, request: Request, _: bytes) -> Response:
        """Article 17 of the GDPR."""
        subscriber = self._mine(request)
        if subscriber is None:
            return self._missing(request)
        words, offer = self._words(request, subscriber), self._desk.offers.get(subscriber.edition)
        if request.method == "POST":
            self._desk.erase(subscriber)
            lines = [words.say("We have kept a code that your address cannot be read from, so as not to write again.")]
            return self._told(words, offer, words.say("Erased"), lines)
        lines = [words.say("You get no more mail from here, and all that we know of your address is deleted.")]
        return self._told(words, offer, words.say("Have all erased?"), lines, words.say("Erase all"))

    # --- what they have in common

    def _mine(self, request: Request) -> Subscriber | None:
        id = self._opened(request, "preferences")
        return self._desk.people.of(id) if id else None

    def _opened(self, request: Request, purpose: Purpose) -> str | None:
        return opened(self._desk.secrets, purpose, request.path_params["token"], self._desk.clock())

    def _link(self, purpose: Purpose, id: str) -> str:
        return f"/{purpose}/{signed(self._desk.secrets[0], purpose, id)}"

    def _client(self, request: Request) -> str:
        peer = request.client.host if request.client else ""
        return client(peer, ",".join(request.headers.getlist("x-forwarded-for")), self._proxies)

    def _words(self, request: Request, subscriber: Subscriber | None = None, offer: Offer | None = None) -> Says:
        """In the language that was chosen; else in one that the browser asks for; else in the edition's."""
        known = self._desk.words
        asked = [one.partition(";")[0].strip() for one in request.headers.get("accept-language", "").split(",")[:10]]
        wanted = [subscriber.language if subscriber else None, *asked, offer.language if offer else None]
        for tag in filter(None, wanted):
            short = tag.lower().partition("-")[0]
            if tag in known or short in known:
                return known[tag if tag in known else short]
        return known["en"]

    def _missing(self, request: Request) -> Response:
        words = self._words(request)
        lines = [words.say("It may be out of date, or it was copied in part.")]
        return self._told(words, None, words.say("This link leads nowhere"), lines, status=404)

    def _told(
        self,
        words: Says,
        offer: Offer | None,
        heading: str,
        lines: Sequence[str] = (),
        button: str = "",
        links: Sequence[tuple[str, str]] = (),
        status: int = 200,
    ) -> Response:
        said = {"heading": heading, "lines": lines, "button": button, "links": links}
        return self._page("told.html.j2", words, offer, status=status, **said)

    def _page(self, name: str, words: Says, offer: Offer | None, *, status: int = 200, **values: object) -> Response:
        languages = {tag: says.say("English") for tag, says in self._desk.words.items()}
        given = {"_": words.say, "language": words.language, "offer": offer, "languages": languages, **values}
        return HTMLResponse(self._jinja.get_template(name).render(given), status, headers=_PRIVATE)


async def _answered(request: Request, *, by: _Answer) -> Response:
    """In a thread: the store waits for its disk."""
    return await run_in_threadpool(by, request, await request.body())


def application(desk: Desk, files: Files, proxies: Sequence[str], *, secure: bool) -> Guard:
    """As an ASGI application. `secure`: it is reached by https."""
    pages = Pages(desk, files, proxies)

    def route(path: str, by: _Answer, *methods: str) -> Route:
        return Route(path, partial(_answered, by=by), methods=["GET", *methods])

    routes = [
        route("/", pages.editions),
        route("/healthz", pages.health),
        route("/people.css", pages.style),
        route("/subscribe/{edition}", pages.subscribe, "POST"),
        route("/confirm/{token}", pages.confirm, "POST"),
        route("/unsubscribe/{token}", pages.unsubscribe, "POST"),
        route("/preferences/{token}", pages.preferences, "POST"),
        route("/data/{token}", pages.data),
        route("/erase/{token}", pages.erase, "POST"),
        route("/{path:path}", pages.file),
    ]
    return Guard(Starlette(routes=routes, exception_handlers={405: _no_such_method}), secure=secure)


async def _no_such_method(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("This can only be read.\n", 405, headers={"Cache-Control": "no-store"})
