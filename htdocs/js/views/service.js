/**
 * How the service does: what it promises beside what it measures, and what people practise together.
 */

import '../app/kit.js';
import { createService } from '../core/service.js';
import { card, h, message, say } from '../app/dom.js';
import { dateRange, number, t } from '../app/text.js';
import { explain } from '../app/trouble.js';

/** @typedef {import('../core/service.js').Measures} Measures */

/**
 * A measure: its name, what it is, what it should be, and whether that is kept.
 *
 * @typedef {[string, string | null, string, boolean | null]} Line
 */

/**
 * @param {import('../app/text.js').Key} key
 * @param {number | null} value
 * @param {import('../app/text.js').Values} [more]
 */
const told = (key, value, more) => (value === null ? null : t(key, { ...more, value: number(value) }));

/** @param {number | null} value */
const count = (value) => (value === null ? null : number(value));

/** @param {Measures} measures @returns {Line[]} */
const promises = ({ uptime, latency, memory }) => [
	[t('service.uptime'), told('service.percent', uptime.percent), t('service.at_least', { value: t('service.percent', { value: number(uptime.target_percent) }) }),
		uptime.percent === null ? null : uptime.percent >= uptime.target_percent],
	[t('service.latency'), told('service.ms', latency.p99_ms), t('service.at_most', { value: t('service.ms', { value: number(latency.target_ms) }) }),
		latency.p99_ms === null ? null : latency.p99_ms <= latency.target_ms],
	[t('service.memory'), told('service.mb', memory.mb), t('service.below', { value: t('service.mb', { value: number(memory.target_mb) }) }),
		memory.mb === null ? null : memory.mb < memory.target_mb],
];

/** @param {Measures} measures @returns {[string, string | null][]} */
const uses = ({ adoption, satisfaction }) => [
	[t('service.offers'), count(adoption.offers)],
	[t('service.accounts'), count(adoption.accounts)],
	[t('service.daily'), told('service.minutes', adoption.daily_minutes)],
	[t('service.rating'), told('service.of_five', satisfaction.average, { n: satisfaction.ratings ?? 0 })],
];

/** @param {string[]} heads @param {HTMLElement[]} lines */
const table = (heads, lines) => h('table', {},
	h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))), h('tbody', {}, ...lines));

/** @param {string} name @param {(Node | string)[]} cells */
const line = (name, ...cells) => h('tr', {}, h('th', { scope: 'row' }, name), ...cells.map((cell) => h('td', {}, cell)));

/** @param {string | null} is @param {boolean | null} kept */
function standing(is, kept) {
	const verdict = h('span', { class: 'verdict' }, t(kept === null ? 'service.unknown' : kept ? 'service.kept' : 'service.missed'));
	verdict.classList.toggle('missed', kept === false);
	return h('span', { class: 'measured' }, is, verdict);
}

/**
 * @param {import('../app/app.js').App} app
 * @returns {import('../app/app.js').View}
 */
export function createServiceView(app) {
	const service = createService(app.calls('stats'));
	const said = message();
	const measured = h('div', { class: 'measures' });
	const used = h('div', { class: 'measures' });
	const together = h('div', {});

	// Shown when there is something in it: nothing that is on screen moves then.
	const figures = h('div', { class: 'columns', hidden: true },
		h('div', { class: 'column' },
			card(t('service.promised'), {}, measured, h('p', { class: 'faint' }, t('service.promised_about'))).element,
			card(t('service.used'), {}, used, h('p', { class: 'faint' }, t('service.used_about'))).element),
		card(t('service.together'), {}, together, h('p', { class: 'faint' }, t('service.together_about'))).element);

	async function ask() {
		const [measures, { weeks }] = await Promise.all([service.measures(), service.community()]);
		measured.replaceChildren(table(
			[t('service.measure'), t('service.now'), t('service.target')],
			promises(measures).map(([name, is, should, kept]) => line(name, standing(is, kept), should))));
		used.replaceChildren(table(
			[t('service.measure'), t('service.now')], uses(measures).map(([name, is]) => line(name, is ?? t('service.unknown')))));
		together.replaceChildren(weeks.length === 0
			? h('p', {}, t('service.no_weeks'))
			: table([t('service.week'), t('service.participation'), t('figure.minutes')], [...weeks].reverse().map((week) => (
				line(dateRange(week.first_day, week.last_day), t(`band.${week.participation ?? 'none'}`), number(week.minutes))))));
		figures.hidden = false;
	}
	void ask().catch((error) => say(said, explain(error), { bad: true }));

	return {
		element: h('div', { class: 'stack' }, h('h1', {}, t('service.page')), h('p', {}, t('service.lead')), said, figures),
	};
}
