// Brings every part marked `data-live` of the page up to date, by its id, while somebody looks. A part that holds the
// keyboard's place is left as it is. Without this file there is a link, and a refresh for whoever asks for it.
const bar = document.querySelector("[data-live-switch]");

if (bar) {
  const pause = Number(bar.dataset.liveSeconds) * 1000;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--quiet";
  button.textContent = bar.dataset.pause;
  bar.querySelector("[data-live-replaced]")?.replaceWith(button);
  let running = true;
  button.addEventListener("click", () => {
    running = !running;
    button.textContent = running ? bar.dataset.pause : bar.dataset.resume;
    if (running) look();
  });

  let asking = false;
  const look = async () => {
    if (!running || document.hidden || asking) return;
    asking = true;
    try {
      const answer = await fetch(bar.dataset.liveUrl, { headers: { "X-Requested-With": "decide" } });
      // A log-in that ended: the whole page knows better what to say.
      if (answer.redirected) return location.reload();
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const old of document.querySelectorAll("[data-live]")) {
          const fresh = page.getElementById(old.id);
          if (fresh && fresh.innerHTML !== old.innerHTML && !old.contains(document.activeElement)) {
            old.replaceChildren(...fresh.childNodes);
          }
        }
      }
    } catch { /* no network for a moment: ask again */ } finally {
      asking = false;
    }
    return undefined;
  };
  setInterval(look, pause);
}
