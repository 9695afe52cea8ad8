// The frame's half: says that it is ready, how high it is, what happened; asks for a launch token; looks again.
(() => {
  const find = (css) => document.querySelector(css), main = () => find("main");
  const hex = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  let port, parentOrigin = "", height = 0, timer;
  const send = (message) => port && port.postMessage(message);
  const tell = (name, detail) => send({ type: "event", name, detail: detail || {}, fatal: name === "error" && main().dataset.fatal });
  const size = () => {
    const now = Math.min(4000, Math.ceil(document.body.getBoundingClientRect().height));
    if (now !== height) send({ type: "size", height: (height = now) });
  };
  const launch = (token) => {
    const form = find("#bis-launch");
    if (!form || typeof token !== "string") return;
    form.lt.value = token;
    form.cn.value = hex();
    form.parent_origin.value = parentOrigin;
    form.submit();
    // Whoever still is here then was not let go: what a sandbox forbids it tells nobody.
    const detail = { code: "forms_blocked", message: "the launch token could not be sent within 8 s", fix: "add allow-forms to this page's sandbox" };
    setTimeout(() => send({ type: "event", name: "error", detail, fatal: true }), 8000);
  };
  const hash = location.hash;
  if (hash) history.replaceState(null, "", location.pathname + location.search);
  if (/^#lt=[\w.-]+$/.test(hash)) return launch(hash.slice(4));

  // Another theme or language of the same scene keeps the visit and what was typed; a tick was for the other wording.
  const again = (widget, wanted) => {
    const fields = new Map(new FormData(find("main form")));
    for (const name of ["theme", "locale", "shape"]) fields.set(name, wanted.get(name) || "");
    post("/w/" + widget + (main().dataset.here ? "/" + main().dataset.here : ""), fields);
  };
  const post = (action, fields) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = action;
    for (const [name, value] of fields) {
      if (name.startsWith("consent-")) continue;
      const field = form.appendChild(document.createElement("input"));
      field.type = "hidden";
      field.name = name;
      field.value = value;
    }
    document.body.append(form);
    form.submit();
  };
  // This frame alone was loaded anew, or taken out of the browser's memory: its page, or it, still knows the visit.
  const resume = (secret) => {
    const { scene, widget } = main().dataset;
    const { key, locale } = (find("#bis-launch") || find("main form")).elements;
    const known = { key: key.value, locale: locale.value, widget, resume: secret };
    post("/v1/resume", [...new URLSearchParams(scene), ...Object.entries(known)]);
  };
  const update = (widget, query) => {
    const wanted = new URLSearchParams(query), scene = new URLSearchParams(main().dataset.scene);
    const same = ["amount", "currency", "order", "product"].every((name) => wanted.get(name) === scene.get(name));
    const theme = (document.documentElement.dataset.theme = wanted.get("theme") || "auto");
    find("meta[name=color-scheme]").content = theme === "auto" ? "light dark" : theme;
    if (!find("#bis-launch") && same && widget === main().dataset.widget) again(widget, wanted);
    else send({ type: "resume" }), location.replace("/w/" + widget + "?" + query + (find("#bis-launch") ? "" : "#renew"));
  };

  const told = () => {
    const button = find("[data-need-token]"), login = find("[data-no-token]");
    const offer = (may) => ([button.hidden, login.hidden] = [!may, may]);
    if (button) {
      offer(true);
      button.onclick = () => {
        send({ type: "need_token" });
        button.disabled = true;
        setTimeout(offer, 5000, false); // the shop does not know who this is
      };
    }
    if (main().dataset.resume) send({ type: "resume", secret: main().dataset.resume });
    for (const [name, detail] of JSON.parse(main().dataset.events)) tell(name, detail);
  };
  const settle = () => {
    const { acted, refreshS } = main().dataset, refresh = find("[data-refresh]");
    if (port) told();
    // Who acted is led to what came of it; a first view and a look by itself take nobody's place on the page.
    if (acted) {
      const target = find("[role=alert]") || find("h1");
      target.tabIndex = -1;
      target.focus();
    }
    clearInterval(timer);
    if (refresh && refreshS) {
      timer = setInterval(() => {
        if (document.hidden || (!window.htmx && find("details[open]"))) return;
        refresh.form.seen.value = refresh.dataset.refresh;
        refresh.form.requestSubmit();
        refresh.form.seen.value = "";
      }, refreshS * 1000);
    }
  };

  if (parent !== window) {
    const channel = hex();
    addEventListener("message", (event) => {
      const data = event.data;
      if (port || event.source !== parent || !data || data.bis !== 1 || data.channel !== channel) return;
      if (!main().dataset.origins.split(" ").includes(event.origin) || !event.ports[0]) return;
      parentOrigin = event.origin;
      port = event.ports[0];
      port.onmessage = ({ data: message }) => {
        if (message.type === "token") launch(message.lt);
        if (message.type === "resume" && find("#bis-launch")) resume(message.secret);
        if (message.type === "update") update(message.widget, message.query);
      };
      new ResizeObserver(size).observe(document.body);
      size();
      told();
      tell("ready");
      if (hash === "#renew") send({ type: "need_token", renew: true });
      let seen;
      new IntersectionObserver(([entry], observer) => {
        clearTimeout(seen);
        if (entry.isIntersecting) seen = setTimeout(() => (observer.disconnect(), tell("view")), 1000);
      }, { threshold: 0.5 }).observe(main());
    });
    parent.postMessage({ bis: 1, type: "ready", channel }, "*");
  }

  const shown = (visibility) => main().dataset.resume && (document.documentElement.style.visibility = visibility);
  addEventListener("pagehide", () => shown("hidden"));
  addEventListener("pageshow", ({ persisted }) => persisted && main().dataset.resume && resume(main().dataset.resume));

  addEventListener("submit", ({ submitter }) => {
    if (submitter) setTimeout(() => (submitter.disabled = true));
    setTimeout(() => submitter && (submitter.disabled = false), 12000);
  });
  // Without a connection nothing is lost: it is said, what was typed stays, and the button works again.
  const offline = () => {
    for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
    if (find("#bis-offline")) return;
    const note = document.createElement("p");
    note.id = "bis-offline";
    note.className = "notice bad";
    note.setAttribute("role", "alert");
    note.textContent = main().dataset.offline;
    main().prepend(note);
    tell("error", { code: "network", message: note.textContent, fix: "" });
  };
  const on = (name, act) => document.addEventListener("htmx:" + name, act);
  on("config:request", ({ detail }) => delete detail.ctx.request.headers["HX-Current-URL"]);
  on("after:request", (event) => {
    const { response, text } = event.detail.ctx;
    if (response.status === 204) {
      const note = find("#bis-offline");
      if (note) note.remove();
    } else if (!text.startsWith("<main")) {
      event.preventDefault();
      offline();
    }
  });
  on("error", offline);
  on("after:swap", settle);
  settle();
})();
