/**
 * A session that is under way: written down as it goes, counted once.
 *
 * What has been breathed so far lies in the state's own document. Ending a session adds it to its day and takes it away in the same
 * write, so whenever a program is killed it is either still there, to be ended when the program is next started, or counted;
 * never both, never neither. The day is the one on which it began.
 */

import { localDay } from './day.js';
import { noTotals, sessionTotals } from './progress.js';
import { countDay, openState } from './state.js';

/** @typedef {import('./progress.js').Totals} Totals */
/** @typedef {import('./state.js').Session} Session */

/**
 * @param {object} host
 * @param {import('./storage.js').Storage} host.storage
 * @param {() => Date} host.now
 */
export function createSessions({ storage, now }) {
	const stored = openState(storage);

	/**
	 * Count a session, unless no breath of it was completed.
	 *
	 * @param {import('./state.js').State} state
	 * @returns {Totals} what was added
	 */
	function settle(state) {
		const { session } = state;
		state.session = null;
		return session && session.cycles > 0 ? countDay(state, session.day, sessionTotals(session)) : noTotals();
	}

	return {
		/**
		 * Begin one. One that was left by a program that is gone is counted first.
		 *
		 * @param {number} goalMinutes 0 for none
		 */
		begin: (goalMinutes) => stored.change((state) => {
			settle(state);
			state.session = { day: localDay(now()), goalMinutes, activeMs: 0, cycles: 0 };
		}),

		/**
		 * Write down how far it has come.
		 *
		 * @param {{activeMs: number, cycles: number}} reached
		 */
		keep: ({ activeMs, cycles }) => stored.change(({ session }) => {
			if (session) {
				session.activeMs = Math.max(session.activeMs, Math.floor(activeMs));
				session.cycles = Math.max(session.cycles, cycles);
			}
		}),

		/**
		 * End whatever session there is. Where there is none, as whenever a program is started, nothing waits for a disk.
		 *
		 * @returns {Promise<Totals>} what was added to its day
		 */
		end: async () => ((await stored.read()).session ? stored.change(settle) : noTotals()),
	};
}
