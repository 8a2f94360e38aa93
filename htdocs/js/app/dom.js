/**
 * The few things that the views do with the document. Text goes in as text; nothing is ever parsed as HTML.
 */

import { explain } from './words.js';

/**
 * An element by its id, which must be there and of this kind: a slip in the page shows at once and not when it is clicked.
 *
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
	const element = document.getElementById(id);
	if (!(element instanceof kind)) {
		throw new Error(`the page has no ${kind.name} #${id}`);
	}
	return element;
}

/** @param {string} id */
export const element = (id) => byId(id, HTMLElement);

/**
 * @param {string} id
 * @param {string} text
 */
export function setText(id, text) {
	const place = element(id);
	// A live region that is given the same text again would be read again.
	if (place.textContent !== text) {
		place.textContent = text;
	}
}

/**
 * Say something where a person acted; empty to say nothing.
 *
 * @param {string} id
 * @param {string} text
 * @param {{bad?: boolean}} [how]
 */
export function say(id, text, { bad = false } = {}) {
	setText(id, text);
	element(id).classList.toggle('bad', bad);
}

/**
 * Let a button, or a form's, do something. While it does, it does not do it twice; what goes wrong is said below it. The button stays
 * focusable all the while, so the keyboard does not lose its place.
 *
 * @param {HTMLElement} actor a button, or a form
 * @param {string} messageId
 * @param {() => Promise<string | void>} work what to say in the end
 */
export function onAct(actor, messageId, work) {
	const button = actor instanceof HTMLFormElement ? actor.querySelector('button') : actor;
	actor.addEventListener(actor instanceof HTMLFormElement ? 'submit' : 'click', async (event) => {
		event.preventDefault();
		if (!button || button.getAttribute('aria-disabled') === 'true') {
			return;
		}
		button.setAttribute('aria-disabled', 'true');
		say(messageId, '');
		try {
			say(messageId, await work() ?? '');
		} catch (error) {
			say(messageId, explain(error), { bad: true });
		} finally {
			button.removeAttribute('aria-disabled');
		}
	});
}

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} note
 * @property {string} [act] what its button says; without it there is none
 * @property {string} [label] names the button to those who do not see what stands beside it
 * @property {() => void} [onAct]
 */

/**
 * @param {string} id of the list
 * @param {Row[]} rows
 */
export function fillList(id, rows) {
	const template = byId('row', HTMLTemplateElement);
	element(id).replaceChildren(...rows.map(({ name, note, act, label, onAct: work }) => {
		const item = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
		const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (item.querySelector(selector));
		part('.row-name').textContent = name;
		part('.row-note').textContent = note;
		const button = part('button');
		if (act && label && work) {
			button.textContent = act;
			button.setAttribute('aria-label', label);
			button.addEventListener('click', work);
		} else {
			button.remove();
		}
		return item;
	}));
}

/**
 * Ask in a dialogue, and wait for the answer.
 *
 * @param {string} id of the dialogue
 * @returns {Promise<boolean>}
 */
export function ask(id) {
	const dialog = byId(id, HTMLDialogElement);
	dialog.returnValue = '';
	dialog.showModal();
	return new Promise((resolve) => {
		dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
	});
}

/**
 * @param {string} title
 * @param {string} text
 * @param {string} yes what the button says that does it
 * @returns {Promise<boolean>}
 */
export function askToConfirm(title, text, yes) {
	setText('confirm-title', title);
	setText('confirm-text', text);
	setText('confirm-yes', yes);
	return ask('confirm');
}

/**
 * Move the keyboard to a place that is no control, such as a heading: where it stood is gone.
 *
 * @param {string} id
 */
export function focusOn(id) {
	const place = element(id);
	place.tabIndex = -1;
	place.focus();
}

/**
 * Copy, or say why not.
 *
 * @param {string} text
 * @returns {Promise<string>} what to tell the person
 */
export async function copy(text) {
	try {
		await navigator.clipboard.writeText(text);
		return 'Copied.';
	} catch {
		return 'The browser does not let this page copy. Select the text and copy it by hand.';
	}
}

/**
 * Give the person a file.
 *
 * @param {string} name
 * @param {string} text
 */
export function download(name, text) {
	const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
	const link = document.createElement('a');
	link.href = address;
	link.download = name;
	link.click();
	// The browser reads it after this returns.
	setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
