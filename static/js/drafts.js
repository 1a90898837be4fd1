// Keeps what is being written in this tab, until the page with the folio says that it arrived.
// It stays on the device and goes with the tab. Without this file nothing is kept, and nothing breaks.
const PREFIX = "decide:draft:";

try {
  for (const done of document.querySelectorAll("[data-draft-done]")) {
    sessionStorage.removeItem(PREFIX + done.dataset.draftDone);
  }
  for (const box of document.querySelectorAll("[data-draft]")) {
    const key = PREFIX + box.dataset.draft;
    const kept = sessionStorage.getItem(key);
    // A text that the server sent back is newer than ours.
    if (kept && !box.value) {
      box.value = kept;
      box.dispatchEvent(new Event("input"));
    }
    box.addEventListener("input", () => {
      if (box.value) sessionStorage.setItem(key, box.value);
      else sessionStorage.removeItem(key);
    });
  }
} catch { /* the browser refuses storage: write without a net */ }
