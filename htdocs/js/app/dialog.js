/**
 * Dialogues: each is made when it opens and gone when it closes, and what was secret in it with it.
 */

import { addressOf } from '../core/address.js';
import { act, copy, h, message, newId } from './dom.js';
import { t } from './text.js';

/** @typedef {import('./dom.js').Child} Child */

/**
 * Open a dialogue and wait until it closes.
 *
 * @param {string} title
 * @param {Child[]} content
 * @param {(dialog: HTMLDialogElement) => void} [prepare]
 * @returns {Promise<string>} the value of the button that closed it; empty for Escape
 */
function open(title, content, prepare) {
	const id = newId();
	const dialog = h('dialog', { 'aria-labelledby': id }, h('h2', { id }, title), ...content);
	prepare?.(dialog);
	document.body.append(dialog);
	dialog.showModal();
	return new Promise((resolve) => {
		dialog.addEventListener('close', () => {
			dialog.remove();
			resolve(dialog.returnValue);
		}, { once: true });
	});
}

/**
 * Ask for a yes. The harmless answer has the focus, and Escape is one.
 *
 * @param {object} question
 * @param {string} question.title
 * @param {Child[]} question.content
 * @param {string} question.yes what the button says that does it
 * @param {string} [question.no]
 * @param {boolean} [question.danger]
 * @returns {Promise<boolean>}
 */
export async function ask({ title, content, yes, no = t('do.cancel'), danger = false }) {
	return await open(title, [
		...content,
		h('form', { method: 'dialog', class: 'row' },
			h('button', { value: 'yes', class: danger && 'danger' }, yes),
			h('button', { value: 'no', class: 'plain', autofocus: true }, no)),
	]) === 'yes';
}

/**
 * Let a person fill in something.
 *
 * @template T
 * @param {object} form
 * @param {string} form.title
 * @param {Child[]} form.content
 * @param {() => T | null} form.read what was filled in; null, and says why, where it cannot be taken
 * @param {string} form.save what the button says
 * @param {string | null} form.remove what the button says that takes away what is changed; null where there is nothing yet
 * @returns {Promise<T | 'remove' | null>} null for leaving it
 */
export async function edit({ title, content, read, save, remove }) {
	/** @type {T | null} */
	let filled = null;
	const form = h('form', { method: 'dialog', novalidate: true, class: 'stack' },
		...content,
		h('div', { class: 'row' },
			h('button', { value: 'save' }, save),
			h('button', { value: 'no', class: 'plain' }, t('do.cancel')),
			remove && h('button', { value: 'remove', class: 'danger' }, remove)));
	form.addEventListener('submit', (event) => {
		if (event.submitter?.getAttribute('value') === 'save') {
			filled = read();
			if (filled === null) {
				event.preventDefault();
			}
		}
	});
	const how = await open(title, [form]);
	return how === 'remove' ? how : filled;
}

/**
 * The recovery code, shown once: it lies in the dialogue while that is open, and nowhere else.
 *
 * @param {string} code
 * @returns {Promise<void>} when the person says that it is kept
 */
export async function showRecoveryCode(code) {
	const said = message();
	const scope = new AbortController();
	const copying = h('button', { type: 'button' }, t('recovery.copy'));
	act(copying, said, () => copy(code));
	await open(t('recovery.title'), [
		h('p', {}, t('recovery.about')),
		h('p', { class: 'print-only' }, t('recovery.sheet', { server: addressOf('', location.host) })),
		h('p', { class: 'big-code', translate: 'no' }, code),
		h('form', { method: 'dialog', class: 'row' },
			copying,
			h('button', { type: 'button', class: 'plain', onclick: () => print() }, t('recovery.print')),
			h('button', { class: 'plain' }, t('recovery.kept'))),
		said,
	], (dialog) => {
		// Escape is too easily pressed for something that is shown only once. A browser that does not know this attribute closes at the
		// second press whatever becomes of `cancel`, so the key itself is kept from it, wherever the focus is.
		dialog.setAttribute('closedby', 'none');
		document.addEventListener('keydown', (event) => {
			if (event.key === 'Escape') {
				event.preventDefault();
			}
		}, { signal: scope.signal });
	});
	scope.abort();
}
