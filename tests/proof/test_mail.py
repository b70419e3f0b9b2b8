"""An e-mail that arrives, that every program can show, and that says the same in both of its parts."""

import json
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urldefrag

from lxml import html

from tests.proof.exhibit import HOME, Exhibit
from tests.proof.pages import Page, is_mail_body, largest_of_each_kind
from tests.proof.test_looks import only, words
from tests.proof.tools import need, node, nothing, run
from tests.proof.tour import Seen

FEATURES = Path(__file__).parent / "mail_features.json"
MAIL = "message/rfc822"
WEIGHED = ("sample", "twenty", "five", "scripts", "empty")  # editions whose message goes through the spam filter
READ = ("sample", "twenty", "scripts", "german", "arabic", "five", "replay")  # those with stories of real people's kind
PREHEADER = range(40, 131)  # characters
RULE = re.compile(r"^\s*(-?\d+\.\d+)\s+([A-Z][A-Z0-9_]+)\b", re.MULTILINE)


def messages(exhibit: Exhibit, *editions: str) -> list[Page]:
    found = [page for page in exhibit.pages if page.media_type == MAIL and page.edition in editions]
    assert found
    return found


def bodies(page: Page) -> tuple[str, str]:
    """The plain text and the HTML of a message."""
    mail = message_from_bytes(page.file.read_bytes(), policy=policy.default)
    parts = [mail.get_body((kind,)) for kind in ("plain", "html")]
    text, source = (part.get_content() for part in parts if isinstance(part, EmailMessage))
    return text, source


def headlines(exhibit: Exhibit, page: Page) -> list[str]:
    """Those of the stories that a message tells: the first ones of its issue, if not all found room."""
    found = exhibit.issue(page)["briefs"]
    assert isinstance(found, list)
    titles = [words(brief["story"]["title"]) for brief in found]
    document = html.document_fromstring(bodies(page)[1])
    headings = {words(heading.text_content()) for heading in document.xpath("//h2|//h3|//h4")}
    told = [title for title in titles if title in headings]
    assert told
    assert told == titles[: len(told)], page.name
    return told


def test_only_what_mail_programs_know_is_used(exhibit: Exhibit) -> None:
    """E14: of what caniemail says that Apple Mail, Gmail, Outlook or Yahoo do not fully know, only what is allowed here."""
    need("node", "caniemail", "csp_evaluator")
    pages = [
        page for name in READ for page in largest_of_each_kind(exhibit.editions.get(name, ())) if is_mail_body(page)
    ]
    given = {"policies": [], "mails": [*(page.text() for page in pages), "<div style='display:grid'>x</div>"]}
    *used, trial = json.loads(node("rules.mjs", given=json.dumps(given)))["mails"]
    assert trial
    allowed = set(json.loads(FEATURES.read_text("utf-8")))
    nothing(
        sorted(
            {
                f"{page.kind}: {title}"
                for page, titles in zip(pages, used, strict=True)
                for title in titles
                if title not in allowed
            }
        )
    )
    assert allowed == {title for titles in used for title in titles}, "what is allowed and used no more"


def test_a_message_has_no_script_form_frame_or_file_from_elsewhere(exhibit: Exhibit) -> None:
    for page in exhibit.pages:
        if is_mail_body(page):
            document = html.document_fromstring(page.file.read_bytes())
            assert (
                document.xpath("//script|//form|//iframe|//object|//base|//link|//img[not(@alt)]|//video|//input") == []
            ), page.name
            assert document.xpath("//@src|//@srcset|//@background|//@poster") == [], page.name
            assert "url(" not in page.text().split("<body", 1)[0], page.name


def test_a_spam_filter_has_nothing_against_it(exhibit: Exhibit, tmp_path: Path) -> None:
    """E21: SpamAssassin, without asking the network, gives 0 points at most, and no rule gives one."""
    need("spamassassin")
    newest = {page.edition: page for page in messages(exhibit, *WEIGHED)}
    letters = {page.name: as_sent(page) for page in newest.values()}
    poor = b"To: a@reader.example\r\nSubject: HELLO\r\n\r\nHello, see http://1.2.3.4/x\r\n"
    *reports, trial = _weighed([*letters.values(), poor], tmp_path)
    assert trial[0] > 1, "it weighs nothing"
    nothing(
        (name, score, rules)
        for name, (score, rules) in zip(letters, reports, strict=True)
        if score > 0 or any(points >= 1 for points in rules.values())
    )


def _weighed(letters: list[bytes], folder: Path) -> list[tuple[float, dict[str, float]]]:
    """The points of each message, and those of each rule; all in one call, since it takes long to begin."""
    files = [folder / f"{number:02}.eml" for number, _ in enumerate(letters)]
    for file, letter in zip(files, letters, strict=True):
        file.write_bytes(letter)
    said = run(["spamassassin", "--local", "--test-mode", "--prefspath", str(folder / "prefs"), *map(str, files)])
    reports = said.split("\nContent analysis details:")[1:]
    assert len(reports) == len(letters)
    return [_points(report) for report in reports]


def _points(report: str) -> tuple[float, dict[str, float]]:
    found = re.search(r"\((-?[\d.]+) points", report)
    assert found, report
    table = report.split("\n\n", 2)[1] if "\n\n" in report else report
    return float(found.group(1)), {name: float(points) for points, name in RULE.findall(table)}


