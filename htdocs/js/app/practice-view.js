/**
 * Counting practice by hand. It works at once, with or without an account or a network; the upload follows after a while.
 */

import { cyclesIn, isActive, PATTERNS, sessionTotals } from '../core/progress.js';
import { byId, element, onAct } from './dom.js';
import { counted, Slip } from './words.js';

/**
 * @param {import('./app.js').App} app
 * @returns {import('./app.js').View}
 */
export function createPracticeView(app) {
	const minutes = byId('practice-minutes', HTMLInputElement);
	const pattern = byId('practice-pattern', HTMLSelectElement);

	onAct(byId('practice-form', HTMLFormElement), 'practice-message', async () => {
		minutes.setAttribute('aria-invalid', String(!minutes.checkValidity()));
		if (!minutes.checkValidity()) {
			minutes.focus();
			throw new Slip(`Minutes are a whole number from ${minutes.min} to ${minutes.max}.`);
		}
		const activeMs = minutes.valueAsNumber * 60_000;
		const phases = PATTERNS[/** @type {keyof typeof PATTERNS} */ (pattern.value)];
		const added = await app.sync.count(app.today(), sessionTotals({ activeMs, cycles: cyclesIn(phases, activeMs) }));
		await app.refresh();
		app.schedule.counted();
		return isActive(added)
			? `Counted ${counted(added.minutes, 'minute')} and ${counted(added.cycles, 'breath')}: ${counted(added.xp, 'XP', 'XP')}.`
			: 'Today is full: a day has no more minutes than that.';
	});

	return {
		show() {
			element('practice').hidden = false;
		},
	};
}
