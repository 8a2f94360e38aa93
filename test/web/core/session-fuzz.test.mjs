/**
 * Sessions over a storage that is slow and fails, in several windows that are asked for anything at any time, between any two steps of what
 * they are doing, and that are killed.
 *
 *	BREATH_SEED        repeats a run
 *	BREATH_SEQUENCES   how many sequences of events
 *
 * At any time there is one session at most. Once the storage works again and what is under way has come to rest, nothing is wedged, and
 * each breath that was completed is counted once; of a session whose window was killed, at least each that the storage had taken.
 */

import assert from 'node:assert/strict';
import test from 'node:test';
import { createSession } from '../../../htdocs/js/core/session.js';
import { migrate } from '../../../htdocs/js/core/state.js';
import { MemoryStorage } from '../../../htdocs/js/core/storage.js';
import { createChance } from '../model/random.mjs';
import { createTimers } from '../timers.mjs';
import { TODAY } from './support.mjs';

const SEED = Number(process.env.BREATH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const SEQUENCES = Number(process.env.BREATH_SEQUENCES ?? 1_500);

const PHASES = [5, 0, 5, 0];
const WINDOWS = 3;

/** What each of these may do at a time; some more often than others. */
const EVENTS = [
	'begin', 'begin', 'begin', 'pause', 'resume', 'resume', 'end', 'end', 'pickUp', 'keep', 'look', 'time', 'time', 'time', 'time', 'storage', 'storage', 'kill',
];

/** What may fail: a storage, and whatever a killed program was at. */
const mayFail = (error) => assert.match(error.message, /^(disk full|killed)$/);

/** A program over the shared storage, each step of which may have to wait, and may fail. */
class Window {
	constructor(world) {
		this.world = world;
		this.isAlive = true;
		this.timers = createTimers();
		this.timers.now = world.now;
		/** What is known of the session that it began last. */
		this.latest = null;
		this.session = createSession({
			storage: this.mortal(world.memory.openWindow()),
			today: () => TODAY,
			nowMs: () => this.timers.now,
			after: this.timers.after,
			randomBytes: (count) => world.chance.bytes(count),
			onCounted() {},
			onError: mayFail,
		});
		this.session.onChange(() => {
			if (this.session.now()?.status === 'ending') {
				this.noteBreaths();
			}
		});
	}

	/** A storage that the world lets go on or fail, and of whose answers a program that is gone hears nothing. */
	mortal(storage) {
		const { world } = this;
		const death = new Promise((_, reject) => {
			this.die = () => reject(new Error('killed'));
		});
		death.catch(() => {});
		const step = async () => {
			if (world.chance.happens(world.slowness)) {
				await new Promise((resolve) => {
					world.waiting.push(resolve);
				});
			}
			if (!this.isAlive) {
				await new Promise(() => {});
			}
			if (world.chance.happens(world.failures)) {
				throw new Error('disk full');
			}
		};
		const { load, save, withLock } = storage;
		return Object.assign(storage, {
			load: async (name) => {
				await step();
				return load.call(storage, name);
			},
			save: async (documents) => {
				await step();
				if (documents.session) {
					this.noteWritten(documents.session);
				}
				return save.call(storage, documents);
			},
			withLock: (name, work) => withLock.call(storage, name, () => Promise.race([work(), death])),
		});
	}

	noteWritten({ id, cycles }) {
		if (!this.world.sessions.has(id)) {
			this.latest = { completed: 0, written: 0, isKilled: false };
			this.world.sessions.set(id, this.latest);
		}
		this.latest.written = cycles;
	}

	noteBreaths() {
		const now = this.session.now();
		if (this.latest && now) {
			this.latest.completed = Math.max(this.latest.completed, now.moment.cycles);
		}
	}
}

class World {
	constructor(seed) {
		this.chance = createChance(seed);
		this.memory = new MemoryStorage();
		this.now = 0;
		this.slowness = this.chance.pick([0, 0.2, 0.6]);
		this.failures = this.chance.pick([0, 0, 0.1, 0.5]);
		/** Steps of the storage that wait. */
		this.waiting = [];
		/** All that were begun, by the identifiers of their records. */
		this.sessions = new Map();
		this.windows = Array.from({ length: WINDOWS }, () => new Window(this));
		this.log = [];
	}

	/** Let what is under way go on for some turns, so that what comes next finds it half-way. */
	async turns(count) {
		for (let turn = 0; turn < count; turn++) {
			await null;
		}
	}

	async event() {
		const window = this.chance.pick(this.windows);
		const what = this.chance.pick(EVENTS);
		const { session } = window;
		this.log.push(`${this.windows.indexOf(window)} ${what}`);
		switch (what) {
			case 'begin':
				session.begin({ phases: PHASES, goalMinutes: this.chance.pick([0, 1]) }).catch(mayFail);
				break;
			case 'end':
				session.end().catch(mayFail);
				break;
			case 'pickUp':
				session.pickUp().catch(mayFail);
				break;
			case 'time':
				await this.pass(this.chance.pick([1_000, 3_000, 13_000, 30_000]));
				break;
			case 'storage':
				this.waiting.splice(0, this.chance.int(1, 3)).forEach((goOn) => goOn());
				break;
			case 'kill':
				await this.kill(window);
				break;
			default:
				session[what]();
		}
		await this.turns(this.chance.int(0, 15));
		const on = this.windows.filter((each) => ['countdown', 'running', 'paused'].includes(each.session.now()?.status));
		assert.ok(on.length <= 1, 'two sessions at a time');
	}

	async pass(ms) {
		const until = this.now + ms;
		for (;;) {
			const [first] = this.windows.map((window) => window.timers).sort((a, b) => a.next() - b.next());
			if (first.next() > until) {
				break;
			}
			this.now = Math.max(this.now, first.next());
			this.windows.forEach(({ timers }) => {
				timers.now = this.now;
			});
			first.fire();
			await this.turns(5);
		}
		this.now = until;
		this.windows.forEach(({ timers }) => {
			timers.now = until;
		});
	}

	async kill(window) {
		window.noteBreaths();
		if (window.latest) {
			window.latest.isKilled = true;
		}
		window.isAlive = false;
		window.die();
		window.timers.stop();
		this.windows[this.windows.indexOf(window)] = new Window(this);
	}

	/** Wait for something, with a storage that works. */
	async settled(promise) {
		let isSettled = false;
		promise.then(() => {}, mayFail).then(() => {
			isSettled = true;
		});
		for (let round = 0; round < 200 && !isSettled; round++) {
			this.waiting.splice(0).forEach((goOn) => goOn());
			await this.turns(20);
		}
		assert.ok(isSettled, 'wedged');
		return promise.catch(() => {});
	}

	async check() {
		this.slowness = 0;
		this.failures = 0;
		for (const { session } of this.windows) {
			await this.settled(session.end());
			assert.equal(session.isOn(), false, 'not over');
		}
		// Whoever could not write an end tries again.
		await this.pass(60_000);
		const last = new Window(this);
		await this.settled(last.session.pickUp());
		assert.equal(await this.settled(last.session.begin({ phases: PHASES, goalMinutes: 0 })), true, 'no session can begin');
		await this.settled(last.session.end());
		assert.equal(await this.memory.load('session'), null);
		const { cycles = 0, sessions = 0 } = migrate(await this.memory.load('state')).days[TODAY]?.counted ?? {};
		const all = [...this.sessions.values()].map(({ completed, written, isKilled }) => ({ most: completed, least: isKilled ? written : completed }));
		const sum = (value) => all.reduce((total, each) => total + value(each), 0);
		assert.ok(cycles >= sum(({ least }) => least) && cycles <= sum(({ most }) => most), `${cycles} breaths of ${JSON.stringify(all)}`);
		assert.ok(sessions >= sum(({ least }) => (least > 0 ? 1 : 0)) && sessions <= sum(({ most }) => (most > 0 ? 1 : 0)), `${sessions} sessions of ${JSON.stringify(all)}`);
		return cycles;
	}
}

test(`${SEQUENCES} sequences of events wedge nothing and lose no breath, seed ${SEED}`, async () => {
	let breaths = 0;
	for (let index = 0; index < SEQUENCES; index++) {
		const world = new World(Math.imul(SEED ^ index, 0x9e3779b1) >>> 0);
		try {
			for (let events = world.chance.int(5, 40); events > 0; events--) {
				await world.event();
			}
			breaths += await world.check();
		} catch (error) {
			error.message += `\nsequence ${index}: ${world.log.join(', ')}`;
			throw error;
		}
	}
	assert.ok(breaths > SEQUENCES / 10, `only ${breaths} breaths: there was hardly a session`);
});
