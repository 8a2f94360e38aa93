import assert from 'node:assert/strict';
import test from 'node:test';
import { AccountError } from '../../../htdocs/js/core/account.js';
import { ApiError, NetworkError } from '../../../htdocs/js/core/api.js';
import { CodeError, readRecoveryCode } from '../../../htdocs/js/core/code.js';
import { emptyState } from '../../../htdocs/js/core/state.js';
import { createModel } from '../model/server.mjs';
import { makeDevice, TODAY, totals } from './support.mjs';

const coded = (kind, code) => (error) => error instanceof kind && error.code === code;

/** A server, and devices on it whose answers the test can lose. */
function setUp() {
	const server = createModel({ today: () => TODAY });
	const world = { server, lose: () => false, requests: [] };
	world.device = () => makeDevice(async (url, init) => {
		const request = `${init.method} ${url.replace('/api/v1/sync', '')}`;
		world.requests.push(request);
		const answer = await server.fetch(url, init);
		if (world.lose(request)) {
			throw new TypeError('answer lost');
		}
		return answer;
	});
	return world;
}

test('opting in makes an account, a device and a recovery code that is stored nowhere', async () => {
	const device = setUp().device();
	const { recovery_code: code } = await device.account.optIn();
	assert.equal(readRecoveryCode(code), code);
	assert.ok(!device.storage.text.includes(code));
	const state = await device.sync.read();
	assert.match(state.device.token, /^bm_/);
	assert.equal(state.merged.devices, 1);
	await assert.rejects(device.account.optIn(), coded(AccountError, 'joined_already'));
});

test('what was counted before opting in goes along', async () => {
	const device = setUp().device();
	await device.sync.count(TODAY, totals(5));
	await device.account.optIn();
	await device.sync.sync();
	assert.equal((await device.sync.read()).merged.xp, 5);
});

test('what needs an account says so', async () => {
	const { device, requests } = setUp();
	const { account } = device();
	for (const ask of [account.invite, account.devices, account.export, account.imports, account.renewToken, account.renewRecoveryCode, account.erase]) {
		await assert.rejects(ask(), coded(AccountError, 'not_joined'));
	}
	assert.deepEqual(requests, []);
});

test('another device joins with a pairing code, once, and their progress adds up', async () => {
	const { device } = setUp();
	const [one, two, three] = [device(), device(), device()];
	await one.account.optIn();
	await one.sync.count(TODAY, totals(5));
	await one.sync.sync();
	const { code, url } = await one.account.invite();
	assert.equal(url, `/#pair=${code}`);
	await two.account.pair(code.toLowerCase().replace('-', ' '));
	assert.equal((await two.sync.read()).merged.xp, 5, 'what is there is shown at once');
	await two.sync.count(TODAY, totals(7));
	await two.sync.sync();
	await one.sync.sync();
	assert.equal((await one.sync.read()).merged.xp, 12);
	await assert.rejects(three.account.pair(code), coded(ApiError, 'unknown_code'));
	assert.equal((await three.sync.read()).device, null);
});

test('a slip in a code is found before anything is sent', async () => {
	const { device, requests } = setUp();
	const { account } = device();
	await assert.rejects(account.pair('ABCD-EFG'), coded(CodeError, 'bad_length'));
	await assert.rejects(account.recover('0000-0000-0000-0000-0000-0000-0001'), coded(CodeError, 'bad_checksum'));
	assert.deepEqual(requests, []);
});

test('a device joins with the recovery code; an unknown one is told from a mistyped one', async () => {
	const { device } = setUp();
	const [one, two] = [device(), device()];
	const { recovery_code: code } = await one.account.optIn();
	await two.account.recover(code);
	assert.equal((await one.account.devices()).devices.length, 2);
	const { recovery_code: newer } = await one.account.renewRecoveryCode();
	await assert.rejects(device().account.recover(code), coded(ApiError, 'recovery_code_unknown'));
	await device().account.recover(newer);
});

