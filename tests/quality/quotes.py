"""Scores of attribution: does it find what is said, and who says it?

A predicted and a gold content match if the F1 of their words (by offset) is at least 0.5; pairs are taken greedily, the
best first, each content once. `all_f1` counts all contents; `direct_f1` the direct ones alone, on both sides.
`direct_speaker_f1` and `all_speaker_f1` count of these only the pairs whose speakers overlap, or that both have none.
`speaker_accuracy` is the share of matched pairs with a gold speaker whose predicted speaker overlaps it.
"""

from argparse import Namespace
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from digest.model import Span
from digest.text.attribution import Attribution, attributions
from digest.text.words import word_spans

MATCH = 0.5

Pair = tuple[dict[str, Any], Attribution]


def score(rows: list[dict[str, Any]], options: Namespace) -> dict[str, float | int]:
    tally = {name: [0, 0, 0] for name in ("direct", "direct_speaker", "all", "all_speaker")}
    named = right = 0
    for row in rows:
        found = attributions(row["text"], row.get("language") or "en")
        gold = [quote for quote in row["quotes"] if quote["content"][0] < quote["content"][1]]
        pairs = _tally(tally, "all", row["text"], gold, found)
        direct = [one for one in found if one.direct]
        _tally(tally, "direct", row["text"], [quote for quote in gold if quote["direct"]], direct)
        with_speaker = [pair for pair in pairs if pair[0]["speaker"]]
        named += len(with_speaker)
        right += sum(_same_speaker(pair) for pair in with_speaker)
    scores: dict[str, float | int] = {}
    for name, (hits, predicted, gold_count) in tally.items():
        precision, recall = hits / max(predicted, 1), hits / max(gold_count, 1)
        scores[f"{name}_precision"], scores[f"{name}_recall"] = round(precision, 4), round(recall, 4)
        scores[f"{name}_f1"] = round(2 * precision * recall / max(precision + recall, 1e-9), 4)
    return {**scores, "speaker_accuracy": round(right / max(named, 1), 4), "rows": len(rows)}


def _tally(
    tally: dict[str, list[int]], name: str, text: str, gold: list[dict[str, Any]], found: Sequence[Attribution]
) -> list[Pair]:
    """Count the contents found, and those of them with the right speaker."""
    pairs = _matched(text, gold, found)
    _add(tally[name], len(pairs), len(found), len(gold))
    _add(tally[f"{name}_speaker"], sum(_same_speaker(pair) for pair in pairs), len(found), len(gold))
    return pairs


def _add(counts: list[int], *more: int) -> None:
    counts[:] = [count + one for count, one in zip(counts, more, strict=True)]


def _matched(text: str, gold: list[dict[str, Any]], found: Sequence[Attribution]) -> list[Pair]:
    starts = [span.start for span in word_spans(text)]
    gold_words = [_words(starts, Span(*quote["content"])) for quote in gold]
    found_words = [_words(starts, one.content) for one in found]
    ranked = sorted(
        ((_f1(one, other), g, f) for g, one in enumerate(gold_words) for f, other in enumerate(found_words)),
        key=lambda item: (-item[0], item[1], item[2]),
    )
    used_gold: set[int] = set()
    used_found: set[int] = set()
    pairs: list[Pair] = []
    for value, g, f in ranked:
        if value < MATCH:
            break
        if g not in used_gold and f not in used_found:
            used_gold.add(g)
            used_found.add(f)
            pairs.append((gold[g], found[f]))
    return pairs


def _words(starts: list[int], span: Span) -> range:
    return range(bisect_left(starts, span.start), bisect_left(starts, span.end))


def _f1(one: range, other: range) -> float:
    shared = min(one.stop, other.stop) - max(one.start, other.start)
    return 2 * shared / (len(one) + len(other)) if shared > 0 else 0.0


def _same_speaker(pair: Pair) -> bool:
    """Do they overlap, or have both none?"""
    quote, one = pair
    if not quote["speaker"] or one.speaker is None:
        return not quote["speaker"] and one.speaker is None
    return one.speaker.start < quote["speaker"][1] and quote["speaker"][0] < one.speaker.end
