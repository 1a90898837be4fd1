// Asks the browser for a passkey and sends its answer with the form. Without this file the form stays
// hidden, and the six digits of the app are the way.
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (key) => ({ ...key, id: bytes(key.id) });

function wanted(form) {
  const options = JSON.parse(form.dataset.options);
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  options.excludeCredentials = (options.excludeCredentials ?? []).map(named);
  options.allowCredentials = (options.allowCredentials ?? []).map(named);
  return options;
}

function answer(key) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature"]) {
    if (key.response[part]) response[part] = text(key.response[part]);
  }
  return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) break;
  const box = form.elements.answer;
  const trouble = form.querySelector("[data-trouble]");
  form.hidden = false;
  box.value = "";
  form.addEventListener("submit", async (event) => {
    if (box.value) return;
    event.preventDefault();
    trouble.hidden = true;
    try {
      const key = await navigator.credentials[form.dataset.passkey]({ publicKey: wanted(form) });
      box.value = answer(key);
    } catch {
      trouble.hidden = false;
      trouble.setAttribute("role", "alert");
      return;
    }
    form.requestSubmit();
  });
}
