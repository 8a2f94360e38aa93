/**
 * Practice without the guide: minutes and a pattern, added to today.
 */

import { cyclesIn, isActive, PATTERNS, sessionTotals } from '../core/progress.js';
import { act, card, field, h, message, select } from '../app/dom.js';
import { t } from '../app/text.js';
import { Slip } from '../app/trouble.js';

/** @typedef {keyof typeof PATTERNS} PatternName */

const MINUTES = { min: 1, max: 600 };

/**
 * @param {import('../app/app.js').App} app
 * @returns {import('../app/app.js').View}
 */
export function createPracticeCard(app) {
	const said = message();
	const minutes = h('input', { type: 'number', inputmode: 'numeric', ...MINUTES, step: 1, value: 5, required: true });
	const names = /** @type {PatternName[]} */ (Object.keys(PATTERNS));
	const pattern = select(names.map((name) => [name, t(`pattern.${name}`)]), 'chill');
	const form = h('form', { novalidate: true },
		h('div', { class: 'fields' }, field(t('practice.minutes'), minutes), field(t('practice.pattern'), pattern)),
		h('button', { class: 'plain' }, t('practice.do')), said);

	act(form, said, async () => {
		minutes.setAttribute('aria-invalid', String(!minutes.checkValidity()));
		if (!minutes.checkValidity()) {
			minutes.focus();
			throw new Slip(t('practice.slip', MINUTES));
		}
		const activeMs = minutes.valueAsNumber * 60_000;
		const phases = PATTERNS[/** @type {PatternName} */ (pattern.value)];
		const added = await app.sync.count(app.today(), sessionTotals({ activeMs, cycles: cyclesIn(phases, activeMs) }));
		app.schedule.counted();
		await app.refresh();
		return isActive(added)
			? t('practice.counted', {
				minutes: t('count.minutes', { n: added.minutes }), breaths: t('count.breaths', { n: added.cycles }), xp: t('count.xp', { n: added.xp }),
			})
			: t('practice.full');
	});

	return { element: card(t('practice.title'), {}, h('p', {}, t('practice.about')), form).element };
}
