/**
 * The state of a device: one document, which `storage` keeps and which is changed only under its lock.
 *
 * What it holds is written out below. What it deliberately does not hold: any moment in time. When to upload next and how long
 * to wait after an error live in memory, so nothing at rest tells when a person breathes (P1).
 */

import { addDays, isDay } from './day.js';
import { addTotals, beyondTotals, capTotals, isActive, levelOf, MEMBERS, noTotals, sessionTotals, streaksOf } from './progress.js';

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
 * @property {string} [counted_on] the day on which something was last added, where that is a later one: a session over midnight
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
 * @typedef {object} Own what is of one device of an account, and goes with it
 * @property {Device} device
 * @property {string | null} chain the id of the last push that was taken
 * @property {Push | null} pending the push that has not been answered
 * @property {boolean} forked the device was found to be a copy, and still has to ask for a device of its own
 * @property {boolean} restored the server went back to a backup, and what it has of this device has still to be looked at
 */

/** @typedef {{status: 'local'}} Local nobody opted in here, or the account was left */

/** @typedef {{account_id: string, handle: string}} Account */

/**
 * @typedef {object} Told what the server last said about the account
 * @property {Merged} merged
 * @property {{last_day: string, days: number} | null} run the account's latest run of active days, where it was told while it went on
 */

/** @typedef {Own & {status: 'joined', account: Account, told: Told | null}} Joined `told` is null where nothing could be heard since joining */

/**
 * @typedef {{status: 'refused', code: 'token_revoked'} | (Own & {status: 'refused', code: 'token_unknown'})} Refused the server refused the
 *   token, and nothing is sent until a person acts. A device that was removed has nothing left to try with
 */

/** @typedef {Local | Joined | Refused} Link how the device stands to an account */

/**
 * @typedef {object} Asked
 * @property {string} id what identifies the request, from before it is sent until it is answered. Like a token it is a secret
 * @property {{code: string, from: string} | null} merge where it merges by a pairing code: the code, and the identifier of the account that
 *   was to be merged. By these is told that it has happened although the answer was lost
 */

/**
 * @typedef {object} State
 * @property {2} version
 * @property {Link} link
 * @property {{[day: string]: DayState}} days
 * @property {{[day: string]: {code: string, on: string}}} refused days that the server would not take, with why and on which
 *   day it said so: kept, and offered again on another day
 * @property {Asked | null} request the request that makes a device or merges its account and has not been answered: see `repeatable.js`
 * @property {{device_id: string, pending: Push | null} | null} former the device under which `acknowledged` was taken, where
 *   that is no longer this one, and its unanswered push: settled against the server's export before anything is sent
 * @property {string | null} epoch the server's, as last seen
 */

/** A stored state that this program cannot read: written by a newer one, or damaged. It is left as it is. */
export class StateError extends Error {
	/** @param {'state_newer' | 'state_damaged'} code */
	constructor(code) {
		super(code);
		this.name = 'StateError';
		this.code = code;
	}
}

/** @returns {State} a device that has counted nothing and opted into nothing */
export function emptyState() {
	return { version: 2, link: { status: 'local' }, days: {}, refused: {}, request: null, former: null, epoch: null };
}

/**
 * The part of the link that belongs to a device, before its first push.
 *
 * @param {Device} device
 * @returns {Own}
 */
export const newOwn = (device) => ({ device, chain: null, pending: null, forked: false, restored: false });

/**
 * The state in a stored document, of whichever version. A damaged one is never silently replaced by an empty one: it may be all that is
 * left of somebody's practice. But what a later program added is not missed: it is as if nothing had been put there yet.
 *
 * @param {unknown} document as `Storage.load` gave it; it is not changed
 * @returns {State}
 */
export function migrate(document) {
	if (document === null || document === undefined) {
		return emptyState();
	}
	const { version } = /** @type {{version: unknown}} */ (document);
	if (typeof version === 'number' && version > 2) {
		throw new StateError('state_newer');
	}
	try {
		const state = version === 1 ? fromVersion1(/** @type {Version1} */ (document)) : withDefaults(/** @type {State} */ (document));
		if (isWhole(state)) {
			return state;
		}
	} catch (error) {
		if (!(error instanceof TypeError || error instanceof RangeError)) {
			throw error;
		}
		// Something is missing that is looked into, or is nothing to count.
	}
	throw new StateError('state_damaged');
}

