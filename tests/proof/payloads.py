"""What a hostile feed may try: headlines that break formats, and some three hundred ways to run a script in a page.

Each payload sets `window.__x`, by `MARK`, or asks for something from `TRAP`. If a page shows it as text, neither happens.
The vectors are of the well-known families (OWASP's cheat sheet, html5sec, mutation XSS), written here out of parts.
"""

import json
from itertools import product

MARK = "window.__x=1"
TRAP = "http://127.0.0.1:9/trap"  # nobody listens there, and nobody has a reason to ask

TITLES = (
    "]]> ends a section <![CDATA[ and begins one",
    "NUL \x00 and bell \x07 and escape \x1b[31m",
    "a lone \ud800 surrogate and another \udfff",
    "{{7*7}} and {{ issue.title }} and {% include 'format.toml' %} {% raw %} {# comment #}",
    "${7*7} #{7*7} <%= 7*7 %> {{constructor.constructor('return 1')()}}",
    f"<svg onload={MARK}> opens on load",
    "noncharacters \ufffe \uffff \U0001fffe",
    "four bytes \U0001f469\u200d\U0001f680 \U0001f1e9\U0001f1ea \U00020bb7野家",
    "turned \u202eround\u202c and \u2066isolated\u2069 and \u200fmarked\u200e",
    "AT&T <b> 5 < 6 &amp; &lt;i&gt; &#106; &copy",
    "\"double\" 'single' `back` \\ slash / ",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]> &e;",
    "--> <!-- a comment that never ends",
    "=?utf-8?q?x=0D=0ABcc:_e@x.example?= in a header",
    "line\u2028separator and paragraph\u2029separator and\u0085next",
    "# heading * list > quote [link](javascript:1) `code` <https://a.example>",
    "../../etc/passwd CON aux.txt",
    "x" * 3000,
    "é" + "\u0301" * 200 + " zalgo",
    "---\ntitle: front matter\n---",
)

# An element that runs something by itself, as soon as it stands in a page.
_EVENTS = (
    "img src=x onerror={}", "svg onload={}", "body onload={}", "video src=x onerror={}", "audio src=x onerror={}",
    "details open ontoggle={}", "input autofocus onfocus={}", "select autofocus onfocus={}", "textarea autofocus onfocus={}",
    "button autofocus onfocus={}", "marquee onstart={}", "iframe onload={}", "object data=x onerror={}",
    "video><source onerror={}", "svg><animate onbegin={} attributeName=x dur=1s", "style onload={}",
    "svg><set onbegin={} attributename=x", "img src=x:x onerror={}", "link rel=stylesheet href=x onerror={}",
    "script src=x onerror={}", "a href=# autofocus onfocus={} tabindex=1", "math><mtext tabindex=1 autofocus onfocus={}",
    "div style=animation-name:a onanimationstart={}", "keygen autofocus onfocus={}", "frameset onload={}",
)  # fmt: skip
# The same in other clothes.
_CLOTHES = (
    "<{}>", "<{} ", "</title><{}>", "</style></script><{}>", '"><{}>', "'><{}>", "--><{}>", "]]><{}>", "</textarea><{}>",
)  # fmt: skip
_CODES = (MARK, f"'{MARK}'", "&#119;indow.__x=1")
_SCHEMES = (
    "javascript:{}", "JaVaScRiPt:{}", "java\tscript:{}", "java\nscript:{}", "&#106;avascript:{}", "&#x6A;avascript:{}",
    "javascript&colon;{}", "\x01javascript:{}", " javascript:{}", "javascript://%0a{}", "vbscript:{}",
    "data:text/html,<script>{}</script>", "data:text/html;base64,PHNjcmlwdD53aW5kb3cuX194PTE8L3NjcmlwdD4=", "feed:javascript:{}",
    "view-source:javascript:{}", "livescript:{}",
)  # fmt: skip
_LINKS = (
    '<a href="{}">press</a>', '<iframe src="{}"></iframe>', '<object data="{}"></object>', '<embed src="{}">',
    '<form action="{}"><button>press</button></form>', '<svg><a xlink:href="{}"><text>press</text></a></svg>',
)  # fmt: skip
_WHOLE = (
    f"<script>{MARK}</script>", f"<ScRiPt>{MARK}</sCrIpT>", f"<script/x>{MARK}</script>", f"<<script>{MARK}//<</script>",
    f"<script\n>{MARK}</script\n>", f"<scr<script>ipt>{MARK}</scr</script>ipt>", f"<svg><script>{MARK}</script></svg>",
    f"<script type=module>{MARK}</script>", f"<script>/*</title>*/{MARK}</script>", f"<noscript><p title=\"</noscript><img src=x onerror={MARK}>\">",
    f"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror={MARK}&gt;\">",
    f"<svg></p><style><a id=\"</style><img src=x onerror={MARK}>\">", f"<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={MARK}>",
    f"<template><img src=x onerror={MARK}></template>", f"<xmp><p title=\"</xmp><img src=x onerror={MARK}>\">",
    f"<listing>&lt;img src=x onerror={MARK}&gt;</listing>", f"<plaintext><img src=x onerror={MARK}>",
    f"<select><template><img src=x onerror={MARK}></template></select>", f"<textarea><img title=\"</textarea><img src=x onerror={MARK}>\">",
    f"<!--><img src=x onerror={MARK}>-->", f"<!-- --!><img src=x onerror={MARK}> -->", f"<?xml-stylesheet href=\"javascript:{MARK}\"?>",
    f"<![CDATA[<img src=x onerror={MARK}>]]>", f"<iframe srcdoc=\"<script>parent.{MARK}</script>\"></iframe>",
    f"<meta http-equiv=refresh content=\"0;url=javascript:{MARK}\">", f"<meta http-equiv=refresh content=\"0;url={TRAP}\">",
    f"<base href=\"{TRAP}/\"><img src=x>", f"<img src=\"{TRAP}\">", f"<img srcset=\"{TRAP} 2x\">", f"<link rel=stylesheet href=\"{TRAP}\">",
    f"<link rel=preload as=image href=\"{TRAP}\">", f"<link rel=dns-prefetch href=\"{TRAP}\">", f"<style>@import '{TRAP}';</style>",
    f"<style>body{{background:url({TRAP})}}</style>", f"<p style=\"background:url({TRAP})\">", f"<div style=\"width:expression({MARK})\">",
    f"<video poster=\"{TRAP}\">", f"<audio src=\"{TRAP}\" autoplay>", f"<iframe src=\"{TRAP}\">", f"<object data=\"{TRAP}\">", f"<embed src=\"{TRAP}\">",
    f"<input type=image src=\"{TRAP}\">", f"<svg><image href=\"{TRAP}\"/></svg>", f"<svg><use href=\"{TRAP}#x\"/></svg>",
    f"<table background=\"{TRAP}\"><tr><td>", f"<body background=\"{TRAP}\">", f"<script src=\"{TRAP}\"></script>", f"<img src=x onerror=\"fetch('{TRAP}')\">",
    f"<picture><source srcset=\"{TRAP}\"><img></picture>", f"<track src=\"{TRAP}\">", f"<bgsound src=\"{TRAP}\">", f"<img lowsrc=\"{TRAP}\">",
    f"[press](javascript:{MARK})", f"![]({TRAP})", f"[a]: {TRAP} 'b'\n![a]", f"<javascript:{MARK}>", f"```\n</code></pre><img src=x onerror={MARK}>",
    f"&lt;img src=x onerror={MARK}&gt;", f"&amp;lt;img src=x onerror={MARK}&amp;gt;", f"%3Cimg src=x onerror={MARK}%3E", f"\\x3cimg src=x onerror={MARK}\\x3e",
    f"\uff1cimg src=x onerror={MARK}\uff1e", f"+ADw-img src=x onerror={MARK}+AD4-", f"<img\x00 src=x onerror={MARK}>", f"<img/src=x/onerror={MARK}>",
    f"<img src=`x`onerror={MARK}>", f"<a\x0bhref=x onfocus={MARK} autofocus>", f"<x onclick={MARK}>press</x>", f"<p onmouseover={MARK}>touch</p>",
    f"{{{{constructor.constructor('{MARK}')()}}}}", f"${{{MARK}}}", f"<%= {MARK} %>", f"\" onmouseover=\"{MARK}", f"' autofocus onfocus='{MARK}",
    f"` onerror=`{MARK}", f"\" style=\"background:url({TRAP})", f"</a><a href=\"javascript:{MARK}\">", f"<a href=\"https://a.example\" ping=\"{TRAP}\">press</a>",
)  # fmt: skip


