/**
 * Reading an export of the extension that people had before there was a server (version 0.3 and older), and turning it into
 * what may be synced: day totals, a rest, one claimed streak. Its session log holds times of breathing and stays on this device.
 *
 * What must hold, for a person's years hang on it:
 *
 *   exact      the sum of days and rest is floor(totalXP), whatever the sessions say
 *   growing    a later export of the same installation gives no day and no rest less than an earlier one, so the server can merge
 *              both by the larger value, in any order and from any machine. Hence days are UTC dates, and each session counts its
 *              own XP only (never more than the running total grew by); whatever else the total grew by, by hovering
 *              or by challenges, is rest
 *   strict     what is not understood is refused by name: better no import than a wrong one
 *
 * The streak is claimed by the local calendar, the person's own.
 */

import { addDays, dayNumber, dayText, daysSince, FIRST_DAY, localDay, utcDay } from './day.js';
import { addTotals, beyondTotals, capTotals, noTotals, runsOf } from './progress.js';

/** @typedef {import('./progress.js').Totals} Totals */
/** @typedef {import('./progress.js').DayTotals} DayTotals */
/** @typedef {import('./api.js').StreakClaim} StreakClaim */

/**
 * @typedef {object} Import
 * @property {string[]} identities what tells this installation from others, the best first. They are moments in time, and leave the
 *   device only as the digest that `source.js` makes of them
 * @property {DayTotals[]} days in order
 * @property {Totals} rest what no day can be given for
 * @property {Totals} totals days and rest together
 * @property {StreakClaim | null} streak
 */

/** Why something is not taken for an export. `pointer` names the member, as a JSON Pointer; empty for the whole. */
export class ImportError extends Error {
	/**
	 * @param {'not_json' | 'not_an_export' | 'missing_member' | 'wrong_type' | 'bad_number' | 'bad_date' | 'no_identity'} code
	 * @param {string} message a sentence for the person who gave it
	 * @param {string} [pointer]
	 */
	constructor(code, message, pointer = '') {
		super(message);
		this.name = 'ImportError';
		this.code = code;
		this.pointer = pointer;
	}
}

/** No honest figure in an export comes near these, and a server takes no more. */
const COUNT_MOST = 1e9;
const TIME_MOST_MS = COUNT_MOST * 60_000;

/** @typedef {{startedAt: Date, activeMs: number, cycles: number, xp: number}} Session */

/**
 * @param {string} text the export, as the extension put it on the clipboard
 * @param {string} today the local day
 * @returns {Import}
 */
export function readExport(text, today) {
	let document;
	try {
		document = JSON.parse(text.replace(/^\uFEFF/, ''));
	} catch {
		throw new ImportError('not_json', 'This is not an export: it is not JSON. It may have been cut off when it was copied.');
	}
	const root = '/breathMaster';
	if (!isObject(document) || !isObject(document.breathMaster) || !isObject(document.breathMaster.meditation)) {
		throw new ImportError('not_an_export', 'This is JSON, but not an export of Breath Master.', root);
	}
	const { meditation, onboarding } = document.breathMaster;
	const at = `${root}/meditation`;
	const totalXp = Math.floor(readNumber(meditation, 'totalXP', at));
	const totalMs = readNumber(meditation, 'totalMeditationTime', at, { absent: 0, most: TIME_MOST_MS });
	const sessions = readSessions(meditation, at);

	const { days, rest, activeMs } = sortIntoDays(sessions, today);
	rest.minutes += Math.floor(Math.max(0, totalMs - activeMs) / 60_000);
	shareOutXp(days, rest, totalXp);

	return {
		identities: readIdentities(isObject(onboarding) ? onboarding : {}, meditation),
		days,
		rest,
		totals: days.reduce(addTotals, rest),
		streak: sessions.length > 0 ? claimFromSessions(sessions, today) : claimFromCounters(meditation, totalXp, today, at),
	};
}

/**
 * What every export of one installation carries, whenever it was made: the end of its welcome tour, or its first session.
 * Neither is certain by itself (the tour can be taken again, and an early export has no session yet), so both are kept.
 *
 * @param {{[member: string]: unknown}} onboarding
 * @param {{[member: string]: unknown}} meditation
 * @returns {string[]}
 */
