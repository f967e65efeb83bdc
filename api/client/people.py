"""Collectors, their shifts and offices; users and the keys of programs."""

from collections.abc import Iterator

from api.client.asking import Asker, Document, Found, at, etag


class PeopleCalls(Asker):
    """Asks about people."""

    def collectors(self, *, state: str | None = None) -> Iterator[Found]:
        """The collectors: `here`, `left`, or both unless given; names are masked."""
        return self._pages("collectors", "collectors", state=state)

    def collector(self, collector_id: str) -> Found:
        """One collector."""
        return self._get(at("collectors", collector_id))

    def add_collector(self, collector: Document) -> Found:
        """Add a collector; see `CollectorIn` in the service's description."""
        return self._post(at("collectors"), collector)

    def change_collector(self, collector_id: str, changes: Document, *, rev: int) -> Found:
        """Change a collector; what is left out stays."""
        return self._patch(at("collectors", collector_id), changes, rev=rev)

    def photo(self, collector_id: str) -> bytes:
        """A collector's photo, as it was kept."""
        return self.ask("GET", at("collectors", collector_id, "photo")).content

    def set_photo(self, collector_id: str, photo: bytes, *, rev: int) -> None:
        """Keep a photo, a PNG or a JPEG."""
        kind = "image/png" if photo.startswith(b"\x89PNG") else "image/jpeg"
        path = at("collectors", collector_id, "photo")
        self.ask("PUT", path, body=photo, If_Match=etag(rev), Content_Type=kind)

    def shifts(self, *, day: str | None = None) -> Iterator[Found]:
        """The shifts, of one day if given."""
        return self._pages("shifts", "shifts", day=day)

    def shift(self, shift_id: str) -> Found:
        """One shift."""
        return self._get(at("shifts", shift_id))

    def add_shift(self, shift: Document) -> Found:
        """Add a shift; see `ShiftIn` in the service's description."""
        return self._post(at("shifts"), shift)

    def change_shift(self, shift_id: str, changes: Document, *, rev: int) -> Found:
        """Change a shift; what is left out stays."""
        return self._patch(at("shifts", shift_id), changes, rev=rev)

    def delete_shift(self, shift_id: str, *, rev: int) -> None:
        """Take a shift back."""
        self._change("DELETE", at("shifts", shift_id), rev=rev)

    def offices(self) -> Iterator[Found]:
        """Where shifts start and end."""
        return self._pages("offices", "offices")

    def add_office(self, office: Document) -> Found:
        """Add an office; see `OfficeIn` in the service's description."""
        return self._post(at("offices"), office)

    def change_office(self, office_id: str, changes: Document, *, rev: int) -> Found:
        """Change an office; what is left out stays."""
        return self._patch(at("offices", office_id), changes, rev=rev)

    def me(self) -> Found:
        """Who asks."""
        return self._get(at("me"))

    def users(self) -> Iterator[Found]:
        """The users, by their ids."""
        return self._pages("users", "users", after="after", then="next")

    def user(self, user_id: str) -> Found:
        """One user."""
        return self._get(at("users", user_id))

    def add_user(self, user: Document) -> Found:
        """Add a user; see `NewUser` in the service's description."""
        return self._post(at("users"), user)

    def change_user(self, user_id: str, changes: Document, *, rev: int) -> Found:
        """Change, disable or enable a user; what is left out stays."""
        return self._patch(at("users", user_id), changes, rev=rev)

    def tokens(self) -> Iterator[Found]:
        """The keys of programs, without their secrets."""
        return self._pages("tokens", "tokens", after="after", then="next")

    def add_token(self, user_id: str, name: str, *, days: int = 90) -> Found:
        """Make a key for a program; its `secret` is told once."""
        return self._post(at("tokens"), {"user_id": user_id, "name": name, "days": days})

    def revoke_token(self, token_id: str) -> None:
        """End a key."""
        self._change("DELETE", at("tokens", token_id))
