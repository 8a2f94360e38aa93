import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { absorbMerged } from '../../../htdocs/js/core/protocol.js';
import { countDay, emptyState, migrate, newOwn, openState, StateError, viewOf } from '../../../htdocs/js/core/state.js';
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

/** A device that syncs, of which nothing was heard yet. */
const joinedState = () => ({
	...emptyState(), link: { status: 'joined', ...newOwn({ device_id: 'd', token: 'bm_t' }), account: { account_id: 'a', handle: 'h' }, told: null },
});

/** Any change of the state that a device was left with. */
const damagedBy = (state, change) => {
	const document = JSON.parse(JSON.stringify(state));
	change(document);
	return document;
};

const isDamaged = (error) => error instanceof StateError && error.code === 'state_damaged';

test('a stored state is read back; a damaged or newer one is refused and left alone', async () => {
	const state = joinedState();
	countDay(state, TODAY, totals(3));
	assert.deepEqual(migrate(JSON.parse(JSON.stringify(state))), state);
	assert.deepEqual(migrate(null), emptyState());
	assert.throws(() => migrate({ ...state, version: 3 }), (error) => error instanceof StateError && error.code === 'state_newer');
	const changes = [
		(each) => delete each.version, (each) => delete each.link, (each) => delete each.days, (each) => delete each.link.device,
		(each) => delete each.link.device.token, (each) => delete each.link.account, (each) => Object.assign(each, { version: '2' }),
		(each) => Object.assign(each.link, { status: 'lost' }), (each) => Object.assign(each, { request: 'no' }),
		(each) => Object.assign(each.link, { status: 'refused', code: 'http_401' }), (each) => Object.assign(each.days, { yesterday: each.days[TODAY] }),
		(each) => Object.assign(each.days[TODAY], { counted: totals(-1) }), (each) => delete each.days[TODAY].acknowledged,
	];
	for (const document of ['state', 7, [], {}, ...changes.map((change) => damagedBy(state, change))]) {
		assert.throws(() => migrate(document), isDamaged, JSON.stringify(document));
	}
	const storage = new MemoryStorage({ state: { version: 3 } });
	await assert.rejects(openState(storage).change(() => {}), StateError);
	assert.deepEqual(await storage.load('state'), { version: 3 });
});

test('a default that was forgotten locks nobody out', () => {
	const state = joinedState();
	countDay(state, TODAY, totals(3));
	for (const name of Object.keys(emptyState()).filter((each) => !['version', 'link', 'days'].includes(each))) {
		assert.deepEqual(migrate(damagedBy(state, (each) => delete each[name])), state, name);
	}
	for (const name of ['chain', 'pending', 'forked', 'restored', 'told']) {
		assert.deepEqual(migrate(damagedBy(state, (each) => delete each.link[name])), state, name);
	}
	assert.deepEqual(migrate({ ...state, later: 'what a later program adds is left alone' }).later, 'what a later program adds is left alone');
});

/** What lies in browsers: the states that each released version left. */
const FIXTURES = new URL('../data/states/', import.meta.url);

for (const name of readdirSync(FIXTURES)) {
	test(`a state of a released version is read: ${name}`, () => {
		const { left, reads } = JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8'));
		const before = JSON.stringify(left);
		const state = migrate(left);
		assert.deepEqual(state, { ...emptyState(), ...reads });
		assert.equal(JSON.stringify(left), before, 'what is stored stays as it is');
		assert.deepEqual(migrate(state), state);
	});
}

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
	const state = joinedState();
	countDay(state, TODAY, totals(60, 10, 2, 50));
	assert.deepEqual(viewOf(state, TODAY), {
		...totals(60, 10, 2, 50), unsent: totals(60, 10, 2, 50),
		level: { level: 2, xp_from: 50, xp_next: 150 },
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
	const state = joinedState();
	absorbMerged(state, merged({ streak: { current: 3, longest: 3, last_day: TODAY, active_today: true } }), TODAY);
	assert.equal(viewOf(state, '2026-11-23').streak.current, 3);
	assert.equal(viewOf(state, '2026-11-23').streak.active_today, false);
	assert.equal(viewOf(state, '2026-11-24').streak.current, 0);
	assert.equal(viewOf(state, '2026-11-24').streak.longest, 3);
});

test('a run of 10 days and three days that are still to be told are a streak of 13', () => {
	const state = joinedState();
	const run = { streak: { current: 10, longest: 10, last_day: '2026-11-18', active_today: true } };
	const over = { streak: { current: 0, longest: 10, last_day: '2026-11-18', active_today: false } };
	absorbMerged(state, merged(run), '2026-11-18');
	for (const day of ['2026-11-19', '2026-11-20', '2026-11-21']) {
		countDay(state, day, totals(1));
	}
	assert.equal(viewOf(state, TODAY).streak.current, 13);
	absorbMerged(state, merged(over), '2026-11-21');
	absorbMerged(state, merged(over), TODAY);
	assert.deepEqual(viewOf(state, TODAY).streak, { current: 13, longest: 13, last_day: '2026-11-21', active_today: false });
	absorbMerged(state, merged({ ...over, account_id: 'another one' }), TODAY);
	assert.equal(viewOf(state, TODAY).streak.current, 4, 'the run was of another account');
});

test('a run that is told without having been asked for a day ends where the last active day is', () => {
	const state = joinedState();
	// The reply to a merge: by the server's day, and one day longer than where a device asks.
	absorbMerged(state, merged({ streak: { current: 2, longest: 2, last_day: '2026-11-20', active_today: false } }), null);
	absorbMerged(state, merged({ streak: { current: 0, longest: 2, last_day: '2026-11-20', active_today: false } }), TODAY);
	assert.deepEqual(viewOf(state, TODAY).streak, { current: 0, longest: 2, last_day: '2026-11-20', active_today: false });
});

test('a run of which an import was removed is not gone on with', () => {
	const state = joinedState();
	absorbMerged(state, merged({ streak: { current: 9, longest: 9, last_day: '2026-11-20', active_today: true } }), '2026-11-20');
	absorbMerged(state, merged({ streak: { current: 0, longest: 2, last_day: '2026-11-20', active_today: false } }), TODAY);
	assert.equal(viewOf(state, TODAY).streak.longest, 2);
});

test('a run that was told before the server went back to a backup is not gone on with', () => {
	const state = joinedState();
	const streak = { longest: 3, last_day: '2026-11-22', active_today: false };
	absorbMerged(state, merged({ streak: { ...streak, current: 3, active_today: true } }), '2026-11-22');
	absorbMerged(state, merged({ epoch: '00000000000000e2', streak: { ...streak, current: 0 } }), '2026-11-21');
	assert.deepEqual(viewOf(state, '2026-11-21').streak, { ...streak, current: 0 });
});

test('a run that this device counted itself is known, whatever is heard of it', () => {
	const state = joinedState();
	for (const day of ['2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21']) {
		countDay(state, day, totals(1));
	}
	state.days['2026-11-18'].acknowledged = state.days['2026-11-19'].acknowledged = totals(1);
	absorbMerged(state, merged({ streak: { current: 0, longest: 2, last_day: '2026-11-19', active_today: false } }), TODAY);
	assert.equal(viewOf(state, TODAY).streak.current, 4);
});

test('no moment in time rests in the state', () => {
	const state = joinedState();
	countDay(state, TODAY, totals(60, 10, 2, 50));
	absorbMerged(state, merged(), TODAY);
	assert.doesNotMatch(JSON.stringify(state), /\d{2}:\d{2}|\d{10,}(?![0-9a-f])/);
});
