import assert from 'node:assert/strict';
import test from 'node:test';
import { absorbMerged } from '../../../htdocs/js/core/queue.js';
import { countDay, emptyState, openState, readState, StateError, viewOf } from '../../../htdocs/js/core/state.js';
import { MemoryStorage } from '../../../htdocs/js/core/storage.js';
import { merged, totals, TODAY } from './support.mjs';

test('counting adds, and only adds', () => {
	const state = emptyState();
	assert.deepEqual(countDay(state, TODAY, totals(10, 5, 1, 8)), totals(10, 5, 1, 8));
	assert.deepEqual(countDay(state, TODAY, totals(7)), totals(7));
	assert.deepEqual(state.days[TODAY].counted, totals(17, 5, 1, 8));
	assert.deepEqual(state.days[TODAY].acknowledged, totals(0));
});

test('nothing counted leaves no day behind', () => {
	const state = emptyState();
	countDay(state, TODAY, totals(0));
	assert.deepEqual(state, emptyState());
});

test('a full day takes no more, and says so', () => {
	const state = emptyState();
	countDay(state, TODAY, totals(99_999, 1_440, 1_440, 100_000));
	assert.deepEqual(countDay(state, TODAY, totals(5, 5, 5, 5)), totals(1));
	assert.deepEqual(state.days[TODAY].counted, totals(100_000, 1_440, 1_440, 100_000));
});

test('what cannot be counted is refused and changes nothing', () => {
	const state = emptyState();
	for (const amount of [totals(-1), totals(0.5), totals(Number.NaN), totals(Infinity), totals('1'), {}, null]) {
		assert.throws(() => countDay(state, TODAY, amount), RangeError);
	}
	assert.throws(() => countDay(state, '2026-02-30', totals(1)), RangeError);
	assert.throws(() => countDay(state, '__proto__', totals(1)), RangeError);
	assert.deepEqual(state, emptyState());
});

test('counting a day again offers it again', () => {
	const state = emptyState();
	state.refused[TODAY] = { code: 'out_of_range', on: TODAY };
	countDay(state, TODAY, totals(1));
	assert.deepEqual(state.refused, {});
});

test('a stored state is read back; a damaged or newer one is refused and left alone', async () => {
	const state = emptyState();
	countDay(state, TODAY, totals(3));
	assert.deepEqual(readState(JSON.parse(JSON.stringify(state))), state);
	assert.deepEqual(readState(null), emptyState());
	assert.throws(() => readState({ ...state, version: 2 }), (error) => error instanceof StateError && error.code === 'state_newer');
	const damaged = [
		'state', [], {}, { ...state, version: '1' }, { ...state, chain: undefined, pending: undefined, days: { [TODAY]: {} } },
		{ ...state, days: { yesterday: state.days[TODAY] } }, { ...state, days: { [TODAY]: { counted: totals(-1), acknowledged: totals(0) } } },
	];
	for (const document of damaged) {
		assert.throws(() => readState(document), (error) => error instanceof StateError && error.code === 'state_damaged', JSON.stringify(document));
	}
	const storage = new MemoryStorage({ state: { version: 2 } });
	await assert.rejects(openState(storage).change(() => {}), StateError);
	assert.deepEqual(await storage.load('state'), { version: 2 });
});

test('a state from before requests had identifiers is read, and a damaged identifier is found', () => {
	const { request, ...older } = emptyState();
	assert.equal(request, null);
	assert.deepEqual(readState(older), emptyState());
	const waiting = { ...emptyState(), request: '0123456789abcdef0123456789abcdef' };
	assert.deepEqual(readState(JSON.parse(JSON.stringify(waiting))), waiting);
	for (const damaged of ['', 'no', 7, {}, '0123456789abcdef0123456789abcdef0']) {
		assert.throws(() => readState({ ...emptyState(), request: damaged }), StateError);
	}
});

test('a change that fails changes nothing', async () => {
	const storage = new MemoryStorage();
	const stored = openState(storage);
	await assert.rejects(stored.change((state) => {
		countDay(state, TODAY, totals(1));
		throw new Error('no');
	}), /no/);
	assert.equal(await storage.load('state'), null);
});

test('changes of several windows do not overwrite each other', async () => {
	const storage = new MemoryStorage();
	const windows = [openState(storage), openState(storage)];
	await Promise.all(Array.from({ length: 100 }, (_, i) => windows[i % 2].change((state) => countDay(state, TODAY, totals(1)))));
	assert.equal((await windows[0].read()).days[TODAY].counted.xp, 100);
});

test('the view is right offline: the account as last told, and what was counted since', () => {
	const state = emptyState();
	countDay(state, TODAY, totals(60, 10, 2, 50));
	assert.deepEqual(viewOf(state, TODAY), {
		...totals(60, 10, 2, 50), unsent: totals(60, 10, 2, 50),
		level: { level: 2, title: 'Breathing Novice', xp_from: 50, xp_next: 150 },
		streak: { current: 1, longest: 1, last_day: TODAY, active_today: true },
	});
	absorbMerged(state, merged({
		xp: 1_000, streak: { current: 4, longest: 9, last_day: '2026-11-21', active_today: false },
	}), TODAY);
	const view = viewOf(state, TODAY);
	assert.equal(view.xp, 1_060);
	assert.deepEqual(view.streak, { current: 5, longest: 9, last_day: TODAY, active_today: true });
	state.days[TODAY].acknowledged = totals(40, 10, 2, 50);
	assert.equal(viewOf(state, TODAY).xp, 1_020);
});

test('without an account the view is what this device counted, acknowledged elsewhere or not', () => {
	const state = emptyState();
	countDay(state, TODAY, totals(60));
	state.days[TODAY].acknowledged = totals(60);
	assert.equal(viewOf(state, TODAY).xp, 60);
});

test('the view goes on with the calendar when nothing is heard', () => {
	const state = emptyState();
	absorbMerged(state, merged({ streak: { current: 3, longest: 3, last_day: TODAY, active_today: true } }), TODAY);
	assert.equal(viewOf(state, '2026-11-23').streak.current, 3);
	assert.equal(viewOf(state, '2026-11-23').streak.active_today, false);
	assert.equal(viewOf(state, '2026-11-24').streak.current, 0);
	assert.equal(viewOf(state, '2026-11-24').streak.longest, 3);
});

test('no moment in time rests in the state', () => {
	const state = emptyState();
	countDay(state, TODAY, totals(60, 10, 2, 50));
	absorbMerged(state, merged(), TODAY);
	assert.doesNotMatch(JSON.stringify(state), /\d{2}:\d{2}|\d{10,}(?![0-9a-f])/);
});
