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
 *   linear     a session log of any size takes time in proportion to it, and is gone through once, with room for days only
 *
 * The streak is claimed by the local calendar, the person's own.
 */

import { addDays, dayNumber, dayText, daysSince, FIRST_DAY, localDay, utcDay } from './day.js';
import { checkSize, ImportError, readJson } from './decode.js';
import { addTotals, beyondTotals, capTotals, noTotals, runsOf, totalsOf } from './progress.js';

export { ImportError } from './decode.js';

/** @typedef {import('./progress.js').Totals} Totals */
/** @typedef {import('./progress.js').DayTotals} DayTotals */
/** @typedef {import('./api.js').StreakClaim} StreakClaim */
/** @typedef {import('./decode.js').Mended} Mended */

/**
 * @typedef {object} Import
 * @property {string[]} identities what tells this installation from others, the best first. They are moments in time, and leave the
 *   device only as the digest that `import-plan.js` makes of them
 * @property {DayTotals[]} days in order
 * @property {Totals} rest what no day can be given for
 * @property {Totals} totals days and rest together
 * @property {StreakClaim | null} streak
 * @property {Mended[]} mended what was set right, for the person to know
 */

/** No honest figure in an export comes near these, and a server takes no more. */
const COUNT_MOST = 1e9;
const TIME_MOST_MS = COUNT_MOST * 60_000;

/** How often a long session log says how far it is. */
const STEPS = 100;

/**
 * @param {string} text the export, as the extension put it on the clipboard
 * @param {string} today the local day
 * @param {object} [how]
 * @param {Mended[]} [how.mended] what was set right before
 * @param {(part: number) => void} [how.onProgress] hears how much of the session log is done, from 0 to 1
 * @returns {Import}
 */
export function readExport(text, today, { mended: before = [], onProgress = () => {} } = {}) {
	checkSize(text.length);
	const { document, mended } = readJson(text);
	const root = '/breathMaster';
	if (!isObject(document) || !isObject(document.breathMaster) || !isObject(document.breathMaster.meditation)) {
		throw new ImportError('not_an_export', root);
	}
	const { meditation, onboarding } = document.breathMaster;
	const at = `${root}/meditation`;
	const log = readSessions(meditation, today, at, onProgress);
	// What a session of a clock that was set back took off the sums may have left less than nothing.
	const least = log.turnedBack > 0 ? -TIME_MOST_MS : 0;
	const totalXp = Math.max(0, Math.floor(readNumber(meditation, 'totalXP', at, { least })));
	const totalMs = readNumber(meditation, 'totalMeditationTime', at, { absent: 0, least, most: TIME_MOST_MS });

	const { days, rest } = splitDays(log);
	rest.minutes += Math.floor(Math.max(0, totalMs - log.activeMs) / 60_000);
	shareOutXp(days, rest, totalXp);
	const held = totalsOf((member) => Math.min(rest[member], COUNT_MOST));

	return {
		identities: readIdentities(isObject(onboarding) ? onboarding : {}, meditation),
		days,
		rest: held,
		totals: days.reduce(addTotals, held),
		streak: log.sessions > 0 ? claimFromDays(log.localDays) : claimFromCounters(meditation, totalXp, today, at),
		mended: [...before, ...mended, ...log.turnedBack > 0 ? [{ what: /** @type {const} */ ('clock'), n: log.turnedBack }] : []],
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
		throw new ImportError('no_identity', '/breathMaster/onboarding/tourCompletedAt');
	}
	return identities;
}

/** @typedef {{xp: number, activeMs: number, sessions: number, cycles: number}} Practice */

/**
 * @typedef {object} Log what there is in a session log
 * @property {number} sessions none in exports of the oldest versions
 * @property {Map<string, Practice>} days by UTC day
 * @property {Set<string>} localDays the same days as a person there called them
 * @property {number} activeMs the time on these days
 * @property {Totals} undated what lies on no possible day
 * @property {number} turnedBack in how many sessions the clock was set back
 */

/**
 * @param {{[member: string]: unknown}} meditation
 * @param {string} today
 * @param {string} at
 * @param {(part: number) => void} onProgress
 * @returns {Log}
 */
