/**
 * Where one stands this week, for those who asked to be seen and still want to see it.
 */

import { addressOf } from '../core/address.js';
import { createBoards } from '../core/boards.js';
import { isJoined } from '../app/app.js';
import { h, setText } from '../app/dom.js';
import { reply } from '../app/scope.js';
import { t } from '../app/text.js';

/**
 * @param {import('../app/app.js').App} app
 * @returns {Required<Pick<import('../app/app.js').View, 'element' | 'show' | 'load'>>}
 */
export function createRank({ account, calls, cache, settings }) {
	const link = h('a', { href: addressOf('/boards') });
	const element = h('p', { hidden: true }, link);
	const boards = createBoards(calls('leaderboard'));
	return {
		element,

		show(state) {
			if (!isJoined(state)) {
				setText(link, '');
				element.hidden = true;
			}
		},

		async load(state, run) {
			const isShown = settings.get().boards && await reply(run, cache.onBoards(state));
			if (isShown) {
				try {
					const { rank, total } = await reply(run, account.withToken((token) => boards.place(token, { metric: 'xp', period: 'week' })));
					setText(link, rank === null ? '' : t('boards.this_week', { rank, n: total }));
				} catch {
					run.throwIfAborted();
					// A place that is not known is none to show; the boards themselves say why.
					setText(link, '');
				}
			}
			element.hidden = !isShown || link.textContent === '';
		},
	};
}
