/**
 * The running service answers as openapi.json says. Every route is brought to success and to each of its refusals; each reply is held
 * against the document, strictly; and at the end nothing that the document promises may be left that was not seen.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import test, { after, before } from 'node:test';
import { assertProblem, baseOf, bodySchema, document, familyOf, isJson, isPage, operationOf, operations, pathOf, repliesOf, replyFaults, resolve } from './document.mjs';
import { forbidden } from './forbidden.mjs';
import { hangUp, request } from './request.mjs';
import { startService } from './service.mjs';
import { build, tables } from './tables.mjs';

/**
 * What cannot be brought about from outside: faults of the server itself, and a service that is overloaded. Other suites do so (full
 * disks, killed processes).
 */
const OUT_OF_REACH = ['500 internal_error', '503 store_full', '503 unavailable', '504 unavailable'];

const hex = (bytes) => randomBytes(bytes).toString('hex');
const day = (offset = 0) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
const totals = (value) => ({ xp: value, minutes: value, sessions: value, cycles: value });

let service;
let strictService;
/** Somebody's share. */
let shared;
const seen = new Set();

before(async () => {
	service = await startService();
	strictService = await startService({
		LIMIT_LOOPBACK: 1, BREATH_ACCOUNTS_PER_DAY: 3, BREATH_DEVICES_PER_ACCOUNT: 2, BREATH_IMPORTS_PER_ACCOUNT: 1, BREATH_WRONG_CODES_PER_10_MIN: 2, BREATH_RATINGS_PER_DAY: 2,
		BREATH_OFFERS_PER_DAY: 1, BREATH_SHARES_PER_ACCOUNT: 1, BREATH_DAYS_PER_ACCOUNT: 3,
	});
	const { token } = await open();
	shared = (await call('add_share', { token, body: { what: 'week' } }, '201')).id;
});

after(async () => {
	hangUp();
	await service?.stop();
	await strictService?.stop();
});

/**
 * Calls an operation and holds the reply against the document.
 * @param {string} id of the operation
 * @param {object} ask `token`, `args` of the path, `query` string, `body` (a value, or text as it is), `headers`, `at` (a service)
 * @param {string} expected status, and for a problem its code, and for a member its pointer: '422 out_of_range /days/0/xp'
 * @returns {Promise<any>} the reply's JSON, with the reply itself as `$reply` where it has none
 */
async function call(id, ask, expected) {
	const operation = operationOf(id);
	const { at = service, args = {}, query = '', token, body, headers = {} } = ask;
	const path = pathOf(operation, args);
	const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
	const reply = await request(operation.method.toUpperCase(), baseOf(operation, at) + path + query, {
		...(text === '' ? {} : { 'Content-Type': 'application/json' }),
		...(token ? { Authorization: `Bearer ${token}` } : {}),
		...headers,
	}, text);
	const parsed = isJson(reply) && reply.text !== '' ? JSON.parse(reply.text) : {};
	const got = [reply.status, parsed.code, parsed.pointer].filter((each) => each !== undefined);
	const wanted = expected.split(' ');
	assert.deepEqual(got.slice(0, wanted.length).join(' '), expected, `${id}: ${reply.text}`);

	const response = operation.responses[reply.status];
	assert.ok(response, `${id} describes ${reply.status}`);
	assert.deepEqual(replyFaults(response, reply), [], `${id} ${expected}: ${reply.text.slice(0, 400)}`);
	if (reply.status >= 400 && isJson(reply)) {
		assertProblem(reply);
	}
	seen.add(`${id} ${reply.status} ${reply.status >= 400 ? parsed.code ?? null : null}`);
	return isJson(reply) && reply.text !== '' ? parsed : { $reply: reply };
}

// --- What a call needs ---

const device = { device: { kind: 'cli' } };
const open = (at = service) => call('open_account', { at, body: device }, '201');

const pushBody = (days, after = null) => ({ today: day(), push: hex(8), after, days });
const importBody = (days) => ({ today: day(), days, rest: totals(5), streak: { days: 2, last_day: day(-1), longest: 4 } });

