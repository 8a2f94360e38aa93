/**
 * A device of a test world: the client's real modules over a storage that can crash and a network that can fail, and beside them
 * the truth: which breaths it holds.
 *
 * The truth is kept as events. Each count is one; `line` has, a day, those that the device's state holds, in their order. A state that
 * is copied takes its line along. When the client drops what was acknowledged (it became a device of its own), that must be a
 * beginning of the line, or it has lost track.
 */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createAccount } from '../../../htdocs/js/core/account.js';
import { createApi } from '../../../htdocs/js/core/api.js';
import { addDays } from '../../../htdocs/js/core/day.js';
import { createSync } from '../../../htdocs/js/core/sync.js';
import { OpenStorage } from '../open-storage.mjs';
import { add, zero } from './progress.mjs';

/** The server's day is the UTC one; a device that is elsewhere is `ahead`. */
process.env.TZ = 'UTC';

/** The program was killed: not a failure that the client could catch and mend. */
export class Crash extends Error {}

/** A storage over which the program can be killed, just before or just after a document is saved. */
class CrashingStorage extends OpenStorage {
	/** 3: before the third document is saved from now on; 2.5: after it. */
	crashIn = Infinity;

	/** Called when a document was saved. */
	saved = () => {};

	async save(documents) {
		this.crashIn -= 1;
		if (this.crashIn === 0) {
			throw new Crash('before saving');
		}
		await super.save(documents);
		this.saved();
		if (this.crashIn < 0) {
			throw new Crash('after saving');
		}
	}
}

/** Stands in for the slow digest, which takes longer than a whole run. */
const quickSource = async (identity, accountId) => createHash('sha256').update(`${identity} ${accountId}`).digest('hex');

const minus = (a, b) => Object.fromEntries(Object.keys(zero()).map((member) => [member, a[member] - b[member]]));

export class TestDevice {
	/**
	 * @param {object} world
	 * @param {string} name
	 * @param {{text: string, line: Map<string, object[]>}} [copy] the state to begin with
	 */
	constructor(world, name, copy) {
		this.world = world;
		this.name = name;
		this.storage = new CrashingStorage();
		this.storage.saved = () => this.watch();
		this.line = new Map();
		this.offline = false;
		/** Whether the next reply is to be held back. */
		this.holdsNext = false;
		/** How much of it is begun and not over. */
		this.running = 0;
		/** The token that was seen last, and those that were given up: none of them comes back. */
		this.token = null;
		this.pastTokens = new Set();
		/** How it stood to an account when it was seen last; null where it was put back. */
		this.status = null;
		/** Whether, after a restore, nobody can tell what the server has of it: there is a copy, or the restored server does not know it. */
		this.doubtful = false;
		/** How the device's calendar stands to the server's, in days. */
		this.ahead = world.chance.pick([0, 0, 0, -1, 1]);
		if (copy) {
			this.putBack(copy);
		}
		const host = {
			storage: this.storage,
			api: createApi({ fetch: (url, init) => this.fetch(url, init), base: world.base }),
			kind: 'cli',
			today: () => addDays(world.today(), this.ahead),
			randomBytes: (count) => world.chance.bytes(count),
			deriveSource: quickSource,
		};
		this.sync = createSync(host);
		this.account = createAccount(host);
		/** A second window over the same storage. */
		this.otherWindow = { sync: createSync(host), account: createAccount(host) };
	}

	get state() {
		return JSON.parse(this.storage.text);
	}

	get joined() {
		return this.state?.link.status === 'joined';
	}

	get accountId() {
		return this.state?.link.account?.account_id;
	}

	/** A copy of everything that lies in the storage, and what it may at most count twice. */
	copy() {
		const held = this.state?.days ?? {};
		return {
			text: this.storage.text,
			restores: this.world.epochs.get(this.state?.epoch) ?? this.world.restores,
			line: new Map([...this.line].map(([day, events]) => [day, [...events]])),
			held: Object.fromEntries(Object.entries(held).map(([day, { counted }]) => [day, counted])),
			unsent: Object.fromEntries(Object.entries(held).map(([day, { counted, acknowledged, again }]) => (
				[day, again ? counted : minus(counted, acknowledged)]
			))),
		};
	}

	putBack({ text, line }) {
		this.storage.text = text;
		this.pastTokens.clear();
		this.token = this.status = null;
		this.line = new Map([...line].map(([day, events]) => [day, [...events]]));
	}

