/**
 * The way back: a service worker that removes itself and what earlier ones kept. An administrator copies it over sw.js; browsers look for
 * that file by themselves, take this one, and from the next page on ask the server for everything again. What people
 * have practised lies elsewhere and stays.
 */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

worker.addEventListener('install', () => void worker.skipWaiting());
worker.addEventListener('activate', (event) => event.waitUntil((async () => {
	for (const name of await caches.keys()) {
		await caches.delete(name);
	}
	await worker.registration.unregister();
})()));
