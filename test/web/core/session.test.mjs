import assert from 'node:assert/strict';
import test from 'node:test';
import { GAP_MS } from '../../../htdocs/js/core/breath.js';
import { createSession } from '../../../htdocs/js/core/session.js';
import { countDay, emptyState, migrate } from '../../../htdocs/js/core/state.js';
import { MemoryStorage } from '../../../htdocs/js/core/storage.js';
import { createTimers } from '../timers.mjs';
import { TODAY, totals } from './support.mjs';

const TOMORROW = '2026-11-23';
/** A breath of ten seconds. */
const PLAN = { phases: [5, 0, 5, 0], goalMinutes: 0 };

/** A place, its clock, and programs over it. */
function setUp({ state = null } = {}) {
	const world = { day: TODAY, timers: createTimers(), storage: new MemoryStorage({ state }), ids: 0 };
	world.program = (storage = world.storage.openWindow()) => {
		const seen = { counted: 0, errors: [], statuses: [] };
		const session = createSession({
			storage, today: () => world.day, nowMs: () => world.timers.now, after: world.timers.after,
			randomBytes: (count) => new Uint8Array(count).fill(++world.ids),
			onCounted: () => seen.counted++,
			onError: (error) => seen.errors.push(error.message),
		});
		session.onChange(() => {
			const status = session.now()?.status ?? 'idle';
			if (seen.statuses.at(-1) !== status) {
				seen.statuses.push(status);
			}
		});
		return Object.assign(seen, session, { storage });
	};
	world.pass = (ms) => world.timers.pass(ms);
	world.counted = async (day = TODAY) => migrate(await world.storage.load('state')).days[day]?.counted ?? totals(0);
	return world;
}

/** Begin, and be at the first breath. */
async function breathing(world, plan = PLAN) {
	const program = world.program();
	assert.equal(await program.begin(plan), true);
	await world.pass(3_000);
	assert.equal(program.now().status, 'running');
	return program;
}

/** A storage whose documents the test lets be saved, or not. */
function troubled(world) {
	const storage = world.storage.openWindow();
	const save = storage.save.bind(storage);
	const trouble = { isFull: false, held: null };
	storage.save = async (documents) => {
		await trouble.held;
		if (trouble.isFull) {
			throw new Error('disk full');
		}
		return save(documents);
	};
	return Object.assign(trouble, { storage });
}

test('a session goes through its states, and is counted once, on the day on which it began', async () => {
	const world = setUp();
	const program = await breathing(world, { ...PLAN, goalMinutes: 5 });
	await world.pass(90_000);
	world.day = TOMORROW;
	await world.pass(90_000);
	await program.end();
	assert.deepEqual(program.statuses, ['beginning', 'countdown', 'running', 'ending', 'idle']);
	assert.deepEqual(await world.counted(), totals(20, 3, 1, 18), '18 breaths, and three fifths of half of five minutes');
	assert.deepEqual(await world.counted(TOMORROW), totals(0));
	assert.equal(program.counted, 1);
	assert.deepEqual(program.takeResult(), { totals: totals(20, 3, 1, 18), activeMs: 180_000, cycles: 18, goalMinutes: 5 });
	assert.equal(program.takeResult(), null);
	await program.end();
	assert.equal(program.counted, 1);
});

test('a session that ended after midnight does not go with the days that are over', async () => {
	const world = setUp();
	const program = await breathing(world);
	await world.pass(25_000);
	world.day = TOMORROW;
	await program.end();
	assert.equal(migrate(await world.storage.load('state')).days[TODAY].counted_on, TOMORROW);
});

test('it ends by itself with the breath that is going on, and a late timer makes it no longer', async () => {
	const world = setUp();
	const program = await breathing(world, { phases: [4, 4, 4, 4], goalMinutes: 1 });
	await world.pass(50_000);
	world.timers.now += 60_000;
	await world.pass(0);
	assert.equal(program.isOn(), false);
	assert.equal((await world.counted()).cycles, 4);
	assert.equal(program.takeResult().activeMs, 64_000);
});

test('pauses do not count, nor does a machine that slept', async () => {
	const world = setUp();
	const program = await breathing(world);
	await world.pass(15_000);
	program.pause();
	assert.equal(program.now().status, 'paused');
	await world.pass(600_000);
	program.resume();
	await world.pass(6_000);
	world.timers.now += GAP_MS + 10_000;
	program.look();
	assert.equal(program.now().status, 'paused');
	await program.end();
	assert.equal((await world.counted()).cycles, 2);
});

test('a breath is written to a document of its own, and the state is written once, at the end', async () => {
	const state = emptyState();
	countDay(state, '2026-01-01', totals(1, 1, 1, 1));
	const world = setUp({ state });
	const storage = world.storage.openWindow();
	const saved = [];
	const save = storage.save.bind(storage);
	storage.save = (documents) => {
		saved.push(Object.keys(documents).sort().join());
		return save(documents);
	};
	const program = world.program(storage);
	await program.begin(PLAN);
	await world.pass(3_000 + 35_000);
	await program.end();
	assert.deepEqual(saved, ['session', 'session', 'session', 'session', 'session,state']);
	assert.equal(await storage.load('session'), null);
});

