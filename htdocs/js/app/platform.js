/**
 * What the browser gives to the core modules beside a storage: network and randomness.
 */

/** A request that takes longer has failed: the core wants each to end. */
const REQUEST_LIMIT_MS = 30_000;

/**
 * What this page cannot do without, and the browser does not have here.
 *
 * @returns {'missing.insecure' | 'missing.old' | 'error.no_storage' | null} the text that says so, null where nothing is missing
 */
export function whatIsMissing() {
	if (!window.isSecureContext || !crypto.subtle) {
		return 'missing.insecure';
	}
	if (!navigator.locks || !AbortSignal.timeout || !window.BroadcastChannel) {
		return 'missing.old';
	}
	return hasStorage() ? null : 'error.no_storage';
}

/** Whether there is a storage to be asked. A browser that blocks it says so by there being none, by throwing, or when it is opened. */
function hasStorage() {
	try {
		return Boolean(window.indexedDB);
	} catch {
		return false;
	}
}

/**
 * The part of Trusted Types that is used; what comes out is passed on where a text would be refused.
 *
 * @typedef {{createPolicy(name: string, rules: {createScriptURL(text: string): string}): {createScriptURL(text: string): string}}} TrustedTypes
 */

const { trustedTypes } = /** @type {{trustedTypes?: TrustedTypes}} */ (/** @type {unknown} */ (globalThis));

/** Workers are of this site. The policy's name is the one that the server lets through. */
const policy = trustedTypes?.createPolicy('sw', {
	createScriptURL(text) {
		if (new URL(text, location.href).origin !== location.origin) {
			throw new TypeError('a script from elsewhere');
		}
		return text;
	},
});

/** @param {string} address of a worker's script */
export const scriptAddress = (address) => policy?.createScriptURL(address) ?? address;

/** @type {import('../core/api.js').Fetch} */
export const limitedFetch = (url, init) => fetch(url, {
	...init, cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer', signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
});

/**
 * Whether the browser keeps what lies here until the person clears it, and not only while it has room.
 *
 * @param {boolean} isAsked asks it to; some put the question to the person
 */
export async function isKept(isAsked) {
	try {
		return await navigator.storage.persisted() || (isAsked && await navigator.storage.persist());
	} catch {
		return false;
	}
}

/** @param {number} count */
export const randomBytes = (count) => crypto.getRandomValues(new Uint8Array(count));
