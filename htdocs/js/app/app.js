/**
 * The page's own instance of the core: its modules over this browser's storage and network.
 */

import { createAccount } from '../core/account.js';
import { addressOf } from '../core/address.js';
import { createApi } from '../core/api.js';
import { createCall } from '../core/call.js';
import { localDay } from '../core/day.js';
import { createSchedule } from '../core/schedule.js';
import { createDeriveSource } from '../core/source.js';
import { createSync } from '../core/sync.js';
import { message, say } from './dom.js';
import { createHistory } from './history.js';
import { limitedFetch, randomBytes } from './platform.js';
import { createSession } from './session.js';
import { BrowserStorage } from './storage.js';
import { explain } from './trouble.js';

/** @typedef {import('../core/state.js').State} State */
/** @typedef {import('../core/sync.js').Outcome} Outcome */

/**
 * A page, or a card on one.
 *
 * @typedef {object} View
 * @property {HTMLElement} element
 * @property {(state: State) => void} [show] what the state says
 * @property {(state: State) => Promise<void>} [load] asks the server what the state does not say; called when this browser has joined
 * @property {() => void} [ready] it is on screen, and the keyboard may be led to what matters in it
 * @property {() => void} [close] the page is left
 */

/** @param {State} state */
export const isJoined = (state) => state.device !== null && state.signed_out === null;

/** @type {WeakMap<View, HTMLElement>} where a view says that nothing came */
const places = new WeakMap();

/**
 * Ask the server for what a view shows. Where no answer comes, the view says so: an empty list would say that there is nothing.
 *
 * @param {View} view
 * @param {State} state
 */
async function loadView(view, state) {
	if (!view.load) {
		return;
	}
	const place = places.get(view) ?? message();
	places.set(view, place);
	try {
		await view.load(state);
		say(place, '');
	} catch (error) {
		view.element.append(place);
		say(place, explain(error), { bad: true });
	}
}

/**
 * Cards as one view.
 *
 * @param {View[]} views
 * @returns {Required<Omit<View, 'element'>>}
 */
export const together = (views) => ({
	show: (state) => views.forEach((view) => view.show?.(state)),
	load: async (state) => void await Promise.all(views.map((view) => loadView(view, state))),
	ready: () => views.forEach((view) => view.ready?.()),
	close: () => views.forEach((view) => view.close?.()),
});

/**
 * A card for whoever has joined: its module is fetched then, and not on a first visit, which is to be light. When the account is left the
 * card goes with all that it was told.
 *
 * @param {HTMLElement} element where it goes
 * @param {() => Promise<View>} make
 * @returns {View}
 */
export function onceJoined(element, make) {
	/** @type {Promise<View> | null} */
	let making = null;
	/** @type {View | null} */
	let made = null;
	return {
		element,

		show(state) {
			if (isJoined(state)) {
				made?.show?.(state);
			} else if (making !== null) {
				made?.close?.();
				making = made = null;
				element.replaceChildren();
			}
		},

		async load(state) {
			const mine = making ??= make();
			const view = await mine;
			if (mine !== making) {
				return;
			}
			if (made === null) {
				made = view;
				element.replaceChildren(view.element);
				view.show?.(state);
			}
			await view.load?.(state);
		},

		close: () => made?.close?.(),
	};
}

/**
 * @param {object} host
 * @param {import('./storage.js').Documents} host.documents
 * @param {import('./settings.js').SettingsStore} host.settings
 */
export function createApp({ documents, settings }) {
	const storage = new BrowserStorage(documents, { onLeft: () => void refresh() });
	const now = () => new Date();
	const host = {
		storage, now, randomBytes,
		kind: /** @type {const} */ ('web'),
		api: createApi({ fetch: limitedFetch }),
		deriveSource: createDeriveSource(crypto.subtle),
	};
	const sync = createSync(host);
	const account = createAccount(host);
	const history = createHistory(documents, storage);

	/** @type {View[]} what is on screen */
	const views = [];
	/** @type {((outcome: Outcome | Error) => void)[]} */
	const listeners = [];
	/** @type {Outcome | Error | null} */
	let last = null;
	/** @param {Outcome | Error} end */
	function report(end) {
		last = end;
		listeners.forEach((listener) => listener(end));
	}

	const schedule = createSchedule({
		sync: () => sync.sync(),
		after: (work, ms) => {
			const timer = setTimeout(work, ms);
			return () => clearTimeout(timer);
		},
		nowMs: () => performance.now(),
		random: Math.random,
		onOutcome: report,
		onError: (error) => report(error instanceof Error ? error : new Error(String(error))),
	});

	async function refresh() {
		const state = await sync.read();
		views.forEach((view) => view.show?.(state));
	}

	/** @param {View[]} some */
	async function loadViews(some) {
		const state = await sync.read();
		if (isJoined(state)) {
			await Promise.all(some.map((view) => loadView(view, state)));
		}
	}

	storage.onChange((name) => {
		if (name === 'state') {
			void refresh();
		}
	});

	const session = createSession({
		storage,
		onCounted() {
			schedule.counted();
			void refresh();
		},
	});

	return {
		session, sync, account, history, schedule, settings, refresh, report,

		/** Show the state anew, and ask the server for lists as well. */
		async reload() {
			await refresh();
			await loadViews(views);
		},

		/**
		 * Show a view from now on.
		 *
		 * @param {View} view
		 */
		async open(view) {
			view.show?.(await sync.read());
			views.push(view);
			void loadViews([view]);
		},

		/** @param {View} view */
		close(view) {
			if (views.includes(view)) {
				views.splice(views.indexOf(view), 1);
			}
			view.close?.();
		},

		today: () => localDay(now()),

		/** @param {string} family what makes calls to another part of the service */
		calls: (family) => createCall({ fetch: limitedFetch, base: addressOf(`/api/v1/${family}`) }),

		/** @returns {Outcome | Error | null} how the last run of syncing ended; null before the first */
		lastSync: () => last,

		/** @param {(end: Outcome | Error) => void} listener hears how each run of syncing ended */
		onSync: (listener) => void listeners.push(listener),
	};
}

/** @typedef {ReturnType<typeof createApp>} App */
