/**
 * How do you like it? Asked once, after a week of use, and never again: the answer goes without a name, and Escape is one too.
 */

import { ApiError } from '../core/api.js';
import { addDays } from '../core/day.js';
import { act, card, focusOnTop, h, message } from '../app/dom.js';
import { number, t } from '../app/text.js';

const RATINGS = [1, 2, 3, 4, 5];
const DAYS_OF_USE = 7;

/**
 * @param {import('../app/app.js').App} app
 * @returns {Required<Pick<import('../app/app.js').View, 'element' | 'show' | 'close'>>}
 */
export function createRatingCard(app) {
	const said = message();
	const skip = h('button', { type: 'button', class: 'plain', 'aria-keyshortcuts': 'Escape' }, t('rating.skip'));
	const buttons = RATINGS.map((rating) => {
		const button = h('button', { type: 'button', class: 'plain', 'aria-label': t('rating.label', { rating }) }, number(rating));
		act(button, said, async () => {
			await app.calls('stats')('POST', '/feedback', { body: { rating } }).catch((error) => {
				// A day takes so many and no more. That is not worth a second question.
				if (!(error instanceof ApiError)) {
					throw error;
				}
			});
			await over();
		});
		return button;
	});
	const { element } = card(t('rating.title'), { hidden: true },
		h('p', {}, t('rating.about')),
		h('div', { class: 'rating', role: 'group', 'aria-label': t('rating.title') }, ...buttons),
		h('div', { class: 'rating-ends', 'aria-hidden': 'true' }, h('span', {}, t('rating.least')), h('span', {}, t('rating.most'))),
		skip, said);

	async function over() {
		// Asked first: what is hidden has no focus any more, and a setting that changes hides this card at once.
		const hadFocus = element.contains(document.activeElement);
		await app.settings.change({ rated: true });
		element.hidden = true;
		if (hadFocus) {
			focusOnTop();
		}
	}
	act(skip, said, over);

	/** @param {KeyboardEvent} event */
	function onKey(event) {
		if (event.key === 'Escape' && !element.hidden && !document.querySelector('dialog[open]')) {
			void over();
		}
	}
	document.addEventListener('keydown', onKey);

	return {
		element,
		close: () => document.removeEventListener('keydown', onKey),

		show(state) {
			const [first] = Object.keys(state.days).sort();
			element.hidden = app.settings.get().rated || first === undefined || addDays(first, DAYS_OF_USE) > app.today();
		},
	};
}
