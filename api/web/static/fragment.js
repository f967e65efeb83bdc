"use strict";
// The secret of a link stands behind #, which no browser sends by itself: it is put into the form, and out of sight.
(() => {
  const field = document.querySelector("[data-fragment]");
  let secret = location.hash.slice(1);
  try {
    secret = decodeURIComponent(secret);
  } catch {
    // Not ours; the service says that it opens nothing.
  }
  if (field && secret) {
    field.value = secret;
    history.replaceState(null, "", location.pathname + location.search);
  }
  const has = Boolean(field && field.value);
  for (const part of document.querySelectorAll("[data-typed]")) part.hidden = true; // for browsers without scripts
  for (const part of document.querySelectorAll("[data-with-secret]")) part.hidden = !has;
  for (const part of document.querySelectorAll("[data-without-secret]")) part.hidden = has;
  // The same page in the other language or colours has no other way to know the secret.
  if (has) for (const link of document.querySelectorAll(".mine a")) link.hash = field.value;
})();
