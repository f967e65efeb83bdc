"""The layers of one visit as lines of text: law, borrower, place, shifts, and what they have in common."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scheduler.domain.plan import Reason
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Place, Visit
from scheduler.rules.decision import Decision, RuleReason
from scheduler.wording import reason_sentence

if TYPE_CHECKING:  # importing the planner takes OR-Tools with it
    from scheduler.layers import Bound, CommonWindow, CrewLayer, PlaceLayers


@dataclass(frozen=True, kw_only=True)
class LayerLines:
    """Puts layers in words.

    Attributes:
        problem: For the zone and the packs.
        visit: The visit.
        words: Of the language.
        language: `en` or `zh-CN`.
    """

    problem: Problem
    visit: Visit
    words: Mapping[str, str]
    language: str

    def of(self, places: "Sequence[PlaceLayers]") -> list[str]:
        """Five numbered layers with a line or more for each place."""
        own = {place.id: place for place in self.visit.places}
        pairs = [(own[layers.place_id], layers) for layers in places]
        packs = self.words["join"].join(self.problem.rule_packs) or self.words["no_law"]
        return [
            self.words["law"].format(packs=packs),
            *self._indented(line for place, layers in pairs for line in self._law(place, layers)),
            self.words["borrower"],
            *self._indented(line for place, layers in pairs for line in self._borrower(place, layers)),
            self.words["places"],
            *self._indented(self._place(place) for place, _ in pairs),
            self.words["shifts"],
            *self._indented(self._shift(layers, crew) for _, layers in pairs for crew in layers.crews),
            self.words["common"],
            *self._indented(line for _, layers in pairs for line in self._common(layers)),
        ]

    def reason(self, who: str, reason: Reason) -> str:
        """What stands against a visit with a crew, or with all of them."""
        rule = self._rule((reason.rule_id,) if reason.rule_id else ())
        return self._named(who, self._named(reason.code.value, reason_sentence(reason, self.language) + rule))

    def _law(self, place: Place, layers: "PlaceLayers") -> list[str]:
        """The decision of the law about one place, and a line more for each rule that says no."""
        if layers.law_reasons:
            return self._refused(place, layers.law_reasons, layers.decision)
        conditions = self._conditions(layers)
        return [self._named(self._title(place), self.words["join"].join(conditions))]

    def _conditions(self, layers: "PlaceLayers") -> list[str]:
        decision, words = layers.decision, self.words
        hours = words["any_hour"] if layers.law_windows is None else self._windows(layers.law_windows)
        parts = [words["allowed"], hours + self._rule(layers.law_rule_ids)]
        if decision.crew_minimum > 1:
            rule = self._rule((decision.crew_rule_id,) if decision.crew_rule_id else ())
            parts.append(words["crew_minimum"].format(count=decision.crew_minimum, rule=rule))
        parts += [
            words["qualification"].format(code=needed.code, rule=self._rule((needed.rule_id,)))
            for needed in decision.qualifications
        ]
        return parts

    def _borrower(self, place: Place, layers: "PlaceLayers") -> list[str]:
        if self.visit.case is None:
            return [self._named(self._title(place), self.words["no_case"])]
        reasons, only = layers.borrower_reasons, [*self._only(layers.decision), *self._overridden(layers.decision)]
        if reasons:
            return [*self._refused(place, reasons, layers.decision), *(f"   {line}" for line in only)]
        return [self._named(self._title(place), line) for line in only or [self.words["no_objection"]]]

    def _only(self, decision: Decision) -> list[str]:
        """Whom a notice named, when only they may come."""
        if decision.collector_ids is None:
            return []
        rule = self._rule((decision.collectors_rule_id,) if decision.collectors_rule_id else ())
        names = self.words["join"].join(sorted(decision.collector_ids))
        return [self.words["only"].format(collectors=names, rule=rule)]

    def _overridden(self, decision: Decision) -> list[str]:
        """Which rules of the house an exception sets aside."""
        rule_ids = decision.overridden_rule_ids
        return [self.words["overridden"].format(rules=self.words["join"].join(rule_ids))] if rule_ids else []

    def _refused(self, place: Place, reasons: Sequence[RuleReason], decision: Decision) -> list[str]:
        on_all_days = any(one in decision.reasons for one in reasons)
        verdict = self.words["denied" if on_all_days else "some_days"]
        return [self._named(self._title(place), verdict), *(f"   {self._sentence(one)}" for one in reasons)]

    def _sentence(self, reason: RuleReason) -> str:
        sentence = self._named(reason.rule_id, reason.zh if self.language == "zh-CN" else reason.en)
        return (
            sentence if reason.until is None else sentence + self._aside(self.words["until"].format(day=reason.until))
        )

    def _place(self, place: Place) -> str:
        line = self._named(place.id, self._windows(place.time_windows))
        if place.preference_penalty:
            seconds = f"{place.preference_penalty.total_seconds():.0f}"
            line += self._aside(self.words["penalty"].format(seconds=seconds))
        return line

    def _shift(self, layers: "PlaceLayers", crew: "CrewLayer") -> str:
        who = self._who(layers, crew)
        if crew.is_pinned_elsewhere:
            return self._named(who, self.words["pinned_elsewhere"])
        return self._named(who, self._windows([crew.working])) if crew.reason is None else self.reason(who, crew.reason)

    def _common(self, layers: "PlaceLayers") -> list[str]:
        lines = [
            self._named(self._who(layers, crew), self._window(common.window) + self._bounds(common))
            for crew in layers.crews
            for common in crew.common
        ]
        return lines or [self._named(layers.place_id, self.words["no_window"])]

    def _bounds(self, common: "CommonWindow") -> str:
        ends = (("from_bound", common.start_bounds), ("to_bound", common.end_bounds))
        return self._aside(
            self.words["stop"].join(
                self._named(self.words[key], self.words["join"].join(map(self._bound, bounds))) for key, bounds in ends
            )
        )

    def _bound(self, bound: "Bound") -> str:
        return self.words[f"bound_{bound.layer.value}"].format(id=bound.id)

    def _who(self, layers: "PlaceLayers", crew: "CrewLayer") -> str:
        return self.words["join"].join((layers.place_id, crew.shift_id))

    def _title(self, place: Place) -> str:
        return place.id + self._aside(self.words[place.kind.value])

    def _named(self, name: str, what: str) -> str:
        return f"{name}{self.words['colon']}{what}"

    def _aside(self, what: str) -> str:
        return f"{self.words['open']}{what}{self.words['close']}"

    def _rule(self, rule_ids: Sequence[str]) -> str:
        return self._aside(self.words["join"].join(rule_ids)) if rule_ids else ""

    def _windows(self, windows: Sequence[TimeWindow]) -> str:
        return self.words["join"].join(map(self._window, windows)) or self.words["no_window"]

    def _window(self, window: TimeWindow) -> str:
        start, end = (one.astimezone(self.problem.time_zone) for one in (window.earliest_start, window.latest_end))
        last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
        return f"{start:%Y-%m-%d %H:%M}-{last}"

    @staticmethod
    def _indented(lines: Iterator[str]) -> Iterator[str]:
        return (f"   {line}" for line in lines)
