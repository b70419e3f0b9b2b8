"""The Markdown file: front matter for blogs, and words that stay words whatever reads it."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt
from ruamel.yaml import YAML

from digest.errors import VerifyError
from digest.model import Issue
from digest.render.engine import load_format, render
from digest.render.escape import as_markdown, as_markdown_url, as_yaml
from digest.render.proof import prove
from digest.render.readback import read
from digest.text.normalize import one_line
from tests.test_render import FORMATS, TEXTS, issue_about, issues, lines, sample


def written(all_issues: list[Issue]) -> str:
    (made,) = render(load_format(FORMATS["markdown"]), all_issues)
    return made.content.decode()


def front_and_body(text: str, version: str = "1.2") -> tuple[dict[str, object], str]:
    """As Hugo, Jekyll and Pelican's plug-in part a file: between two lines of three hyphens is YAML."""
    _, front, body = re.split(r"^---\n", text, maxsplit=2, flags=re.MULTILINE)
    yaml = YAML(typ="safe", pure=True)
    yaml.version = version
    return yaml.load(front), body


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_front_matter_says_what_blogs_ask_for(version: str) -> None:
    """In either version of YAML: Ruby's reader takes NO, 12:30 and 2026-11-20 for something else unless they are quoted."""
    front, body = front_and_body(written(issues()), version)
    assert front == {
        "title": "The Long View, no. 12",
        "date": "2026-11-20T07:00:00+01:00",
        "slug": "2026-11-20",
        "lang": "en",
        "description": "; ".join(brief.title for brief in sample().briefs),
        "categories": ["The Long View"],
        "tags": ["City & sea", "Energy", "Culture"],
    }
    assert body.startswith("\nNo. 12, Friday")
    assert re.findall(r"^# ", body, re.MULTILINE) == []
    assert front_and_body(written([sample("empty")]), version)[0]["tags"] == []
    assert front_and_body(written([replace(sample(), title="NO", id="12")]), version)[0]["categories"] == ["NO"]


@given(st.text(st.characters() | st.sampled_from("<>&\"'\\:#{}[]-|!%@`,?* \n\t\u2028\x85\ufeff"), max_size=80))
@settings(max_examples=150, deadline=None)
def test_a_value_of_front_matter_is_read_as_it_was(text: str) -> None:
    """On one line, in both versions of YAML; in it is nothing that a reader of Markdown or HTML could take for markup."""
    source = str(as_yaml(text))
    for version in ("1.1", "1.2"):
        yaml = YAML(typ="safe", pure=True)
        yaml.version = version
        assert yaml.load(f"a: {source}\nb: [{source}]\n") == {"a": one_line(text), "b": [one_line(text)]}
    assert "\n" not in source
    assert not re.search(r"[<\[\]{}]", source)


MARKUP = (
    "# of users rose", "=== ", "---", "- item", "+ item", "1. one", "2) two", "> said", "| a | b |", "|---|---|",
    "a\\|b", "[^1]", "[^1]: note", "*[HTML]: x", "[x]: https://x.example", "<!-- gone -->", "<script>x</script>",
    "<https://x.example>", "https://x.example/a", "www.x.example", "{{ site.title }}", "{% include x %}", "{%- raw -%}",
    "{{< youtube x >}}", "{{% note %}}", "{{</* x */>}}", "{: .class}", "{#id .class}", "{::comment}", "$$x^2$$", "$5 and $6",
    ":smile: at 10:30:15", ": definition", "~~gone~~", "a~b~c", "`code`", "```", "~~~", "![x](http://t.example/x.png)",
    "[x](javascript:alert(1))", "&copy; &#60; AT&T", "\\* \\", "*a* _b_ __c__", "    indented", "title: x", "+++", "[[wiki]]",
    "{{7*7}}", "${7*7}", "#{7*7}", "==mark==", "^up^", "{++add++}", "[TOC]", "[ ] task", "@user", "!!! note", "%%comment%%",
)  # fmt: skip


@pytest.mark.parametrize("text", MARKUP)
def test_nothing_turns_into_markup(text: str) -> None:
    """Read back it is the text, in every place that the file has; tables and strikethrough are read, too."""
    for preset in ("commonmark", "js-default"):
        for frame in ("{}", "## {}", "- {}", "> “{}”", "**{}**", "before\n\n{}\n\nafter", "[{}](https://x.example)"):
            page = MarkdownIt(preset).render(frame.format(as_markdown(text)))
            shown = html.document_fromstring(f"<div>{page}</div>")
            assert one_line(text) in shown.text_content()
            assert not shown.xpath("//script|//table|//s|//del|//code|//pre|//img|//a[@href!='https://x.example']")
    issue, texts = issue_about(text, "https://x.example/{{7*7}}")
    (made,) = render(load_format(FORMATS["markdown"]), [issue])
    assert prove(made, [issue], texts) == 6


@given(lines)
@settings(max_examples=200, deadline=None)
def test_what_other_programs_look_for_first_is_not_there(text: str) -> None:
    """Liquid and Hugo look for braces before anybody reads Markdown; Python-Markdown and kramdown show unknown escapes."""
    source = str(as_markdown(text))
    assert "{" not in source
    assert "<" not in source
    assert "://" not in source
    assert set(re.findall(r"\\(.)", source)) <= set("\\`*_[]>#+-.)")
    assert "{" not in as_markdown_url(f"https://x.example/{text}")


def test_verify_reads_front_matter_as_words_beside_the_quotes() -> None:
    """A quotation there is found, what is no YAML is refused, and a file that begins with a rule is read as ever."""
    (made,) = render(load_format(FORMATS["markdown"]), issues())
    assert prove(made, issues(), TEXTS) == 33
    source = made.content.decode()
    forged = source.replace('description: "', 'description: "“The mayor resigned in tears.” ', 1)
    with pytest.raises(VerifyError, match="mayor resigned"):
        prove(replace(made, content=forged.encode()), issues(), TEXTS)
    with pytest.raises(VerifyError, match="no YAML"):
        prove(replace(made, content=source.replace("tags: [", "tags: [[", 1).encode()), issues(), TEXTS)
    bare = replace(made, content=source.partition("\n---\n")[2].encode())
    assert prove(bare, issues(), TEXTS) == 33
    ((_, reading),) = read(replace(made, content=b"---\n\nWords\n\n---\n"))
    assert "Words" in reading.rest
