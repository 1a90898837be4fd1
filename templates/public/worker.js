// Keeps the shell, the Quitadudas and the section look-up; see decide/web/public/offline.py for what is never kept.
const CACHE = "decide-{{ version }}";
const SHELL = {{ shell | tojson }};
const KEPT = /^\/($|donde-voto$|quitadudas|organos|guias|secciones\.json$|sin-conexion$|sellos\/comprobar$)/;
const PORTALS = /^\/(partido|oficina)(\/|$)/;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("decide-") && name !== CACHE;
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

async function fresh(request, path) {
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected && !new URL(request.url).search) {
      (await caches.open(CACHE)).put(request, answer.clone());
    }
    return answer;
  } catch (lost) {
    return (await caches.match(path)) || (await caches.match("/sin-conexion")) || Response.error();
  }
}

async function fixed(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(CACHE)).put(request, answer.clone());
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || PORTALS.test(url.pathname)) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(fixed(request));
  else if (KEPT.test(url.pathname)) event.respondWith(fresh(request, url.pathname));
  else if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(async () => (await caches.match("/sin-conexion")) || Response.error()));
  }
});
