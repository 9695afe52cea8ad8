// The frame's half: says that it is ready, how high it is, what happened; asks for a launch token; looks again.
(() => {
  const main = document.getElementById("bis"), form = document.getElementById("bis-launch");
  const hex = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  let port, parentOrigin = "", height = 0;
  const send = (message) => port && port.postMessage(message);
  const size = () => {
    const now = Math.min(4000, Math.ceil(document.body.getBoundingClientRect().height));
    if (now !== height) send({ type: "size", height: (height = now) });
  };
  const launch = (token) => {
    if (!form || typeof token !== "string") return;
    form.lt.value = token;
    form.cn.value = hex();
    form.parent_origin.value = parentOrigin;
    form.submit();
  };
  const hash = /^#lt=([\w.-]+)$/.exec(location.hash);
  if (hash) {
    history.replaceState(null, "", location.pathname + location.search);
    launch(hash[1]);
    return;
  }
  const button = document.querySelector("[data-need-token]");
  if (parent !== window) {
    const channel = hex();
    addEventListener("message", (event) => {
      const data = event.data;
      if (port || event.source !== parent || !data || data.bis !== 1 || data.channel !== channel) return;
      if (!main.dataset.origins.split(" ").includes(event.origin) || !event.ports[0]) return;
      parentOrigin = event.origin;
      port = event.ports[0];
      port.onmessage = ({ data: message }) => {
        if (message.type === "token") launch(message.lt);
        if (message.type === "update") location.replace("/w/" + message.widget + "?" + message.query);
      };
      if (button) {
        button.hidden = false;
        button.onclick = () => send({ type: "need_token" });
      }
      new ResizeObserver(size).observe(document.body);
      size();
      for (const [name, detail] of JSON.parse(main.dataset.events)) send({ type: "event", name, detail });
      send({ type: "event", name: "ready", detail: {} });
    });
    parent.postMessage({ bis: 1, type: "ready", channel }, "*");
  }
  addEventListener("submit", (event) => {
    const pressed = event.submitter;
    if (pressed) setTimeout(() => (pressed.disabled = true));
    setTimeout(() => pressed && (pressed.disabled = false), 12000);
  });
  // Who acted is led to what came of it; a first view and a look by itself take nobody's place on the page.
  if (main.dataset.acted) {
    const target = document.querySelector("[role=alert]") || document.querySelector("h1");
    target.tabIndex = -1;
    target.focus();
  }
  const refresh = document.querySelector("[data-refresh]");
  if (refresh && main.dataset.refreshS) {
    setInterval(() => {
      if (!document.hidden && !document.querySelector("details[open]")) refresh.form.requestSubmit();
    }, main.dataset.refreshS * 1000);
  }
})();