def _payloads() -> tuple[str, ...]:
    """Each event once in each clothes, in turn; each scheme in each link; and those that stand alone."""
    events = [
        clothes.format(event.format(_CODES[number % len(_CODES)]))
        for number, (event, clothes) in enumerate(product(_EVENTS, _CLOTHES))
        if number % 9 != 1
    ]
    links = [
        link.format(scheme.format(MARK))
        for number, (scheme, link) in enumerate(product(_SCHEMES, _LINKS))
        if link == _LINKS[0] or number % 3 == 0
    ]
    return tuple(dict.fromkeys([*_WHOLE, *events, *links]))[:TOTAL]


TOTAL = 300
PAYLOADS = _payloads()


def hostile_feed(now: str) -> bytes:
    """A JSON Feed with an entry for each of `TITLES`."""
    return _feed(
        {
            "id": f"https://courier.example/{number}", "url": f"https://courier.example/{number}?a=1&b='2'", "title": title,
            "date_published": _stamp(now), "authors": [{"name": title}],
            "content_text": f"{title}\n\n{_sentence(number)} “{title[:200]}” said the mayor of {_word(number)}.",
        }
        for number, title in enumerate(TITLES)
    )  # fmt: skip


def attack_feed(number: int, of: int, now: str) -> bytes:
    """A JSON Feed with the payloads from `number` on, every `of`-th, as headline, author, HTML and plain text."""
    return _feed(
        {
            "id": f"https://outlet-{number}.example/{index}", "title": payload, "url": f"https://outlet-{number}.example/{index}",
            "date_published": _stamp(now), "authors": [{"name": payload}], "tags": [payload],
            **(
                {"content_html": f"{payload}<p>{_sentence(index)}</p>{payload}<p>The end of the {_word(index)}.</p>"}
                if index % 3 == 0
                else {"content_text": f"{_sentence(index)} {payload} said {_word(index)}.\n\n“{payload}” said Ann {_word(index)}."}
            ),
        }
        for index, payload in enumerate(PAYLOADS)
        if index % of == number
    )  # fmt: skip


def _feed(items: object) -> bytes:
    found = list(items)  # type: ignore[call-overload]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Courier", "items": found}).encode()


def _stamp(now: str) -> str:
    return f"{now[:8]}19T06:00:00Z"


def _word(number: int) -> str:
    """A name that no other number has."""
    parts = ("ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu")
    return "".join(parts[int(digit)] for digit in f"{number + 100:05}").capitalize()


def _sentence(number: int) -> str:
    """Its words are its own, so that no two of these are taken for one story."""
    names = [_word(number + 1000 * place) for place in range(1, 7)]
    return f"The {names[0]} of {names[1]} met {names[2]} and {names[3]} in {names[4]} over the {names[5]}."
