"""The German catalogue: whole, without leftovers, and enough that no English word of ours is left in a German issue."""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner
from jinja2 import Environment, nodes
from lxml import html
from markdown_it import MarkdownIt

from digest.cli import cli
from digest.config import Weights
from digest.model import LABELS, Issue
from digest.render.cited import SAYS
from digest.render.engine import load_format, render
from digest.render.frozen import thaw
from digest.render.kept import MESSAGES, NOUNS
from digest.render.parts import _TITLES
from digest.render.takes import _MISSING, _ONCE, UNJUDGED
from digest.render.view import _STALE, NO_TOPIC
from digest.render.words import words
from digest.sections._gauges import _HYPE, _SUBSTANCE
from digest.text.normalize import one_line, plural
from digest.web.forms import CONSENT, PROBLEMS
from digest.web.letters import SUBJECTS
from tests.test_render import DATA, FORMATS, ROOT, sample

LOCALES = (ROOT / "templates" / "locales",)
GERMAN = words("de", LOCALES)
# Messages that tables and records name, rather than the call that says them.
TABLES = {
    *_TITLES.values(), *_STALE.values(), *_MISSING.values(), *SAYS.values(), *LABELS, UNJUDGED, _ONCE, NO_TOPIC, *MESSAGES,
    "hype", "substance", *_HYPE, *_SUBSTANCE, *(field.name for field in fields(Weights)),
    "“{quote}”", "‘{quote}’", CONSENT, *PROBLEMS, *SUBJECTS.values(),
}  # fmt: skip
SAME = {"Hype", "{origins}, {outlets}", "neutral"}  # as in English


