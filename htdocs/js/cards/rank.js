/**
 * Where one stands this week, for those who asked to be seen and still want to see it.
 */

import { h, setText } from '../app/dom.js';
import { t } from '../app/text.js';

/**
 * @param {import('../app/app.js').App} app
 * @returns {Required<Pick<import('../app/app.js').View, 'element' | 'load'>>}
 */
export function createRank({ account, calls, settings }) {
	const link = h('a', { href: '/boards' });
	const element = h('p', { hidden: true }, link);
	const call = calls('leaderboard');
	return {
		element,

		async load() {
			const { boards: shown, onBoards } = settings.get();
			if (shown && onBoards) {
				try {
					/** @type {import('../core/boards.js').Place} */
					const { rank, total } = await account.withToken((token) => call('GET', '/me', { token, shape: { total: 'number' } }));
					setText(link, rank === null ? '' : t('boards.this_week', { rank, n: total }));
				} catch {
					// A place that is not known is none to show; the boards themselves say why.
					setText(link, '');
				}
			}
			element.hidden = !shown || !onBoards || link.textContent === '';
		},
	};
}