/** For each operation that takes a body: one that it takes. */
const GOOD_BODY = {
	push_days: () => pushBody([{ day: day(), ...totals(1) }]),
	open_account: () => device,
	grow_import: () => importBody([{ day: day(-1), ...totals(1) }]),
	add_device: () => device,
	recover: () => ({ recovery_code: document.components.schemas.Recover.examples[0].recovery_code, ...device, merge: false }),
	redeem_pairing: () => ({ code: 'ABCD-EFGH', ...device, merge: false }),
	show_me: () => ({ visible: true }),
	take_rating: () => ({ rating: 4 }),
	add_share: () => ({ what: 'streak' }),
};

/** With an `id` nothing is shared by, so that nginx has kept nothing of it. */
const otherArgs = () => ({ ...someArgs(), id: hex(16) });
const someArgs = () => ({ id: shared, source: hex(32), device_id: document.components.schemas.DeviceList.examples[0].devices[1].device_id });

// --- Successes ---

test('an account from opening to erasing', async () => {
	const { token, account_id, device_id, handle } = await open();
	const state = await call('show_state', { token }, '200');
	assert.deepEqual([state.account_id, state.handle, state.xp, state.devices], [account_id, handle, 0, 1]);

	const push = pushBody([{ day: day(), xp: 4, minutes: 3, sessions: 2, cycles: 1 }, { day: day(-500), ...totals(6) }]);
	const merged = await call('push_days', { token, body: push }, '200');
	assert.deepEqual([merged.xp, merged.minutes, merged.sessions, merged.cycles], [10, 9, 8, 7]);
	assert.deepEqual(await call('push_days', { token, body: push }, '200'), merged);
	assert.deepEqual(await call('show_state', { token, query: `?today=${day()}` }, '200'), merged);

	const source = hex(32);
	assert.equal((await call('grow_import', { token, args: { source }, body: importBody([{ day: day(-2), ...totals(7) }]) }, '200')).xp, 22);
	assert.deepEqual((await call('list_imports', { token }, '200')).imports, [{ source, xp: 12, first_day: day(-2), last_day: day(-2) }]);

	const second = await call('add_device', { token, body: device }, '201');
	assert.deepEqual((await call('list_devices', { token }, '200')).devices.map((each) => each.this), [true, false]);
	await call('revoke_device', { token, args: { device_id: second.device_id } }, '204');
	await call('show_state', { token: second.token }, '401 token_revoked');

	const renewed = (await call('renew_token', { token }, '200')).token;
	await call('renew_recovery_code', { token: renewed }, '200');
	await call('show_state', { token }, '401 token_revoked');

	// Folds the old day, so that the export has a month.
	execFileSync(`${build}/breathctl`, ['-c', `${service.state}/breath.conf`, 'purge']);
	const all = await call('export_account', { token: renewed }, '200');
	const own = all.devices.find((each) => each.device_id === device_id);
	assert.deepEqual([own.days.length, own.months.length, own.horizon_day], [1, 1, day(-500)]);
	assert.deepEqual([all.imports.length, all.devices.length, all.totals.xp], [1, 1, 22]);

	await call('remove_import', { token: renewed, args: { source } }, '204');
	await call('erase_account', { token: renewed }, '204');
	await call('show_state', { token: renewed }, '401 token_unknown');
});

test('joining and merging, by pairing code and by recovery code', async () => {
	const { token, recovery_code } = await open();
	await call('push_days', { token, body: pushBody([{ day: day(), ...totals(3) }]) }, '200');
	const { code } = await call('open_pairing', { token }, '201');
	await call('redeem_pairing', { body: { code, ...device } }, '201');
	await call('redeem_pairing', { body: { code, ...device } }, '404 unknown_code');
	await call('recover', { body: { recovery_code, ...device } }, '201');

	for (const [id, secretOf] of [
		['redeem_pairing', async () => ({ code: (await call('open_pairing', { token }, '201')).code })],
		['recover', async () => ({ recovery_code })],
	]) {
		const other = await open();
		const body = { ...await secretOf(), ...device };
		const refused = await call(id, { token: other.token, body }, '409 merge_needed');
		assert.deepEqual([refused.yours, refused.theirs], [totals(0), totals(3)]);
		await call(id, { token: other.token, body: { ...body, merge: true } }, '200');
		assert.ok((await call('export_account', { token }, '200')).account.former_ids.includes(other.account_id));
	}
});

