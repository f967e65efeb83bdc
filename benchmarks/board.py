"""`python -m benchmarks.board`: how fast the plan board is with 40 crews of 12 stops, in a browser too."""

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import click
from flask.testing import FlaskClient
from playwright.sync_api import sync_playwright

from api import current
from api.app import create_app
from api.settings import Settings
from api.store import PlanStore, sessions, users
from benchmarks.board_day import LargeDay, a_large_day
from benchmarks.load import a_service
from benchmarks.proof import put_section

_CHROMIUM = "/usr/bin/chromium"
_WAIT_MS = 120_000
# Lets a dragged bar go over the lane below, and tells after how many milliseconds the verdict stands there.
_DROP = """async ([number]) => {
  const lanes = [...document.querySelectorAll(".lane")];
  const bar = lanes[number % 4].querySelectorAll("button.visit")[number % 5];
  const box = bar.getBoundingClientRect();
  const lane = lanes[(number + 1) % 4].querySelector("svg.lane-day").getBoundingClientRect();
  const at = (x, y) => ({ bubbles: true, clientX: x, clientY: y, button: 0, pointerId: 1, isPrimary: true });
  bar.setPointerCapture = () => {};
  bar.dispatchEvent(new PointerEvent("pointerdown", at(box.x + 2, box.y + 2)));
  document.dispatchEvent(new PointerEvent("pointermove", at(box.x + 40, box.y + 40)));
  const before = document.getElementById("draft-now");
  const begun = performance.now();
  document.dispatchEvent(new PointerEvent("pointerup", at(lane.x + lane.width * 0.4, lane.y + lane.height / 2)));
  await new Promise((done) => {
    const wait = () => (document.getElementById("draft-now") === before ? requestAnimationFrame(wait) : done());
    wait();
  });
  return performance.now() - begun;
}"""
_HEAD = """A plan of {crews} crews with {stops} stops each on its plan board. On the server, in process: the
median of {rounds} answers, and the processor time that one took. In a browser: the real service and Chromium on
the same cores, from asking for the page until every lane is there, and from letting a dragged visit go until the
verdict is shown. The first verdict of a plan also lays the plan out; the board asks for that when it opens.

| What | ms | of processor | Aim | Reached |
|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured time; `aim_ms` None for what nobody promised, `cpu_ms` None in another process."""

    name: str
    ms: float
    cpu_ms: float | None
    aim_ms: int | None

    @property
    def row(self) -> str:
        """Of the table."""
        reached = "" if self.aim_ms is None else ("yes" if self.ms <= self.aim_ms else "no")
        aim = "" if self.aim_ms is None else f"≤ {self.aim_ms}"
        cpu = "" if self.cpu_ms is None else f"{self.cpu_ms:.0f}"
        return f"| {self.name} | {self.ms:.0f} | {cpu} | {aim} | {reached} |"


@click.command()
@click.option("--crews", default=40, show_default=True)
@click.option("--stops", default=12, show_default=True)
@click.option("--rounds", default=11, show_default=True)
@click.option("--into", type=click.Path(path_type=Path), default=Path("docs/proof.md"), show_default=True)
def main(crews: int, stops: int, rounds: int, into: Path) -> None:
    """Measure, print, and write the section."""
    day = a_large_day(crews, stops)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(data_dir=folder / "var")
        plan_id, token, session = _prepared(settings, day)
        figures = [
            *_on_the_server(settings, day, plan_id, token, rounds),
            *_in_a_browser(settings, folder, plan_id, session, rounds),
        ]
    rows = [figure.row for figure in figures]
    click.echo("\n".join(rows))
    put_section(into, "Plan board", _HEAD.format(crews=crews, stops=stops, rounds=rounds) + "\n".join(rows))


def _prepared(settings: Settings, day: LargeDay) -> tuple[str, str, str]:
    """The plan's id, and a token and a session of a dispatcher."""
    now = datetime.now(UTC)  # noqa: TID251 - the token must hold for the service's own clock
    with closing(PlanStore(settings)) as store:
        plan_id = store.save(day.problem, day.plan, {})
        with store.database.writing(store.scope, now) as unit:
            user = users.add(unit, login="board", role="dispatcher", name="", branch_id=store.scope.branch_id)
            token = users.add_token(unit, user, name="board", life=timedelta(hours=1))
            session = sessions.start(unit, user, life=timedelta(hours=1), way="password")
    return plan_id, token, session


