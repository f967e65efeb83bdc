"""The Texts document `visit-texts/1`: what people read instead of ids. Its content stands in no message."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import Field

from scheduler.documents.faults import FaultList
from scheduler.documents.sections import parsed_document, validated_entries
from scheduler.documents.strict_json import MAX_MEMBERS
from scheduler.documents.wire_faults import validated
from scheduler.documents.wire_types import Wire
from scheduler.domain.texts import Text

TEXTS_FORMAT = "visit-texts/1"


class TextWire(Wire):
    """What stands for one id."""

    name: str = ""
    address: str = ""
    note: str = ""
    identity_number: str = ""
    phone: str = ""


class TextsWire(Wire):
    """The document around the texts, which are judged one at a time."""

    format: Literal["visit-texts/1"]
    texts: Annotated[dict[str, TextWire], Field(max_length=MAX_MEMBERS)]


def read_texts(data: bytes) -> dict[str, Text]:
    """The texts by visit, place, collector or location id.

    Raises:
        InvalidInput: With every fault of the document (the first thousand), in its order.
    """
    faults = FaultList()
    document = parsed_document(data, TEXTS_FORMAT, {"texts": MAX_MEMBERS}, faults)
    entries = document.get("texts")
    given: dict[str, object] = entries if isinstance(entries, dict) else {}
    validated(TextsWire, document | {"texts": {}} if given else document, "", faults)
    texts = validated_entries(TextWire, given, "/texts", "visit, place, collector or location", faults)
    faults.raise_any(document)
    return {key: Text(**text.model_dump()) for key, text in texts.items()}


def write_texts(texts: Mapping[str, Text]) -> dict[str, Any]:
    """The Texts document, sorted by id; empty texts are left out."""
    return {"format": TEXTS_FORMAT, "texts": {key: _written(texts[key]) for key in sorted(texts)}}


def _written(text: Text) -> dict[str, str]:
    return {key: value for key, value in asdict(text).items() if value}
