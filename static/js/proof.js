// Solves an ALTCHA challenge (v2, PBKDF2/SHA-256) with the browser's own cryptography: it looks for a
// number whose derived key begins as asked. Some hundred tries; a few at a time, so that the page lives.
const AT_ONCE = 8;

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function derived({ nonce, salt, cost, keyLength }, counter) {
  const password = new Uint8Array(20);
  password.set(bytes(nonce));
  new DataView(password.buffer).setUint32(16, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  return hex(await crypto.subtle.deriveBits(how, key, keyLength * 8));
}

// The solution as it is sent, or "" where the browser offers no cryptography.
export async function solve(challenge) {
  const { parameters } = challenge;
  for (let first = 0; globalThis.crypto?.subtle; first += AT_ONCE) {
    const counters = Array.from({ length: AT_ONCE }, (_, n) => first + n);
    const keys = await Promise.all(counters.map((counter) => derived(parameters, counter)));
    const hit = keys.findIndex((key) => key.startsWith(parameters.keyPrefix));
    if (hit >= 0) {
      return btoa(JSON.stringify({ challenge, solution: { counter: first + hit, derivedKey: keys[hit] } }));
    }
  }
  return "";
}