def _on_the_server(settings: Settings, day: LargeDay, plan_id: str, token: str, rounds: int) -> list[Figure]:
    app = create_app(settings)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    moves = [_move(day, number) for number in range(rounds)]
    try:
        return [
            _figure("the board, first time", [partial(_get, client, plan_id)], None),
            _figure("the board", [partial(_get, client, plan_id)] * rounds, 200),
            _figure("the first verdict", [partial(_judged, client, plan_id, moves[0])], None),
            _figure(
                "a verdict, for a program (`edits/judge`)",
                [partial(_judged, client, plan_id, move) for move in moves],
                300,
            ),
            _figure("a verdict, for the board", [partial(_turned, client, plan_id, move) for move in moves], 300),
        ]
    finally:
        current.close(app)


def _move(day: LargeDay, number: int) -> dict[str, object]:
    """A visit from the middle of one crew's route to that of another crew."""
    routes = day.plan.routes
    visit_id = routes[number % len(routes)].visit_ids[5]
    return {"visit_id": visit_id, "shift_id": routes[(number + 7) % len(routes)].shift_id, "position": 3}


def _get(client: FlaskClient, plan_id: str) -> None:
    answer = client.get(f"/plans/{plan_id}/board")
    if answer.status_code != 200 or answer.text.count('class="visit"') < 100:
        raise click.ClickException("the board is not shown")


def _judged(client: FlaskClient, plan_id: str, move: dict[str, object]) -> None:
    answer = client.post(f"/api/v1/plans/{plan_id}/edits/judge", json={"edits": [{"kind": "place", **move}]})
    if answer.status_code != 200 or not json.loads(answer.text)["routes"]:
        raise click.ClickException("there is no verdict")


def _turned(client: FlaskClient, plan_id: str, move: dict[str, object]) -> None:
    # At another position than for programs: what was judged before is not judged again.
    fields = {"act": "move", "visit": move["visit_id"], "crew": move["shift_id"], "position": "2", "part": "1"}
    answer = client.post(f"/plans/{plan_id}/board", data=fields)
    if answer.status_code != 200 or 'id="verdict"' not in answer.text:
        raise click.ClickException("there is no verdict")


def _in_a_browser(settings: Settings, folder: Path, plan_id: str, session: str, rounds: int) -> list[Figure]:
    with a_service(settings, folder) as port, sync_playwright() as playwright:
        origin = f"http://127.0.0.1:{port}"
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "visits", "value": session, "url": origin}])
        page = context.new_page()
        page.set_default_timeout(_WAIT_MS)
        views = []
        for _ in range(3):
            views.append(_ms(lambda: page.goto(f"{origin}/plans/{plan_id}/board?lang=en", wait_until="commit")))
            views[-1] += _ms(lambda: page.locator(".lane-list").last.wait_for(state="attached"))
        page.frame_locator("#board-map").locator(".pin").first.wait_for()
        drags = [float(page.evaluate(_DROP, [number])) for number in range(rounds)]
        browser.close()
    return [
        Figure(name="the board in a browser, first time", ms=views[0], cpu_ms=None, aim_ms=2000),
        Figure(name="the board in a browser", ms=statistics.median(views[1:]), cpu_ms=None, aim_ms=2000),
        Figure(name="the verdict on a drag, in a browser", ms=statistics.median(drags), cpu_ms=None, aim_ms=300),
    ]


def _figure(name: str, things: list[Callable[[], object]], aim_ms: int | None) -> Figure:
    walls, processors = [], []
    for thing in things:
        begun = time.process_time()
        walls.append(_ms(thing))
        processors.append((time.process_time() - begun) * 1000)
    return Figure(name=name, ms=statistics.median(walls), cpu_ms=statistics.median(processors), aim_ms=aim_ms)


def _ms(thing: Callable[[], object]) -> float:
    begun = time.perf_counter()
    thing()
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()
