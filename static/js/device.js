// Two small things of “Mis opiniones”: bring a code out of a QR address into its field (what stands behind
// “#” never leaves the phone), and forget what this browser remembered once everything was withdrawn.
const field = document.querySelector("#code");
if (field && location.hash.length > 1) {
  field.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}

if (document.querySelector("[data-forget]")) {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("decide:")) localStorage.removeItem(key);
    }
  } catch { /* the browser refuses storage: there is nothing to forget */ }
}
