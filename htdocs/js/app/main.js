/**
 * The page: wires the views to the core, shows what is stored here at once, and then hears what the server knows.
 */

import { isActive } from '../core/progress.js';
import { viewOf } from '../core/state.js';
import { createApp, isJoined } from './app.js';
import { createDataView } from './data-view.js';
import { createDevicesView } from './devices-view.js';
import { element } from './dom.js';
import { createImportView } from './import-view.js';
import { createJoinView } from './join-view.js';
import { whatIsMissing } from './platform.js';
import { createPracticeView } from './practice-view.js';
import { createProgressView } from './progress-view.js';
import { setUpRecovery } from './recovery.js';
import { createTroubleView, showTrouble } from './trouble-view.js';
import { explain } from './words.js';

/** Which cards stand in which column: what matters most comes first, also where there is one column only. */
const ARRANGEMENTS = {
	joined: [['practice', 'import', 'code'], ['devices', 'data']],
	apart: [['join'], ['code', 'practice']],
};

/** @returns {import('./app.js').View} */
function createArrangement() {
	/** @type {boolean | null} */
	let before = null;
	return {
		show(state) {
			const joined = isJoined(state);
			if (joined !== before) {
				if (before !== null) {
					// What was said before is about another situation.
					document.querySelectorAll('.message').forEach((message) => {
						message.textContent = '';
					});
				}
				before = joined;
				const [first, second] = joined ? ARRANGEMENTS.joined : ARRANGEMENTS.apart;
				element('first-column').append(...first.map(element));
				element('second-column').append(...second.map(element));
			}
		},
	};
}

async function start() {
	/** @type {import('./app.js').View[]} */
	const views = [];
	const app = createApp(views);
	setUpRecovery();
	for (const create of [
		createArrangement, createProgressView, createTroubleView, createJoinView, createPracticeView, createImportView, createDevicesView, createDataView,
	]) {
		views.push(create(app));
	}
	app.onSync(() => void app.reload());
	// Another day may have come while nobody looked.
	document.addEventListener('visibilitychange', () => {
		if (document.visibilityState === 'visible') {
			void app.refresh();
		}
	});
	await app.refresh();

	const state = await app.sync.read();
	if (isJoined(state)) {
		// Days that are over say nothing about now and go at once; today waits for its random while.
		app.report(await app.sync.sync({ before: app.today() }));
		if (isActive(viewOf(await app.sync.read(), app.today()).unsent)) {
			app.schedule.counted();
		}
	}
}

addEventListener('unhandledrejection', (event) => showTrouble(explain(event.reason)));

const missing = whatIsMissing();
if (missing) {
	showTrouble(missing);
} else {
	start().catch((error) => showTrouble(explain(error)));
}
