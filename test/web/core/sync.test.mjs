import assert from 'node:assert/strict';
import test from 'node:test';
import { shift } from '../model/progress.mjs';
import { createModel } from '../model/server.mjs';
import { makeDevice, merged, problem, reply, scripted, TODAY, totals } from './support.mjs';

const model = () => createModel({ today: () => TODAY });

/** A device that has opted in at a model, and whose network the test can break: `break` says of each request what becomes of it: null for
 * nothing, 'lost', 'answer lost', or a reply in the server's stead. */
async function joined(server = model()) {
	const network = { break: () => null, requests: [] };
	const device = makeDevice(async (url, init) => {
		const request = `${init.method} ${url.replace('/api/v1/sync', '')}`;
		network.requests.push(request);
		const fault = network.break(request, init);
		if (fault === 'lost') {
			throw new TypeError('lost');
		}
		if (fault !== null && fault !== 'answer lost') {
			return fault;
		}
		const answer = await server.fetch(url, init);
		if (fault === 'answer lost') {
			throw new TypeError('answer lost');
		}
		return answer;
	});
	await device.account.optIn();
	network.requests.length = 0;
	return { ...device, server, network };
}

/** A device in some account, whose server says what the test wants to pushes and is fine otherwise. */
async function against(answer) {
	const device = await joined();
	let push = 0;
	device.network.break = (request, init) => (request === 'POST ' ? answer(JSON.parse(init.body), push++) : null);
	device.pushes = () => device.network.requests.filter((request) => request === 'POST ').length;
	return device;
}

test('without an account nothing is sent, and nothing is asked', async () => {
	const { fetch, requests } = scripted(() => reply(200, merged()));
	const device = makeDevice(fetch);
	await device.sync.count(TODAY, totals(5));
	assert.deepEqual(await device.sync.sync(), { kind: 'local', code: null, retryAfterS: null });
	assert.equal(requests.length, 0);
});

test('what is counted reaches the server, once', async () => {
	const { sync, network } = await joined();
	await sync.count(TODAY, totals(5, 1, 1, 5));
	assert.equal((await sync.sync()).kind, 'done');
	assert.deepEqual(network.requests, [`GET ?today=${TODAY}`, 'POST ']);
	assert.equal((await sync.sync()).kind, 'done');
	assert.equal(network.requests.filter((request) => request === 'POST ').length, 1);
	const state = await sync.read();
	assert.equal(state.link.told.merged.xp, 5);
	assert.deepEqual(state.link.told.merged.streak, { current: 1, longest: 1, last_day: TODAY, active_today: true });
});

test('a long absence is told in several pushes', async () => {
	const { sync, network } = await joined();
	for (let i = 0; i < 900; i++) {
		await sync.count(shift(TODAY, -i), totals(1));
	}
	assert.equal((await sync.sync()).kind, 'done');
	assert.equal(network.requests.filter((request) => request === 'POST ').length, 3);
	assert.equal((await sync.read()).link.told.merged.xp, 900);
});

test('a push whose request or answer is lost is sent again unchanged and counts once', async () => {
	for (const fault of ['lost', 'answer lost']) {
		const { sync, network } = await joined();
		const bodies = [];
		network.break = (request, init) => {
			if (request === 'POST ') {
				bodies.push(init.body);
				return bodies.length < 3 ? fault : null;
			}
			return null;
		};
		await sync.count(TODAY, totals(5));
		assert.deepEqual(await sync.sync(), { kind: 'later', code: 'unreachable', retryAfterS: null });
		await sync.count(TODAY, totals(2));
		assert.equal((await sync.sync()).kind, 'later');
		assert.equal((await sync.sync()).kind, 'done');
		assert.equal(bodies[1], bodies[0]);
		assert.equal(bodies[2], bodies[0]);
		assert.equal((await sync.read()).link.told.merged.xp, 7);
	}
});

test('the push is stored before it is sent', async () => {
	const { sync, storage, network } = await joined();
	let stored;
	network.break = (request) => {
		if (request === 'POST ') {
			stored = JSON.parse(storage.text).link.pending;
		}
		return null;
	};
	await sync.count(TODAY, totals(5));
	await sync.sync();
	assert.match(stored.push, /^[0-9a-f]{16}$/);
	assert.deepEqual(stored.days, [{ day: TODAY, ...totals(5) }]);
});

test('a copy is found out and goes on as a device of its own', async () => {
	const { sync, storage, server, account } = await joined();
	await sync.count(TODAY, totals(5));
	await sync.sync();
	const copy = makeDevice((url, init) => server.fetch(url, init));
	copy.storage.text = storage.text;
	await sync.count(TODAY, totals(10));
	await copy.sync.count(TODAY, totals(20));
	assert.equal((await sync.sync()).kind, 'done');
	assert.equal((await copy.sync.sync()).kind, 'done');
	assert.equal((await copy.sync.read()).link.told.merged.xp, 35);
	assert.notEqual((await copy.sync.read()).link.device.device_id, (await sync.read()).link.device.device_id);
	assert.equal((await account.devices()).devices.length, 2);
});