test('a request whose reply was lost: the same device again, and nothing else under its name', async () => {
	const { token, recovery_code } = await open();
	for (const [id, secretOf, ask] of [
		['open_account', async () => ({}), {}],
		['add_device', async () => ({}), { token }],
		['redeem_pairing', async () => ({ code: (await call('open_pairing', { token }, '201')).code }), {}],
		['recover', async () => ({ recovery_code }), {}],
	]) {
		const body = { ...await secretOf(), ...device, request: hex(16) };
		const first = await call(id, { ...ask, body }, '201');
		const second = await call(id, { ...ask, body }, '201');
		assert.equal(second.device_id, first.device_id);
		await call('show_state', { token: first.token }, '401 token_revoked');
		await call('show_state', { token: second.token }, '200');
		await call(id, { ...ask, body: { ...body, device: { kind: 'web' } } }, '409 request_reused');
		await call('revoke_device', { token: second.token, args: { device_id: second.device_id } }, '204');
		await call(id, { ...ask, body }, '401 token_revoked');
	}
});

test('a copy of a device is told', async () => {
	const { token } = await open();
	const bodies = [pushBody([])];
	bodies.push(pushBody([], bodies[0].push));
	for (const body of bodies) {
		await call('push_days', { token, body }, '200');
	}
	assert.equal((await call('push_days', { token, body: bodies[0] }, '409 device_forked')).received, true);
	assert.equal((await call('push_days', { token, body: pushBody([]) }, '409 device_forked')).received, false);
});

test('GET: what is the same need not be sent again, and HEAD is GET without the body', async () => {
	const { token } = await open();
	await call('show_me', { token, body: { visible: true } }, '200');
	for (const operation of operations.filter((each) => each.method === 'get')) {
		const url = baseOf(operation, service) + pathOf(operation, someArgs());
		const headers = { Authorization: `Bearer ${token}` };
		const whole = await request('GET', url, headers);
		const head = await request('HEAD', url, headers);
		assert.deepEqual(replyFaults(operation.responses[200], head), []);
		// Counters have moved on whenever one looks.
		const moves = operation.operationId === 'show_metrics';
		assert.deepEqual([head.status, head.text, moves || head.headers.etag === whole.headers.etag], [200, '', true]);
		const ask = { token, args: someArgs() };
		await call(operation.operationId, { ...ask, headers: { 'If-None-Match': moves ? '*' : whole.headers.etag } }, '304');
		await call(operation.operationId, { ...ask, headers: { 'If-None-Match': '"other"' } }, '200');
	}
});

test('boards: joining, standing, a closed period, another pseudonym, being withheld', async () => {
	const { token, handle } = await open();
	await call('push_days', { token, body: pushBody([{ day: day(), ...totals(7) }]) }, '200');
	await call('find_me', { token }, '404 not_on_board');
	assert.deepEqual(await call('show_me', { token, body: { visible: true } }, '200'), { visible: true, handle, from_day: null, withheld: null });
	const place = await call('find_me', { token, query: '?metric=xp&period=all&around=1' }, '200');
	assert.equal(place.value, 7);
	// Behind a query of its own, so that it is not a list of a second ago.
	const { entries, total } = await call('list_board', { query: '?limit=99&metric=xp&period=all' }, '200');
	assert.deepEqual([entries.find((each) => each.handle === handle).rank, total], [place.rank, place.total]);
	const paged = await call('list_board', { query: '?limit=1&metric=streak' }, '200');
	if (paged.next !== null) {
		await call('list_board', { query: `?metric=streak&cursor=${paged.next}` }, '200');
	}
	await call('list_board', { query: '?metric=days&period=month&period_id=2024-02' }, '200');
	await call('find_me', { token, query: '?period_id=2024-W05' }, '404 not_on_board');
	assert.ok((await call('export_account', { token }, '200')).boards.standings.some((each) => each.period === 'week' && each.value === 7));

	const { handle: other } = await call('rename_me', { token }, '200');
	assert.notEqual(other, handle);
	await call('find_me', { token }, '404 not_on_board');
	await call('show_me', { token, body: { visible: true } }, '200');
	execFileSync(`${build}/breathctl`, ['-c', `${service.state}/breath.conf`, 'moderate', 'withhold', other, 'shared']);
	const refused = await call('find_me', { token }, '403 withheld');
	assert.deepEqual([refused.reason, refused.visible], ['shared', true]);
	assert.equal((await call('show_me', { token, body: { visible: false } }, '200')).withheld, 'shared');
});

