/**
 * The guide for the eye: a disc that grows while one breathes in and shrinks while one breathes out, with the cue on it.
 *
 * It moves by an animation that the browser runs beside this program (transforms only), set to the session's clock whenever the
 * session says something. For those who want less motion it stands still, and the cue and the phases below say the same.
 */

import { cycleMs } from '../core/breath.js';
import { h, setText } from './dom.js';
import { number, t } from './text.js';

const SMALL = 0.55;

/** An animation that is further off than this is set anew: a frame and a little. */
const TOLERANCE_MS = 20;

/**
 * The sizes of a cycle, as keyframes.
 *
 * @param {readonly number[]} phases
 * @param {(size: number) => Keyframe} frame size from 0 to 1
 */
function keyframes(phases, frame) {
	const whole = cycleMs(phases);
	let at = 0;
	const frames = [{ ...frame(0), offset: 0, easing: 'ease-in-out' }];
	[1, 1, 0, 0].forEach((size, index) => {
		at += phases[index] * 1_000;
		frames.push({ ...frame(size), offset: Math.min(1, at / whole), easing: 'ease-in-out' });
	});
	return frames;
}

/** @param {() => boolean} isStill whether less motion is wanted */
export function createGuide(isStill) {
	const halo = h('span', { class: 'guide-halo' });
	const disc = h('span', { class: 'guide-disc' });
	const cue = h('span', { class: 'guide-cue', 'aria-live': 'polite' });
	const left = h('span', { class: 'guide-left', 'aria-hidden': 'true' });
	const element = h('div', { class: 'guide' }, halo, disc, h('p', { class: 'guide-text' }, cue, left));

	/** @type {Animation[]} */
	let animations = [];
	/** @type {readonly number[] | null} */
	let moving = null;

	/** @param {readonly number[]} phases */
	function move(phases) {
		stop();
		const timing = { duration: cycleMs(phases), iterations: Infinity };
		animations = [
			disc.animate(keyframes(phases, (size) => ({ transform: `scale(${SMALL + (1 - SMALL) * size})` })), timing),
			halo.animate(keyframes(phases, (size) => ({ transform: `scale(${SMALL + (1.12 - SMALL) * size})`, opacity: 0.15 + 0.2 * size })), timing),
		];
		moving = phases;
	}

	function stop() {
		animations.forEach((animation) => animation.cancel());
		animations = [];
		moving = null;
	}

	return {
		element,
		stop,

		/** @param {ReturnType<import('./accompany.js').Session['now']>} now */
		show(now) {
			element.classList.toggle('still', isStill());
			if (!now || now.status === 'beginning') {
				stop();
				setText(cue, '');
				setText(left, '');
				return;
			}
			if (now.status === 'countdown') {
				setText(cue, t('breathe.ready'));
				setText(left, number(now.countdown));
				return;
			}
			if (now.status === 'ending') {
				animations.forEach((animation) => animation.pause());
				return;
			}
			const { phases } = now.plan;
			if (isStill()) {
				stop();
			} else if (moving !== phases) {
				move(phases);
			}
			for (const animation of animations) {
				if (Math.abs(Number(animation.currentTime) - now.elapsedMs) > TOLERANCE_MS) {
					animation.currentTime = now.elapsedMs;
				}
				if (now.status === 'running') {
					animation.play();
				} else {
					animation.pause();
				}
			}
			setText(cue, t(now.status === 'paused' ? 'breathe.paused' : `breathe.${now.moment.phase}`));
			setText(left, now.status === 'paused' ? '' : number(Math.ceil(now.moment.leftMs / 1_000)));
		},
	};
}
