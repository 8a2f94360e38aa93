/**
 * The running service takes exactly what openapi.json allows. Requests are drawn from the document, and changed in a place or two; what
 * its schemas and words say of each is held against what becomes of it: whatever is allowed is taken (done, or refused for what the
 * request runs into: a code that nobody has), and whatever is not is refused. Each reply is as it is described.
 *
 *	BREATH_SEED       of a run that is to be repeated
 *	BREATH_REQUESTS   how many requests each route gets
 */

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import test, { after, before } from 'node:test';
import { createChance } from '../web/model/random.mjs';
import { baseOf, bodySchema, document, faultsOf, isJson, isPage, operationOf, operations, pathOf, replyFaults, resolve } from './document.mjs';
import { changeText, changeValue, drawText, drawValue, drawWildText, spell } from './draw.mjs';
import { hangUp, request } from './request.mjs';
import { startService } from './service.mjs';
import { boardOf, dayAt, FIRST_DAY, periods, wordFaults } from './words.mjs';

const SEED = Number(process.env.BREATH_SEED ?? randomInt(2 ** 31));
const COUNT = Number(process.env.BREATH_REQUESTS ?? 300);

/** So many requests are of one account, which then has less than it may have of anything. */
const ONE_OWNER = 500;

let service;
/** How a cursor begins, by board and period. */
const heads = new Map();

/** Many of everything, since what runs out is another test's. */
const SETTINGS = {
	BREATH_ACCOUNTS_PER_DAY: 1_000_000_000, BREATH_DEVICES_PER_ACCOUNT: 10_000, BREATH_IMPORTS_PER_ACCOUNT: 1_000, BREATH_SHARES_PER_ACCOUNT: 1_000,
	BREATH_DAYS_PER_ACCOUNT: 1_000_000, BREATH_WRONG_CODES_PER_10_MIN: 1_000_000, BREATH_RATINGS_PER_DAY: 1_000_000_000, BREATH_OFFERS_PER_DAY: 1_000_000_000,
};

/** One request that must succeed, for what others need. */
async function must(id, { token, args = {}, query = '', body } = {}) {
	const operation = operationOf(id);
	const reply = await request(operation.method.toUpperCase(), baseOf(operation, service) + pathOf(operation, args) + query, {
		...(body ? { 'Content-Type': 'application/json' } : {}), ...(token ? { Authorization: `Bearer ${token}` } : {}),
	}, body && JSON.stringify(body));
	assert.ok(reply.status < 300, `${id}: ${reply.text}`);
	return isJson(reply) ? JSON.parse(reply.text) : null;
}

const device = { device: { kind: 'cli' } };
const totals = { xp: 9, minutes: 9, sessions: 9, cycles: 9 };

/** Somebody who has practised and is on boards. */
async function somebody() {
	const account = await must('open_account', { body: device });
	const { token } = account;
	await must('push_days', { token, body: { today: dayAt(), push: '0123456789abcdef', after: null, days: [0, -1].map((back) => ({ day: dayAt(back), ...totals })) } });
	await must('show_me', { token, body: { visible: true } });
	const { id } = await must('add_share', { token, body: { what: 'xp' } });
	return { ...account, id, newest: '0123456789abcdef' };
}

before(async () => {
	service = await startService(SETTINGS);
	await Promise.all([1, 2, 3].map(somebody));
	for (const query of [{}, { period: 'day' }, { period: 'month' }, { period: 'all' }, { metric: 'days' }, { metric: 'streak' }]) {
		const { metric, period, period_id } = boardOf(query);
		const page = await must('list_board', { query: `?limit=1&${new URLSearchParams(query)}` });
		heads.set(`${metric} ${period} ${period_id}`, page.next.slice(0, 10));
	}
});

after(async () => {
	hangUp();
	await service?.stop();
});

// --- Drawing ---

/** What names in a path can stand for that is there, made when it is needed, since a request may remove it. */
const PRESENT = {
	source: async ({ token }, chance) => {
		const source = drawText(chance, document.components.schemas.Source.pattern);
		await must('grow_import', { token, args: { source }, body: { today: dayAt(), days: [] } });
		return source;
	},
	device_id: async ({ token }) => (await must('add_device', { token, body: device })).device_id,
	id: async ({ token, id }, chance, operation) => (operation.operationId === 'remove_share' ? (await must('add_share', { token, body: { what: 'xp' } })).id : id),
};

/** A name that leads to another path in any URL is none that a path can have: an empty one, or one of dots. */
const isName = (text) => text !== '' && !text.includes('\0') && !/(^|\/)(\.{0,2}(\/|$))/.test(text);

async function drawArgs(operation, owner, chance) {
	const faults = [];
	const args = {};
	for (const { name, in: place, schema } of (operation.item.parameters ?? []).map(resolve)) {
		assert.equal(place, 'path');
		const good = chance.happens(0.5) ? await PRESENT[name](owner, chance, operation) : drawText(chance, resolve(schema).pattern);
		const drawn = chance.happens(0.7) ? good : chance.pick([changeText(chance, good), drawWildText(chance)]);
		const value = isName(drawn) ? drawn : good;
		args[name] = encodeURIComponent(value);
		faults.push(...faultsOf(schema, value));
	}
	return { args, faults };
}