test('shares: made, listed, seen and withdrawn', async () => {
	const { token } = await open();
	await call('push_days', { token, body: pushBody([{ day: day(), ...totals(7) }]) }, '200');
	const whats = document.components.schemas.ShareWhat.enum;
	const shares = [];
	for (const what of whats) {
		shares.push(await call('add_share', { token, body: { what } }, '201'));
	}
	assert.deepEqual(shares.map((share) => share.shows), ['1 day streak', 'Level 1, Mindful Rookie', '7 XP', '7 XP this week']);
	const byId = (list) => Object.fromEntries(list.map((share) => [share.id, share]));
	assert.deepEqual(byId((await call('list_shares', { token }, '200')).shares), byId(shares));
	const exported = (await call('export_account', { token }, '200')).shares;
	assert.deepEqual(exported.map((share) => share.id).sort(), shares.map((share) => share.id).sort());
	const [{ id }] = shares;
	for (const page of ['show_share', 'show_share_badge', 'show_share_card']) {
		await call(page, { args: { id } }, '200');
	}
	await call('show_share_card', { args: { id }, query: '?theme=dark' }, '200');
	await call('show_share_card', { args: { id }, query: '?theme=blue' }, '422 bad_value ?theme');
	await call('remove_share', { token, args: { id } }, '204');
	for (const unknown of [id, shared, 'nonsense', id.toUpperCase()]) {
		await call('remove_share', { token, args: { id: unknown } }, '404 unknown_share');
	}
	for (const unknown of [hex(16), 'nonsense']) {
		await call('show_share', { args: { id: unknown } }, '404');
		await call('show_share_badge', { args: { id: unknown } }, '200');
		await call('show_share_card', { args: { id: unknown } }, '404 unknown_share');
	}
});

test('boards: queries that name none', async () => {
	const { token } = await open();
	for (const [id, ask] of [['list_board', {}], ['find_me', { token }]]) {
		await call(id, { ...ask, query: '?metric=days&period=day' }, '422 bad_value ?period');
		await call(id, { ...ask, query: '?period_id=2026-W54' }, '422 bad_value ?period_id');
		await call(id, { ...ask, query: '?period_id=2019-W01' }, '422 out_of_range ?period_id');
		await call(id, { ...ask, query: '?metric=breath' }, '422 bad_value ?metric');
	}
	await call('list_board', { query: '?limit=101' }, '422 out_of_range ?limit');
	await call('list_board', { query: '?cursor=nonsense' }, '422 bad_value ?cursor');
	await call('find_me', { token, query: '?around=51' }, '422 out_of_range ?around');
});

test('statistics: what was practised, a history that has a folded month, ranges that are none', async () => {
	const { token } = await open();
	await call('push_days', { token, body: pushBody([{ day: day(-500), ...totals(6) }, { day: day(-1), ...totals(4) }]) }, '200');
	await call('grow_import', { token, args: { source: hex(32) }, body: importBody([]) }, '200');
	execFileSync(`${build}/breathctl`, ['-c', `${service.state}/breath.conf`, 'purge']);
	const insight = await call('show_insight', { token, query: `?today=${day()}` }, '200');
	assert.deepEqual([insight.xp, insight.undated.xp, insight.best_day.day], [15, 5, day(-1)]);
	await call('show_insight', { token, query: '?today=soon' }, '422 bad_value ?today');
	await call('show_insight', { token, query: `?today=${day(2)}` }, '422 clock_off ?today');
	for (const by of ['day', 'week', 'month']) {
		const { series, folded } = await call('show_history', { token, query: `?by=${by}&from=${day(-600)}` }, '200');
		assert.equal([...series, ...folded].reduce((sum, each) => sum + each.xp, insight.undated.xp), insight.xp);
	}
	await call('show_history', { token, query: '?by=year' }, '422 bad_value ?by');
	await call('show_history', { token, query: `?from=${day()}&to=${day(-1)}` }, '422 out_of_range ?from');
	await call('show_history', { token, query: `?to=${day(2)}` }, '422 out_of_range ?to');
});

