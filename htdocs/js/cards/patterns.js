/**
 * Which pattern to breathe: the five, and those of one's own.
 */

import { isPattern } from '../core/breath.js';
import { PATTERNS } from '../core/progress.js';
import { h, newId } from '../app/dom.js';
import { number, t } from '../app/text.js';

/** @typedef {import('../app/settings.js').CustomPattern} CustomPattern */
/** @typedef {{id: string, name: string, phases: readonly number[], custom: CustomPattern | null}} Choice */

/** @param {readonly number[]} phases @returns {string} such as "4 – 7 – 8", without the holds at the end that it does not have */
export function inNumbers(phases) {
	const written = phases[3] > 0 ? [...phases] : phases.slice(0, 3);
	return written.map(number).join(' – ');
}

/**
 * @param {Readonly<import('../app/settings.js').Settings>} settings
 * @returns {Choice[]}
 */
export function choicesOf({ patterns }) {
	const names = /** @type {(keyof typeof PATTERNS)[]} */ (Object.keys(PATTERNS));
	return [
		...names.map((name) => ({ id: name, name: t(`pattern.${name}`), phases: PATTERNS[name], custom: null })),
		...patterns.filter(({ phases }) => isPattern(phases)).map((custom) => ({
			id: custom.id, name: custom.name, phases: custom.phases, custom,
		})),
	];
}

/**
 * @param {import('../app/app.js').App} app
 * @param {() => void} onChange another pattern was chosen
 */
export function createPatterns({ settings }, onChange) {
	const group = newId();
	const list = h('div', { class: 'choices' });
	const own = h('button', { type: 'button', class: 'plain', onclick: () => void change(null) }, t('pattern.new'));
	const element = h('fieldset', { class: 'patterns' }, h('legend', {}, t('practice.pattern')), list, own);

	/** What is on screen is what begins, whatever is chosen in another tab meanwhile. */
	let choices = choicesOf(settings.get());
	let { pattern: current } = settings.get();

	/** @returns {Choice} */
	const chosen = () => choices.find(({ id }) => id === current) ?? choices[0];

	/** @param {CustomPattern | null} before */
	async function change(before) {
		const { askForPattern } = await import('./pattern-editor.js');
		const after = await askForPattern(before);
		if (after === null) {
			return;
		}
		const others = settings.get().patterns.filter(({ id }) => id !== before?.id);
		await settings.change(after === 'remove'
			? { patterns: others, pattern: 'chill' }
			: { patterns: [...others, after], pattern: after.id });
		current = after === 'remove' ? 'chill' : after.id;
		show();
		onChange();
		own.focus();
	}

	function show() {
		choices = choicesOf(settings.get());
		const { id: checked } = chosen();
		list.replaceChildren(...choices.map(({ id, name, phases, custom }) => {
			const radio = h('input', {
				type: 'radio', name: group, value: id,
				onchange() {
					current = id;
					onChange();
					return settings.change({ pattern: id });
				},
			});
			radio.checked = id === checked;
			return h('div', { class: 'choice' },
				h('label', {}, radio, h('span', { class: 'choice-name' }, name), h('span', { class: 'choice-note' }, inNumbers(phases))),
				custom && h('button', { type: 'button', class: 'plain', 'aria-label': t('pattern.change_label', { name }), onclick: () => void change(custom) },
					t('pattern.change')));
		}));
	}

	show();
	return { element, chosen };
}
