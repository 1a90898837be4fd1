// Keeps a draft while it is being written: after a pause, the form is sent as it is, beside the page.
// Without this file the buttons save. A sending of ours and one of the person never overlap.
const PAUSE = 4000;

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const line = document.getElementById(form.dataset.autosave);
  let timer = 0;
  let running = null;
  let changed = false;

  const say = (words) => { line.textContent = line.dataset[words] ?? ""; };

  async function send() {
    changed = false;
    const sent = new FormData(form);
    sent.set("then", "auto");
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: sent, redirect: "manual" });
    } catch {
      changed = true;
      say("offline");
      return;
    }
    if (!answer.ok) {
      // Not complete yet, or somebody else saved: the button will show what it is.
      say(answer.status === 422 ? "waiting" : "stopped");
      if (answer.status !== 422) form.removeEventListener("input", soon);
      return;
    }
    const kept = await answer.json();
    form.elements.revision.value = kept.revision;
    if (form.getAttribute("action") !== kept.address) {
      form.action = kept.address;
      history.replaceState(null, "", kept.address);
    }
    say("saved");
  }

  function now() {
    clearTimeout(timer);
    if (running || !changed) return;
    running = send().finally(() => { running = null; });
  }

  function soon() {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(now, PAUSE);
  }

  form.addEventListener("input", soon);
  document.addEventListener("visibilitychange", () => { if (document.hidden) now(); });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    changed = false;
    if (!running) return;
    event.preventDefault();
    running.then(() => form.requestSubmit(event.submitter));
  });
}
