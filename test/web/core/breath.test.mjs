import assert from 'node:assert/strict';
import test from 'node:test';
import { beginningsBetween, createStopwatch, cycleMs, GAP_MS, isPattern, momentAt } from '../../../htdocs/js/core/breath.js';
import { PATTERNS } from '../../../htdocs/js/core/progress.js';

test('the five patterns are patterns, and so are those with phases of no length', () => {
	for (const phases of [...Object.values(PATTERNS), [4, 0, 4, 0], [0, 0, 2, 0], [2, 0, 0, 0], [0.5, 0.5, 0.5, 0.5], [60, 0, 60, 0]]) {
		assert.ok(isPattern(phases), String(phases));
	}
});

test('what nobody can breathe is none', () => {
	for (const phases of [
		[0, 0, 0, 0], [0, 4, 0, 4], [1, 0, 0.9, 0], [-1, 0, 8, 0], [4, 4, 4], [4, 4, 4, 4, 4], [61, 0, 1, 0], [60, 60, 1, 0],
		['4', 0, 4, 0], [NaN, 0, 4, 0], [Infinity, 0, 4, 0], null, 'chill', {},
	]) {
		assert.equal(isPattern(phases), false, JSON.stringify(phases));
	}
});

test('a moment is in the phase that its time says', () => {
	const { relaxing, chill } = PATTERNS;
	assert.deepEqual(momentAt(relaxing, 0), { cycles: 0, index: 0, phase: 'inhale', passedMs: 0, leftMs: 4_000 });
	assert.deepEqual(momentAt(relaxing, 3_999), { cycles: 0, index: 0, phase: 'inhale', passedMs: 3_999, leftMs: 1 });
	assert.deepEqual(momentAt(relaxing, 4_000), { cycles: 0, index: 1, phase: 'hold', passedMs: 0, leftMs: 7_000 });
	assert.deepEqual(momentAt(relaxing, 18_999), { cycles: 0, index: 2, phase: 'exhale', passedMs: 7_999, leftMs: 1 });
	assert.deepEqual(momentAt(relaxing, 19_000), { cycles: 1, index: 0, phase: 'inhale', passedMs: 0, leftMs: 4_000 });
	assert.equal(momentAt(chill, 6_000).phase, 'exhale', 'a phase of no length is never shown');
	assert.equal(momentAt([0, 0, 4, 2], 0).phase, 'exhale');
	assert.equal(momentAt([0, 0, 4, 2], 12_000).phase, 'exhale');
});

test('the next change is never now, whatever the lengths', () => {
	for (const phases of [[0.1, 0.2, 0.3, 1.7], [1.1, 0, 2.2, 0], [3.3, 3.3, 3.3, 3.3]]) {
		for (let ms = 0; ms < 3 * cycleMs(phases); ms += 0.7) {
			const { leftMs, index } = momentAt(phases, ms);
			assert.ok(leftMs > 0 && phases[index] > 0, `${phases} at ${ms}`);
		}
	}
});

test('whoever looks at every change, or once after ten minutes, finds the same', () => {
	for (const phases of Object.values(PATTERNS)) {
		let at = 0;
		let changes = 0;
		while (at < 600_000) {
			at += momentAt(phases, at).leftMs;
			changes++;
		}
		const found = beginningsBetween(phases, 0, at + 1);
		assert.equal(found.length, changes + 1);
		assert.equal(found.at(-1).atMs, at);
		assert.equal(momentAt(phases, at).passedMs, 0);
		assert.equal(momentAt(phases, at).phase, found.at(-1).phase);
	}
});

test('beginnings from window to window are all of them, each once', () => {
	const phases = PATTERNS.boxing;
	const all = beginningsBetween(phases, 0, 600_000);
	const pieces = [];
	for (let from = 0; from < 600_000; from += 7_919) {
		pieces.push(...beginningsBetween(phases, from, Math.min(from + 7_919, 600_000)));
	}
	assert.deepEqual(pieces, all);
	assert.deepEqual(all.slice(0, 2), [{ atMs: 0, phase: 'inhale' }, { atMs: 4_000, phase: 'hold' }]);
	assert.deepEqual(beginningsBetween(PATTERNS.chill, 0, 14_000).map(({ phase }) => phase), ['inhale', 'exhale']);
});

test('a stopwatch counts what runs, not what stands', () => {
	let now = 1_000;
	const watch = createStopwatch(() => now);
	assert.equal(watch.elapsedMs(), 0);
	watch.start();
	now += 5_000;
	assert.equal(watch.elapsedMs(), 5_000);
	watch.stop();
	now += 60_000;
	assert.equal(watch.elapsedMs(), 5_000);
	watch.start();
	watch.start();
	now += 1_000;
	watch.stop();
	watch.stop();
	assert.equal(watch.elapsedMs(), 6_000);
});

test('the time of a machine that slept does not count', () => {
	let now = 0;
	const watch = createStopwatch(() => now);
	watch.start();
	now += 60_000;
	assert.ok(watch.isRunning(), 'a hidden tab looks once a minute');
	now += GAP_MS + 1;
	assert.equal(watch.isRunning(), false);
	assert.equal(watch.elapsedMs(), 60_000);
	watch.start();
	now += 10_000;
	assert.equal(watch.elapsedMs(), 70_000);
});
