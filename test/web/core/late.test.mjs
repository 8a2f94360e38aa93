/** Answers that come late: each belongs to the device and the account that asked, and is nobody else's. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { AccountError } from '../../../htdocs/js/core/account.js';
import { ApiError } from '../../../htdocs/js/core/api.js';
import { emptyState } from '../../../htdocs/js/core/state.js';
import { createModel } from '../model/server.mjs';
import { makeDevice, TODAY, totals } from './support.mjs';

const coded = (kind, code) => (error) => error instanceof kind && error.code === code;

const SOURCE = 'a'.repeat(64);
const PLAN = { source: SOURCE, body: { today: TODAY, days: [{ day: '2026-11-01', ...totals(40) }], rest: totals(2) }, before: null };

/** A server, devices on it, and windows of one device of which one's answers can be held back. */
function setUp() {
	const server = createModel({ today: () => TODAY });
	const device = (storage) => makeDevice(server.fetch, { ...storage && { storage } });
	return {
		device,

		/** Another window over a device's storage. What it asks as `held` is answered by the server, and the answer comes when it is released. */
		slow(of, held) {
			const gate = { asked: null, release: null };
			const asked = new Promise((resolve) => {
				gate.asked = resolve;
			});
			const released = new Promise((resolve) => {
				gate.release = resolve;
			});
			const window = makeDevice(async (url, init) => {
				const answer = await server.fetch(url, init);
				if (`${init.method} ${url.replace('/api/v1/sync', '')}` === held) {
					gate.asked();
					await released;
				}
				return answer;
			}, { storage: of.storage.openWindow() });
			return { ...window, asked, release: gate.release };
		},
	};
}

/** Two devices of one account. */
async function pairOf(world) {
	const [one, two] = [world.device(), world.device()];
	await one.account.optIn();
	await two.account.pair((await one.account.invite()).code);
	return [one, two];
}

const linkOf = async ({ sync }) => (await sync.read()).link;

/** The plan of an import, made for the account that a device is in. */
const planFor = async (device) => ({ ...PLAN, account_id: (await linkOf(device)).account.account_id });

test('who stops syncing in one tab is not told by another that the browser was removed', async () => {
	const world = setUp();
	const [one, two] = await pairOf(world);
	// The device is removed, and the tab asks with its token; another tab, which has not heard of it yet, stops syncing.
	await one.account.revoke((await linkOf(two)).device.device_id);
	const tab = world.slow(two, 'GET /devices');
	const list = tab.account.devices();
	await tab.asked;
	await two.account.leave();
	tab.release();
	await assert.rejects(list, coded(ApiError, 'token_revoked'));
	assert.deepEqual(await linkOf(two), { status: 'local' });
	assert.equal((await two.sync.sync()).kind, 'local');
});

test('who joins again is not signed out by a refusal of the token from before', async () => {
	const world = setUp();
	const [one, two] = await pairOf(world);
	await one.account.revoke((await linkOf(two)).device.device_id);
	const tab = world.slow(two, 'GET /devices');
	const list = tab.account.devices();
	await tab.asked;
	assert.equal((await two.sync.sync()).kind, 'signed_out');
	await two.account.pair((await one.account.invite()).code);
	tab.release();
	await assert.rejects(list, coded(ApiError, 'token_revoked'));
	assert.equal((await linkOf(two)).status, 'joined');
	assert.equal((await two.sync.sync()).kind, 'done');
});

test('who renewed the token is not signed out by a refusal of the old one', async () => {
	const world = setUp();
	const [, two] = await pairOf(world);
	const old = await two.storage.load('state');
	await two.account.renewToken();
	await two.sync.sync();
	const renewed = await two.storage.load('state');
	await two.storage.save({ state: old });
	const tab = world.slow(two, 'GET /devices');
	const list = tab.account.devices();
	await tab.asked;
	await two.storage.save({ state: renewed });
	tab.release();
	await assert.rejects(list, coded(ApiError, 'token_unknown'));
	assert.equal((await linkOf(two)).status, 'joined');
});

for (const [what, request, start] of [
	['an import', `PUT /imports/${SOURCE}`, (tab, plan) => tab.account.import(plan)],
	['an import that is undone', `GET ?today=${TODAY}`, (tab, plan) => tab.account.undoImport(plan)],
	['an import that is put back', `PUT /imports/${SOURCE}`, (tab, plan) => tab.account.undoImport({ ...plan, before: plan.body })],
	['an import that is removed', `GET ?today=${TODAY}`, (tab) => tab.account.removeImport(SOURCE)],
]) {
	for (const [way, leave] of Object.entries({ erased: (two) => two.account.erase(), left: (two) => two.account.leave() })) {
		test(`the answer to ${what} does not bring back an account that was ${way} meanwhile`, async () => {
			const world = setUp();
			const [, two] = await pairOf(world);
			const plan = await planFor(two);
			await two.account.import(plan);
			const tab = world.slow(two, request);
			const done = start(tab, plan);
			await tab.asked;
			await leave(two);
			const after = await two.sync.read();
			tab.release();
			await assert.rejects(done, coded(AccountError, 'account_changed'));
			assert.deepEqual(await two.sync.read(), after);
			assert.deepEqual(way === 'erased' ? after : emptyState(), emptyState());
		});
	}
}

test('the answer to an import is none of the account into which this one was merged meanwhile', async () => {
	const world = setUp();
	const [other, two] = [world.device(), world.device()];
	await other.account.optIn();
	await two.account.optIn();
	const tab = world.slow(two, `PUT /imports/${SOURCE}`);
	const done = tab.account.import(await planFor(two));
	await tab.asked;
	await two.account.pair((await other.account.invite()).code, { merge: true });
	const after = await two.sync.read();
	tab.release();
	await assert.rejects(done, coded(AccountError, 'account_changed'));
	assert.deepEqual(await two.sync.read(), after);
});

test('a run of syncing whose answer comes late does not join again who was signed out meanwhile', async () => {
	const world = setUp();
	const [one, two] = await pairOf(world);
	const tab = world.slow(two, `GET ?today=${TODAY}`);
	const run = tab.sync.sync();
	await tab.asked;
	await one.account.erase();
	await assert.rejects(two.account.devices(), coded(ApiError, 'token_unknown'));
	tab.release();
	assert.equal((await run).kind, 'signed_out');
	assert.equal((await linkOf(two)).status, 'refused');
});

test('a list that comes after the account was left is shown to nobody', async () => {
	const world = setUp();
	const [, two] = await pairOf(world);
	const tab = world.slow(two, 'GET /devices');
	const list = tab.account.devices();
	await tab.asked;
	await two.account.leave();
	tab.release();
	await assert.rejects(list, coded(AccountError, 'account_changed'));
	assert.deepEqual(await linkOf(two), { status: 'local' });
});

test('an import that was planned for one account is neither done nor undone in another one', async () => {
	const world = setUp();
	const [other, two] = [world.device(), world.device()];
	await other.account.optIn();
	await two.account.optIn();
	const plan = { ...await planFor(two), before: PLAN.body };
	await two.account.leave();
	await two.account.pair((await other.account.invite()).code);
	for (const act of ['import', 'undoImport']) {
		await assert.rejects(two.account[act](plan), coded(AccountError, 'account_changed'));
	}
	assert.deepEqual(await other.account.imports(), []);
});
