// <bank-scene>: a frame of HOST in the place of its children, which stay when we are down.
(() => {
  const script = document.currentScript, host = new URL(script.src).origin;
  const names = ["widget", "amount", "currency", "product", "shape", "locale", "theme", "order", "placement", "bank-window"];
  if (customElements.get("bank-scene")) return;
  customElements.define("bank-scene", class extends HTMLElement {
    static observedAttributes = names;
    #frame; #port; #timer; #token; #resume; #pending; #watch; #near;
    #fire(name, detail, cancelable = false) {
      return this.dispatchEvent(new CustomEvent("bis:" + name, { bubbles: true, cancelable, detail }));
    }
    #query() {
      const query = new URLSearchParams({ key: this.dataset.key || script.dataset.key || "" });
      for (const name of names.slice(1)) if (this.hasAttribute(name)) query.set(name, this.getAttribute(name));
      return query;
    }
    #widget() { return encodeURIComponent(this.getAttribute("widget") || "instalments"); }
    connectedCallback() {
      queueMicrotask(() => {
        if (!this.isConnected || this.#near) return;
        this.#near = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && !this.#frame && this.#mount(), { rootMargin: "600px" });
        this.#near.observe(this);
        if ("debug" in script.dataset) import(host + "/v1/debug.js?" + this.#query()).then((debug) => debug.watch(this), () => {});
      });
    }
    disconnectedCallback() {
      queueMicrotask(() => this.isConnected || this.#clean());
    }
    attributeChangedCallback(name, before, after) {
      if (before === after) return;
      if (!this.#frame) return this.#near === 0 && this.connectedCallback();
      clearTimeout(this.#pending);
      this.#pending = setTimeout(() => {
        this.#frame.style.colorScheme = this.#scheme();
        if (this.#port) this.#port.postMessage({ type: "update", widget: this.#widget(), query: "" + this.#query() });
      }, 50);
    }
    #scheme() { return { light: "light", dark: "dark" }[this.getAttribute("theme")] || "light dark"; }
    #mount() {
      // A sandbox took this page's origin: no policy of ours can name it.
      if (origin === "null") return this.#fail({ code: "opaque_origin", message: "this page has no origin", fix: "add allow-same-origin to its sandbox" });
      const frame = document.createElement("iframe");
      // Read before anything changes: afterwards it would cost a layout.
      frame.height = Math.max(this.clientHeight, 40);
      frame.setAttribute("sandbox", "allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation");
      frame.title = this.getAttribute("label") || this.textContent.trim() || "Scenebank";
      frame.referrerPolicy = "strict-origin";
      frame.style.cssText = "border:0;display:block;inline-size:100%";
      frame.style.colorScheme = this.#scheme();
      frame.src = host + "/w/" + this.#widget() + "?" + this.#query();
      this.#frame = frame;
      this.#watch = (event) => this.#hear(event);
      addEventListener("message", this.#watch);
      this.#timer = setTimeout(() => this.#fail({ code: "timeout", message: "no answer within 8 s", fix: "check the key, the registered origin and frame-src" }), 8000);
      (this.shadowRoot || this.attachShadow({ mode: "open" })).replaceChildren(frame);
    }
    #hear(event) {
      const data = event.data;
      if (!this.#frame || event.source !== this.#frame.contentWindow || event.origin !== host) return;
      if (!data || data.bis !== 1 || data.type !== "ready") return;
      clearTimeout(this.#timer);
      const { port1, port2 } = new MessageChannel();
      if (this.#port) this.#port.close();
      this.#port = port1;
      port1.onmessage = ({ data: message }) => this.#told(message);
      event.source.postMessage({ bis: 1, channel: data.channel }, host, [port2]);
      if (this.#token) this.#give(this.#token);
      else if (this.#resume) port1.postMessage({ type: "resume", secret: this.#resume });
      this.#resume = 0;
    }
    #told(message) {
      if (message.type === "resume") this.#resume = message.secret;
      else if (message.type === "size") {
        this.#frame.height = message.height;
        this.#fire("size", { height: message.height });
      } else if (message.fatal) this.#fail(message.detail);
      else if (message.type === "event") this.#fire(message.name, message.detail);
      else if (message.type === "need_token") {
        if (!message.renew) this.#fire("open", {});
        Promise.resolve().then(() => this.getLaunchToken && this.getLaunchToken()).then(
          (token) => token && this.#give(token),
          () => this.#fire("error", { code: "launch_token", message: "getLaunchToken failed", fix: "let it return a token" }),
        );
      }
    }
    #give(token) {
      this.#token = undefined;
      this.#port.postMessage({ type: "token", lt: token });
    }
    launch(token) {
      this.#token = token;
      if (this.#port) this.#give(token);
    }
    update(changes) {
      for (const name in changes) if (names.includes(name)) this.setAttribute(name, changes[name]);
    }
    #fail(detail) {
      if (this.#fire("error", detail, true)) this.#clean();
    }
    #clean() {
      clearTimeout(this.#timer);
      clearTimeout(this.#pending);
      if (this.#near) this.#near.disconnect();
      this.#near = 0;
      removeEventListener("message", this.#watch);
      if (this.#port) this.#port.close();
      this.#frame = this.#port = undefined;
      if (this.shadowRoot) this.shadowRoot.replaceChildren(document.createElement("slot"));
    }
  });
})();
