// ¿Dónde voto? without a network: the form's page comes from the phone, the section from its table.
const box = document.querySelector("[data-where]");
const asked = new URLSearchParams(location.search).get("seccion");

function found(table, number) {
  let low = 0, high = table.runs.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [first, last, district, municipality] = table.runs[middle];
    if (number < first) high = middle - 1;
    else if (number > last) low = middle + 1;
    else return { district, municipality };
  }
  return null;
}

// A page that the server answered for this section has another heading and no such box.
if (box && asked && box.dataset.where === "") {
  fetch("/secciones.json").then((answer) => answer.json()).then((table) => {
    const digits = asked.replace(/\D/g, "");
    const place = digits.length > 0 && digits.length < 5 ? found(table, Number(digits)) : null;
    box.textContent = place
      ? box.dataset.found.replace("{section}", digits.padStart(4, "0")).replace("{municipality}", table.municipalities[place.municipality])
        .replace("{district}", place.district).replace("{seat}", table.districts[place.district])
      : box.dataset.missing.replace("{section}", asked);
    box.hidden = false;
    document.getElementById("seccion").value = asked;
  });
}
