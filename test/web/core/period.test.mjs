/** Periods by their names, and what others would see on boards. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { wouldShow } from '../../../htdocs/js/core/board-preview.js';
import { addDays } from '../../../htdocs/js/core/day.js';
import { firstDayOf, periodAfter, periodBefore, periodOf } from '../../../htdocs/js/core/period.js';
import { TODAY } from './support.mjs';

test('weeks are those of ISO 8601, as date(1) has them, over years that end in all ways', () => {
	const days = [];
	for (let day = '2019-12-20'; day < '2033-01-20'; day = addDays(day, day.slice(5) > '01-12' && day.slice(5) < '12-20' ? 29 : 1)) {
		days.push(day);
	}
	const told = execFileSync('date', ['-u', '-f', '-', '+%G-W%V'], { input: days.join('\n'), encoding: 'utf8' }).trim().split('\n');
	assert.deepEqual(days.map((day) => periodOf('week', day)), told);
});

test('a period begins on its first day, and has one before and one after', () => {
	for (const [kind, before, id, after, first] of [
		['day', '2024-02-28', '2024-02-29', '2024-03-01', '2024-02-29'],
		['week', '2020-W53', '2021-W01', '2021-W02', '2021-01-04'],
		['week', '2026-W52', '2026-W53', '2027-W01', '2026-12-28'],
		['month', '2025-12', '2026-01', '2026-02', '2026-01-01'],
	]) {
		assert.equal(periodBefore(kind, id), before);
		assert.equal(periodAfter(kind, id), after);
		assert.equal(firstDayOf(kind, id), first);
		assert.equal(periodOf(kind, firstDayOf(kind, id)), id);
	}
});

const day = (back, timely_xp) => ({ day: addDays(TODAY, -back), xp: 5_000, minutes: 0, sessions: 0, cycles: 0, timely_xp });
const device = (days, months = []) => ({ device_id: 'd', kind: 'web', revoked: false, horizon_day: null, days, months });
const account = (devices, boards = {}) => ({ devices, imports: [], boards: { from_day: null, shared: false, ...boards } });

test('what others would see is what counts: in time, of all devices together, at most so much a day', () => {
	const seen = wouldShow(account([device([day(0, 400), day(1, 30), day(9, 0)]), device([day(0, 300), day(8, 12)])]), TODAY);
	// TODAY is a Sunday.
	assert.deepEqual(seen, { xp: 642, level: 5, days: 3, week: 630, streak: 2 });
});

test('nothing that was seen under another pseudonym counts, and nothing that was shared exactly', () => {
	const devices = [device([day(0, 40), day(1, 30), day(2, 20)])];
	assert.deepEqual(wouldShow(account(devices, { from_day: addDays(TODAY, -1) }), TODAY), { xp: 70, level: 2, days: 2, week: 70, streak: 2 });
	assert.deepEqual(wouldShow(account(devices, { shared: true }), TODAY), { xp: 0, level: 1, days: 0, week: 0, streak: 0 });
});

test('what is folded counts as it did', () => {
	const month = { month: '2025-01', xp: 500, minutes: 0, sessions: 0, cycles: 0, active_days: [], board_xp: 120, board_days: ['2025-01-03', '2025-01-04'] };
	assert.deepEqual(wouldShow(account([device([day(0, 10)], [month])]), TODAY), { xp: 130, level: 2, days: 3, week: 10, streak: 2 });
	assert.deepEqual(wouldShow(account([device([], [month])], { from_day: '2026-01-01' }), TODAY).xp, 0);
});
