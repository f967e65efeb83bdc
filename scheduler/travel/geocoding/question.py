"""What a provider is asked about an address: no more than it needs."""

import re
import unicodedata

# The door within a building helps nobody to find the building.
_DOOR = re.compile(r"\s*\d+\s*(室|单元|层|楼)\s*$", re.ASCII)
# A 区 that is a housing estate, a park or a campus is no district.
_NAMES_A_DISTRICT = re.compile(r"[\u4e00-\u9fff]{2,}?(?<![小园社校厂景])[区县旗]")
_DISTRICT_ENDINGS = ("区", "县", "旗")


def question_for(address: str) -> str:
    """The address in one spelling, without flat and floor."""
    question = " ".join(unicodedata.normalize("NFKC", address).split())
    while (shorter := _DOOR.sub("", question)) != question:
        question = shorter
    return question


def is_in_another_district(question: str, districts: tuple[str, ...]) -> bool:
    """Whether an address names a district, and the provider found something in others alone."""
    found = [name for name in districts if name.endswith(_DISTRICT_ENDINGS)]
    return bool(found) and bool(_NAMES_A_DISTRICT.search(question)) and not any(name in question for name in found)
