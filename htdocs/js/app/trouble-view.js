/**
 * What stands in the way of everything: a browser that cannot, a state that cannot be read, a server that no longer knows this browser.
 */

import { byId, element, onAct, setText } from './dom.js';
import { explain, refusal } from './words.js';

/** @param {string} text */
export function showTrouble(text) {
	setText('trouble-text', text);
	element('trouble').hidden = text === '';
}

/**
 * @param {import('./app.js').App} app
 * @returns {import('./app.js').View}
 */
export function createTroubleView(app) {
	onAct(byId('trouble-retry', HTMLButtonElement), 'trouble-text', async () => {
		await app.sync.sync({ force: true });
		await app.reload();
		return element('trouble-text').textContent ?? '';
	});

	app.onSync((end) => {
		if (end instanceof Error) {
			showTrouble(explain(end));
		}
	});

	return {
		show(state) {
			element('trouble-acts').hidden = state.signed_out === null;
			showTrouble(state.signed_out === null
				? ''
				: `${refusal(state.signed_out) ?? 'The server refuses this browser.'} Join again with a code, or try again.`);
		},
	};
}
