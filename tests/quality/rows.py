"""Read labelled data: JSON Lines, plain or compressed with zstd."""

import json
from pathlib import Path
from typing import Any

import zstandard


def read(path: Path) -> list[dict[str, Any]]:
    data = path.read_bytes()
    if path.suffix == ".zst":
        data = zstandard.ZstdDecompressor().decompressobj().decompress(data)
    return [json.loads(line) for line in data.decode("utf-8").split("\n") if line.strip()]
