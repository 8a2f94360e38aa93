/**
 * Syncing: carries the queue to the server, one exchange after the other, and takes its answers home.
 *
 * A run goes on until there is nothing left to tell or something stands in the way, and says which. It never waits: when to run
 * again is decided by `schedule.js`. Each step is stored before the next request is made, so that a run may be cut off
 * anywhere (the window closes, the reply is lost, the battery dies) and the next one goes on where it was.
 */

import { ApiError, NetworkError } from './api.js';
import { localDay } from './day.js';
import { createRepeatable, randomHex } from './repeatable.js';
import { countDay, openState } from './state.js';
import {
	absorbMerged, adoptDevice, beginPush, checkRestored, dayAtFault, forkPush, isRestored, PUSH_DAYS_MAX, refusePush, settleFormer, settlePush,
	signOut,
} from './queue.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Push} Push */
/** @typedef {import('./progress.js').Totals} Totals */

/**
 * How a run ended.
 *
 *   done        the server knows all that this device knows, except days that it refused (`State.refused`) or that were left out
 *   local       there is no account: nobody asked for one
 *   signed_out  the server refused the token. What was counted is kept, and nothing is sent until a person acts
 *   clock_off   this device's date is not the world's. Everything is kept
 *   later       something stood in the way: try again, not before `retryAfterS` where that is given
 *
 * @typedef {object} Outcome
 * @property {'done' | 'local' | 'signed_out' | 'clock_off' | 'later'} kind
 * @property {string | null} code what stood in the way
 * @property {number | null} retryAfterS
 */

/** @type {(kind: Outcome['kind'], code?: string | null, retryAfterS?: number | null) => Outcome} */
const outcome = (kind, code = null, retryAfterS = null) => ({ kind, code, retryAfterS });

/**
 * @param {object} host
 * @param {import('./storage.js').Storage} host.storage
 * @param {import('./api.js').Api} host.api
 * @param {import('./api.js').Kind} host.kind
 * @param {() => Date} host.now
 * @param {(count: number) => Uint8Array} host.randomBytes from a source fit for keys
 */
export function createSync({ storage, api, kind, now, randomBytes }) {
	const stored = openState(storage);
	const today = () => localDay(now());
	const repeatable = createRepeatable({ stored, randomBytes });
	const pushId = () => randomHex(randomBytes, 8);

	/** How many days a push may name. Halved when one is refused for no reason that can be found, doubled when one is taken. */
	let daysMax = PUSH_DAYS_MAX;

	/**
	 * Change the state by the answer to a push, if that push is still the one that waits for it.
	 *
	 * @param {Push} push
	 * @param {(state: State) => void} work
	 */
	const answered = (push, work) => stored.change((state) => {
		if (state.pending?.push === push.push) {
			work(state);
		}
	});

	/**
	 * Send a push and take its answer home.
	 *
	 * @param {string} token
	 * @param {Push} push
	 * @returns {Promise<void>} when its answer is settled and the run can go on
	 */
	async function send(token, push) {
		try {
			const on = today();
			const merged = await api.push(token, on, push);
			await answered(push, (state) => settlePush(state, push, merged, on));
			daysMax = Math.min(PUSH_DAYS_MAX, daysMax * 2);
		} catch (error) {
			if (!(error instanceof ApiError)) {
				throw error;
			}
			const { received, epoch } = error.members;
			if (error.code === 'device_forked' && typeof received === 'boolean' && typeof epoch === 'string') {
				await answered(push, (state) => forkPush(state, push, { received, epoch }));
				return;
			}
			if ([400, 413, 422].includes(error.status) && error.code !== 'clock_off') {
				const day = dayAtFault(push, error.pointer) ?? (push.days.length === 1 ? push.days[0].day : null);
				await answered(push, (state) => refusePush(state, day, error.code, today()));
				if (day !== null) {
					return;
				}
				daysMax = Math.ceil(push.days.length / 2);
			}
			throw error;
		}
	}

	/**
	 * @param {string | null} before
	 * @param {boolean} force
	 * @returns {Promise<Outcome>}
	 */
	async function run(before, force) {
		for (let heard = false; ;) {
			const state = await stored.read();
			if (state.signed_out !== null && !(force && state.device)) {
				return outcome('signed_out', state.signed_out);
			}
			if (!state.device) {
				return outcome('local');
			}
			const { token } = state.device;
			if (state.former) {
				const account = await api.exportAccount(token);
				await stored.change((current) => settleFormer(current, account));
			} else if (state.forked) {
				const account = isRestored(state) ? await api.exportAccount(token) : null;
				const device = await repeatable((request) => api.createDevice(token, kind, request));
				await stored.change((current) => adoptDevice(current, device, account));
			} else if (state.restored) {
				const account = await api.exportAccount(token);
				await stored.change((current) => checkRestored(current, account));
			} else if (!heard) {
				// Listening comes first: what to push, and whether to, depends on the server's epoch.
				const on = today();
				const merged = await api.pull(token, on);
				await stored.change((current) => absorbMerged(current, merged, on));
				heard = true;
			} else {
				const push = await stored.change((current) => beginPush(current, { id: pushId(), today: today(), daysMax, before }));
				if (!push) {
					return outcome('done');
				}
				await send(token, push);
			}
		}
	}

	return {
		/**
		 * Count practice on a day; nothing is sent.
		 *
		 * @param {string} day
		 * @param {Totals} amount
		 * @returns {Promise<Totals>} what was added: less than the amount only where a day is full
		 */
		count: (day, amount) => stored.change((state) => countDay(state, day, amount)),

		/** @returns {Promise<State>} */
		read: stored.read,

		/**
		 * Tell the server what it does not know, and hear what it does.
		 *
		 * @param {object} [how]
		 * @param {string | null} [how.before] leaves this day and later ones for another run, so that the moment of the request
		 *   says nothing about when they were practised
		 * @param {boolean} [how.force] tries even though the server refused the token before: a person asked for it
		 * @returns {Promise<Outcome>}
		 */
		sync: ({ before = null, force = false } = {}) => storage.withLock('sync', async () => {
			try {
				return await run(before, force);
			} catch (error) {
				if (error instanceof NetworkError) {
					return outcome('later', error.code);
				}
				if (!(error instanceof ApiError)) {
					throw error;
				}
				if (error.status === 401) {
					await stored.change((state) => signOut(state, error.code));
					return outcome('signed_out', error.code);
				}
				return error.code === 'clock_off'
					? outcome('clock_off', error.code)
					: outcome('later', error.code, error.retryAfterS);
			}
		}),
	};
}
