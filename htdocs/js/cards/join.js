/**
 * Opting in: nothing is sent before a person has seen what will be, and said yes.
 */

import { act, card, focusOnTop, h, message, setText } from '../app/dom.js';
import { ask, showRecoveryCode } from '../app/dialog.js';
import { t } from '../app/text.js';
import { createRequests, leavesInWords } from './leaves.js';

/** @type {import('../app/app.js').MakeView} */
export function createJoinCard(app, scope) {
	const said = message();
	const button = h('button', { type: 'button' });
	const about = h('p', {});
	const { element, heading } = card('', {}, about, button, said);
	let isOver = false;

	act(button, said, async () => {
		// How many saw this, and how many then joined, is a measure of the service: a bare count of the day, of nobody.
		void app.calls('stats')('POST', '/offers').catch(() => {});
		const requests = createRequests(app, scope);
		await requests.show(await app.sync.read());
		const yes = await ask({
			title: t('leaves.title'),
			content: [h('p', {}, t('join.about')), ...leavesInWords(), requests.element],
			yes: t(isOver ? 'join.do_over' : 'join.do'),
			no: t('join.not_now'),
		});
		if (!yes) {
			return;
		}
		const { recovery_code: code } = await app.account.optIn();
		// Before anything else that may fail: nobody can be told it again.
		const kept = showRecoveryCode(code);
		await app.refresh();
		await kept;
		// Everything that was counted here goes along.
		await app.schedule.now();
		focusOnTop();
	});

	return {
		element,

		show(state) {
			isOver = state.link.status === 'refused';
			setText(heading, t(isOver ? 'join.title_over' : 'join.title'));
			setText(button, t(isOver ? 'join.do_over' : 'join.open'));
			setText(about, t(isOver ? 'join.over' : 'join.offer'));
		},
	};
}
