// Sends a press without loading a page, remembers it on this device, keeps it while there is no network.
// Without this file the same form works by itself, with a reload. Words come from the script element.
const words = document.getElementById("reaction-words").dataset;
const PREFIX = "decide:reaction:";
const [SOON, LATE] = [2000, 60000]; // first and longest pause between attempts, in ms

// A browser may refuse storage; then the page remembers as long as it is open.
const shelf = (() => {
  try {
    localStorage.setItem("decide:try", "1");
    localStorage.removeItem("decide:try");
    return localStorage;
  } catch {
    const map = new Map();
    return {
      getItem: (key) => map.get(key) ?? null, setItem: (key, value) => map.set(key, value),
      removeItem: (key) => map.delete(key), key: (n) => [...map.keys()][n],
      get length() { return map.size; },
    };
  }
})();

const read = (subject) => JSON.parse(shelf.getItem(PREFIX + subject) ?? "null");
const write = (subject, record) => shelf.setItem(PREFIX + subject, JSON.stringify(record));
const subjects = () =>
  Array.from({ length: shelf.length }, (_, n) => shelf.key(n))
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => key.slice(PREFIX.length));

function show(subject, text, { offline = false } = {}) {
  const choice = read(subject)?.choice ?? "none";
  for (const form of document.querySelectorAll("form[data-reaction]:not([data-closed])")) {
    if (form.dataset.reaction !== subject) continue;
    for (const button of form.querySelectorAll("button[data-choice]")) {
      const pressed = button.dataset.choice === choice;
      button.setAttribute("aria-pressed", String(pressed));
      button.value = pressed ? "none" : button.dataset.choice;
    }
    const status = form.querySelector("[role=status]");
    status.textContent = text;
    status.classList.toggle("reaction__status--offline", offline);
  }
}

let [busy, wait, timer, solution, asked] = [false, SOON, 0, "", 0];

function later(seconds) {
  clearTimeout(timer);
  timer = setTimeout(send, seconds * 1000 || wait);
  wait = Math.min(wait * 2, LATE);
}

// One press travels at a time, and always the newest of its subject: the last word wins here and there.
async function send() {
  const subject = subjects().find((each) => !read(each).sent);
  if (busy || subject === undefined) return;
  busy = true;
  const going = read(subject);
  let answer = null;
  try {
    answer = await fetch(going.action, {
      method: "POST",
      headers: { "X-Requested-With": "decide", "X-Press": `${going.version} ${going.choice}` },
      body: solution ? new URLSearchParams({ solution }) : null,
      keepalive: true,
    });
    solution = "";
    // Under pressure the service asks this device for some work first, and then lets it be for a while.
    if (answer.status === 428 && ++asked < 4) {
      show(subject, words.proving);
      const [{ challenge }, { solve }] = await Promise.all([answer.json(), import(words.proof)]);
      solution = await solve(challenge);
      busy = false;
      send();
      return;
    }
  } catch { /* no network: the press stays on the shelf */ }
  busy = false;
  asked = 0;
  if (answer === null || answer.status >= 500 || [428, 429].includes(answer.status)) {
    show(subject, words.offline, { offline: true });
    later(Number(answer?.headers.get("Retry-After")));
    return;
  }
  wait = SOON;
  const now = read(subject) ?? going;
  const { message } = answer.ok ? {} : await answer.json().catch(() => ({}));
  if (answer.ok) {
    write(subject, { ...now, kept: going.choice, sent: now.stamp === going.stamp });
    if (now.stamp === going.stamp) show(subject, now.choice === "none" ? words.removed : words.saved);
  } else {
    write(subject, { ...now, choice: now.kept, sent: true });
    show(subject, message || words.refused);
  }
  send();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("form[data-reaction] button[data-choice]");
  if (!button) return;
  event.preventDefault();
  const { reaction: subject, version } = button.form.dataset;
  const kept = read(subject)?.kept ?? "none";
  const stamp = Date.now() + Math.random();
  write(subject, { choice: button.value, kept, version, stamp, action: button.form.action, sent: false });
  show(subject, words.sending);
  send();
});

for (const form of document.querySelectorAll("form[data-reaction]")) {
  const record = read(form.dataset.reaction);
  if (!record || record.choice === "none") continue;
  const older = Number(record.version) < Number(form.dataset.version);
  show(form.dataset.reaction, older ? words.changed : words.kept);
}
addEventListener("online", () => { wait = SOON; send(); });
send();
