/**
 * The page's own instance of the core: its modules over this browser's storage and network.
 */

import { createAccount } from '../core/account.js';
import { addressOf } from '../core/address.js';
import { createApi } from '../core/api.js';
import { createCall } from '../core/call.js';
import { localDay } from '../core/day.js';
import { isActive } from '../core/progress.js';
import { createSchedule } from '../core/schedule.js';
import { createSession } from '../core/session.js';
import { isJoined, viewOf } from '../core/state.js';
import { createSync } from '../core/sync.js';
import { message, say } from './dom.js';
import { createAccountCache } from './account-cache.js';
import { limitedFetch, randomBytes } from './platform.js';
import { latest, reply, scopeWithin } from './scope.js';
import { BrowserStorage } from './browser-storage.js';
import { explain } from './trouble.js';

export { isJoined };

/** @typedef {import('../core/state.js').State} State */
/** @typedef {import('../core/sync.js').Outcome} Outcome */

/**
 * A page, or a card on one. It is made with a scope, which ends when the page is left.
 *
 * @typedef {object} View
 * @property {HTMLElement} element
 * @property {(state: State) => void} [show] what the state says
 * @property {(state: State, run: AbortSignal) => Promise<void>} [load] asks the server what the state does not say; called when this
 *   browser has joined. Its run is over when another one begins
 * @property {() => void} [ready] it is on screen, and the keyboard may be led to what matters in it
 */

/** @typedef {(app: App, scope: AbortSignal) => View} MakeView */

/**
 * What asks the server for what a view shows. Where no answer comes, the view says so: an empty list would say that there is nothing.
 *
 * @param {View} view
 * @param {AbortSignal} scope
 */
function loaderOf(view, scope) {
	const place = message();
	return latest(scope, async (run, /** @type {State} */ state) => {
		await reply(run, view.load?.(state, run) ?? Promise.resolve());
		say(place, '');
	}, (error) => {
		view.element.append(place);
		say(place, explain(error), { bad: true });
	});
}

/**
 * Cards as one view.
 *
 * @param {View[]} views
 * @param {AbortSignal} scope
 * @returns {Required<Omit<View, 'element'>>}
 */
export function together(views, scope) {
	const loaders = views.map((view) => loaderOf(view, scope));
	return {
		show: (state) => views.forEach((view) => view.show?.(state)),
		load: async (state) => void await Promise.all(loaders.map((load) => load(state))),
		ready: () => views.forEach((view) => view.ready?.()),
	};
}

/**
 * A card for whoever has joined: its module is fetched then, and not on a first visit, which is to be light. When the account is left the
 * card goes with all that it was told.
 *
 * @param {HTMLElement} element where it goes
 * @param {AbortSignal} scope
 * @param {(scope: AbortSignal) => Promise<View>} make
 * @returns {Required<Omit<View, 'ready'>>}
 */
export function onceJoined(element, scope, make) {
	/** @type {AbortController | null} the scope of the card, while this browser is joined */
	let own = null;
	/** @type {Promise<View> | null} */
	let making = null;
	/** @type {View | null} */
	let made = null;
	return {
		element,

		show(state) {
			if (isJoined(state)) {
				made?.show?.(state);
			} else {
				own?.abort();
				own = making = made = null;
				element.replaceChildren();
			}
		},

		async load(state, run) {
			const { signal } = own ??= scopeWithin(scope);
			const mine = making ??= make(signal);
			const view = await mine.catch((error) => {
				// The next load tries again, unless the account was left and another attempt is under way.
				if (making === mine) {
					making = null;
				}
				throw error;
			});
			if (signal.aborted) {
				return;
			}
			if (made === null) {
				made = view;
				element.replaceChildren(view.element);
				view.show?.(state);
			}
			await view.load?.(state, run);
		},
	};
}

/**
 * @param {object} host
 * @param {import('./browser-storage.js').Documents} host.documents
 * @param {import('./settings.js').SettingsStore} host.settings
 */
export function createApp({ documents, settings }) {
	const storage = new BrowserStorage(documents, {
		onLeft() {
			void refresh();
			if (settings.get().joinedOn !== null) {
				void settings.change({ joinedOn: null });
			}
		},
	});
	const today = () => localDay(new Date());
	const nowMs = () => performance.now();
	/** @param {() => void} work @param {number} ms */
	function after(work, ms) {
		const timer = setTimeout(work, ms);
		return () => clearTimeout(timer);
	}
	const host = {
		storage, today, randomBytes,
		kind: /** @type {const} */ ('web'),
		api: createApi({ fetch: limitedFetch }),
		/** @type {import('../core/import-plan.js').DeriveSource} */
		deriveSource: async (...of) => (await import('../core/import-plan.js')).createDeriveSource(crypto.subtle)(...of),
	};
	const sync = createSync(host);
	const account = createAccount(host);
	const cache = createAccountCache(documents, storage);

	/** @type {Map<View, (state: State) => Promise<void>>} what is on screen, and what asks the server for it */
	const views = new Map();
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
		sync: sync.sync,
		isWaiting: async () => isActive(viewOf(await sync.read(), today()).unsent),
		today, after, nowMs,
		random: Math.random,
		onOutcome: report,
		onError: (error) => report(error instanceof Error ? error : new Error(String(error))),
	});

	async function refresh() {
		const state = await sync.read();
		views.forEach((_, view) => view.show?.(state));
	}

	storage.onChange((name) => {
		if (name === 'state') {
			void refresh();
		}
	});

	/** @type {import('./accompany.js').Session} */
	const session = createSession({
		storage, today, nowMs, after, randomBytes,
		onCounted() {
			schedule.counted();
			void refresh();
		},
		// The person hears of it as of whatever else nobody has waited for.
		onError: (error) => void Promise.reject(error),
	});

	return {
		session, sync, account, cache, schedule, settings, refresh,

		/** Show the state anew, and ask the server for lists as well. */
		async reload() {
			await refresh();
			const state = await sync.read();
			if (isJoined(state)) {
				await Promise.all([...views.values()].map((load) => load(state)));
			}
		},

		/**
		 * Show a view until its scope ends.
		 *
		 * @param {View} view
		 * @param {AbortSignal} scope
		 */
		async open(view, scope) {
			const load = loaderOf(view, scope);
			views.set(view, load);
			scope.addEventListener('abort', () => views.delete(view));
			const state = await sync.read();
			if (!scope.aborted) {
				view.show?.(state);
				if (isJoined(state)) {
					void load(state);
				}
			}
		},

		today,

		/** @param {string} family what makes calls to another part of the service */
		calls: (family) => createCall({ fetch: limitedFetch, base: addressOf(`/api/v1/${family}`) }),

		/** @returns {Outcome | Error | null} how the last run of syncing ended; null before the first */
		lastSync: () => last,

		/** @param {(end: Outcome | Error) => void} listener hears how each run of syncing ended */
		onSync: (listener) => void listeners.push(listener),
	};
}

/** @typedef {ReturnType<typeof createApp>} App */
