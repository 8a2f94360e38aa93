/** What is shown as the next request is the next request. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectAddress } from '../../../htdocs/js/core/address.js';
import { DRAWN_LATER, previewRequests } from '../../../htdocs/js/core/preview.js';
import { emptyState, newOwn } from '../../../htdocs/js/core/state.js';
import { makeDevice, merged, problem, reply, scripted, TODAY, totals } from './support.mjs';

const host = { kind: 'web', today: () => TODAY };
const preview = (state) => previewRequests(state, host);

const JOINED = { account_id: 'a', device_id: 'd', token: 'bm_secret', handle: 'quiet-cedar-4821', recovery_code: 'x' };

/** What was asked, each once in a row, with what is drawn at random as the preview has it. */
const asked = (requests) => requests.map(({ method, path, body }) => ({
	method, path: `/api/v1/sync${path}`,
	body: body && { ...body, ...body.push && { push: DRAWN_LATER }, ...body.request && { request: DRAWN_LATER.repeat(2) } },
})).filter((each, i, all) => JSON.stringify(each) !== JSON.stringify(all[i - 1]));

const account = (request) => {
	if (request.path === '/accounts') {
		return reply(201, JOINED);
	}
	return reply(200, request.path === '/export' ? { account: {}, epoch: merged().epoch, totals: {}, devices: [], imports: [] } : merged());
};

test('of a device that is in no account: opting in, and everything that goes along', async () => {
	const { fetch, requests } = scripted(account);
	const { sync, account: own } = makeDevice(fetch);
	await sync.count(TODAY, totals(18, 5, 1, 18));
	const shown = await preview(await sync.read());
	assert.deepEqual(requests, [], 'looking sends nothing');
	await own.optIn();
	await sync.sync();
	assert.deepEqual(shown, asked(requests));
	assert.deepEqual(shown.at(-1).body.days, [{ day: TODAY, ...totals(18, 5, 1, 18) }]);
	assert.doesNotMatch(JSON.stringify(shown), /bm_secret/);
});

test('of one whose opting in was not answered: the same, and nothing of the secret that it has kept', async () => {
	let lost = true;
	const { fetch, requests } = scripted((request) => (lost ? new TypeError('lost') : account(request)));
	const { sync, account: own } = makeDevice(fetch);
	await assert.rejects(own.optIn());
	const state = await sync.read();
	assert.match(state.request.id, /^[0-9a-f]{32}$/);
	const shown = await preview(state);
	assert.ok(!JSON.stringify(shown).includes(state.request.id));
	requests.length = 0;
	lost = false;
	await own.optIn();
	await sync.sync();
	assert.equal(requests[0].body.request, state.request.id);
	assert.deepEqual(shown, asked(requests));
});

test('of one that was put out: the same, with what it had counted', async () => {
	let revoked = false;
	const { fetch, requests } = scripted((request) => (revoked ? problem(401, 'token_revoked') : account(request)));
	const { sync, account: own } = makeDevice(fetch);
	await own.optIn();
	await sync.count(TODAY, totals(18, 5, 1, 18));
	await sync.sync();
	revoked = true;
	await sync.sync();
	revoked = false;
	const shown = await preview(await sync.read());
	requests.length = 0;
	await own.optIn();
	await sync.sync();
	assert.deepEqual(shown, asked(requests));
	assert.equal(shown.at(-1).body.days[0].xp, 18);
});

test('of one that syncs: what it has not told, or nothing but the question', async () => {
	const { fetch, requests } = scripted(account);
	const { sync, account: own } = makeDevice(fetch);
	await own.optIn();
	assert.deepEqual((await preview(await sync.read())).map(({ method }) => method), ['GET']);
	await sync.count(TODAY, totals(7, 1, 1, 7));
	const before = await sync.read();
	const shown = await preview(before);
	assert.deepEqual(await sync.read(), before, 'looking changes nothing');
	requests.length = 0;
	await sync.sync();
	assert.deepEqual(shown, asked(requests));
});

test('of one whose push was not answered: that push, with the id that it has', async () => {
	let lost = false;
	const { fetch } = scripted((request) => (lost && request.method === 'POST' ? new TypeError('lost') : account(request)));
	const { sync, account: own } = makeDevice(fetch);
	await own.optIn();
	await sync.count(TODAY, totals(7, 1, 1, 7));
	lost = true;
	await sync.sync();
	const state = await sync.read();
	assert.match(state.link.pending.push, /^[0-9a-f]{16}$/);
	assert.equal((await preview(state)).at(-1).body.push, state.link.pending.push);
});

test('of one that was copied: it first asks what the server has', async () => {
	const own = { ...newOwn({ device_id: 'd', token: 't' }), restored: true };
	const state = { ...emptyState(), link: { status: 'joined', ...own, account: { account_id: 'a', handle: 'h' }, told: null } };
	assert.deepEqual((await preview(state)).map(({ path }) => path), ['/api/v1/sync/export']);
});

test('the address for VS Code has server and code in its fragment', () => {
	const address = new URL(connectAddress({ server: 'https://breath.example:8443', code: 'ABCD-EFGH' }));
	assert.equal(address.search, '');
	assert.deepEqual([...new URLSearchParams(address.hash.slice(1))], [['server', 'https://breath.example:8443'], ['code', 'ABCD-EFGH']]);
});
