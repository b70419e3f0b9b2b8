"""Many feeds on local hosts: `digest fetch` against a bare loop of aiohttp that downloads the same, in one run.

Each feed has a host of its own (127.0.0.0/8), answers after 50 ms, weighs 64 KB and has validators. The server and the
bare loop are processes of their own, as `digest fetch` is.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

RUNS = ((1_000, 8), (1_000, 64), (10_000, 8))  # feeds, and requests at once
LATENCY = 0.05  # seconds
ITEM = """<item><title>Report {feed}-{number}: harbour moves {number} crates</title><link>http://{host}/{feed}/{number}</link>
<guid isPermaLink="false">{feed}-{number}</guid><pubDate>Mon, 04 May 2020 {hour:02}:00:00 GMT</pubDate>
<description><![CDATA[{text}]]></description></item>"""
TEXT = "<p>" + "The harbour moved more crates than in any week before, its master said on Monday. " * 38 + "</p>"

SERVER = """
import asyncio, sys
from aiohttp import web
sys.path.insert(0, {root!r})
from tests.bench.polling import LATENCY, body

async def answer(request):
    await asyncio.sleep(LATENCY)
    tag = '"' + request.path + '"'
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers={{"ETag": tag}})
    return web.Response(body=body(request.path, request.host), content_type="application/rss+xml", headers={{"ETag": tag}})

async def main():
    app = web.Application()
    app.router.add_get("/{{tail:.*}}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "0.0.0.0", 0)
    await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""

BARE = """
import asyncio, json, sys, time
import aiohttp

async def main(urls, at_once, tagged):
    places = asyncio.Semaphore(at_once)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        async def one(url):
            headers = {"If-None-Match": '"/' + url.split("/", 3)[3] + '"'} if tagged else {}
            async with places, session.get(url, headers=headers) as response:
                return len(await response.read())
        return sum(await asyncio.gather(*map(one, urls)))

urls = json.load(open(sys.argv[1]))
asyncio.run(main(urls, int(sys.argv[2]), sys.argv[3] == "304"))
"""


def body(path: str, host: str) -> bytes:
    """A feed of 20 items and about 64 KB, the same at every request for `path`."""
    feed = path.strip("/").removesuffix(".xml")
    items = "".join(ITEM.format(feed=feed, number=n, host=host, hour=n, text=TEXT) for n in range(20))
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{feed}</title>{items}</channel></rss>'.encode()


def bench_poll(runs: tuple[tuple[int, int], ...] = RUNS) -> None:
    """Print a line for each number of feeds and of requests at once, first fetched and then unchanged."""
    from tests.bench.__main__ import measure

    with tempfile.TemporaryDirectory() as name, _server(Path(name)) as port:
        for size, at_once in runs:
            folder = Path(name) / f"{size}-{at_once}"
            folder.mkdir()
            urls = [f"http://127.{1 + n // 62500}.{n // 250 % 250}.{n % 250 + 1}:{port}/f{n}.xml" for n in range(size)]
            (folder / "urls.json").write_text(json.dumps(urls))
            _configure(folder, urls, at_once)
            for kind, now in (("200", "2020-05-04T23:00Z"), ("304", "2020-05-06T23:00Z")):
                bare = measure([sys.executable, "-c", BARE, str(folder / "urls.json"), str(at_once), kind])
                fetch = [sys.executable, "-m", "digest", "fetch", "-c", str(folder / "feeds.yaml"), "--json"]
                ours = measure([*fetch, "--now", now])
                report: dict[str, Any] = json.loads(ours.pop("printed"))
                labels = {
                    "feeds": size,
                    "at_once": at_once,
                    "answers": kind,
                    "ratio": round(ours["wall_s"] / bare["wall_s"], 2),
                }
                counts = {key: report[key] for key in ("feeds", "entries", "new", "seconds")}
                print(
                    json.dumps(
                        labels | {"bare_s": bare["wall_s"], "bare_cpu_s": bare["cpu_s"]} | ours | {"report": counts}
                    )
                )


def _configure(folder: Path, urls: list[str], at_once: int) -> None:
    outlets = "".join(f"      Outlet {n}: {{feeds: ['{url}']}}\n" for n, url in enumerate(urls))
    network = f"network: {{allow: [127.0.0.0/8], at_once: {at_once}}}\n"
    (folder / "feeds.yaml").write_text(f"{network}editions:\n  all:\n    title: All\n    outlets:\n{outlets}")


@contextmanager
def _server(folder: Path) -> Iterator[int]:
    root = str(Path(__file__).resolve().parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER.format(root=root)], stdout=subprocess.PIPE, text=True, cwd=folder
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()
        if process.stdout:
            process.stdout.close()
