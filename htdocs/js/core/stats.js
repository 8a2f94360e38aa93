/**
 * The calls of the statistics service that clients make. What can become of a call is told in `call.js`.
 */

import { addressOf } from './address.js';
import { createCall } from './call.js';

/** @typedef {import('./progress.js').Totals} Totals */
/** @typedef {Totals & {first_day: string, last_day: string, active_days: number}} Span */

/**
 * @param {object} host
 * @param {import('./call.js').Fetch} host.fetch
 * @param {string} [host.base] where the service lies; a page uses its own origin
 */
export function createStats({ fetch, base = addressOf('/api/v1/stats') }) {
	const call = createCall({ fetch, base });

	return {
		/**
		 * The account's days, those without practice left out. Up to which day is left to the server: it takes none past its own tomorrow,
		 * and where the local date is ahead of UTC a client's tomorrow is one.
		 *
		 * @type {(token: string, from: string) => Promise<{series: Span[]}>}
		 */
		history: (token, from) => call('GET', `/me/history?from=${from}&by=day`, { token, shape: { series: 'array' } }),
	};
}
