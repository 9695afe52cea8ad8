// A button in the page's own language, and the name of what was chosen. Without script the browser's control stays.
const input = document.getElementById("document");
const chosen = document.getElementById("document-name");
const nothing = chosen.textContent;
const show = () => {
  chosen.textContent = input.files[0]?.name ?? nothing;
};
input.addEventListener("change", show);
show();
input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby")} ${chosen.id}`);
input.parentElement.classList.add("named");
for (const one of input.parentElement.children) one.hidden = false;
