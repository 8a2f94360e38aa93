/**
 * The calls about boards, and what others would see of an account that is not on them yet.
 */

import { addDays } from './day.js';
import { periodOf } from './period.js';
import { levelOf, runsOf } from './progress.js';

/** @typedef {'xp' | 'days' | 'streak'} Metric */
/** @typedef {'day' | 'week' | 'month' | 'all'} Period */
/** @typedef {{rank: number, handle: string, value: number, level: number}} Entry */
/** @typedef {{metric: Metric, period: Period, period_id?: string | null}} Board */
/** @typedef {{period_id: string | null, total: number, entries: Entry[], next: string | null}} Page */
/** @typedef {{rank: number | null, total: number, percentile: number | null, value: number, to_next: {gap: number, rank: number} | null,
 *   around: Entry[]}} Place */

/** @type {{[metric in Metric]: Period[]}} which boards there are */
export const PERIODS = { xp: ['day', 'week', 'month', 'all'], days: ['week', 'month', 'all'], streak: ['all'] };

/** What of a day counts on a board, however much it is. */
const DAY_XP_MOST = 600;

/** @param {{[name: string]: string | number | null | undefined}} values */
const query = (values) => Object.entries(values).filter(([, value]) => value !== null && value !== undefined)
	.map(([name, value]) => `${name}=${encodeURIComponent(/** @type {string} */ (value))}`).join('&');

/** @param {ReturnType<typeof import('./call.js').createCall>} call to `leaderboard` */
export const createBoards = (call) => ({
	/** @type {(board: Board, cursor?: string | null) => Promise<Page>} from the top, or from where another page ended */
	page: (board, cursor = null) => call('GET', `?${query({ ...board, limit: 25, cursor })}`, { shape: { entries: 'array', total: 'number' } }),

	/** @type {(token: string, board: Board) => Promise<Place>} */
	place: (token, board) => call('GET', `/me?${query({ ...board, around: 3 })}`, { token, shape: { around: 'array', total: 'number' } }),

	/** @type {(token: string, visible: boolean) => Promise<{handle: string}>} */
	show: (token, visible) => call('PUT', '/me', { token, body: { visible }, shape: { handle: 'string' } }),

	/** @type {(token: string) => Promise<{handle: string}>} */
	rename: (token) => call('POST', '/me/handle', { token, shape: { handle: 'string' } }),
});

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