// --- Refusals that follow from the document ---

/** Public pages take what other sites add to links; only a parameter of their own can be wrong. */
async function ignoresParameters(id, ask) {
	for (const query of ['?fbclid=x', '?a=%zz', '?a=1&a=1', '?%zz', `?${'x=1&'.repeat(40)}`]) {
		await call(id, { ...ask, query }, id === 'show_share_badge' ? '200' : '404');
	}
	await call('show_share_card', { ...ask, query: '?theme=%zz' }, '400 bad_request');
}

/** More than nginx takes of any route. */
const OVER_NGINX_B = 1_100_000;
const TOO_DEEP = '['.repeat(tables.bounds.json_depth_max + 1) + ']'.repeat(tables.bounds.json_depth_max + 1);

for (const operation of operations) {
	const id = operation.operationId;

	test(`${id}: requests that cannot be read`, async () => {
		const { token } = await open();
		const ask = { token, args: otherArgs() };
		if (isPage(operation.path)) {
			await ignoresParameters(id, ask);
		} else {
			await call(id, { ...ask, query: '?a=%zz' }, '400 bad_request');
			await call(id, { ...ask, query: '?a=1&a=1' }, '400 bad_request ?a');
			await call(id, { ...ask, query: '?nonsense=1' }, '422 unknown_member ?nonsense');
		}
		const most = operation.requestBody?.['x-max-bytes'] ?? 0;
		await call(id, { ...ask, body: ' '.repeat(most === 0 ? OVER_NGINX_B : most + 1) }, '413 body_too_large');
		if (most > 0) {
			await call(id, { ...ask, body: '' }, '400 malformed_json');
			await call(id, { ...ask, body: ' '.repeat(most) }, '400 malformed_json');
			await call(id, { ...ask, body: TOO_DEEP }, '400 malformed_json');
			await call(id, { ...ask, body: '{"a":1,"a":1}' }, '400 duplicate_member /a');
			await call(id, { ...ask, body: '{}', headers: { 'Content-Type': 'text/plain' } }, '415 unsupported_media_type');
			await call(id, { ...ask, body: '{}', headers: { 'Content-Encoding': 'gzip' } }, '415 unsupported_media_type');
			await call(id, { ...ask, body: [] }, '422 wrong_type');
		} else {
			await call(id, { token, args: otherArgs(), body: { a: 1 } }, '400 body_unexpected');
		}
	});

	test(`${id}: tokens that open nothing`, async () => {
		if (operation.security.length === 0) {
			// A token is not even looked at.
			const [status] = Object.keys(operation.responses);
			await call(id, { args: someArgs(), body: GOOD_BODY[id]?.(), headers: { Authorization: 'Bearer nonsense' } }, status);
			return;
		}
		const { token } = await open();
		const copy = await call('add_device', { token, body: device }, '201');
		await call('revoke_device', { token, args: copy }, '204');
		const ask = { args: someArgs(), ...(bodySchema(operation) ? { body: GOOD_BODY[id]() } : {}) };
		await call(id, { ...ask, headers: { Authorization: 'Bearer nonsense' } }, '401 token_malformed');
		await call(id, { ...ask, headers: { Authorization: 'Basic bm9ib2R5Og==' } }, '401 token_malformed');
		await call(id, { ...ask, token: `bm_${randomBytes(32).toString('base64url')}` }, '401 token_unknown');
		await call(id, { ...ask, token: copy.token }, '401 token_revoked');
		if (!operation.security.some((way) => Object.keys(way).length === 0)) {
			await call(id, ask, '401 token_missing');
		}
	});
}

for (const operation of operations.filter(bodySchema)) {
	const id = operation.operationId;

	test(`${id}: every rule of its body is kept`, async () => {
		const { token } = await open();
		let count = 0;
		for (const { body, code, pointer } of forbidden(bodySchema(operation), GOOD_BODY[id]())) {
			await call(id, { token, args: someArgs(), body }, `422 ${code} ${pointer}`);
			count++;
		}
		assert.ok(count >= 4, `${count} bad bodies`);
	});
}

