/**
 * The state of a device: one document, which `storage` keeps and which is changed only under its lock.
 *
 * What it holds is written out below. What it deliberately does not hold: any moment in time. When to upload next and how long
 * to wait after an error live in memory, so nothing at rest tells when a person breathes (P1).
 */

import { addDays, isDay } from './day.js';
import { addTotals, beyondTotals, capTotals, isActive, levelOf, MEMBERS, noTotals, streaksOf } from './progress.js';

/** @typedef {import('./progress.js').Totals} Totals */
/** @typedef {import('./progress.js').DayTotals} DayTotals */
/** @typedef {import('./progress.js').Level} Level */
/** @typedef {import('./progress.js').Streak} Streak */

/**
 * @typedef {object} Merged the account as the server last told it
 * @property {string} account_id
 * @property {string} handle
 * @property {number} xp
 * @property {number} minutes
 * @property {number} sessions
 * @property {number} cycles
 * @property {Level} level
 * @property {Streak} streak
 * @property {number} devices
 * @property {string} epoch
 * @property {string} server_day
 */

/**
 * @typedef {object} DayState
 * @property {Totals} counted what this device counted on the day; only ever grows
 * @property {Totals} acknowledged what of it the server has taken
 * @property {boolean} [again] whether it is to be sent again although acknowledged: the server went back to a backup
 */

/**
 * @typedef {object} Push one upload: kept until it is answered, and sent again unchanged
 * @property {string} push its own random id
 * @property {string | null} after the id of the push taken before it
 * @property {DayTotals[]} days
 */

/**
 * @typedef {object} Device
 * @property {string} device_id
 * @property {string} token
 */

/**
 * @typedef {object} Session one that is under way, or was when the program was killed
 * @property {string} day on which it began
 * @property {number} goalMinutes 0 for none
 * @property {number} activeMs time breathed so far, without pauses
 * @property {number} cycles completed so far
 */

/**
 * @typedef {object} State
 * @property {1} version
 * @property {{account_id: string, handle: string} | null} account
 * @property {Device | null} device null before opting in, after leaving, and once it was removed
 * @property {string | null} signed_out the code with which the server refused the token; nothing is sent until a person acts
 * @property {{[day: string]: DayState}} days
 * @property {{[day: string]: {code: string, on: string}}} refused days that the server would not take, with why and on which
 *   day it said so: kept, and offered again on another day
 * @property {Session | null} session
 * @property {string | null} request the identifier of a request that makes a device, from before it is sent until it is answered: see
 *   `repeatable.js`. Like a token it is a secret
 * @property {string | null} chain the id of the last push that was taken
 * @property {Push | null} pending the push that has not been answered
 * @property {boolean} forked the device was found to be a copy, and still has to ask for a device of its own
 * @property {boolean} restored the server went back to a backup, and what it has of this device has still to be looked at
 * @property {{device_id: string, pending: Push | null} | null} former the device under which `acknowledged` was taken, where
 *   that is no longer this one, and its unanswered push: settled against the server's export before anything is sent
 * @property {string | null} epoch the server's, as last seen
 * @property {Merged | null} merged
 * @property {string | null} merged_on the day that was today when it was told: its streak is as seen on that day
 */

/** A stored state that this program cannot read: written by a newer one, or damaged. It is left as it is. */
export class StateError extends Error {
	/**
	 * @param {'state_newer' | 'state_damaged'} code
	 * @param {string} message
	 */
	constructor(code, message) {
		super(message);
		this.name = 'StateError';
		this.code = code;
	}
}

/** @returns {State} a device that has counted nothing and opted into nothing */
export function emptyState() {
	return {
		version: 1,
		account: null,
		device: null,
		signed_out: null,
		days: {},
		refused: {},
		session: null,
		request: null,
		chain: null,
		pending: null,
		forked: false,
		restored: false,
		former: null,
		epoch: null,
		merged: null,
		merged_on: null,
	};
}

/**
 * The state in a stored document. A damaged one is never silently replaced by an empty one: it may be all that is left of
 * somebody's practice.
 *
 * @param {unknown} document as `Storage.load` gave it
 * @returns {State}
 */
