/**
 * How things stand: one sentence, the level, the figures, and whether the server knows.
 */

import { isActive, levelOf } from '../core/progress.js';
import { viewOf } from '../core/state.js';
import { isJoined } from './app.js';
import { byId, element, onAct, setText } from './dom.js';
import { counted, explain, number, refusal } from './words.js';

/** @typedef {import('../core/progress.js').Streak} Streak */
/** @typedef {import('../core/sync.js').Outcome} Outcome */

/**
 * @param {Streak} streak
 * @returns {string}
 */
function sentence({ current, active_today, last_day }) {
	if (last_day === null) {
		return 'Breathe while you program. Keep what grows.';
	}
	if (active_today) {
		return current === 1 ? 'You practised today.' : `You practised today, ${number(current)} days in a row.`;
	}
	return current === 0
		? 'A few breaths today begin a new streak.'
		: `A few breaths today keep your streak of ${counted(current, 'day')}.`;
}

/**
 * @param {import('./app.js').App} app
 * @returns {import('./app.js').View}
 */
export function createProgressView(app) {
	/** @type {Outcome | Error | null} */
	let last = null;

	/** @param {import('./app.js').State} state */
	function status(state) {
		const { unsent } = viewOf(state, app.today());
		if (!isJoined(state)) {
			return state.device ? 'What you count is kept in this browser for now.' : 'Kept in this browser only.';
		}
		if (last instanceof Error) {
			return explain(last);
		}
		if (last && last.kind !== 'done' && last.code) {
			return refusal(last.code) ?? 'The server cannot be reached just now. Nothing is lost, it will be tried again.';
		}
		if (isActive(unsent)) {
			return `${counted(unsent.xp, 'XP', 'XP')} will go to your account in a few minutes.`;
		}
		return state.merged ? `In your account, with ${counted(state.merged.devices, 'device')}.` : 'Looking at your account…';
	}

	app.onSync((end) => {
		last = end;
	});

	onAct(byId('sync-now', HTMLButtonElement), 'status', async () => {
		await app.schedule.now();
		return status(await app.sync.read());
	});

	return {
		show(state) {
			const view = viewOf(state, app.today());
			const begun = isActive(view) || isJoined(state);
			const { level, title, xp_from, xp_next } = view.level;
			setText('sentence', sentence(view.streak));
			element('lead').hidden = begun;
			element('lead-section').classList.toggle('begun', begun);
			element('progress').hidden = !begun;
			element('handle').hidden = state.account === null;
			setText('handle', state.account?.handle ?? '');
			setText('level', `Level ${level}: ${title}`);
			setText('level-next', xp_next === null
				? 'The last level there is.'
				: `${number(xp_next - view.xp)} XP to ${levelOf(xp_next).title}`);
			const bar = byId('level-bar', HTMLProgressElement);
			bar.max = xp_next === null ? 1 : xp_next - xp_from;
			bar.value = xp_next === null ? 1 : view.xp - xp_from;
			setText('xp', number(view.xp));
			setText('streak', number(view.streak.current));
			setText('longest', number(view.streak.longest));
			setText('minutes', number(view.minutes));
			setText('sessions', number(view.sessions));
			setText('cycles', number(view.cycles));
			setText('status', status(state));
			element('sync-now').hidden = !isJoined(state);
		},
	};
}
