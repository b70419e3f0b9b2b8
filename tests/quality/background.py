"""python -m tests.quality.background DATA_DIR: build the table of document frequencies that clustering starts from.

Counted in English news: cluster/allsides.jsonl.zst without its labelled stories, and the articles of
summary/neus_train.jsonl.zst that are in none of those stories. So no labelled article of a set that is scored is in it.
A document's terms are those clustering looks at; terms of fewer than three documents are left out. Beside its count
stands how often in ten the word has a capital where no sentence begins: what tells names from other words.
"""

import gzip
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from digest.cluster._vectors import BODY_CHARACTERS
from digest.text.words import stem, terms
from tests.quality.rows import read

TARGET = Path(__file__).parents[2] / "digest" / "text" / "background.tsv.gz"
LEAST = 3
# A word after a word in lower case or a comma: in the middle of a sentence.
_INNER = re.compile(r"(?<=[a-z,;] )[^\W\d_][^\W_]*(?:['’.\-][^\W_]+)*")


def documents(data: Path) -> Iterator[tuple[str, str]]:
    """Titles and texts of unlabelled articles."""
    rows = read(data / "cluster" / "allsides.jsonl.zst")
    labelled = {row["title"].casefold() for row in rows if row["story"]}
    yield from ((row["title"], row["text"]) for row in rows if not row["story"])
    for row in read(data / "summary" / "neus_train.jsonl.zst"):
        if not any(part["title"].casefold() in labelled for part in row["articles"]):
            yield from ((part["title"], part["text"]) for part in row["articles"])


def main() -> None:
    total = 0
    counts: Counter[str] = Counter()
    inner: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for title, text in documents(Path(sys.argv[1])):
        text = text[:BODY_CHARACTERS]
        counts.update({*terms(title, "en"), *terms(text, "en")})
        words = _INNER.findall(text)
        inner.update(stem(word, "en") for word in words)
        names.update(stem(word, "en") for word in words if word[0].isupper())
        total += 1
    kept = sorted((term, count) for term, count in counts.items() if count >= LEAST)
    lines = [f"{term}\t{count}\t{_tenths(names[term], inner[term])}" for term, count in kept]
    table = "\n".join([f"documents\t{total}\t", *lines, ""])
    TARGET.write_bytes(gzip.compress(table.encode("utf-8"), compresslevel=9, mtime=0))
    print(f"{TARGET.name}: {len(lines)} terms of {total} documents")


def _tenths(part: int, whole: int) -> int:
    """Rounded; what was never seen inside a sentence is taken for half a name."""
    return round(10 * part / whole) if whole else 5


if __name__ == "__main__":
    main()
