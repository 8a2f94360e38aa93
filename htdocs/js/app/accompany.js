/**
 * What a page adds to a session: sounds and vibration, a screen that stays on, and that it may be hidden. All of it follows from what the
 * session says; nothing here changes how it goes on.
 */

import { createCues, wakeAudio } from './cues.js';

/** @typedef {import('../core/session.js').Plan & {sound: boolean, vibration: boolean, quiet: boolean}} PagePlan */
/** @typedef {import('../core/session.js').Session<PagePlan>} Session */

/** A session outlives the page that is on screen, and is accompanied once. @type {WeakSet<Session>} */
const accompanied = new WeakSet();

/** @param {Session} session */
export function accompany(session) {
	if (accompanied.has(session)) {
		return;
	}
	accompanied.add(session);
	const cues = createCues();
	/** @type {WakeLockSentinel | null} */
	let wakeLock = null;
	let wasActive = false;
	/** The last phase that was felt, by its beginning. */
	let felt = -1;

	/** Whether somebody looks at the guide. */
	function isActive() {
		const status = session.now()?.status;
		return status === 'countdown' || status === 'running';
	}

	async function keepAwake() {
		try {
			const answered = await navigator.wakeLock?.request('screen');
			// It may be answered when the session is over, or paused, or has one already.
			if (wakeLock || !isActive()) {
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

	session.onChange(() => {
		const now = session.now();
		if (isActive() !== wasActive) {
			wasActive = isActive();
			void (wasActive ? keepAwake() : letSleep());
		}
		if (now?.status === 'beginning' && now.plan.sound) {
			// While the person acts: browsers want that.
			wakeAudio();
		}
		if (now?.status !== 'running') {
			cues.silence(now?.elapsedMs ?? 0);
			return;
		}
		const { plan, elapsedMs, endMs, moment } = now;
		if (plan.sound) {
			cues.sound(plan.phases, elapsedMs, endMs);
		}
		const begun = elapsedMs - moment.passedMs;
		if (plan.vibration && begun !== felt && moment.passedMs < 300) {
			cues.buzz(moment.phase);
		}
		felt = begun;
	});

	document.addEventListener('visibilitychange', () => {
		if (document.visibilityState === 'hidden') {
			session.keep();
		} else if (isActive()) {
			void keepAwake();
			session.look();
		}
	});
}
