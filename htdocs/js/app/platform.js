/**
 * What the browser gives to the core modules beside a storage: network and randomness.
 */

/** A request that takes longer has failed: the core wants each to end. */
const REQUEST_LIMIT_MS = 30_000;

/**
 * What this page cannot do without, and the browser does not have here.
 *
 * @returns {'missing.insecure' | 'missing.old' | null} the text that says so, null where nothing is missing
 */
export function whatIsMissing() {
	if (!window.isSecureContext || !crypto.subtle) {
		return 'missing.insecure';
	}
	if (!navigator.locks || !AbortSignal.timeout || !window.indexedDB || !window.BroadcastChannel) {
		return 'missing.old';
	}
	return null;
}

/** @type {import('../core/api.js').Fetch} */
export const limitedFetch = (url, init) => fetch(url, {
	...init, cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer', signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
});

/** @param {number} count */
export const randomBytes = (count) => crypto.getRandomValues(new Uint8Array(count));
