/**
 * A session: begun, guided by the clock, paused, ended and counted once, whatever happens in between.
 *
 *   idle → beginning → countdown → running ⇄ paused → ending → idle
 *
 * This is all of a session but for what only a page or an editor has (sounds, a screen that stays on, being hidden): a host gives storage,
 * clock and timers, and listens. Between two states there may be an `await`, in which anything can be asked for: to end or
 * to pause what is still beginning ends it as soon as it has begun. The lock `session` is held from `beginning` to the end of `ending`, so
 * that there is one session at a time over all windows, and whatever fails leads back to `idle` with the lock free.
 */

import { createStopwatch, cycleMs, momentAt } from './breath.js';
import { isActive } from './progress.js';
import { createSessionRecord } from './session-record.js';

/** @typedef {import('./progress.js').Totals} Totals */
/** @typedef {import('./breath.js').Moment} Moment */

/** @typedef {'idle' | 'beginning' | 'countdown' | 'running' | 'paused' | 'ending'} Status */

/**
 * @typedef {object} Plan
 * @property {readonly number[]} phases
 * @property {number} goalMinutes 0: until it is ended
 */

/** @typedef {{totals: Totals, activeMs: number, cycles: number, goalMinutes: number}} Result */

export const COUNTDOWN_S = 3;

/** How long an end that could not be written waits until it is tried again. */
const PAY_OFF_MS = 15_000;

/** @template T @returns {{promise: Promise<T>, resolve: (value: T) => void, reject: (error: unknown) => void}} */
function later() {
	const it = /** @type {ReturnType<typeof later<T>>} */ ({});
	it.promise = new Promise((resolve, reject) => Object.assign(it, { resolve, reject }));
	// Those who await it see a rejection; without this line one that nobody awaits would be reported as unhandled.
	it.promise.catch(() => {});
	return it;
}

/**
 * @template {Plan} [P=Plan]
 * @param {object} host
 * @param {import('./storage.js').Storage} host.storage
 * @param {() => string} host.today the civil day where the person is
 * @param {() => number} host.nowMs a clock that only goes forward
 * @param {(work: () => void, ms: number) => () => void} host.after runs `work` once after a time, or later; what it returns calls that off
 * @param {(count: number) => Uint8Array} host.randomBytes
 * @param {() => void} host.onCounted something was counted
 * @param {(error: unknown) => void} host.onError hears of what failed while nobody waited for it
 */
