/**
 * The calls about shares: one figure of an account at an address of its own, for whoever has it.
 */

/** @typedef {'streak' | 'level' | 'week' | 'xp'} What */

/**
 * @typedef {object} Share
 * @property {string} id
 * @property {What} what
 * @property {string} created_day
 * @property {string} url of a page, relative to the server, as the next two
 * @property {string} badge of an SVG
 * @property {string} card of a PNG
 * @property {number} value what it shows now: days, a level or XP
 * @property {boolean} in_bands whether that is where a band begins, which has the figure in it; 0: not even that is shown
 */

/** @type {What[]} */
export const SHARED = ['streak', 'level', 'week', 'xp'];

/** @param {ReturnType<typeof import('./call.js').createCall>} call to `stats` */
export const createShares = (call) => ({
	/** @type {(token: string) => Promise<{shares: Share[]}>} */
	list: (token) => call('GET', '/me/shares', { token, shape: { shares: 'array' } }),

	/** @type {(token: string, what: What) => Promise<Share>} */
	add: (token, what) => call('POST', '/me/shares', { token, body: { what }, shape: { id: 'string', url: 'string' } }),

	/** @type {(token: string, id: string) => Promise<void>} */
	remove: (token, id) => call('DELETE', `/me/shares/${id}`, { token }),
});
