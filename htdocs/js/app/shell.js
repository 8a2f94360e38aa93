/**
 * What stands around every page: names of the pages, the pseudonym, and what stands in the way of everything.
 */

import { addressOf } from '../core/address.js';
import { accountOf, ownOf } from '../core/state.js';
import { act, focusOnTop, message, say, setText } from './dom.js';
import { isText, t } from './text.js';
import { explain } from './trouble.js';

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** Put the chosen language's texts into the page's own elements. */
export function localiseShell() {
	for (const element of document.querySelectorAll('[data-text]')) {
		setText(element, t(/** @type {import('./text.js').Key} */ (element.getAttribute('data-text'))));
	}
	for (const element of document.querySelectorAll('[data-label]')) {
		element.setAttribute('aria-label', t(/** @type {import('./text.js').Key} */ (element.getAttribute('data-label'))));
	}
}

/**
 * Say what stands in the way, for as long as it does.
 *
 * @param {string} [text] empty where there is none (any more); without it, what the document itself says, in English
 */
export function showTrouble(text = byId('trouble-text').textContent ?? '') {
	setText(byId('trouble-text'), text);
	byId('trouble').hidden = text === '';
}

/**
 * Say that something failed: until the person has seen it, or something else failed.
 *
 * @param {string} text
 */
export function showFailure(text) {
	const place = byId('failure');
	setText(byId('failure-text'), text);
	place.hidden = false;
	byId('failure-dismiss').onclick = () => {
		place.hidden = true;
		focusOnTop();
	};
}

/** Say that there is no storage: in the reader's language, or where its words have not come, in the document's own. */
export function showNoStorage() {
	showTrouble(isText('error.no_storage') ? t('error.no_storage') : byId('trouble-text').dataset.noStorage);
}

/** @param {(() => void) | null} use takes the new version that is there; null: there is none, or it is not the time to ask */
export function offerUpdate(use) {
	byId('update').hidden = use === null;
	byId('update-now').onclick = use;
}

/**
 * @param {import('./app.js').App} app
 * @returns {import('./app.js').View}
 */
export function createShell(app) {
	const retry = byId('trouble-retry');
	const said = message();
	retry.after(said);
	act(retry, said, async () => {
		await app.sync.sync({ force: true });
		await app.reload();
	});

	app.onSync((end) => {
		if (end instanceof Error) {
			showFailure(explain(end));
		}
	});

	return {
		element: byId('trouble'),

		show(state) {
			const handle = byId('handle');
			const account = accountOf(state);
			handle.hidden = account === null;
			setText(handle, account?.handle ?? '');
			handle.title = t('shell.handle');
			// A removed device has nothing left to try with.
			const refused = state.link.status === 'refused' ? state.link.code : null;
			retry.hidden = refused === null || ownOf(state) === null;
			say(said, '');
			const why = refused === null ? '' : t(`error.${refused}`);
			showTrouble(retry.hidden ? why : t('error.rejoin', { why }));
			// Boards are not shown to whom they press.
			const boards = document.querySelector(`nav a[href="${addressOf('/boards')}"]`);
			boards?.toggleAttribute('hidden', !app.settings.get().boards);
		},
	};
}