test('a new device is asked for again when the answer was lost, and nothing counts twice', async () => {
	const { sync, storage, network } = await joined();
	const old = storage.text;
	await sync.count(TODAY, totals(5));
	await sync.sync();
	storage.text = old;
	await sync.count('2026-11-21', totals(3));
	let lost = 0;
	network.break = (request) => (request === 'POST /devices' && lost++ < 2 ? 'answer lost' : null);
	assert.equal((await sync.sync()).kind, 'later');
	await sync.count('2026-11-21', totals(1));
	assert.equal((await sync.sync()).kind, 'later');
	assert.equal((await sync.sync()).kind, 'done');
	assert.equal((await sync.read()).link.told.merged.xp, 9);
});

test('a fork that finds no room for another device waits, and keeps everything', async () => {
	const server = createModel({ today: () => TODAY, devicesMax: 1 });
	const { sync, storage } = await joined(server);
	const old = storage.text;
	await sync.count(TODAY, totals(5));
	await sync.sync();
	storage.text = old;
	await sync.count(TODAY, totals(7));
	assert.deepEqual(await sync.sync(), { kind: 'later', code: 'quota_reached', retryAfterS: null });
	assert.deepEqual((await sync.read()).days[TODAY].counted, totals(7));
});

test('a restored server gets back all that the device knows', async () => {
	const { sync, server } = await joined();
	await sync.count('2026-11-20', totals(5));
	await sync.sync();
	const backup = server.snapshot();
	await sync.count('2026-11-21', totals(7));
	await sync.count('2026-11-20', totals(1));
	await sync.sync();
	server.restore(backup);
	await sync.count(TODAY, totals(2));
	assert.equal((await sync.sync()).kind, 'done');
	assert.equal((await sync.read()).link.told.merged.xp, 15);
});

test('a device that was rolled back is found out even on a restored server', async () => {
	const { sync, server, storage } = await joined();
	await sync.count(TODAY, totals(5));
	await sync.sync();
	const old = storage.text;
	await sync.count(TODAY, totals(7));
	await sync.sync();
	server.restore(server.snapshot());
	storage.text = old;
	await sync.count(TODAY, totals(3));
	assert.equal((await sync.sync()).kind, 'done');
	assert.ok((await sync.read()).link.told.merged.xp >= 15, 'never less than 5 + 7 + 3');
});

for (const code of ['token_unknown', 'token_revoked']) {
	test(`${code}: syncing stops, what was counted is kept, what came from the account is not, and no account is made`, async () => {
		const device = await joined();
		await device.sync.count(TODAY, totals(5));
		let refuses = true;
		device.network.break = () => (refuses ? problem(401, code) : null);
		assert.deepEqual(await device.sync.sync(), { kind: 'signed_out', code, retryAfterS: null });
		device.network.requests.length = 0;
		await device.sync.count(TODAY, totals(1));
		assert.deepEqual(await device.sync.sync(), { kind: 'signed_out', code, retryAfterS: null });
		assert.deepEqual(device.network.requests, []);
		const { days, link } = await device.sync.read();
		assert.deepEqual([days[TODAY].counted, link.status, link.account, link.told], [totals(6), 'refused', undefined, undefined]);
		assert.equal((await device.sync.sync({ force: true })).kind, 'signed_out');
		refuses = false;
		const isRemoved = code === 'token_revoked';
		// The server may have been restored from the wrong backup, and then from the right one; who was removed stays removed.
		assert.equal((await device.sync.sync({ force: true })).kind, isRemoved ? 'signed_out' : 'done');
		assert.equal((await device.sync.sync()).kind, isRemoved ? 'signed_out' : 'done');
		assert.equal((await device.sync.read()).link.told?.merged.xp, isRemoved ? undefined : 6);
	});
}

test('a refusal that is not about the token leaves everything as it is', async () => {
	const device = await joined();
	await device.sync.sync();
	const before = await device.sync.read();
	device.network.break = () => problem(401, 'http_401');
	assert.deepEqual(await device.sync.sync(), { kind: 'later', code: 'http_401', retryAfterS: null });
	assert.deepEqual(await device.sync.read(), before);
});

test('a wrong clock: the days are kept, and told when it is right', async () => {
	let today = '2027-06-01';
	const server = model();
	const device = makeDevice((url, init) => server.fetch(url, init), { today: () => today });
	await device.account.optIn();
	await device.sync.count(TODAY, totals(5));
	assert.deepEqual(await device.sync.sync(), { kind: 'clock_off', code: 'clock_off', retryAfterS: null });
	assert.notEqual((await device.sync.read()).link.pending, null);
	today = TODAY;
	assert.equal((await device.sync.sync()).kind, 'done');
	assert.equal((await device.sync.read()).link.told.merged.xp, 5);
});

