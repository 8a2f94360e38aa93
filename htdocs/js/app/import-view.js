/**
 * Bringing progress from the editor: read an export here, show what was found, and send that only when the person says so.
 */

import { readExport } from '../core/import.js';
import { isActive } from '../core/progress.js';
import { isJoined } from './app.js';
import { askToConfirm, byId, element, fillList, focusOn, onAct, say, setText } from './dom.js';
import { counted, date, explain, number } from './words.js';

/** @typedef {import('../core/source.js').ImportPlan} ImportPlan */
/** @typedef {import('../core/api.js').ImportRow} ImportRow */

/**
 * @param {import('./app.js').App} app
 * @returns {import('./app.js').View}
 */
export function createImportView(app) {
	const file = byId('import-file', HTMLInputElement);
	const text = byId('import-text', HTMLTextAreaElement);
	/** @type {ImportPlan | null} */
	let plan = null;

	function drop() {
		plan = null;
		file.value = '';
		text.value = '';
		element('import-found').hidden = true;
	}

	/** @param {string} content */
	async function read(content) {
		plan = null;
		element('import-found').hidden = true;
		const found = readExport(content, app.today());
		say('import-message', 'Reading…');
		plan = await app.account.planImport(found);
		const { totals, days, streak } = found;
		setText('import-xp', number(totals.xp));
		setText('import-days', days.length > 0 ? number(days.length) : '–');
		setText('import-streak', streak ? counted(streak.days, 'day') : '–');
		setText('import-effect', effectOf(plan, isActive(totals)));
		element('import-do').hidden = !isActive(totals) || (plan.known && plan.gain === 0);
		element('import-found').hidden = false;
		say('import-message', '');
		focusOn('import-found-title');
	}

	/** @param {ImportRow} row */
	async function remove({ source, xp }) {
		const sure = await askToConfirm('Remove this import?',
			`Exactly its ${counted(xp, 'XP', 'XP')} leave your account. You can import the same file again.`, 'Remove it');
		if (!sure) {
			return;
		}
		try {
			await app.account.removeImport(source);
			await app.reload();
			say('import-message', 'The import is removed.');
		} catch (error) {
			say('import-message', explain(error), { bad: true });
		}
		focusOn('import-title');
	}

	/** @param {Promise<string>} content */
	const tryToRead = (content) => content.then(read).catch((error) => say('import-message', explain(error), { bad: true }));

	file.addEventListener('change', () => {
		const [chosen] = file.files ?? [];
		if (chosen) {
			void tryToRead(chosen.text());
		}
	});
	// An export of years is a long text for a field; what is pasted is read and not shown.
	text.addEventListener('paste', (event) => {
		const pasted = event.clipboardData?.getData('text/plain');
		if (pasted) {
			event.preventDefault();
			void tryToRead(Promise.resolve(pasted));
		}
	});
	onAct(element('import-read'), 'import-message', () => read(text.value));
	onAct(element('import-do'), 'import-message', async () => {
		if (!plan) {
			return '';
		}
		const { gain } = plan;
		await app.account.import(plan);
		drop();
		await app.reload();
		focusOn('import-title');
		return gain > 0 ? `Imported: ${counted(gain, 'XP', 'XP')} more.` : 'Imported: it was all there already.';
	});
	onAct(element('import-drop'), 'import-message', async () => {
		drop();
		focusOn('import-title');
	});

	return {
		show(state) {
			element('import').hidden = !isJoined(state);
		},

		async load() {
			const rows = await app.account.imports();
			element('imports-title').hidden = rows.length === 0;
			fillList('imports', rows.map((row) => ({
				name: counted(row.xp, 'XP', 'XP'),
				note: noteOf(row, rows),
				act: 'Remove',
				label: `Remove the import of ${counted(row.xp, 'XP', 'XP')}`,
				onAct: () => void remove(row),
			})));
		},
	};
}

/**
 * @param {ImportRow} row
 * @param {ImportRow[]} rows
 * @returns {string}
 */
function noteOf(row, rows) {
	const period = row.first_day && row.last_day ? `${date(row.first_day)} to ${date(row.last_day)}` : 'Without days';
	// Two accounts that became one may both have had it, and then it counts twice.
	const isTwin = rows.some((other) => other !== row && ['xp', 'first_day', 'last_day'].every((member) => (
		other[/** @type {keyof ImportRow} */ (member)] === row[/** @type {keyof ImportRow} */ (member)]
	)));
	return isTwin ? `${period}. There is another one just like it: if both come from one editor, remove one.` : period;
}

/**
 * @param {ImportPlan} plan
 * @param {boolean} any whether there is anything in the export
 * @returns {string}
 */
function effectOf({ known, gain }, any) {
	if (!any) {
		return 'There is no practice in this export yet.';
	}
	if (!known) {
		return `Your account would grow by ${counted(gain, 'XP', 'XP')}.`;
	}
	return gain > 0
		? `You have imported this installation before. ${counted(gain, 'XP is', 'XP are')} new.`
		: 'You have imported this installation before, and there is nothing new in it.';
}
