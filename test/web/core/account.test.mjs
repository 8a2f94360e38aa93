import assert from 'node:assert/strict';
import test from 'node:test';
import { AccountError } from '../../../htdocs/js/core/account.js';
import { ApiError, NetworkError } from '../../../htdocs/js/core/api.js';
import { CodeError, readRecoveryCode } from '../../../htdocs/js/core/code.js';
import { emptyState } from '../../../htdocs/js/core/state.js';
import { createModel } from '../model/server.mjs';
import { OpenStorage } from '../open-storage.mjs';
import { makeDevice, problem, TODAY, totals } from './support.mjs';

const coded = (kind, code) => (error) => error instanceof kind && error.code === code;

/** A server, and devices on it whose answers the test can lose. */
function setUp(how) {
	const server = createModel({ today: () => TODAY, ...how });
	const world = { server, lose: () => false, requests: [], bodies: [] };
	world.device = (how) => makeDevice(async (url, init) => {
		const request = `${init.method} ${url.replace('/api/v1/sync', '')}`;
		world.requests.push(request);
		world.bodies.push(init.body && JSON.parse(init.body));
		const answer = await server.fetch(url, init);
		if (world.lose(request)) {
			throw new TypeError('answer lost');
		}
		return answer;
	}, how);
	return world;
}

test('opting in makes an account, a device and a recovery code that is stored nowhere', async () => {
	const device = setUp().device();
	const { recovery_code: code } = await device.account.optIn();
	assert.equal(readRecoveryCode(code), code);
	assert.ok(!device.storage.text.includes(code));
	const state = await device.sync.read();
	assert.match(state.link.device.token, /^bm_/);
	assert.equal(state.link.told.merged.devices, 1);
	await assert.rejects(device.account.optIn(), coded(AccountError, 'joined_already'));
});

test('what was counted before opting in goes along', async () => {
	const device = setUp().device();
	await device.sync.count(TODAY, totals(5));
	await device.account.optIn();
	await device.sync.sync();
	assert.equal((await device.sync.read()).link.told.merged.xp, 5);
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
	assert.equal((await two.sync.read()).link.told.merged.xp, 5, 'what is there is shown at once');
	await two.sync.count(TODAY, totals(7));
	await two.sync.sync();
	await one.sync.sync();
	assert.equal((await one.sync.read()).link.told.merged.xp, 12);
	await assert.rejects(three.account.pair(code), coded(ApiError, 'unknown_code'));
	assert.equal((await three.sync.read()).link.status, 'local');
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
	assert.equal(before.link.told.merged.xp, 7);
	await two.account.pair(code, { merge: true });
	const after = await two.sync.read();
	assert.equal(after.link.told.merged.xp, 12);
	assert.equal(after.link.account.account_id, (await one.sync.read()).link.account.account_id);
	assert.deepEqual([after.link.device, after.link.chain], [before.link.device, before.link.chain]);
	await two.sync.count(TODAY, totals(1));
	assert.equal((await two.sync.sync()).kind, 'done');
	assert.equal((await two.sync.read()).link.told.merged.xp, 13);
	assert.equal(Object.keys(server.snapshot().accounts).length, 1);
});

/** The ways to a new device. Each takes a world and who is in an account, and leads a newcomer there. */
const WAYS = {
	'POST /accounts': async () => (newcomer) => newcomer.account.optIn(),
	'POST /pairings/redeem': async (one) => {
		const { code } = await one.account.invite();
		return (newcomer) => newcomer.account.pair(code);
	},
	'POST /recover': async (one) => {
		const { recovery_code: code } = await one.account.renewRecoveryCode();
		return (newcomer) => newcomer.account.recover(code);
	},
};

/** Somebody in an account, a newcomer whose first reply gets lost, and what the server has then. */
async function loseReply(route) {
	const world = setUp();
	const one = world.device();
	await one.account.optIn();
	const enter = await WAYS[route](one);
	const newcomer = world.device();
	world.lose = (request) => request === route;
	await assert.rejects(enter(newcomer), NetworkError);
	world.lose = () => false;
	return { world, one, newcomer, enter, had: world.server.snapshot(), sent: () => world.bodies.filter((body) => body?.request).map(({ request }) => request) };
}

