/**
 * When to sync.
 *
 * A request that follows a breath would tell the server when somebody breathed (P1). So what is counted waits for a random while
 * before it is uploaded, a new one after each count; a person who goes on counting is not put off for ever. What stands in
 * the way is met with patience: the server's own Retry-After where it gives one, else a wait that doubles with each
 * failure, spread at random from nothing to the whole so that clients which failed together do not come back together.
 *
 * Days that are over say nothing about now. So whoever comes back, after a while or from being offline, has those sent at once.
 *
 * All of it is in memory: nothing at rest says when.
 */

/** @typedef {import('./sync.js').Outcome} Outcome */

/** How long what is counted waits: between these, at random. */
export const UPLOAD_DELAY_MS = Object.freeze({ least: 60_000, most: 600_000 });

/** After this long since the first count that waits, further counts no longer put the upload off. */
export const UPLOAD_LATEST_MS = 1_800_000;

/** A timer takes no longer time than this: a browser's and Node's turn what is longer into none at all. */
const TIMER_MOST_MS = 2 ** 31 - 1;

const BACKOFF_FIRST_MS = 2_000;
const BACKOFF_MOST_MS = 900_000;

/** Looking again within this time does not catch up again. */
const CATCH_UP_EVERY_MS = 60_000;

/** A wrong clock is put right by a person, if at all. */
const CLOCK_OFF_MS = 3_600_000;

/**
 * How long to wait after a failure.
 *
 * @param {number} failures in a row, this one included
 * @param {number | null} retryAfterS what the server asked for
 * @param {number} random from 0 to below 1
 * @returns {number} milliseconds
 */
export function backoffMs(failures, retryAfterS, random) {
	const most = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** Math.min(failures - 1, 20));
	return (retryAfterS ?? 0) * 1_000 + Math.ceil(random * most);
}

/**
 * @param {object} host
 * @param {(how?: {before: string}) => Promise<Outcome>} host.sync one run; `createSync().sync`
 * @param {() => Promise<boolean>} host.isWaiting whether anything is counted here that the server does not know
 * @param {() => string} host.today the civil day where the person is
 * @param {(work: () => void, ms: number) => () => void} host.after runs `work` once after a time; what it returns calls that off
 * @param {() => number} host.nowMs a clock that only goes forward
 * @param {() => number} host.random from 0 to below 1
 * @param {(outcome: Outcome) => void} host.onOutcome hears how each run ended
 * @param {(error: unknown) => void} host.onError hears of a run that could not even fail properly: the storage did
 */
export function createSchedule({ sync, isWaiting, today, after, nowMs, random, onOutcome, onError }) {
	let failures = 0;
	/** @type {number | null} when the first count was made that no run has seen */
	let waitingSince = null;
	/** @type {(() => void) | null} calls off what is planned */
	let planned = null;
	/** How many runs are under way. */
	let running = 0;
	/** When it last caught up, by `nowMs`. */
	let caughtUpMs = -Infinity;

	function callOff() {
		planned?.();
		planned = null;
	}

	/** @param {number} ms */
	function runIn(ms) {
		callOff();
		planned = after(() => {
			planned = null;
			if (ms > TIMER_MOST_MS) {
				runIn(ms - TIMER_MOST_MS);
			} else {
				void run();
			}
		}, Math.min(ms, TIMER_MOST_MS));
	}

	function planUpload() {
		const delay = UPLOAD_DELAY_MS.least + random() * (UPLOAD_DELAY_MS.most - UPLOAD_DELAY_MS.least);
		const latest = (waitingSince ?? nowMs()) + UPLOAD_LATEST_MS - nowMs();
		runIn(Math.max(0, Math.min(delay, latest)));
	}

	async function run() {
		callOff();
		waitingSince = null;
		running++;
		try {
			const outcome = await sync().finally(() => running--);
			if (outcome.kind === 'later') {
				runIn(backoffMs(++failures, outcome.retryAfterS, random()));
			} else {
				failures = 0;
				if (outcome.kind === 'clock_off') {
					runIn(CLOCK_OFF_MS);
				} else if (waitingSince !== null) {
					planUpload();
				}
			}
			onOutcome(outcome);
		} catch (error) {
			// What the storage could not do now it may do later, and what is counted still waits.
			runIn(backoffMs(++failures, null, random()));
			onError(error);
		}
	}

	function counted() {
		waitingSince ??= nowMs();
		if (failures === 0) {
			planUpload();
		}
	}

	async function catchUp() {
		caughtUpMs = nowMs();
		const outcome = await sync({ before: today() });
		if (outcome.kind !== 'local') {
			if (await isWaiting()) {
				counted();
			}
			onOutcome(outcome);
		}
	}

	return {
		/** Something was counted. While a failure is waited out that wait stands, for it ends with an upload too. */
		counted,

		/**
		 * Send the days that are over and hear what the server knows; what was counted today waits for its random while. Rejects where the
		 * storage fails; nothing is planned then.
		 */
		catchUp,

		/** The same when a person looks at the page again, at most once a minute. */
		async lookAgain() {
			if (nowMs() - caughtUpMs > CATCH_UP_EVERY_MS) {
				await catchUp();
			}
		},

		/** A person asked, so the moment says nothing: run at once. */
		now: run,

		/** Whether what waits will be sent without being asked for. */
		willSend: () => planned !== null || running > 0,

		/** Call off what is planned. */
		stop: callOff,
	};
}