function readSessions(meditation, today, at, onProgress) {
	const rows = meditation.sessions ?? [];
	if (!Array.isArray(rows)) {
		throw new ImportError('export_wrong_type', `${at}/sessions`);
	}
	const tomorrow = addDays(today, 1);
	const isPossible = (/** @type {string} */ day) => day >= FIRST_DAY && day <= tomorrow;
	/** @type {Log} */
	const log = { sessions: rows.length, days: new Map(), localDays: new Set(), activeMs: 0, undated: noTotals(), turnedBack: 0 };
	const step = Math.ceil(rows.length / STEPS);
	// The running total only grows; where it does not (two windows wrote over each other), nothing is counted twice.
	let before = 0;
	for (const [index, row] of rows.entries()) {
		if (index % step === 0) {
			onProgress(index / rows.length);
		}
		const session = readSession(row, `${at}/sessions/${index}`, log.turnedBack > 0);
		const xp = Math.floor(Math.max(0, Math.min(session.ownXp, session.after - before)));
		before = Math.max(before, session.after);
		log.turnedBack += Number(session.turnedBack);
		const day = utcDay(session.startedAt);
		if (isPossible(day)) {
			const { sessions, ...held } = log.days.get(day) ?? { xp: 0, activeMs: 0, sessions: 0, cycles: 0 };
			log.days.set(day, {
				xp: held.xp + xp, activeMs: held.activeMs + session.activeMs, sessions: sessions + 1, cycles: held.cycles + session.cycles,
			});
			log.activeMs += session.activeMs;
		} else {
			log.undated.sessions++;
			log.undated.cycles += session.cycles;
		}
		const local = localDay(session.startedAt);
		if (isPossible(local)) {
			log.localDays.add(local);
		}
	}
	return log;
}

/**
 * One session. Where the clock was set back while it ran, the extension wrote a negative time and took a negative bonus off the total:
 * such a session has its breaths and no minutes.
 *
 * @param {unknown} row
 * @param {string} here
 * @param {boolean} isAfter whether it comes after such a one, which may have left a total below zero
 */
function readSession(row, here, isAfter) {
	if (!isObject(row)) {
		throw new ImportError('export_wrong_type', here);
	}
	const cycles = readNumber(row, 'cycles', here);
	const bonus = readNumber(row, 'goalBonusXP', here, { absent: 0, least: -TIME_MOST_MS });
	const activeMs = readNumber(row, 'activeMs', here, { least: -TIME_MOST_MS, most: TIME_MOST_MS });
	const turnedBack = activeMs < 0 || bonus < 0;
	return {
		startedAt: readMoment(row, 'startedAt', here),
		activeMs: turnedBack ? 0 : activeMs,
		cycles: Math.floor(cycles),
		ownXp: cycles + bonus,
		after: readNumber(row, 'finalXP', here, { least: isAfter || turnedBack ? -TIME_MOST_MS : 0 }),
		turnedBack,
	};
}

/**
 * Day totals of the sessions; what lies on no possible day, or is more than a day can hold, goes to the rest.
 *
 * @param {Log} log
 * @returns {{days: DayTotals[], rest: Totals}}
 */
function splitDays({ days, undated }) {
	let rest = undated;
	const held = [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, { xp, activeMs, sessions, cycles }]) => {
		const whole = { xp, minutes: Math.floor(activeMs / 60_000), sessions, cycles };
		const part = capTotals(whole);
		rest = addTotals(rest, { ...beyondTotals(whole, part), xp: 0 });
		return { day, ...part };
	});
	return { days: held, rest };
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
 * @param {Set<string>} days
 * @returns {StreakClaim | null}
 */
function claimFromDays(days) {
	const runs = runsOf(days);
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

/**
 * @param {{[member: string]: unknown}} object
 * @param {string} member
 * @param {string} at where the object lies
 * @param {{absent?: number, least?: number, most?: number}} [how] what stands for a missing member (without it, one is refused), and the
 *   smallest and largest value
 * @returns {number} old versions wrote fractions
 */
function readNumber(object, member, at, { absent, least = 0, most = COUNT_MOST } = {}) {
	const value = object[member];
	const pointer = `${at}/${member}`;
	if (value === undefined && absent !== undefined) {
		return absent;
	}
	if (value === undefined) {
		throw new ImportError('export_incomplete', pointer);
	}
	if (typeof value !== 'number') {
		throw new ImportError('export_wrong_type', pointer);
	}
	if (!(value >= least && value <= most)) {
		throw new ImportError('export_bad_number', pointer);
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
		throw new ImportError('export_bad_date', pointer);
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
	const [, month, date, year] = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{2}) (\d{4})$/.exec(typeof value === 'string' ? value : '') ?? [];
	const text = `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, '0')}-${date}`;
	const number = dayNumber(text);
	if (number === null) {
		const pointer = `${at}/${member}`;
		throw new ImportError('export_bad_date', pointer);
	}
	return dayText(number);
}
