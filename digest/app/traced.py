"""A manifest held against the store: are the texts there that it names, and is it that of its issue?"""

import json
from collections.abc import Mapping

from digest.app.manifest import Manifest, sha256
from digest.errors import VerifyError
from digest.model import Issue
from digest.render.frozen import FROZEN


def check_texts(name: str, manifest: Manifest, texts: Mapping[str, str]) -> None:
    """VerifyError, naming the manifest, unless `texts` has all that were looked at, as they were."""
    for one in manifest.inputs:
        if one.sha256 not in texts:
            raise VerifyError(name, f"the text of article {one.id} is not in the store")
        if sha256(texts[one.sha256].encode("utf-8", "surrogatepass")) != one.sha256:
            raise VerifyError(name, f"the stored text of article {one.id} has been altered")


def check_issue(name: str, manifest: Manifest, issue: Issue, frozen: bytes) -> None:
    """VerifyError unless it is the manifest of this issue, which is made of nothing else than its inputs."""
    made = {one.name: one.sha256 for one in manifest.artifacts}
    if made.get(f"{issue.id}/{FROZEN}") != sha256(frozen):
        raise VerifyError(name, f"is of another issue than {issue.id} as the store has it")
    inputs = {one.id: (one.sha256, one.outlet, one.url) for one in manifest.inputs}
    for cited in issue.articles:
        if inputs.get(cited.id) != (cited.sha256, cited.outlet, cited.url):
            raise VerifyError(name, f"article {cited.id}, which the issue cites, is not among its inputs")


def changed(content: bytes, kept: bytes) -> str:
    """In what two manifests differ, in words."""
    try:
        found, known = json.loads(content), json.loads(kept)
        names = [key for key in known if found.get(key) != known[key]]
    except (ValueError, AttributeError, RecursionError):
        return "it cannot be read"
    return f"its {', '.join(names)}" if names else "the same, written in another way"
