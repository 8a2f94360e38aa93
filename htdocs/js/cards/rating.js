/**
 * How do you like it? Asked once, of somebody who has used this for a week and whose answer the server takes: an account that practised
 * on three days since it was opened. The answer goes without a name, and Escape is one too.
 */

import '../app/kit.js';
import { ApiError } from '../core/api.js';
import { addDays } from '../core/day.js';
import { isActive } from '../core/progress.js';
import { isJoined } from '../app/app.js';
import { act, card, focusOnTop, h, message } from '../app/dom.js';
import { number, t } from '../app/text.js';
import { explain } from '../app/trouble.js';

const RATINGS = [1, 2, 3, 4, 5];
const DAYS_OF_USE = 7;
const DAYS_OF_PRACTICE = 3;

/**
 * Whether the server will take a rating. The days of joining and today are left out: by the server's date they may lie before the
 * account was opened, or in the future.
 *
 * @param {import('../app/app.js').State} state
 * @param {string | null} joined when this browser was first seen to have joined
 * @param {string} today
 */
const mayRate = ({ days }, joined, today) => joined !== null && addDays(joined, DAYS_OF_USE) <= today
	&& Object.entries(days).filter(([day, held]) => day > joined && day < today && isActive(held.acknowledged)).length >= DAYS_OF_PRACTICE;

/**
 * @param {import('../app/app.js').App} app
 * @param {AbortSignal} scope
 * @returns {Required<Pick<import('../app/app.js').View, 'element' | 'show'>>}
 */
export function createRatingCard(app, scope) {
	const said = message();
	const skip = h('button', { type: 'button', class: 'plain', 'aria-keyshortcuts': 'Escape' }, t('rating.skip'));
	/** Whether the answer was refused: the card stays and says why. */
	let refused = false;

	/**
	 * @param {number} rating
	 * @returns {Promise<string>} what to say of it
	 */
	async function send(rating) {
		try {
			await app.account.withToken((token) => app.calls('stats')('POST', '/feedback', { token, body: { rating } }));
		} catch (error) {
			const code = error instanceof ApiError ? error.code : '';
			if (code === 'already_rated' || code === 'practice_needed') {
				refused = true;
				await over(code === 'already_rated' ? { rated: true } : { joinedOn: app.today() });
				return explain(error);
			}
			// A day takes so many and no more. That is not worth a second question.
			if (code !== 'day_exhausted') {
				throw error;
			}
		}
		await over({ rated: true });
		return '';
	}

	const buttons = RATINGS.map((rating) => {
		const button = h('button', { type: 'button', class: 'plain', 'aria-label': t('rating.label', { rating }) }, number(rating));
		act(button, said, () => send(rating));
		return button;
	});
	const question = h('div', { class: 'stack' },
		h('p', {}, t('rating.about')),
		h('div', { class: 'rating', role: 'group', 'aria-label': t('rating.title') }, ...buttons),
		h('div', { class: 'rating-ends', 'aria-hidden': 'true' }, h('span', {}, t('rating.least')), h('span', {}, t('rating.most'))),
		skip);
	const { element } = card(t('rating.title'), { hidden: true }, question, said);

	/** @param {Partial<import('../app/settings.js').Settings>} changes */
	async function over(changes) {
		// Asked first: what is hidden has no focus any more, and a setting that changes hides this card at once.
		const hadFocus = element.contains(document.activeElement);
		await app.settings.change(changes);
		question.hidden = true;
		element.hidden = !refused;
		if (hadFocus) {
			focusOnTop();
		}
	}
	act(skip, said, () => over({ rated: true }));

	/** @param {KeyboardEvent} event */
	function onKey(event) {
		if (event.key === 'Escape' && !element.hidden && !refused && !document.querySelector('dialog[open]')) {
			void over({ rated: true });
		}
	}
	document.addEventListener('keydown', onKey, { signal: scope });

	return {
		element,

		show(state) {
			const { rated, joinedOn } = app.settings.get();
			if (isJoined(state) && joinedOn === null) {
				void app.settings.change({ joinedOn: app.today() });
			}
			element.hidden = !refused && (rated || !isJoined(state) || !mayRate(state, joinedOn, app.today()));
		},
	};
}
