/**
 * A session as it goes on: the clock, the timer that waits for the next change, and everything that accompanies it.
 *
 * It belongs to the program, not to a page: who looks at another page finds it paused. One tab breathes at a time; the lock that says
 * so goes with the tab, however that goes, and then whoever comes next counts what was left.
 */

import { createStopwatch, cycleMs, momentAt } from '../core/breath.js';
import { createSessions } from '../core/session.js';
import { createCues, wakeAudio } from './cues.js';

/** @typedef {import('../core/progress.js').Totals} Totals */
/** @typedef {import('../core/breath.js').Moment} Moment */

/**
 * @typedef {object} Plan
 * @property {readonly number[]} phases
 * @property {number} goalMinutes 0: until it is ended
 * @property {boolean} sound
 * @property {boolean} vibration
 */

/**
 * @typedef {object} Now
 * @property {'idle' | 'countdown' | 'running' | 'paused'} status
 * @property {number} elapsedMs
 * @property {Moment} moment
 * @property {number} countdown seconds until it begins
 */

/** @typedef {{totals: Totals, activeMs: number, cycles: number, goalMinutes: number}} Result */

const LOCK = 'breath-master.session';
const COUNTDOWN_S = 3;

/**
 * @param {object} host
 * @param {import('../core/storage.js').Storage} host.storage
 * @param {() => void} host.onCounted something was counted
 */
