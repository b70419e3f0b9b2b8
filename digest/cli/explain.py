"""`digest explain`."""

import json
from pathlib import Path

import click

from digest.cli.options import config_option, json_option, store_option
from digest.errors import StoryError


@click.command()
@click.argument("story", required=False)
@config_option
@store_option
@click.option("--edition", metavar="ID", help="The edition, if there are several.")
@click.option("--issue", "issue_id", metavar="ID", help="As of this issue, such as 2026-11-20; else the latest.")
@json_option
def explain(
    story: str | None, path: Path, store: str | None, edition: str | None, issue_id: str | None, as_json: bool
) -> None:
    """Explain why STORY stands where it stands, why its articles are together, and where they have it from.

    STORY is its id, or the id or the link of one of its articles. Without it, list the stories of an issue with their
    ids and points, and those that it left out.
    """
    from digest.app.explain import explain as explained
    from digest.app.explain import listed, listed_json
    from digest.app.setup import open_store, read_config, the_edition
    from digest.render.frozen import thaw

    config = read_config(path)
    chosen = the_edition(config, edition)
    with open_store(config, store, create=False) as opened:
        issues = [thaw(frozen) for frozen in opened.issues(chosen.id)]
        if issue_id is not None:
            ids = [issue.id for issue in issues]
            if issue_id not in ids:
                raise StoryError(
                    issue_id, f"is no issue of {chosen.id}", f"there are: {', '.join(ids[-10:]) or 'none'}"
                )
            issues = issues[: ids.index(issue_id) + 1]
        if story is not None:
            found = explained(issues, story, chosen.id)
            lines = [json.dumps(found.as_json(), ensure_ascii=False)] if as_json else [*found.lines()]
        elif not issues:
            raise StoryError(chosen.id, "has no issue yet", "build one with `digest build`")
        else:
            titles = {a.id: a.title for a in opened.articles([left.articles[0] for left in issues[-1].left])}
            whole = listed_json(issues, chosen.id) if as_json else listed(issues[-1], titles)
            lines = [*whole]
    for line in lines:
        click.echo(line)
