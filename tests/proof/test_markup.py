"""Markup by the book: the validator of the W3C's HTML checker, and the rules of policies."""

import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

from tests.proof.exhibit import Exhibit
from tests.proof.pages import HTML, is_page
from tests.proof.tools import found, need, node, nothing, run

# A policy that allows a style by its hash is misread: the checker looks at it where the element opens, before its content
# is known. That browsers let exactly this style through is proven in test_looks.
# It takes pages for those of a server whose address it does not know, so that 'self' is nowhere; and data for a script,
# which no browser runs or stops (HTML Standard, "prepare the script element", before the policy is asked).
MISREAD = re.compile(
    r"Inline style violates Content Security Policy \(meta tag\)"
    r"|external stylesheet “(\.\./)*site\.css” blocked by “style-src” directive"
    r"|nline script.* Content Security Policy|nline script.*blocked by"
)
# Mail programs that know no CSS need these, and Outlook its own property.
MAIL_ONLY = re.compile(r"attribute on the “(table|td|tr|body)” element is obsolete|“mso-|“-ms-")
LINE = re.compile(r'^"(file:[^"]+)":[\d.-]+: (.*)$')


def test_the_checker_has_nothing_to_say(exhibit: Exhibit) -> None:
    """No error, no warning, on any page, e-mail or picture (W1)."""
    need("java", "vnu")
    judged = {page.file.resolve(): page for page in exhibit.pages if page.media_type in (HTML, "image/svg+xml")}
    jar = [
        "java",
        "-Xss4m",
        "-jar",
        str(found("vnu")),
        "--format",
        "gnu",
        "--also-check-svg",
        "--stdout",
        "--exit-zero-always",
    ]
    said: set[str] = set()
    for line in run([*jar, *map(str, judged)]).splitlines():
        place, message = _told(line)
        page = judged[place]
        if not MISREAD.search(message) and not (page.mail and MAIL_ONLY.search(message)):
            said.add(f"{page.kind} ({page.name}): {message}")
    nothing(sorted(said))


def _told(line: str) -> tuple[Path, str]:
    match = LINE.match(line)
    assert match, line
    return Path(unquote(urlsplit(match.group(1)).path)).resolve(), match.group(2)


def test_the_checker_would_have_something_to_say(tmp_path: Path) -> None:
    """That it runs, and reads what it is given."""
    need("java", "vnu")
    (tmp_path / "a b.html").write_text("<!doctype html><p id=a id=b><b>", "utf-8")
    jar = ["java", "-jar", str(found("vnu")), "--format", "gnu", "--stdout", "--exit-zero-always"]
    lines = run([*jar, str(tmp_path / "a b.html")]).splitlines()
    assert {_told(line)[0] for line in lines} == {(tmp_path / "a b.html").resolve()}


def test_policies_are_strict(exhibit: Exhibit) -> None:
    """Every page of a site has one, and csp_evaluator finds nothing in it (S7, W6)."""
    need("node", "csp_evaluator", "caniemail")
    policies: dict[str, str] = {}
    for page in exhibit.pages:
        if is_page(page):
            (policy,) = html.document_fromstring(page.file.read_bytes()).xpath(
                "//meta[@http-equiv='Content-Security-Policy']/@content"
            )
            policies.setdefault(policy, page.name)
    loose = "script-src 'unsafe-inline' *"
    found = json.loads(node("rules.mjs", given=json.dumps({"policies": [*policies, loose], "mails": []})))["policies"]
    assert found.pop() != []
    nothing((name, said) for name, said in zip(policies.values(), found, strict=True) if said)
    assert all("default-src 'none'" in policy and "unsafe" not in policy for policy in policies)
