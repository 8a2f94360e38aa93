/**
 * The time of a breath: which phase a guide is in, derived from how long it has been going.
 *
 * Nothing here counts ticks. A timer that comes late, in a hidden tab for instance, makes a guide learn late where it is, and never
 * makes it wrong: the phase, the number of breaths and the time to the next change follow from one monotonic clock.
 */

/** The phases of a cycle, in order. Any may have no length; a cycle has some. */
export const PHASES = Object.freeze(/** @type {const} */ (['inhale', 'hold', 'exhale', 'rest']));

/** What a pattern of one's own may be, in seconds. A breath shorter than that is none, one longer than that is no guide. */
export const PATTERN_LIMITS = Object.freeze({ phase: 60, cycleLeast: 2, cycleMost: 120 });

/** A clock that nobody looked at for this long stood in a machine that slept; who sleeps does not follow a guide. */
export const GAP_MS = 150_000;

/**
 * @param {unknown} phases
 * @returns {phases is number[]} whether these are seconds that a guide can follow
 */
export function isPattern(phases) {
	if (!Array.isArray(phases) || phases.length !== PHASES.length
		|| !phases.every((s) => typeof s === 'number' && s >= 0 && s <= PATTERN_LIMITS.phase)) {
		return false;
	}
	const sum = phases.reduce((total, s) => total + s, 0);
	return phases[0] + phases[2] > 0 && sum >= PATTERN_LIMITS.cycleLeast && sum <= PATTERN_LIMITS.cycleMost;
}

/** Whole milliseconds, so that no rounding ever leaves a guide between two phases. */
const lengthsMs = (/** @type {readonly number[]} */ phases) => phases.map((s) => Math.round(s * 1_000));

/**
 * @param {readonly number[]} phases seconds of each
 * @returns {number} milliseconds of a whole cycle
 */
export const cycleMs = (phases) => lengthsMs(phases).reduce((sum, ms) => sum + ms, 0);

/**
 * @typedef {object} Moment where a guide is
 * @property {number} cycles breaths completed so far
 * @property {number} index of the phase
 * @property {(typeof PHASES)[number]} phase
 * @property {number} passedMs since the phase began
 * @property {number} leftMs until the next one begins; never 0
 */

/**
 * @param {readonly number[]} phases seconds of each, a pattern
 * @param {number} elapsedMs since the first breath began, without pauses
 * @returns {Moment}
 */
export function momentAt(phases, elapsedMs) {
	const lengths = lengthsMs(phases);
	const whole = cycleMs(phases);
	const cycles = Math.floor(elapsedMs / whole);
	let passedMs = elapsedMs - cycles * whole;
	let index = 0;
	// A phase without length is never the one that a guide is in.
	while (index < lengths.length - 1 && passedMs >= lengths[index]) {
		passedMs -= lengths[index];
		index++;
	}
	return { cycles, index, phase: PHASES[index], passedMs, leftMs: lengths[index] - passedMs };
}

/**
 * When phases begin, from one time to another: for cues that are planned ahead.
 *
 * @param {readonly number[]} phases
 * @param {number} fromMs elapsed time, included
 * @param {number} toMs excluded
 * @returns {{atMs: number, phase: (typeof PHASES)[number]}[]}
 */
export function beginningsBetween(phases, fromMs, toMs) {
	const lengths = lengthsMs(phases);
	const whole = cycleMs(phases);
	const found = [];
	for (let startMs = Math.floor(fromMs / whole) * whole; startMs < toMs; startMs += whole) {
		let atMs = startMs;
		for (let index = 0; index < phases.length; index++) {
			if (lengths[index] > 0 && atMs >= fromMs && atMs < toMs) {
				found.push({ atMs, phase: PHASES[index] });
			}
			atMs += lengths[index];
		}
	}
	return found;
}

/**
 * How long somebody has breathed: a stopwatch over a clock that only goes forward.
 *
 * @param {() => number} nowMs
 */
export function createStopwatch(nowMs) {
	/** What earlier runs have come to, and when the present one began and was last looked at; null while it stands. */
	let before = 0;
	/** @type {number | null} */
	let since = null;
	let seen = 0;

	function stop() {
		if (since !== null) {
			before += seen - since;
			since = null;
		}
	}

	/** Look at the clock; the time of a sleeping machine does not count, and stops the watch where it was last seen. */
	function look() {
		if (since !== null) {
			const now = nowMs();
			if (now - seen > GAP_MS) {
				stop();
			} else {
				seen = now;
			}
		}
	}

	return {
		start() {
			if (since === null) {
				since = nowMs();
				seen = since;
			}
		},

		stop() {
			look();
			stop();
		},

		/** @returns {boolean} */
		isRunning() {
			look();
			return since !== null;
		},

		/** @returns {number} milliseconds */
		elapsedMs() {
			look();
			return since === null ? before : before + seen - since;
		},
	};
}
