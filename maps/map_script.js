/*
 * Writes the texts onto the map that Folium drew: popups, the list of routes, the legend.
 * Every text comes from the JSON block and goes through textContent, so none of it can become markup or code.
 */
(function () {
  "use strict";

  const DENSE_PINS = 60; // with more pins than this, an unselected map far out shows dots instead of numbers
  const DENSE_ZOOM = 13;

  const data = JSON.parse(document.getElementById("visit-texts").textContent);
  const labels = data.labels;
  const map = window.map_visits;
  const list = document.getElementById("route-list");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const wide = window.matchMedia("(min-width: 800px)");

  const markers = new Map(); // stop key -> Leaflet marker
  const crewOfMarker = new Map(); // stop key -> crew key
  const lines = []; // {crew, layer}
  const crewParts = new Map(); // crew key -> {section, button}
  const stopParts = new Map(); // stop key -> list item
  let isFitted = false;
  let selectedCrew = null;
  let showAllButton = null;

  function make(tag, className, ...children) {
    const element = document.createElement(tag);
    if (className) {
      element.className = className;
    }
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  }

  function makeButton(className, onPress, ...children) {
    const button = make("button", className, ...children);
    button.type = "button";
    button.addEventListener("click", onPress);
    return button;
  }

  function makeLinks(urls) {
    if (!urls || urls.length === 0) {
      return null;
    }
    const row = make("p", "links");
    urls.forEach((url, index) => {
      const link = make("a", "link-button", data.providers[index]);
      link.href = url;
      link.target = "_blank";
      link.rel = "noopener noreferrer";
      link.referrerPolicy = "no-referrer";
      link.setAttribute("aria-label", labels.navigate + ": " + data.providers[index]);
      row.append(link);
    });
    return row;
  }

  function makeLine(className, text) {
    return text ? make("p", className, text) : null;
  }

  function makeDetails(stop) {
    return make(
      "div",
      "details",
      makeLine("kind kind-" + stop.kind, stop.kind ? labels[stop.kind] : null),
      makeLine("address", stop.address),
      makeLine("note", stop.note),
      makeLine("reason", stop.reason),
      makeLinks(stop.links)
    );
  }

  function makePopup(heading, stop) {
    return make("div", "visit-popup", make("h3", "", heading), makeLine("name", stop.name), makeDetails(stop));
  }

  function headingOf(crew, stop) {
    return [data.isOverview ? crew.title : null, labels.visit + " " + stop.number, stop.time].filter(Boolean).join(" · ");
  }

  function bindPopup(key, heading, stop) {
    const marker = markers.get(key);
    if (!marker) {
      return;
    }
    const height = Math.max(140, map.getContainer().clientHeight - 70);
    marker.bindPopup(() => makePopup(heading, stop), { maxWidth: 280, minWidth: 180, maxHeight: height });
    const element = marker.getElement();
    if (element) {
      element.setAttribute("aria-label", [heading, stop.name].filter(Boolean).join(", "));
    }
  }

  function collectLayers() {
    map.eachLayer((layer) => {
      if (layer.options.stopKey !== undefined) {
        markers.set(layer.options.stopKey, layer);
      } else if (layer.options.crewKey !== undefined) {
        lines.push({ crew: layer.options.crewKey, layer: layer });
        layer.on("click", () => data.isOverview && select(layer.options.crewKey, true));
      }
    });
  }

  function fit(keys) {
    const points = [];
    keys.forEach((key) => markers.has(key) && points.push(markers.get(key).getLatLng()));
    if (points.length === 0) {
      map.setView([0, 0], 1, { animate: false });
      return;
    }
    map.fitBounds(L.latLngBounds(points), { padding: [36, 36], maxZoom: 16, animate: !calm && isFitted });
    isFitted = true;
  }

  function keysOfCrew(crew) {
    return crew.stops.map((stop) => stop.office || stop.key);
  }

  function heightOf(key, crew) {
    if (key.startsWith("u/")) {
      return -1000;
    }
    return selectedCrew !== null && crew === selectedCrew ? 1000 : 0;
  }

  function showSelection() {
    crewParts.forEach((part, key) => {
      part.section.classList.toggle("selected", key === selectedCrew);
      part.section.classList.toggle("dimmed", selectedCrew !== null && key !== selectedCrew);
      if (data.isOverview) {
        part.button.setAttribute("aria-pressed", String(key === selectedCrew));
      }
    });
    markers.forEach((marker, key) => {
      const crew = crewOfMarker.get(key);
      const isOther = selectedCrew !== null && crew !== selectedCrew && !key.startsWith("o/");
      marker.getElement().classList.toggle("dimmed", isOther);
      marker.setZIndexOffset(heightOf(key, crew));
    });
    lines.forEach((line) => {
      const isOther = selectedCrew !== null && line.crew !== selectedCrew;
      line.layer.getElement().classList.toggle("dimmed", isOther);
      if (line.crew === selectedCrew) {
        line.layer.bringToFront();
      }
    });
    if (showAllButton) {
      showAllButton.hidden = selectedCrew === null;
    }
    showDensity();
  }

  function showDensity() {
    const isDense = data.isOverview && selectedCrew === null && markers.size > DENSE_PINS && map.getZoom() < DENSE_ZOOM;
    map.getContainer().classList.toggle("dense", isDense);
  }

  function select(crewKey, withFit) {
    selectedCrew = crewKey === selectedCrew && withFit ? null : crewKey;
    map.closePopup();
    showSelection();
    if (withFit) {
      const crew = data.crews.find((one) => one.key === selectedCrew);
      fit(crew ? keysOfCrew(crew) : Array.from(markers.keys()));
    }
  }

  function openStop(key) {
    const marker = markers.get(key);
    if (!marker) {
      return;
    }
    const crew = crewOfMarker.get(key);
    if (selectedCrew !== null && crew !== selectedCrew) {
      select(crew === undefined ? null : crew, false);
    }
    marker.openPopup();
  }

  function markOpen(key, isOpen) {
    const item = stopParts.get(key);
    if (item) {
      item.classList.toggle("open", isOpen);
      if (isOpen) {
        item.scrollIntoView({ block: "nearest" });
      }
    }
  }

  function makeVisitItem(crew, stop) {
    const number = make("span", "number", String(stop.number));
    const name = make("span", "name", stop.name);
    const button = makeButton("stop-button", () => openStop(stop.key), number, make("span", "time", stop.time), name);
    const item = make("li", "stop stop-visit", button, makeDetails(stop));
    if (!markers.has(stop.key)) {
      item.append(make("p", "hint", labels.not_on_map));
    }
    stopParts.set(stop.key, item);
    return item;
  }

  function makeStopItem(crew, stop) {
    if (stop.type === "visit") {
      return makeVisitItem(crew, stop);
    }
    const name = make("span", "name", [labels[stop.type], stop.name].filter(Boolean).join(" · "));
    return make("li", "stop stop-" + stop.type, make("span", "number"), make("span", "time", stop.time), name);
  }

  function makeCrew(crew) {
    const facts = [data.severalDays ? crew.day : null, crew.facts].filter(Boolean).join(" · ");
    const title = [make("span", "swatch"), make("span", "crew-title", crew.title), make("span", "facts", facts)];
    const button = makeButton("crew-button", () => select(data.isOverview ? crew.key : null, true), ...title);
    const section = make("section", "crew crew-" + crew.key, make("h2", "", button));
    section.append(make("p", "people", crew.people.join(" · ")));
    section.append(make("ol", "stops", ...crew.stops.map((stop) => makeStopItem(crew, stop))));
    crewParts.set(crew.key, { section: section, button: button });
    return section;
  }

  function makeLeftOutItem(visit) {
    const first = visit.places.find((place) => place.key !== null);
    const words = [make("span", "name", visit.name), make("span", "reason", visit.reason)];
    const item = make("li", "stop stop-left-out");
    item.append(first ? makeButton("stop-button", () => openStop(first.key), ...words) : make("p", "", ...words));
    visit.places.forEach((place) => {
      if (place.key !== null) {
        stopParts.set(place.key, item);
      }
    });
    if (!first) {
      item.append(make("p", "hint", labels.not_on_map));
    }
    return item;
  }

  function makeLeftOut() {
    if (data.leftOut.length === 0) {
      return null;
    }
    const heading = make("h2", "left-out-title", labels.unassigned + " (" + data.leftOut.length + ")");
    return make("section", "left-out", heading, make("ol", "stops", ...data.leftOut.map(makeLeftOutItem)));
  }

  function makeLegend() {
    const kinds = data.isOverview ? ["home", "workplace", "other", "office", "left-out"] : ["home", "workplace", "other", "office"];
    const rows = kinds.map((kind) => {
      const sign = make("span", "legend-sign pin pin-" + kind, make("span", ""));
      sign.setAttribute("aria-hidden", "true");
      return make("li", "", sign, labels[kind === "left-out" ? "unassigned" : kind]);
    });
    const notes = [makeLine("hint", labels.lines_note), makeLine("hint", data.estimated ? labels.estimated_note : null)];
    if (data.providers.length > 0) {
      notes.push(makeLine("hint", labels.links_note));
    }
    const legend = make("details", "legend", make("summary", "", labels.legend), make("ul", "", ...rows), ...notes);
    legend.open = wide.matches && data.isOverview;
    return legend;
  }

  function fillList() {
    list.classList.toggle("is-crew-map", !data.isOverview);
    if (data.isOverview) {
      showAllButton = makeButton("show-all", () => select(null, true), labels.show_all);
      showAllButton.hidden = true;
      list.append(showAllButton);
    }
    list.append(makeLegend());
    list.append(...data.crews.map(makeCrew));
    if (data.crews.length === 0) {
      list.append(make("p", "hint", labels.no_routes));
    }
    const leftOut = makeLeftOut();
    if (leftOut) {
      list.append(leftOut);
    }
  }

  function bindPopups() {
    data.crews.forEach((crew) => {
      crew.stops.forEach((stop) => {
        crewOfMarker.set(stop.key, crew.key);
        if (stop.type === "visit") {
          bindPopup(stop.key, headingOf(crew, stop), stop);
        }
      });
    });
    data.offices.forEach((office) => bindPopup(office.key, labels.office, office));
    data.leftOut.forEach((visit) => {
      visit.places.forEach((place) => bindPopup(place.key, labels.unassigned, Object.assign({}, visit, place)));
    });
  }

  L.control.zoom({ position: "bottomright", zoomInTitle: labels.zoom_in, zoomOutTitle: labels.zoom_out }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  collectLayers();
  fit(Array.from(markers.keys()));
  bindPopups();
  fillList();
  showSelection();
  map.on("zoomend", showDensity);
  map.on("popupopen", (event) => {
    const button = event.popup.getElement().querySelector(".leaflet-popup-close-button");
    button.setAttribute("aria-label", labels.close);
    markOpen(event.popup._source.options.stopKey, true);
  });
  map.on("popupclose", (event) => markOpen(event.popup._source.options.stopKey, false));
})();
