/**
 * What a phase sounds and feels like: each has a cue of its own, so that one can breathe with closed eyes.
 *
 * Sounds are planned ahead on the audio clock, since a timer of a hidden tab may come a minute late; so far, that the next timer is
 * in time to plan on. Vibration has no such clock and goes with the timers.
 */

import { beginningsBetween } from '../core/breath.js';

/** @typedef {(typeof import('../core/breath.js').PHASES)[number]} Phase */

/** How far ahead sounds are planned. */
const AHEAD_MS = 90_000;

/** From one frequency to another, in hertz: up is in, down is out, and level is to stay. */
const TONES = Object.freeze({ inhale: [262, 392], hold: [392, 392], exhale: [392, 262], rest: [262, 262] });
const TONE_S = 0.9;
const LOUDNESS = 0.12;

/** Milliseconds of buzzing and pausing: one short, two short, one long, three short. */
const BUZZES = Object.freeze({ inhale: [60], hold: [40, 90, 40], exhale: [180], rest: [30, 60, 30, 60, 30] });

/** @type {AudioContext | null} one for the page: browsers allow few */
let audio = null;

/** Let sound be made later on; to be called while a person acts, since browsers want that. */
export function wakeAudio() {
	audio ??= new AudioContext();
	void audio.resume();
}

export function createCues() {
	/** @type {{stop: () => void}[]} */
	let planned = [];
	/** Up to which elapsed time all is planned. */
	let plannedTo = 0;

	/**
	 * @param {AudioContext} context
	 * @param {Phase} phase
	 * @param {number} atS on the audio clock
	 */
	function plan(context, phase, atS) {
		const [from, to] = TONES[phase];
		const tone = new OscillatorNode(context, { frequency: from });
		const volume = new GainNode(context, { gain: 0 });
		tone.connect(volume).connect(context.destination);
		tone.frequency.setValueAtTime(from, atS);
		tone.frequency.linearRampToValueAtTime(to, atS + TONE_S);
		volume.gain.setValueAtTime(0, atS);
		volume.gain.linearRampToValueAtTime(LOUDNESS, atS + 0.08);
		volume.gain.exponentialRampToValueAtTime(0.001, atS + TONE_S);
		tone.start(atS);
		tone.stop(atS + TONE_S);
		planned.push(tone);
		tone.addEventListener('ended', () => {
			planned = planned.filter((each) => each !== tone);
		});
	}

	return {
		/**
		 * Plan the sounds that follow.
		 *
		 * @param {readonly number[]} phases
		 * @param {number} elapsedMs now
		 * @param {number} endMs when there is none any more
		 */
		sound(phases, elapsedMs, endMs) {
			if (!audio) {
				return;
			}
			for (const { atMs, phase } of beginningsBetween(phases, Math.max(plannedTo, elapsedMs - 100), Math.min(elapsedMs + AHEAD_MS, endMs))) {
				plan(audio, phase, Math.max(audio.currentTime, audio.currentTime + (atMs - elapsedMs) / 1_000));
			}
			plannedTo = elapsedMs + AHEAD_MS;
		},

		/** @param {Phase} phase that begins */
		buzz: (phase) => void navigator.vibrate?.(BUZZES[phase]),

		/**
		 * Take back what is planned.
		 *
		 * @param {number} elapsedMs from where to plan again
		 */
		silence(elapsedMs) {
			planned.forEach((each) => each.stop());
			planned = [];
			plannedTo = elapsedMs;
		},
	};
}
