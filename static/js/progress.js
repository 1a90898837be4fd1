// Fetches the part of the page that shows a job again and again until it says that the job is done.
// Without this file the page refreshes itself (meta refresh). What is spoken: elements with data-announce.
const region = document.querySelector("[data-progress]");

if (region && !("done" in region.dataset)) {
  const voice = document.createElement("p");
  voice.className = "visually-hidden";
  voice.setAttribute("role", "status");
  region.after(voice);
  const pause = Number(region.dataset.seconds) * 1000;
  const spoken = () => region.querySelector("[data-announce]")?.textContent.trim() ?? "";

  const look = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(region.dataset.progress, { headers: { "X-Requested-With": "decide" } });
        // A log-in that ended, or the job that went: the whole page knows better what to say.
        if (answer.redirected || answer.status === 404) return location.reload();
        if (answer.ok) {
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          const fresh = page.getElementById(region.id);
          const before = spoken();
          region.replaceChildren(...fresh.childNodes);
          if (spoken() !== before) voice.textContent = spoken();
          if ("done" in fresh.dataset) return undefined;
        }
      } catch { /* no network for a moment: ask again */ }
    }
    return setTimeout(look, pause);
  };
  setTimeout(look, pause);
}
