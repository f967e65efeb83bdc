"""The number of a letter, the address under which anybody can verify it, and that address as a QR code."""

import base64
import hashlib
import hmac

import segno

_PURPOSE = "visits/papers/letter-number/1"
_GROUPS = 7
_GROUP_LENGTH = 4
# Base32 with letters that nobody mistakes for another sign when they are read out: no I, L, O, U.
_TO_READABLE = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")


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
    digest = hmac.new(secret_key, message, hashlib.sha256).digest()
    signs = base64.b32encode(digest).decode().translate(_TO_READABLE)
    groups = (signs[start : start + _GROUP_LENGTH] for start in range(0, _GROUPS * _GROUP_LENGTH, _GROUP_LENGTH))
    return "-".join(groups)


def short_reference(number: str) -> str:
    """The first two groups of a letter's number: enough for the hotline, too little for the verification page."""
    return "-".join(number.split("-")[:2])


def verification_address(public_url: str, number: str) -> str:
    """Where the letter of this number is verified."""
    return f"{public_url}/verify/{number}"


def qr_modules(address: str) -> tuple[tuple[bool, ...], ...]:
    """The rows of the QR code of an address, without its quiet zone; True is dark."""
    code = segno.make_qr(address, error="m")
    return tuple(tuple(module == 1 for module in row) for row in code.matrix)
