/**
 * The calls of the statistics service that clients make. What can become of a call is told in `call.js`.
 */

import { createCall } from './call.js';

/** @typedef {import('./progress.js').Totals} Totals */
/** @typedef {Totals & {first_day: string, last_day: string, active_days: number}} Span */

/**
 * @param {object} host
 * @param {import('./call.js').Fetch} host.fetch
 * @param {string} [host.base] where the service lies; a page uses its own origin
 */
export function createStats({ fetch, base = '/api/v1/stats' }) {
	const call = createCall({ fetch, base });

	return {
		/** @type {(token: string, from: string, to: string) => Promise<{series: Span[]}>} the account's days, those without practice left out */
		history: (token, from, to) => call('GET', `/me/history?from=${from}&to=${to}&by=day`, { token, shape: { series: 'array' } }),
	};
}
