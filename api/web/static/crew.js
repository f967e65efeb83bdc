// Marks the stop that comes next by the phone's clock, on the day of the route only.
"use strict";
(() => {
  const list = document.getElementById("stops");
  const stops = [...list.querySelectorAll(".stop")];
  const toNext = document.getElementById("to-next");
  const mark = () => {
    const now = Date.now();
    const overAt = stops.map((stop) => Date.parse(stop.dataset.overAt));
    const isToday = now > overAt[0] - 12 * 3600 * 1000 && now <= overAt[overAt.length - 1];
    const next = isToday ? overAt.findIndex((time) => time > now) : -1;
    toNext.hidden = next < 0;
    if (next >= 0) toNext.href = `#${stops[next].id}`;
    stops.forEach((stop, index) => {
      stop.classList.toggle("next", index === next);
      stop.classList.toggle("done", index < next);
      stop.querySelector(".mark")?.remove();
      if (index <= next) {
        const text = document.createElement("span");
        text.className = "mark badge";
        text.textContent = index === next ? list.dataset.next : list.dataset.done;
        stop.querySelector(".when").append(" ", text);
      }
      if (index === next) stop.setAttribute("aria-current", "step");
      else stop.removeAttribute("aria-current");
    });
  };
  mark();
  setInterval(mark, 60 * 1000);
})();
