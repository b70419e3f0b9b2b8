"""The installation's secret and the secrets that `feeds.yaml` refers to."""

from pathlib import Path

import pytest

from digest.app.secrets import secret_value, secrets
from digest.errors import ConfigError

NEW, OLD = "n" * 32, "o" * 40


def url(folder: Path) -> str:
    return f"sqlite:///{folder}/digest.db"


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    (first,) = secrets(None, url(tmp_path), environment={})
    assert len(first) >= 32
    assert secrets(None, url(tmp_path), environment={}) == (first,)
    assert (tmp_path / "digest.db.secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["digest.db.secret"]


def test_two_installations_have_two_secrets(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    assert secrets(None, url(tmp_path), environment={}) != secrets(None, url(tmp_path / "b"), environment={})


def test_the_environment_goes_first_and_keeps_older_secrets_good(tmp_path: Path) -> None:
    found = secrets(None, url(tmp_path), environment={"DIGEST_SECRET": f"{NEW}, {OLD}"})
    assert found == (NEW.encode(), OLD.encode())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("given", ["short", f"{NEW},short", f"{NEW},"])
def test_a_short_secret_is_refused_without_being_told(given: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        secrets(None, url(tmp_path), environment={"DIGEST_SECRET": given})
    assert "32" in str(refused.value)
    assert "short" not in str(refused.value) + refused.value.hint


def test_a_database_server_needs_the_environment() -> None:
    with pytest.raises(ConfigError, match="DIGEST_SECRET"):
        secrets(None, "postgresql://db/digest", environment={})


def test_a_file_that_others_can_read_is_warned_of(tmp_path: Path) -> None:
    said: list[str] = []
    secrets(None, url(tmp_path), environment={}, warn=said.append)
    assert not said
    (tmp_path / "digest.db.secret").chmod(0o644)
    secrets(None, url(tmp_path), environment={}, warn=said.append)
    assert "chmod 600" in said[0]


def test_a_reference_leads_to_the_environment_or_to_a_file(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("canary\n")
    assert secret_value(tmp_path, "file:pw") == "canary"
    assert secret_value(tmp_path, "env:PW", environment={"PW": "canary"}) == "canary"


@pytest.mark.parametrize("reference", ["env:PW", "file:pw"])
def test_a_reference_to_nothing_says_so(reference: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        secret_value(tmp_path, reference, environment={})
