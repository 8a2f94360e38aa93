/**
 * The few things that the views do with the document. Text goes in as text; nothing is ever parsed as HTML.
 */

import { t } from './text.js';
import { explain } from './trouble.js';

/** @typedef {string | Node | null | undefined | false} Child */
/** @typedef {{[name: string]: unknown}} Properties attributes; a function is a listener (`onclick`), true an attribute without a value */

/**
 * @template {Element} T
 * @param {T} element
 * @param {Properties} properties
 * @param {Child[]} children
 * @returns {T}
 */
function fill(element, properties, children) {
	for (const [name, value] of Object.entries(properties)) {
		if (typeof value === 'function') {
			element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
		} else if (value !== null && value !== undefined && value !== false) {
			element.setAttribute(name, value === true ? '' : String(value));
		}
	}
	element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
	return element;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Properties} [properties]
 * @param {Child[]} children
 */
export const h = (tag, properties = {}, ...children) => fill(document.createElement(tag), properties, children);

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Properties} [properties]
 * @param {Child[]} children
 */
export const svg = (tag, properties = {}, ...children) => (
	fill(document.createElementNS('http://www.w3.org/2000/svg', tag), properties, children)
);

/** Where is said what became of something; read aloud where somebody listens. */
export const message = () => h('p', { class: 'message', role: 'status' });

/**
 * @param {Element} place
 * @param {string} text
 */
export function setText(place, text) {
	// A live region that is given the same text again would be read again.
	if (place.textContent !== text) {
		place.textContent = text;
	}
}

/**
 * Say something where a person acted; empty to say nothing.
 *
 * @param {Element} place
 * @param {string} text
 * @param {{bad?: boolean}} [how]
 */
export function say(place, text, { bad = false } = {}) {
	setText(place, text);
	place.classList.toggle('bad', bad);
}

/**
 * Let a button, or a form's, do something. While it does, it does not do it twice; what goes wrong is said. The button stays
 * focusable all the while, so the keyboard does not lose its place.
 *
 * @param {HTMLElement} actor a button, or a form
 * @param {Element} place where to say what came of it
 * @param {() => Promise<string | void>} work what to say in the end
 */
export function act(actor, place, work) {
	const isForm = actor instanceof HTMLFormElement;
	actor.addEventListener(isForm ? 'submit' : 'click', async (event) => {
		event.preventDefault();
		const button = isForm ? actor.querySelector('button') : actor;
		if (!button || button.getAttribute('aria-disabled') === 'true') {
			return;
		}
		button.setAttribute('aria-disabled', 'true');
		// A reload would cut it off (offline.js).
		button.setAttribute('data-busy', '');
		say(place, '');
		try {
			say(place, await work() ?? '');
			// What was sent is what the form stands at.
			actor.querySelectorAll('input').forEach((input) => {
				input.defaultValue = input.value;
			});
		} catch (error) {
			say(place, explain(error), { bad: true });
		} finally {
			button.removeAttribute('aria-disabled');
			button.removeAttribute('data-busy');
		}
	});
}

let ids = 0;

/** An id for what a label, a heading or a description refers to. */
export const newId = () => `e${++ids}`;

/**
 * A card: a section that is called as its heading says.
 *
 * @param {string} title
 * @param {Properties} properties
 * @param {Child[]} children
 * @returns {{element: HTMLElement, heading: HTMLHeadingElement}}
 */
export function card(title, properties, ...children) {
	const id = newId();
	const heading = h('h2', { id, tabindex: -1 }, title);
	return { heading, element: h('section', { ...properties, class: 'card', 'aria-labelledby': id }, heading, ...children) };
}

/**
 * A label and its control.
 *
 * @param {string} label
 * @param {HTMLElement} control
 * @param {Child[]} more
 */
export function field(label, control, ...more) {
	control.id ||= newId();
	return h('div', { class: 'field' }, h('label', { for: control.id }, label), control, ...more);
}

/**
 * A switch: a box to tick with its label beside it.
 *
 * @param {string} label
 * @param {boolean} checked
 * @param {(checked: boolean) => void} onChange
 */
export function toggle(label, checked, onChange) {
	const box = h('input', { type: 'checkbox', onchange: () => onChange(box.checked) });
	box.checked = checked;
	return h('label', { class: 'toggle' }, box, h('span', {}, label));
}

/**
 * @param {[string, string][]} options value and name
 * @param {string} chosen
 * @param {Properties} [properties]
 */
export function select(options, chosen, properties = {}) {
	const list = h('select', properties, ...options.map(([value, name]) => h('option', { value }, name)));
	list.value = chosen;
	return list;
}

/**
 * Figures under their words.
 *
 * @param {[string, HTMLElement][]} rows
 */
export const figures = (rows) => h('dl', { class: 'figures' }, ...rows.map(([word, value]) => h('div', {}, h('dt', {}, word), value)));

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} note
 * @property {string} [act] what its button says; without it there is none
 * @property {string} [label] names the button to those who do not see what stands beside it
 * @property {() => void} [onAct]
 */

/** @param {Row} row of a list */
export const row = ({ name, note, act: verb, label, onAct }) => h('li', {},
	h('span', { class: 'row-text' }, h('span', { class: 'row-name' }, name), h('span', { class: 'row-note' }, note)),
	verb && h('button', { type: 'button', class: 'plain', 'aria-label': label, onclick: onAct }, verb));

/**
 * Move the keyboard to a place that is no control, such as a heading: where it stood is gone.
 *
 * @param {HTMLElement} place
 */
export function focusOn(place) {
	place.tabIndex = -1;
	place.focus();
}

/** Move it to the top of the page: where it stood is gone, and all of the page is another one. */
export function focusOnTop() {
	const heading = document.querySelector('main h1');
	if (heading instanceof HTMLElement) {
		focusOn(heading);
	}
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
		return t('do.copied');
	} catch {
		return t('do.copy_failed');
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
	h('a', { href: address, download: name }).click();
	// The browser reads it after this returns.
	setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
