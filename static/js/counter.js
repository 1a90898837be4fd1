// Says how many characters are left, on the page at once and aloud after a pause in typing.
// Without this file the limit is written under the box, and the server says when it is passed.
const PAUSE = 1000;

for (const box of document.querySelectorAll("[data-limit]")) {
  const line = document.getElementById(`${box.id}-count`);
  const voice = document.createElement("p");
  voice.className = "visually-hidden";
  voice.setAttribute("role", "status");
  line.after(voice);
  let timer = 0;

  const count = (event) => {
    // Characters as a person and the server count them: an emoji is one, a line break is one.
    const left = Number(box.dataset.limit) - Array.from(box.value).length;
    const words = left < 0 ? line.dataset.over : line.dataset.left;
    line.textContent = words.replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang));
    line.classList.toggle("field__count--over", left < 0);
    clearTimeout(timer);
    if (event) timer = setTimeout(() => { voice.textContent = line.textContent; }, PAUSE);
  };

  box.addEventListener("input", count);
  count();
}
