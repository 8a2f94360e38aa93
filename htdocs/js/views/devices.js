/**
 * Devices and privacy: who may see what, and what is theirs.
 */

import '../app/kit.js';
import { isJoined, onceJoined, together } from '../app/app.js';
import { h } from '../app/dom.js';
import { t } from '../app/text.js';
import { createCodeCard } from '../cards/code.js';
import { createDataCard } from '../cards/data.js';
import { createDevicesCard } from '../cards/devices.js';
import { createJoinCard } from '../cards/join.js';
import { createLeavesCard } from '../cards/leaves.js';

/**
 * @param {import('../app/app.js').App} app
 * @returns {import('../app/app.js').View}
 */
export function createDevicesView(app) {
	const [join, code, devices, leaves, data] = [
		createJoinCard(app), createCodeCard(app), createDevicesCard(app), createLeavesCard(), createDataCard(app),
	];
	const imports = onceJoined(h('div', {}), async () => (await import('../cards/import.js')).createImportCard(app));
	const columns = [h('div', { class: 'column' }), h('div', { class: 'column' })];
	const cards = together([join, code, devices, imports, leaves, data]);
	/** @type {boolean | null} */
	let joined = null;

	return {
		...cards,
		element: h('div', { class: 'stack' }, h('h1', {}, t('devices.page')), h('div', { class: 'columns' }, ...columns)),

		show(state) {
			cards.show(state);
			if (joined !== isJoined(state)) {
				joined = isJoined(state);
				// What matters most comes first, also where there is one column only.
				const [first, second] = joined ? [[devices, imports], [code, leaves, data]] : [[join], [code]];
				columns[0].replaceChildren(...first.map(({ element }) => element));
				columns[1].replaceChildren(...second.map(({ element }) => element));
			}
		},
	};
}
