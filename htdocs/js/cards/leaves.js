/**
 * What leaves this browser when it syncs: in words, and the next requests to the letter.
 */

import { DRAWN_LATER, previewRequests } from '../core/preview.js';
import { isJoined } from '../app/app.js';
import { card, h, newId, setText } from '../app/dom.js';
import { latest, reply } from '../app/scope.js';
import { rich, t } from '../app/text.js';

/** What may leave, in words. */
export const leavesInWords = () => [
	h('ul', { class: 'leaves' }, h('li', {}, t('join.leaves_days')), h('li', {}, t('join.leaves_import')), h('li', {}, t('join.leaves_device'))),
	h('p', {}, t('join.never')),
];

/** @param {import('../core/preview.js').PlannedRequest} request */
const inLetters = ({ method, path, body }) => `${method} ${path}${body === undefined ? '' : `\n${JSON.stringify(body, null, 2)}`}`;

/**
 * The next requests, to the letter.
 *
 * @param {import('../app/app.js').App} app
 * @param {AbortSignal} scope
 */
export function createRequests({ today }, scope) {
	const id = newId();
	const letters = h('pre', { class: 'letters', tabindex: 0, 'aria-labelledby': id, translate: 'no' });
	const drawn = h('p', { class: 'faint' }, ...rich('leaves.drawn', { drawn: h('code', {}, DRAWN_LATER) }));
	return {
		element: h('details', {},
			h('summary', { id }, t('leaves.literally')), letters, drawn, h('p', { class: 'faint' }, t('leaves.besides'))),

		show: latest(scope, async (run, /** @type {import('../app/app.js').State} */ state) => {
			const requests = await reply(run, previewRequests(state, { kind: 'web', today }));
			const text = requests.map(inLetters).join('\n\n');
			setText(letters, text);
			drawn.hidden = !text.includes(DRAWN_LATER);
		}),
	};
}

/**
 * @param {import('../app/app.js').App} app
 * @param {AbortSignal} scope
 * @returns {import('../app/app.js').View}
 */
export function createLeavesCard(app, scope) {
	const requests = createRequests(app, scope);
	return {
		element: card(t('leaves.title'), {}, ...leavesInWords(), requests.element).element,

		show(state) {
			if (isJoined(state)) {
				void requests.show(state);
			}
		},
	};
}