test('killed anywhere, it is counted once by whoever comes next', async () => {
	for (let breaths = 0; breaths < 4; breaths++) {
		for (const next of ['pickUp', 'begin']) {
			const world = setUp();
			const storage = world.storage.openWindow();
			const lost = new Promise((_, reject) => {
				world.kill = () => reject(new Error('killed'));
			});
			lost.catch(() => {});
			const tryLock = storage.tryLock.bind(storage);
			storage.tryLock = (name, work) => tryLock(name, () => Promise.race([work(), lost]));
			const program = world.program(storage);
			await program.begin(PLAN);
			await world.pass(3_000 + breaths * 10_000 + 5_000);
			world.kill();
			await world.pass(0);
			world.timers.stop();
			const other = world.program();
			await (next === 'begin' ? other.begin(PLAN) : other.pickUp());
			await world.program().pickUp();
			assert.deepEqual(await world.counted(), breaths > 0 ? totals(breaths, Math.floor(breaths / 6), 1, breaths) : totals(0), `${next} after ${breaths}`);
			assert.equal(other.counted, breaths > 0 ? 1 : 0);
		}
	}
});

test('where there is nothing to pick up, nothing is written and no lock is taken', async () => {
	const world = setUp();
	const storage = world.storage.openWindow();
	storage.tryLock = () => assert.fail('a lock');
	storage.save = () => assert.fail('a write');
	await world.program(storage).pickUp();
});

test('without a whole breath there is nothing to count', async () => {
	const world = setUp();
	const program = await breathing(world, { ...PLAN, goalMinutes: 5 });
	await world.pass(9_999);
	await program.end();
	assert.deepEqual([await world.storage.load('state'), await world.storage.load('session'), program.takeResult()], [null, null, null]);
});

test('one window has a session at a time, and only that one ends it', async () => {
	const world = setUp();
	const program = await breathing(world);
	const other = world.program();
	assert.equal(await other.begin(PLAN), false);
	assert.equal(await program.begin(PLAN), false);
	await other.end();
	await other.pickUp();
	await world.pass(10_000);
	assert.equal(program.now().status, 'running');
	await program.end();
	assert.equal(await other.begin(PLAN), true);
	assert.equal((await world.counted()).cycles, 1);
});

for (const how of ['end', 'pause']) {
	test(`${how} while a session begins ends it, and leaves no lock behind`, async () => {
		const world = setUp();
		const trouble = troubled(world);
		let goOn;
		trouble.held = new Promise((resolve) => {
			goOn = resolve;
		});
		const program = world.program(trouble.storage);
		const begun = program.begin(PLAN);
		await world.pass(0);
		assert.equal(program.now().status, 'beginning');
		void program[how]();
		goOn();
		await begun;
		await world.pass(10_000);
		assert.equal(program.isOn(), false);
		assert.equal(await world.storage.load('session'), null);
		assert.equal(await world.program().begin(PLAN), true);
	});
}

test('one that cannot be written down does not begin, and stands in nobody\'s way', async () => {
	const world = setUp();
	const trouble = troubled(world);
	trouble.isFull = true;
	const program = world.program(trouble.storage);
	await assert.rejects(program.begin(PLAN), /disk full/);
	assert.equal(program.isOn(), false);
	assert.equal(await world.program().begin(PLAN), true);
});

/** A session of two breaths, of which one was written when the disk became full, so that its end was not. */
async function unwrittenEnd() {
	const world = setUp();
	const trouble = troubled(world);
	const program = world.program(trouble.storage);
	await program.begin(PLAN);
	await world.pass(3_000 + 15_000);
	trouble.isFull = true;
	await world.pass(10_000);
	await assert.rejects(program.end(), /disk full/);
	return { world, trouble, program };
}

for (const next of ['nobody', 'another window', 'the same window']) {
	test(`an end that cannot be written is over all the same, and no breath of it is lost: looked at next by ${next}`, async () => {
		const { world, trouble, program } = await unwrittenEnd();
		assert.equal(program.isOn(), false);
		assert.deepEqual([...new Set(program.errors)], ['disk full']);
		trouble.isFull = false;
		if (next === 'another window') {
			await world.program().pickUp();
			assert.equal((await world.counted()).cycles, 1);
		} else if (next === 'the same window') {
			await program.begin(PLAN);
			await program.end();
		}
		await world.pass(60_000);
		assert.deepEqual(await world.counted(), totals(2, 0, 1, 2));
	});
}

test('nothing comes back of what was erased while it went on', async () => {
	const world = setUp();
	const program = await breathing(world);
	await world.pass(25_000);
	await world.storage.save({ state: emptyState(), session: null });
	await world.pass(10_000);
	await program.end();
	assert.equal(program.takeResult(), null);
	assert.deepEqual(migrate(await world.storage.load('state')), emptyState());
	assert.equal(await world.storage.load('session'), null);
});

test('nothing comes back of a session whose end could not be written, where all was erased since', async () => {
	const { world, trouble } = await unwrittenEnd();
	await world.program().pickUp();
	assert.equal((await world.counted()).cycles, 1);
	await world.storage.save({ state: null, session: null });
	trouble.isFull = false;
	await world.pass(60_000);
	assert.deepEqual(await world.counted(), totals(0));
});

test('a record that cannot be read keeps nobody from breathing, one of a newer program is left alone', async () => {
	const world = setUp();
	await world.storage.save({ session: { day: 'yesterday' } });
	await world.program().pickUp();
	assert.equal(await world.storage.load('session'), null);
	await world.storage.save({ session: { version: 2 } });
	await assert.rejects(world.program().begin(PLAN), { code: 'state_newer' });
	assert.deepEqual(await world.storage.load('session'), { version: 2 });
});

test('a listener that fails breaks no session', async () => {
	const world = setUp();
	const program = world.program();
	program.onChange(() => {
		throw new Error('a view');
	});
	await program.begin(PLAN);
	await world.pass(13_000);
	await program.end();
	assert.equal((await world.counted()).cycles, 1);
	assert.ok(program.errors.includes('a view'));
});
