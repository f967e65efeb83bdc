"""`docs/proof.md`: what was measured about the service, each section written by the program that measured it."""

import os
import platform
import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

_HEAD = """# Proof

What was measured about the service, by `make faults`, `make jobfaults`, `make cancelling` and `make load`. Each section
is written by its program; nobody edits it by hand.
"""


def put_section(path: Path, title: str, text: str) -> None:
    """Write a section, in the place of the one of before, with when and on what it was measured."""
    page = path.read_text(encoding="utf-8") if path.exists() else _HEAD
    section = f"## {title}\n\n{_where()}\n\n{text.strip()}\n"
    pattern = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", flags=re.MULTILINE | re.DOTALL)
    is_there = pattern.search(page) is not None
    page = pattern.sub(lambda _: section + "\n", page) if is_there else f"{page.rstrip()}\n\n{section}"
    path.write_text(page.rstrip() + "\n", encoding="utf-8")


def _where() -> str:
    now = datetime.now(UTC).strftime("%Y-%m-%d")  # noqa: TID251 - a measurement has its day
    load = os.getloadavg()[0]
    return (
        f"Measured on {now}: {os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python"
        f" {platform.python_version()}, SQLite {sqlite3.sqlite_version}; {load:.1f} processes were waiting or at work"
        " when this was written."
    )