def in_templates() -> Iterator[tuple[str, bool]]:
    """Each message that a template says, and whether it is the noun of a count."""
    parser = Environment()
    for path in sorted([*(ROOT / "templates").rglob("*.j2"), *(ROOT / "digest" / "web" / "pages").glob("*.j2")]):
        tree = parser.parse(path.read_text("utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "_" and isinstance(call.args[0], nodes.Const):
                yield call.args[0].value, False
        for counting in tree.find_all(nodes.Filter):
            if counting.name == "counted" and isinstance(counting.args[0], nodes.Const):
                yield counting.args[0].value, True


def in_code() -> Iterator[tuple[str, bool]]:
    for path in sorted([*(ROOT / "digest" / "render").glob("*.py"), *(ROOT / "digest" / "web").glob("*.py")]):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
                if call.func.attr in ("say", "find", "count") and re.search("[a-z]", "".join(texts)):
                    yield texts[-1], call.func.attr == "count"


def used() -> set[str]:
    found = {*in_templates(), *in_code()}
    assert len(found) > 50
    nouns = {*NOUNS, *(message for message, counted in found if counted)}
    return TABLES | {message for message, counted in found if not counted} | {f"{{n}} {noun}" for noun in nouns}


def catalogue() -> dict[str, tuple[str, ...]]:
    """What it has, by message, that of one where there are two; a count has two strings."""
    with (LOCALES[0] / "de.po").open("rb") as file:
        return {
            message.id if isinstance(message.id, str) else message.id[0]: (message.string,)
            if isinstance(message.string, str)
            else tuple(message.string)
            for message in read_po(file, locale="de")
            if message.id
        }


def test_every_message_has_a_german_one() -> None:
    assert sorted(used() - catalogue().keys()) == []
    assert [message for message, said in catalogue().items() if not all(said)] == []


def test_no_german_message_is_left_over() -> None:
    assert sorted(catalogue().keys() - used()) == []


def test_counts_name_their_nouns_as_english_makes_plurals() -> None:
    """`count` asks for the plural that it makes; the catalogue has to have it under the same one."""
    with (LOCALES[0] / "de.po").open("rb") as file:
        pairs = [message.id for message in read_po(file, locale="de") if isinstance(message.id, tuple)]
    assert pairs
    assert all(many == f"{{n}} {plural(one.removeprefix('{n} '))}" for one, many in pairs)


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Issue:
    """An issue of three German articles, with what every section, count and reason says of them."""
    folder = tmp_path_factory.mktemp("german")
    config = folder / "feeds.yaml"
    config.write_text(
        "editions:\n  woche:\n    title: Die Woche an der Küste\n    language: de\n    timezone: Europe/Berlin\n"
        "    url: https://woche.example/\n    sender: Die Woche <post@woche.example>\n    address: Kai 3, 18551 Lohme\n"
        f"    formats: [email, markdown]\n    files: ['{DATA}/german/*.md']\n"
    )
    where = ["-c", str(config), "--store", f"sqlite:///{folder}/d.db"]
    run = [*where, "--out", str(folder / "out"), "--now", "2026-11-20T09:00+01:00"]
    for command in (["build", "--offline", *run], ["verify", str(folder / "out"), *where]):
        result = CliRunner().invoke(cli, command, catch_exceptions=False)
        assert result.exit_code == 0, result.output
    return thaw(Path(folder, "out", "woche", "2026-11-20", "issue.json").read_bytes())


ENGLISH = frozenset(
    "a about after again all also and are article articles as at be by can change covers description every for from has "
    "headline headlines how in is issue it its key look made makes matters more new no not nothing of on or other outlet "
    "outlets read said see sentence source sources story take takes that the their there they this title to unclear "
    "unsubscribe was web what when where who with words you your".split()
) - {"in", "was", "also", "web"}  # those are German words as well


def told(file: str, content: bytes) -> str:
    text = content.decode()
    if file.endswith(".md"):
        text = MarkdownIt("commonmark").render(text.split("\n---\n", 1)[1])
    if not file.endswith(".txt"):
        text = html.document_fromstring(f"<div>{text.split('</head>')[-1]}</div>").text_content()
    return one_line(text)


def test_a_german_issue_has_no_english_word(german: Issue) -> None:
    """In no part of it: neither what templates say nor what was counted in English when it was made."""
    assert len(german.briefs) == 2
    for name in ("email", "markdown"):
        for artifact in render(load_format(FORMATS[name], LOCALES), [german], ("issue",), subscribers=True):
            file = artifact.path.rpartition("/")[2]
            if file == "email.eml":
                assert message_from_bytes(artifact.content, policy=policy.default)["Subject"] == german.briefs[0].title
                continue
            text = told(file, artifact.content)
            for own in ("cue-words", "cue_words", "made by Digest"):
                text = text.replace(own, "")
            text = re.sub(r"https?://\S+|\S+@\S+", "", text)
            assert ENGLISH.intersection(re.findall(r"[a-z]+", text.lower())) == set(), file
            assert "„" in text
            assert "“Der" not in text
            assert 'lang="de"' in artifact.content.decode() or file != "email.html"


def test_a_german_issue_says_what_an_english_one_says(german: Issue) -> None:
    (made,) = render(load_format(FORMATS["markdown"], LOCALES), [german])
    text = told("digest.md", made.content)
    for said in (
        "Nr. 1, Freitag, 20. November 2026", "2 Medien, 2 unabhängige Ursprünge", "Das Wichtigste", "Artikel",
        "Dazu sagt keine Quelle etwas", "Nicht beurteilt", "in dieser Sprache wird keine Haltung beurteilt",
        "Jeder Satz in Anführungszeichen", "Gehört zusammen wegen: ",
    ):  # fmt: skip
        assert said in text, said
    labelled = render(load_format(FORMATS["markdown"], LOCALES), [replace(sample(), language="de")])
    assert {"Positiv", "Skeptisch", "Neutral"} <= set(told("digest.md", labelled[0].content).split())


def frozen_texts(issue: Issue) -> Iterator[str]:
    """All that an issue keeps in English."""
    for brief in issue.briefs:
        for reason in (*brief.rank, *(reason for gauge in brief.gauges for reason in gauge.reasons)):
            yield reason.said
        yield from (take.note for take in brief.takes if take.note)
        yield from (
            p.label for s in brief.sections if s.name in ("disagreements", "key-questions") for p in s.points if p.label
        )
    yield from (article.reserved for article in issue.articles if article.reserved)


def test_all_that_an_issue_keeps_in_english_can_be_said_in_german(tmp_path: Path) -> None:
    """Of the samples: sums, gauges, notes, labels and reasons; `check_kept` also looks at real ones, in test_real_input."""
    config = tmp_path / "feeds.yaml"
    config.write_text(
        f"editions:\n  a:\n    title: A\n    commercial: true\n    formats: [markdown]\n    files: ['{ROOT}/seeds/*']\n"
        "    outlets: {Civic Wire: {quote: {words: 0}}}\n"
    )
    store = f"sqlite:///{tmp_path}/d.db"
    args = ["build", "--offline", "-c", str(config), "--store", store, "--out", str(tmp_path / "out"), "--json"]
    result = CliRunner().invoke(cli, args, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    folder = json.loads(result.stdout)["editions"][0]["folder"]
    check_kept(thaw(Path(folder, "issue.json").read_bytes()))


def check_kept(issue: Issue) -> None:
    texts = set(frozen_texts(issue))
    assert texts
    assert sorted(text for text in texts if GERMAN.kept(text) == text) == []
    left = {
        text: GERMAN.kept(text)
        for text in texts
        if re.search(r"\b(of|the|and|sentences?|ago|with)\b", GERMAN.kept(text))
    }
    assert {text: said for text, said in left.items() if ":" not in said} == {}
