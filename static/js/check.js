// Checks a package or a folio in this browser. Nothing is sent anywhere: there is no request in this file.
const TEXT = new TextDecoder();
const bytes = (text) => new TextEncoder().encode(text);
const join = (...parts) => new Uint8Array(parts.flatMap((part) => [...part]));
const hash = async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", data));
const hex = (data) => [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => new Uint8Array((text.match(/../g) || []).map((pair) => parseInt(pair, 16)));
const packed = (data) => btoa(String.fromCharCode(...data));
const unpacked = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

class Wrong extends Error {}
class Unable extends Error {}
const demand = (true_) => { if (!true_) throw new Wrong(); };

// --- signed notes (C2SP signed-note, Ed25519)

async function openNote(note, keyLine) {
  const [, name, short, data] = keyLine.trim().match(/^([^+]*)\+([^+]*)\+(.*)$/) || [];
  demand(name);
  const at = note.lastIndexOf("\n\n");
  demand(at > 0);
  const text = note.slice(0, at + 1);
  const raw = unpacked(data);
  demand(raw[0] === 1 && raw.length === 33 && hex((await hash(join(bytes(`${name}\n`), raw))).slice(0, 4)) === short);
  const lines = note.slice(at + 2).trimEnd().split("\n").map((line) => line.split(" "));
  const own = lines.find(([, signer, value]) => signer === name && hex(unpacked(value).slice(0, 4)) === short);
  demand(own);
  let key;
  try {
    key = await crypto.subtle.importKey("raw", raw.slice(1), "Ed25519", false, ["verify"]);
  } catch {
    throw new Unable();
  }
  demand(await crypto.subtle.verify("Ed25519", key, unpacked(own[2]).slice(4), bytes(text)));
  return text.trimEnd().split("\n");
}

async function openWithAny(note, keys) {
  for (const key of keys) {
    try { return await openNote(note, key); } catch (error) { if (!(error instanceof Wrong)) throw error; }
  }
  throw new Wrong();
}

// --- the ZIP: its directory, and one file at a time

async function directory(file) {
  const tail = new DataView(await file.slice(Math.max(0, file.size - 65557)).arrayBuffer());
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end -= 1;
  demand(end >= 0);
  const start = tail.getUint32(end + 16, true), size = tail.getUint32(end + 12, true);
  const list = new DataView(await file.slice(start, start + size).arrayBuffer());
  const found = new Map();
  for (let at = 0; at + 46 <= list.byteLength;) {
    demand(list.getUint32(at, true) === 0x02014b50);
    const [name, extra, note] = [28, 30, 32].map((place) => list.getUint16(at + place, true));
    const title = TEXT.decode(new Uint8Array(list.buffer, at + 46, name));
    demand(!found.has(title));
    found.set(title, { method: list.getUint16(at + 10, true), size: list.getUint32(at + 20, true), offset: list.getUint32(at + 42, true) });
    at += 46 + name + extra + note;
  }
  return found;
}

async function content(file, entry) {
  const head = new DataView(await file.slice(entry.offset, entry.offset + 30).arrayBuffer());
  const start = entry.offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const piece = file.slice(start, start + entry.size);
  const stream = entry.method === 8 ? piece.stream().pipeThrough(new DecompressionStream("deflate-raw")) : piece.stream();
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// --- the steps a person sees

const steps = (form) => Object.fromEntries([...form.querySelectorAll("[data-step]")].map((line) => [line.dataset.step, line]));

function say(line, state, more = "") {
  line.hidden = false;
  line.dataset.state = state;
  line.textContent = line.dataset[state].replace("{}", more);
}

async function take(line, work) {
  say(line, "busy");
  try {
    say(line, "good", (await work()) || "");
    return true;
  } catch (error) {
    say(line, error instanceof Unable ? "unable" : "bad");
    return error instanceof Unable;
  }
}

async function checkPackage(form) {
  const file = form.elements.package.files[0];
  const keys = form.elements.key.value.trim().split("\n");
  const line = steps(form);
  Object.values(line).forEach((each) => { each.hidden = true; });
  let entries, manifest, told;
  const read = async (name) => content(file, entries.get(name));
  const passed = await take(line.open, async () => {
    entries = await directory(file);
    manifest = await read("manifiesto.json");
    told = JSON.parse(TEXT.decode(manifest));
    return told.recibe;
  }) && await take(line.signature, async () => {
    const said = ["decide-entrega", hex(await hash(manifest))].join("\n");
    demand((await openWithAny(TEXT.decode(await read("manifiesto.firma.txt")), keys)).join("\n") === said);
  }) && await take(line.files, async () => {
    const names = ["manifiesto.json", "manifiesto.firma.txt", ...told.archivos.map((each) => each.nombre)];
    demand(names.length === entries.size && names.every((name) => entries.has(name)));
    for (const each of told.archivos) demand(hex(await hash(await read(each.nombre))) === each.sha256);
    return String(told.archivos.length);
  }) && await take(line.head, async () => {
    const head = await openWithAny(TEXT.decode(await read("cabeza.txt")), keys);
    const list = await hash(await read("compromisos.txt"));
    demand(head.includes(`conteos ${packed(list)}`));
    return hex(unpacked(head[2]));
  });
  form.querySelector("[data-all]").hidden = !passed;
}

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function folioBytes(typed) {
  const letters = typed.toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  demand(letters.length === 27);
  let total = 0, number = 0n;
  for (const letter of letters.slice(0, 26)) {
    const digit = ALPHABET.indexOf(letter);
    demand(digit >= 0);
    total = (total ^ digit) << 1;
    if (total & 32) total ^= 0b100101;
    number = number << 5n | BigInt(digit);
  }
  demand(total === ALPHABET.indexOf(letters[26]) && number >> 128n === 0n);
  return unhex(number.toString(16).padStart(32, "0"));
}

async function root(leaves) {
  let level = leaves;
  while (level.length > 1) {
    const above = [];
    for (let at = 0; at < level.length; at += 2) {
      above.push(at + 1 < level.length ? await hash(join([1], level[at], level[at + 1])) : level[at]);
    }
    level = above;
  }
  return level[0];
}

async function checkFolio(form) {
  const line = steps(form);
  Object.values(line).forEach((each) => { each.hidden = true; });
  let leaf, leaves;
  const passed = await take(line.folio, async () => {
    const own = await hash(join(bytes("decide/folio/1\n"), await hash(folioBytes(form.elements.folio.value))));
    const told = unhex(form.elements.content.value.toLowerCase().replace(/[^0-9a-f]/g, ""));
    demand(told.length === 32);
    leaf = packed(await hash(join([0], told, own)));
  }) && await take(line.leaf, async () => {
    leaves = (await form.elements.leaves.files[0].text()).trim().split("\n");
    demand(leaves.includes(leaf));
    return String(leaves.indexOf(leaf) + 1);
  }) && await take(line.root, async () => {
    const head = form.elements.head.files[0];
    if (!head) throw new Unable();
    const text = await openWithAny(await head.text(), form.elements.key.value.trim().split("\n"));
    demand(Number(text[1]) === leaves.length && packed(await root(leaves.map(unpacked))) === text[2]);
  });
  form.querySelector("[data-all]").hidden = !passed;
}

for (const [name, work] of [["package", checkPackage], ["folio", checkFolio]]) {
  const form = document.querySelector(`form[data-check="${name}"]`);
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    work(form);
  });
}
