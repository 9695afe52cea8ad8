// Hands the shopper's launch token to the widget, and says what it hears of the application.
const paidByBank = ["accepted", "fulfilling", "active", "closed"];
const ended = ["rejected", "failed", "expired", "withdrawn"];

// `left` is how many goods stay in the cart.
const showState = (status, word, left) => {
  const badge = document.querySelector("#order-state .badge");
  if (badge) {
    badge.dataset.status = status;
    badge.textContent = word;
    badge.className = `badge ${paidByBank.includes(status) ? "good" : ended.includes(status) ? "bad" : "wait"}`;
  }
  if (!paidByBank.includes(status)) return;
  document.getElementById("pay-on-delivery")?.remove();
  const cart = document.querySelector(".cart-link .count");
  if (cart && Number(left)) cart.textContent = left;
  else cart?.remove();
};

(async () => {
  const scene = document.querySelector("bank-scene[data-launch]");
  if (!scene) return;
  const heard = document.getElementById("heard-status");
  const words = JSON.parse(heard.dataset.words);
  scene.addEventListener("bis:status", (event) => {
    const status = event.detail.status;
    heard.dataset.status = status;
    heard.textContent = words[status] || status;
    showState(status, words[status] || status, heard.dataset.cart);
  });
  const fetchToken = async () => {
    const answer = await fetch(scene.dataset.launch, { method: "POST", headers: { "X-CSRF-Token": scene.dataset.csrf } });
    if (!answer.ok) throw new Error("no launch token");
    return (await answer.json()).launch_token;
  };
  await customElements.whenDefined("bank-scene");
  scene.getLaunchToken = fetchToken;
  scene.launch(await fetchToken());
})().catch(() => {});
