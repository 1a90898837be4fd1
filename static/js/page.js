// What every public page does by script, in one file because each file is a round trip.
// Lets the shell, the Quitadudas and ¿Dónde voto? work without a network after the first visit.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sin-conexion.js");

// Tells how fast this page was, once, when it is left: rounded numbers and the path, no cookie, no identity.
// They are counted by kind of page only (decide/statistics/speed.py). A browser that cannot measure says less.
const told = {};
const known = globalThis.PerformanceObserver?.supportedEntryTypes ?? [];
const watch = (type, each, more) => {
  if (known.includes(type)) new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true, ...more });
};

let [sum, first, last] = [0, 0, 0]; // of the layout's shifts, in windows of at most five seconds
if (known.includes("layout-shift")) told.cls = 0;
watch("layout-shift", (shift) => {
  if (shift.hadRecentInput) return;
  if (shift.startTime - last > 1000 || shift.startTime - first > 5000) [sum, first] = [0, shift.startTime];
  sum += shift.value;
  last = shift.startTime;
  told.cls = Math.max(told.cls, sum);
});
watch("largest-contentful-paint", (paint) => { told.lcp = paint.startTime; });
watch("event", (press) => { if (press.interactionId) told.inp = Math.max(told.inp ?? 0, press.duration); }, { durationThreshold: 40 });
const [arrival] = performance.getEntriesByType("navigation");
if (arrival) told.ttfb = arrival.responseStart;

addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "hidden" || told.ruta) return;
  told.ruta = location.pathname;
  navigator.sendBeacon?.("/medidas", new URLSearchParams(told));
});
