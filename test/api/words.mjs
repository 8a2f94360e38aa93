/**
 * What the document says in words about a request, beyond its schemas: in the descriptions of parameters, bodies and refusals. Each rule is
 * a sentence there.
 */

import { tables } from './tables.mjs';

export const FIRST_DAY = tables.bounds.first_day;
const DAY_MS = 86_400_000;
const timeOf = (day) => Date.parse(`${day}T00:00Z`);
const textOf = (time) => new Date(time).toISOString().slice(0, 10);

/** A civil day so many days from the server's. */
export const dayAt = (offset = 0) => textOf(Date.now() + offset * DAY_MS);

/** The ISO week that a day lies in: it belongs to the year of its Thursday. */
function weekOf(day) {
	const weekday = (new Date(timeOf(day)).getUTCDay() + 6) % 7;
	const thursday = textOf(timeOf(day) + (3 - weekday) * DAY_MS);
	const week = Math.floor((timeOf(thursday) - timeOf(`${thursday.slice(0, 4)}-01-01`)) / DAY_MS / 7) + 1;
	return `${thursday.slice(0, 4)}-W${String(week).padStart(2, '0')}`;
}

const PERIOD_OF = { day: (day) => day, week: weekOf, month: (day) => day.slice(0, 7) };

/** What periods() has found, by kind and the last day. */
const found = new Map();

/** Every period of a kind that a board can be of. */
export function periods(kind) {
	const key = `${kind} ${dayAt(1)}`;
	found.set(key, found.get(key) ?? new Set(PERIOD_OF[kind] ? allDays().map(PERIOD_OF[kind]) : []));
	return found.get(key);
}

function allDays() {
	return Array.from({ length: (timeOf(dayAt(1)) - timeOf(FIRST_DAY)) / DAY_MS + 1 }, (_, i) => textOf(timeOf(FIRST_DAY) + i * DAY_MS));
}

const PERIODS_OF = { xp: ['day', 'week', 'month', 'all'], days: ['week', 'month', 'all'], streak: ['all'] };

/** Which board a query is about. */
export function boardOf({ metric = 'xp', period = metric === 'streak' ? 'all' : 'week', period_id = null }) {
	return { metric, period, period_id: period_id ?? (PERIOD_OF[period]?.(dayAt()) ?? null) };
}

function* boardFaults(query, heads) {
	const { metric, period, period_id } = boardOf(query);
	if (!PERIODS_OF[metric].includes(period)) {
		yield `${metric} has no ${period}`;
	} else if ('period_id' in query && !periods(period).has(period_id)) {
		yield `no ${period} is ${period_id}`;
	}
	if ('cursor' in query && query.cursor.slice(0, 10) !== heads.get(`${metric} ${period} ${period_id}`)) {
		yield 'the cursor is of another board or period';
	}
}

function* historyFaults({ to = dayAt(1), by = 'day', ...query }) {
	const yearBack = textOf(timeOf(to) - 365 * DAY_MS);
	const from = query.from ?? (by === 'day' && yearBack > FIRST_DAY ? yearBack : FIRST_DAY);
	if (from > to) {
		yield '`from` lies behind `to`';
	}
	if (by === 'day' && timeOf(to) - timeOf(from) > 731 * DAY_MS) {
		yield 'a history by day has too many days';
	}
}

/** Days anywhere in a value: between the first one and the server's tomorrow; `today` within a day of the server's. */
function* dayFaults(value) {
	for (const [name, each] of Object.entries(value)) {
		if (typeof each === 'object' && each !== null) {
			yield* dayFaults(each);
		} else if (['day', 'last_day', 'from', 'to', 'today'].includes(name)) {
			const first = name === 'today' ? dayAt(-1) : FIRST_DAY;
			if (each < first || each > dayAt(1)) {
				yield `${name} is ${each}`;
			}
		}
	}
}

function* twiceFaults({ days = [] }) {
	if (new Set(days.map(({ day }) => day)).size < days.length) {
		yield 'a day is named twice';
	}
}

/**
 * What is wrong with a query or a body in which nothing is by its schema.
 * @param {string} id of the operation
 * @param {Map<string, string>} heads how cursors begin, by board and period
 */
export function* wordFaults(id, value, heads) {
	yield* dayFaults(value);
	yield* twiceFaults(value);
	if (id === 'list_board' || id === 'find_me') {
		yield* boardFaults(value, heads);
	}
	if (id === 'show_history') {
		yield* historyFaults(value);
	}
}
