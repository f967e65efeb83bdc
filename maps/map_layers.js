/*
 * Draws the routes: lines, arrows that tell their direction, pins; shows one crew alone, or the day as far as an hour.
 */
(function () {
  "use strict";

  const DENSE_PINS = 60; // with more visits on routes than this, an unselected map far out shows dots instead of numbers
  const DENSE_ZOOM = 15;
  const FAN_PIXELS = 20; // between pins on one point
  const ARROW_PIXELS = 150; // along a line, from one arrow to the next
  const MOST_ARROWS = 400;
  const PIN_PIXELS = 30;
  const SMALL_PIN_PIXELS = 16;
  const BUTTON_PIXELS = 76; // what the button at the top of a crew's map hides
  const ARROW = "M-6-5.5 7 0-6 5.5-3 0z";

  const { data, map, make, makeDrawing, isCalm } = window.visits;
  const markers = new Map(); // stop key -> Leaflet marker
  const crewOfMarker = new Map(); // stop key -> crew key
  const clockOfMarker = new Map(); // stop key -> [begins, leaves] in minutes of the day
  const routes = new Map(); // crew key -> {crew, legs, arrivals, ghost, layers}
  const pinsAt = new Map(); // how many pins lie on a point
  const arrows = L.layerGroup();
  let isFitted = false;
  let selectedCrew = null;
  let minute = null; // of the day; null shows all of it

  /** Reads Google's encoded polyline with five decimals, from a point on that it moves to the line's end. */
  function decoded(written, sums) {
    const points = [];
    let index = 0;
    while (index < written.length) {
      for (let axis = 0; axis < 2; axis += 1) {
        let value = 0;
        let shift = 0;
        let part;
        do {
          part = written.charCodeAt(index) - 63;
          index += 1;
          value |= (part & 31) << shift;
          shift += 5;
        } while (part >= 32);
        sums[axis] += value & 1 ? ~(value >> 1) : value >> 1;
      }
      points.push([sums[0] / 1e5, sums[1] / 1e5]);
    }
    return points;
  }

  /** Lines apart by spaces, each going on from the end of the one before. */
  function decodedTogether(written) {
    const sums = [0, 0];
    return written.split(" ").map((line) => decoded(line, sums));
  }

  function drawRoute(crew) {
    const legs = crew.legs.map((leg) => decoded(leg, [0, 0]));
    const arrivals = crew.stops.filter((stop) => stop.type !== "break").slice(1).map((stop) => stop.clock[0]);
    const dash = crew.estimated ? "9 8" : null;
    const layerOf = (name, weight, options) =>
      L.polyline(legs, Object.assign({ weight: weight, className: "route route-" + name + " crew-" + crew.key }, options));
    const route = { crew: crew.key, legs: legs, arrivals: arrivals };
    route.ghost = layerOf("ghost", 2, { interactive: false });
    route.layers = [layerOf("casing", 8), layerOf("line", crew.estimated ? 3 : 5, { dashArray: dash })];
    if (crew.hollow && !crew.estimated) {
      route.layers.push(layerOf("core", 1.5, { interactive: false }));
    }
    [route.ghost, ...route.layers].forEach((layer) => layer.addTo(map));
    routes.set(crew.key, route);
  }

  function drawPin(key, className, at, label) {
    if (!at) {
      return;
    }
    const pixels = className.includes("left-out") ? SMALL_PIN_PIXELS : PIN_PIXELS;
    const point = at.join();
    const aside = FAN_PIXELS * (pinsAt.get(point) || 0);
    pinsAt.set(point, (pinsAt.get(point) || 0) + 1);
    const icon = L.divIcon({
      html: make("span", "", label),
      className: "pin " + className,
      iconSize: [pixels, pixels],
      iconAnchor: [pixels / 2 - aside, pixels / 2],
      popupAnchor: [aside, -pixels / 2],
    });
    markers.set(key, L.marker(at, { icon: icon, stopKey: key }).addTo(map));
  }

  function drawStop(crew, stop) {
    crewOfMarker.set(stop.key, crew.key);
    if (stop.type === "visit") {
      drawPin(stop.key, "pin-" + stop.kind + " crew-" + crew.key, stop.at, String(stop.number));
      clockOfMarker.set(stop.key, stop.clock.slice(1));
    }
  }

  function drawAll() {
    map.createPane("base").style.zIndex = 150;
    if (data.streets) {
      const canvas = L.canvas({ pane: "base" });
      const draw = (lines, style) =>
        L.polyline(decodedTogether(lines), Object.assign({ renderer: canvas, pane: "base", interactive: false }, style)).addTo(map);
      draw(data.streets.side, { color: "#dbe0e5", weight: 1.5 });
      draw(data.streets.main, { color: "#cbd3da", weight: 2.5 });
    }
    if (data.tiles) {
      L.tileLayer(data.tiles.url, { pane: "base", maxZoom: 19, attribution: "" }).addTo(map);
    }
    map.createPane("arrows").style.zIndex = 450;
    data.crews.forEach(drawRoute);
    data.crews.forEach((crew) => crew.stops.forEach((stop) => drawStop(crew, stop)));
    data.offices.forEach((office) => drawPin(office.key, "pin-office", office.at, ""));
    data.leftOut.forEach((visit) => visit.places.forEach((place) => drawPin(place.key, "pin-left-out", place.at, "")));
    arrows.addTo(map);
  }

  function fit(keys, alsoAt) {
    const bounds = L.latLngBounds(alsoAt ? [alsoAt] : []);
    keys.forEach((key) => markers.has(key) && bounds.extend(markers.get(key).getLatLng()));
    routes.forEach((route) => keys.some((key) => crewOfMarker.get(key) === route.crew) && bounds.extend(route.ghost.getBounds()));
    if (!bounds.isValid()) {
      map.setView([0, 0], 1, { animate: false });
      return;
    }
    const options = { paddingTopLeft: [36, data.isOverview ? 36 : BUTTON_PIXELS], paddingBottomRight: [36, 36], maxZoom: 16 };
    map.fitBounds(bounds, Object.assign(options, { animate: !isCalm && isFitted }));
    isFitted = true;
  }

  function heightOf(key, crew) {
    if (key.startsWith("u/")) {
      return -1000;
    }
    return selectedCrew !== null && crew === selectedCrew ? 1000 : 0;
  }

  function drivenLegs(route) {
    return minute === null ? route.legs : route.legs.filter((leg, index) => route.arrivals[index] <= minute);
  }

  function toggle(layer, className, isOn) {
    const element = layer.getElement();
    if (element) {
      element.classList.toggle(className, isOn);
    }
  }

  function showState() {
    markers.forEach((marker, key) => {
      const crew = crewOfMarker.get(key);
      const [begins, leaves] = clockOfMarker.get(key) || [0, 0];
      toggle(marker, "dimmed", selectedCrew !== null && crew !== selectedCrew && !key.startsWith("o/"));
      toggle(marker, "later", minute !== null && begins > minute);
      toggle(marker, "now", minute !== null && begins <= minute && minute < leaves);
      marker.setZIndexOffset(heightOf(key, crew));
    });
    routes.forEach((route) => {
      const isOther = selectedCrew !== null && route.crew !== selectedCrew;
      toggle(route.ghost, "dimmed", isOther);
      route.layers.forEach((layer) => {
        toggle(layer, "dimmed", isOther);
        if (route.crew === selectedCrew) {
          layer.bringToFront();
        }
      });
    });
    showDensity();
  }

  function showDensity() {
    const isDense = data.isOverview && selectedCrew === null && clockOfMarker.size > DENSE_PINS && map.getZoom() < DENSE_ZOOM;
    map.getContainer().classList.toggle("dense", isDense);
    drawArrows(isDense);
  }

  /** Places along a leg, in pixels of the map, and the direction there. */
  function placesAlong(leg) {
    const points = leg.map((point) => map.latLngToLayerPoint(point));
    const lengths = points.slice(1).map((point, index) => point.distanceTo(points[index]));
    const whole = lengths.reduce((sum, length) => sum + length, 0);
    const count = whole < 44 ? 0 : Math.max(1, Math.floor(whole / ARROW_PIXELS));
    const places = [];
    let passed = 0;
    lengths.forEach((length, index) => {
      for (let wanted = ((places.length + 0.5) * whole) / count; places.length < count && wanted <= passed + length; ) {
        const [from, to] = [points[index], points[index + 1]];
        const share = length === 0 ? 0 : (wanted - passed) / length;
        const turn = Math.atan2(to.y - from.y, to.x - from.x);
        places.push({ point: from.add(to.subtract(from).multiplyBy(share)), turn: turn });
        wanted = ((places.length + 0.5) * whole) / count;
      }
      passed += length;
    });
    return places;
  }

  function drawArrow(crew, place) {
    const drawing = makeDrawing("arrow crew-" + crew, "-8 -8 16 16", ["", ARROW]);
    drawing.style.transform = "rotate(" + place.turn.toFixed(2) + "rad)";
    const icon = L.divIcon({ html: drawing, className: "arrow-place", iconSize: [19, 19] });
    const at = map.layerPointToLatLng(place.point);
    arrows.addLayer(L.marker(at, { icon: icon, pane: "arrows", interactive: false, keyboard: false }));
  }

  function drawArrows(isDense) {
    arrows.clearLayers();
    if (isDense) {
      return;
    }
    const view = map.getPixelBounds();
    const origin = map.getPixelOrigin();
    routes.forEach((route) => {
      if (selectedCrew !== null && selectedCrew !== route.crew) {
        return;
      }
      const legs = drivenLegs(route).filter((leg) => leg.length > 1);
      legs.flatMap(placesAlong).forEach((place) => {
        if (view.contains(place.point.add(origin)) && arrows.getLayers().length < MOST_ARROWS) {
          drawArrow(route.crew, place);
        }
      });
    });
  }

  drawAll();
  fit(Array.from(markers.keys()));
  map.on("moveend", showDensity);

  Object.assign(window.visits, {
    markers: markers,
    crewOfMarker: crewOfMarker,
    fit: fit,
    onLineClick: (react) =>
      routes.forEach((route) => route.layers.forEach((layer) => layer.on("click", () => react(route.crew)))),
    showCrew: (crewKey) => {
      selectedCrew = crewKey;
      showState();
    },
    showMinute: (chosen) => {
      minute = chosen;
      routes.forEach((route) => route.layers.forEach((layer) => layer.setLatLngs(drivenLegs(route))));
      showState();
    },
  });
})();
