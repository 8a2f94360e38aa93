import assert from 'node:assert/strict';
import test from 'node:test';
import {
	addTotals, beyondTotals, capTotals, challengeTotals, cyclesIn, goalBonus, isActive, levelOf, maxTotals, noTotals, PATTERNS, runsOf, sameTotals,
	sessionTotals, streaksOf,
} from '../../../htdocs/js/core/progress.js';
import { LEVEL_STARTS, shift, streak } from '../model/progress.mjs';
import { createChance } from '../model/random.mjs';
import { totals } from './support.mjs';

test('totals add up over devices and merge by the larger within one', () => {
	assert.deepEqual(addTotals(totals(1, 2, 3, 4), totals(10, 20, 30, 40)), totals(11, 22, 33, 44));
	assert.deepEqual(maxTotals(totals(1, 20, 3, 0), totals(10, 2, 3, 1)), totals(10, 20, 3, 1));
	assert.deepEqual(beyondTotals(totals(5, 5, 5, 5), totals(2, 9, 5, 0)), totals(3, 0, 0, 5));
	assert.ok(sameTotals(noTotals(), totals(0)));
	assert.ok(!sameTotals(totals(0, 0, 0, 1), noTotals()));
});

test('a day is active by any of its totals', () => {
	assert.ok(!isActive(noTotals()));
	for (const t of [totals(1), totals(0, 1), totals(0, 0, 1), totals(0, 0, 0, 1)]) {
		assert.ok(isActive(t));
	}
});

test('a day holds no more than a server takes', () => {
	assert.deepEqual(capTotals(totals(100_001, 1_441, 1_441, 100_001)), totals(100_000, 1_440, 1_440, 100_000));
	assert.deepEqual(capTotals(totals(99, 1, 1, 9)), totals(99, 1, 1, 9));
});

test('levels begin where the table says', () => {
	LEVEL_STARTS.forEach(([, xp], index) => {
		const next = LEVEL_STARTS[index + 1]?.[1] ?? null;
		assert.deepEqual(levelOf(xp), { level: index + 1, xp_from: xp, xp_next: next });
		if (index > 0) {
			assert.equal(levelOf(xp - 1).level, index);
		}
	});
	assert.equal(levelOf(1e9).level, 8);
});

test('a goal is worth half its minutes, in the measure in which it was reached', () => {
	assert.equal(goalBonus(10, 600_000), 5);
	assert.equal(goalBonus(10, 896_000), 5, 'no more than the goal');
	assert.equal(goalBonus(3, 98_000), 1);
	assert.equal(goalBonus(5, 210_000), 2);
	assert.equal(goalBonus(3, 180_000), 2, 'a half rounds up');
	assert.equal(goalBonus(0, 600_000), 0, 'no goal');
	assert.equal(goalBonus(10, 0), 0);
	assert.equal(goalBonus(10, -5), 0);
	assert.equal(goalBonus(Number.NaN, 600_000), 0);
});

test('a session and a challenge are worth what the rules say', () => {
	assert.deepEqual(sessionTotals({ cycles: 64, activeMs: 896_000, goalMinutes: 10 }), totals(69, 14, 1, 64));
	assert.deepEqual(sessionTotals({ cycles: 3, activeMs: 59_999 }), totals(3, 0, 1, 3));
	assert.deepEqual(challengeTotals(17), totals(17));
	assert.equal(cyclesIn(PATTERNS.chill, 600_000), 42);
	assert.equal(cyclesIn(PATTERNS.boxing, 15_999), 0);
});

test('speed earns nothing: at most one XP for each whole ten seconds of a session', () => {
	assert.equal(sessionTotals({ cycles: 30, activeMs: 60_000 }).xp, 6, 'breaths of two seconds');
	assert.equal(sessionTotals({ cycles: 30, activeMs: 60_000 }).cycles, 30, 'the breaths themselves are counted');
	assert.equal(sessionTotals({ cycles: 4, activeMs: 9_999 }).xp, 0);
	assert.equal(sessionTotals({ cycles: 75, activeMs: 300_000, goalMinutes: 5 }).xp, 33, 'the goal is worth the same at any speed');
});

test('the five patterns earn one XP a breath', () => {
	for (const phases of Object.values(PATTERNS)) {
		for (const activeMs of [9_999, 60_000, 599_999, 3_600_000]) {
			const cycles = cyclesIn(phases, activeMs);
			assert.equal(sessionTotals({ cycles, activeMs }).xp, cycles, `${phases} for ${activeMs} ms`);
		}
	}
});

test('runs of days, in any order and with repeats', () => {
	assert.deepEqual(runsOf([]), []);
	assert.deepEqual(runsOf(['2024-03-01', '2024-02-28', '2024-02-29', '2024-03-01', '2024-03-03']), [
		{ first: '2024-02-28', last: '2024-03-01', length: 3 },
		{ first: '2024-03-03', last: '2024-03-03', length: 1 },
	]);
});

test('a streak is current while it ends today or yesterday', () => {
	const days = ['2026-11-18', '2026-11-20', '2026-11-21'];
	assert.deepEqual(streaksOf(days, '2026-11-21'), { current: 2, longest: 2, last_day: '2026-11-21', active_today: true });
	assert.deepEqual(streaksOf(days, '2026-11-22'), { current: 2, longest: 2, last_day: '2026-11-21', active_today: false });
	assert.deepEqual(streaksOf(days, '2026-11-23'), { current: 0, longest: 2, last_day: '2026-11-21', active_today: false });
	assert.deepEqual(streaksOf([], '2026-11-23'), { current: 0, longest: 0, last_day: null, active_today: false });
});

test('a day that has begun elsewhere only does not count into the current streak yet', () => {
	assert.deepEqual(streaksOf(['2026-11-21', '2026-11-22', '2026-11-23'], '2026-11-22'),
		{ current: 2, longest: 3, last_day: '2026-11-23', active_today: true });
	assert.deepEqual(streaksOf(['2026-11-20', '2026-11-23'], '2026-11-22'),
		{ current: 0, longest: 1, last_day: '2026-11-23', active_today: false });
});

test('a late day heals the streak', () => {
	assert.equal(streaksOf(['2026-11-19', '2026-11-21'], '2026-11-21').current, 1);
	assert.equal(streaksOf(['2026-11-19', '2026-11-21', '2026-11-20'], '2026-11-21').current, 3);
});

test('streaks agree with a walk over the calendar', () => {
	const chance = createChance(20261122);
	for (let i = 0; i < 2_000; i++) {
		const days = Array.from({ length: chance.int(0, 25) }, () => shift('2024-03-05', -chance.int(0, 30)));
		assert.deepEqual(streaksOf(days, '2024-03-04'), streak(days, '2024-03-04'));
	}
});
