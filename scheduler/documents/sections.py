"""What all three documents have in common: the format word, the limits, and lists that are judged entry by entry."""

from collections.abc import Mapping

from pydantic import BaseModel

from scheduler.documents.faults import FaultList, pointer, shown, type_name
from scheduler.documents.raw import Row
from scheduler.documents.strict_json import parse_tolerantly
from scheduler.documents.wire_faults import validated
from scheduler.documents.wire_types import too_many_message


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
    found = document.get("format")
    if isinstance(found, str) and found != wanted:
        faults.add("/format", "unknown_format", f"{shown(found)} is not '{wanted}'", "Is this the right file?")
        faults.raise_any(document)
    counts = {key: len(value) for key in limits if isinstance(value := document.get(key), list | dict)}
    overfull = [key for key, count in counts.items() if count > limits[key]]
    for key in overfull:
        message = too_many_message(counts[key], limits[key])
        faults.add(pointer("", key), "too_many", message, "Split the document by day or district.")
    if overfull:
        faults.raise_any(document)
    return document


def validated_sections[Model: BaseModel](
    model: type[Model], document: Row, entry_models: Mapping[str, type[BaseModel]], faults: FaultList
) -> Model | None:
    """The document as a `model`, None when it is not one.

    The entries of the lists in `entry_models` are judged one at a time, so that a document full of faults is left as
    soon as the list of faults is full.
    """
    entries = {key: value for key in entry_models if isinstance(value := document.get(key), list)}
    frame = validated(model, document | {key: [] for key in entries}, "", faults)
    read: dict[str, list[BaseModel | None]] = {}
    for key, values in entries.items():
        read[key] = []
        for place, value in enumerate(values):
            read[key].append(validated(entry_models[key], value, pointer("", key, place), faults))
            if faults.overflowed:
                return None
    return None if frame is None else frame.model_copy(update=read)