	async count(event) {
		const { day, ...totals } = event.totals;
		const added = await this.sync.count(day, totals);
		assert.deepEqual(added, totals, 'a day was full: the world counts too much');
		this.line.set(day, [...this.line.get(day) ?? [], event]);
	}

	/**
	 * Whoever is here came here: no token comes back that was given up, an account is one that was told for the token, and who is refused
	 * was refused.
	 */
	watch() {
		const { world, state } = this;
		const link = state?.link;
		const token = link?.device?.token ?? null;
		if (token !== this.token && this.token !== null) {
			this.pastTokens.add(this.token);
		}
		assert.ok(!this.pastTokens.has(token), `${this.name} is a device again that it had given up`);
		if (link?.status === 'joined') {
			assert.ok(world.told.get(token)?.has(link.account.account_id), `${this.name} is in an account that nobody told it of`);
		}
		if (link?.status === 'refused' && this.status !== null) {
			assert.ok(this.status === 'refused' || world.refusedTokens.has(this.token), `${this.name} was signed out by a refusal of another device's`);
		}
		this.token = token;
		this.status = link?.status ?? null;
	}

	/** Note what a reply says of the token with which was asked. */
	async hear(token, reply) {
		const { told, refusedTokens } = this.world;
		const document = JSON.parse(await reply.text() || '{}');
		if (reply.status === 401 && document.code.startsWith('token_')) {
			refusedTokens.add(token);
		}
		const accounts = document.account_id ? [document.account_id] : told.get(token) ?? [];
		for (const each of [token, document.token].filter(Boolean)) {
			told.set(each, new Set([...told.get(each) ?? [], ...accounts]));
		}
	}

	/** Bring the line to what the state holds. */
	reconcile() {
		this.watch();
		const { days, epoch } = this.state ?? { days: {}, epoch: null };
		if (epoch !== null && !this.world.epochs.has(epoch)) {
			this.world.epochs.set(epoch, this.world.restores);
		}
		for (const [day, events] of this.line) {
			const counted = days[day]?.counted ?? zero();
			const left = [...events];
			const sum = left.reduce((total, event) => add(total, event.totals), zero());
			while (sum.xp > counted.xp) {
				const { totals } = left.shift();
				Object.assign(sum, minus(sum, totals));
			}
			assert.deepEqual(sum, counted, `${this.name} holds other totals on ${day} than it counted`);
			this.line.set(day, left);
		}
	}

	/** The events that a push stands for: on each of its days, a beginning of the line. */
	eventsOf(push) {
		return push.days.flatMap(({ day, ...totals }) => {
			const events = [];
			const sum = zero();
			for (const event of this.line.get(day) ?? []) {
				if (sum.xp >= totals.xp) {
					break;
				}
				events.push(event);
				add(sum, event.totals);
			}
			assert.deepEqual(sum, totals, `${this.name} pushes other totals on ${day} than it counted`);
			return events;
		});
	}

	/** The network: it loses requests, it loses replies, and what comes back may be a hotel's log-in page. */
	async fetch(url, init) {
		const { world } = this;
		if (this.offline || world.faulty(0.12)) {
			throw new TypeError('request lost');
		}
		const isPush = init.method === 'POST' && url === world.base;
		if (isPush) {
			this.reconcile();
		}
		const asked = this.state?.link;
		const token = init.headers.Authorization?.replace('Bearer ', '');
		let reply = await world.server.fetch(url, init);
		await this.hear(token, reply);
		if (init.method === 'DELETE' && url.endsWith('/account') && reply.status === 204) {
			world.noteErased();
		}
		if (isPush && reply.status === 200) {
			this.eventsOf(JSON.parse(init.body)).forEach((event) => world.taken.add(event));
		}
		if (world.sabotage?.reply) {
			reply = await world.sabotage.reply(reply);
		}
		// A program that is to be killed is not kept waiting: something else would be killed in its place.
		const isWanted = this.holdsNext;
		this.holdsNext = false;
		if (this.storage.crashIn === Infinity && await world.mayHold(isWanted ? 1 : 0.1)) {
			await world.sabotage?.late?.(this, asked, reply);
		}
		if (world.faulty(0.12)) {
			throw new TypeError('reply lost');
		}
		if (world.faulty(0.04)) {
			return { status: 200, headers: { get: () => null }, text: async () => '<html>Welcome to our hotel</html>' };
		}
		if (world.faulty(0.04)) {
			return { status: 503, headers: { get: () => '1' }, text: async () => '{"code":"unavailable"}' };
		}
		return reply;
	}
}
