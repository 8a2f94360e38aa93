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
import { readExport } from '../../../htdocs/js/core/old-export.js';
import { viewOf } from '../../../htdocs/js/core/state.js';
import { Crash, TestDevice } from './device.mjs';
import { FOLD_AFTER_DAYS, add, activeDays, shift, streak, zero } from './progress.mjs';
import { createChance } from './random.mjs';

const PAST_DAYS = 40;
const DEVICES_MOST = 8;

/** Refusals that belong to this world. Any other one means that client and server do not speak the same language. */
const REFUSALS = new Set([
	'unavailable', 'too_many_requests', 'token_unknown', 'token_revoked', 'unknown_code', 'recovery_code_unknown', 'not_joined', 'joined_already',
	'account_changed',
]);

export class World {
	/**
	 * @param {object} how
	 * @param {number} how.seed
	 * @param {{fetch: Function}} how.server
	 * @param {string} [how.base] where the service lies on it
	 * @param {string} [how.today] the server's UTC day
	 * @param {boolean} [how.holds] whether replies may be held back: only where the server answers at once is known when all that can go on
	 *   has gone on
	 * @param {boolean} [how.erases] whether the account may be erased
	 * @param {{reply?: Function, after?: Function, lock?: Function, late?: Function}} [how.sabotage] a planted bug
	 */
	constructor({ seed, server, base = '/api/v1/sync', today = new Date().toISOString().slice(0, 10), holds = false, erases = false, sabotage }) {
		Object.assign(this, { seed, server, base, holds, erases, sabotage });
		// A world that begins just before midnight ends on the day on which it began: clients may be a day behind.
		this.today = () => today;
		this.chance = createChance(seed);
		/** Whether devices are copied and rolled back here. Where they are not, everything must be exact to the last breath. */
		this.copies = this.chance.happens(0.5);
		this.trace = [];
		/** At first and in the end nothing goes wrong. */
		this.calm = false;
		/** Replies that are held back, to be released in any order. */
		this.held = [];
		this.isBegun = false;
		/** What was begun and is not over, since a reply is held back. */
		this.running = new Set();
		/** What went wrong in it. */
		this.failure = null;
		/** By token, the accounts that the server told it of; and the tokens that it refused. */
		this.told = new Map();
		this.refusedTokens = new Set();
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

	/**
	 * Hold a reply back, now and then, until it is released.
	 *
	 * @param {number} probability
	 * @returns {Promise<boolean>} whether it was
	 */
	async mayHold(probability) {
		if (!this.holds || !this.isBegun || !this.faulty(probability)) {
			return false;
		}
		await new Promise((resolve) => {
			this.held.push(resolve);
		});
		return true;
	}

	/** Let a reply come that was held back. */
	async release() {
		const { held } = this;
		if (held.length > 0) {
			this.note('a late reply comes');
			held.splice(this.chance.int(0, held.length - 1), 1)[0]();
			await nextTurn();
		}
	}

	/** Let all of them come, and whatever waited for them come to its end. */
	async releaseAll() {
		while (this.running.size > 0) {
			await this.release();
			await nextTurn();
		}
	}

	/**
	 * Let something be tried, until it is over or goes on no further because a reply is held back.
	 *
	 * @returns {Promise<any>} its result; null where it failed or is not over
	 */
	async attempt(device, what, work) {
		const whole = this.tryOut(device, what, work);
		if (!this.holds) {
			return whole;
		}
		this.running.add(whole);
		device.running += 1;
		const over = whole.catch((error) => {
			this.failure ??= error;
		}).finally(() => {
			this.running.delete(whole);
			device.running -= 1;
		});
		const result = await Promise.race([over, nextTurn()]);
		if (this.failure) {
			throw this.failure;
		}
		return result ?? null;
	}

	/** Let something be tried that may fail in the ways in which the world fails, and in no other. */
	async tryOut(device, what, work) {
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
		this.isBegun = true;
	}

	/** Opt in, and write the recovery code down. */
	async optIn(device) {
		await this.attempt(device, 'opts in', async () => {
			const made = await device.account.optIn();
			this.recoveryCodes.set(device.accountId, made.recovery_code);
		});
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
			[1, (device) => this.removeImport(device)],
			[3, () => this.release()],
			// Of two accounts, whoever left one and joins the other one counts there what both have once they are merged.
			...this.accounts === 1 ? [
				[1, (device) => this.leave(device)],
				[2, (device) => this.changeWhileAsking(device)],
				[1, (device) => this.remove(device)],
			] : [],
			...this.copies ? [
				[1, (device) => this.snapshots.push([device, device.copy()])],
				[1, () => this.rollBack()],
				[1, (device) => this.devices.length < DEVICES_MOST && this.clone(device)],
			] : [],
		];
		const deck = acts.flatMap(([weight, act]) => Array(weight).fill(act));
		for (let step = 0; step < steps; step++) {
			await this.chance.pick(deck)(this.chance.pick(this.devices));
			if (this.erases && this.accounts === 1 && this.chance.happens(0.02)) {
				await this.erase(this.chance.pick(this.devices));
			}
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
		// Not while something of it waits for a late reply: that would be killed in its place, or what counts would.
		if (this.chance.happens(0.15) && device.running === 0) {
			device.storage.crashIn = this.chance.pick([1, 2, 3, 4, 5]) - (this.chance.happens(0.5) ? 0.5 : 0);
		}
		const before = this.chance.happens(0.1) ? this.today() : null;
		return this.attempt(device, 'syncs', () => device.sync.sync({ before }));
	}

	/** Two windows sync at once while a third counts. */
	syncTwice(device) {
		return this.attempt(device, 'syncs in two windows', () => (
			Promise.all([device.sync.sync(), this.count(device), device.otherWindow.sync.sync()])
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

	/** Do an import and take it back, or take away what is there. */
	async removeImport(device) {
		if (!this.installation || !device.joined) {
			return;
		}
		if (this.chance.happens(0.5)) {
			await this.attempt(device, 'takes an import away', async () => {
				const [row] = await device.account.imports();
				await (row && device.otherWindow.account.removeImport(row.source));
			});
			return;
		}
		const sessions = this.chance.int(0, this.installation.sessions.length);
		await this.attempt(device, `imports ${sessions} sessions and undoes it`, async () => {
			const plan = await device.account.planImport(readExport(this.installation.exportAfter(sessions), this.today()));
			await device.account.import(plan);
			await (plan.undoable && device.account.undoImport(plan));
		});
	}

	/** Another window asks for something, and before the answer comes the device is another one, or none. */
	async changeWhileAsking(device) {
		if (!device.joined) {
			return;
		}
		if (this.chance.happens(0.5)) {
			await this.remove(this.chance.pick(this.devices), device);
		}
		device.holdsNext = true;
		if (this.installation && this.chance.happens(0.5)) {
			await this.removeImport(device);
		} else {
			await this.attempt(device, 'lists devices in another window', () => device.otherWindow.account.devices());
		}
		device.holdsNext = false;
		await (this.chance.happens(0.5) ? this.leave(device) : this.sync(device));
		if (this.chance.happens(0.5)) {
			await this.pair(device);
		}
	}

	/** Stop syncing. What the server has of a device that was left before a restore nobody can tell after it. */
	async leave(device) {
		if (device.joined) {
			this.doubt(device);
			await this.attempt(device, 'leaves', () => device.otherWindow.account.leave());
		}
	}

	/** One device removes another one. */
	async remove(device, other = this.chance.pick(this.devices)) {
		const id = other.state?.link.device?.device_id;
		if (device.joined && id) {
			this.doubt(other);
			await this.attempt(device, `removes ${other.name}`, () => device.account.revoke(id));
		}
	}

	erase(device) {
		return device.joined && this.attempt(device, 'erases the account', () => device.account.erase());
	}

	/** The server has erased the account: whoever was in it counts all that it holds again, in the next one. Copies do so twice. */
	noteErased() {
		this.note('--- the account is gone');
		this.devices.filter((device) => device.doubtful).forEach((device) => this.addSlack(device.copy().held));
		this.taken.clear();
		this.old.clear();
		// A copy of before is told from a later one as after a restore.
		this.restores += 1;
	}

	/** From now on nobody can tell, after a restore, what the server has of a device. */
	doubt(device) {
		device.doubtful = true;
		if (this.epochs.get(device.state.epoch) !== this.restores) {
			this.addSlack(device.copy().held);
		}
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
		await this.releaseAll();
		if (this.failure) {
			throw this.failure;
		}
		this.holds = false;
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

/** All that can go on has gone on: what is in memory answers within a turn. */
const nextTurn = () => new Promise((resolve) => {
	setImmediate(resolve, null);
});

const pickView = ({ xp, minutes, sessions, cycles, level: { level, xp_from, xp_next }, streak: of }) => (
	{ xp, minutes, sessions, cycles, level: { level, xp_from, xp_next }, streak: of });

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
