/**
 * The account's days, asked for when there is a network and kept for when there is none.
 */

import { addDays } from '../core/day.js';
import { readHistory } from '../core/history.js';
import { createStats } from '../core/stats.js';
import { limitedFetch } from './platform.js';

/** @typedef {import('../core/state.js').State} State */

/** A year of whole weeks, and the one that is going on. */
export const HISTORY_DAYS = 371;

/** @param {import('./storage.js').Documents} documents */
export function createHistory(documents) {
	const stats = createStats({ fetch: limitedFetch });

	return {
		/** @param {State} state */
		read: async (state) => readHistory(await documents.read('history'), state),

		/**
		 * Ask the account, and keep what it says.
		 *
		 * @param {State} state of a device that has joined
		 * @param {string} today
		 */
		async fetch({ device, account }, today) {
			if (!device || !account) {
				return;
			}
			const { series } = await stats.history(device.token, addDays(today, -HISTORY_DAYS));
			await documents.write('history', {
				account_id: account.account_id, on: today, xp: Object.fromEntries(series.map(({ first_day: day, xp }) => [day, xp])),
			});
		},

		forget: () => documents.write('history', null),
	};
}
