"""Every text of the pages, in Chinese and in English, a module a screen."""

from collections.abc import Mapping

from api.web.texts.administration import ADMINISTRATION_TEXTS
from api.web.texts.board import BOARD_TEXTS
from api.web.texts.cases import CASE_TEXTS
from api.web.texts.crews import CREW_TEXTS
from api.web.texts.days import DAY_TEXTS
from api.web.texts.doors import DOOR_TEXTS
from api.web.texts.found_rates import FOUND_RATES_TEXTS
from api.web.texts.imports import IMPORT_TEXTS
from api.web.texts.office import OFFICE_TEXTS
from api.web.texts.oversight import OVERSIGHT_TEXTS
from api.web.texts.pages import PAGE_TEXTS
from api.web.texts.phone import PHONE_TEXTS
from api.web.texts.replanning import REPLANNING_TEXTS
from api.web.texts.rules import RULE_TEXTS
from api.web.texts.running import RUNNING_TEXTS
from api.web.texts.shell import SHELL_TEXTS
from api.web.texts.slots import SLOT_TEXTS
from api.web.texts.week import WEEK_TEXTS
from api.web.texts.what_if import WHAT_IF_TEXTS

_PARTS = (
    SHELL_TEXTS,
    PAGE_TEXTS,
    DAY_TEXTS,
    DOOR_TEXTS,
    CASE_TEXTS,
    IMPORT_TEXTS,
    CREW_TEXTS,
    PHONE_TEXTS,
    OFFICE_TEXTS,
    BOARD_TEXTS,
    RUNNING_TEXTS,
    REPLANNING_TEXTS,
    SLOT_TEXTS,
    RULE_TEXTS,
    OVERSIGHT_TEXTS,
    ADMINISTRATION_TEXTS,
    WHAT_IF_TEXTS,
    WEEK_TEXTS,
    FOUND_RATES_TEXTS,
)


def united(parts: tuple[Mapping[str, tuple[str, str]], ...]) -> dict[str, tuple[str, str]]:
    """All texts of several modules.

    Raises:
        ValueError: Two of them give one name to two texts.
    """
    found: dict[str, tuple[str, str]] = {}
    for part in parts:
        twice = found.keys() & part.keys()
        if twice:
            raise ValueError(f"two texts of one name: {', '.join(sorted(twice))}")
        found |= part
    return found


TEXTS: Mapping[str, tuple[str, str]] = united(_PARTS)
