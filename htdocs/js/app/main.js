/**
 * The shell: wires the pages to the core, shows what is stored here at once, and then hears what the server knows.
 */

import './kit.js';
import { addressOf } from '../core/address.js';
import { createApp } from './app.js';
import { workOffline } from './offline.js';
import { whatIsMissing } from './platform.js';
import { pendingCode } from './pending.js';
import { fetchPage, startRouter } from './router.js';
import { DOCUMENT, every } from './scope.js';
import { openSettings } from './settings.js';
import { createShell, localiseShell, offerUpdate, showFailure, showNoStorage, showTrouble } from './shell.js';
import { Documents } from './browser-storage.js';
import { isText, t, useLanguage } from './text.js';
import { explain } from './trouble.js';

/** @param {Readonly<import('./settings.js').Settings>} settings */
function useTheme({ theme }) {
	if (theme === 'auto') {
		delete document.documentElement.dataset.theme;
	} else {
		document.documentElement.dataset.theme = theme;
	}
}

/** @returns {Promise<unknown>} when there is nothing else to do; what a browser without that knows of is soon */
const idle = () => new Promise((resolve) => {
	(window.requestIdleCallback ?? setTimeout)(resolve);
});

/** So long may a page that is left open over midnight say what was true of yesterday. */
const LOOK_AT_DAY_MS = 60_000;

/** Longer than this nobody is left before an empty page. */
const PATIENCE_MS = 1_500;

async function openStorage() {
	const documents = new Documents();
	return { documents, settings: await openSettings(documents) };
}

async function start() {
	const missing = whatIsMissing();
	const opening = missing ? null : openStorage();
	// A storage may also be silent, for ever or until a slow disk has woken up: then this is taken back.
	let isLate = false;
	const patience = setTimeout(() => {
		isLate = true;
		showNoStorage();
	}, PATIENCE_MS);
	opening?.then(() => clearTimeout(patience), () => {});
	try {
		// As the browser has it: whatever is missing is said in these words, and they must not wait for what a person once chose.
		await useLanguage(null);
	} catch {
		clearTimeout(patience);
		// There are no words of ours to say it in.
		if (missing === 'error.no_storage') {
			showNoStorage();
		} else {
			showTrouble();
		}
		return;
	}
	localiseShell();
	if (isLate) {
		// The document has said it in its own words meanwhile.
		showNoStorage();
	}
	if (missing) {
		clearTimeout(patience);
		showTrouble(t(missing));
		return;
	}
	/** @type {Awaited<ReturnType<typeof openStorage>>} */
	let opened;
	try {
		opened = await /** @type {ReturnType<typeof openStorage>} */ (opening);
	} catch (error) {
		clearTimeout(patience);
		showTrouble(explain(error));
		return;
	}
	const { documents, settings } = opened;
	showTrouble('');
	useTheme(settings.get());
	if (settings.get().language !== null) {
		await useLanguage(settings.get().language);
		localiseShell();
	}
	const app = createApp({ documents, settings });
	await app.open(createShell(app), DOCUMENT);
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
			void app.schedule.lookAgain();
		}
	});
	addEventListener('online', () => void app.schedule.catchUp());
	// Nor need anybody look away for another day to come.
	let day = app.today();
	every(DOCUMENT, () => {
		if (day !== app.today()) {
			day = app.today();
			void app.refresh();
		}
	}, LOOK_AT_DAY_MS);

	const showPending = () => pendingCode.take() && router.go(addressOf('/devices'));
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
	await app.schedule.catchUp();
}

// On its way while the browser opens its store.
fetchPage();
/** @param {unknown} error */
function complain(error) {
	if (isText('error.unexpected')) {
		showFailure(explain(error));
	} else {
		// Before there are words, the document has some.
		showTrouble();
	}
}
addEventListener('unhandledrejection', (event) => complain(event.reason));
start().catch(complain);
