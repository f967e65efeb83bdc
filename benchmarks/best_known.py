"""Best-known costs, by file name, from lists in several layouts.

Each layout has its own column of costs; a list with a column `set` holds several families of equal names.
"""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

# The most trusted column first: Solomon's list also holds older values that cannot be reached.
COST_COLUMNS = ("cost_seconds", "ref_double_dist", "bks_cost_file", "best_known(HGS,ICAPS2022)", "cost")
FAMILY_OF_SET = {"VRPTW": "gehring-homberger", "PCVRPTW": "pcvrptw"}
BESIDE = "best_known.csv"
FOLDER = "best_known"


class BestKnown:
    """Costs by family and name; a list without families counts for all of them."""

    def __init__(self, costs: Mapping[tuple[str | None, str], float]) -> None:
        """Hold the costs given."""
        self._costs = dict(costs)

    @classmethod
    def read(cls, paths: Iterable[Path]) -> Self:
        """Read lists; of equal entries the later one counts. A list without any known column is passed over."""
        costs: dict[tuple[str | None, str], float] = {}
        for path in paths:
            with path.open(encoding="utf-8", newline="") as lines:
                costs |= _costs(csv.DictReader(lines))
        return cls(costs)

    def of(self, family: str, name: str) -> float | None:
        """The best-known cost of an instance, in its file's units; None when no list has it."""
        return self._costs.get((family, name), self._costs.get((None, name)))


def lists_near(instance: Path) -> list[Path]:
    """The lists that stand with an instance: in a folder beside its own, and in its own."""
    folder = instance.resolve().parent
    return [*sorted((folder.parent / FOLDER).glob("*.csv")), *sorted(folder.glob(BESIDE))]


def _costs(rows: csv.DictReader[str]) -> dict[tuple[str | None, str], float]:
    headings = rows.fieldnames or ()
    column = next((heading for heading in COST_COLUMNS if heading in headings), None)
    if column is None or "instance" not in headings:
        return {}
    return {
        (FAMILY_OF_SET.get(row["set"], row["set"]) if "set" in headings else None, row["instance"]): float(row[column])
        for row in rows
        if row[column]
    }
