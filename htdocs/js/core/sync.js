/**
 * Syncing: sends what the server does not know yet, one exchange after the other, and stores what it answers.
 *
 * A run goes on until there is nothing left to tell or something stands in the way, and says which. It never waits: when to run
 * again is decided by `schedule.js`. Each step is stored before the next request is made, so that a run may be cut off
 * anywhere (the window closes, the reply is lost, the battery dies) and the next one goes on where it was.
 */

import { ApiError, isTokenRefusal, NetworkError } from './api.js';
import { createRepeatable, randomHex } from './repeatable.js';
import { askerOf, countDay, openState, ownOf } from './state.js';
import {
	absorbMerged, adoptDevice, beginPush, checkRestored, dayAtFault, forkPush, isRestored, PUSH_DAYS_MAX, refusePush, settleFormer, settlePush,
	signOut,
} from './protocol.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Push} Push */
/** @typedef {import('./state.js').Asker} Asker */
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
 * @param {() => string} host.today the civil day where the person is
 * @param {(count: number) => Uint8Array} host.randomBytes from a source fit for keys
 */
export function createSync({ storage, api, kind, today, randomBytes }) {
	const stored = openState(storage);
	const repeatable = createRepeatable({ stored, randomBytes });
	const pushId = () => randomHex(randomBytes, 8);

	/** How many days a push may name. Halved when one is refused for no reason that can be found, doubled when one is taken. */
	let daysMax = PUSH_DAYS_MAX;

	/**
	 * Change the state by the answer to a push, if that push is still the one that waits for it.
	 *
	 * @param {Asker} asker
	 * @param {Push} push
	 * @param {(state: State) => void} work
	 */
	const answered = (asker, push, work) => stored.answer(asker, (state) => {
		if (ownOf(state)?.pending?.push === push.push) {
			work(state);
		}
	});

	/**
	 * Send a push and take its answer home.
	 *
	 * @param {Asker} asker
	 * @param {Push} push
	 * @returns {Promise<void>} when its answer is settled and the run can go on
	 */
	async function send(asker, push) {
		try {
			const on = today();
			const merged = await api.push(asker.token, on, push);
			await answered(asker, push, (state) => settlePush(state, push, merged, on));
			daysMax = Math.min(PUSH_DAYS_MAX, daysMax * 2);
		} catch (error) {
			if (!(error instanceof ApiError)) {
				throw error;
			}
			const { received, epoch } = error.members;
			if (error.code === 'device_forked' && typeof received === 'boolean' && typeof epoch === 'string') {
				await answered(asker, push, (state) => forkPush(state, push, { received, epoch }));
				return;
			}
			if ([400, 413, 422].includes(error.status) && error.code !== 'clock_off') {
				const day = dayAtFault(push, error.pointer) ?? (push.days.length === 1 ? push.days[0].day : null);
				await answered(asker, push, (state) => refusePush(state, day, error.code, today()));
				if (day !== null) {
					return;
				}
				daysMax = Math.ceil(push.days.length / 2);
			}
			throw error;
		}
	}

	/**
	 * Do what comes next.
	 *
	 * @param {State} state
	 * @param {Asker} asker
	 * @param {{heard: boolean, before: string | null}} run `heard`: whether the account was listened to
	 * @returns {Promise<boolean>} whether there was anything to do
	 */
	async function step(state, asker, run) {
		const { token } = asker;
		const mine = ownOf(state);
		if (state.former) {
			const account = await api.exportAccount(token);
			await stored.answer(asker, (current) => settleFormer(current, account));
		} else if (mine?.forked) {
			const account = isRestored(state) ? await api.exportAccount(token) : null;
			const device = await repeatable((request) => api.createDevice(token, kind, request));
			await stored.answer(asker, (current) => adoptDevice(current, device, account));
		} else if (mine?.restored) {
			const account = await api.exportAccount(token);
			await stored.answer(asker, (current) => checkRestored(current, account));
		} else if (!run.heard) {
			// Listening comes first: what to push, and whether to, depends on the server's epoch.
			const on = today();
			const merged = await api.pull(token, on);
			await stored.answer(asker, (current) => absorbMerged(current, merged, on));
			run.heard = true;
		} else {
			const push = await stored.answer(asker, (current) => beginPush(current, { id: pushId(), today: today(), daysMax, before: run.before }));
			if (push === null) {
				return false;
			}
			if (push) {
				await send(asker, push);
			}
		}
		return true;
	}

	/**
	 * @param {string | null} before
	 * @param {boolean} force
	 * @returns {Promise<Outcome>}
	 */
	async function run(before, force) {
		for (const how = { heard: false, before }; ;) {
			const state = await stored.read();
			const asker = askerOf(state);
			if (state.link.status === 'refused' && !(force && asker)) {
				return outcome('signed_out', state.link.code);
			}
			if (!asker) {
				return outcome('local');
			}
			try {
				if (!await step(state, asker, how)) {
					return outcome('done');
				}
			} catch (error) {
				if (!isTokenRefusal(error)) {
					throw error;
				}
				await stored.answer(asker, (current) => signOut(current, error.code));
				// It goes on for whoever is there now, if that is somebody else.
				force = false;
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
				return error.code === 'clock_off'
					? outcome('clock_off', error.code)
					: outcome('later', error.code, error.retryAfterS);
			}
		}),
	};
}
