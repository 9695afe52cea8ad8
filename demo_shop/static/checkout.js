// Hands the shopper's launch token to the widget, and says what it hears of the application.
(async () => {
  const scene = document.querySelector("bank-scene[data-launch]");
  if (!scene) return;
  const heard = document.getElementById("heard-status");
  const words = JSON.parse(heard.dataset.words);
  scene.addEventListener("bis:status", (event) => {
    const status = event.detail.status;
    heard.dataset.status = status;
    heard.textContent = words[status] || status;
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
