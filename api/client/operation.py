"""For who keeps the service running: events and webhooks, how long data are kept, and how it is."""

from collections.abc import Iterator, Sequence

from api.client.asking import Asker, Found, at, given

_A_PAGE = 100


class OperationCalls(Asker):
    """Asks about the service."""

    def events(self, *, after: int = 0) -> Iterator[Found]:
        """What happened after the event of a number, in order, none left out, up to now; ask again for more."""
        while True:
            page = self._list(at("events", after=after, limit=_A_PAGE), "events")
            yield from page
            if len(page) < _A_PAGE:
                return
            after = page[-1]["sequence"]

    def webhooks(self) -> list[Found]:
        """All webhooks."""
        return self._list(at("webhooks"), "webhooks")

    def webhook(self, webhook_id: str) -> Found:
        """One webhook."""
        return self._get(at("webhooks", webhook_id))

    def add_webhook(self, url: str, kinds: Sequence[str] = ()) -> Found:
        """Have events sent to an address: the webhook, and the secret that signs messages, told once.

        Args:
            url: Where to.
            kinds: Which events; all unless given.
        """
        return self._post(at("webhooks"), {"url": url, "kinds": [*kinds]})

    def change_webhook(
        self, webhook_id: str, *, rev: int, kinds: Sequence[str] | None = None, is_enabled: bool | None = None
    ) -> Found:
        """Change which events a webhook sends, or switch it off or on."""
        changes = given(kinds=None if kinds is None else [*kinds], enabled=is_enabled)
        return self._patch(at("webhooks", webhook_id), changes, rev=rev)

    def audit(
        self, *, actor: str | None = None, action: str | None = None, subject: str | None = None
    ) -> Iterator[Found]:
        """The audit trail, the newest row first.

        Args:
            actor: A user's id, or `system`.
            action: What was done; with a dot at its end everything of that kind.
            subject: To what, as `plan:ID`.
        """
        return self._pages("audit", "rows", actor=actor, action=action, subject=subject)

    def rule_packs(self) -> list[Found]:
        """All rule packs, and which of them judge the lender's plans."""
        return self._list(at("rule-packs"), "rule_packs")

    def rule_pack(self, name: str, *, language: str = "en") -> Found:
        """The rules of a pack in words, the newest version first."""
        return self._get(at("rule-packs", name, language=language))

    def retention(self) -> list[Found]:
        """How long each kind of data is kept."""
        return self._list(at("retention"), "kinds")

    def change_retention(self, kind: str, days: int, reason: str) -> Found:
        """Keep a kind of data for another time; for a longer one a compliance officer has to say yes."""
        return self._change("PUT", at("retention", kind), {"days": days, "reason": reason})

    def status(self) -> Found:
        """How the service is: whether it was restored, and how long jobs wait."""
        return self._get(at("status"))
