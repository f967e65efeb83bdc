"""Encryption of stored fields that say something about a person."""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from scheduler.domain.errors import MissingResource

# One key per purpose: what another part of the service signs or encrypts cannot be passed off as a stored field.
_PURPOSE = b"visits/store/fields/1"


class FieldCipher:
    """Seals and opens bytes; what an older key sealed still opens."""

    def __init__(self, secret_keys: Sequence[bytes]) -> None:
        """Derive the keys.

        Args:
            secret_keys: The current key first, then older ones.
        """
        self._fernet = MultiFernet([Fernet(_derived(key)) for key in secret_keys])

    def seal(self, content: bytes) -> bytes:
        """Encrypt with the current key."""
        return self._fernet.encrypt(content)

    def open(self, sealed: bytes) -> bytes:
        """Decrypt.

        Raises:
            MissingResource: When none of the keys fits or the field was changed.
        """
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise MissingResource(
                "The stored plans cannot be opened with this secret key.",
                hint="Set VISITS_SECRET_KEY, or put secret.key back, as it was when they were stored.",
            ) from error


def _derived(secret_key: bytes) -> bytes:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret_key)
    return base64.urlsafe_b64encode(key)
