// The overlay of data-debug: what is wrong with this embedding, and the exact line that mends it. FACTS stand in front.
const panels = new Map();

const line = (panel, mark, text, mend) => {
  const row = panel.appendChild(document.createElement("div"));
  row.style.cssText = "margin:0 0 6px";
  row.append(`${mark} ${text}`);
  if (!mend) return;
  const code = row.appendChild(document.createElement("code"));
  code.style.cssText = "display:block;white-space:pre-wrap;user-select:all;background:#0b1220;color:#dbe7ff;padding:6px 8px;border-radius:6px";
  code.textContent = mend;
};

const panelOf = (scene) => {
  const panel = document.createElement("aside");
  panel.setAttribute("aria-label", "Scenebank: what this embedding lacks");
  panel.style.cssText =
    "all:initial;position:fixed;inset-block-end:12px;inset-inline-end:12px;z-index:2147483647;inline-size:min(420px,calc(100% - 24px));max-block-size:60%;overflow:auto;box-sizing:border-box;padding:12px 14px;border-radius:10px;background:#fff;color:#14213d;border:1px solid #d5dbe7;box-shadow:0 6px 24px #0003;font:13px/1.5 system-ui,sans-serif;overflow-wrap:anywhere";
  const head = panel.appendChild(document.createElement("strong"));
  head.textContent = `bank-scene: ${scene.getAttribute("widget") || "instalments"}`;
  head.style.cssText = "display:block;margin:0 0 6px";
  document.body.append(panel);
  panels.set(scene, panel);
  return panel;
};

// The height of the widest class that fits, or of the narrowest there is.
const published = (scene) => {
  const widget = scene.getAttribute("widget") || "instalments", shape = scene.getAttribute("shape") || "full";
  const locale = scene.getAttribute("locale") || FACTS.locale, width = scene.clientWidth || scene.parentElement.clientWidth;
  const classes = FACTS.heights.filter((one) => one.widget === widget && one.shape === shape && one.locale === locale);
  classes.sort((one, other) => other.from_width - one.from_width);
  const found = classes.find((one) => one.from_width <= width) || classes.at(-1);
  return found ? found.height : 0;
};

// What a sandbox around the page takes from it, it takes from the widget too.
const NEEDED = ["allow-scripts", "allow-forms", "allow-same-origin", "allow-popups", "allow-popups-to-escape-sandbox"];
const sandbox = (panel) => {
  const around = self.frameElement, mend = `sandbox="${NEEDED.join(" ")}"`;
  if (origin === "null") return line(panel, "✗", "a sandbox around this page takes its origin away: no policy can name it", mend);
  if (around && around.hasAttribute("sandbox")) {
    const missing = NEEDED.filter((one) => !around.sandbox.contains(one));
    if (missing.length) line(panel, "✗", `the sandbox around this page lacks ${missing.join(", ")}`, mend);
    else line(panel, "✓", "the sandbox around this page allows what is needed");
  } else if (self !== top && !around) line(panel, "·", "this page stands in a page of another origin: a sandbox there must be at least", mend);
};

const checks = (scene, panel) => {
  const say = (good, fine, text, mend) => (good ? line(panel, "✓", fine) : line(panel, "✗", text, mend));
  say(FACTS.known, `key of ${FACTS.merchant}, ${FACTS.mode} mode`, "this publishable key is not known",
    '<script async src="' + FACTS.host + '/v1/scene.js" data-key="bis_pk_test_…"></script>');
  if (!FACTS.known) return;
  sandbox(panel);
  if (origin === "null") return;
  say(FACTS.origins.includes(location.origin), `${location.origin} is registered`, `${location.origin} is not registered in ${FACTS.mode} mode`,
    `curl ${FACTS.host}/v1/origins -H "Authorization: Bearer bis_sk_${FACTS.mode}_…" -H "Content-Type: application/json" -d '{"origin": "${location.origin}"}'`);
  const off = Math.round((Date.now() - FACTS.now_ms) / 1000);
  say(Math.abs(off) < 60, "the clock of this device is right", `the clock of this device is off by ${off} s`, "set the clock: launch tokens live for minutes only");
  say(typeof scene.getLaunchToken === "function", "getLaunchToken is there", "nobody can apply yet: the element has no getLaunchToken",
    'document.querySelector("bank-scene").getLaunchToken = async () => (await (await fetch("/launch", {method: "POST"})).json()).launch_token');
  const height = published(scene);
  const kept = parseFloat(getComputedStyle(scene).minHeight) || 0;
  say(kept >= height, `${kept} px are kept free: nothing moves`, `${kept} px are kept free, the first view needs ${height}: the page will move`, `bank-scene{display:block;min-height:${height}px}`);
};

// What went wrong before we listened goes wrong again when the element is put in anew.
const again = (scene) => {
  const { parentNode, nextSibling } = scene;
  scene.remove();
  setTimeout(() => parentNode.insertBefore(scene, nextSibling));
};

export const watch = (scene) => {
  if (panels.has(scene)) return;
  const panel = panelOf(scene);
  checks(scene, panel);
  scene.addEventListener("bis:ready", () => line(panel, "✓", "the widget answers"), { once: true });
  scene.addEventListener("bis:error", ({ detail }) => line(panel, "✗", `${detail.code}: ${detail.message}`, detail.fix));
  document.addEventListener("securitypolicyviolation", (event) => {
    if (!event.blockedURI.startsWith(FACTS.host)) return;
    line(panel, "✗", `this page's policy blocks ${event.blockedURI}`, `Content-Security-Policy: ${event.effectiveDirective} ${FACTS.host}`);
  });
  again(scene);
};
