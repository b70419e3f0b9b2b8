// Load the page again when the server's mark is another one, and keep the colours that were chosen.
const seen = document.body.dataset.mark;
new EventSource("/changes").onmessage = (event) => {
  if (event.data !== seen) location.reload();
};

const kept = sessionStorage.getItem("scheme");
for (const choice of document.querySelectorAll("[name=scheme]")) {
  choice.checked = choice.value === (kept ?? "");
  choice.addEventListener("change", () => sessionStorage.setItem("scheme", choice.value));
}
