/**
 * Civil days.
 *
 * A day is the finest grain of time that this project knows about a person. It travels and rests as text,
 * `YYYY-MM-DD`, whose order as text is its order in time; arithmetic goes over the day number, the count of days since
 * 1970-01-01. Neither has a time zone: which day it is "now" is decided once, where something happens, by `localDay`.
 */

const DAY_MS = 86_400_000;

/** The first day that a server takes: the product did not exist before. */
export const FIRST_DAY = '2020-01-01';

/**
 * The number of a day, or null where the text is no day of the calendar. Strict: `2026-2-3`, `2026-02-30` and
 * anything with a time beside it are refused, for what is not understood must not be counted on some other day.
 *
 * @param {unknown} text
 * @returns {number | null} days since 1970-01-01
 */
export function dayNumber(text) {
	if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) {
		return null;
	}
	const ms = Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)) - 1, Number(text.slice(8)));
	return new Date(ms).toISOString().slice(0, 10) === text ? ms / DAY_MS : null;
}

/**
 * @param {number} number days since 1970-01-01
 * @returns {string} `YYYY-MM-DD`
 */
export function dayText(number) {
	return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/**
 * @param {unknown} text
 * @returns {text is string}
 */
export function isDay(text) {
	return dayNumber(text) !== null;
}

/**
 * @param {string} day a valid day
 * @returns {number}
 */
function numberOf(day) {
	const number = dayNumber(day);
	if (number === null) {
		throw new RangeError(`not a civil day: ${day}`);
	}
	return number;
}

/**
 * @param {string} day a valid day
 * @param {number} count how many days later; negative for earlier
 * @returns {string}
 */
export function addDays(day, count) {
	return dayText(numberOf(day) + count);
}

/**
 * @param {string} from a valid day
 * @param {string} to a valid day
 * @returns {number} how many days `to` lies after `from`
 */
export function daysSince(from, to) {
	return numberOf(to) - numberOf(from);
}

/** @type {(day: string) => string} the Monday of its week: 1970-01-01 was a Thursday */
export const mondayOf = (day) => addDays(day, -((numberOf(day) + 3) % 7));

/**
 * The civil day of a moment where this program runs: what a person there calls "today".
 *
 * @param {Date} date
 * @returns {string}
 */
export function localDay(date) {
	const pad = (/** @type {number} */ n, /** @type {number} */ width) => String(n).padStart(width, '0');
	return `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1, 2)}-${pad(date.getDate(), 2)}`;
}

/**
 * The day of a moment in UTC: the same on every machine of the world.
 *
 * @param {Date} date
 * @returns {string}
 */
export function utcDay(date) {
	return date.toISOString().slice(0, 10);
}
