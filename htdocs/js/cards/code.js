/**
 * Joining with a code. Nothing happens here that a person did not ask for: a code that came with the address fills the field and
 * waits, and two accounts become one after both sums were seen.
 */

import { addressOf } from '../core/address.js';
import { ApiError } from '../core/api.js';
import { isRecoveryCode } from '../core/code.js';
import { addTotals } from '../core/progress.js';
import { isJoined } from '../app/app.js';
import { ask } from '../app/dialog.js';
import { act, card, field, focusOnTop, h, message, say, setText } from '../app/dom.js';
import { pendingCode } from '../app/pending.js';
import { number, t } from '../app/text.js';

/** @typedef {import('../core/progress.js').Totals} Totals */

/**
 * Show what a merge would do, and ask.
 *
 * @param {{[member: string]: unknown}} members of the refusal that asks for it
 */
function askToMerge({ yours, theirs }) {
	const [own, other] = [/** @type {Totals} */ (yours), /** @type {Totals} */ (theirs)];
	const line = (/** @type {string} */ name, /** @type {Totals} */ { xp, minutes, sessions }, isSum = false) => (
		h('tr', { class: isSum && 'sum' }, h('th', { scope: 'row' }, name), ...[xp, minutes, sessions].map((value) => h('td', {}, number(value))))
	);
	return ask({
		title: t('merge.title'),
		content: [
			h('p', {}, t('merge.about')),
			h('table', {},
				h('thead', {}, h('tr', {}, ...[t('merge.account'), t('figure.xp'), t('figure.minutes'), t('figure.sessions')]
					.map((word) => h('th', { scope: 'col' }, word)))),
				h('tbody', {}, line(t('merge.yours'), own), line(t('merge.theirs'), other), line(t('merge.sum'), addTotals(own, other), true))),
			h('p', {}, t('merge.stays')),
		],
		yes: t('merge.yes'),
		no: t('merge.no'),
	});
}

/**
 * @param {import('../app/app.js').App} app
 * @returns {import('../app/app.js').View}
 */
export function createCodeCard(app) {
	const said = message();
	const about = h('p', {});
	const input = h('input', {
		class: 'code-text', autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', placeholder: 'ABCD-EFGH',
	});
	const form = h('form', { novalidate: true }, field(t('code.label'), input), h('button', {}, t('code.do')), said);
	const address = addressOf('/devices#add', location.origin);
	const picture = h('div', {});
	/** What draws it is fetched when somebody wants to see one. */
	const draw = async () => picture.replaceChildren((await import('../app/qr.js')).qr(address, t('code.other_qr')));
	const other = h('details', { ontoggle: draw }, h('summary', {}, t('code.other')),
		h('div', { class: 'stack scan' }, h('p', {}, t('code.other_about')), picture, h('p', { class: 'address', translate: 'no' }, address)));
	const { element } = card(t('code.title'), {}, about, form, other);

	/**
	 * @param {string} text
	 * @param {boolean} merge
	 */
	const enter = (text, merge) => app.account[isRecoveryCode(text) ? 'recover' : 'pair'](text, { merge });

	act(form, said, async () => {
		const text = input.value.trim();
		let madeRoom = false;
		try {
			({ madeRoom } = await enter(text, false));
		} catch (error) {
			if (!(error instanceof ApiError) || error.code !== 'merge_needed') {
				throw error;
			}
			if (!await askToMerge(error.members)) {
				return t('code.unchanged');
			}
			await enter(text, true);
		}
		input.value = '';
		await app.refresh();
		await app.schedule.now();
		focusOnTop();
		return t(madeRoom ? 'code.made_room' : 'code.joined');
	});

	const code = pendingCode.use();
	if (code) {
		input.value = code;
		say(said, t('code.filled'));
	}

	return {
		element,

		ready() {
			if (code) {
				input.focus();
			}
		},

		show(state) {
			setText(about, t(isJoined(state) ? 'code.about_joined' : 'code.about'));
			other.hidden = isJoined(state);
		},
	};
}