for (const route of Object.keys(WAYS)) {
	test(`${route}: a lost reply leaves no ghost, even when the program was closed in between`, async () => {
		const { world, newcomer, enter, had, sent } = await loseReply(route);
		const again = world.device({ storage: newcomer.storage });
		await enter(again);
		const { accounts, devices } = world.server.snapshot();
		assert.deepEqual([Object.keys(accounts), Object.keys(devices)], [Object.keys(had.accounts), Object.keys(had.devices)]);
		const state = await again.sync.read();
		assert.ok(state.link.device.device_id in had.devices);
		assert.equal(state.request, null, 'it is forgotten once it is answered');
		assert.match(sent().at(-1), /^[0-9a-f]{32}$/);
		assert.equal(sent().at(-1), sent().at(-2));
		assert.equal((await again.sync.sync()).kind, 'done');
	});

	test(`${route}: what is asked for later has an identifier of its own`, async () => {
		const { world, newcomer, enter, sent } = await loseReply(route);
		await enter(newcomer);
		await newcomer.account.leave();
		await newcomer.account.optIn();
		assert.notEqual(sent().at(-1), sent().at(-2));
		assert.ok(world.server.snapshot().accounts[(await newcomer.sync.read()).link.account.account_id]);
	});

	test(`${route}: somebody who does something else after a lost reply gets that`, async () => {
		const { world, newcomer } = await loseReply(route);
		const other = world.device();
		await other.account.optIn();
		await newcomer.account.pair((await other.account.invite()).code);
		const state = await newcomer.sync.read();
		assert.equal(state.link.account.account_id, (await other.sync.read()).link.account.account_id);
		assert.equal(state.request, null);
	});

	test(`${route}: an error of a server on the way says nothing of what became of it`, async () => {
		for (const status of [429, 503, 504]) {
			const { server, ...world } = setUp();
			const one = world.device();
			await one.account.optIn();
			const enter = await WAYS[route](one);
			let replies = 0;
			const newcomer = makeDevice(async (url, init) => {
				const answer = await server.fetch(url, init);
				return url.endsWith(route.split(' ')[1]) && replies++ < 2 ? problem(status, 'unavailable') : answer;
			});
			await assert.rejects(enter(newcomer), coded(ApiError, 'unavailable'));
			const had = Object.keys(server.snapshot().devices);
			await assert.rejects(enter(newcomer), coded(ApiError, 'unavailable'));
			await enter(newcomer);
			assert.deepEqual(Object.keys(server.snapshot().devices), had);
		}
	});
}

test('a ghost that was removed meanwhile does not bar whoever tries again', async () => {
	const { one, newcomer, enter, had } = await loseReply('POST /recover');
	const own = (await one.sync.read()).link.device.device_id;
	await one.account.revoke(Object.keys(had.devices).find((id) => id !== own));
	await enter(newcomer);
	assert.equal((await one.account.devices()).devices.length, 2);
});

test('a code that is refused is answered: nothing is kept of it', async () => {
	const device = setUp().device();
	await assert.rejects(device.account.pair('ABCD-EFGH'), coded(ApiError, 'unknown_code'));
	assert.equal((await device.sync.read()).request, null);
});

test('nothing that makes a device is sent before its identifier is stored', async () => {
	const world = setUp();
	const storage = new OpenStorage();
	storage.save = async () => {
		throw new Error('full');
	};
	await assert.rejects(world.device({ storage }).account.optIn(), /full/);
	assert.deepEqual(world.requests, []);
});

/** A device and its copy, which has just been found to be one. */
async function fork(world) {
	const one = world.device();
	await one.account.optIn();
	await one.sync.count(TODAY, totals(5));
	await one.sync.sync();
	const copy = world.device({ storage: new OpenStorage({ state: await one.sync.read() }) });
	await one.sync.count(TODAY, totals(1));
	await one.sync.sync();
	await copy.sync.count(TODAY, totals(7));
	return { one, copy };
}

test('POST /devices: a lost reply leaves no ghost', async () => {
	const world = setUp();
	const { one, copy } = await fork(world);
	world.lose = (request) => request === 'POST /devices';
	assert.equal((await copy.sync.sync()).kind, 'later');
	assert.equal((await copy.sync.sync()).kind, 'later');
	world.lose = () => false;
	assert.equal((await world.device({ storage: copy.storage }).sync.sync()).kind, 'done');
	assert.equal((await one.account.devices()).devices.length, 2);
	const { request, link } = await copy.sync.read();
	assert.deepEqual([request, link.told.merged.xp], [null, 13]);
});

