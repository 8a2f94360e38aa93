/**
 * XP by day, of the last thirty: bars, and what of them the account does not have yet drawn open.
 */

import { addDays } from '../core/day.js';
import { daysBetween, sumXp } from '../core/history.js';
import { picture, summary, table } from '../app/chart.js';
import { card, h, setText, svg } from '../app/dom.js';
import { date, number, t } from '../app/text.js';

/** @typedef {import('../core/history.js').DayXp} DayXp */
/** @typedef {import('../core/history.js').History} History */
/** @typedef {import('../core/state.js').State} State */

const DAYS = 30;
const [WIDTH, HEIGHT, GROUND] = [600, 200, 170];
const STEP = WIDTH / DAYS;
const BAR = STEP - 5;
const TOP = 28;

/** A round number above all, for the line at the top. */
function ceiling(/** @type {number} */ most) {
	const unit = 10 ** Math.floor(Math.log10(Math.max(most, 10)));
	return [1, 1.5, 2, 3, 4, 6, 8, 10].map((n) => n * unit).find((n) => n >= most) ?? most;
}

/** @param {number} index of the day @param {number} from height @param {number} to */
const bar = (index, from, to) => `M${(index * STEP + 2.5).toFixed(1)} ${(GROUND - from).toFixed(1)}h${BAR}V${(GROUND - to).toFixed(1)}h-${BAR}z`;

/** @param {import('../app/app.js').App} app */
export function createDaysCard(app) {
	const said = summary();
	const place = h('div', {});
	const legend = h('p', { class: 'legend' }, t('days.unsent'));
	const rows = table([t('chart.day'), t('figure.xp'), t('days.not_yet')]);
	const { element } = card(t('days.title'), {}, said.element, place, legend, rows.element);

	/** @param {DayXp[]} days */
	function draw(days) {
		const most = ceiling(Math.max(...days.map(({ xp }) => xp)));
		const height = (/** @type {number} */ xp) => (GROUND - TOP) * xp / most;
		const path = (/** @type {(day: DayXp) => [number, number]} */ part) => days.map((day, index) => {
			const [from, to] = part(day);
			return to > from ? bar(index, height(from), height(to)) : '';
		}).join('');
		const label = (/** @type {number} */ index, /** @type {string} */ anchor) => svg('text', {
			x: anchor === 'start' ? 0 : anchor === 'end' ? WIDTH : (index + 0.5) * STEP, y: HEIGHT - 6, 'text-anchor': anchor,
		}, date(days[index].day, { day: 'numeric', month: 'short' }));
		place.replaceChildren(picture(said.id, WIDTH, HEIGHT,
			svg('path', { class: 'chart-line', d: `M0 ${TOP}H${WIDTH}M0 ${GROUND}H${WIDTH}` }),
			svg('text', { x: 0, y: TOP - 6 }, number(most)),
			svg('path', { class: 'chart-bar', d: path(({ xp, unsent }) => [0, xp - unsent]) }),
			svg('path', { class: 'chart-open', d: path(({ xp, unsent }) => [xp - unsent, xp]) }),
			label(0, 'start'), label(DAYS / 2, 'middle'), label(DAYS - 1, 'end')));
	}

	return {
		element,

		/** @param {State} state @param {History | null} history */
		show(state, history) {
			const today = app.today();
			const days = daysBetween(state, history, addDays(today, 1 - DAYS), today);
			const active = days.filter(({ xp }) => xp > 0);
			const best = active.reduce((/** @type {DayXp | null} */ most, day) => (most && most.xp >= day.xp ? most : day), null);
			setText(said.element, best
				? t('days.summary', { n: active.length, xp: t('count.xp', { n: sumXp(days) }), best: number(best.xp), day: date(best.day, { day: 'numeric', month: 'long' }) })
				: t('days.none'));
			legend.hidden = !days.some(({ unsent }) => unsent > 0);
			draw(days);
			rows.fill([...days].reverse().filter(({ xp }) => xp > 0).map(({ day, xp, unsent }) => [date(day), number(xp), unsent > 0 ? number(unsent) : '–']));
			rows.element.hidden = active.length === 0;
		},
	};
}
