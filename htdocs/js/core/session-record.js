/**
 * The record of a session that goes on: written as it goes, counted once.
 *
 * It is a small document of its own beside the state, so that a breath costs a few bytes whatever years lie there. Ending a session adds it
 * to its day and removes the record in one atomic step. So whenever a program is killed, the session is either still there, to be
 * counted by whoever looks next, or it is counted; never both, never neither. The day is the one on which it began.
 *
 * Whoever writes a record holds the lock `session`. What the record says then is all that a killed program leaves.
 */

import { isDay } from './day.js';
import { addTotals, beyondTotals, isActive, noTotals, sessionTotals } from './progress.js';
import { randomHex } from './repeatable.js';
import { countDay, migrate, StateError } from './state.js';

/** @typedef {import('./progress.js').Totals} Totals */
/** @typedef {import('./state.js').State} State */

/**
 * @typedef {object} SessionRecord
 * @property {1} version
 * @property {string} id random: tells it from every other one, and never leaves the device
 * @property {string} day on which it began
 * @property {number} goalMinutes 0 for none
 * @property {number} activeMs time breathed so far, without pauses
 * @property {number} cycles completed so far
 */

/** @typedef {{activeMs: number, cycles: number}} Reached how far a session has come */

/**
 * @param {unknown} document
 * @returns {SessionRecord | null} null where there is none, or one in which there is nothing to be read
 */
function readRecord(document) {
	const record = /** @type {SessionRecord | null} */ (document);
	if (record && record.version > 1) {
		throw new StateError('state_newer');
	}
	const isWhole = record && isDay(record.day) && [record.goalMinutes, record.activeMs, record.cycles].every((n) => Number.isSafeInteger(n) && n >= 0);
	return isWhole ? record : null;
}

/** @param {SessionRecord | null} record @returns {Totals} what it counts; nothing unless a breath of it was completed */
const totalsIn = (record) => (record && record.cycles > 0 ? sessionTotals(record) : noTotals());

/**
 * @param {object} host
 * @param {import('./storage.js').Storage} host.storage
 * @param {() => string} host.today
 * @param {(count: number) => Uint8Array} host.randomBytes
 */
export function createSessionRecord({ storage, today, randomBytes }) {
	/** @type {SessionRecord | null} what this program has written and not counted */
	let written = null;
	/**
	 * A session whose end could not be written, and what was written of it before. It is counted when something can be written again, here or,
	 * as far as it was written, by another window.
	 *
	 * @type {{whole: SessionRecord, written: SessionRecord} | null}
	 */
	let owed = null;

	/**
	 * Change both documents in one step.
	 *
	 * @template T
	 * @param {(stored: SessionRecord | null, state: () => Promise<State>) => Promise<T>} work
	 */
	const withStored = (work) => storage.withLock('state', async () => (
		work(readRecord(await storage.load('session')), async () => migrate(await storage.load('state')))
	));

	/**
	 * Count what is left of sessions that are over, and store what is there from now on.
	 *
	 * @param {SessionRecord | null} left the stored one; null where it goes on
	 * @param {() => Promise<State>} readState
	 * @param {{session?: SessionRecord | null}} beside
	 * @returns {Promise<Totals>} what was added
	 */
	async function settle(left, readState, beside) {
		const mine = owed?.whole.id === left?.id ? owed : null;
		/** @type {{day: string, totals: Totals}[]} */
		const amounts = [];
		if (left) {
			amounts.push({ day: left.day, totals: totalsIn(mine?.whole ?? left) });
		}
		if (owed && !mine) {
			// Another window has counted what was written. If the day holds less than that, everything was erased since.
			const { day } = owed.whole;
			const written = totalsIn(owed.written);
			const isErased = isActive(beyondTotals(written, (await readState()).days[day]?.counted ?? noTotals()));
			amounts.push({ day, totals: isErased ? noTotals() : beyondTotals(totalsIn(owed.whole), written) });
		}
		const due = amounts.filter(({ totals }) => isActive(totals));
		let added = noTotals();
		if (due.length === 0) {
			await storage.save(beside);
		} else {
			const state = await readState();
			added = due.reduce((sum, { day, totals }) => addTotals(sum, countDay(state, day, totals, today())), added);
			await storage.save({ state, ...beside });
		}
		owed = null;
		return added;
	}

	return {
		/**
		 * Begin one. One that was left by a program that is gone is counted first.
		 *
		 * @param {number} goalMinutes 0 for none
		 * @returns {Promise<Totals>} what was added by that
		 */
		begin: (goalMinutes) => withStored(async (left, readState) => {
			/** @type {SessionRecord} */
			const record = { version: 1, id: randomHex(randomBytes, 8), day: today(), goalMinutes, activeMs: 0, cycles: 0 };
			const added = await settle(left, readState, { session: record });
			written = record;
			return added;
		}),

		/**
		 * Write down how far it has come. If the record no longer exists, everything was erased in the meantime; it is not created again.
		 *
		 * @param {Reached} reached
		 */
		keep: (reached) => withStored(async (stored) => {
			if (written && stored?.id === written.id && reached.activeMs >= written.activeMs) {
				const record = { ...written, ...reached };
				await storage.save({ session: record });
				written = record;
			}
		}),

		/**
		 * End it, and count it.
		 *
		 * @param {Reached} reached
		 * @returns {Promise<Totals | null>} what was added to its day; null where everything was erased in the meantime, or none was begun
		 */
		async end(reached) {
			if (!written) {
				return null;
			}
			const whole = { ...written, ...reached };
			try {
				return await withStored(async (stored, readState) => (
					stored?.id === whole.id ? settle(whole, readState, { session: null }) : null
				));
			} catch (error) {
				// What was still being written as this was asked for is written by now, or failed.
				owed = { whole, written };
				throw error;
			} finally {
				written = null;
			}
		},

		/** @returns {Promise<boolean>} whether there is something to be counted, of this program or of one that is gone */
		isLeft: async () => owed !== null || await storage.load('session') !== null,

		/**
		 * Count what a program that is gone has left, and what this one could not write.
		 *
		 * @returns {Promise<Totals>} what was added
		 */
		pickUp: () => withStored((left, readState) => settle(left, readState, { session: null })),

		/** Whether the end of a session could not be written yet. */
		isOwing: () => owed !== null,

		/**
		 * Count what this program could not write, though another window may have a session.
		 *
		 * @returns {Promise<Totals>} what was added
		 */
		payOff: () => withStored((stored, readState) => {
			const isMine = stored !== null && stored.id === owed?.whole.id;
			return settle(isMine ? stored : null, readState, isMine ? { session: null } : {});
		}),
	};
}