def as_sent(page: Page) -> bytes:
    """A message with what a sender adds: for whom, over which way, and the headers of a list (RFC 2919, 2369, 8058)."""
    data = page.file.read_bytes()
    date = message_from_bytes(data, policy=policy.default)["Date"]
    added = (
        f"Received: from mail.news.example.org (mail.news.example.org [8.8.4.4]) by mx.reader.example with ESMTPS id 1; {date}",
        "To: reader@reader.example",
        f"List-Id: {page.edition} <{page.edition}.news.example.org>",
        f"List-Unsubscribe: <{HOME}/unsubscribe/abcdefgh12345678>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Precedence: bulk",
        "Auto-Submitted: auto-generated",
    )
    return "".join(f"{line}\r\n" for line in added).encode() + data


def test_both_parts_tell_the_same_stories_in_the_same_order(exhibit: Exhibit) -> None:
    """E18."""
    for page in messages(exhibit, *READ):
        text, source = (words(part) for part in bodies(page))
        told = words(html.document_fromstring(source).text_content())
        for part in (text, told):
            at = 0
            for title in headlines(exhibit, page):
                at = part.find(title, at)
                assert at >= 0, (page.name, title)
                at += len(title)


def test_both_parts_have_the_same_links(exhibit: Exhibit) -> None:
    """E18: in full, apart from the way to a sentence; mailto is shown as an address."""
    different: list[str] = []
    for page in messages(exhibit, *READ):
        text, source = bodies(page)
        in_text = set(re.findall(r"https?://\S+", text))
        in_html = {
            urldefrag(link).url
            for link in html.document_fromstring(source).xpath("//a/@href")
            if link.startswith("http")
        }
        different += [f"{page.name}: only in the text: {url}" for url in sorted(in_text - in_html)]
        different += [f"{page.name}: only in the HTML: {url}" for url in sorted(in_html - in_text)]
    nothing(different)


def test_the_plain_text_is_plain_and_narrow(exhibit: Exhibit) -> None:
    """No markup, no entities; 78 columns, unless one address or one word is longer."""
    for page in messages(exhibit, *READ):
        text, _ = bodies(page)
        assert re.findall(r"</?[a-z]+[ >]|&[a-z]+;|&#\d+;|\]\(http", text) == [], page.name
        wide = [line for line in text.splitlines() if len(line) > 78 and " " in line.strip()]
        assert wide == [], page.name


def test_every_headline_can_be_read_without_pictures(exhibit: Exhibit, seen: list[Seen]) -> None:
    """E17: as most programs show a message first."""
    pages = {page.name.replace("email.eml", "email.html"): page for page in messages(exhibit, *READ)}
    looks = [one for one in only(seen, "text", mail=True) if one.purpose == "no pictures" and one.page in pages]
    assert looks
    for one in looks:
        shown = words(one.result["text"])
        nothing(f"{one}: {title}" for title in headlines(exhibit, pages[one.page]) if title not in shown)


def test_the_preheader_says_something_of_its_own(exhibit: Exhibit) -> None:
    """E19: the first text of all, 40 to 130 characters, not the subject again."""
    wrong: list[str] = []
    for page in messages(exhibit, *READ, "empty"):
        document = html.document_fromstring(bodies(page)[1])
        first = next(text for text in (words(found) for found in document.find("body").itertext()) if text)
        subject = message_from_bytes(page.file.read_bytes(), policy=policy.default)["Subject"]
        if len(first) not in PREHEADER or first == subject:
            wrong.append(f"{page.name}: {len(first)} characters: {first}")
    nothing(wrong)


def test_a_message_can_be_read_in_a_program_that_turns_its_colours_round(seen: list[Seen]) -> None:
    """E15: contrast holds in light, in dark, and in either under invert(1) hue-rotate(180deg), as Outlook and Gmail do it."""
    faint: set[str] = set()
    for one in only(seen, "colours", mail=True):
        for front, ground, wanted, element in one.result["colours"]:
            for turned in (False, True):
                pair = [_turned(colour) if turned else _channels(colour) for colour in (front, ground)]
                if _contrast(*pair) < float(wanted.split(":")[0]):
                    faint.add(f"{one.kind}, {one.purpose}{', turned' * turned}: {front} on {ground}: {element}")
    nothing(sorted(faint))


def _channels(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))


def _turned(colour: str) -> tuple[float, ...]:
    """`invert(1) hue-rotate(180deg)` of CSS Filter Effects: the matrix of its feColorMatrix."""
    red, green, blue = (1 - value for value in _channels(colour))
    rows = ((-0.574, 1.43, 0.144), (0.426, 0.43, 0.144), (0.426, 1.43, -0.856))
    return tuple(min(1.0, max(0.0, r * red + g * green + b * blue)) for r, g, b in rows)


def _contrast(front: tuple[float, ...], ground: tuple[float, ...]) -> float:
    """WCAG 2.2's contrast ratio."""
    light, dark = sorted((_luminance(front), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(channels: tuple[float, ...]) -> float:
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_lines_of_a_message_are_short(exhibit: Exhibit) -> None:
    """E3, for every headline that the exhibit has."""
    for page in _all_messages(exhibit):
        lines = page.file.read_bytes().split(b"\r\n")
        assert max(map(len, lines)) <= 78, page.name
        assert not any(b"\r" in line or b"\n" in line for line in lines), page.name


def _all_messages(exhibit: Exhibit) -> Iterator[Page]:
    yield from messages(exhibit, *exhibit.editions)
