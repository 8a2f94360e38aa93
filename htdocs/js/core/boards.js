/**
 * The calls about boards.
 */

/** @typedef {'xp' | 'days' | 'streak'} Metric */
/** @typedef {'day' | 'week' | 'month' | 'all'} Period */
/** @typedef {{rank: number, handle: string, value: number, level: number}} Entry */
/** @typedef {{metric: Metric, period: Period, period_id?: string | null}} Board */
/** @typedef {{period_id: string | null, total: number, entries: Entry[], next: string | null}} Page */
/** @typedef {{rank: number | null, total: number, percentile: number | null, value: number, to_next: {gap: number, rank: number} | null,
 *   around: Entry[]}} Place */

/** @type {{[metric in Metric]: Period[]}} which boards there are */
export const PERIODS = { xp: ['day', 'week', 'month', 'all'], days: ['week', 'month', 'all'], streak: ['all'] };

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
