/**
 * A world: one person with up to two accounts and a handful of devices, to whom everything happens that can, and what must be true
 * in the end.
 *
 * The same world runs against the model in memory and against a real server: it only knows a `fetch`. Every device must end
 * with the server's figures, and those must be exactly what was practised; devices that were copied or rolled back may not lose
 * anything, and may count twice at most what was unacknowledged when they were copied (all that they held, where the server
 * was restored as well: then nobody can tell the parts from each other).
 */

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { readExport } from '../../../htdocs/js/core/import.js';
import { viewOf } from '../../../htdocs/js/core/state.js';
import { Crash, TestDevice } from './device.mjs';
import { FOLD_AFTER_DAYS, add, activeDays, shift, streak, zero } from './progress.mjs';
import { createChance } from './random.mjs';

const PAST_DAYS = 40;
const DEVICES_MOST = 8;

/** Refusals that belong to this world. Any other one means that client and server do not speak the same language. */
const REFUSALS = new Set([
	'unavailable', 'too_many_requests', 'token_unknown', 'token_revoked', 'unknown_code', 'recovery_code_unknown', 'not_joined',
]);

export class World {
	/**
	 * @param {object} how
	 * @param {number} how.seed
	 * @param {{fetch: Function}} how.server
	 * @param {string} [how.base] where the service lies on it
	 * @param {string} [how.today] the server's UTC day
	 * @param {{reply?: Function, after?: Function, lock?: Function}} [how.sabotage] a planted bug
	 */
	constructor({ seed, server, base = '/api/v1/sync', today = new Date().toISOString().slice(0, 10), sabotage }) {
		Object.assign(this, { seed, server, base, sabotage });
		// A world that begins just before midnight ends on the day on which it began: clients may be a day behind.
		this.today = () => today;
		this.chance = createChance(seed);
		/** Whether devices are copied and rolled back here. Where they are not, everything must be exact to the last breath. */
		this.copies = this.chance.happens(0.5);
		this.trace = [];
		this.calm = false;
		this.names = 0;
		this.events = 0;
		/** The events that the server has now. */
		this.taken = new Set();
		this.backup = null;
		/** The days long ago on which somebody has practised. */
		this.old = new Set();
		/** What may be counted twice, a day. */
		this.slack = {};
		this.restores = 0;
		/** After how many restores each epoch was the server's. */
		this.epochs = new Map();
		this.snapshots = [];
		/** By the account that was opened with it. */
		this.recoveryCodes = new Map();
		this.devices = [];
		/** Of the extension's old installation: how much of its log the latest imported export had. */
		this.installation = this.chance.happens(0.3) ? makeInstallation(this.chance, today) : null;
		this.accounts = this.installation ? 1 : this.chance.int(1, 2);
	}

	/** Whether the network fails here; never once the world has calmed down. */
	faulty(probability) {
		return !this.calm && this.chance.happens(probability);
	}

	note(text) {
		this.trace.push(text);
	}

	addDevice(copy) {
		const device = new TestDevice(this, `d${++this.names}`, copy);
		if (this.sabotage?.lock) {
			device.storage.withLock = this.sabotage.lock;
		}
		this.devices.push(device);
		return device;
	}

	/** Let something be tried that may fail in the ways in which the world fails, and in no other. */
	async attempt(device, what, work) {
		try {
			const result = await work();
			this.note(`${device.name} ${what}${result?.kind ? `: ${result.kind} ${result.code ?? ''}` : ''}`);
			return result;
		} catch (error) {
			const expected = error instanceof Crash || error.name === 'NetworkError' || REFUSALS.has(error.code);
			this.note(`${device.name} ${what}: ${error.name} ${error.code ?? error.message}`);
			if (!expected) {
				throw error;
			}
			return null;
		} finally {
			device.storage.crashIn = Infinity;
			this.sabotage?.after?.(device);
			device.reconcile();
		}
	}

	/** The first devices. */
	async begin() {
		for (let i = 0; i < this.accounts; i++) {
			const device = this.addDevice();
			await this.optIn(device);
		}
		for (let i = this.chance.int(0, 4 - this.accounts); i > 0; i--) {
			await this.pair(this.addDevice());
		}
	}

