/**
 * Progress: what is counted, and what follows from it.
 *
 * The unit is a day total: XP, whole minutes, sessions and cycles that one device counted on one civil day. It only grows,
 * so totals of one device merge by the larger value of each member, and those of several devices by adding.
 * Levels and streaks are never stored counters: a level is a function of XP, a streak one of the set of active days, so
 * that an upload that comes late heals both.
 */

import { addDays, daysSince } from './day.js';

/**
 * @typedef {object} Totals
 * @property {number} xp
 * @property {number} minutes whole minutes
 * @property {number} sessions
 * @property {number} cycles completed breaths
 */

/**
 * @typedef {Totals & {day: string}} DayTotals
 */

/**
 * @typedef {object} Level
 * @property {number} level 1 to 8
 * @property {number} xp_from the XP at which it begins
 * @property {number | null} xp_next the XP at which the next one begins; null at the last
 */

/**
 * @typedef {object} Streak
 * @property {number} current the run of active days that ends on today or, while today is not one yet, yesterday
 * @property {number} longest
 * @property {string | null} last_day the last active day
 * @property {boolean} active_today
 */

/** The members of a total, in the order of the wire. */
export const MEMBERS = Object.freeze(/** @type {const} */ (['xp', 'minutes', 'sessions', 'cycles']));

/** What one device's day can hold; a server refuses more. */
export const DAY_LIMITS = Object.freeze({ xp: 100_000, minutes: 1_440, sessions: 1_440, cycles: 100_000 });

/** The XP at which each level begins, from level 1 on. Their titles are texts. */
export const LEVELS = Object.freeze([0, 50, 150, 300, 500, 750, 1_000, 1_500]);

/** Breathing patterns: seconds of inhaling, holding, exhaling, holding. */
export const PATTERNS = Object.freeze({
	chill: Object.freeze([6, 0, 8, 0]),
	medium: Object.freeze([5, 0, 5, 0]),
	active: Object.freeze([4, 2, 4, 1]),
	boxing: Object.freeze([4, 4, 4, 4]),
	relaxing: Object.freeze([4, 7, 8, 0]),
});

/**
 * Totals made member by member.
 *
 * @param {(member: keyof Totals) => number} value
 * @returns {Totals}
 */
export function totalsOf(value) {
	return { xp: value('xp'), minutes: value('minutes'), sessions: value('sessions'), cycles: value('cycles') };
}

/** @returns {Totals} nothing counted yet */
export const noTotals = () => totalsOf(() => 0);

/** @type {(a: Totals, b: Totals) => Totals} two devices' totals, or two parts of one's */
export const addTotals = (a, b) => totalsOf((m) => a[m] + b[m]);

/** @type {(a: Totals, b: Totals) => Totals} two states of the same device's total: whichever is further */
export const maxTotals = (a, b) => totalsOf((m) => Math.max(a[m], b[m]));

/** @type {(a: Totals, b: Totals) => Totals} what two states of the same total have in common */
export const minTotals = (a, b) => totalsOf((m) => Math.min(a[m], b[m]));

/** @type {(a: Totals, b: Totals) => Totals} what `a` has beyond `b`, never negative */
export const beyondTotals = (a, b) => totalsOf((m) => Math.max(0, a[m] - b[m]));

/** @type {(a: Totals, b: Totals) => boolean} */
export const sameTotals = (a, b) => MEMBERS.every((m) => a[m] === b[m]);

/** @type {(t: Totals) => boolean} whether a day with these totals is an active day */
export const isActive = (t) => MEMBERS.some((m) => t[m] > 0);

/** @type {(t: Totals) => Totals} what of a total one day can hold */
export const capTotals = (t) => minTotals(t, DAY_LIMITS);

/**
 * The XP of ending a session with a goal, on top of that for its breaths: half the goal's minutes, in the measure in which
 * the goal was reached.
 *
 * @param {number} goalMinutes 0 for a session without a goal
 * @param {number} activeMs time breathed, without pauses
 * @returns {number}
 */
export function goalBonus(goalMinutes, activeMs) {
	if (!(goalMinutes > 0)) {
		return 0;
	}
	const completion = Math.min(1, Math.max(0, activeMs) / (goalMinutes * 60_000));
	return Math.round(completion * goalMinutes / 2);
}

/** Speed earns nothing: over a session breaths earn at most one XP for each whole span of this length. */
export const XP_BREATH_MS = 10_000;

/**
 * What a finished session adds to its day: one XP for each breath, but no more than one for each ten seconds, and the bonus of its goal.
 *
 * @param {object} session
 * @param {number} session.cycles completed breaths
 * @param {number} session.activeMs time breathed, without pauses
 * @param {number} [session.goalMinutes] 0 for a session without a goal
 * @returns {Totals}
 */
export function sessionTotals({ cycles, activeMs, goalMinutes = 0 }) {
	const breathXp = Math.min(cycles, Math.floor(activeMs / XP_BREATH_MS));
	return { xp: breathXp + goalBonus(goalMinutes, activeMs), minutes: Math.floor(activeMs / 60_000), sessions: 1, cycles };
}

/**
 * What a completed challenge adds to its day: its reward, and nothing else.
 *
 * @param {number} rewardXp
 * @returns {Totals}
 */
export function challengeTotals(rewardXp) {
	return { ...noTotals(), xp: rewardXp };
}

/**
 * How many whole cycles of a pattern fit into a time.
 *
 * @param {readonly number[]} pattern seconds of each phase
 * @param {number} activeMs
 * @returns {number}
 */
export function cyclesIn(pattern, activeMs) {
	return Math.floor(activeMs / (pattern.reduce((sum, s) => sum + s, 0) * 1_000));
}

/**
 * @param {number} xp not negative
 * @returns {Level}
 */
export function levelOf(xp) {
	let index = LEVELS.length - 1;
	while (LEVELS[index] > xp) {
		index--;
	}
	return { level: index + 1, xp_from: LEVELS[index], xp_next: LEVELS[index + 1] ?? null };
}

/**
 * The runs of consecutive days in a set.
 *
 * @param {Iterable<string>} days in any order
 * @returns {{first: string, last: string, length: number}[]} in order of time
 */
export function runsOf(days) {
	/** @type {{first: string, last: string, length: number}[]} */
	const runs = [];
	for (const day of [...new Set(days)].sort()) {
		const run = runs[runs.length - 1];
		if (run && addDays(run.last, 1) === day) {
			run.last = day;
			run.length++;
		} else {
			runs.push({ first: day, last: day, length: 1 });
		}
	}
	return runs;
}

/**
 * The streaks of a set of active days, as seen on `today`. A day that has begun elsewhere on the globe but not here is an active
 * day like any other, but the current streak is counted up to today.
 *
 * @param {Iterable<string>} days in any order
 * @param {string} today
 * @returns {Streak}
 */
export function streaksOf(days, today) {
	const set = new Set(days);
	const runs = runsOf(set);
	const last = runs[runs.length - 1];
	const end = set.has(today) ? today : addDays(today, -1);
	const current = runs.find((run) => run.first <= end && run.last >= end);
	return {
		current: current ? daysSince(current.first, end) + 1 : 0,
		longest: Math.max(0, ...runs.map((run) => run.length)),
		last_day: last ? last.last : null,
		active_today: set.has(today),
	};
}
