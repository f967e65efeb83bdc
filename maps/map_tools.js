/*
 * Tools of the page: a search in the list, the hour of the day, the phone's own position, paper.
 */
(function () {
  "use strict";

  const STEP_MINUTES = 5;
  const POSITION_SECONDS = 20;

  const { data, labels, map, make, makeButton } = window.visits;
  const list = document.getElementById("route-list");
  const tools = list.querySelector(".tools");

  /* ---- search ---- */

  function holds(element, wanted) {
    return element !== null && element.textContent.toLowerCase().includes(wanted);
  }

  /** Hides what does not hold the words; a crew that is found by its own name keeps all its stops. */
  function search(wanted) {
    let found = 0;
    list.classList.toggle("searching", wanted !== "");
    list.querySelectorAll(".crew, .left-out").forEach((section) => {
      const isWhole = holds(section.querySelector("h2"), wanted) || holds(section.querySelector(".people"), wanted);
      let inside = 0;
      section.querySelectorAll(".stop").forEach((stop) => {
        const isFound = isWhole || holds(stop, wanted);
        stop.hidden = !isFound;
        inside += isFound ? 1 : 0;
      });
      section.classList.toggle("found-by-stop", !isWhole && inside > 0);
      section.hidden = !isWhole && inside === 0;
      found += section.hidden ? 0 : 1;
    });
    list.querySelector(".nothing-found").hidden = found > 0 || wanted === "";
  }

  function addSearch() {
    const field = make("input", "search");
    field.type = "search";
    field.placeholder = labels.search;
    field.setAttribute("aria-label", labels.search);
    field.autocomplete = "off";
    field.addEventListener("input", () => search(field.value.trim().toLowerCase()));
    const nothing = make("p", "hint nothing-found", labels.nothing_found);
    nothing.hidden = true;
    nothing.setAttribute("role", "status");
    tools.prepend(field, nothing);
  }

  /* ---- the hour of the day ---- */

  function clockOf(minutes) {
    const pad = (number) => String(number).padStart(2, "0");
    return pad(Math.floor(minutes / 60) % 24) + ":" + pad(minutes % 60);
  }

  function addClock() {
    const clocks = data.crews.flatMap((crew) => crew.stops.map((stop) => stop.clock));
    const slider = make("input", "clock-slider");
    slider.type = "range";
    slider.min = Math.floor(Math.min(...clocks.map((clock) => clock[0])) / STEP_MINUTES) * STEP_MINUTES;
    slider.max = Math.ceil(Math.max(...clocks.map((clock) => clock[2])) / STEP_MINUTES) * STEP_MINUTES;
    slider.step = STEP_MINUTES;
    slider.value = slider.max;
    slider.setAttribute("aria-label", labels.time_of_day);
    const shown = make("output", "clock-shown", labels.whole_day);
    const whole = makeButton("clock-whole", () => show(null), labels.whole_day);

    function show(minute) {
      shown.textContent = minute === null ? labels.whole_day : clockOf(minute);
      slider.setAttribute("aria-valuetext", shown.textContent);
      whole.hidden = minute === null;
      if (minute === null) {
        slider.value = slider.max;
      }
      window.visits.showMinute(minute);
    }

    slider.addEventListener("input", () => show(Number(slider.value)));
    whole.hidden = true;
    tools.prepend(make("div", "clock", shown, slider, whole));
  }

  /* ---- where am I: asked on a tap only, drawn here, sent nowhere ---- */

  const here = L.layerGroup().addTo(map);
  let status = null;

  function showPosition(latitude, longitude, accuracy) {
    const at = L.latLng(latitude, longitude);
    here.clearLayers();
    here.addLayer(L.circle(at, { radius: accuracy, className: "here-around", interactive: false }));
    here.addLayer(L.circleMarker(at, { radius: 8, className: "here", interactive: false }));
    status.textContent = labels.you_are_here;
    window.visits.fit(Array.from(window.visits.markers.keys()), at);
  }

  function takeAnswer(answer) {
    if ([answer.latitude, answer.longitude, answer.accuracy].every(Number.isFinite)) {
      showPosition(answer.latitude, answer.longitude, answer.accuracy);
    } else {
      status.textContent = labels.position_unknown;
    }
  }

  /** A page in a sandboxed frame has no position of its own: the page around it asks the browser and hands it in. */
  function askPosition() {
    status.textContent = labels.position_asked;
    if (window.parent !== window) {
      window.parent.postMessage({ kind: "ask-position" }, "*");
      return;
    }
    navigator.geolocation.getCurrentPosition(
      (position) => takeAnswer(position.coords),
      () => takeAnswer({}),
      { enableHighAccuracy: true, maximumAge: 10000, timeout: POSITION_SECONDS * 1000 }
    );
  }

  function addPosition() {
    status = make("p", "position-status");
    status.setAttribute("role", "status");
    const button = makeButton("position-button", askPosition, labels.where_am_i);
    const bar = make("div", "position", button, status);
    L.DomEvent.disableClickPropagation(bar);
    document.querySelector("main").append(bar);
    window.addEventListener("message", (event) => {
      if (event.source === window.parent && event.data && event.data.kind === "position") {
        takeAnswer(event.data);
      }
    });
  }

  if (data.attributions.length > 0) {
    document.querySelector("main").append(make("p", "attribution", data.attributions.join(" · ")));
  }
  if (tools && data.crews.length > 0) {
    if (!data.severalDays) {
      addClock();
    }
    addSearch();
  }
  if (!data.isOverview) {
    addPosition();
  }
  window.addEventListener("beforeprint", () => {
    list.querySelector(".legend").open = true;
    map.invalidateSize({ animate: false }); // on paper the map has another size than on the screen
  });
})();
