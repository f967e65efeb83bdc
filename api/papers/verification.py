"""The number of a letter, the address under which anybody can verify it, and that address as a QR code."""

import base64
import hashlib
import hmac
import secrets
import unicodedata

import segno

_PURPOSE = "visits/papers/letter-number/1"
_GROUPS = 7
_GROUP_LENGTH = 4
# Base32 with letters that nobody mistakes for another sign when they are read out: no I, L, O, U.
_TO_READABLE = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")

_AS_MEANT = str.maketrans("ILOU", "110V")


def letter_number(secret_key: bytes, plan_id: str, visit_id: str) -> str:
    """The number of the letter for a visit of a plan: the same each time, and not to be guessed without the key.

    It says nothing about a person, a day or an order, so it may stand in an address that bystanders see.

    Args:
        secret_key: The operator's.
        plan_id: The plan; papers take `plan_sha256`, so that every change of the plan makes new letters.
        visit_id: The visit.

    Returns:
        140 bits as seven groups of four signs.
    """
    message = "\0".join((_PURPOSE, plan_id, visit_id)).encode()
    return _printed(hmac.new(secret_key, message, hashlib.sha256).digest())


def new_letter_number() -> str:
    """A number for a letter that is kept, of the same shape: random, so that no two are the same."""
    return _printed(secrets.token_bytes(32))


def read_number(typed: str) -> str:
    """A number as it is printed, from what a person typed: signs that are easily mistaken are forgiven."""
    signs = [sign for sign in unicodedata.normalize("NFKC", typed).upper() if sign.isalnum()]
    plain = "".join(signs[: _GROUPS * _GROUP_LENGTH]).translate(_AS_MEANT)
    return "-".join(plain[start : start + _GROUP_LENGTH] for start in range(0, len(plain), _GROUP_LENGTH))


def _printed(digest: bytes) -> str:
    signs = base64.b32encode(digest).decode().translate(_TO_READABLE)
    groups = (signs[start : start + _GROUP_LENGTH] for start in range(0, _GROUPS * _GROUP_LENGTH, _GROUP_LENGTH))
    return "-".join(groups)


def short_reference(number: str) -> str:
    """The first two groups of a letter's number: enough for the hotline, too little for the verification page."""
    return "-".join(number.split("-")[:2])


def verification_address(public_url: str, number: str) -> str:
    """Where the letter of this number is verified; what stands behind # is never sent to a server by itself."""
    return f"{public_url}/verify#{number}"


def qr_modules(address: str) -> tuple[tuple[bool, ...], ...]:
    """The rows of the QR code of an address, without its quiet zone; True is dark."""
    code = segno.make_qr(address, error="m")
    return tuple(tuple(module == 1 for module in row) for row in code.matrix)
