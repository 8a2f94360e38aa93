/**
 * What others would see of an account that is not on boards yet.
 */

import { addDays } from './day.js';
import { periodOf } from './period.js';
import { levelOf, runsOf } from './progress.js';

/** What of a day counts on a board, however much it is. */
const DAY_XP_MOST = 600;

/**
 * What others would see of an account on boards today.
 *
 * @param {import('./api.js').AccountExport} account
 * @param {string} today
 */
export function wouldShow({ devices, boards }, today) {
	/** @type {Map<string, number>} */
	const byDay = new Map();
	let folded = 0;
	/** @type {Set<string>} */
	const days = new Set();
	// Who has shared exact figures begins anew, and so does what came before a change of pseudonym.
	const from = boards.shared ? addDays(today, 1) : boards.from_day ?? '';
	for (const device of devices) {
		for (const { day, timely_xp } of device.days) {
			if (timely_xp > 0 && day >= from) {
				byDay.set(day, Math.min(DAY_XP_MOST, (byDay.get(day) ?? 0) + timely_xp));
				days.add(day);
			}
		}
		for (const { month, board_xp, board_days } of device.months) {
			if (`${month}-01` >= from) {
				folded += board_xp;
				board_days.forEach((day) => days.add(day));
			}
		}
	}
	const xp = [...byDay.values()].reduce((sum, value) => sum + value, folded);
	const week = periodOf('week', today);
	return {
		xp, level: levelOf(xp).level, days: days.size,
		week: [...byDay].reduce((sum, [day, value]) => sum + (periodOf('week', day) === week ? value : 0), 0),
		streak: Math.max(0, ...runsOf(days).map(({ length }) => length)),
	};
}
