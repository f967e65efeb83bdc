/*
 * Shows a visit together with the page around the map: ids of visits go to and fro, and no text of any person.
 */
(function () {
  "use strict";

  const { data, markers } = window.visits;
  if (window.parent === window || !data.isOverview) {
    return;
  }
  const keysOf = new Map(); // visit -> keys of its markers
  data.crews.forEach((crew) => crew.stops.forEach((stop) => stop.visit && keysOf.set(stop.visit, [stop.key])));
  data.leftOut.forEach((visit) =>
    keysOf.set(visit.visit, visit.places.map((place) => place.key).filter((key) => key !== null))
  );

  function show(visit) {
    document.querySelectorAll(".pin.linked").forEach((pin) => pin.classList.remove("linked"));
    (keysOf.get(visit) || []).forEach((key) => {
      const element = markers.has(key) ? markers.get(key).getElement() : null;
      if (element) {
        element.classList.add("linked");
      }
    });
  }

  function tell(visit) {
    show(visit);
    // Only our own pages may frame the map (frame-ancestors), and an id says nothing to anybody else.
    window.parent.postMessage({ kind: "visit-shown", visit: visit }, "*");
  }

  keysOf.forEach((keys, visit) =>
    keys.forEach((key) => {
      const element = markers.has(key) ? markers.get(key).getElement() : null;
      if (element) {
        ["mouseenter", "focus"].forEach((name) => element.addEventListener(name, () => tell(visit)));
        ["mouseleave", "blur"].forEach((name) => element.addEventListener(name, () => tell(null)));
      }
    })
  );
  window.addEventListener("message", (event) => {
    if (event.source === window.parent && event.data && event.data.kind === "show-visit") {
      show(event.data.visit);
    }
  });
})();
