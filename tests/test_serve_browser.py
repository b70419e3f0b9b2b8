"""The pages for subscribers in a real browser without scripts."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.browser import CHROMIUM, browser
from tests.serving import serving

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")


def test_a_person_without_scripts_subscribes_chooses_and_leaves(tmp_path: Path) -> None:
    """Every step by typing and clicking; nothing is asked of another host, and nothing is wider than a small phone."""
    pictures = os.environ.get("DIGEST_PICTURES")

    def look(name: str) -> None:
        assert page.width() <= 320, name
        if pictures:
            page.picture(Path(pictures) / f"{name}.png")

    with serving(tmp_path) as site, browser(tmp_path / "profile") as page:
        here = f"http://127.0.0.1:{site.port}"
        page.size(320, 900)
        page.open(f"{here}/subscribe/weekly")
        look("subscribe")
        page.fill("#address", "ada@example.org")
        page.click('input[value="Science"]', leads=False)
        page.click("button")
        assert "very quick" in page.text()
        look("quick")
        page.click("button")
        assert "Look into your mailbox" in page.text()
        look("asked")
        (mail,) = site.mails()
        page.open(here + site.link(mail))
        look("confirm")
        assert site.state("ada@example.org") == "pending"
        page.click("button")
        assert site.state("ada@example.org") == "active"
        page.click("main a")  # to the preferences
        page.size(320, 900, dark=True)
        look("preferences")
        assert 'value="Economy" checked' in page.text()
        assert 'value="Science" checked' not in page.text()
        page.click('input[value="Economy"]', leads=False)
        page.click('input[value="Science"]', leads=False)
        page.click("button")
        assert site.sql("SELECT topics FROM subscribers") == [('["Science"]',)]
        look("saved")
        page.click("button.quiet")
        assert "You are unsubscribed" in page.text()
        assert site.state("ada@example.org") == "left"
        look("left")
        site.now += timedelta(hours=25)
        assert page.call("Network.getCookies")["cookies"] == []
        assert {url.partition("/")[0] for url in page.requests} <= {"http:", "data:"}
        assert all(url.startswith((here, "data:,")) for url in page.requests)


def test_mail_among_the_files_looks_like_mail(tmp_path: Path) -> None:
    """Its inline styles hold."""
    with serving(tmp_path) as site, browser(tmp_path / "profile") as page:
        folder = site.folder / "out" / "weekly"
        folder.mkdir(parents=True)
        (folder / "email.html").write_text("<!doctype html><body style='margin: 0'><p style='width: 1300px'>Mail</p>")
        page.size(320, 900)
        page.open(f"http://127.0.0.1:{site.port}/weekly/email.html")
        assert page.width() == 1300
