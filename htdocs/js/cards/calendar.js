/**
 * The active days of a year: a square a day, the larger and darker the more; a dot for none. One path a step, since 371 elements would
 * be what takes longest on the page.
 */

import { addDays, daysSince, mondayOf } from '../core/day.js';
import { daysBetween, stepsOf, sumXp } from '../core/history.js';
import { picture, summary, table } from '../app/chart.js';
import { card, h, setText, svg } from '../app/dom.js';
import { date, number, t } from '../app/text.js';

/** @typedef {import('../core/history.js').DayXp} DayXp */

const WEEKS = 53;
const [CELL, TOP] = [13, 18];
const [WIDTH, HEIGHT] = [WEEKS * CELL, TOP + 7 * CELL];

/** How wide a day's square is, by its step. */
const SIZES = [3, 6.5, 8, 9.5, 11];

/** @param {number} index of the day, in columns of a week @param {number} step */
function square(index, step) {
	const [x, y] = [Math.floor(index / 7) * CELL + CELL / 2, TOP + (index % 7) * CELL + CELL / 2];
	const size = SIZES[step];
	return `M${x - size / 2} ${y - size / 2}h${size}v${size}h-${size}z`;
}

/** @param {DayXp[]} days @returns {{month: string, days: DayXp[]}[]} the newest first */
function byMonth(days) {
	/** @type {Map<string, DayXp[]>} */
	const months = new Map();
	for (const day of days) {
		const month = `${day.day.slice(0, 7)}-01`;
		months.set(month, [...months.get(month) ?? [], day]);
	}
	return [...months].map(([month, own]) => ({ month, days: own })).reverse();
}

/** @param {import('../app/app.js').App} app */
export function createCalendarCard(app) {
	const said = summary();
	const place = h('div', { class: 'wide', role: 'group', tabindex: 0, 'aria-label': t('calendar.title') });
	const rows = table([t('calendar.month'), t('calendar.active'), t('figure.xp')]);
	const { element } = card(t('calendar.title'), {}, said.element, place, rows.element);

	/** @param {DayXp[]} days */
	function draw(days) {
		const stepOf = stepsOf(days);
		const paths = ['', '', '', '', ''];
		days.forEach(({ xp }, index) => {
			const step = stepOf(xp);
			paths[step] += square(index, step);
		});
		const labels = days.flatMap(({ day }, index) => (day.endsWith('-01') && index < days.length - 21
			? [svg('text', { x: Math.floor(index / 7) * CELL, y: 11 }, date(day, { month: 'short' }))]
			: []));
		place.replaceChildren(picture(said.id, WIDTH, HEIGHT, ...labels, ...paths.map((d, step) => svg('path', { class: `step-${step}`, d }))));
		// On a narrow screen the newest days are the ones to see.
		place.scrollLeft = place.scrollWidth;
	}

	return {
		element,

		/** @param {import('../core/state.js').State} state @param {import('../core/history.js').History | null} history */
		show(state, history) {
			const today = app.today();
			const from = addDays(mondayOf(today), -7 * (WEEKS - 1));
			const days = daysBetween(state, history, from, today);
			setText(said.element, t('calendar.summary', { n: days.filter(({ xp }) => xp > 0).length, days: t('count.days', { n: daysSince(from, today) + 1 }) }));
			draw(days);
			rows.fill(byMonth(days).map(({ month, days: own }) => [
				date(month, { month: 'long', year: 'numeric' }), number(own.filter(({ xp }) => xp > 0).length), number(sumXp(own)),
			]));
		},
	};
}
