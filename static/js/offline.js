// Lets the shell, the Quitadudas and ¿Dónde voto? work without a network after the first visit.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sin-conexion.js");