export function createSession({ storage, onCounted }) {
	const sessions = createSessions({ storage, now: () => new Date() });
	const cues = createCues();
	/** @type {Set<() => void>} */
	const listeners = new Set();
	const tell = () => listeners.forEach((listener) => listener());

	/** @type {Plan | null} */
	let plan = null;
	let watch = createStopwatch(() => performance.now());
	/** What has to be breathed until it ends by itself. */
	let wholeMs = Infinity;
	/** @type {Now['status']} */
	let status = 'idle';
	let countdown = 0;
	/** @type {Result | null} */
	let result = null;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let timer;
	/** @type {(() => void) | null} frees the lock */
	let free = null;
	/** Whether one was asked for that has not begun yet. */
	let isWanted = false;
	/** Beginnings and endings, one after the other: what is asked for while one is under way waits for it, whatever becomes of it. */
	let last = Promise.resolve();
	/** @type {WakeLockSentinel | null} */
	let wakeLock = null;
	/** The last phase that was felt, by its beginning. */
	let felt = -1;
	let keptCycles = 0;

	/**
	 * @template T
	 * @param {() => Promise<T>} work
	 * @returns {Promise<T>}
	 */
	function inTurn(work) {
		const turn = last.then(work);
		last = turn.then(() => {}, () => {});
		return turn;
	}

	async function keepAwake() {
		try {
			const answered = await navigator.wakeLock?.request('screen');
			// It may be answered when the session is over, or paused, or has one already.
			if (wakeLock || (status !== 'running' && status !== 'countdown')) {
				await answered?.release();
			} else if (answered) {
				wakeLock = answered;
				answered.addEventListener('release', () => {
					wakeLock = wakeLock === answered ? null : wakeLock;
				});
			}
		} catch {
			// A battery that is low may say no, and then the screen goes dark as it always does.
		}
	}

	function letSleep() {
		wakeLock?.release().catch(() => {});
		wakeLock = null;
	}

	/** @returns {Promise<boolean>} whether no other tab has a session */
	const lock = () => new Promise((resolve, reject) => {
		navigator.locks.request(LOCK, { ifAvailable: true }, (held) => {
			resolve(held !== null);
			return held && new Promise((done) => {
				free = () => done(undefined);
			});
		}).catch(reject);
	});

	function unlock() {
		free?.();
		free = null;
	}

	/** Be where nothing goes on, from wherever it was: all that a session holds is let go of. */
	function rest() {
		clearTimeout(timer);
		watch.stop();
		cues.silence(0);
		status = 'idle';
		plan = null;
		letSleep();
		unlock();
		tell();
	}

	/** How long one has breathed. A timer of a hidden tab may come a minute late: that minute is no part of the session. */
	const elapsed = () => Math.min(watch.elapsedMs(), wholeMs);

	/** Write down how far it has come. */
	async function keep() {
		if (plan) {
			const activeMs = elapsed();
			const { cycles } = momentAt(plan.phases, activeMs);
			keptCycles = cycles;
			await sessions.keep({ activeMs, cycles });
		}
	}

	/** Look at the clock, do what is due, and wait for what comes next. */
	function step() {
		clearTimeout(timer);
		if (!plan || status !== 'running') {
			return;
		}
		if (!watch.isRunning()) {
			pause();
			return;
		}
		const elapsedMs = elapsed();
		if (elapsedMs === wholeMs) {
			void end();
			return;
		}
		const moment = momentAt(plan.phases, elapsedMs);
		const begun = elapsedMs - moment.passedMs;
		if (plan.sound) {
			cues.sound(plan.phases, elapsedMs, wholeMs);
		}
		if (plan.vibration && begun !== felt && moment.passedMs < 300) {
			cues.buzz(moment.phase);
		}
		felt = begun;
		if (moment.cycles !== keptCycles) {
			void keep();
		}
		tell();
		// To the next second of the phase, so that the number on screen changes when it should.
		timer = setTimeout(step, Math.max(10, moment.leftMs % 1_000 || 1_000));
	}

	function count() {
		if (countdown > 0) {
			tell();
			timer = setTimeout(() => {
				countdown--;
				count();
			}, 1_000);
			return;
		}
		status = 'running';
		watch.start();
		step();
	}

	function pause() {
		if (isWanted || status === 'countdown') {
			void end();
		} else if (status === 'running') {
			watch.stop();
			status = 'paused';
			clearTimeout(timer);
			cues.silence(elapsed());
			letSleep();
			void keep();
			tell();
		}
	}

	/**
	 * @param {Plan} wanted
	 * @returns {Promise<boolean>} false where a session goes on, here or in another tab
	 */
	async function start(wanted) {
		if (wanted.sound) {
			// While the person acts: browsers want that.
			wakeAudio();
		}
		isWanted = true;
		try {
			return await inTurn(() => begin(wanted));
		} finally {
			isWanted = false;
		}
	}

	/** @param {Plan} wanted */
	async function begin(wanted) {
		if (status !== 'idle' || !await lock()) {
			return false;
		}
		try {
			await sessions.begin(wanted.goalMinutes);
		} catch (error) {
			rest();
			throw error;
		}
		plan = wanted;
		watch = createStopwatch(() => performance.now());
		// With the breath that is going on when its time is up.
		const cycle = cycleMs(wanted.phases);
		wholeMs = wanted.goalMinutes > 0 ? Math.ceil(wanted.goalMinutes * 60_000 / cycle) * cycle : Infinity;
		result = null;
		felt = -1;
		keptCycles = 0;
		countdown = COUNTDOWN_S;
		status = 'countdown';
		void keepAwake();
		count();
		return true;
	}

	/**
	 * What cannot be written now is written down as far as it had come, and counted by whoever begins or picks up next.
	 *
	 * @returns {Promise<void>}
	 */
	const end = () => inTurn(async () => {
		if (!plan) {
			return;
		}
		clearTimeout(timer);
		watch.stop();
		cues.silence(0);
		const { phases, goalMinutes } = plan;
		const activeMs = elapsed();
		const { cycles } = momentAt(phases, activeMs);
		try {
			await sessions.keep({ activeMs, cycles });
			const totals = await sessions.end();
			result = cycles > 0 ? { totals, activeMs, cycles, goalMinutes } : null;
		} finally {
			rest();
		}
		onCounted();
	});

	document.addEventListener('visibilitychange', () => {
		if (status !== 'running') {
			return;
		}
		if (document.visibilityState === 'visible') {
			void keepAwake();
			step();
		} else {
			// It may be the last moment before this tab is gone.
			void keep();
		}
	});

	return {
		start,
		pause,

		resume() {
			if (status === 'paused') {
				status = 'running';
				watch.start();
				void keepAwake();
				step();
			}
		},

		end,

		/** Count what a tab that is gone had begun. */
		pickUp: () => inTurn(async () => {
			if (status === 'idle' && await lock()) {
				try {
					await sessions.end();
				} finally {
					unlock();
				}
			}
		}),

		isOn: () => status !== 'idle',

		/** @returns {Now & {plan: Plan} | null} */
		now: () => plan && { status, plan, countdown, elapsedMs: elapsed(), moment: momentAt(plan.phases, elapsed()) },

		/** @returns {Result | null} of the last session, once */
		takeResult() {
			const taken = result;
			result = null;
			return taken;
		},

		/**
		 * @param {() => void} listener
		 * @returns {() => void} stops listening
		 */
		onChange(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}

/** @typedef {ReturnType<typeof createSession>} Session */
