/**
 * The service worker: keeps one version of the companion whole, so that it opens without a network and never in pieces of two
 * versions.
 *
 * A new version is fetched beside the old one and waits. It takes over when a person says so, or when no tab is open any more.
 * What is asked of the service passes by untouched. If one of these ever does harm, the administrator puts stop.js in its place.
 */

import { PATHS } from '../app/paths.js';
import { addressOf, pathOf } from '../core/address.js';

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** What the build puts in: the version, and the files that make it. */
const NAME = `breath-master.${VERSION}`;

/** The document of all pages. */
const DOCUMENT = '/';

async function install() {
	const cache = await caches.open(NAME);
	// What is named after its content may come out of the browser's own cache; what is not has to be this very version.
	await cache.addAll(FILES.map((file) => new Request(addressOf(file), { cache: file.startsWith('/app/') ? 'default' : 'reload' })));
}

async function activate() {
	for (const name of await caches.keys()) {
		if (name !== NAME) {
			await caches.delete(name);
		}
	}
	await worker.clients.claim();
}

/** @param {Request} request @returns {string | null} the file that answers it, null where it is the network's */
function fileFor({ method, mode, url }) {
	const { origin, pathname } = new URL(url);
	const asked = pathOf(pathname);
	if (method !== 'GET' || origin !== worker.location.origin || asked === null) {
		return null;
	}
	if (mode === 'navigate') {
		return PATHS.some((path) => path === asked) ? DOCUMENT : null;
	}
	return FILES.includes(asked) ? asked : null;
}

/** @param {Request} request @returns {string | null} the page that is meant by its address with a slash behind it, as the web server has it */
function pageFor({ mode, url }) {
	const { origin, pathname, search } = new URL(url);
	return mode === 'navigate' && origin === worker.location.origin && PATHS.some((path) => path !== '/' && addressOf(`${path}/`) === pathname)
		? pathname.slice(0, -1) + search
		: null;
}

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(activate()));
worker.addEventListener('fetch', (event) => {
	const page = pageFor(event.request);
	if (page !== null) {
		event.respondWith(Response.redirect(page, 301));
		return;
	}
	const file = fileFor(event.request);
	if (file !== null) {
		// A browser that is short of room may have thrown the cache away.
		event.respondWith(caches.open(NAME).then((cache) => cache.match(addressOf(file))).then((kept) => kept ?? fetch(event.request)));
	}
});
worker.addEventListener('message', ({ data }) => {
	if (data === 'update') {
		void worker.skipWaiting();
	}
});
