"""The text layout of VRPLIB files: `KEY : value` lines, then sections of rows, then EOF."""

from dataclasses import dataclass

SECTION = "_SECTION"
END = "EOF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    """A VRPLIB file: its keys, and the rows of its sections by name without the ending.

    All methods raise ValueError with a sentence when the file is not as it should be.
    """

    keys: dict[str, str]
    rows: dict[str, list[list[str]]]

    def number(self, key: str) -> int:
        """A whole number among the keys."""
        if key not in self.keys:
            raise ValueError(f"the key {key} is missing")
        return int(self.keys[key])

    def section(self, name: str) -> list[list[str]]:
        """The rows of a section."""
        if name not in self.rows:
            raise ValueError(f"the section {name}{SECTION} is missing")
        return self.rows[name]

    def numbered(self, name: str, count: int) -> list[tuple[float, ...]]:
        """The rows of a section whose first column counts 1, 2, .. up to `count`, without that column."""
        rows = [tuple(float(entry) for entry in row) for row in self.section(name)]
        if [row[0] for row in rows] != list(range(1, count + 1)):
            raise ValueError(f"the section {name}{SECTION} does not count from 1 to {count}")
        return [row[1:] for row in rows]

    def matrix(self, name: str, count: int) -> tuple[tuple[float, ...], ...]:
        """A square matrix."""
        rows = tuple(tuple(float(entry) for entry in row) for row in self.section(name))
        if len(rows) != count or any(len(row) != count for row in rows):
            raise ValueError(f"the section {name}{SECTION} is not a matrix of {count} by {count}")
        return rows


def is_sectioned(text: str) -> bool:
    """Whether a text looks like a VRPLIB file."""
    return text.lstrip().startswith("NAME") and any(line.strip().endswith(SECTION) for line in text.splitlines())


def read_sections(text: str) -> Sections:
    """Split a VRPLIB file.

    Raises:
        ValueError: Not such a file.
    """
    keys: dict[str, str] = {}
    rows: dict[str, list[list[str]]] = {}
    current: list[list[str]] | None = None
    for line in filter(None, map(str.strip, text.splitlines())):
        if line == END:
            break
        if line.endswith(SECTION):
            current = rows.setdefault(line.removesuffix(SECTION), [])
        elif current is not None:
            current.append(line.split())
        else:
            key, colon, value = line.partition(":")
            if not colon:
                raise ValueError(f"neither a key nor a section: {line[:40]}")
            keys[key.strip()] = value.strip()
    return Sections(keys=keys, rows=rows)