test('a copy whose ghost was removed meanwhile is not signed out', async () => {
	const world = setUp();
	const { one, copy } = await fork(world);
	world.lose = (request) => request === 'POST /devices';
	await copy.sync.sync();
	world.lose = () => false;
	await one.account.revoke((await one.account.devices()).devices.find((device) => !device.this).device_id);
	assert.equal((await copy.sync.sync()).kind, 'done');
	assert.equal((await copy.sync.read()).link.told.merged.xp, 13);
});

test('a merge whose answer is lost is found to have happened', async () => {
	const world = setUp();
	const [one, two] = [world.device(), world.device()];
	const { recovery_code: recovery } = await one.account.optIn();
	await two.account.optIn();
	const { code } = await one.account.invite();
	world.lose = (request) => request === 'POST /pairings/redeem';
	await two.account.pair(code, { merge: true });
	assert.equal((await two.sync.read()).link.account.account_id, (await one.sync.read()).link.account.account_id);

	world.lose = () => false;
	const three = world.device();
	await three.account.optIn();
	world.lose = (request) => request !== 'POST /recover' || true;
	await assert.rejects(three.account.recover(recovery, { merge: true }), NetworkError);
	world.lose = () => false;
	await three.account.recover(recovery, { merge: true });
	assert.equal((await three.sync.read()).link.told.merged.devices, 3);
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
	assert.equal((await two.sync.read()).link.told.merged.devices, 2);
	await assert.rejects(two.account.pair(code, { merge: true }), coded(ApiError, 'unknown_code'));
});

test('a merge whose answer is lost is found to have happened after a reload, whether or not the account was heard of meanwhile', async () => {
	for (const isHeard of [false, true]) {
		const world = setUp();
		const [one, two] = [world.device(), world.device()];
		await one.account.optIn();
		await two.account.optIn();
		const { code } = await one.account.invite();
		await assert.rejects(two.account.pair(code), coded(ApiError, 'merge_needed'));
		world.lose = () => true;
		await assert.rejects(two.account.pair(code, { merge: true }), NetworkError);
		world.lose = () => false;
		const reloaded = world.device({ storage: two.storage });
		if (isHeard) {
			await reloaded.sync.sync();
		}
		// Who presses Join again is first asked about the merge.
		await reloaded.account.pair(code);
		const state = await reloaded.sync.read();
		assert.deepEqual([state.link.account.account_id, state.request], [(await one.sync.read()).link.account.account_id, null]);
		await assert.rejects(reloaded.account.pair(code), coded(ApiError, 'unknown_code'), 'it was used up, and that is known');
	}
});

test('a merge whose request was lost is asked about again, and happens', async () => {
	const world = setUp();
	const [one, two] = [world.device(), world.device()];
	await one.account.optIn();
	await two.account.optIn();
	const { code } = await one.account.invite();
	const isLost = { now: true };
	const cut = makeDevice(async (url, init) => {
		if (isLost.now) {
			throw new TypeError('request lost');
		}
		return world.server.fetch(url, init);
	}, { storage: two.storage });
	await assert.rejects(cut.account.pair(code, { merge: true }), NetworkError);
	isLost.now = false;
	await assert.rejects(cut.account.pair(code), coded(ApiError, 'merge_needed'));
	await cut.account.pair(code, { merge: true });
	assert.equal((await cut.sync.read()).link.told.merged.devices, 2);
});

test('recovering where there is no room says that a device was removed, joining with a free place does not', async () => {
	const world = setUp({ devicesMax: 2 });
	const one = world.device();
	const { recovery_code: code } = await one.account.optIn();
	assert.deepEqual(await world.device().account.recover(code), { madeRoom: false });
	assert.deepEqual(await world.device().account.recover(code), { madeRoom: true });
	assert.equal(Object.values(world.server.snapshot().devices).filter((device) => !device.revoked).length, 2);
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
	assert.equal((await device.sync.read()).link.told.merged.xp, 5);
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
	const id = (await two.sync.read()).link.device.device_id;
	await one.account.revoke(id);
	await one.account.revoke(id);
	assert.deepEqual(await two.sync.sync(), { kind: 'signed_out', code: 'token_revoked', retryAfterS: null });
	await two.account.pair((await one.account.invite()).code);
	await two.sync.sync();
	assert.equal((await two.sync.read()).link.told.merged.xp, 8);
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
	assert.equal((await two.sync.read()).link.told.merged.xp, 7);
});

