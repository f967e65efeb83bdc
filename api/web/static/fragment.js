"use strict";
// The secret of a link stands behind #, which no browser sends by itself: it is put into the form, and out of sight.
(() => {
  const secret = decodeURIComponent(location.hash.slice(1));
  const field = document.querySelector("[data-fragment]");
  if (field && secret) {
    field.value = secret;
    history.replaceState(null, "", location.pathname + location.search);
  }
  for (const part of document.querySelectorAll("[data-with-secret]")) part.hidden = !(field && field.value);
  for (const part of document.querySelectorAll("[data-without-secret]")) part.hidden = Boolean(field && field.value);
})();