export function createSession({ storage, today, nowMs, after, randomBytes, onCounted, onError }) {
	const record = createSessionRecord({ storage, today, randomBytes });
	/** @type {Set<() => void>} */
	const listeners = new Set();

	/** @param {() => void} work of a host, which is not to break a session */
	function safely(work) {
		try {
			work();
		} catch (error) {
			onError(error);
		}
	}
	const tell = () => listeners.forEach(safely);

	/** @type {Status} */
	let status = 'idle';
	/** @type {P | null} */
	let plan = null;
	let watch = createStopwatch(nowMs);
	/** What has to be breathed until it ends by itself. */
	let wholeMs = Infinity;
	let countdown = 0;
	let keptCycles = 0;
	/** @type {Result | null} */
	let result = null;
	/** Calls off the timer. */
	let callOff = () => {};
	/** @type {ReturnType<typeof later<void>>} the wish to end the present session */
	let wish = later();
	/** @type {ReturnType<typeof later<void>>} its end */
	let over = later();
	/** @type {Promise<unknown>} what is being picked up */
	let pickingUp = Promise.resolve();

	/** @param {() => void} work @param {number} ms */
	function wait(work, ms) {
		callOff();
		callOff = after(work, ms);
	}

	/** How long one has breathed. A timer that comes a minute late makes no session a minute longer. */
	const elapsed = () => Math.min(watch.elapsedMs(), wholeMs);

	/** @param {P} of */
	const reached = ({ phases }) => ({ activeMs: Math.floor(elapsed()), cycles: momentAt(phases, elapsed()).cycles });

	/** @param {Totals} totals */
	function tellCounted(totals) {
		if (isActive(totals)) {
			safely(onCounted);
		}
	}

	/** Write down how far it has come. What cannot be written now comes with the next breath. */
	function keep() {
		if (plan && (status === 'running' || status === 'paused')) {
			const now = reached(plan);
			keptCycles = now.cycles;
			record.keep(now).catch(onError);
		}
	}

	/** Look at the clock, do what is due, and wait for what comes next. */
	function look() {
		if (!plan || status !== 'running') {
			return;
		}
		const elapsedMs = elapsed();
		if (!watch.isRunning()) {
			pause();
		} else if (elapsedMs === wholeMs) {
			end().catch(onError);
		} else {
			const moment = momentAt(plan.phases, elapsedMs);
			if (moment.cycles !== keptCycles) {
				keep();
			}
			// To the next second of the phase, so that the number on screen changes when it should.
			wait(look, Math.max(10, moment.leftMs % 1_000 || 1_000));
			tell();
		}
	}

	function count() {
		if (countdown > 0) {
			wait(() => {
				countdown--;
				count();
			}, 1_000);
			tell();
		} else {
			status = 'running';
			watch.start();
			look();
		}
	}

	function pause() {
		if (status === 'beginning' || status === 'countdown') {
			end().catch(onError);
		} else if (status === 'running') {
			watch.stop();
			callOff();
			status = 'paused';
			keep();
			tell();
		}
	}

	/**
	 * @param {P} wanted
	 * @returns {Promise<boolean>} once it has begun, even if it was ended meanwhile; false where another one goes on, here or elsewhere
	 */
	function begin(wanted) {
		if (status !== 'idle') {
			return Promise.resolve(false);
		}
		callOff();
		plan = wanted;
		watch = createStopwatch(nowMs);
		// With the breath that is going on when its time is up.
		const cycle = cycleMs(wanted.phases);
		wholeMs = wanted.goalMinutes > 0 ? Math.ceil(wanted.goalMinutes * 60_000 / cycle) * cycle : Infinity;
		keptCycles = 0;
		result = null;
		wish = later();
		over = later();
		status = 'beginning';
		/** @type {ReturnType<typeof later<boolean>>} */
		const begun = later();
		void live(wanted, begun);
		tell();
		return begun.promise;
	}

	/** @param {P} wanted @param {ReturnType<typeof later<boolean>>} begun */
	async function live(wanted, begun) {
		/** @type {Totals | null} */
		let totals = null;
		let failure = null;
		let hasBegun = false;
		let isBroken = false;
		try {
			await pickingUp;
			await storage.tryLock('session', async () => {
				tellCounted(await record.begin(wanted.goalMinutes));
				hasBegun = true;
				begun.resolve(true);
				if (status === 'beginning') {
					status = 'countdown';
					countdown = COUNTDOWN_S;
					count();
				}
				await wish.promise;
				totals = await record.end(reached(wanted));
			});
		} catch (error) {
			isBroken = true;
			failure = error;
		}
		const { activeMs, cycles } = reached(wanted);
		if (totals && cycles > 0) {
			result = { totals, activeMs, cycles, goalMinutes: wanted.goalMinutes };
		}
		status = 'idle';
		plan = null;
		if (!hasBegun) {
			if (isBroken) {
				begun.reject(failure);
			} else {
				begun.resolve(false);
			}
			over.resolve();
		} else if (isBroken) {
			over.reject(failure);
		} else {
			over.resolve();
		}
		payOffLater();
		tell();
		if (totals) {
			tellCounted(totals);
		}
	}

	/** Try again to write what could not be written. */
	function payOffLater() {
		if (record.isOwing()) {
			wait(() => void record.payOff().then(tellCounted, () => {
				if (status === 'idle') {
					payOffLater();
				}
			}), PAY_OFF_MS);
		}
	}

	/**
	 * End whatever session there is. What cannot be written now is counted later.
	 *
	 * @returns {Promise<void>} when there is none any more
	 */
	function end() {
		if (status === 'idle') {
			return Promise.resolve();
		}
		if (status !== 'ending') {
			watch.stop();
			callOff();
			status = 'ending';
			wish.resolve();
			tell();
		}
		return over.promise;
	}

	return {
		begin,
		pause,

		resume() {
			if (status === 'paused') {
				status = 'running';
				watch.start();
				look();
			}
		},

		end,

		/** Somebody looks again, after timers may have come late. */
		look,

		/** Write down how far it has come: it may be the last moment before the program is gone. */
		keep,

		/** Count what a program that is gone had begun. Where there is nothing, nothing waits for a lock. */
		async pickUp() {
			if (status === 'idle' && await record.isLeft()) {
				const picking = storage.tryLock('session', record.pickUp);
				pickingUp = picking.catch(() => {});
				const totals = await picking;
				if (totals) {
					tellCounted(totals);
				}
			}
		},

		isOn: () => status !== 'idle',

		/** @returns {{status: Status, plan: P, elapsedMs: number, endMs: number, moment: Moment, countdown: number} | null} */
		now: () => plan && { status, plan, countdown, elapsedMs: elapsed(), endMs: wholeMs, moment: momentAt(plan.phases, elapsed()) },

		/** @returns {Result | null} of the last session, once */
		takeResult() {
			const taken = result;
			result = null;
			return taken;
		},

		/**
		 * @param {() => void} listener is called when the state changes, and while it runs each time that the number on screen does
		 * @returns {() => void} stops listening
		 */
		onChange(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}

/**
 * @template {Plan} P
 * @typedef {ReturnType<typeof createSession<P>>} Session
 */