test('a day that the server refuses is kept aside, and all others are told', async () => {
	const device = await joined();
	await device.sync.count('2027-06-01', totals(9));
	await device.sync.count('2026-11-20', totals(5));
	await device.sync.count('2026-11-21', totals(7));
	assert.equal((await device.sync.sync()).kind, 'done');
	const state = await device.sync.read();
	assert.equal(state.link.told.merged.xp, 12);
	assert.deepEqual(state.refused, { '2027-06-01': { code: 'out_of_range', on: TODAY } });
	assert.deepEqual(state.days['2027-06-01'].counted, totals(9));
	const { length } = device.network.requests;
	await device.sync.sync();
	assert.equal(device.network.requests.length, length + 1, 'not offered again the same day');
});

test('a push that is refused for no reason that can be found is halved until it is', async () => {
	const bad = '2026-11-19';
	for (const status of [400, 413, 422]) {
		const device = await against(({ days }) => (days.some(({ day }) => day === bad) ? problem(status, 'bad_value', { pointer: '/push' }) : null));
		for (let i = 0; i < 7; i++) {
			await device.sync.count(shift(TODAY, -i), totals(1));
		}
		let runs = 0;
		while ((await device.sync.sync()).kind === 'later') {
			assert.ok(++runs < 10);
		}
		assert.ok(runs > 0, 'each refusal ends a run, so that the next one waits');
		const state = await device.sync.read();
		assert.equal(state.link.told.merged.xp, 6);
		assert.deepEqual(Object.keys(state.refused), [bad]);
	}
});

for (const [status, code, seconds] of [[503, 'unavailable', 7], [429, 'too_many_requests', 60], [500, 'internal_error', null], [404, 'not_found', null]]) {
	test(`${status} ${code}: the same push again, later`, async () => {
		const bodies = [];
		const device = await against((body, n) => {
			bodies.push(body);
			return n === 0 ? problem(status, code, {}, seconds === null ? {} : { 'Retry-After': String(seconds) }) : null;
		});
		await device.sync.count(TODAY, totals(5));
		assert.deepEqual(await device.sync.sync(), { kind: 'later', code, retryAfterS: seconds });
		assert.equal((await device.sync.sync()).kind, 'done');
		assert.deepEqual(bodies[1], bodies[0]);
	});
}

test('a fork whose answer does not say what the contract promises is no fork', async () => {
	for (const members of [{}, { received: true }, { epoch: 'e' }, { received: 'yes', epoch: 'e' }]) {
		const device = await against(() => problem(409, 'device_forked', members));
		await device.sync.count(TODAY, totals(5));
		assert.deepEqual(await device.sync.sync(), { kind: 'later', code: 'device_forked', retryAfterS: null });
		assert.notEqual((await device.sync.read()).link.pending, null);
	}
});

test('counting does not wait for the network', async () => {
	const device = await joined();
	await device.sync.count(TODAY, totals(5));
	let answer = null;
	const slow = makeDevice(async (url, init) => {
		const given = await device.server.fetch(url, init);
		if (init.method === 'POST' && !answer) {
			await new Promise((resolve) => {
				answer = resolve;
			});
		}
		return given;
	}, { storage: device.storage });
	const syncing = slow.sync.sync();
	while (!answer) {
		await new Promise((resolve) => {
			setImmediate(resolve);
		});
	}
	assert.deepEqual(await device.sync.count(TODAY, totals(2)), totals(2));
	answer();
	assert.equal((await syncing).kind, 'done');
	assert.equal((await device.sync.read()).link.told.merged.xp, 7, 'the run went on until all was told');
});

test('several windows have one voice', async () => {
	const device = await joined();
	const windows = Array.from({ length: 5 }, () => makeDevice((url, init) => device.server.fetch(url, init), { storage: device.storage }));
	await device.sync.count(TODAY, totals(5));
	const ends = await Promise.all(windows.map((window) => window.sync.sync()));
	assert.deepEqual(ends.map(({ kind }) => kind), Array(5).fill('done'));
	assert.equal((await device.account.devices()).devices.length, 1);
	assert.equal((await device.sync.read()).link.told.merged.xp, 5);
});

test('today can be left for another run', async () => {
	const device = await joined();
	await device.sync.count(TODAY, totals(5));
	await device.sync.count('2026-11-21', totals(3));
	assert.equal((await device.sync.sync({ before: TODAY })).kind, 'done');
	assert.equal((await device.sync.read()).link.told.merged.xp, 3);
});

test('a storage that fails is no network error', async () => {
	const device = await joined();
	device.storage.save = async () => {
		throw new Error('disk full');
	};
	await assert.rejects(device.sync.count(TODAY, totals(1)), /disk full/);
	await assert.rejects(device.sync.sync(), /disk full/);
});

test('requests carry days and totals, and no time of day', async () => {
	const device = await joined();
	const sent = [];
	device.network.break = (request, { body, headers }) => {
		sent.push(`${request} ${body ?? ''} ${JSON.stringify(headers).replace(/bm_[\w-]+/, '')}`);
		return null;
	};
	await device.sync.count(TODAY, totals(5, 1, 1, 5));
	await device.sync.sync();
	await device.account.export();
	for (const text of sent) {
		assert.doesNotMatch(text, /\d{2}:\d{2}|\dT\d{2}|:\d{10,13}[,}]/);
	}
});
