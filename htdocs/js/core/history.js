/**
 * What was practised day by day: the account as it was last told, and on top what this device has counted since.
 *
 * The account's days may be of another day than today, when there is no network; what is on this device is never less than it
 * shows.
 */

import { addDays, daysSince, mondayOf } from './day.js';
import { accountOf, ownOf } from './state.js';

/** @typedef {import('./state.js').State} State */

/**
 * @typedef {object} History the account's days, as kept on this device
 * @property {string} account_id
 * @property {string} on the day on which it was told
 * @property {{[day: string]: number}} xp of each day that has some practice
 */

/** @typedef {{day: string, xp: number, unsent: number}} DayXp `unsent` is the part of `xp` that the account does not have yet */

/**
 * @param {unknown} document as it was kept
 * @param {State} state
 * @returns {History | null} null where there is none of this account
 */
export function readHistory(document, state) {
	const history = /** @type {History | null} */ (document);
	return history && history.account_id === accountOf(state)?.account_id ? history : null;
}

/**
 * @param {State} state
 * @param {History | null} history
 * @param {string} from
 * @param {string} to
 * @returns {DayXp[]} every day from one to the other, both included
 */
export function daysBetween(state, history, from, to) {
	const days = [];
	for (let day = from; day <= to; day = addDays(day, 1)) {
		const { counted, acknowledged } = state.days[day] ?? { counted: { xp: 0 }, acknowledged: { xp: 0 } };
		const unsent = ownOf(state) ? counted.xp - Math.min(acknowledged.xp, counted.xp) : 0;
		// What was acknowledged after the account was last asked is in neither of the two sums.
		days.push({ day, xp: Math.max((history?.xp[day] ?? 0) + unsent, counted.xp), unsent });
	}
	return days;
}

/** @param {DayXp[]} days */
export const sumXp = (days) => days.reduce((sum, { xp }) => sum + xp, 0);

/**
 * This week, and the last one up to the same weekday and as a whole.
 *
 * @param {State} state
 * @param {History | null} history
 * @param {string} today
 */
export function compareWeeks(state, history, today) {
	const monday = mondayOf(today);
	const before = addDays(monday, -7);
	const xp = (/** @type {string} */ from, /** @type {string} */ to) => sumXp(daysBetween(state, history, from, to));
	return { current: xp(monday, today), lastSoFar: xp(before, addDays(before, daysSince(monday, today))), last: xp(before, addDays(monday, -1)) };
}

/**
 * How much each of some days was beside the others, in steps that hold about as many days each.
 *
 * @param {DayXp[]} days
 * @returns {(xp: number) => 0 | 1 | 2 | 3 | 4} 0 for none
 */
export function stepsOf(days) {
	const sorted = days.map(({ xp }) => xp).filter((xp) => xp > 0).sort((a, b) => a - b);
	const quarter = (/** @type {number} */ n) => sorted[Math.floor(sorted.length * n / 4)];
	const bounds = [quarter(1), quarter(2), quarter(3)];
	return (xp) => /** @type {0 | 1 | 2 | 3 | 4} */ (xp > 0 ? 1 + bounds.filter((bound) => xp > bound).length : 0);
}