test('the largest values that the document allows are taken', async () => {
	const { token } = await open();
	const { DayTotals, Push, ImportGrowth, Rest, Claim } = document.components.schemas;
	const largest = (schema) => Object.fromEntries(
		Object.entries(schema.properties).filter(([, each]) => each.type === 'integer').map(([name, each]) => [name, each.maximum]),
	);
	const days = (count) => Array.from({ length: count }, (_, i) => ({ day: day(1 - i % 2_000), ...largest(DayTotals) }));
	const pushed = await call('push_days', { token, body: pushBody(days(Push.properties.days.maxItems)) }, '200');
	assert.equal(pushed.xp, 400 * DayTotals.properties.xp.maximum);
	// There are not as many days since the first one as an import may name; so a smaller one, and the bound by its refusal.
	const body = { today: day(), days: days(2_000), rest: largest(Rest), streak: { ...largest(Claim), last_day: day() } };
	await call('grow_import', { token, args: { source: hex(32) }, body }, '200');
	const tooMany = { ...body, days: days(ImportGrowth.properties.days.maxItems) };
	await call('grow_import', { token, args: { source: hex(32) }, body: tooMany }, '422 day_twice /days/2000/day');
	await call('push_days', { token, body: pushBody([{ day: tables.bounds.first_day, ...totals(0) }], null) }, '409 device_forked');
});

// --- Refusals that handlers find ---

test('days', async () => {
	const { token } = await open();
	const one = (at) => [{ day: at, ...totals(1) }];
	const before = new Date(Date.parse(tables.bounds.first_day) - 1).toISOString().slice(0, 10);
	const calls = [['push_days', pushBody], ['grow_import', importBody]];
	for (const [id, bodyOf] of calls) {
		const ask = (body) => ({ token, args: someArgs(), body });
		await call(id, ask(bodyOf([...one(day()), ...one(day(-1)), ...one(day())])), '422 day_twice /days/2/day');
		await call(id, ask(bodyOf(one(day(2)))), '422 out_of_range /days/0/day');
		await call(id, ask(bodyOf(one(before))), '422 out_of_range /days/0/day');
		await call(id, ask(bodyOf(one('2026-02-30'))), '422 bad_value /days/0/day');
		await call(id, ask({ ...bodyOf([]), today: day(2) }), '422 clock_off /today');
		await call(id, ask({ ...bodyOf([]), today: day(-2) }), '422 clock_off /today');
	}
	await call('show_state', { token, query: `?today=${day(2)}` }, '422 clock_off ?today');
	await call('show_state', { token, query: '?today=soon' }, '422 bad_value ?today');
	await call('show_state', { token, query: `?today=${day(1)}` }, '200');
});

test('codes, devices and imports that are not there', async () => {
	const { token } = await open();
	const { recovery_code } = GOOD_BODY.recover();
	await call('redeem_pairing', { body: { code: 'abcd efgh', ...device } }, '404 unknown_code');
	await call('redeem_pairing', { body: { code: 'ABCD-EFG', ...device } }, '422 bad_value /code');
	await call('recover', { body: { recovery_code, ...device } }, '401 recovery_code_unknown');
	await call('recover', { body: { recovery_code: recovery_code.replace('B', 'C'), ...device } }, '422 bad_checksum /recovery_code');
	for (const source of [hex(32), 'nonsense', hex(32).toUpperCase()]) {
		await call('remove_import', { token, args: { source } }, '404 unknown_import');
	}
	await call('grow_import', { token, args: { source: 'nonsense' }, body: importBody([]) }, '404 unknown_import');
	for (const device_id of [someArgs().device_id, 'nonsense']) {
		await call('revoke_device', { token, args: { device_id } }, '404 unknown_device');
	}
});

const threeDaysOfPractice = () => pushBody([-2, -1, 0].map((back) => ({ day: day(back), ...totals(1) })));

