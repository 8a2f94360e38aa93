/**
 * The service worker: keeps one version of the companion whole, so that it opens without a network and never in pieces of two
 * versions.
 *
 * A new version is fetched beside the old one and waits. It takes over when a person says so, or when no tab is open any more. Other
 * tabs may then still show the old one, and load more of its pages: its cache stays until the last of them is gone.
 * What is asked of the service passes by untouched. If one of these ever does harm, the administrator puts stop.js in its place.
 */

import { PATHS } from '../app/paths.js';
import { addressOf, pathOf } from '../core/address.js';

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** What the build puts in: the version, and the files that make it. */
const NAME = `breath-master.${VERSION}`;

/** The document of all pages. */
const DOCUMENT = '/';

/** Under this address an older version's cache notes the tabs that were open when a later version took over. */
const NEEDED_BY = addressOf('/.needed-by');

/** Whether nothing of an older version is left, as far as this run of the worker knows. */
let isAlone = false;

/**
 * Fetches a file and compares its digest. The answer may be the file of another version, one that broke off, or a hotel's log-in page.
 *
 * @param {string} path
 * @param {RequestCache} cache
 */
async function fetchExact(path, cache) {
	const response = await fetch(addressOf(path), { cache });
	const digest = await crypto.subtle.digest('SHA-256', await response.clone().arrayBuffer());
	if (!btoa(String.fromCharCode(...new Uint8Array(digest))).startsWith(FILES[path])) {
		throw new Error(path);
	}
	return response;
}

async function install() {
	const found = await Promise.all(Object.keys(FILES).map(async (path) => (
		// What the browser's own cache holds may be the wrong one.
		/** @type {const} */ ([addressOf(path), await fetchExact(path, 'default').catch(() => fetchExact(path, 'reload'))])
	)));
	// This version may have been here before, if the one after it was taken back. Caches are listed in the order of their making.
	await caches.delete(NAME);
	const cache = await caches.open(NAME);
	await Promise.all(found.map(([address, response]) => cache.put(address, response)));
}

/** Returns the names of the older versions' caches. One that is younger belongs to a version that is being installed. */
async function olderCaches() {
	const names = await caches.keys();
	return names.slice(0, Math.max(0, names.indexOf(NAME)));
}

/** Returns the identifiers of all tabs. A tab that loads another document gets another one. */
const tabs = async () => (await worker.clients.matchAll({ includeUncontrolled: true })).map(({ id }) => id);

async function activate() {
	const open = await tabs();
	for (const name of await olderCaches()) {
		const cache = await caches.open(name);
		if (!await cache.match(NEEDED_BY)) {
			await cache.put(NEEDED_BY, new Response(JSON.stringify(open)));
		}
	}
	await worker.clients.claim();
	await removeUnneeded();
}

async function removeUnneeded() {
	const open = await tabs();
	const older = await olderCaches();
	for (const name of older) {
		/** @type {string[]} */
		const needed = await (await caches.match(NEEDED_BY, { cacheName: name }))?.json() ?? [];
		if (!needed.some((id) => open.includes(id))) {
			await caches.delete(name);
		}
	}
	isAlone = older.length === 0;
}

/** @param {string} path */
const isNamedAfterContent = (path) => path.startsWith('/app/');

/** @param {Request} request @returns {string | null} the file that answers it, null where it is the network's */
function fileFor({ method, mode, url }) {
	const { origin, pathname } = new URL(url);
	const path = pathOf(pathname);
	if (method !== 'GET' || origin !== worker.location.origin || path === null) {
		return null;
	}
	if (mode === 'navigate') {
		return PATHS.some((page) => page === path) ? DOCUMENT : null;
	}
	return path in FILES || isNamedAfterContent(path) ? path : null;
}

/**
 * @param {Request} request
 * @param {string} file
 */
async function answer(request, file) {
	// What is named after its content is right whichever version kept it. A browser that is short of room may have thrown the caches
	// away, and one whose disk fails cannot read them: the network has the same.
	const kept = await caches.match(addressOf(file), isNamedAfterContent(file) ? {} : { cacheName: NAME }).catch(() => undefined);
	return kept ?? fetch(request);
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
	if (!isAlone) {
		// What cannot be removed now is removed another time.
		event.waitUntil(removeUnneeded().catch(() => {}));
	}
	const page = pageFor(event.request);
	if (page !== null) {
		event.respondWith(Response.redirect(page, 301));
		return;
	}
	const file = fileFor(event.request);
	if (file !== null) {
		event.respondWith(answer(event.request, file));
	}
});
worker.addEventListener('message', ({ data }) => {
	if (data === 'update') {
		void worker.skipWaiting();
	}
});
