/**
 * The shell: wires the pages to the core, shows what is stored here at once, and then hears what the server knows.
 */

import './kit.js';
import { isActive } from '../core/progress.js';
import { viewOf } from '../core/state.js';
import { createApp, isJoined } from './app.js';
import { workOffline } from './offline.js';
import { whatIsMissing } from './platform.js';
import { pendingCode } from './pending.js';
import { fetchPage, startRouter } from './router.js';
import { openSettings } from './settings.js';
import { createShell, localiseShell, offerUpdate, showTrouble } from './shell.js';
import { Documents } from './storage.js';
import { fetchLanguage, t, useLanguage } from './text.js';
import { explain } from './trouble.js';

/** @param {Readonly<import('./settings.js').Settings>} settings */
function useTheme({ theme }) {
	if (theme === 'auto') {
		delete document.documentElement.dataset.theme;
	} else {
		document.documentElement.dataset.theme = theme;
	}
}

/** Who comes back to a page sooner than this finds what it showed. */
const CATCH_UP_EVERY_MS = 60_000;

/** @returns {Promise<unknown>} when there is nothing else to do; what a browser without that knows of is soon */
const idle = () => new Promise((resolve) => {
	(window.requestIdleCallback ?? setTimeout)(resolve);
});

let caughtUp = 0;

/** @param {import('./app.js').App} app */
async function catchUp(app) {
	caughtUp = performance.now();
	const state = await app.sync.read();
	if (isJoined(state)) {
		// Days that are over say nothing about now and go at once; today waits for its random while.
		app.report(await app.sync.sync({ before: app.today() }));
		if (isActive(viewOf(await app.sync.read(), app.today()).unsent)) {
			app.schedule.counted();
		}
	}
}

async function start() {
	const documents = new Documents();
	const settings = await openSettings(documents);
	useTheme(settings.get());
	try {
		await useLanguage(settings.get().language);
	} catch {
		// There are no words of ours to say it in.
		showTrouble();
		return;
	}
	localiseShell();

	const missing = whatIsMissing();
	if (missing) {
		showTrouble(t(missing));
		return;
	}
	const app = createApp({ documents, settings });
	await app.open(createShell(app));
	const main = /** @type {HTMLElement} */ (document.getElementById('main'));
	const router = startRouter(app, main);

	let { language } = settings.get();
	settings.onChange(async (changed) => {
		useTheme(changed);
		if (changed.language !== language) {
			({ language } = changed);
			await useLanguage(language);
			localiseShell();
			await router.again();
		}
		await app.refresh();
	});
	app.onSync(() => void app.reload());
	// Another day may have come while nobody looked, and another device may have practised.
	document.addEventListener('visibilitychange', () => {
		if (document.visibilityState === 'visible') {
			void app.refresh();
			if (performance.now() - caughtUp > CATCH_UP_EVERY_MS) {
				void catchUp(app);
			}
		}
	});
	addEventListener('online', () => void catchUp(app));

	const showPending = () => pendingCode.take() && router.go('/devices');
	addEventListener('hashchange', showPending);
	await app.session.pickUp();
	await (showPending() || router.again());
	if (document.readyState !== 'complete') {
		await new Promise((resolve) => {
			addEventListener('load', resolve, { once: true });
		});
	}
	// What a browser refuses here (a private window, a full disk) takes nothing away but opening without a network.
	void idle().then(() => workOffline({ session: app.session, offer: offerUpdate })).catch(() => {});
	await catchUp(app);
}

// On its way while the browser opens its store.
fetchLanguage();
fetchPage();
addEventListener('unhandledrejection', (event) => showTrouble(explain(event.reason)));
start().catch((error) => showTrouble(explain(error)));
