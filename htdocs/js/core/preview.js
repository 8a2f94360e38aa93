/**
 * What would be sent next, before it is: the very modules that will send it run on a copy of the state, over a network that writes
 * down what it is given and lets nothing out.
 */

import { createAccount } from './account.js';
import { createApi } from './api.js';
import { isJoined, mergedOf } from './state.js';
import { MemoryStorage } from './storage.js';
import { createSync } from './sync.js';

/** @typedef {import('./state.js').State} State */

/**
 * @typedef {object} PlannedRequest
 * @property {string} method
 * @property {string} path
 * @property {unknown} body undefined where there is none
 */

/** Stands for what is not known before a request is made: identifiers, which are drawn at random. Some are longer, all of zeros. */
export const DRAWN_LATER = '0000000000000000';

/**
 * @param {State} state
 * @param {object} host
 * @param {import('./api.js').Kind} host.kind
 * @param {() => string} host.today
 * @returns {Promise<PlannedRequest[]>} in order; of a device that is in no account, from opting in to its first upload
 */
export async function previewRequests(state, { kind, today }) {
	/** @type {PlannedRequest[]} */
	const requests = [];
	const isNew = !isJoined(state);
	// What an account says that has just been opened; of one that is known, what it last said.
	const joined = { account_id: '', device_id: '', token: '', handle: '', recovery_code: '' };
	const merged = mergedOf(state) ?? {
		...joined, xp: 0, minutes: 0, sessions: 0, cycles: 0, level: {}, streak: {}, devices: 1, epoch: '', server_day: '',
	};
	const holdings = { account: {}, epoch: '', totals: {}, devices: [], imports: [] };

	/** @param {string} method @param {string} path */
	function answerTo(method, path) {
		if (path.endsWith('/accounts')) {
			return joined;
		}
		if (path.endsWith('/export')) {
			return isNew ? holdings : null;
		}
		return method === 'GET' ? merged : null;
	}

	/** @type {import('./call.js').Fetch} */
	async function fetch(path, { method, body }) {
		const request = { method, path, body: body === undefined ? undefined : JSON.parse(body) };
		const answer = answerTo(method, path);
		if (JSON.stringify(request) !== JSON.stringify(requests[requests.length - 1])) {
			requests.push(request);
		}
		if (!answer) {
			throw new Error('nothing is let out');
		}
		return { status: 200, headers: { get: () => null }, text: async () => JSON.stringify(answer) };
	}

	const host = {
		// A request that was not answered has its identifier already. That is a secret, which is not for a screen.
		storage: new MemoryStorage({ state: { ...state, request: null } }), api: createApi({ fetch }), kind, today,
		randomBytes: (/** @type {number} */ count) => new Uint8Array(count),
		deriveSource: async () => '',
	};
	if (isNew) {
		await createAccount(host).optIn();
	}
	await createSync(host).sync();
	return requests;
}
