/**
 * Opting in, and joining with a code. Nothing happens here that a person did not ask for: a code that comes with the address fills
 * the form and waits.
 */

import { ApiError } from '../core/api.js';
import { addTotals } from '../core/progress.js';
import { isJoined } from './app.js';
import { ask, byId, element, focusOn, onAct, setText } from './dom.js';
import { showRecoveryCode } from './recovery.js';
import { number } from './words.js';

/** @typedef {import('../core/progress.js').Totals} Totals */

/** A recovery code is this long at least, however it is written; a pairing code never is. */
const RECOVERY_LENGTH_LEAST = 16;

/**
 * Show what a merge would do.
 *
 * @param {{[member: string]: unknown}} members of the refusal that asks for it
 */
function showSums({ yours, theirs }) {
	const [own, other] = [/** @type {Totals} */ (yours), /** @type {Totals} */ (theirs)];
	for (const [id, totals] of /** @type {const} */ ([['yours', own], ['theirs', other], ['sum', addTotals(own, other)]])) {
		const cells = element(`merge-${id}`).querySelectorAll('td');
		[totals.xp, totals.minutes, totals.sessions].forEach((value, index) => {
			cells[index].textContent = number(value);
		});
	}
}

/**
 * @param {import('./app.js').App} app
 * @returns {import('./app.js').View}
 */
export function createJoinView(app) {
	const codeText = byId('code-text', HTMLInputElement);

	/**
	 * @param {string} text
	 * @param {boolean} merge
	 */
	const enter = (text, merge) => (text.length < RECOVERY_LENGTH_LEAST ? app.account.pair(text, { merge }) : app.account.recover(text, { merge }));

	/** What follows joining: everything that was counted here goes along, and the keyboard goes where the figures are. */
	async function afterJoining() {
		await app.refresh();
		await app.schedule.now();
		focusOn('sentence');
	}

	/** Take a code that came with the address; it is not left there for others to see. */
	function readFragment() {
		const code = new URLSearchParams(location.hash.slice(1)).get('pair');
		if (code) {
			history.replaceState(null, '', location.pathname);
			codeText.value = code;
			element('code').hidden = false;
			codeText.focus();
			setText('code-message', 'The code is filled in. Press Join if you want this browser to join.');
		}
	}

	onAct(element('opt-in'), 'opt-in-message', async () => {
		const { recovery_code: code } = await app.account.optIn();
		await app.refresh();
		await showRecoveryCode(code);
		await afterJoining();
	});

	onAct(byId('code-form', HTMLFormElement), 'code-message', async () => {
		const text = codeText.value.trim();
		try {
			await enter(text, false);
		} catch (error) {
			if (!(error instanceof ApiError) || error.code !== 'merge_needed') {
				throw error;
			}
			showSums(error.members);
			if (!await ask('merge')) {
				return 'Nothing was changed.';
			}
			await enter(text, true);
		}
		codeText.value = '';
		await afterJoining();
		return 'This browser has joined.';
	});

	addEventListener('hashchange', readFragment);
	readFragment();

	return {
		show(state) {
			const joined = isJoined(state);
			element('join').hidden = joined;
			element('code').hidden = false;
			setText('join-title', state.signed_out ? 'Or start over' : 'Let it follow you');
			setText('opt-in', state.signed_out ? 'Start a new account' : 'Start syncing');
			element('join-soon').hidden = state.signed_out !== null;
			element('join-over').hidden = state.signed_out === null;
			setText('code-about', joined
				? 'With a code of another account of yours, both become one.'
				: 'With a code from another device, or your recovery code, this browser joins your account.');
		},
	};
}
