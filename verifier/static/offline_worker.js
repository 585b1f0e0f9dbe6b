// Answers E6 from what the person chose to keep, when there is no network. It looks at no other page.
"use strict";
const KEPT = "pateva-offline-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname === "/v/offline") {
    event.respondWith(fetch(event.request).catch(() => fromKept("/v/offline")));
  } else if (url.pathname.startsWith("/v/static/")) {
    event.respondWith(fromKept(event.request).catch(() => fetch(event.request)));
  }
});

async function fromKept(wanted) {
  const found = await caches.match(wanted, { cacheName: KEPT });
  if (!found) throw new TypeError("not kept");
  return found;
}
