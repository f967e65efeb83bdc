"""Circumstances that forbid visits, put upon a case and taken from it."""

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import select

from api.store.database import Unit
from api.store.record_rows import Values
from api.store.rows_by_code import numbered
from api.store.tables.cases import BlockRow
from scheduler.domain.case import Block


class BlockSource(StrEnum):
    """Where a block or a consent came from; an import lifts nothing but what an import put there."""

    IMPORT = "import"
    OUTCOME = "outcome"
    BORROWER = "borrower"
    STAFF = "staff"


def new_blocks(unit: Unit, case_id: str, blocks: Iterable[Block], source: BlockSource) -> list[Values]:
    """Rows of blocks, without positions."""
    return [
        {
            "case_id": case_id,
            "sealed_code": unit.seal(block.code),
            "until": block.until,
            "owner": block.owner,
            "source": str(source),
            "added_at": unit.now,
        }
        for block in blocks
    ]


def keep_imported_blocks(unit: Unit, case_id: str, blocks: Iterable[Block]) -> bool:
    """Make the blocks of earlier imports those of a new one.

    Returns:
        Whether anything changed.
    """
    query = select(BlockRow).where(
        BlockRow.case_id == case_id, BlockRow.lifted_at.is_(None), BlockRow.source == BlockSource.IMPORT
    )
    kept = {(unit.opened(row.sealed_code), row.until): row for row in unit.session.scalars(query)}
    wanted = {(block.code, block.until): block for block in blocks}
    for key, row in kept.items():
        if key not in wanted:
            row.lifted_at = unit.now
    new = [block for key, block in wanted.items() if key not in kept]
    rows = new_blocks(unit, case_id, new, BlockSource.IMPORT)
    unit.insert_many(BlockRow, numbered(unit, BlockRow, rows))
    return bool(new) or bool(kept.keys() - wanted.keys())
