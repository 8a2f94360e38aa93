import assert from 'node:assert/strict';
import test from 'node:test';
import { mondayOf } from '../../../htdocs/js/core/day.js';
import { compareWeeks, daysBetween, readHistory, stepsOf, sumXp } from '../../../htdocs/js/core/history.js';
import { countDay, emptyState, newOwn } from '../../../htdocs/js/core/state.js';
import { totals } from './support.mjs';

const SUNDAY = '2026-11-22';
const ACCOUNT = { account_id: 'a', handle: 'quiet-cedar-4821' };
const history = (xp) => ({ account_id: 'a', on: SUNDAY, xp });

/** A device that has joined, with what it counted and what of it the account has. */
function device(days, { joined = true } = {}) {
	const state = emptyState();
	for (const [day, [counted, acknowledged]] of Object.entries(days)) {
		countDay(state, day, totals(counted));
		state.days[day].acknowledged = totals(acknowledged);
	}
	return joined ? { ...state, link: { status: 'joined', ...newOwn({ device_id: 'd', token: 't' }), account: ACCOUNT, told: null } } : state;
}

test('alone, the days are those that were counted here', () => {
	const state = device({ '2026-11-20': [7, 0] }, { joined: false });
	assert.deepEqual(daysBetween(state, null, '2026-11-19', '2026-11-21').map(({ xp, unsent }) => [xp, unsent]), [[0, 0], [7, 0], [0, 0]]);
});

test('with an account, what it does not have yet comes on top and is told apart', () => {
	const state = device({ '2026-11-20': [30, 20], '2026-11-21': [5, 0] });
	assert.deepEqual(daysBetween(state, history({ '2026-11-20': 120 }), '2026-11-20', '2026-11-21'), [
		{ day: '2026-11-20', xp: 130, unsent: 10 }, { day: '2026-11-21', xp: 5, unsent: 5 },
	]);
});

test('what was acknowledged since the account was asked is not missing meanwhile', () => {
	const state = device({ '2026-11-20': [30, 30] });
	assert.deepEqual(daysBetween(state, history({}), '2026-11-20', '2026-11-20'), [{ day: '2026-11-20', xp: 30, unsent: 0 }]);
});

test('days kept of another account are none of this one\'s', () => {
	const state = device({});
	assert.deepEqual(readHistory(history({}), state), history({}));
	assert.equal(readHistory({ ...history({}), account_id: 'b' }, state), null);
	assert.equal(readHistory(null, state), null);
	assert.equal(readHistory(history({}), emptyState()), null);
});

test('a week begins on Monday', () => {
	assert.deepEqual(['2026-11-15', '2026-11-16', '2026-11-22', '2026-11-23', '2024-02-29', '2020-01-01', '1970-01-01'].map(mondayOf), [
		'2026-11-09', '2026-11-16', '2026-11-16', '2026-11-23', '2024-02-26', '2019-12-30', '1969-12-29',
	]);
});

test('this week is held against the last up to the same weekday', () => {
	const xp = { '2026-11-09': 10, '2026-11-11': 20, '2026-11-12': 40, '2026-11-15': 80, '2026-11-16': 5, '2026-11-18': 6, '2026-11-19': 9 };
	const state = device({});
	assert.deepEqual(compareWeeks(state, history(xp), '2026-11-18'), { current: 11, lastSoFar: 30, last: 150 });
	assert.deepEqual(compareWeeks(state, history(xp), '2026-11-16'), { current: 5, lastSoFar: 10, last: 150 });
	assert.deepEqual(compareWeeks(state, history(xp), SUNDAY), { current: 20, lastSoFar: 150, last: 150 });
});

test('steps go up with XP, and every practised day has one', () => {
	const days = Array.from({ length: 40 }, (_, index) => ({ day: SUNDAY, xp: index, unsent: 0 }));
	const stepOf = stepsOf(days);
	assert.equal(stepOf(0), 0);
	const steps = days.map(({ xp }) => stepOf(xp));
	assert.deepEqual(steps, [...steps].sort());
	assert.deepEqual([...new Set(steps)], [0, 1, 2, 3, 4]);
	assert.equal(stepsOf([{ day: SUNDAY, xp: 9, unsent: 0 }])(9), 1, 'one day alone is like any other');
	assert.equal(stepsOf([])(3), 1);
	assert.equal(sumXp(days), 780);
});
