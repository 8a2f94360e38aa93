import assert from 'node:assert/strict';
import test from 'node:test';
import { ApiError, createApi, NetworkError } from '../../../htdocs/js/core/api.js';
import { merged, problem, reply, scripted, TODAY, totals } from './support.mjs';

const JOINED = { account_id: 'a', device_id: 'd', token: 'bm_t', handle: 'quiet-cedar-4821' };
const EXPORT = { account: {}, epoch: 'e', totals: {}, devices: [], imports: [] };
const PUSH = { push: '00000000000000aa', after: null, days: [{ day: TODAY, ...totals(1) }] };
const REQUEST = '0123456789abcdef0123456789abcdef';
const IMPORT = { today: TODAY, days: [], rest: totals(1) };

/** Each call, the request that it must make, and a reply that it takes. */
const CALLS = [
	['createAccount', ['web', REQUEST], 'POST /accounts', { device: { kind: 'web' }, request: REQUEST }, null, 201, { ...JOINED, recovery_code: 'r' }],
	['pull', ['bm_t', TODAY], `GET ?today=${TODAY}`, undefined, 'bm_t', 200, merged()],
	['push', ['bm_t', TODAY, PUSH], 'POST ', { today: TODAY, ...PUSH }, 'bm_t', 200, merged()],
	['putImport', ['bm_t', 'ab', IMPORT], 'PUT /imports/ab', IMPORT, 'bm_t', 200, merged()],
	['listImports', ['bm_t'], 'GET /imports', undefined, 'bm_t', 200, { imports: [] }],
	['removeImport', ['bm_t', 'ab'], 'DELETE /imports/ab', undefined, 'bm_t', 204, ''],
	['exportAccount', ['bm_t'], 'GET /export', undefined, 'bm_t', 200, EXPORT],
	['eraseAccount', ['bm_t'], 'DELETE /account', undefined, 'bm_t', 204, ''],
	['listDevices', ['bm_t'], 'GET /devices', undefined, 'bm_t', 200, { devices: [] }],
	['revokeDevice', ['bm_t', 'd'], 'DELETE /devices/d', undefined, 'bm_t', 204, ''],
	['createDevice', ['bm_t', 'web', REQUEST], 'POST /devices', { device: { kind: 'web' }, request: REQUEST }, 'bm_t', 201, { device_id: 'd', token: 'bm_u' }],
	['renewToken', ['bm_t'], 'POST /token', undefined, 'bm_t', 200, { token: 'bm_u' }],
	['renewRecoveryCode', ['bm_t'], 'POST /recovery-code', undefined, 'bm_t', 200, { recovery_code: 'r' }],
	['createPairing', ['bm_t'], 'POST /pairings', undefined, 'bm_t', 201, { code: 'ABCD-EFGH', expires_in_s: 600, url: '/#pair=ABCD-EFGH' }],
	['redeem', ['ABCD-EFGH', 'web', REQUEST], 'POST /pairings/redeem', { code: 'ABCD-EFGH', device: { kind: 'web' }, request: REQUEST }, null, 201, JOINED],
	['recover', ['r', 'web', REQUEST], 'POST /recover', { recovery_code: 'r', device: { kind: 'web' }, request: REQUEST }, null, 201, JOINED],
	['redeemInto', ['bm_t', 'ABCD-EFGH', 'web', true, REQUEST], 'POST /pairings/redeem',
		{ code: 'ABCD-EFGH', device: { kind: 'web' }, merge: true, request: REQUEST }, 'bm_t', 200, merged()],
	['recoverInto', ['bm_t', 'r', 'web', false, REQUEST], 'POST /recover',
		{ recovery_code: 'r', device: { kind: 'web' }, merge: false, request: REQUEST }, 'bm_t', 200, merged()],
];

