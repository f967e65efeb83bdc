/*
 * What the other scripts of the page share: its data, its words, and elements made with text and never with markup.
 * Every text comes from the JSON block and goes through textContent, so none of it can become markup or code.
 */
(function () {
  "use strict";

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

  function makeLine(className, text) {
    return text ? make("p", className, text) : null;
  }

  function makeDrawing(className, viewBox, ...paths) {
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    drawing.setAttribute("class", className);
    drawing.setAttribute("viewBox", viewBox);
    drawing.setAttribute("aria-hidden", "true");
    paths.forEach(([pathClass, path]) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", "path");
      element.setAttribute("class", pathClass);
      element.setAttribute("d", path);
      drawing.append(element);
    });
    return drawing;
  }

  const data = JSON.parse(document.getElementById("visit-texts").textContent);

  window.visits = {
    data: data,
    labels: data.labels,
    map: window.map_visits,
    isCalm: window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    isWide: window.matchMedia("(min-width: 800px)"),
    make: make,
    makeButton: makeButton,
    makeLine: makeLine,
    makeDrawing: makeDrawing,
  };
})();
