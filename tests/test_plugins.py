"""Finding plug-ins and giving them their options."""

from pathlib import Path

import pytest

from digest import plugins
from digest.errors import PluginError
from digest.plugins import Choice


def test_built_ins_are_found_from_their_folder_without_a_list() -> None:
    assert {"coverage", "sumy"} <= set(plugins.names("summarizer"))
    assert "folder" in plugins.names("channel")
    assert not [name for kind in plugins.PACKAGES for name in plugins.names(kind) if name.startswith("-")]


def test_options_arrive_and_paths_count_from_the_folder_given() -> None:
    built = plugins.build(Choice(kind="summarizer", name="coverage", options=(("lead", 0.5),)))
    assert built.lead == 0.5
    folder = plugins.build(Choice(kind="channel", name="folder", options=(("path", "public"),)), Path("/srv"))
    assert folder.path == Path("/srv/public")


def test_an_unknown_plugin_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(PluginError) as caught:
        plugins.find("summarizer", "covrage")
    assert "did you mean 'coverage'" in caught.value.hint


@pytest.mark.parametrize("options", [(("leed", 1.0),), (("lead", "much"),), (("shortest", None),)])
def test_an_option_that_a_plugin_does_not_take_is_refused(options: tuple[tuple[str, object], ...]) -> None:
    with pytest.raises(PluginError):
        plugins.build(Choice(kind="summarizer", name="coverage", options=options))


def test_a_plugin_may_say_itself_what_is_broken(tmp_path: Path) -> None:
    """One that says nothing is fine."""
    plugins.check(Choice(kind="summarizer", name="coverage"))
    broken = Choice(kind="stance", name="cue-words", options=(("weights", "own.npz"),))
    (tmp_path / "own.npz").write_bytes(b"PK")
    with pytest.raises(PluginError, match=r"own\.npz"):
        plugins.check(broken, tmp_path)
