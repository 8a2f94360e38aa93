/**
 * Opting in: what leaves this browser then, and a button.
 */

import { act, card, focusOnTop, h, message, setText } from '../app/dom.js';
import { showRecoveryCode } from '../app/dialog.js';
import { t } from '../app/text.js';

/**
 * @param {import('../app/app.js').App} app
 * @returns {import('../app/app.js').View}
 */
export function createJoinCard(app) {
	const said = message();
	const button = h('button', { type: 'button' });
	const soon = h('p', {}, t('join.soon'));
	const over = h('p', {}, t('join.over'));
	const { element, heading } = card('', {},
		h('p', {}, t('join.about')),
		h('ul', { class: 'leaves' }, h('li', {}, t('join.leaves_days')), h('li', {}, t('join.leaves_import')), h('li', {}, t('join.leaves_device'))),
		h('p', {}, t('join.never')), soon, over, button, said);

	act(button, said, async () => {
		const { recovery_code: code } = await app.account.optIn();
		await app.refresh();
		await showRecoveryCode(code);
		// Everything that was counted here goes along.
		await app.schedule.now();
		focusOnTop();
	});

	return {
		element,

		show(state) {
			const isOver = state.signed_out !== null;
			setText(heading, t(isOver ? 'join.title_over' : 'join.title'));
			setText(button, t(isOver ? 'join.do_over' : 'join.do'));
			soon.hidden = isOver;
			over.hidden = !isOver;
		},
	};
}