	/** Opt in, and write the recovery code down. */
	async optIn(device) {
		const made = await this.attempt(device, 'opts in', () => device.account.optIn());
		if (made) {
			this.recoveryCodes.set(device.accountId, made.recovery_code);
		}
	}

	/** Nobody is joined any more: the person finds a recovery code, or opts in anew where there is no account left. */
	async startOver(device) {
		await this.recoverAll(device, []);
		if (!device.joined) {
			await this.optIn(device);
		}
	}

	/** Find every account again of which no device speaks any more. A code that is known to have gone is not tried: a server counts those. */
	async recoverAll(device, gone) {
		for (const [account, code] of this.recoveryCodes) {
			if (!gone.includes(account)) {
				await this.attempt(device, 'recovers', () => device.account.recover(code, { merge: true }));
			}
		}
	}

	/** Some while of life. */
	async live(steps) {
		const acts = [
			[10, () => this.count()],
			[9, (device) => this.sync(device)],
			[2, (device) => this.syncTwice(device)],
			[2, (device) => this.goOffline(device)],
			[1, (device) => this.pair(device)],
			[1, () => this.devices.length < DEVICES_MOST && this.pair(this.addDevice())],
			[1, (device) => device.joined && this.renewToken(device)],
			[1, (device) => this.importSome(device)],
			...this.copies ? [
				[1, (device) => this.snapshots.push([device, device.copy()])],
				[1, () => this.rollBack()],
				[1, (device) => this.devices.length < DEVICES_MOST && this.clone(device)],
			] : [],
		];
		const deck = acts.flatMap(([weight, act]) => Array(weight).fill(act));
		for (let step = 0; step < steps; step++) {
			await this.chance.pick(deck)(this.chance.pick(this.devices));
		}
	}

	/** A day to practise on; now and then one that is folded when it comes, and so taken once: nobody practises on it again. */
	pickDay() {
		// Not so near the horizon that midnight could move it past them.
		const old = shift(this.today(), -FOLD_AFTER_DAYS + this.chance.pick([-1, 1]) * this.chance.int(2, PAST_DAYS));
		if (this.chance.happens(0.1) && !this.old.has(old)) {
			this.old.add(old);
			return old;
		}
		return shift(this.today(), this.chance.happens(0.6) ? this.chance.int(-3, 1) : -this.chance.int(0, PAST_DAYS));
	}

	async count(device = this.chance.pick(this.devices)) {
		const day = this.pickDay();
		const cycles = this.chance.int(1, 300);
		const totals = { day, xp: cycles + this.chance.int(0, 20), minutes: this.chance.int(0, 25), sessions: 1, cycles };
		this.note(`${device.name} counts ${totals.xp} on ${day}`);
		await device.count({ id: ++this.events, totals });
	}

	sync(device) {
		if (this.chance.happens(0.15)) {
			device.storage.crashIn = this.chance.pick([1, 2, 3, 4, 5]) - (this.chance.happens(0.5) ? 0.5 : 0);
		}
		const before = this.chance.happens(0.1) ? this.today() : null;
		return this.attempt(device, 'syncs', () => device.sync.sync({ before }));
	}

	/** Two windows sync at once while a third counts. */
	syncTwice(device) {
		return this.attempt(device, 'syncs in two windows', () => (
			Promise.all([device.sync.sync(), this.count(device), device.otherWindow.sync()])
		));
	}

	goOffline(device) {
		device.offline = !device.offline;
		this.note(`${device.name} goes ${device.offline ? 'offline' : 'online'}`);
	}

	/**
	 * Join another device's account; where this one has an account of its own, merge it. Who was signed out joins the own account
	 * again and no other: what it was acknowledged lies there, and would be there twice once the two are merged.
	 */
	async pair(device, host = this.chance.pick(this.devices.filter((each) => each !== device && each.joined))) {
		const stranger = device.accountId && !device.joined && device.accountId !== host?.accountId && !this.calm;
		if (!host || stranger) {
			return;
		}
		const invited = await this.attempt(host, 'makes a code', () => host.account.invite());
		if (invited) {
			const join = () => this.attempt(device, `joins ${host.name}`, () => device.account.pair(invited.code.toLowerCase(), { merge: true }));
			// Somebody who is told that it went wrong presses again.
			for (let tries = 0; await join() === null && tries < 2 && this.chance.happens(0.5);) {
				tries++;
			}
		}
	}

