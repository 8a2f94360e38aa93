/**
 * The page's own instance of the core: its modules over this browser's storage and network.
 */

import { createAccount } from '../core/account.js';
import { createApi } from '../core/api.js';
import { localDay } from '../core/day.js';
import { createSchedule } from '../core/schedule.js';
import { createDeriveSource } from '../core/source.js';
import { createSync } from '../core/sync.js';
import { limitedFetch, randomBytes } from './platform.js';
import { BrowserStorage } from './storage.js';

/** @typedef {import('../core/state.js').State} State */
/** @typedef {import('../core/sync.js').Outcome} Outcome */

/**
 * A part of the page.
 *
 * @typedef {object} View
 * @property {(state: State) => void} show what the state says
 * @property {(state: State) => Promise<void>} [load] asks the server what the state does not say; called when this browser has joined
 */

/**
 * @typedef {object} App
 * @property {ReturnType<typeof createSync>} sync
 * @property {ReturnType<typeof createAccount>} account
 * @property {ReturnType<typeof createSchedule>} schedule
 * @property {() => Promise<void>} refresh shows the state anew
 * @property {() => Promise<void>} reload asks the server for lists as well
 * @property {() => string} today
 * @property {(listener: (end: Outcome | Error) => void) => void} onSync hears how each run of syncing ended
 * @property {(end: Outcome | Error) => void} report tells them
 */

/** @param {State} state */
export const isJoined = (state) => state.device !== null && state.signed_out === null;

/**
 * @param {View[]} views filled by the caller once the app is there
 * @returns {App}
 */
export function createApp(views) {
	const storage = new BrowserStorage();
	const now = () => new Date();
	const host = {
		storage, now, randomBytes,
		kind: /** @type {const} */ ('web'),
		api: createApi({ fetch: limitedFetch }),
		deriveSource: createDeriveSource(crypto.subtle),
	};
	const sync = createSync(host);
	const account = createAccount(host);

	/** @type {((outcome: Outcome | Error) => void)[]} */
	const listeners = [];
	/** @param {Outcome | Error} end */
	const report = (end) => listeners.forEach((listener) => listener(end));

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
		views.forEach((view) => view.show(state));
	}

	async function reload() {
		await refresh();
		const state = await sync.read();
		if (isJoined(state)) {
			await Promise.allSettled(views.map((view) => view.load?.(state)));
		}
	}

	storage.onChange(() => void refresh());

	return {
		sync, account, schedule, refresh, reload, report,
		today: () => localDay(now()),
		onSync: (listener) => listeners.push(listener),
	};
}