function readIdentities(onboarding, meditation) {
	const first = Array.isArray(meditation.sessions) ? meditation.sessions[0]?.id : undefined;
	const tutorial = isObject(onboarding.tutorialProgress) ? onboarding.tutorialProgress.startedAt : undefined;
	const candidates = [onboarding.tourCompletedAt, first, tutorial];
	const identities = candidates.flatMap((value) => (typeof value === 'string' && /^[\x21-\x7e]{8,64}$/.test(value) ? [value] : []));
	if (identities.length === 0) {
		throw new ImportError('no_identity', 'This export carries nothing that tells its installation from others, '
			+ 'so it could not be told from a second one when you import it again.', '/breathMaster/onboarding/tourCompletedAt');
	}
	return identities;
}

/**
 * @param {{[member: string]: unknown}} meditation
 * @param {string} at
 * @returns {Session[]} none in exports of the oldest versions
 */
function readSessions(meditation, at) {
	const rows = meditation.sessions ?? [];
	if (!Array.isArray(rows)) {
		throw new ImportError('wrong_type', 'This export is damaged: its sessions are no list.', `${at}/sessions`);
	}
	// The running total only grows; where it does not (two windows wrote over each other), nothing is counted twice.
	let before = 0;
	return rows.map((row, index) => {
		const here = `${at}/sessions/${index}`;
		if (!isObject(row)) {
			throw new ImportError('wrong_type', `This export is damaged: session ${index + 1} is none.`, here);
		}
		const cycles = readNumber(row, 'cycles', here);
		const own = cycles + readNumber(row, 'goalBonusXP', here, { absent: 0 });
		const after = readNumber(row, 'finalXP', here);
		const xp = Math.floor(Math.max(0, Math.min(own, after - before)));
		before = Math.max(before, after);
		const activeMs = readNumber(row, 'activeMs', here, { most: TIME_MOST_MS });
		return { startedAt: readMoment(row, 'startedAt', here), activeMs, cycles: Math.floor(cycles), xp };
	});
}

/**
 * Day totals of the sessions; what lies on no possible day, or is more than a day can hold, goes to the rest.
 *
 * @param {Session[]} sessions
 * @param {string} today
 * @returns {{days: DayTotals[], rest: Totals, activeMs: number}} `activeMs` is the time that the days account for
 */
function sortIntoDays(sessions, today) {
	/** @type {Map<string, Session[]>} */
	const byDay = new Map();
	let rest = noTotals();
	let activeMs = 0;
	for (const session of sessions) {
		const day = utcDay(session.startedAt);
		if (day < FIRST_DAY || day > addDays(today, 1)) {
			rest = addTotals(rest, { ...noTotals(), sessions: 1, cycles: session.cycles });
		} else {
			byDay.set(day, [...byDay.get(day) ?? [], session]);
			activeMs += session.activeMs;
		}
	}
	const days = [...byDay.keys()].sort().map((day) => {
		const those = byDay.get(day) ?? [];
		const sum = (/** @type {(s: Session) => number} */ value) => those.reduce((total, session) => total + value(session), 0);
		const whole = {
			xp: sum((s) => s.xp),
			minutes: Math.floor(sum((s) => s.activeMs) / 60_000),
			sessions: those.length,
			cycles: sum((s) => s.cycles),
		};
		const held = capTotals(whole);
		rest = addTotals(rest, { ...beyondTotals(whole, held), xp: 0 });
		return { day, ...held };
	});
	return { days, rest, activeMs };
}

/**
 * Make the sum exact: what the days do not account for is rest. Should they account for more than there is (a total that was lost
 * in part), the latest days give way.
 *
 * @param {DayTotals[]} days
 * @param {Totals} rest
 * @param {number} totalXp
 */
function shareOutXp(days, rest, totalXp) {
	let left = totalXp;
	for (const day of days) {
		day.xp = Math.min(day.xp, left);
		left -= day.xp;
	}
	rest.xp = left;
}

