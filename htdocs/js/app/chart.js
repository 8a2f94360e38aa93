/**
 * What all charts share: a sentence that says what there is to see, the picture, and the same as a table behind a toggle.
 */

import { h, newId, svg } from './dom.js';
import { t } from './text.js';

/**
 * A picture that is called as its sentence says.
 *
 * @param {string} summaryId
 * @param {number} width
 * @param {number} height
 * @param {import('./dom.js').Child[]} children
 */
export const picture = (summaryId, width, height, ...children) => svg('svg', {
	class: 'chart', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-labelledby': summaryId,
}, ...children);

/**
 * @param {string[]} head
 * @returns {{element: HTMLElement, fill: (rows: string[][]) => void}}
 */
export function table(head) {
	const body = h('tbody', {});
	return {
		element: h('details', {}, h('summary', {}, t('chart.table')),
			h('table', {}, h('thead', {}, h('tr', {}, ...head.map((word) => h('th', { scope: 'col' }, word)))), body)),
		fill: (rows) => body.replaceChildren(...rows.map(([first, ...rest]) => (
			h('tr', {}, h('th', { scope: 'row' }, first), ...rest.map((cell) => h('td', {}, cell)))
		))),
	};
}

/** @returns {{id: string, element: HTMLElement}} the sentence of a chart */
export function summary() {
	const id = newId();
	return { id, element: h('p', { id }) };
}