test('a refused token is remembered, whatever it was used for', async () => {
	const { device } = setUp();
	const [one, two] = [device(), device()];
	await one.account.optIn();
	await two.account.pair((await one.account.invite()).code);
	await one.account.revoke((await two.sync.read()).link.device.device_id);
	await assert.rejects(two.account.devices(), coded(ApiError, 'token_revoked'));
	assert.deepEqual((await two.sync.read()).link, { status: 'refused', code: 'token_revoked' });
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
	assert.equal(state.link.status, 'local');
	assert.deepEqual(state.days[TODAY].counted, totals(7));
	assert.equal((await one.account.devices()).devices.length, 1);
	assert.equal((await two.sync.sync()).kind, 'local');
	await one.sync.sync();
	assert.equal((await one.sync.read()).link.told.merged.xp, 7, 'its totals stay');
});

test('leaving works for a device that was put out, and not without a network', async () => {
	const world = setUp();
	const [one, two] = [world.device(), world.device()];
	await one.account.optIn();
	await two.account.pair((await one.account.invite()).code);
	await one.account.revoke((await two.sync.read()).link.device.device_id);
	await two.account.leave();
	assert.equal((await two.sync.read()).link.status, 'local');
	world.lose = () => true;
	await assert.rejects(one.account.leave(), NetworkError);
	assert.equal((await one.sync.read()).link.status, 'joined');
});

test('erasing takes everything away, here and there, even when its answer was lost', async () => {
	const world = setUp();
	const device = world.device();
	await device.account.optIn();
	await device.sync.count(TODAY, totals(5));
	await device.sync.sync();
	world.lose = (request) => request === 'DELETE /account';
	await assert.rejects(device.account.erase(), NetworkError);
	assert.equal((await device.sync.read()).link.status, 'joined');
	world.lose = () => false;
	await device.storage.save({ session: { version: 1, id: '0', day: TODAY, goalMinutes: 0, activeMs: 60_000, cycles: 6 } });
	await device.account.erase();
	assert.deepEqual(await device.sync.read(), emptyState());
	assert.equal(await device.storage.load('session'), null, 'nor is a session left, to be counted later');
	const { accounts, devices } = world.server.snapshot();
	assert.deepEqual([accounts, devices], [{}, {}]);
});

test('what is in this browser can be erased by whoever never joined, syncs, has left, was removed or is not known', async () => {
	const world = setUp();
	const ways = {
		'never joined': () => {},
		syncs: async (one, two) => two.account.pair((await one.account.invite()).code),
		'has left': async (one, two) => {
			await ways.syncs(one, two);
			await two.sync.sync();
			await two.account.leave();
		},
		'was removed': async (one, two) => {
			await ways.syncs(one, two);
			await one.account.revoke((await two.sync.read()).link.device.device_id);
			await two.sync.sync();
		},
		'is not known': async (one, two) => {
			await ways.syncs(one, two);
			await one.account.erase();
			await two.sync.sync();
			await one.account.optIn();
		},
	};
	for (const [name, way] of Object.entries(ways)) {
		const [one, two] = [world.device(), world.device()];
		await one.account.optIn();
		await two.sync.count(TODAY, totals(7));
		await way(one, two);
		await two.storage.save({ session: { day: TODAY } });
		await two.account.eraseHere();
		assert.deepEqual([await two.sync.read(), await two.storage.load('session')], [emptyState(), null], name);
		assert.equal((await one.account.devices()).devices.length, 1, `${name}: no device stays behind`);
	}
});

test('a new token is stored before it is used, and the old one stops then', async () => {
	const { device, server } = setUp();
	const one = device();
	await one.account.optIn();
	const old = (await one.sync.read()).link.device.token;
	await one.account.renewToken();
	const renewed = (await one.sync.read()).link.device.token;
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