/**
 * The streak that the session log proves. The counter beside it is not asked: it grew with each window that was opened.
 *
 * @param {Session[]} sessions
 * @param {string} today
 * @returns {StreakClaim | null}
 */
function claimFromSessions(sessions, today) {
	const days = sessions.map((session) => localDay(session.startedAt));
	const runs = runsOf(days.filter((day) => day >= FIRST_DAY && day <= addDays(today, 1)));
	const last = runs[runs.length - 1];
	return last ? { days: last.length, last_day: last.last, longest: Math.max(...runs.map((run) => run.length)) } : null;
}

/**
 * The streak of an export without a session log, from its counters. A day of practice is worth a point at least, so no streak is
 * longer than the XP.
 *
 * @param {{[member: string]: unknown}} meditation
 * @param {number} totalXp
 * @param {string} today
 * @param {string} at
 * @returns {StreakClaim | null}
 */
function claimFromCounters(meditation, totalXp, today, at) {
	const current = Math.floor(readNumber(meditation, 'currentStreak', at, { absent: 0 }));
	const longest = Math.floor(readNumber(meditation, 'longestStreak', at, { absent: 0 }));
	const lastDay = readDate(meditation, 'lastMeditationDate', at);
	if (lastDay === null || totalXp === 0 || lastDay < FIRST_DAY || lastDay > addDays(today, 1)) {
		return null;
	}
	const most = Math.min(totalXp, daysSince(FIRST_DAY, lastDay) + 1);
	// A lapsed streak reads 0; the last day of practice was one all the same.
	const days = Math.min(Math.max(1, current), most);
	return { days, last_day: lastDay, longest: Math.max(days, Math.min(longest, most)) };
}

/**
 * @param {unknown} value
 * @returns {value is {[member: string]: any}}
 */
function isObject(value) {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param {string} pointer */
const spoken = (pointer) => pointer.slice(1).replace(/\//g, '.');

/**
 * @param {{[member: string]: unknown}} object
 * @param {string} member
 * @param {string} at where the object lies
 * @param {{absent?: number, most?: number}} [how] what stands for a missing member (without it, one is refused), and the largest value
 * @returns {number} not negative; old versions wrote fractions
 */
function readNumber(object, member, at, { absent, most = COUNT_MOST } = {}) {
	const value = object[member];
	const pointer = `${at}/${member}`;
	if (value === undefined && absent !== undefined) {
		return absent;
	}
	if (value === undefined) {
		throw new ImportError('missing_member', `This export is damaged: ${spoken(pointer)} is missing.`, pointer);
	}
	if (typeof value !== 'number') {
		throw new ImportError('wrong_type', `This export is damaged: ${spoken(pointer)} is not a number.`, pointer);
	}
	if (!(value >= 0 && value <= most)) {
		throw new ImportError('bad_number', `This export is damaged: ${spoken(pointer)} cannot be ${value}.`, pointer);
	}
	return value;
}

/**
 * @param {{[member: string]: unknown}} object
 * @param {string} member
 * @param {string} at
 * @returns {Date}
 */
function readMoment(object, member, at) {
	const value = object[member];
	const moment = new Date(typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value) ? value : NaN);
	if (Number.isNaN(moment.getTime())) {
		const pointer = `${at}/${member}`;
		throw new ImportError('bad_date', `This export is damaged: ${spoken(pointer)} is not a date.`, pointer);
	}
	return moment;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * A day as JavaScript's `toDateString` writes it ("Sat Nov 21 2026"), whatever the language of the system.
 *
 * @param {{[member: string]: unknown}} object
 * @param {string} member
 * @param {string} at
 * @returns {string | null} null where there is none
 */
function readDate(object, member, at) {
	const value = object[member] ?? '';
	if (value === '') {
		return null;
	}
	const [, month, date, year] = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{2}) (\d{4})$/.exec(String(value)) ?? [];
	const text = `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, '0')}-${date}`;
	const number = dayNumber(text);
	if (number === null) {
		const pointer = `${at}/${member}`;
		throw new ImportError('bad_date', `This export is damaged: ${spoken(pointer)} is not a date.`, pointer);
	}
	return dayText(number);
}