export function readState(document) {
	if (document === null || document === undefined) {
		return emptyState();
	}
	const state = /** @type {State} */ (document);
	if (typeof document !== 'object' || typeof state.version !== 'number') {
		throw new StateError('state_damaged', 'What is stored here is not the state of a device.');
	}
	if (state.version > 1) {
		throw new StateError('state_newer', 'What is stored here was written by a newer version of this program.');
	}
	// The first states had no room for a session under way, nor for a request that makes a device.
	state.session ??= null;
	state.request ??= null;
	const whole = Object.keys(emptyState()).every((key) => key in state)
		&& Object.entries(state.days).every(([day, d]) => isDay(day) && isTotals(d.counted) && isTotals(d.acknowledged))
		&& (state.session === null || isSession(state.session))
		&& (state.request === null || /^[0-9a-f]{32}$/.test(state.request));
	if (!whole) {
		throw new StateError('state_damaged', 'The state that is stored here is damaged.');
	}
	return state;
}

/** @param {Session} session */
const isSession = ({ day, ...amounts }) => isDay(day) && [amounts.goalMinutes, amounts.activeMs, amounts.cycles].every((n) => Number.isSafeInteger(n) && n >= 0);

/**
 * @param {unknown} value
 * @returns {value is Totals}
 */
function isTotals(value) {
	return typeof value === 'object' && value !== null
		&& MEMBERS.every((m) => Number.isSafeInteger(/** @type {Totals} */ (value)[m]) && /** @type {Totals} */ (value)[m] >= 0);
}

/**
 * The stored state, read and changed under its lock. It is read anew each time, since another window may have changed it.
 *
 * @param {import('./storage.js').Storage} storage
 */
export function openState(storage) {
	return {
		/** @returns {Promise<State>} as it is now; changing it changes nothing that is stored */
		read: () => storage.withLock('state', async () => readState(await storage.load('state'))),

		/**
		 * @template T
		 * @param {(state: State) => T} work changes the state in place; where it throws, nothing is changed
		 * @returns {Promise<T>} what `work` returned, once the changed state is stored
		 */
		change: (work) => storage.withLock('state', async () => {
			const state = readState(await storage.load('state'));
			const result = work(state);
			await storage.save({ state });
			return result;
		}),
	};
}

/**
 * Count: add to what this device holds for a day. A day takes no more than one can hold, so nothing is ever sent that would be
 * refused for its size.
 *
 * @param {State} state
 * @param {string} day the civil day on which it happened
 * @param {Totals} amount whole numbers, none negative
 * @returns {Totals} what was added
 */
export function countDay(state, day, amount) {
	if (!isDay(day) || !isTotals(amount)) {
		throw new RangeError(`cannot count ${JSON.stringify(amount)} on ${day}`);
	}
	const held = state.days[day] ?? { counted: noTotals(), acknowledged: noTotals() };
	const counted = capTotals(addTotals(held.counted, amount));
	const added = beyondTotals(counted, held.counted);
	if (isActive(added)) {
		state.days[day] = { ...held, counted };
		delete state.refused[day];
	}
	return added;
}

/**
 * What a person is shown: the account as the server last told it, and on top what this device has counted since. So the figures
 * are right at once and offline, and stay the same when the upload is acknowledged.
 *
 * @param {State} state
 * @param {string} today
 * @returns {Totals & {level: Level, streak: Streak, unsent: Totals}}
 */
export function viewOf(state, today) {
	let unsent = noTotals();
	/** @type {string[]} */
	const unsentDays = [];
	for (const [day, held] of Object.entries(state.days)) {
		// Without the account's figures those of this device are all there is.
		const more = state.merged ? beyondTotals(held.counted, held.acknowledged) : held.counted;
		if (isActive(more)) {
			unsent = addTotals(unsent, more);
			unsentDays.push(day);
		}
	}
	const sums = addTotals(state.merged ?? noTotals(), unsent);
	return { ...sums, level: levelOf(sums.xp), streak: streakWith(state, unsentDays, today), unsent };
}

/**
 * The account's streak as of today, with some days more. The server does not list its days, but tells where its current run ends and
 * how long the longest one is, which is enough: what it does not tell cannot touch the current run.
 *
 * @param {State} state
 * @param {string[]} days
 * @param {string} today
 * @returns {Streak}
 */
function streakWith({ merged, merged_on }, days, today) {
	const all = [...days];
	if (merged && merged_on && merged.streak.last_day) {
		const { current, active_today, last_day } = merged.streak;
		const end = active_today ? merged_on : addDays(merged_on, -1);
		for (let back = 0; back < current; back++) {
			all.push(addDays(end, -back));
		}
		all.push(last_day);
	}
	const streak = streaksOf(all, today);
	return { ...streak, longest: Math.max(streak.longest, merged?.streak.longest ?? 0) };
}
