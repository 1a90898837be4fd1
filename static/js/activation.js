// The letter's QR code brings the activation code after the "#", which no server ever sees.
// Without this file the person types it.
const code = decodeURIComponent(location.hash.slice(1));
const box = document.querySelector("input[name=code]");

if (code && box && !box.value) {
  box.value = code;
  history.replaceState(null, "", location.pathname);
}
