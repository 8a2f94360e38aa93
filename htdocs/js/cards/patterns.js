/**
 * Which pattern to breathe: the five, and those of one's own.
 */

import { isPattern, PATTERN_LIMITS } from '../core/breath.js';
import { PATTERNS } from '../core/progress.js';
import { edit } from '../app/dialog.js';
import { field, h, newId, say, message } from '../app/dom.js';
import { number, t } from '../app/text.js';

/** @typedef {import('../app/settings.js').CustomPattern} CustomPattern */
/** @typedef {{id: string, name: string, phases: readonly number[], custom: CustomPattern | null}} Choice */

const NAME_MOST = 40;

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
 * Make a pattern of one's own, or change one.
 *
 * @param {CustomPattern | null} before
 * @returns {Promise<CustomPattern | 'remove' | null>} null: it stays as it was
 */
async function askForPattern(before) {
	const said = message();
	const name = h('input', { maxlength: NAME_MOST, required: true, autocomplete: 'off', value: before?.name ?? '' });
	const lengths = [t('pattern.inhale'), t('pattern.hold'), t('pattern.exhale'), t('pattern.rest')].map((label, index) => ({
		label, input: h('input', { type: 'number', inputmode: 'decimal', min: 0, max: PATTERN_LIMITS.phase, step: 0.5, value: before?.phases[index] ?? 4 }),
	}));
	/** @returns {CustomPattern | null} */
	function read() {
		const phases = lengths.map(({ input }) => input.valueAsNumber);
		if (name.value.trim() === '' || !isPattern(phases)) {
			const { cycleLeast: least, cycleMost: most } = PATTERN_LIMITS;
			say(said, t(name.value.trim() === '' ? 'pattern.nameless' : 'pattern.impossible', { least, most }), { bad: true });
			(name.value.trim() === '' ? name : lengths[0].input).focus();
			return null;
		}
		return { id: before?.id ?? crypto.randomUUID(), name: name.value.trim(), phases };
	}
	return edit({
		title: t(before ? 'pattern.change' : 'pattern.new'),
		content: [
			h('p', {}, t('pattern.about')),
			field(t('pattern.name'), name),
			h('div', { class: 'fields four' }, ...lengths.map(({ label, input }) => field(label, input))),
			said,
		],
		read,
		save: t('pattern.save'),
		remove: before ? t('pattern.remove') : null,
	});
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
