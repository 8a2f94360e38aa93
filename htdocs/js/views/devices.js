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

/** @type {import('../app/app.js').MakeView} */
export function createDevicesView(app, scope) {
	const [join, code, devices, leaves, data] = [
		createJoinCard(app, scope), createCodeCard(app), createDevicesCard(app, scope), createLeavesCard(app, scope), createDataCard(app),
	];
	const imports = onceJoined(h('div', {}), scope, async (own) => (await import('../cards/import.js')).createImportCard(app, own));
	const columns = [h('div', { class: 'column' }), h('div', { class: 'column' })];
	const cards = together([join, code, devices, imports, leaves, data], scope);
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
				const [first, second] = joined ? [[devices, imports], [code, leaves, data]] : [[join], [code, data]];
				columns[0].replaceChildren(...first.map(({ element }) => element));
				columns[1].replaceChildren(...second.map(({ element }) => element));
			}
		},
	};
}
