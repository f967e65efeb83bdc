"""What all documents have in common: the format word, the limits, and entries that are judged one by one."""

from collections.abc import Mapping

from pydantic import BaseModel

from scheduler.documents.faults import FaultList, pointer, shown, type_name
from scheduler.documents.raw import Row
from scheduler.documents.strict_json import parse_tolerantly
from scheduler.documents.wire_faults import validated
from scheduler.documents.wire_types import is_id, too_many_message


def parsed_document(data: bytes, wanted: str, limits: Mapping[str, int], faults: FaultList) -> Row:
    """The document in `data`, an object of the format `wanted` whose top lists are within `limits`.

    Raises:
        InvalidInput: When nothing more of the document is worth judging.
    """
    document = parse_tolerantly(data, faults)
    if not isinstance(document, dict):
        faults.add("", "wrong_type", f"expected an object, found {type_name(document)}")
        faults.raise_any()
        return {}
    if not check_heading(document, "", wanted, limits, faults):
        faults.raise_any(document)
    return document


def check_heading(document: Row, at: str, wanted: str, limits: Mapping[str, int], faults: FaultList) -> bool:
    """Whether the rest of the document at `at` is worth judging; what speaks against it is noted."""
    found = document.get("format")
    if isinstance(found, str) and found != wanted:
        message = f"{shown(found)} is not '{wanted}'"
        faults.add(pointer(at, "format"), "unknown_format", message, "Is this the right file?")
        return False
    counts = {key: len(value) for key in limits if isinstance(value := document.get(key), list | dict)}
    overfull = [key for key, count in counts.items() if count > limits[key]]
    for key in overfull:
        message = too_many_message(counts[key], limits[key])
        faults.add(pointer(at, key), "too_many", message, "Split the document by day or district.")
    return not overfull


def validated_sections[Model: BaseModel](
    model: type[Model], document: Row, at: str, entry_models: Mapping[str, type[BaseModel]], faults: FaultList
) -> Model | None:
    """The document at `at` as a `model`, None when it is not one.

    The entries of the lists in `entry_models` are judged one at a time, so that a document full of faults is left as
    soon as the list of faults is full.
    """
    entries = {key: value for key in entry_models if isinstance(value := document.get(key), list)}
    frame = validated(model, document | {key: [] for key in entries}, at, faults)
    read: dict[str, list[BaseModel | None]] = {}
    for key, values in entries.items():
        read[key] = []
        for place, value in enumerate(values):
            read[key].append(validated(entry_models[key], value, pointer(at, key, place), faults))
            if faults.overflowed:
                return None
    return None if frame is None else frame.model_copy(update=read)


def validated_entries[Model: BaseModel](
    model: type[Model], entries: Mapping[str, object], at: str, whose: str, faults: FaultList
) -> dict[str, Model]:
    """The values of the object at `at` that are a `model`, by their keys, which are ids.

    Args:
        model: What each value is.
        entries: The object.
        at: Where it stands.
        whose: What the keys are ids of, as the hint says it.
        faults: Where the other entries are noted; nothing more is judged when it is full.
    """
    read: dict[str, Model] = {}
    for place, (key, value) in enumerate(entries.items(), start=1):
        if faults.overflowed:
            break
        if not is_id(key):
            # The key itself may be a person's name.
            faults.add(at, "bad_id", f"key number {place:,} is not an id", f"Use the id of a {whose}.")
            continue
        entry = validated(model, value, pointer(at, key), faults)
        if entry is not None:
            read[key] = entry
    return read
