/**
 * Bringing progress from the editor: read an export here, show what was found, and send that only when the person says so.
 */

import '../app/kit.js';
import { isActive } from '../core/progress.js';
import { ask } from '../app/dialog.js';
import { act, card, field, figures, focusOn, h, message, row, say, setText } from '../app/dom.js';
import { readFile } from '../app/reading.js';
import { latest, reply } from '../app/scope.js';
import { date, number, rich, t } from '../app/text.js';
import { explain } from '../app/trouble.js';

/** @typedef {import('../core/old-export.js').Import} Import */
/** @typedef {import('../core/import-plan.js').ImportPlan} ImportPlan */
/** @typedef {import('../core/api.js').ImportRow} ImportRow */

/** @type {import('../app/app.js').MakeView} */
export function createImportCard(app, scope) {
	/** @type {ImportPlan | null} */
	let plan = null;
	/** @type {ImportPlan | null} what was done last */
	let done = null;

	const said = message();
	const file = h('input', { type: 'file', accept: '.json,application/json,text/plain' });
	const text = h('textarea', { rows: 4, spellcheck: 'false', autocomplete: 'off' });
	const reading = h('button', { type: 'button', class: 'plain' }, t('import.read'));
	const values = { xp: h('dd', {}), days: h('dd', {}), streak: h('dd', {}) };
	const effect = h('p', {});
	const mended = h('ul', { class: 'leaves' });
	const bar = h('progress', { max: 1, hidden: true, 'aria-label': t('import.reading') });
	const doing = h('button', { type: 'button' }, t('import.do'));
	const dropping = h('button', { type: 'button', class: 'plain' }, t('import.drop'));
	/** @type {[string, HTMLElement][]} */
	const rows = [[t('figure.xp'), values.xp], [t('figure.days'), values.days]];
	if (app.settings.get().streaks) {
		rows.push([t('figure.streak'), values.streak]);
	}
	const foundTitle = h('h3', {}, t('import.found'));
	const found = h('div', { class: 'found', hidden: true },
		foundTitle,
		figures(rows),
		mended, effect, h('p', { class: 'row' }, doing, dropping));
	const undoing = h('button', { type: 'button', class: 'plain', hidden: true }, t('import.undo'));
	const listTitle = h('h3', { hidden: true }, t('import.list'));
	const list = h('ul', { class: 'list' });
	const { element, heading } = card(t('import.title'), {},
		h('p', {}, ...rich('import.about', { command: h('b', {}, t('import.command')) })),
		field(t('import.file'), file),
		h('details', {}, h('summary', {}, t('import.paste')), field(t('import.text'), text, reading)),
		bar, found, said, undoing, listTitle, list);

	/** @param {ImportPlan | null} last */
	function setDone(last) {
		done = last;
		undoing.hidden = !last?.undoable;
	}

	function drop() {
		plan = null;
		file.value = '';
		text.value = '';
		found.hidden = true;
	}

	/** What is being read when another one is given is given up. */
	const read = latest(scope, async (run, /** @type {Blob} */ content) => {
		plan = null;
		setDone(null);
		found.hidden = true;
		bar.removeAttribute('value');
		bar.hidden = false;
		say(said, t('import.reading'));
		const read = await readFile(content, app.today(), (part) => {
			bar.value = part;
		}, run);
		plan = await reply(run, app.account.planImport(read));
		bar.hidden = true;
		show(read, plan);
		say(said, '');
	}, (error) => {
		bar.hidden = true;
		say(said, explain(error), { bad: true });
	});

	/** @param {Import} read @param {ImportPlan} planned */
	function show(read, planned) {
		const { totals, days, streak } = read;
		setText(values.xp, number(totals.xp));
		setText(values.days, days.length > 0 ? number(days.length) : '–');
		setText(values.streak, streak ? t('count.days', { n: streak.days }) : '–');
		mended.replaceChildren(...read.mended.map(({ what, n }) => h('li', {}, t(`mended.${what}`, { n }))));
		mended.hidden = read.mended.length === 0;
		setText(effect, effectOf(planned, isActive(totals)));
		doing.hidden = !isActive(totals) || (planned.known && planned.gain === 0);
		found.hidden = false;
		focusOn(foundTitle);
	}

	/** @param {ImportRow} imported */
	async function remove({ source, xp }) {
		const sure = await ask({
			title: t('import.remove_title'), content: [h('p', {}, t('import.remove_about', { n: xp }))], yes: t('devices.remove_do'), danger: true,
		});
		if (!sure) {
			return;
		}
		try {
			await app.account.removeImport(source);
			setDone(null);
			await app.reload();
			say(said, t('import.removed'));
		} catch (error) {
			say(said, explain(error), { bad: true });
		}
		focusOn(heading);
	}

	file.addEventListener('change', () => {
		const [chosen] = file.files ?? [];
		if (chosen) {
			void read(chosen);
		}
	});
	// An export of years is a long text for a field; what is pasted is read and not shown.
	text.addEventListener('paste', (event) => {
		const pasted = event.clipboardData?.getData('text/plain');
		if (pasted) {
			event.preventDefault();
			void read(new Blob([pasted]));
		}
	});
	reading.addEventListener('click', () => void read(new Blob([text.value])));
	act(doing, said, async () => {
		if (!plan) {
			return '';
		}
		const imported = plan;
		const { gain } = imported;
		await app.account.import(imported);
		// Another one may have been given meanwhile.
		if (plan === imported) {
			setDone(imported);
			drop();
			focusOn(heading);
		}
		await app.reload();
		return gain > 0 ? t('import.done', { n: gain }) : t('import.done_same');
	});
	act(undoing, said, async () => {
		if (!done) {
			return '';
		}
		await app.account.undoImport(done);
		setDone(null);
		await app.reload();
		focusOn(heading);
		return t('import.undone');
	});
	act(dropping, said, async () => {
		drop();
		focusOn(heading);
	});

	return {
		element,

		async load(_, run) {
			const rows = await reply(run, app.account.imports());
			listTitle.hidden = rows.length === 0;
			list.replaceChildren(...rows.map((each) => row({
				name: t('count.xp', { n: each.xp }),
				note: noteOf(each, rows),
				act: t('devices.remove'),
				label: t('import.remove_label', { n: each.xp }),
				onAct: () => void remove(each),
			})));
		},
	};
}

/**
 * @param {ImportRow} imported
 * @param {ImportRow[]} rows
 * @returns {string}
 */
function noteOf(imported, rows) {
	const { first_day: first, last_day: last } = imported;
	const period = first && last ? t('import.period', { first: date(first), last: date(last) }) : t('import.without_days');
	// Two accounts that became one may both have had it, and then it counts twice.
	const isTwin = rows.some((other) => other !== imported && ['xp', 'first_day', 'last_day'].every((member) => (
		other[/** @type {keyof ImportRow} */ (member)] === imported[/** @type {keyof ImportRow} */ (member)]
	)));
	return isTwin ? t('import.twin', { period }) : period;
}

/**
 * @param {ImportPlan} plan
 * @param {boolean} any whether there is anything in the export
 * @returns {string}
 */
function effectOf({ known, gain }, any) {
	if (!any) {
		return t('import.nothing');
	}
	if (!known) {
		return t('import.grows', { n: gain });
	}
	return gain > 0 ? t('import.more', { n: gain }) : t('import.same');
}
