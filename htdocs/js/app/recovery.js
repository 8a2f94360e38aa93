/**
 * The recovery code, shown once: it lies in the dialogue while that is open, and nowhere else.
 */

import { byId, copy, element, onAct, say, setText } from './dom.js';

/** Wire the dialogue's buttons, once. */
export function setUpRecovery() {
	const dialog = byId('recovery', HTMLDialogElement);
	onAct(element('recovery-copy'), 'recovery-message', () => copy(element('recovery-code').textContent ?? ''));
	element('recovery-kept').addEventListener('click', () => dialog.close());
	// Escape is too easily pressed for something that is shown only once.
	dialog.addEventListener('cancel', (event) => event.preventDefault());
	dialog.addEventListener('close', () => {
		setText('recovery-code', '');
		say('recovery-message', '');
	});
}

/**
 * @param {string} code
 * @returns {Promise<void>} when the person says that it is kept
 */
export function showRecoveryCode(code) {
	const dialog = byId('recovery', HTMLDialogElement);
	setText('recovery-code', code);
	dialog.showModal();
	return new Promise((resolve) => {
		dialog.addEventListener('close', () => resolve(), { once: true });
	});
}