for (const [name, args, line, body, token, status, document] of CALLS) {
	test(`${name} makes the request of the contract and takes its reply`, async () => {
		const { fetch, requests } = scripted(() => reply(status, document));
		const result = await createApi({ fetch })[name](...args);
		assert.deepEqual(result, document === '' ? undefined : document);
		assert.equal(requests.length, 1);
		const [{ method, path, headers, body: sent }] = requests;
		assert.equal(`${method} ${path}`, line);
		assert.deepEqual(sent, body);
		assert.equal(headers.Authorization, token === null ? undefined : `Bearer ${token}`);
		assert.equal(headers['Content-Type'], body === undefined ? undefined : 'application/json');
	});

	test(`${name} takes no other success for its own`, async () => {
		const strange = [reply(200, '<html>'), reply(200, 'null'), reply(200, '[]'), reply(200, '{"xp":1}'), reply(302, ''), reply(200, '')];
		for (const given of strange) {
			const { fetch } = scripted(() => given);
			await assert.rejects(createApi({ fetch })[name](...args), (error) => (
				error instanceof NetworkError && error.code === 'garbled'
			), `${name}: ${given.status} ${await given.text()}`);
		}
	});
}

test('another server can be talked to', async () => {
	const { fetch, requests } = scripted(() => reply(200, { imports: [] }));
	await createApi({ fetch, base: 'https://breath.example.org/api/v1/sync' }).listImports('bm_t');
	assert.equal(requests[0].path, 'https://breath.example.org/imports');
});

test('a refusal is a typed error with all that the problem document says', async () => {
	const { fetch } = scripted(() => problem(422, 'out_of_range', { detail: 'The day is too late.', pointer: '/days/3/day' }));
	await assert.rejects(createApi({ fetch }).push('bm_t', TODAY, PUSH), (error) => {
		assert.ok(error instanceof ApiError);
		assert.equal(error.status, 422);
		assert.equal(error.code, 'out_of_range');
		assert.equal(error.pointer, '/days/3/day');
		assert.equal(error.message, 'The day is too late.');
		assert.equal(error.retryAfterS, null);
		return true;
	});
});

test('members beyond the usual ones are kept', async () => {
	const { fetch } = scripted(() => problem(409, 'merge_needed', { yours: totals(1), theirs: totals(2) }));
	await assert.rejects(createApi({ fetch }).redeemInto('bm_t', 'ABCD-EFGH', 'web', false, REQUEST), (error) => {
		assert.deepEqual(error.members.theirs, totals(2));
		return error.code === 'merge_needed';
	});
});

test('Retry-After is read in seconds, and in no other way', async () => {
	for (const [header, seconds] of [['30', 30], ['0', 0], ['Wed, 21 Oct 2026 07:28:00 GMT', null], ['-1', null], ['1.5', null], [undefined, null]]) {
		const { fetch } = scripted(() => problem(503, 'unavailable', {}, header === undefined ? {} : { 'Retry-After': header }));
		await assert.rejects(createApi({ fetch }).pull('bm_t', TODAY), (error) => error.retryAfterS === seconds, header);
	}
});

test('a refusal without a problem document still is one', async () => {
	for (const body of ['', '<html>502 Bad Gateway</html>', '"no"', 'null', '[]', '{"code":5,"title":[]}']) {
		const { fetch } = scripted(() => reply(502, body));
		await assert.rejects(createApi({ fetch }).pull('bm_t', TODAY), (error) => (
			error instanceof ApiError && error.code === 'http_502' && error.message === 'The server answered 502.'
		));
	}
});

test('a network that fails, before or within the reply, is told from a refusal', async () => {
	const cut = { ...reply(200, ''), text: async () => {
		throw new TypeError('terminated');
	} };
	for (const given of [new TypeError('fetch failed'), cut]) {
		const { fetch } = scripted(() => given);
		await assert.rejects(createApi({ fetch }).pull('bm_t', TODAY), (error) => (
			error instanceof NetworkError && error.code === 'unreachable' && error.cause instanceof TypeError
		));
	}
});
