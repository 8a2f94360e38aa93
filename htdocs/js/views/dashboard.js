/**
 * How things stand: one sentence, the level, the figures, and whether the server knows. To a newcomer: what this is.
 */

import '../app/kit.js';
import { addressOf } from '../core/address.js';
import { readHistory } from '../core/history.js';
import { isActive, levelOf } from '../core/progress.js';
import { viewOf } from '../core/state.js';
import { statusOf } from '../core/status.js';
import { isJoined, onceJoined } from '../app/app.js';
import { act, figures, h, message, newId, say, setText } from '../app/dom.js';
import { orb } from '../app/orb.js';
import { latest, reply } from '../app/scope.js';
import { date, levelTitle, number, t } from '../app/text.js';
import { explain, refusal } from '../app/trouble.js';
import { createCalendarCard } from '../cards/calendar.js';
import { createDaysCard } from '../cards/days.js';
import { createRank } from '../cards/rank.js';
import { createWeekCard } from '../cards/week.js';

/** @typedef {import('../core/progress.js').Streak} Streak */

/**
 * @param {Streak} streak
 * @param {boolean} streaks whether they are shown
 * @returns {string}
 */
function sentence({ current, active_today, last_day }, streaks) {
	if (last_day === null) {
		return t('dashboard.welcome');
	}
	if (!streaks) {
		return t(active_today ? 'dashboard.today_plain' : 'dashboard.not_today');
	}
	if (active_today) {
		return t('dashboard.today', { n: current });
	}
	return current === 0 ? t('dashboard.begin') : t('dashboard.keep', { n: current });
}

