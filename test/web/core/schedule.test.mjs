import assert from 'node:assert/strict';
import test from 'node:test';
import { backoffMs, createSchedule, UPLOAD_DELAY_MS, UPLOAD_LATEST_MS } from '../../../htdocs/js/core/schedule.js';
import { TODAY } from './support.mjs';

const done = { kind: 'done', code: null, retryAfterS: null };
const later = (retryAfterS = null) => ({ kind: 'later', code: 'unreachable', retryAfterS });

/** A schedule over a clock that the test turns. */
function setUp({ outcomes = [], random = () => 0.5 } = {}) {
	const world = { now: 0, planned: null, runs: 0, befores: [], isWaiting: false, ends: [], errors: [] };
	world.schedule = createSchedule({
		sync: async ({ before = null } = {}) => {
			world.runs++;
			world.befores.push(before);
			const outcome = outcomes.shift() ?? done;
			if (outcome instanceof Error) {
				throw outcome;
			}
			return outcome;
		},
		isWaiting: async () => world.isWaiting,
		today: () => TODAY,
		after: (work, ms) => {
			const plan = { work, at: world.now + ms };
			world.planned = plan;
			return () => {
				if (world.planned === plan) {
					world.planned = null;
				}
			};
		},
		nowMs: () => world.now,
		random,
		onOutcome: (outcome) => world.ends.push(outcome.kind),
		onError: (error) => world.errors.push(error.message),
	});
	world.pass = async () => {
		const { work, at } = world.planned;
		world.planned = null;
		world.now = at;
		work();
		await new Promise((resolve) => {
			setImmediate(resolve);
		});
	};
	return world;
}

test('what is counted waits for a random while', async () => {
	for (const [random, delay] of [[0, UPLOAD_DELAY_MS.least], [0.999999, UPLOAD_DELAY_MS.most]]) {
		const world = setUp({ random: () => random });
		world.schedule.counted();
		assert.equal(world.runs, 0);
		assert.ok(Math.abs(world.planned.at - delay) < 2);
		await world.pass();
		assert.equal(world.runs, 1);
		assert.equal(world.planned, null, 'and then there is rest');
	}
});

test('each count draws lots again, but nobody is put off for ever', () => {
	const world = setUp();
	world.schedule.counted();
	const first = world.planned.at;
	world.now = 60_000;
	world.schedule.counted();
	assert.equal(world.planned.at, first + 60_000);
	world.now = UPLOAD_LATEST_MS - 5;
	world.schedule.counted();
	assert.equal(world.planned.at, UPLOAD_LATEST_MS);
	world.now = UPLOAD_LATEST_MS + 5;
	world.schedule.counted();
	assert.equal(world.planned.at, world.now);
});

test('failures are met with waits that double, up to a bound', async () => {
	assert.deepEqual([1, 2, 3, 4].map((n) => backoffMs(n, null, 0.999999)), [2_000, 4_000, 8_000, 16_000]);
	assert.equal(backoffMs(50, null, 0.999999), 900_000);
	assert.equal(backoffMs(5_000, null, 0.5), 450_000);
	assert.equal(backoffMs(3, null, 0), 0, 'full jitter: from nothing');
	const world = setUp({ outcomes: [later(), later(), later()] });
	await world.schedule.now();
	const waits = [];
	while (world.planned) {
		waits.push(world.planned.at - world.now);
		await world.pass();
	}
	assert.deepEqual(waits, [1_000, 2_000, 4_000]);
	assert.deepEqual(world.ends, ['later', 'later', 'later', 'done']);
});

test('the server can ask for more patience, never for less', () => {
	assert.equal(backoffMs(1, 30, 0), 30_000);
	assert.equal(backoffMs(1, 30, 0.5), 31_000);
});

test('a wait of more than a timer can hold is waited for all the same', async () => {
	const world = setUp({ outcomes: [later(100 * 86_400)], random: () => 0 });
	await world.schedule.now();
	let timers = 0;
	while (world.runs === 1) {
		assert.ok(world.planned.at - world.now < 2 ** 31, 'setTimeout would fire at once');
		await world.pass();
		timers++;
	}
	assert.equal(world.now, 100 * 86_400_000);
	assert.equal(timers, 5);
});

