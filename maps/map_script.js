/*
 * Writes the texts beside and onto the map: the list of routes, the popups, the legend; and chooses a crew.
 */
(function () {
  "use strict";

  const MANY_CREWS = 6; // with more, the list shows the stops of the chosen crew alone

  const { data, labels, map, make, makeButton, makeLine, markers, crewOfMarker } = window.visits;
  const list = document.getElementById("route-list");
  const crewParts = new Map(); // crew key -> {section, button}
  const stopParts = new Map(); // stop key -> list item
  let selectedCrew = null;
  let showAllButton = null;

  function makeLink(url, title, name) {
    const link = make("a", "link-button", title);
    link.href = url;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.referrerPolicy = "no-referrer";
    link.setAttribute("aria-label", labels.navigate + ": " + name);
    return link;
  }

  function makeLinks(stop) {
    // Nobody goes to a visit that was left out.
    if (!stop.at || stop.reason || data.providers.length === 0) {
      return null;
    }
    const profile = stop.profile || "car";
    const links = data.providers.filter((provider) => provider.patterns[profile]).map((provider) => {
      const [latitude, longitude] = (provider.datum === "gcj02" ? stop.gcj02 : stop.at).map((degrees) => degrees.toFixed(6));
      const url = provider.patterns[profile].replaceAll("LAT", latitude).replaceAll("LON", longitude);
      return makeLink(url, provider.title, provider.title);
    });
    return make("p", "links", ...links);
  }

  function makeRouteLinks(crew) {
    if (!crew.routeLinks || crew.routeLinks.length === 0) {
      return null;
    }
    const links = crew.routeLinks.map((link) => makeLink(link.url, link.title, labels.whole_route + ", " + link.title));
    return make("details", "route-links", make("summary", "", labels.whole_route), make("p", "links", ...links));
  }

  function makeDetails(stop) {
    const kind = [stop.kind ? labels[stop.kind] : null, stop.window ? labels.window + " " + stop.window : null];
    return make(
      "div",
      "details",
      makeLine("kind kind-" + stop.kind, kind.filter(Boolean).join(" · ")),
      makeLine("address", stop.address),
      makeLine("note", stop.note),
      makeLine("reason", stop.reason),
      makeLinks(stop)
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

  function keysOfCrew(crew) {
    return crew.stops.flatMap((stop) => [stop.key, stop.office].filter(Boolean));
  }

  function showSelection() {
    crewParts.forEach((part, key) => {
      part.section.classList.toggle("selected", key === selectedCrew);
      part.section.classList.toggle("dimmed", selectedCrew !== null && key !== selectedCrew);
      if (data.isOverview) {
        part.button.setAttribute("aria-pressed", String(key === selectedCrew));
      }
    });
    if (showAllButton) {
      showAllButton.hidden = selectedCrew === null;
    }
    window.visits.showCrew(selectedCrew);
  }

  function select(crewKey, withFit) {
    selectedCrew = crewKey === selectedCrew && withFit ? null : crewKey;
    map.closePopup();
    showSelection();
    if (withFit) {
      const crew = data.crews.find((one) => one.key === selectedCrew);
      window.visits.fit(crew ? keysOfCrew(crew) : Array.from(markers.keys()));
      if (crew) {
        crewParts.get(crew.key).section.scrollIntoView({ block: "start" });
      }
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

  function makeVisitItem(stop) {
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

  function makeStopItem(stop) {
    if (stop.type === "visit") {
      return makeVisitItem(stop);
    }
    const name = make("span", "name", [labels[stop.type], stop.name].filter(Boolean).join(" · "));
    return make("li", "stop stop-" + stop.type, make("span", "number"), make("span", "time", stop.time), name);
  }

  function makeSwatch(crew) {
    return make("span", "swatch" + (crew.hollow ? " hollow" : ""));
  }

  function makeCrew(crew) {
    const facts = [data.severalDays ? crew.day : null, crew.facts].filter(Boolean).join(" · ");
    const title = [makeSwatch(crew), make("span", "crew-title", crew.title), make("span", "facts", facts)];
    const button = makeButton("crew-button", () => select(data.isOverview ? crew.key : null, true), ...title);
    const section = make("section", "crew crew-" + crew.key, make("h2", "", button));
    section.append(make("p", "people", crew.people.join(" · ")));
    const links = makeRouteLinks(crew);
    if (links) {
      section.append(links);
    }
    section.append(make("ol", "stops", ...crew.stops.map(makeStopItem)));
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

  function makeLineRow(isEstimated) {
    const sign = window.visits.makeDrawing(
      "legend-sign legend-line",
      "0 0 30 30",
      [isEstimated ? "straight" : "", "M1 15H29"],
      ["tip", "M12 10 24 15 12 20 15 15z"]
    );
    return make("li", "", sign, isEstimated ? labels.line_estimated : labels.line_by_road);
  }

  function makeLegend() {
    const kinds = ["home", "workplace", "other", "office"].concat(data.isOverview ? ["left-out"] : []);
    const rows = kinds.map((kind) => {
      const sign = make("span", "legend-sign pin pin-" + kind, make("span", ""));
      sign.setAttribute("aria-hidden", "true");
      return make("li", "", sign, labels[kind === "left-out" ? "unassigned" : kind]);
    });
    [false, true].forEach((isEstimated) => {
      if (data.crews.some((crew) => crew.estimated === isEstimated)) {
        rows.push(makeLineRow(isEstimated));
      }
    });
    const notes = [makeLine("hint", data.estimatedTimes ? labels.estimated_note : null)];
    if (data.providers.length > 0) {
      notes.push(makeLine("hint", labels.links_note));
    }
    const legend = make("details", "legend", make("summary", "", labels.legend), make("ul", "", ...rows), ...notes);
    legend.open = window.visits.isLarge && data.isOverview;
    return legend;
  }

  function fillList() {
    list.classList.toggle("is-crew-map", !data.isOverview);
    list.classList.toggle("many", data.isOverview && data.crews.length > MANY_CREWS);
    if (data.isOverview) {
      showAllButton = makeButton("show-all", () => select(null, true), labels.show_all);
      showAllButton.hidden = true;
      list.append(make("div", "tools", showAllButton));
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
    data.crews.forEach((crew) =>
      crew.stops.forEach((stop) => stop.type === "visit" && bindPopup(stop.key, headingOf(crew, stop), stop))
    );
    data.offices.forEach((office) => bindPopup(office.key, labels.office, office));
    data.leftOut.forEach((visit) => {
      visit.places.forEach((place) => bindPopup(place.key, labels.unassigned, Object.assign({}, visit, place)));
    });
  }

  L.control.zoom({ position: "bottomright", zoomInTitle: labels.zoom_in, zoomOutTitle: labels.zoom_out }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  bindPopups();
  fillList();
  showSelection();
  window.visits.onLineClick((crewKey) => data.isOverview && select(crewKey, true));
  map.on("popupopen", (event) => {
    const button = event.popup.getElement().querySelector(".leaflet-popup-close-button");
    button.setAttribute("aria-label", labels.close);
    markOpen(event.popup._source.options.stopKey, true);
  });
  map.on("popupclose", (event) => markOpen(event.popup._source.options.stopKey, false));
})();