/** @type {import('../app/app.js').MakeView} */
export function createDashboardView(app, scope) {
	const heading = h('h1', {});
	const lead = h('div', { class: 'lead-more' },
		h('p', {}, t('dashboard.lead')),
		h('p', { class: 'row' },
			h('a', { class: 'button', href: addressOf('/breathe') }, t('dashboard.breathe')),
			h('a', { class: 'button plain', href: addressOf('/devices') }, t('dashboard.join'))));
	const top = h('div', { class: 'lead' }, orb(), h('div', {}, heading, lead));

	const ids = { level: newId(), next: newId() };
	const level = h('h2', { id: ids.level });
	const next = h('p', { id: ids.next });
	const bar = h('progress', { 'aria-labelledby': ids.level, 'aria-describedby': ids.next });
	const values = {
		xp: h('dd', {}), streak: h('dd', {}), longest: h('dd', {}), minutes: h('dd', {}), sessions: h('dd', {}), cycles: h('dd', {}),
	};
	const list = figures([
		[t('figure.xp'), values.xp], [t('figure.streak'), values.streak], [t('figure.longest'), values.longest],
		[t('figure.minutes'), values.minutes], [t('figure.sessions'), values.sessions], [t('figure.cycles'), values.cycles],
	]);
	const status = message();
	const syncNow = h('button', { type: 'button', class: 'plain' }, t('sync.now'));
	const rank = createRank(app);
	const progress = h('section', { class: 'card progress', 'aria-labelledby': ids.level },
		h('div', { class: 'level' }, level, next), bar, list, rank.element, h('div', { class: 'status' }, status, syncNow));

	const asOf = h('p', { class: 'as-of' });
	const charts = [createDaysCard(app), createWeekCard(app), createCalendarCard(app)];
	const [days, week, calendar] = charts.map(({ element }) => element);
	const drawings = h('div', { class: 'stack' }, h('div', { class: 'columns' }, days, week), calendar);
	const pictures = h('div', { class: 'stack' }, asOf, drawings);
	/** Why the account's days could not be had when they were last asked for; empty where they could. */
	let lost = '';
	/** What the charts were drawn of: the state is told again and again, and drawing takes longer than all the rest. */
	let drawn = '';

	const showCharts = latest(scope, async (run, /** @type {import('../app/app.js').State} */ state) => {
		const history = readHistory(await reply(run, app.cache.read()), state);
		const of = JSON.stringify([app.today(), state.days, isJoined(state), history, lost]);
		if (drawn !== of) {
			drawn = of;
			const isOld = history !== null && (lost !== '' || history.on !== app.today());
			// Days that are not known are no days without practice.
			const isUnknown = history === null && isJoined(state);
			const hasOwn = lost !== '' && Object.keys(state.days).length > 0;
			drawings.hidden = isUnknown && !hasOwn;
			setText(asOf, [
				lost && t('dashboard.lost', { why: lost }),
				isOld && t('dashboard.as_of', { day: date(history.on) }),
				isUnknown && hasOwn && t('dashboard.own'),
			].filter(Boolean).join(' '));
			asOf.hidden = asOf.textContent === '';
			charts.forEach((chart) => chart.show(state, history));
		}
	});

	const rating = onceJoined(h('div', { class: 'later' }), scope, async (own) => (await import('../cards/rating.js')).createRatingCard(app, own));

	/** @param {import('../app/app.js').State} state @returns {string} */
	function wordsOf(state) {
		const last = app.lastSync();
		if (last instanceof Error && isJoined(state)) {
			return explain(last);
		}
		const status = statusOf(state, last instanceof Error ? null : last, app.schedule.willSend());
		switch (status.kind) {
			case 'blocked':
			case 'later':
				// A code without a sentence is told as it is; what stands before the server has none but a status.
				return refusal(status.code) ?? (status.code.startsWith('http_5') ? t('error.unavailable') : t('error.refused', { detail: status.code }));
			case 'waiting':
			case 'unplanned':
				return t(`sync.${status.kind}`, { xp: status.xp });
			case 'kept':
				return t('sync.kept', { n: status.days, xp: status.xp });
			case 'done':
				return t('sync.done', { n: status.devices });
			default:
				return t(`sync.${status.kind}`);
		}
	}

	act(syncNow, status, async () => {
		await app.schedule.now();
		return wordsOf(await app.sync.read());
	});

	return {
		element: h('div', { class: 'stack' }, top, progress, rating.element, pictures),

		show(state) {
			const view = viewOf(state, app.today());
			const begun = isActive(view) || isJoined(state);
			const { streaks } = app.settings.get();
			setText(heading, sentence(view.streak, streaks));
			top.classList.toggle('begun', begun);
			lead.hidden = begun;
			progress.hidden = !begun;
			pictures.hidden = !begun;
			rating.show(state);
			rank.show(state);
			if (!begun) {
				return;
			}
			void showCharts(state);
			setText(level, t('dashboard.level', { level: view.level.level, title: levelTitle(view.level.level) }));
			const { xp_from: from, xp_next: to } = view.level;
			setText(next, to === null
				? t('dashboard.level_last')
				: t('dashboard.level_next', { xp: to - view.xp, title: levelTitle(levelOf(to).level) }));
			bar.max = to === null ? 1 : to - from;
			bar.value = to === null ? 1 : view.xp - from;
			setText(values.xp, number(view.xp));
			setText(values.streak, number(view.streak.current));
			setText(values.longest, number(view.streak.longest));
			setText(values.minutes, number(view.minutes));
			setText(values.sessions, number(view.sessions));
			setText(values.cycles, number(view.cycles));
			for (const value of [values.streak, values.longest]) {
				/** @type {HTMLElement} */ (value.parentElement).hidden = !streaks;
			}
			say(status, wordsOf(state));
			syncNow.hidden = !isJoined(state);
		},

		async load(state, run) {
			try {
				await reply(run, app.cache.fetch(state, app.today()));
				lost = '';
			} catch (error) {
				run.throwIfAborted();
				lost = explain(error);
			}
			await showCharts(await reply(run, app.sync.read()));
			await rank.load(state, run);
			await rating.load(state, run);
		},
	};
}
