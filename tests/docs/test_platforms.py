"""docs/platforms.md says of every platform what the code says of it."""

from commands.setup_words import every
from core.platforms.base import Mode, Platform
from core.platforms.registry import OWN
from tests.docs.pages import page, rows, sections


def line(platform: Platform) -> list[str]:
    """Return the row of a platform as it should stand in the table."""
    read = platform.dialect is not None
    verified = {one.rule for one in platform.stated} - set(platform.assumed)
    return [
        f"`{platform.code}`",
        ", ".join(mode for mode in Mode if mode in platform.modes),
        every(platform.usual_interval) if read else "",
        every(platform.least_interval) if read else "",
        str(platform.closures or ""),
        " ".join(sorted(verified, key=lambda rule: int(rule[1:]))),
        " ".join(platform.assumed),
    ]


def test_r32_each_platform_is_described_as_the_code_states_it() -> None:
    told = [cells for cells in rows(page("docs/platforms.md")) if len(cells) == len(line(OWN["airbnb"]))]
    assert told == [line(platform) for platform in OWN.values()]


def test_r32_every_rule_that_a_platform_states_is_explained() -> None:
    explained = {rule for cells in rows(page("docs/platforms.md")) if len(cells) == 2 for rule in cells[0].split(", ")}
    assert explained == {one.rule for platform in OWN.values() for one in platform.stated}


def test_the_page_says_how_to_add_one() -> None:
    assert "dauda.platforms" in sections(page("docs/platforms.md"), 2)["Adding a platform"]
