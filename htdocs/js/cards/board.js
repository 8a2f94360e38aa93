/**
 * A board: who stands where.
 */

import { h } from '../app/dom.js';
import { number, t } from '../app/text.js';

/** @typedef {import('../core/boards.js').Entry} Entry */
/** @typedef {import('../core/boards.js').Metric} Metric */

/**
 * A value as it is spoken of.
 *
 * @param {Metric} metric
 * @param {number} value
 */
export const valueOf = (metric, value) => t(metric === 'xp' ? 'count.xp' : 'count.days', { n: value });

/**
 * @param {Metric} metric
 * @param {string} title
 * @param {Entry[]} entries
 * @param {string} own one's own pseudonym; empty where one has none
 */
export function boardTable(metric, title, entries, own) {
	/** @param {Entry} entry */
	function line({ rank, handle, level, value }) {
		const isOwn = handle === own;
		return h('tr', { class: isOwn && 'own', 'aria-current': isOwn && 'true' },
			h('td', {}, number(rank)),
			h('th', { scope: 'row' }, h('span', { translate: 'no' }, handle), isOwn && h('span', { class: 'faint' }, ` ${t('boards.that_is_you')}`)),
			h('td', {}, number(level)),
			h('td', {}, number(value)));
	}
	const body = h('tbody', {});
	/** @param {Entry[]} more */
	const add = (more) => body.append(...more.map(line));
	add(entries);
	const heads = [t('boards.rank_head'), t('boards.name_head'), t('boards.level_head'), t(metric === 'xp' ? 'figure.xp' : 'figure.days')];
	return {
		add,
		element: h('table', { class: 'board' }, h('caption', {}, title),
			h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))), body),
	};
}