	/** A restore brings back the token from before, and with it a device that nobody can speak for. */
	renewToken(device) {
		device.doubtful = true;
		return this.attempt(device, 'takes a new token', () => device.account.renewToken());
	}

	async importSome(device) {
		if (this.installation && device.joined) {
			await this.import(device, this.chance.int(0, this.installation.sessions.length));
		}
	}

	import(device, sessions) {
		return this.attempt(device, `imports ${sessions} sessions`, async () => {
			const plan = await device.account.planImport(readExport(this.installation.exportAfter(sessions), this.today()));
			await device.account.import(plan);
		});
	}

	/**
	 * Note what a copy may count twice: what was unacknowledged in it; all that it held, where the server was restored since it last
	 * heard of it.
	 */
	allow({ held, unsent, restores }) {
		this.addSlack(restores === this.restores ? unsent : held);
	}

	addSlack(days) {
		for (const [day, totals] of Object.entries(days)) {
			add(this.slack[day] ??= zero(), totals);
		}
	}

	rollBack() {
		const [device, copy] = this.chance.pick(this.snapshots) ?? [];
		if (device) {
			this.note(`${device.name} is rolled back`);
			this.allow(copy);
			device.putBack(copy);
			device.doubtful = true;
		}
	}

	clone(device) {
		const copy = device.copy();
		this.allow(copy);
		const twin = this.addDevice(copy);
		device.doubtful = twin.doubtful = true;
		this.note(`${device.name} is copied to ${twin.name}`);
	}

	/** The administrator makes a backup. */
	noteBackup() {
		this.note('--- backup');
		this.backup = new Set(this.taken);
	}

	/** The administrator restores it. A device with copies can no longer tell which of its days the server still has. */
	noteRestore() {
		this.note('--- restore');
		this.taken = new Set(this.backup);
		this.restores += 1;
		this.devices.filter((device) => device.doubtful).forEach((device) => this.addSlack(device.copy().held));
	}

	/**
	 * All storms pass: everybody is online, joins what they belong to and syncs. It takes a few rounds, since a token that one copy
	 * of a device renewed stops for the others only when it is used.
	 */
	async settle() {
		this.calm = true;
		this.note('--- calm');
		this.devices.forEach((device) => Object.assign(device, { offline: false, ahead: 0 }));
		const syncAll = async (how) => {
			const ends = [];
			for (const device of this.devices) {
				const { kind, retryAfterS } = await this.attempt(device, 'syncs', () => device.sync.sync(how));
				if (kind === 'later') {
					await sleep((retryAfterS ?? 1) * 1_000);
				}
				ends.push(kind);
			}
			return ends.every((kind) => kind === 'done');
		};
		for (let rounds = 0, together = false; !together; rounds++) {
			assert.ok(rounds < 10, 'the devices do not come together');
			await syncAll({ force: true });
			const home = this.devices.find((device) => device.joined) ?? this.devices[0];
			const known = await this.attempt(home, 'looks at the account', () => home.account.export());
			if (known) {
				await this.recoverAll(home, [known.account.account_id, ...known.account.former_ids]);
			}
			const apart = this.devices.filter((device) => !device.joined || device.accountId !== home.accountId);
			for (const device of apart) {
				await (device === home ? this.startOver(home) : this.pair(device, home));
			}
			if (apart.length === 0) {
				if (this.installation) {
					await this.import(home, this.installation.sessions.length);
				}
				together = await syncAll() && await syncAll();
			}
		}
	}

	/** What must be true in the end. */
	async check() {
		const [first] = this.devices;
		const account = await first.account.export();
		const { merged } = first.state.link.told;
		for (const device of this.devices) {
			assert.deepEqual({ ...device.state.link.told.merged, server_day: null }, { ...merged, server_day: null },
				`${device.name} and ${first.name} were told different figures`);
			const { unsent, ...view } = viewOf(device.state, this.today());
			assert.deepEqual(unsent, zero(), `${device.name} still has something to tell`);
			assert.deepEqual(view, pickView(merged), `${device.name} shows other figures than the server's`);
			for (const events of device.line.values()) {
				events.forEach((event) => assert.ok(this.taken.has(event), `${device.name} holds what the server never took`));
			}
		}
		this.checkDays(account);
		this.checkStreak(account, merged);
		const { xp, minutes, sessions, cycles } = merged;
		assert.deepEqual({ xp, minutes, sessions, cycles }, account.totals, 'the merged state and the export differ');
	}