/** A day that says something: near today, or at an end, or any. */
const drawDay = (chance) => chance.pick([
	() => dayAt(), () => dayAt(-1), () => dayAt(1), () => dayAt(2), () => FIRST_DAY, () => '2019-12-31', () => dayAt(-chance.int(0, 2_000)), () => dayAt(-chance.int(0, 2_000)),
])();
const drawToday = (chance) => dayAt(chance.happens(0.95) ? chance.int(-1, 1) : chance.pick([-2, 2]));

/** A code as somebody may type it: in any case, with or without what stands between. */
const retype = (chance, code) => [...code.replaceAll('-', '')].map((each) => (
	chance.pick([each, each.toLowerCase(), { 0: 'O', 1: chance.pick([...'ilIL']) }[each] ?? each]) + chance.pick(['', '', '', ' ', '-', '\u2013', '\u00a0', '\u2212'])
)).join('');

/** Is it a code, however it is typed? */
const isTyped = (text, code) => code !== undefined && typeof text === 'string' && text.replace(/[^0-9a-z]/gi, '').toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1') === code.replaceAll('-', '');

/** What members and parameters have that a schema alone would hardly ever hit. */
function named(chance, owner) {
	const day = () => drawDay(chance);
	const oftenReal = (real) => (draw) => (real && chance.happens(0.5) ? real() : draw());
	return {
		today: () => drawToday(chance),
		day,
		last_day: day,
		from: day,
		to: day,
		after: oftenReal(() => owner.newest),
		code: oftenReal(owner.code && (() => retype(chance, owner.code))),
		recovery_code: oftenReal(owner.recovery_code && (() => retype(chance, owner.recovery_code))),
		days: (draw) => {
			const days = draw();
			return !Array.isArray(days) || chance.happens(0.05) ? days : [...new Map(days.map((each) => [each.day, each])).values()];
		},
	};
}

function drawParameter(chance, name, schema, owner, soFar) {
	const board = boardOf(soFar);
	const ids = name === 'period_id' ? [...periods(board.period)] : [];
	if (ids.length > 0 && chance.happens(0.7)) {
		return chance.pick(ids);
	}
	const head = heads.get(`${board.metric} ${board.period} ${board.period_id}`);
	if (name === 'cursor' && head && chance.happens(0.8)) {
		return head + drawText(chance, '^[0-9a-f]{24}$');
	}
	const hook = named(chance, owner)[name];
	return String(hook ? hook() : drawValue(chance, schema));
}

/** What a parameter's text is to its schema: a whole number is written in digits alone. */
const readParameter = (schema, text) => (schema.type === 'integer' && /^-?(0|[1-9][0-9]*)$/.test(text) ? Number(text) : text);

/** Any way to write a parameter. */
const encode = (chance, text) => [...text].map((each) => (
	chance.happens(0.05) && each < '\x7f' ? `%${each.charCodeAt(0).toString(16).padStart(2, '0')}` : each === ' ' ? chance.pick(['+', '%20']) : encodeURIComponent(each)
)).join('');

function drawQuery(operation, owner, chance) {
	const faults = [];
	const query = {};
	const pairs = [];
	const ignoresOthers = isPage(operation.path);
	for (const { name, in: place, schema } of (operation.parameters ?? []).map(resolve)) {
		if (place === 'query' && chance.happens(0.5)) {
			const good = drawParameter(chance, name, resolve(schema), owner, query);
			const text = chance.happens(0.9) ? good : chance.pick([changeText(chance, good), drawWildText(chance)]);
			query[name] = readParameter(resolve(schema), text);
			pairs.push([name, text]);
			faults.push(...faultsOf(schema, query[name]));
		}
	}
	if (faults.length === 0) {
		faults.push(...wordFaults(operation.operationId, query, heads));
	}
	if (chance.happens(0.06)) {
		const [name] = chance.happens(0.5) && pairs.length > 0 ? chance.pick(pairs) : [ignoresOthers ? 'utm_source' : `x${drawWildText(chance)}`];
		pairs.push([name, pairs.find((pair) => pair[0] === name)?.[1] ?? '1']);
		// Of its own parameter a public page takes the first.
		faults.push(...(ignoresOthers ? [] : [`${name} is unknown, or there twice`]));
	}
	return { query: pairs.length > 0 ? `?${pairs.map(([name, text]) => `${ignoresOthers ? name : encode(chance, name)}=${encode(chance, text)}`).join('&')}` : '', faults };
}

