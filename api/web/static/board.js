// The plan board: visits are dragged, the service judges each move at once, and hovering links timeline, lists and map.
// Without this file every button of the board works as a form.
"use strict";
(() => {
  const form = document.getElementById("draft");
  const map = document.getElementById("board-map");
  const shown = document.getElementById("shown");
  const hint = shown.textContent;
  const DRAG_PIXELS = 6;
  let moves = 0; // only the answer to the newest move counts

  /* ---- one visit at a time is shown everywhere ---- */

  let linked = null;
  function link(visit, fromMap) {
    if (visit === linked) return;
    linked = visit;
    document.querySelectorAll(".linked").forEach((part) => part.classList.remove("linked"));
    const parts = visit ? document.querySelectorAll(`[data-visit="${CSS.escape(visit)}"]`) : [];
    parts.forEach((part) => part.classList.add("linked"));
    const button = [...parts].find((part) => part.matches("button.visit"));
    shown.textContent = button ? button.getAttribute("aria-label") : hint;
    // The map has no origin to name, hence the star; only our own page can be in the frame (frame-src).
    if (!fromMap) map.contentWindow.postMessage({ kind: "show-visit", visit: visit }, "*");
  }
  const visitOf = (event) => event.target.closest?.("[data-visit]")?.dataset.visit ?? null;
  document.querySelector("main").addEventListener("mouseover", (event) => link(visitOf(event), false));
  document.querySelector("main").addEventListener("focusin", (event) => link(visitOf(event), false));
  window.addEventListener("message", (event) => {
    if (event.source !== map.contentWindow || event.data?.kind !== "visit-shown") return;
    link(typeof event.data.visit === "string" ? event.data.visit : null, true);
  });

  /* ---- moves ---- */

  function put(html) {
    const answer = new DOMParser().parseFromString(html, "text/html");
    const focused = document.activeElement;
    const name = focused?.dataset?.visit;
    const isLane = Boolean(focused?.closest?.(".lane"));
    const field = focused?.getAttribute("name");
    answer.querySelectorAll("[id]").forEach((part) => {
      const old = document.getElementById(part.id);
      if (old && !part.parentElement.closest("[id]")) old.replaceWith(document.adoptNode(part));
    });
    if (document.contains(focused)) return;
    // Whoever works with the keyboard goes on where they were.
    const again =
      (isLane && name && document.querySelector(`.lane [data-visit="${CSS.escape(name)}"]:is(button)`)) ||
      (field && document.querySelector(`#draft-now [name="${CSS.escape(field)}"]:not([type="hidden"])`)) ||
      document.querySelector("#draft-now button, #draft-now select");
    again?.focus({ preventScroll: true });
  }

  function say(words, isBad) {
    const verdict = document.getElementById("verdict");
    const line = document.createElement("p");
    line.className = isBad ? "faults" : "quiet";
    line.textContent = words;
    verdict.replaceChildren(line);
  }

  async function send(fields) {
    const move = ++moves;
    fields.set("part", "1");
    say(form.dataset.judging, false);
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields) });
      if (!answer.ok) throw new Error("refused");
      const html = await answer.text();
      if (move === moves) put(html);
    } catch {
      if (move === moves) say(form.dataset.failed, true);
    }
  }

  form.addEventListener("submit", (event) => {
    if (event.submitter?.dataset.save !== undefined) return;
    event.preventDefault();
    const fields = new FormData(form, event.submitter);
    const isChoice = event.submitter?.name === "visit";
    send(fields).then(() => {
      if (isChoice) document.querySelector(".chosen select")?.focus();
    });
  });

  /* ---- dragging ---- */

  let drag = null;

  function laneUnder(event) {
    return document.elementFromPoint(event.clientX, event.clientY)?.closest(".lane, [data-out]") ?? null;
  }

  function positionAt(lane, event, visit) {
    const others = [...lane.querySelectorAll("button.visit")].filter((one) => one.dataset.visit !== visit);
    const middleOf = (one) => {
      const box = one.getBoundingClientRect();
      return box.left + box.width / 2;
    };
    return others.filter((one) => middleOf(one) < event.clientX).length + 1;
  }

  function begin(event) {
    const ghost = drag.button.cloneNode(true);
    ghost.className = "visit ghost";
    ghost.removeAttribute("form");
    ghost.setAttribute("aria-hidden", "true");
    ghost.tabIndex = -1;
    document.body.append(ghost);
    drag.ghost = ghost;
    drag.button.classList.add("lifted");
    drag.button.setPointerCapture(event.pointerId);
  }

  function end() {
    drag?.ghost?.remove();
    drag?.button.classList.remove("lifted");
    document.querySelectorAll(".target").forEach((lane) => lane.classList.remove("target"));
    drag = null;
  }

  document.addEventListener("pointerdown", (event) => {
    const button = event.target.closest?.("button[data-drag]");
    if (!button || event.button !== 0) return;
    drag = { button: button, x: event.clientX, y: event.clientY, ghost: null };
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.ghost) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < DRAG_PIXELS) return;
      begin(event);
    }
    drag.ghost.style.left = `${event.clientX}px`;
    drag.ghost.style.top = `${event.clientY}px`;
    const lane = laneUnder(event);
    document.querySelectorAll(".target").forEach((one) => one !== lane && one.classList.remove("target"));
    lane?.classList.add("target");
  });
  document.addEventListener("pointerup", (event) => {
    if (!drag?.ghost) {
      drag = null;
      return;
    }
    const { button } = drag;
    const visit = button.dataset.visit;
    const lane = laneUnder(event);
    const from = button.closest(".lane");
    end();
    // The click that follows belongs to the drag; where none follows, the next one is the user's.
    const swallow = (click) => {
      click.preventDefault();
      click.stopPropagation();
    };
    window.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => window.removeEventListener("click", swallow, { capture: true }), 0);
    if (!lane) return;
    const fields = new FormData(form);
    fields.set("visit", visit);
    for (const name of ["crew", "position", "place", "time"]) fields.delete(name);
    if (lane.dataset.out !== undefined) {
      if (!from) return;
      fields.set("act", "leave_out");
    } else {
      const position = positionAt(lane, event, visit);
      const order = [...lane.querySelectorAll("button.visit")].map((one) => one.dataset.visit);
      if (lane === from && order.indexOf(visit) + 1 === position) return;
      fields.set("act", "move");
      fields.set("crew", lane.dataset.crew);
      fields.set("position", String(position));
    }
    send(fields);
  });
  document.addEventListener("pointercancel", end);
  document.addEventListener("keydown", (event) => event.key === "Escape" && drag && end());

  /* ---- what would make it fit ---- */

  document.addEventListener("click", async (event) => {
    const asked = event.target.closest?.("a[data-fit]");
    if (!asked || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const place = document.getElementById(asked.dataset.fit);
    place.setAttribute("aria-busy", "true");
    const answer = await fetch(`${asked.href}?part=1`).catch(() => null);
    place.removeAttribute("aria-busy");
    if (!answer?.ok) {
      location.href = asked.href;
      return;
    }
    const parts = new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes;
    place.replaceChildren(...[...parts].map((part) => document.adoptNode(part)));
    place.tabIndex = -1;
    place.focus();
  });

  // The judge lays the plan out before the first move is made; nobody waits for the answer.
  const first = new FormData(form);
  first.set("part", "1");
  navigator.sendBeacon(form.action, new URLSearchParams(first));
})();
