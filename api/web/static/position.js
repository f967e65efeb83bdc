// Hands this device's position to the map in the frame when its button was tapped; it goes nowhere else.
"use strict";
(() => {
  const map = document.getElementById("crew-map");
  const seconds = 20;
  window.addEventListener("message", (event) => {
    if (event.source !== map.contentWindow || event.data?.kind !== "ask-position") return;
    // The frame has no origin to name, hence the star; only our own pages can be in it (frame-src).
    const answer = (place) => map.contentWindow.postMessage({ kind: "position", ...place }, "*");
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude, accuracy } }) => answer({ latitude, longitude, accuracy }),
      () => answer({}),
      { enableHighAccuracy: true, maximumAge: 10000, timeout: seconds * 1000 },
    );
  });
})();