test('merging asks first, is exact, and leaves device, token and chain as they are', async () => {
	const { device, server } = setUp();
	const [one, two] = [device(), device()];
	await one.account.optIn();
	await two.account.optIn();
	await one.sync.count(TODAY, totals(5));
	await two.sync.count(TODAY, totals(7));
	await one.sync.sync();
	await two.sync.sync();
	const { code } = await one.account.invite();
	await assert.rejects(two.account.pair(code), (error) => {
		assert.deepEqual([error.members.yours.xp, error.members.theirs.xp], [7, 5]);
		return coded(ApiError, 'merge_needed')(error);
	});
	const before = await two.sync.read();
	assert.equal(before.merged.xp, 7);
	await two.account.pair(code, { merge: true });
	const after = await two.sync.read();
	assert.equal(after.merged.xp, 12);
	assert.equal(after.account.account_id, (await one.sync.read()).account.account_id);
	assert.deepEqual([after.device, after.chain], [before.device, before.chain]);
	await two.sync.count(TODAY, totals(1));
	assert.equal((await two.sync.sync()).kind, 'done');
	assert.equal((await two.sync.read()).merged.xp, 13);
	assert.equal(Object.keys(server.snapshot().accounts).length, 1);
});

test('a merge whose answer is lost is found to have happened', async () => {
	const world = setUp();
	const [one, two] = [world.device(), world.device()];
	const { recovery_code: recovery } = await one.account.optIn();
	await two.account.optIn();
	const { code } = await one.account.invite();
	world.lose = (request) => request === 'POST /pairings/redeem';
	await two.account.pair(code, { merge: true });
	assert.equal((await two.sync.read()).account.account_id, (await one.sync.read()).account.account_id);

	world.lose = () => false;
	const three = world.device();
	await three.account.optIn();
	world.lose = (request) => request !== 'POST /recover' || true;
	await assert.rejects(three.account.recover(recovery, { merge: true }), NetworkError);
	world.lose = () => false;
	await three.account.recover(recovery, { merge: true });
	assert.equal((await three.sync.read()).merged.devices, 3);
});

test('a code that was used up by a lost merge is no error the second time', async () => {
	const world = setUp();
	const [one, two] = [world.device(), world.device()];
	await one.account.optIn();
	await two.account.optIn();
	const { code } = await one.account.invite();
	world.lose = () => true;
	await assert.rejects(two.account.pair(code, { merge: true }), NetworkError);
	world.lose = () => false;
	await two.account.pair(code, { merge: true });
	assert.equal((await two.sync.read()).merged.devices, 2);
	await assert.rejects(two.account.pair(code, { merge: true }), coded(ApiError, 'unknown_code'));
});

test('a wrong code is wrong, even when the account was merged by another device meanwhile', async () => {
	const { device } = setUp();
	const [one, two, three] = [device(), device(), device()];
	await one.account.optIn();
	await two.account.pair((await one.account.invite()).code);
	await three.account.optIn();
	await two.account.pair((await three.account.invite()).code, { merge: true });
	await assert.rejects(one.account.pair('ABCD-EFGH', { merge: true }), coded(ApiError, 'unknown_code'));
});

test('joining the own account changes nothing', async () => {
	const device = setUp().device();
	const { recovery_code: code } = await device.account.optIn();
	await device.sync.count(TODAY, totals(5));
	await device.sync.sync();
	await device.account.recover(code);
	assert.equal((await device.sync.read()).merged.xp, 5);
	assert.equal((await device.account.devices()).devices.length, 1);
});

test('a revoked device keeps its data, and counts only what is new when it joins again', async () => {
	const { device } = setUp();
	const [one, two] = [device(), device()];
	await one.account.optIn();
	await two.account.pair((await one.account.invite()).code);
	await two.sync.count(TODAY, totals(7));
	await two.sync.sync();
	await two.sync.count(TODAY, totals(1));
	const id = (await two.sync.read()).device.device_id;
	await one.account.revoke(id);
	await one.account.revoke(id);
	assert.deepEqual(await two.sync.sync(), { kind: 'signed_out', code: 'token_revoked', retryAfterS: null });
	await two.account.pair((await one.account.invite()).code);
	await two.sync.sync();
	assert.equal((await two.sync.read()).merged.xp, 8);
});

