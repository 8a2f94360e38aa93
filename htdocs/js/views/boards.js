/**
 * Boards: what is compared and over which time, oneself among one's neighbours, and everybody from the top.
 */

import '../app/kit.js';
import { addressOf } from '../core/address.js';
import { createBoards, PERIODS } from '../core/boards.js';
import { addDays } from '../core/day.js';
import { accountOf } from '../core/state.js';
import { firstDayOf, periodAfter, periodBefore } from '../core/period.js';
import { act, card, field, h, message, say, select, setText } from '../app/dom.js';
import { latest, reply } from '../app/scope.js';
import { date, dateRange, t } from '../app/text.js';
import { explain } from '../app/trouble.js';
import { boardTable } from '../cards/board.js';
import { createStandingCard } from '../cards/standing.js';

/** @typedef {import('../core/boards.js').Metric} Metric */
/** @typedef {import('../core/boards.js').Period} Period */

/**
 * @param {Period} period
 * @param {string | null} id null for all time
 */
function nameOf(period, id) {
	if (period === 'all' || id === null) {
		return t('boards.all');
	}
	const first = firstDayOf(period, id);
	if (period === 'week') {
		return dateRange(first, addDays(first, 6));
	}
	return date(first, period === 'month' ? { month: 'long', year: 'numeric' } : undefined);
}

/** @type {import('../app/app.js').MakeView} */
export function createBoardsView(app, scope) {
	const { settings } = app;
	const title = h('h1', {}, t('boards.page'));
	if (!settings.get().boards) {
		return { element: h('div', { class: 'stack' }, title,
			card(t('boards.hidden'), {}, h('p', {}, t('boards.hidden_about')), h('a', { class: 'button plain', href: addressOf('/settings') }, t('nav.settings'))).element) };
	}
	const boards = createBoards(app.calls('leaderboard'));
	/** @type {{metric: Metric, period: Period, period_id: string | null}} */
	const chosen = { metric: 'xp', period: 'week', period_id: null };
	/** @type {string | null} the current period's name, once it is known */
	let current = null;
	/** The run that asked for the board on screen: what it is told later is of that board. */
	let asking = new AbortController().signal;

	const metrics = /** @type {Metric[]} */ (Object.keys(PERIODS)).filter((metric) => metric !== 'streak' || settings.get().streaks);
	const metric = select(metrics.map((name) => [name, t(`metric.${name}`)]), chosen.metric, {
		onchange: () => choose({ metric: /** @type {Metric} */ (metric.value), period_id: null }),
	});
	const period = h('select', { onchange: () => choose({ period: /** @type {Period} */ (period.value), period_id: null }) });
	const before = h('button', { type: 'button', class: 'plain' }, t('boards.before'));
	const after = h('button', { type: 'button', class: 'plain' }, t('boards.after'));
	const said = message();
	const list = h('div', {});
	const more = h('button', { type: 'button', class: 'plain', hidden: true }, t('boards.more'));
	const moreSaid = message();
	const { element: listCard, heading } = card(t('boards.page'), {}, h('p', { class: 'row' }, before, after), list, more, moreSaid, said);
	/** @type {string | null} where the next page begins */
	let next = null;
	/** @type {ReturnType<typeof boardTable> | null} */
	let table = null;

	function offerPeriods() {
		const periods = PERIODS[chosen.metric];
		if (!periods.includes(chosen.period)) {
			chosen.period = periods[0];
		}
		period.replaceChildren(...periods.map((name) => h('option', { value: name }, t(`period.${name}`))));
		period.value = chosen.period;
	}

	/** @param {Partial<typeof chosen>} change */
	function choose(change) {
		Object.assign(chosen, change);
		offerPeriods();
		void ask();
	}

	/** Ask for the board that is chosen, and show it. */
	const ask = latest(scope, async (run) => {
		asking = run;
		const board = { ...chosen };
		const state = await reply(run, app.sync.read());
		void standing.show(state, board);
		const page = await reply(run, boards.page(board));
		if (board.period_id === null) {
			current = page.period_id;
		}
		const isPast = page.period_id !== current;
		setText(heading, nameOf(board.period, page.period_id));
		before.hidden = after.hidden = page.period_id === null;
		after.setAttribute('aria-disabled', String(!isPast));
		({ next } = page);
		more.hidden = next === null;
		say(moreSaid, '');
		table = boardTable(board.metric, isPast ? t('boards.kept') : t('boards.people', { n: page.total }), page.entries, accountOf(state)?.handle ?? '');
		list.replaceChildren(page.entries.length > 0 ? table.element : h('p', {}, t(isPast ? 'boards.empty_past' : 'boards.empty')));
		say(said, '');
	}, (error) => say(said, explain(error), { bad: true }));
	const standing = createStandingCard(app, scope, boards, ask);

	/** @param {(kind: 'day' | 'week' | 'month', id: string) => string} step */
	function go(step) {
		const from = chosen.period_id ?? current;
		if (chosen.period !== 'all' && from !== null) {
			const to = step(chosen.period, from);
			choose({ period_id: current !== null && to >= current ? null : to });
		}
	}

	before.addEventListener('click', () => go(periodBefore));
	after.addEventListener('click', () => go(periodAfter));
	act(more, moreSaid, async () => {
		const run = asking;
		const page = await boards.page(chosen, next);
		if (run.aborted) {
			return '';
		}
		table?.add(page.entries);
		({ next } = page);
		more.hidden = next === null;
		return t('boards.more_shown', { n: page.entries.length });
	});

	offerPeriods();
	let account = '';
	return {
		element: h('div', { class: 'stack' }, title,
			h('div', { class: 'fields even' }, field(t('boards.metric'), metric), field(t('boards.period'), period)),
			h('div', { class: 'columns' }, standing.element, listCard)),

		show(state) {
			// Again when an account was joined or left, elsewhere perhaps; not whenever something was counted.
			const now = JSON.stringify(accountOf(state));
			if (account !== now) {
				account = now;
				// What is on screen marks who was asking.
				list.replaceChildren();
				void ask();
			}
		},
	};
}
