/**
 * Oneself on boards: where one stands, asking to be seen, no longer being seen, and another name.
 */

import { addressOf } from '../core/address.js';
import { ApiError } from '../core/api.js';
import { wouldShow } from '../core/board-preview.js';
import { accountOf } from '../core/state.js';
import { isJoined } from '../app/app.js';
import { ask } from '../app/dialog.js';
import { act, card, focusOn, h, message, say } from '../app/dom.js';
import { latest, reply } from '../app/scope.js';
import { isText, levelTitle, rich, t } from '../app/text.js';
import { explain } from '../app/trouble.js';
import { boardTable, valueOf } from './board.js';

/** @typedef {import('../core/boards.js').Board} Board */
/** @typedef {import('../core/boards.js').Place} Place */

/** @param {number} level */
const levelName = (level) => t('boards.level', { level, title: levelTitle(level) });

/**
 * @param {import('../app/app.js').App} app
 * @param {AbortSignal} scope
 * @param {ReturnType<typeof import('../core/boards.js').createBoards>} boards
 * @param {() => Promise<void>} again shows the board anew
 */
export function createStandingCard(app, scope, boards, again) {
	const said = message();
	const content = h('div', { class: 'stack' });
	const join = h('button', { type: 'button' }, t('boards.join'));
	const leave = h('button', { type: 'button', class: 'plain' }, t('boards.leave'));
	const rename = h('button', { type: 'button', class: 'plain' }, t('boards.rename'));
	const buttons = h('p', { class: 'row' }, join, leave, rename);
	const { element, heading } = card(t('boards.you'), {}, content, buttons, said);

	/** @param {import('../core/api.js').AccountExport} account */
	function preview(account) {
		const seen = wouldShow(account, app.today());
		/** @type {[string, string][]} */
		const rows = [
			[t('boards.name'), account.account.handle],
			[t('boards.level_head'), levelName(seen.level)],
			[t('boards.xp_week'), t('count.xp', { n: seen.week })],
			[t('boards.xp_all'), t('count.xp', { n: seen.xp })],
			[t('figure.days'), t('count.days', { n: seen.days })],
		];
		if (app.settings.get().streaks) {
			rows.push([t('figure.longest'), t('count.days', { n: seen.streak })]);
		}
		return h('table', {}, h('caption', {}, t('boards.seen')),
			h('tbody', {}, ...rows.map(([name, value]) => h('tr', {}, h('th', { scope: 'row' }, name), h('td', {}, value)))));
	}

	act(join, said, async () => {
		const account = await app.account.export();
		const yes = await ask({
			title: t('boards.join_title'),
			content: [
				h('p', {}, t('boards.join_about')), preview(account), h('p', {}, t('boards.join_counts')),
				account.boards.shared && h('p', {}, t('boards.join_shared')),
			],
			yes: t('boards.join_do'), no: t('join.not_now'),
		});
		if (yes) {
			await app.account.withToken((token) => boards.show(token, true));
			await again();
			focusOn(heading);
			return t('boards.joined');
		}
		return '';
	});
	act(leave, said, async () => {
		await app.account.withToken((token) => boards.show(token, false));
		await again();
		focusOn(heading);
		return t('boards.left');
	});
	act(rename, said, async () => {
		const yes = await ask({
			title: t('boards.rename_title'),
			content: [h('ul', { class: 'leaves' }, ...[t('boards.rename_off'), t('boards.rename_anew'), t('boards.rename_gone')].map((text) => h('li', {}, text)))],
			yes: t('boards.rename_do'),
		});
		if (yes) {
			const { handle } = await app.account.withToken((token) => boards.rename(token));
			// The state learns of its name with the next answer of the account.
			await app.schedule.now();
			await again();
			focusOn(heading);
			return t('boards.renamed', { handle });
		}
		return '';
	});

	/** @param {'none' | 'off' | 'on' | 'withheld'} how @param {(Node | string | false)[]} parts */
	function put(how, ...parts) {
		join.hidden = how !== 'off';
		leave.hidden = how !== 'on';
		rename.hidden = how === 'none';
		buttons.hidden = how === 'none';
		content.replaceChildren(...parts.filter((part) => part !== false));
	}

	/** @param {Board} board @param {Place} place @param {string} handle */
	function putPlace(board, { rank, total, percentile, value, to_next, around }, handle) {
		put('on',
			h('p', { class: 'standing' }, rank === null ? t(board.period_id ? 'boards.not_kept' : 'boards.no_value') : t('boards.rank', { rank, n: total })),
			rank !== null && h('p', {}, t('boards.percentile', { value: valueOf(board.metric, value), percent: percentile ?? 0 })),
			to_next !== null && h('p', {}, t('boards.to_next', { gap: valueOf(board.metric, to_next.gap), rank: to_next.rank })),
			around.length > 0 && boardTable(board.metric, t('boards.around'), around, handle).element);
	}

	return {
		element,

		show: latest(scope, async (run, /** @type {import('../app/app.js').State} */ state, /** @type {Board} */ board) => {
			const name = h('b', { translate: 'no' }, accountOf(state)?.handle ?? '');
			if (!isJoined(state)) {
				say(said, '');
				put('none', h('p', {}, t('boards.alone')), h('p', {}, h('a', { class: 'button plain', href: addressOf('/devices') }, t('dashboard.join'))));
				return;
			}
			/** @param {boolean} onBoards */
			const note = (onBoards) => void app.cache.noteBoards(state, onBoards);
			try {
				const place = await reply(run, app.account.withToken((token) => boards.place(token, board)));
				note(true);
				putPlace(board, place, accountOf(state)?.handle ?? '');
			} catch (error) {
				run.throwIfAborted();
				const code = error instanceof ApiError ? error.code : '';
				if (code === 'not_on_board') {
					note(false);
					put('off', h('p', {}, ...rich('boards.off', { name })), h('p', {}, t('boards.off_about')));
				} else if (error instanceof ApiError && code === 'withheld') {
					note(false);
					const reason = `withheld.${error.members.reason}`;
					put('withheld', h('p', {}, t('boards.withheld')), isText(reason) && h('p', {}, t(reason)));
				} else {
					say(said, explain(error), { bad: true });
				}
			}
		}),
	};
}
