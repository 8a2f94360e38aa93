import assert from 'node:assert/strict';
import test from 'node:test';
import { createSessions } from '../../../htdocs/js/core/session.js';
import { emptyState, migrate, StateError } from '../../../htdocs/js/core/state.js';
import { MemoryStorage } from '../../../htdocs/js/core/storage.js';
import { TODAY, totals } from './support.mjs';

/** A program over a storage; made anew, it is the same program after it was killed. */
function program(storage, moment = `${TODAY}T23:58:00`) {
	const clock = { now: new Date(moment) };
	return { clock, ...createSessions({ storage, now: () => clock.now }) };
}

const countedIn = async (storage, day = TODAY) => migrate(await storage.load('state')).days[day]?.counted ?? totals(0);

test('a session that ends is counted, on the day on which it began', async () => {
	const storage = new MemoryStorage();
	const sessions = program(storage);
	await sessions.begin(5);
	await sessions.keep({ activeMs: 150_000.7, cycles: 9 });
	sessions.clock.now = new Date('2026-11-23T00:01:00');
	await sessions.keep({ activeMs: 300_000, cycles: 18 });
	assert.deepEqual(await sessions.end(), totals(21, 5, 1, 18), '18 breaths, and half of five minutes rounded');
	assert.deepEqual(await countedIn(storage), totals(21, 5, 1, 18));
	assert.deepEqual(await countedIn(storage, '2026-11-23'), totals(0));
	assert.deepEqual(await sessions.end(), totals(0), 'and once');
});

test('where there is none to end, nothing is written', async () => {
	const storage = new MemoryStorage();
	assert.deepEqual(await program(storage).end(), totals(0));
	assert.equal(await storage.load('state'), null);
});

test('killed anywhere, it is counted once by whoever comes next', async () => {
	const steps = [
		(sessions) => sessions.begin(2),
		(sessions) => sessions.keep({ activeMs: 14_000, cycles: 1 }),
		(sessions) => sessions.keep({ activeMs: 28_000, cycles: 2 }),
		(sessions) => sessions.end(),
	];
	for (let lived = 0; lived <= steps.length; lived++) {
		const storage = new MemoryStorage();
		const first = program(storage);
		for (const step of steps.slice(0, lived)) {
			await step(first);
		}
		const second = program(storage);
		await second.end();
		await second.begin(0);
		await program(storage).end();
		const cycles = Math.max(0, Math.min(lived, 3) - 1);
		assert.equal((await countedIn(storage)).cycles, cycles, `killed after ${lived} steps`);
		assert.equal((await countedIn(storage)).sessions, cycles > 0 ? 1 : 0);
		assert.equal(migrate(await storage.load('state')).session, null);
	}
});

test('beginning another counts the one that was left', async () => {
	const storage = new MemoryStorage();
	await program(storage).begin(0);
	await program(storage).keep({ activeMs: 14_000, cycles: 1 });
	await program(storage).begin(0);
	assert.deepEqual(await countedIn(storage), totals(1, 0, 1, 1));
});

test('without a whole breath there is nothing to count', async () => {
	const storage = new MemoryStorage();
	const sessions = program(storage);
	await sessions.begin(5);
	await sessions.keep({ activeMs: 13_999, cycles: 0 });
	assert.deepEqual(await sessions.end(), totals(0));
	assert.deepEqual(migrate(await storage.load('state')), emptyState());
});

test('a session only grows, and nothing is kept of one that is over', async () => {
	const storage = new MemoryStorage();
	const sessions = program(storage);
	await sessions.begin(0);
	await sessions.keep({ activeMs: 28_000, cycles: 2 });
	await sessions.keep({ activeMs: 14_000, cycles: 1 });
	assert.equal((await sessions.end()).cycles, 2);
	await sessions.keep({ activeMs: 99_000, cycles: 7 });
	assert.deepEqual(await sessions.end(), totals(0));
});

test('a state with a damaged session is damaged', () => {
	for (const damaged of [{}, { day: TODAY, goalMinutes: 0, activeMs: -1, cycles: 0 }, { day: 'today', goalMinutes: 0, activeMs: 1, cycles: 0 }]) {
		assert.throws(() => migrate({ ...emptyState(), session: damaged }), StateError);
	}
});