test('a rating', async () => {
	const { token } = await open();
	await call('push_days', { token, body: threeDaysOfPractice() }, '200');
	await call('take_rating', { token, body: { rating: 4 } }, '409 practice_needed');
	service.age(2);
	await call('take_rating', { token, body: { rating: 4 } }, '204');
	await call('take_rating', { token, body: { rating: 5 } }, '409 already_rated');
});

test('quotas and limits', async () => {
	const at = strictService;
	const { token: first, device_id, recovery_code } = await open(at);
	await call('add_device', { at, token: first, body: device }, '201');
	await call('add_device', { at, token: first, body: device }, '409 quota_reached');
	const { token, revoked_device_id } = await call('recover', { at, body: { recovery_code, ...device } }, '201');
	assert.equal(revoked_device_id, device_id);
	const { code } = await call('open_pairing', { at, token }, '201');
	await call('redeem_pairing', { at, body: { code, ...device } }, '409 quota_reached');

	await call('grow_import', { at, token, args: { source: hex(32) }, body: importBody([]) }, '200');
	await call('grow_import', { at, token, args: { source: hex(32) }, body: importBody([]) }, '409 quota_reached');

	const other = await open(at);
	const three = threeDaysOfPractice();
	const fourth = [{ day: day(-9), ...totals(1) }];
	await call('push_days', { at, token, body: threeDaysOfPractice() }, '200');
	await call('push_days', { at, token: other.token, body: three }, '200');
	await call('push_days', { at, token: other.token, body: pushBody(fourth, three.push) }, '409 too_many_days /days');
	await call('grow_import', { at, token: other.token, args: { source: hex(32) }, body: importBody(fourth) }, '409 too_many_days /days');
	const merge = { ...device, merge: true };
	await call('redeem_pairing', { at, token: other.token, body: { code, ...merge } }, '409 too_many_days');
	await call('recover', { at, token: other.token, body: { recovery_code, ...merge } }, '409 too_many_days');

	await call('add_share', { at, token, body: { what: 'xp' } }, '201');
	await call('add_share', { at, token, body: { what: 'xp' } }, '409 quota_reached');

	await call('redeem_pairing', { at, body: GOOD_BODY.redeem_pairing() }, '404 unknown_code');
	await call('recover', { at, body: GOOD_BODY.recover() }, '401 recovery_code_unknown');
	await call('redeem_pairing', { at, body: GOOD_BODY.redeem_pairing() }, '404 unknown_code');
	await call('redeem_pairing', { at, body: GOOD_BODY.redeem_pairing() }, '429 too_many_requests');

	const raters = [{ token }, other, await open(at)];
	await call('open_account', { at, body: device }, '429 accounts_exhausted');

	await call('push_days', { at, token: raters[2].token, body: threeDaysOfPractice() }, '200');
	at.age(2);
	await call('take_rating', { at, token, body: { rating: 5 } }, '204');
	await call('take_rating', { at, token: raters[1].token, body: { rating: 1 } }, '204');
	await call('take_rating', { at, token: raters[2].token, body: { rating: 5 } }, '429 day_exhausted');
	await call('count_offer', { at }, '204');
	await call('count_offer', { at }, '429 day_exhausted');
});

test('what one network has of a day', async () => {
	const at = await startService({ LIMIT_LOOPBACK: 1, BREATH_ACCOUNTS_PER_DAY: 300, BREATH_RATINGS_PER_DAY: 9, BREATH_OFFERS_PER_DAY: 9 });
	const tokens = [];
	for (const expected of [...Array(5).fill('204'), '429 network_exhausted']) {
		tokens.push((await open(at)).token);
		await call('push_days', { at, token: tokens.at(-1), body: threeDaysOfPractice() }, '200');
		await call('count_offer', { at }, expected);
	}
	await call('open_account', { at, body: device }, '429 network_exhausted');
	at.age(2);
	await Promise.all(tokens.slice(1).map((token) => call('take_rating', { at, token, body: { rating: 5 } }, '204')));
	await call('take_rating', { at, token: tokens[0], body: { rating: 5 } }, '429 network_exhausted');
	await at.stop();
});

