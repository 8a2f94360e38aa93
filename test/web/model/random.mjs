/** Chance that can be repeated: everything random in a run follows from its seed. */

/**
 * @param {number} seed 32 bits
 */
export function createChance(seed) {
	let state = seed >>> 0;
	// mulberry32: tiny, and good enough to choose what happens next.
	const next = () => {
		state = state + 0x6d2b79f5 >>> 0;
		let t = Math.imul(state ^ state >>> 15, state | 1);
		t ^= t + Math.imul(t ^ t >>> 7, t | 61);
		return ((t ^ t >>> 14) >>> 0) / 4_294_967_296;
	};
	return {
		next,
		/** A whole number from `least` to `most`, both included. */
		int: (least, most) => least + Math.floor(next() * (most - least + 1)),
		/** True with this probability. */
		happens: (probability) => next() < probability,
		pick: (list) => list[Math.floor(next() * list.length)],
		bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(next() * 256)),
	};
}
