"""Benchmark instances from files, gzipped or not; the content tells the format."""

import gzip
from collections.abc import Iterable
from pathlib import Path

from benchmarks.document import Document
from benchmarks.readers.sections import is_sectioned, read_sections
from benchmarks.readers.solomon import is_solomon, read_solomon
from benchmarks.readers.vrprdl import KIND, read_vrprdl
from benchmarks.readers.vrptw import FAMILIES, read_vrptw
from benchmarks.textbook import Textbook
from scheduler.documents import read_problem
from scheduler.domain.errors import Fault, InvalidInput

__all__ = ["Benchmark", "instance_paths", "read_benchmark"]

type Benchmark = Document | Textbook

GZIP_MAGIC = b"\x1f\x8b"
ENDINGS = (".gz", ".json", ".txt", ".vrp")
NO_INSTANCES = frozenset({".csv", ".md", ".sol"})


def instance_paths(paths: Iterable[Path]) -> list[Path]:
    """The files given, and those of the folders given that are some instance or claim to be one, in order of names."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.iterdir() if file.is_file() and file.suffix not in NO_INSTANCES)
            found.extend(file for file in inside if _kind(_text(file)) is not None)
        else:
            found.append(path)
    return found


def instance_name(path: Path) -> str:
    """`visits-60-6` for `.../visits-60-6.json.gz`: what lists of best-known costs go by."""
    name = path.name
    for ending in ENDINGS:
        name = name.removesuffix(ending)
    return name


def read_benchmark(path: Path) -> Benchmark:
    """Read an instance.

    Raises:
        InvalidInput: The file is in no known format, or broken.
    """
    text = _text(path)
    try:
        match _kind(text):
            case "document":
                return Document(name=instance_name(path), problem=read_problem(path.read_bytes()))
            case "solomon":
                return read_solomon(text, instance_name(path))
            case "vrplib":
                return _sectioned(text, instance_name(path))
        raise ValueError("neither a Problem document nor Solomon's nor VRPLIB's layout")
    except ValueError as error:
        raise InvalidInput([Fault(where=str(path), code="unreadable_instance", message=str(error))]) from error


def _sectioned(text: str, name: str) -> Textbook:
    sections = read_sections(text)
    kind = sections.keys.get("TYPE", "")
    if kind in FAMILIES:
        return read_vrptw(sections, name)
    if kind == KIND:
        return read_vrprdl(sections, name)
    raise ValueError(f"the TYPE {kind[:40] or '(none)'} is none of {', '.join([*FAMILIES, KIND])}")


def _kind(text: str) -> str | None:
    if text.lstrip().startswith("{"):
        return "document"
    if is_sectioned(text):
        return "vrplib"
    return "solomon" if is_solomon(text) else None


def _text(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if data.startswith(GZIP_MAGIC) else data).decode("utf-8", errors="replace")
