/**
 * Working without a network: registers the service worker once the page stands, and asks before a new version takes over.
 *
 * Nothing is ever reloaded under a session. Another tab may have said yes while one goes on here; then this one reloads when it is over.
 */

import { scriptAddress } from './platform.js';

const SCRIPT = '/sw.js';

/** How often a tab that stays open looks for a new version. */
const LOOK_MS = 3_600_000;

/**
 * @param {object} host
 * @param {import('./session.js').Session} host.session
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

	function settle() {
		if (session.isOn()) {
			offer(null);
		} else if (isOver) {
			location.reload();
		} else if (registration.waiting && navigator.serviceWorker.controller) {
			const { waiting } = registration;
			offer(() => waiting.postMessage('update'));
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
	session.onChange(settle);
	settle();

	let looked = performance.now();
	document.addEventListener('visibilitychange', () => {
		if (document.visibilityState === 'visible' && performance.now() - looked > LOOK_MS) {
			looked = performance.now();
			registration.update().catch(() => {});
		}
	});
}
