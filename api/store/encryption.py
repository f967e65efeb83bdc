"""Encryption of stored fields that say something about a person, and an index to look them up by."""

import base64
import hmac
import unicodedata
from collections.abc import Sequence
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from scheduler.domain.errors import MissingResource

# One key per purpose: what another part of the service signs or encrypts cannot be passed off as a stored field.
_FIELDS = b"visits/store/fields/1"
_INDEX = b"visits/store/index/1"
_FINGERPRINT = b"visits/store/fingerprint/1"


class FieldCipher:
    """Seals and opens bytes; what an older key sealed still opens.

    Attributes:
        fingerprint: Tells the current key from others, and nothing about it.
    """

    def __init__(self, secret_keys: Sequence[bytes]) -> None:
        """Derive the keys.

        Args:
            secret_keys: The current key first, then older ones.
        """
        fields = [Fernet(base64.urlsafe_b64encode(derived(key, _FIELDS))) for key in secret_keys]
        self._fernet = MultiFernet(fields)
        self._current = fields[0]
        self._index_keys = [derived(key, _INDEX) for key in secret_keys]
        self.fingerprint = derived(secret_keys[0], _FINGERPRINT).hex()[:16]

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
                "What is stored cannot be opened with this secret key.",
                hint="Set VISITS_SECRET_KEY, or put secret.key back, as it was when it was stored.",
            ) from error

    def is_current(self, sealed: bytes) -> bool:
        """Whether the current key sealed this, and no older one."""
        try:
            self._current.decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def index(self, text: str) -> str:
        """What a text can be looked up by, without telling what it is: the same for the same text and current key.

        Full-width forms, case, spaces and dashes make no difference.
        """
        return self.indexes(text)[0]

    def indexes(self, text: str) -> tuple[str, ...]:
        """As `index`, with every key: while keys are exchanged, a row may still stand under an older one."""
        plain = unicodedata.normalize("NFKC", text).casefold()
        normal = "".join(sign for sign in plain if not sign.isspace() and sign != "-").encode()
        return tuple(hmac.new(key, normal, sha256).hexdigest() for key in self._index_keys)


def derived(secret_key: bytes, purpose: bytes) -> bytes:
    """A key of 32 bytes for one purpose."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret_key)
