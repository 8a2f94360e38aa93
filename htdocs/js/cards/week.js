/**
 * This week against the last.
 */

import { compareWeeks } from '../core/history.js';
import { picture, summary } from '../app/chart.js';
import { card, h, setText, svg } from '../app/dom.js';
import { number, t } from '../app/text.js';

const [WIDTH, HEIGHT, BAR] = [600, 160, 36];

/** @param {import('../app/app.js').App} app */
export function createWeekCard(app) {
	const said = summary();
	const place = h('div', {});
	const values = { current: h('dd', {}), lastSoFar: h('dd', {}), last: h('dd', {}) };
	const figures = h('dl', { class: 'figures' },
		h('div', {}, h('dt', {}, t('week.current')), values.current),
		h('div', {}, h('dt', {}, t('week.last_so_far')), values.lastSoFar),
		h('div', {}, h('dt', {}, t('week.last')), values.last));
	const { element } = card(t('week.title'), {}, said.element, figures, place);

	return {
		element,

		/** @param {import('../core/state.js').State} state @param {import('../core/history.js').History | null} history */
		show(state, history) {
			const { current, lastSoFar, last } = compareWeeks(state, history, app.today());
			const ahead = current - lastSoFar;
			setText(said.element, ahead === 0
				? t('week.even')
				: t(ahead > 0 ? 'week.ahead' : 'week.behind', { n: Math.abs(ahead) }));
			setText(values.current, number(current));
			setText(values.lastSoFar, number(lastSoFar));
			setText(values.last, number(last));
			const most = Math.max(current, last, 1);
			const line = (/** @type {number} */ y, /** @type {number} */ xp) => `M0 ${y}h${(WIDTH * xp / most).toFixed(1)}v${BAR}h-${(WIDTH * xp / most).toFixed(1)}z`;
			place.replaceChildren(picture(said.id, WIDTH, HEIGHT,
				svg('text', { x: 0, y: 22 }, t('week.current')),
				svg('path', { class: 'chart-bar', d: line(32, current) }),
				svg('text', { x: 0, y: 106 }, t('week.last')),
				svg('path', { class: 'chart-open', d: line(116, last) }),
				svg('path', { class: 'chart-past', d: line(116, lastSoFar) })));
		},
	};
}
