"use strict";
// A crew's phone on a bad network: what is sent waits in this page, and nowhere else, until the service has answered.
// Each form carries a key of its own; sent again with the same key it acts once. Nothing is stored on the device.
(() => {
  const wait = { answer: 20000, first: 2000, most: 30000, fresh: 60000 };
  const net = document.getElementById("net");
  const [told, again] = [net.querySelector("p"), net.querySelector("button")];
  const ahead = Date.parse(document.body.dataset.nowAt) - Date.now(); // of the phone's clock
  const overAt = Date.parse(document.body.dataset.overAt);
  const line = []; // of what was not answered yet
  let [isSending, isOver, pause, timer, app, seenAt] = [false, false, wait.first, 0, "", Date.now()];
  const main = () => document.getElementById("content");
  const now = () => Date.now() + ahead;

  const tell = (words) => {
    told.hidden = again.hidden = !words;
    if (told.textContent !== (words || "")) told.textContent = words || "";
    if (words && isSending) again.hidden = true;
  };

  const show = (next) => {
    const old = main();
    const opened = document.activeElement !== document.body;
    old.replaceWith(document.adoptNode(next));
    if (opened) main().focus({ preventScroll: true });
    window.scrollTo(0, 0);
    prepare();
  };

  // An alarm leaves everything else on the page as it is, with what was typed.
  const mention = (next) => {
    const said = next.querySelector(".said");
    if (!said) show(next);
    else main().prepend(document.adoptNode(said));
    window.scrollTo(0, 0);
  };

  // Without the head, whose style carries the word of another request.
  const content = (page) => {
    const part = page.slice(page.indexOf("<main"), page.indexOf("<\/main>") + 7);
    return new DOMParser().parseFromString(part, "text/html").getElementById("content");
  };

  const ask = async (url, options) => {
    const ender = new AbortController();
    const limit = setTimeout(() => ender.abort(), wait.answer);
    try {
      const answer = await fetch(url, { ...options, signal: ender.signal, credentials: "same-origin", cache: "no-store" });
      if (answer.status >= 500 || answer.status === 429) return null;
      const next = content(await answer.text());
      seenAt = Date.now();
      return next;
    } catch {
      return null; // no network, or no answer in time
    } finally {
      clearTimeout(limit);
    }
  };

  const send = async () => {
    if (isSending || !line.length) return;
    clearTimeout(timer);
    isSending = true;
    tell(net.dataset.sending);
    const { url, body, key } = line[0];
    const next = await ask(url, { method: "POST", body, headers: { "Idempotency-Key": key } });
    isSending = false;
    if (next === null) {
      tell(net.dataset.waiting);
      timer = setTimeout(send, pause);
      pause = Math.min(2 * pause, wait.most);
      return;
    }
    const sent = line.shift();
    pause = wait.first;
    tell("");
    if (sent.isAlarm) mention(next);
    else show(next);
    send();
  };

  const sendAtOnce = () => {
    pause = wait.first;
    send();
  };

  const isTyping = () => main().querySelector("form :checked, details.step[open]") !== null;

  // Asks what stands now, where nobody is in the middle of something.
  const refresh = async () => {
    if (isOver || line.length || isTyping()) return;
    const next = await ask(location.href, {});
    if (next === null) tell(net.dataset.offline);
    else if (!line.length && !isTyping()) {
      tell("");
      show(next);
    }
  };

  const chosenApp = () => {
    for (const button of main().querySelectorAll("[data-app]")) button.classList.toggle("chosen", button.dataset.app === app);
  };

  // The service says until when a visit may begin; a page that lies open keeps to it.
  const byTheClock = () => {
    if (isOver) return;
    if (now() > overAt) {
      isOver = true;
      line.length = 0;
      tell("");
      document.querySelector("header p").textContent = "";
      show(document.getElementById("over").content.cloneNode(true).firstElementChild);
      return;
    }
    const latest = Date.parse(main().dataset.latestStart || "");
    if (!(now() > latest)) return;
    for (const part of main().querySelectorAll("[data-too-late]")) part.hidden = false;
    for (const part of main().querySelectorAll("[data-in-time]")) part.hidden = true;
  };

  const prepare = () => {
    for (const button of main().querySelectorAll("[data-tick-all]")) button.hidden = false;
    for (const ended of main().querySelectorAll("form.ending")) choose(ended);
    const queued = new Set(line.map((one) => one.key));
    for (const form of main().querySelectorAll("form[data-send]")) if (queued.has(form.elements.key.value)) lock(form);
    chosenApp();
    byTheClock();
  };

  const lock = (form) => {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  };

  const choose = (form) => {
    const chosen = form.querySelector("[name=outcome]:checked");
    form.querySelector("[type=submit]").disabled = !chosen;
    for (const day of form.querySelectorAll("[data-needed]")) {
      day.required = chosen !== null && day.closest(".choice").contains(chosen);
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-send]")) return;
    event.preventDefault();
    const key = form.elements.key.value;
    if (line.some((one) => one.key === key)) return;
    const sent = { url: form.action, body: new URLSearchParams(new FormData(form)), key, isAlarm: form.dataset.send === "alarm" };
    lock(form);
    if (sent.isAlarm) line.splice(isSending ? 1 : 0, 0, sent);
    else line.push(sent);
    sendAtOnce();
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form.ending");
    if (form) choose(form);
  });

  // Asked once, when the step is opened; who says no begins without it.
  const locate = (form) => {
    const fill = ({ coords }) => {
      for (const name of ["latitude", "longitude", "accuracy"]) form.elements[name].value = coords[name];
    };
    navigator.geolocation?.getCurrentPosition(fill, () => {}, { enableHighAccuracy: true, maximumAge: 10000, timeout: 20000 });
  };

  document.addEventListener(
    "toggle",
    (event) => {
      const form = event.target.open && event.target.querySelector("form");
      if (form && form.elements.accuracy) locate(form);
    },
    true, // it does not bubble
  );

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-app], [data-tick-all]");
    if (!button) return;
    if (button.dataset.app) app = button.dataset.app;
    else for (const box of button.form.querySelectorAll("[type=checkbox]")) box.checked = true;
    chosenApp();
  });

  again.addEventListener("click", () => (line.length ? sendAtOnce() : refresh()));
  window.addEventListener("online", () => (line.length ? sendAtOnce() : refresh()));
  window.addEventListener("offline", () => tell(line.length ? net.dataset.waiting : net.dataset.offline));
  window.addEventListener("beforeunload", (event) => {
    if (line.length) event.preventDefault();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // the page of before, which may be over
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && Date.now() - seenAt > wait.fresh) refresh();
  });
  setInterval(byTheClock, 15000);
  prepare();
})();
