/**
 * What the account told, asked for when there is a network and kept for when there is none: its days, and whether it stands on boards.
 */

import { addDays } from '../core/day.js';
import { accountOf, askerOf, isJoined, isStill, migrate } from '../core/state.js';
import { createStats } from '../core/stats.js';
import { limitedFetch } from './platform.js';

/** @typedef {import('../core/state.js').State} State */

/** A year of whole weeks, and the one that is going on. */
export const HISTORY_DAYS = 371;

/**
 * @param {import('./browser-storage.js').Documents} documents
 * @param {import('./browser-storage.js').BrowserStorage} storage
 */
export function createAccountCache(documents, storage) {
	const stats = createStats({ fetch: limitedFetch });

	/**
	 * Keep something of an account, unless this browser has left it while the answer was on its way.
	 *
	 * @param {'history' | 'standing'} name
	 * @param {State} state for which it was asked
	 * @param {{[member: string]: unknown} | null} told
	 */
	const keep = (name, state, told) => storage.withLock('state', async () => {
		const asker = askerOf(state);
		if (asker && isStill(migrate(await storage.load('state')), asker)) {
			await documents.write({ [name]: told && { account_id: asker.account_id, ...told } });
		}
	});

	return {
		/** @returns {Promise<unknown>} the account's days as they were kept, of whichever account: see `readHistory` */
		read: () => documents.read('history'),

		/**
		 * Ask the account, and keep what it says.
		 *
		 * @param {State} state of a device that has joined
		 * @param {string} today
		 */
		async fetch(state, today) {
			if (isJoined(state)) {
				const { series } = await stats.history(state.link.device.token, addDays(today, -HISTORY_DAYS));
				await keep('history', state, { on: today, xp: Object.fromEntries(series.map(({ first_day: day, xp }) => [day, xp])) });
			}
		},

		/**
		 * @param {State} state
		 * @returns {Promise<boolean>} whether the account stood on boards when they were last looked at here
		 */
		async onBoards(state) {
			const account = accountOf(state);
			const standing = /** @type {{account_id: string} | null} */ (await documents.read('standing'));
			return account !== null && standing?.account_id === account.account_id;
		},

		/**
		 * @param {State} state
		 * @param {boolean} onBoards
		 */
		async noteBoards(state, onBoards) {
			if (onBoards !== await this.onBoards(state)) {
				await keep('standing', state, onBoards ? {} : null);
			}
		},
	};
}