/**
 * @param {State} document
 * @returns {State}
 */
const withDefaults = ({ version, link, days, ...document }) => ({
	...emptyState(), ...document, version, days, link: 'device' in link ? { ...newOwn(link.device), ...(link.status === 'joined' && { told: null }), ...link } : link,
});

/**
 * @typedef {Omit<State, 'version' | 'link' | 'request'> & {version: 1, request?: string | null, account: Account | null, device: Device | null, signed_out: string | null,
 *   chain: string | null, pending: Push | null, forked: boolean, restored: boolean, merged: Merged | null, merged_on: string | null,
 *   session?: {day: string, goalMinutes: number, activeMs: number, cycles: number} | null}} Version1
 *   its first programs wrote neither `session` nor `request`, and kept the device of whom the account had removed
 */

/**
 * @param {Version1} document
 * @returns {State}
 */
function fromVersion1({ account, device, signed_out, chain, pending, forked, restored, merged, merged_on, session, request, ...document }) {
	const isRemoved = signed_out === 'token_revoked';
	/** @type {() => Link} */
	function link() {
		if (isRemoved) {
			return { status: 'refused', code: 'token_revoked' };
		}
		if (!device) {
			return { status: 'local' };
		}
		const own = { device, chain, pending, forked, restored };
		return account && signed_out !== 'token_unknown'
			? { status: 'joined', ...own, account, told: merged && merged_on ? toldNow(null, merged, merged_on) : null }
			: { status: 'refused', code: 'token_unknown', ...own };
	}
	const former = document.former ?? (isRemoved && device ? { device_id: device.device_id, pending } : null);
	const state = withDefaults({ ...document, version: 2, link: link(), former, request: request ? { id: request, merge: null } : null });
	if (session && session.cycles > 0) {
		// It was under way as that program ended, or still is: what it had come to counts.
		Object.assign(state, { days: { ...state.days }, refused: { ...state.refused } });
		countDay(state, session.day, sessionTotals(session));
	}
	return state;
}

/** @param {State} state */
const isWhole = ({ version, link, days, request }) => (
	version === 2 && isLink(link)
	&& Object.entries(days).every(([day, { counted, acknowledged }]) => isDay(day) && isTotals(counted) && isTotals(acknowledged))
	&& (request === null || /^[0-9a-f]{32}$/.test(request.id))
);

/** @param {Link} link */
function isLink(link) {
	const isOwn = 'device' in link && typeof link.device.device_id === 'string' && typeof link.device.token === 'string';
	switch (link.status) {
		case 'local': return true;
		case 'joined': return isOwn && typeof link.account.account_id === 'string';
		case 'refused': return link.code === 'token_revoked' || (isOwn && link.code === 'token_unknown');
		default: return false;
	}
}

/**
 * @param {unknown} value
 * @returns {value is Totals}
 */
function isTotals(value) {
	return typeof value === 'object' && value !== null
		&& MEMBERS.every((m) => Number.isSafeInteger(/** @type {Totals} */ (value)[m]) && /** @type {Totals} */ (value)[m] >= 0);
}

/**
 * Whether this device syncs with an account.
 *
 * @param {State} state
 * @returns {state is State & {link: Joined}}
 */
export const isJoined = (state) => state.link.status === 'joined';

/** @type {(state: State) => Account | null} whose the figures are; null where the server does not stand by it, or there is none */
export const accountOf = ({ link }) => (link.status === 'joined' ? link.account : null);

/** @type {(state: State) => Merged | null} the account's figures as last told */
export const mergedOf = ({ link }) => (link.status === 'joined' ? link.told?.merged ?? null : null);

/** @type {(state: State) => Own | null} the device of an account, joined or not known for now */
export const ownOf = ({ link }) => ('device' in link ? link : null);

/**
 * On whose behalf a request is sent. Its answer is dropped if that device is no longer there.
 *
 * @typedef {object} Asker
 * @property {string} token
 * @property {string | null} account_id null where the server did not know the token
 */

/** @type {(state: State) => Asker | null} */
export const askerOf = (state) => {
	const own = ownOf(state);
	return own && { token: own.device.token, account_id: accountOf(state)?.account_id ?? null };
};

/** @param {State} state @param {Asker} asker */
export function isStill(state, asker) {
	const now = askerOf(state);
	return now?.token === asker.token && now.account_id === asker.account_id;
}

