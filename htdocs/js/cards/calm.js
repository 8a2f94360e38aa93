/**
 * Which figures a person wants to see of themselves. What presses somebody is turned off as a whole, on every page.
 */

import { createBoards } from '../core/boards.js';
import { act, card, focusOn, h, message, say, toggle } from '../app/dom.js';
import { t } from '../app/text.js';

/**
 * @param {import('../app/app.js').App} app
 * @returns {import('../app/app.js').View}
 */
export function createCalmCard({ account, calls, settings }) {
	const { streaks, boards: shown } = settings.get();
	const boards = createBoards(calls('leaderboard'));
	const said = message();
	const leaving = h('button', { type: 'button', class: 'plain', hidden: true }, t('boards.leave'));
	const { element, heading } = card(t('settings.calm'), {}, h('p', {}, t('settings.calm_about')),
		toggle(t('settings.streaks'), streaks, (checked) => settings.change({ streaks: checked })),
		toggle(t('settings.boards'), shown, (checked) => void showBoards(checked)), said, leaving);

	/** @param {boolean} wanted */
	async function showBoards(wanted) {
		say(said, '');
		leaving.hidden = true;
		await settings.change({ boards: wanted });
		// Whoever no longer sees boards may still be seen on them. Who is not, or has no account, is refused this.
		const isOn = !wanted && await account.withToken((token) => boards.place(token, { metric: 'xp', period: 'week' })).then(() => true, () => false);
		if (isOn && !settings.get().boards) {
			leaving.hidden = false;
			say(said, t('settings.boards_still'));
		}
	}

	act(leaving, said, async () => {
		await account.withToken((token) => boards.show(token, false));
		leaving.hidden = true;
		focusOn(heading);
		return t('boards.left');
	});

	return { element };
}