test('a success is the end of waiting', async () => {
	const world = setUp({ outcomes: [later(), later(), done, later()] });
	await world.schedule.now();
	await world.pass();
	await world.pass();
	assert.equal(world.planned, null);
	await world.schedule.now();
	assert.equal(world.planned.at - world.now, 1_000);
});

test('counting does not shorten the wait after a failure', async () => {
	const world = setUp({ outcomes: [later(3_600)] });
	await world.schedule.now();
	const { at } = world.planned;
	world.schedule.counted();
	assert.equal(world.planned.at, at);
});

test('what is counted during a run is uploaded by another one', async () => {
	const world = setUp({ outcomes: [later(), done] });
	await world.schedule.now();
	world.schedule.counted();
	const running = world.pass();
	world.schedule.counted();
	await running;
	assert.equal(world.ends[1], 'done');
	assert.ok(world.planned, 'the second count waits');
});

test('a person who asks is served at once, and what was planned is dropped', async () => {
	const world = setUp();
	world.schedule.counted();
	await world.schedule.now();
	assert.equal(world.runs, 1);
	assert.equal(world.planned, null);
});

test('without an account, or signed out, nothing is tried again', async () => {
	for (const kind of ['local', 'signed_out']) {
		const world = setUp({ outcomes: [{ ...done, kind }] });
		await world.schedule.now();
		assert.equal(world.planned, null);
	}
});

test('a wrong clock is asked for again after a long while', async () => {
	const world = setUp({ outcomes: [{ ...done, kind: 'clock_off' }] });
	await world.schedule.now();
	assert.equal(world.planned.at, 3_600_000);
});

test('a storage that fails is told of, and what waits is sent all the same once it does not', async () => {
	const world = setUp({ outcomes: [new Error('disk full'), new Error('disk full')] });
	await world.schedule.now();
	assert.deepEqual(world.errors, ['disk full']);
	assert.equal(world.planned.at, 1_000);
	await world.pass();
	assert.equal(world.planned.at, 1_000 + 2_000, 'with patience');
	await world.pass();
	assert.deepEqual(world.ends, ['done']);
	assert.equal(world.planned, null);
});

test('what is planned can be called off', () => {
	const world = setUp();
	world.schedule.counted();
	world.schedule.stop();
	assert.equal(world.planned, null);
});

test('what waits is said to be sent when it will be, and not when nobody plans to', async () => {
	const world = setUp({ outcomes: [later(), done] });
	assert.equal(world.schedule.willSend(), false);
	world.schedule.counted();
	assert.equal(world.schedule.willSend(), true);
	const running = world.schedule.now();
	assert.equal(world.schedule.willSend(), true, 'while it is being sent');
	await running;
	assert.equal(world.schedule.willSend(), true, 'a failed run is tried again');
	await world.pass();
	assert.equal(world.schedule.willSend(), false);
});

test('days that are over are caught up at once, and what is counted today waits for its random while', async () => {
	const world = setUp();
	world.isWaiting = true;
	await world.schedule.catchUp();
	assert.deepEqual([world.befores, world.ends], [[TODAY], ['done']]);
	assert.ok(world.planned.at >= UPLOAD_DELAY_MS.least);
	await world.pass();
	assert.deepEqual(world.befores, [TODAY, null]);
});

test('where nothing waits, catching up plans nothing; where there is no account, it says nothing either', async () => {
	const world = setUp({ outcomes: [done, { kind: 'local', code: null, retryAfterS: null }] });
	await world.schedule.catchUp();
	assert.deepEqual([world.planned, world.ends], [null, ['done']]);
	world.isWaiting = true;
	await world.schedule.catchUp();
	assert.deepEqual([world.planned, world.ends], [null, ['done']]);
});

test('who looks again within a minute finds what there was', async () => {
	const world = setUp();
	await world.schedule.lookAgain();
	assert.equal(world.runs, 1, 'the first time there was nothing yet');
	world.now = 60_000;
	await world.schedule.lookAgain();
	assert.equal(world.runs, 1);
	world.now = 60_001;
	await world.schedule.lookAgain();
	assert.equal(world.runs, 2);
});

test('a storage that fails while catching up is heard of, and nothing is planned', async () => {
	const world = setUp({ outcomes: [new Error('disk full')] });
	await assert.rejects(world.schedule.catchUp(), /disk full/);
	assert.equal(world.planned, null);
});
