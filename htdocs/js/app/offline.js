/**
 * Working without a network: registers the service worker once the page stands, and asks before a new version takes over.
 *
 * Nothing is ever reloaded under a session, nor under anything else that would be gone with the page: what is shown once, what is being
 * done, what was typed and not sent. Another tab may have said yes meanwhile; then this one reloads when all of that is over.
 */

import { addressOf } from '../core/address.js';
import { scriptAddress } from './platform.js';

const SCRIPT = addressOf('/sw.js');

/** A tab that is looked at again looks for a new version, unless it did not so long ago. */
const LOOK_MS = 3_600_000;
/** How often one does that is looked at all the time. */
const LOOK_ANYWAY_MS = 86_400_000;

/** What is on screen once: a dialogue, a code or what was found in an export, what a session brought, the work of a button. */
const SHOWN_ONCE = 'dialog[open], .found:not([hidden]), .earned:not([hidden]), [data-busy]';

/** Whether a reload would take something away that nobody can bring back. */
const isHeld = () => document.querySelector(SHOWN_ONCE) !== null
	|| [...document.querySelectorAll('input:not([type=checkbox], [type=radio]), textarea')].some((field) => {
		const { value, defaultValue } = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (field);
		return value !== defaultValue;
	});

/**
 * @param {object} host
 * @param {import('./accompany.js').Session} host.session
 * @param {(use: (() => void) | null) => void} host.offer shows that a new version is there, and calls back if the person wants it; null: no
 *   more
 */
export async function workOffline({ session, offer }) {
	if (!navigator.serviceWorker) {
		return;
	}
	const registration = await navigator.serviceWorker.register(scriptAddress(SCRIPT));

	/** Whether a page of an earlier version is on screen that its worker left. */
	let isOver = false;
	let hasController = navigator.serviceWorker.controller !== null;

	/** @type {ServiceWorker | null} */
	let offered = null;

	/** @param {ServiceWorker | null} waiting */
	function offerOnce(waiting) {
		if (offered !== waiting) {
			offered = waiting;
			offer(waiting && (() => waiting.postMessage('update')));
		}
	}

	const watcher = new MutationObserver(settle);

	function settle() {
		const waiting = navigator.serviceWorker.controller && registration.waiting;
		if (!isOver && !waiting) {
			offerOnce(null);
		} else if (session.isOn() || isHeld()) {
			offerOnce(null);
			watcher.observe(document.body, { subtree: true, childList: true, attributeFilter: ['open', 'hidden', 'data-busy'] });
		} else if (isOver) {
			location.reload();
		} else {
			offerOnce(waiting);
		}
	}

	navigator.serviceWorker.addEventListener('controllerchange', () => {
		// The first worker that there is takes over a page of its own version.
		isOver = hasController;
		hasController = true;
		settle();
	});
	registration.addEventListener('updatefound', () => {
		registration.installing?.addEventListener('statechange', settle);
	});
	// What hears of a session's end at the same time shows what it brought, which is to stay.
	session.onChange(() => queueMicrotask(settle));
	document.addEventListener('input', settle);
	settle();

	let looked = performance.now();
	/** @param {number} leastMs since it looked last */
	function look(leastMs) {
		if (document.visibilityState === 'visible' && performance.now() - looked >= leastMs) {
			looked = performance.now();
			registration.update().catch(() => {});
		}
	}
	document.addEventListener('visibilitychange', () => look(LOOK_MS));
	setInterval(() => look(LOOK_ANYWAY_MS), LOOK_MS);
}
