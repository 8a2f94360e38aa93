/**
 * Making a pattern of one's own, which few people do: it is fetched when somebody does.
 */

import '../app/kit.js';
import { isPattern, PATTERN_LIMITS } from '../core/breath.js';
import { edit } from '../app/dialog.js';
import { field, h, message, say } from '../app/dom.js';
import { t } from '../app/text.js';

/** @typedef {import('../app/settings.js').CustomPattern} CustomPattern */

const NAME_MOST = 40;

/**
 * Make a pattern of one's own, or change one.
 *
 * @param {CustomPattern | null} before
 * @returns {Promise<CustomPattern | 'remove' | null>} null: it stays as it was
 */
export async function askForPattern(before) {
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