	/** A day, or a folded month, at a time: never less than was practised, and no more than copies allow. */
	checkDays(account) {
		const horizon = shift(this.today(), -FOLD_AFTER_DAYS);
		const partOf = (day) => (day < horizon ? day.slice(0, 7) : day);
		const sums = (days) => days.reduce((parts, { day, ...totals }) => ({ ...parts, [partOf(day)]: add(add(zero(), parts[partOf(day)] ?? zero()), totals) }), {});
		const practised = [...this.taken.values()].map(({ totals }) => totals);
		const stored = {};
		const active = new Set();
		for (const { days, months } of account.devices) {
			days.forEach(({ day, ...totals }) => add(stored[day] ??= zero(), totals));
			months.forEach(({ month, ...totals }) => add(stored[month] ??= zero(), totals));
			[...days.map(({ day }) => day), ...months.flatMap((month) => month.active_days)].forEach((day) => active.add(day));
		}
		assert.deepEqual([...active].sort(), [...new Set(practised.map(({ day }) => day))].sort(), 'other days are active than were practised');
		const slack = sums(Object.entries(this.slack).map(([day, totals]) => ({ day, ...totals })));
		for (const [part, least] of Object.entries(sums(practised))) {
			const most = add(add(zero(), least), slack[part] ?? zero());
			for (const member of Object.keys(least)) {
				const value = stored[part][member];
				assert.ok(value >= least[member] && value <= most[member],
					`${part} has ${value} ${member}; practised were ${least[member]}, copies allow ${most[member]}`);
			}
		}
		const found = this.installation && readExport(this.installation.exportAfter(Infinity), this.today());
		const imported = account.imports.flatMap(({ days, months, rest }) => [...days, ...months, rest]).reduce((xp, totals) => xp + totals.xp, 0);
		assert.equal(imported, found?.totals.xp ?? 0, 'the import is not exact');
		this.expectedDays = Object.fromEntries(practised.map(({ day, ...totals }) => [day, totals]));
		this.found = found;
	}

	checkStreak(account, merged) {
		const imports = this.found
			? [{ days: Object.fromEntries(this.found.days.map((totals) => [totals.day, totals])), streak: this.found.streak }]
			: [];
		const expected = streak(activeDays([{ days: this.expectedDays }], imports), this.today());
		expected.longest = Math.max(expected.longest, this.found?.streak?.longest ?? 0);
		assert.deepEqual(merged.streak, expected, 'the streak is not what the active days say');
	}
}

const pickView = ({ xp, minutes, sessions, cycles, level, streak: of }) => ({ xp, minutes, sessions, cycles, level, streak: of });

/** An installation of the old extension, with a log of sessions and exports made after any of them. */
function makeInstallation(chance, today) {
	const sessions = [];
	let total = 0;
	// A long time ago, some of its days are folded when they come; then each session has a day of its own, which is taken as a whole.
	const isOld = chance.happens(0.4);
	for (let i = chance.int(1, 12), day = isOld ? -FOLD_AFTER_DAYS - PAST_DAYS / 2 : -PAST_DAYS; i > 0 && day < 0; i--) {
		day += isOld ? chance.int(3, 7) : chance.int(0, 3);
		const cycles = chance.int(1, 90);
		total += cycles + 2 + chance.int(0, 9);
		sessions.push({
			id: `sess-${1_700_000_000_000 + i}`, startedAt: `${shift(today, Math.min(day, 0))}T10:00:0${i % 10}.000Z`,
			activeMs: cycles * 14_000, cycles, goalBonusXP: 2, finalXP: total,
		});
	}
	const exportAfter = (count) => {
		const log = sessions.slice(0, count);
		const totalXP = (log[log.length - 1]?.finalXP ?? 0) + 7 + log.length * 3;
		return JSON.stringify({
			breathMaster: {
				meditation: { totalXP, totalMeditationTime: log.reduce((ms, each) => ms + each.activeMs, 0), lastMeditationDate: '', sessions: log },
				onboarding: { tourCompletedAt: '2025-01-01T09:00:00.000Z' },
			},
		});
	};
	return { sessions, exportAfter };
}