test('a device that starts over takes all that it counted into the new account', async () => {
	const { device } = setUp();
	const [one, two] = [device(), device()];
	await one.account.optIn();
	await two.account.pair((await one.account.invite()).code);
	await two.sync.count(TODAY, totals(7));
	await two.sync.sync();
	await one.account.erase();
	assert.equal((await two.sync.sync()).code, 'token_unknown');
	await two.account.optIn();
	await two.sync.sync();
	assert.equal((await two.sync.read()).merged.xp, 7);
});

test('a refused token is remembered, whatever it was used for', async () => {
	const { device } = setUp();
	const [one, two] = [device(), device()];
	await one.account.optIn();
	await two.account.pair((await one.account.invite()).code);
	await one.account.revoke((await two.sync.read()).device.device_id);
	await assert.rejects(two.account.devices(), coded(ApiError, 'token_revoked'));
	assert.equal((await two.sync.read()).signed_out, 'token_revoked');
});

test('leaving revokes the own device and keeps what was counted', async () => {
	const { device } = setUp();
	const [one, two] = [device(), device()];
	await one.account.optIn();
	await two.account.pair((await one.account.invite()).code);
	await two.sync.count(TODAY, totals(7));
	await two.sync.sync();
	await two.account.leave();
	const state = await two.sync.read();
	assert.equal(state.device, null);
	assert.deepEqual(state.days[TODAY].counted, totals(7));
	assert.equal((await one.account.devices()).devices.length, 1);
	assert.equal((await two.sync.sync()).kind, 'local');
	await one.sync.sync();
	assert.equal((await one.sync.read()).merged.xp, 7, 'its totals stay');
});

test('leaving works for a device that was put out, and not without a network', async () => {
	const world = setUp();
	const [one, two] = [world.device(), world.device()];
	await one.account.optIn();
	await two.account.pair((await one.account.invite()).code);
	await one.account.revoke((await two.sync.read()).device.device_id);
	await two.account.leave();
	assert.equal((await two.sync.read()).device, null);
	world.lose = () => true;
	await assert.rejects(one.account.leave(), NetworkError);
	assert.notEqual((await one.sync.read()).device, null);
});

test('erasing takes everything away, here and there, even when its answer was lost', async () => {
	const world = setUp();
	const device = world.device();
	await device.account.optIn();
	await device.sync.count(TODAY, totals(5));
	await device.sync.sync();
	world.lose = (request) => request === 'DELETE /account';
	await assert.rejects(device.account.erase(), NetworkError);
	assert.notEqual((await device.sync.read()).device, null);
	world.lose = () => false;
	await device.account.erase();
	assert.deepEqual(await device.sync.read(), emptyState());
	const { accounts, devices } = world.server.snapshot();
	assert.deepEqual([accounts, devices], [{}, {}]);
});

test('a new token is stored before it is used, and the old one stops then', async () => {
	const { device, server } = setUp();
	const one = device();
	await one.account.optIn();
	const old = (await one.sync.read()).device.token;
	await one.account.renewToken();
	const renewed = (await one.sync.read()).device.token;
	assert.notEqual(renewed, old);
	const ask = (token) => server.fetch('/api/v1/sync', { method: 'GET', headers: { Authorization: `Bearer ${token}` } });
	assert.equal((await ask(old)).status, 200);
	assert.equal((await one.sync.sync()).kind, 'done');
	assert.equal((await ask(old)).status, 401);
});

test('a new token whose answer is lost leaves the old one working', async () => {
	const world = setUp();
	const device = world.device();
	await device.account.optIn();
	world.lose = (request) => request === 'POST /token';
	await assert.rejects(device.account.renewToken(), NetworkError);
	world.lose = () => false;
	assert.equal((await device.sync.sync()).kind, 'done');
});
