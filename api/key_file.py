"""The file that keeps the secret keys of a laptop: one a line, the current one first."""

import os
import secrets
import stat
from pathlib import Path

from scheduler.domain.errors import Fault, InvalidInput

KEY_FILE = "secret.key"
MINIMUM_KEY_BYTES = 32
HOW_TO_MAKE_A_KEY = "Make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'"
# A key drawn at random has more different bytes than this, in any way of writing it down.
_FEWEST_DIFFERENT_BYTES = 8


def weakness_of(key: bytes) -> str:
    """Why a key must not be used; empty for one that may."""
    if len(key) < MINIMUM_KEY_BYTES:
        return f"The secret key is shorter than {MINIMUM_KEY_BYTES} bytes."
    if len(set(key)) < _FEWEST_DIFFERENT_BYTES:
        return "The secret key repeats few signs, so it can be guessed."
    return ""


def refuse_open_file(path: Path, *, code: str, message: str) -> None:
    """Refuse a file that other users of the machine can read or change.

    Raises:
        InvalidInput: With the command that closes it.
    """
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise InvalidInput([Fault(where=path.name, code=code, message=message, hint=f"Run: chmod 600 {path.name}")])


def keep_new_key(path: Path) -> None:
    """Keep a new key where there is no file; when another process was faster, its key stands."""
    draft = _draft(path, [secrets.token_hex(32).encode()])
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def add_key(path: Path) -> None:
    """Put a new key before those in the file, which become old ones."""
    _draft(path, [secrets.token_hex(32).encode(), *kept_keys(path)]).replace(path)


def kept_keys(path: Path) -> tuple[bytes, ...]:
    """The keys in the file, the current one first.

    Raises:
        InvalidInput: When other users of the machine can read it, or a key is too weak.
    """
    refuse_open_file(path, code="key_file_open", message="Other users of this machine can read the key.")
    keys = tuple(filter(None, (line.strip() for line in path.read_bytes().splitlines())))
    weak = next(filter(None, map(weakness_of, keys or (b"",))), "")
    if weak:
        hint = "Put the old key back; what was stored with it cannot be read with a new one."
        code = "key_too_short" if "shorter" in weak else "key_weak"
        raise InvalidInput([Fault(where=path.name, code=code, message=weak, hint=hint)])
    return keys


def _draft(path: Path, keys: list[bytes]) -> Path:
    """The keys in a file beside it, written to the disk whole."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(b"".join(key + b"\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
    return draft