test('limits by address, which nginx keeps', async () => {
	// Those that have a limit of their own first, since in the end there is one for all of them together.
	const narrow = ['open_account', 'recover', 'take_rating', 'show_share_card', 'show_me', 'erase_account', 'renew_token'];
	for (const id of new Set([...narrow, ...operations.map(({ operationId }) => operationId)])) {
		const body = GOOD_BODY[id]?.();
		const operation = operationOf(id);
		const { responses } = operation;
		const url = baseOf(operation, strictService) + pathOf(operation, { id: hex(16), source: hex(64), device_id: hex(32) });
		let reply;
		for (let i = 0; i < (narrow.includes(id) ? 60 : 3000) && !reply?.text.includes('Too many requests came from this network; wait a little.'); i++) {
			const headers = body ? { 'Content-Type': 'application/json' } : {};
			reply = await request(operation.method.toUpperCase(), url, headers, body && JSON.stringify(body));
		}
		assert.equal(reply.status, 429);
		assert.deepEqual(replyFaults(responses[429], reply), []);
		assertProblem(reply);
		seen.add(`${id} 429 too_many_requests`);
	}
});

// --- Every path ---

test('other paths and methods', async () => {
	const anyPath = document['x-any-path'];
	for (const path of ['/nonsense', '/', '/devices/', '/devices/a/b', '/%64evices', '/imports/']) {
		const reply = await request('GET', `${service.url}/api/v1/sync${path}`);
		assert.equal(reply.status, 404, path);
		assert.deepEqual(replyFaults(anyPath[404], reply), []);
		assertProblem(reply);
	}
	for (const [path, item] of Object.entries(document.paths)) {
		const methods = operations.filter((each) => each.item === item).map((each) => each.method.toUpperCase());
		const allowed = [...methods, 'OPTIONS', ...(methods.includes('GET') ? ['HEAD'] : [])].sort();
		const sorted = (list) => list.split(', ').sort();
		const url = baseOf({ item }, service) + pathOf({ path }, { id: hex(16), source: hex(32), device_id: hex(16) });
		for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'].filter((each) => !methods.includes(each))) {
			const reply = await request(method, url);
			assert.equal(reply.status, 405, `${method} ${path}`);
			assert.deepEqual(replyFaults(anyPath[405], reply), []);
			assert.deepEqual(sorted(reply.headers.allow), allowed);
			assertProblem(reply);
		}
		const preflight = await request('OPTIONS', url, { Origin: 'https://example.org', 'Access-Control-Request-Method': methods[0] });
		assert.equal(preflight.status, 204);
		assert.deepEqual(replyFaults(anyPath.options, preflight), []);
		assert.deepEqual(sorted(preflight.headers['access-control-allow-methods']), allowed);
	}
});

test('nginx speaks for an executable that is away, and for bodies that it does not even take', async () => {
	for (const family of tables.families) {
		const ids = operations.filter(({ method, path }) => familyOf(method, path) === family).map(({ operationId }) => operationId);
		assert.ok(ids.length > 0, family);
		await service.without(`${family}.fcgi`, async () => {
			for (const id of ids) {
				// With a token, whatever it is, so that what nginx has kept for a second is none.
				await call(id, { args: otherArgs(), body: GOOD_BODY[id]?.(), headers: { Authorization: 'Bearer away' } }, '502 unavailable');
			}
		});
	}
	await call('push_days', { at: strictService, body: ' '.repeat(1_000_000) }, '413 body_too_large');
	await call('grow_import', { at: strictService, args: someArgs(), body: ' '.repeat(2_000_000) }, '413 body_too_large');
});

test('the description itself is served, for any origin', async () => {
	const reply = await request('GET', `${strictService.url}/api/openapi.json`);
	assert.deepEqual([reply.status, reply.headers['content-type'], reply.headers['access-control-allow-origin']], [200, 'application/json', '*']);
	assert.deepEqual(JSON.parse(reply.text), document);
});

test('all that is described was seen', () => {
	const described = operations.flatMap((operation) => (
		repliesOf(operation).map(({ status, code }) => ({ key: `${operation.operationId} ${status} ${code}`, fault: `${status} ${code}` }))
	));
	const unseen = described.filter(({ key, fault }) => !seen.has(key) && !OUT_OF_REACH.includes(fault)).map(({ key }) => key);
	assert.deepEqual(unseen, []);
});