/**
 * The stored state, read and changed under its lock. It is read anew each time, since another window may have changed it.
 *
 * @param {import('./storage.js').Storage} storage
 */
export function openState(storage) {
	/**
	 * @template T
	 * @param {(state: State) => T} work changes the state in place; where it throws, nothing is changed
	 * @returns {Promise<T>} what `work` returned, once the changed state is stored
	 */
	const change = (work) => storage.withLock('state', async () => {
		const state = migrate(await storage.load('state'));
		const result = work(state);
		await storage.save({ state });
		return result;
	});

	return {
		change,

		/** @returns {Promise<State>} as it is now; changing it changes nothing that is stored */
		read: () => storage.withLock('state', async () => migrate(await storage.load('state'))),

		/**
		 * Change the state by an answer, if whoever asked is still there. A device may be left, removed or erased, or its account merged
		 * into another, while an answer is on its way: then it is of no concern to whoever is there now.
		 *
		 * @template T
		 * @param {Asker} asker
		 * @param {(state: State) => T} work
		 * @returns {Promise<T | undefined>} undefined where the answer was dropped
		 */
		answer: (asker, work) => change((state) => (isStill(state, asker) ? work(state) : undefined)),
	};
}

/**
 * Count: add to what this device holds for a day. A day takes no more than one can hold, so nothing is ever sent that would be
 * refused for its size.
 *
 * @param {State} state
 * @param {string} day the civil day on which it happened
 * @param {Totals} amount whole numbers, none negative
 * @param {string} [on] the day that is today, where it may be a later one
 * @returns {Totals} what was added
 */
export function countDay(state, day, amount, on = day) {
	if (!isDay(day) || !isTotals(amount)) {
		throw new RangeError(`cannot count ${JSON.stringify(amount)} on ${day}`);
	}
	const held = state.days[day] ?? { counted: noTotals(), acknowledged: noTotals() };
	const counted = capTotals(addTotals(held.counted, amount));
	const added = beyondTotals(counted, held.counted);
	if (isActive(added)) {
		state.days[day] = { ...held, counted, ...(on > day && { counted_on: on }) };
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
	const merged = mergedOf(state);
	let unsent = noTotals();
	for (const held of Object.values(state.days)) {
		// Without the account's figures those of this device are all there is.
		const more = merged ? beyondTotals(held.counted, held.acknowledged) : held.counted;
		unsent = addTotals(unsent, more);
	}
	const own = Object.keys(state.days).filter((day) => isActive(state.days[day].counted));
	const sums = addTotals(merged ?? noTotals(), unsent);
	return { ...sums, level: levelOf(sums.xp), streak: streakWith(state, own, today), unsent };
}

/**
 * What the server says now. When a run is over for today but may yet be gone on with, by days that it has still to be told of, it no
 * longer says how long that run was: what it said before does.
 *
 * @param {Told | null} before
 * @param {Merged} merged
 * @param {string | null} today for which the server was asked; null where it was asked for no day: then the current run is the latest one, by
 *   the server's day and a day longer
 * @returns {Told}
 */
export function toldNow(before, merged, today) {
	const { current, longest, active_today, last_day } = merged.streak;
	if (current > 0 && last_day !== null) {
		const end = active_today ? today : today && addDays(today, -1);
		return { merged, run: { last_day: end ?? last_day, days: current } };
	}
	// A restored server may have lost days of the run, and a removed import may have taken some out.
	const isSame = before?.merged.account_id === merged.account_id && before.merged.epoch === merged.epoch
		&& before.merged.streak.last_day === last_day;
	return { merged, run: isSame && before.run && before.run.days <= longest ? before.run : null };
}

/**
 * The account's streak as of today, with what this device has counted. The server does not list its days, but tells its latest run and
 * the longest one, which is enough: whatever else there is does not touch the current run.
 *
 * @param {State} state
 * @param {string[]} days on which this device has counted
 * @param {string} today
 * @returns {Streak}
 */
function streakWith({ link }, days, today) {
	const told = link.status === 'joined' ? link.told : null;
	const all = [...days];
	if (told?.run) {
		for (let back = 0; back < told.run.days; back++) {
			all.push(addDays(told.run.last_day, -back));
		}
	}
	if (told?.merged.streak.last_day) {
		all.push(told.merged.streak.last_day);
	}
	const streak = streaksOf(all, today);
	return { ...streak, longest: Math.max(streak.longest, told?.merged.streak.longest ?? 0) };
}