function drawBody(operation, owner, chance) {
	const schema = bodySchema(operation);
	if (!schema) {
		// A body with GET means nothing (RFC 9110, 9.3.1), and what nginx keeps does not look at it.
		const isWrong = operation.method !== 'get' && chance.happens(0.15);
		const text = operation.method === 'get' ? '' : chance.pick(isWrong ? ['[]', '{"a":1}', 'null', 'x', '{}{}', '{}x'] : ['', '', '{}', ' {\r\n} ']);
		return { body: text, faults: isWrong ? ['no such body is wanted'] : [] };
	}
	let value = drawValue(chance, schema, named(chance, owner));
	while (chance.happens(0.35)) {
		value = changeValue(chance, value);
	}
	const body = spell(chance, value);
	if (chance.happens(0.02)) {
		return { body: body.slice(0, -1), faults: ['it is no JSON'] };
	}
	const read = JSON.parse(body);
	const faults = faultsOf(schema, read);
	if (faults.length === 0) {
		faults.push(...wordFaults(operation.operationId, read, heads));
	}
	return { body, value: read, faults: Buffer.byteLength(body) > operation.requestBody['x-max-bytes'] ? ['it is too large'] : faults };
}

// --- What becomes of it ---

/** Codes that say nothing about the form of a request, but about what it runs into. */
const MET = ['recovery_code_unknown', 'withheld', 'unknown_code', 'unknown_device', 'unknown_import', 'unknown_share', 'not_on_board', 'device_forked', 'merge_needed',
	'request_reused', 'quota_reached', 'practice_needed', 'already_rated', 'bad_checksum'];

/** Was it taken, refused, or not found? */
function verdictOf(reply, code) {
	const isMissing = reply.status === 404 && code !== 'not_found';
	if (isMissing || reply.text.includes('not shared')) {
		return 'not found';
	}
	return reply.status < 400 || MET.includes(code) ? 'taken' : [400, 413, 422].includes(reply.status) ? 'refused' : `${reply.status} ${code}`;
}

/** Verdicts that fit a request: where its path names nothing, that may be told first. */
function expectedOf({ args, query, body }) {
	if (query.faults.length + body.faults.length > 0) {
		return args.faults.length > 0 ? ['not found', 'refused'] : ['refused'];
	}
	return args.faults.length > 0 ? ['not found'] : ['taken', 'not found'];
}

/** What a request changes for those after it. */
const AFTERWARDS = {
	push_days: (owner, { value }) => ({ ...owner, newest: value.push }),
	renew_token: (owner, _, { token }) => ({ ...owner, token }),
	erase_account: () => somebody(),
};

/** Sends one operation its requests, one after the other. */
async function hold(operation, index) {
	const id = operation.operationId;
	const chance = createChance(SEED + index * 7_919);
	const security = operation.security.some((way) => 'bearer' in way);
	let owner;
	const counts = { taken: 0, refused: 0, 'not found': 0 };
	for (let i = 0; i < COUNT; i++) {
		if (i % ONE_OWNER === 0) {
			owner = await somebody();
		}
		if (id === 'redeem_pairing') {
			owner.code = (await must('open_pairing', { token: owner.token })).code;
		}
		const drawn = { args: await drawArgs(operation, owner, chance), query: drawQuery(operation, owner, chance), body: drawBody(operation, owner, chance) };
		const url = baseOf(operation, service) + pathOf(operation, drawn.args.args) + drawn.query.query;
		const reply = await request(operation.method.toUpperCase(), url, {
			...(drawn.body.body ? { 'Content-Type': 'application/json' } : {}),
			...(security && !['redeem_pairing', 'recover'].includes(id) ? { Authorization: `Bearer ${owner.token}` } : {}),
		}, drawn.body.body);
		const parsed = isJson(reply) && reply.text !== '' ? JSON.parse(reply.text) : {};
		const what = `seed ${SEED}, request ${i}: ${operation.method} ${url} ${drawn.body.body.slice(0, 2_000)}\n${reply.status} ${isJson(reply) ? reply.text.slice(0, 500) : reply.headers['content-type']}`;

		const verdict = verdictOf(reply, parsed.code);
		const expected = expectedOf(drawn);
		const faults = [drawn.args, drawn.query, drawn.body].flatMap((each) => each.faults);
		assert.ok(expected.includes(verdict), `${verdict}, not ${expected}: ${faults.slice(0, 3).join('; ')}\n${what}`);
		assert.ok(operation.responses[reply.status], `${id} describes no ${reply.status}\n${what}`);
		assert.deepEqual(replyFaults(operation.responses[reply.status], reply), [], what);
		const isGood = isTyped(drawn.body.value?.code, owner.code) || isTyped(drawn.body.value?.recovery_code, owner.recovery_code);
		assert.ok(verdict === 'refused' || !isGood || reply.status < 300, `a code that is good is taken\n${what}`);
		counts[verdict]++;
		if (reply.status < 300 && verdict === 'taken') {
			owner = await (AFTERWARDS[id]?.(owner, drawn.body, parsed) ?? owner);
		}
	}
	assert.ok(COUNT < 100 || counts.taken > 0, `some were taken: ${JSON.stringify(counts)}`);
	assert.ok(COUNT < 100 || counts.refused + counts['not found'] > 0, `some were refused: ${JSON.stringify(counts)}`);
}

// Beside each other, so that the store's commits are shared.
test('what the document allows is taken, and nothing else', { concurrency: 8 }, async (context) => {
	context.diagnostic(`BREATH_SEED=${SEED}`);
	await Promise.all(operations.map((operation, index) => context.test(operation.operationId, () => hold(operation, index))));
});
