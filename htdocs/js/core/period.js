/**
 * The periods that boards are of, by the names that the service has for them: `2026-11-22`, the ISO week `2026-W47`, `2026-11`.
 */

import { addDays, daysSince, mondayOf } from './day.js';

/** @typedef {'day' | 'week' | 'month'} PeriodKind */

/**
 * @param {number} number
 * @param {number} width
 */
const pad = (number, width) => String(number).padStart(width, '0');

/**
 * The name of the period that a day lies in.
 *
 * @param {PeriodKind} kind
 * @param {string} day
 * @returns {string}
 */
export function periodOf(kind, day) {
	if (kind !== 'week') {
		return kind === 'day' ? day : day.slice(0, 7);
	}
	// A week is of the year that its Thursday lies in.
	const year = addDays(mondayOf(day), 3).slice(0, 4);
	return `${year}-W${pad(daysSince(mondayOf(`${year}-01-04`), mondayOf(day)) / 7 + 1, 2)}`;
}

/**
 * @param {PeriodKind} kind
 * @param {string} id
 * @returns {string} the first day of a period
 */
export function firstDayOf(kind, id) {
	if (kind !== 'week') {
		return kind === 'day' ? id : `${id}-01`;
	}
	const [year, week] = id.split('-W');
	return addDays(mondayOf(`${year}-01-04`), (Number(week) - 1) * 7);
}

/**
 * @param {PeriodKind} kind
 * @param {string} id
 * @returns {string} the period before
 */
export const periodBefore = (kind, id) => periodOf(kind, addDays(firstDayOf(kind, id), -1));

/**
 * @param {PeriodKind} kind
 * @param {string} id
 * @returns {string} the period after
 */
export const periodAfter = (kind, id) => periodOf(kind, addDays(firstDayOf(kind, id), kind === 'day' ? 1 : kind === 'week' ? 7 : 31));
