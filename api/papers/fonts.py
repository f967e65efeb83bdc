"""A font with Chinese signs, from the operator or from the system; none is handed out with the project."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scheduler.domain.errors import MissingResource

SYSTEM_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("~/.local/share/fonts"),
    Path("~/.fonts"),
    Path("/System/Library/Fonts"),
    Path("/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)
# The best first. All hold the signs of simplified Chinese and Latin letters.
_KNOWN_FILES = (
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "NotoSansCJK-Regular.ttc",
    "SourceHanSansSC-Regular.otf",
    "SourceHanSans-Regular.ttc",
    "SourceHanSansCN-Regular.otf",
    "NotoSerifCJK-Regular.ttc",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "DroidSansFallback.ttf",
    "STHeiti Light.ttc",
    "msyh.ttc",
    "simhei.ttf",
)
# The collections of these two families hold Japanese, Korean and then simplified Chinese forms of the same signs.
_COLLECTIONS_BY_COUNTRY = ("NotoSansCJK", "NotoSerifCJK", "SourceHanSans", "SourceHanSerif")
_SIMPLIFIED_CHINESE = 2
_HINT = "Install one, on Debian and Ubuntu: apt install fonts-noto-cjk. Or name a file with VISITS_FONT."


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFont:
    """A font file; `number` counts the fonts of a collection from 0."""

    path: Path
    number: int


def paper_font(given: Path | None, folders: Iterable[Path] = SYSTEM_FOLDERS) -> PaperFont:
    """The font that papers are printed in.

    Args:
        given: The operator's, None for one of the system.
        folders: Where the system keeps fonts.

    Raises:
        MissingResource: When there is none.
    """
    path = given or _of_the_system(folders)
    if path is None:
        raise MissingResource("There is no font with Chinese signs on this machine.", hint=_HINT)
    by_country = path.suffix.lower() in {".ttc", ".otc"} and path.name.startswith(_COLLECTIONS_BY_COUNTRY)
    return PaperFont(path=path, number=_SIMPLIFIED_CHINESE if by_country else 0)


def _of_the_system(folders: Iterable[Path]) -> Path | None:
    there: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.expanduser().rglob("*.[tToO][tT][fFcC]")):
            there.setdefault(path.name, path)
    return next((there[name] for name in _KNOWN_FILES if name in there), None)
