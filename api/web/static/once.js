// Moves the secret from the address into the form, and out of the address, so that it stands in no history.
"use strict";
(() => {
  document.getElementById("secret").value = location.hash.slice(1);
  document.querySelector("a[hreflang]").hash = location.hash; // the same page in the other language
  history.replaceState(null, "", location.pathname + location.search);
})();
