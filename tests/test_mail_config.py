"""`mail:` in feeds.yaml: what is taken, what is refused, and that no secret is ever repeated."""

from pathlib import Path

import pytest

from digest.config import Mail, Rate
from digest.config.load import load
from digest.errors import ConfigError


def read(folder: Path, mail: str) -> Mail | None:
    path = folder / "feeds.yaml"
    path.write_text(f"mail: {mail}\neditions: {{w: {{title: W}}}}\n")
    return load(path, ["email", "markdown", "site", "feeds"]).mail


def test_a_server_is_reached_over_verified_tls_unless_it_is_on_this_machine(tmp_path: Path) -> None:
    found = read(tmp_path, "{host: smtp.example.org}")
    assert found
    assert (found.security, found.port, found.connections, found.resend) == ("starttls", 587, 1, False)
    assert read(tmp_path, "{host: 127.0.0.1, security: none}")
    assert read(tmp_path, "{host: localhost, security: none, port: 2525}")
    with pytest.raises(ConfigError, match="on this machine only"):
        read(tmp_path, "{host: smtp.example.org, security: none}")


def test_a_password_never_goes_in_clear(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="never travel in clear"):
        read(tmp_path, "{host: 127.0.0.1, security: none, user: x, password: 'env:PW'}")


@pytest.mark.parametrize("mail", [
    "{host: a.example, user: x, password: canary-7731}",
    "{host: a.example, user: x, password: [canary-7731]}",
    "{host: a.example, user: x, password: {env: canary-7731}}",
    "{host: a.example, dkim: {domain: a.example, selector: s, key: '-----BEGIN canary-7731'}}",
])  # fmt: skip
def test_a_secret_that_stands_in_the_file_is_refused_and_not_repeated(mail: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="env:NAME or file:PATH") as refused:
        read(tmp_path, mail)
    assert "canary" not in str(refused.value) + refused.value.hint


def test_rates_are_numbers_in_a_time(tmp_path: Path) -> None:
    found = read(tmp_path, "{host: a.example, rate: 5 per second, per_domain: 60 per minute}")
    assert found
    assert (found.rate, found.per_domain) == (Rate(count=5, seconds=1.0), Rate(count=60, seconds=60.0))


@pytest.mark.parametrize(("mail", "named"), [
    ("{}", "mail: key 'host' is missing"),
    ("{host: 'a b'}", "mail.host"),
    ("{host: a.example, rate: 5 per week}", "mail.rate"),
    ("{host: a.example, rate: 0 per hour}", "mail.rate"),
    ("{host: a.example, give_up: 2 weeks}", "mail.give_up"),
    ("{host: a.example, bounces: averyverylongname@example.org}", "mail.bounces"),
    ("{host: a.example, bounces: a+b@example.org}", "mail.bounces"),
    ("{host: a.example, user: x}", "user: and password: together"),
    ("{host: a.example, pasword: canary}", "unknown key 'pasword'"),
    ("{host: a.example, connections: 21}", "mail.connections"),
])  # fmt: skip
def test_what_cannot_be_is_refused_with_its_place(mail: str, named: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, mail)
    assert named in str(refused.value)
    assert "canary" not in str(refused.value)
