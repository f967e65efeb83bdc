"""A file that is encrypted in pieces, so that a large one is never in memory, and that shows when it was cut short."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.store.encryption import derived
from scheduler.domain.errors import MissingResource

_PURPOSE = b"visits/store/backup/1/"
_PIECE_BYTES = 1 << 20
_LENGTH_BYTES = 4
_LONGEST_HEADER = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFile:
    """A sealed file: one line of JSON that anybody may read, then the pieces.

    Attributes:
        path: Where it is.
        header: What anybody may read.
    """

    path: Path
    header: dict[str, Any]


def write_sealed(path: Path, header: dict[str, Any], content: BinaryIO, secret_key: bytes) -> None:
    """Write a file for its owner alone, whole or not at all.

    Args:
        path: Where; a file that is there is replaced.
        header: What anybody may read; it is vouched for like the rest.
        content: What is sealed.
        secret_key: What another key is derived from, a new one for each file.

    Raises:
        MissingResource: There is no room, or nobody may write there.
    """
    try:
        _write(path, header, content, secret_key)
    except OSError as error:
        raise MissingResource(f"{path.name} cannot be written: {error.strerror}.", hint="Look at its disk.") from error


def _write(path: Path, header: dict[str, Any], content: BinaryIO, secret_key: bytes) -> None:
    salt = os.urandom(16).hex()
    first_line = json.dumps(header | {"salt": salt}, sort_keys=True).encode() + b"\n"
    cipher = _cipher(secret_key, salt)
    draft = path.with_name(f"{path.name}.{salt[:8]}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(first_line)
            for number, (piece, is_last) in enumerate(_pieces(content)):
                sealed = cipher.encrypt(_nonce(number), piece, _vouched(first_line, number, is_last=is_last))
                file.write(len(sealed).to_bytes(_LENGTH_BYTES) + bytes([is_last]) + sealed)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def read_header(path: Path) -> SealedFile:
    """What anybody may read of it; `open_sealed` says whether it is true.

    Raises:
        MissingResource: There is no such file, or it is no sealed one.
    """
    try:
        with path.open("rb") as file:
            header = json.loads(file.readline(_LONGEST_HEADER))
    except (OSError, ValueError) as error:
        raise _not_whole(path) from error
    if not isinstance(header, dict) or not isinstance(header.get("salt"), str):
        raise _not_whole(path)
    return SealedFile(path=path, header=header)


def open_sealed(sealed: SealedFile, secret_key: bytes, target: BinaryIO) -> None:
    """Write what is in a sealed file, of which nothing may be used unless this returns.

    Raises:
        MissingResource: It was changed, cut short or sealed with another key.
    """
    cipher = _cipher(secret_key, sealed.header["salt"])
    with sealed.path.open("rb") as file:
        first_line = file.readline(_LONGEST_HEADER)
        number, is_last = 0, False
        while not is_last:
            head = file.read(_LENGTH_BYTES + 1)
            piece = file.read(int.from_bytes(head[:_LENGTH_BYTES])) if len(head) == _LENGTH_BYTES + 1 else b""
            try:
                is_last = bool(head[-1:] == b"\x01")
                target.write(cipher.decrypt(_nonce(number), piece, _vouched(first_line, number, is_last=is_last)))
            except (InvalidTag, ValueError) as error:
                raise _not_whole(sealed.path) from error
            number += 1
        if file.read(1):
            raise _not_whole(sealed.path)


def _pieces(content: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Each piece, and whether it is the last one."""
    piece = _full(content)
    while True:
        following = _full(content)
        yield piece, not following
        if not following:
            return
        piece = following


def _full(content: BinaryIO) -> bytes:
    """A piece; a pipe gives it in parts."""
    parts, missing = [], _PIECE_BYTES
    while missing and (part := content.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _cipher(secret_key: bytes, salt: str) -> AESGCM:
    return AESGCM(derived(secret_key, _PURPOSE + salt.encode()))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12)  # never twice with one key, because each file has its own


def _vouched(first_line: bytes, number: int, *, is_last: bool) -> bytes:
    return sha256(first_line).digest() + number.to_bytes(8) + bytes([is_last])


def _not_whole(path: Path) -> MissingResource:
    return MissingResource(
        f"{path.name} is no whole backup of this service.", hint="It was changed, cut short, or is another file."
    )
