/**
 * openapi.json and the executables say the same: routes, what they take, within which bounds, and what they refuse with. Both sides
 * are held against each other as a whole, so what stands on one side only is found as well.
 */

import assert from 'node:assert/strict';
import test from 'node:test';
import { bodySchema, document, faultsOf, isPage, operations, repliesOf, resolve } from './document.mjs';
import { lookUp } from './schema.mjs';
import { tables } from './tables.mjs';

const SECURITY = { nothing: [], may: [{}, { bearer: [] }], token: [{ bearer: [] }] };

/** Every place of the document that holds an object, with how one gets there. */
function* places(value = document, path = []) {
	if (typeof value === 'object' && value !== null) {
		yield { value, path };
		for (const [name, each] of Object.entries(value)) {
			yield* places(each, [...path, name]);
		}
	}
}

/** A schema without references and without what is for people only. */
function bare(schema) {
	const { description, examples, default: fallback, $ref, properties, items, ...rest } = schema;
	const referred = $ref ? bare(lookUp(document, $ref)) : {};
	return {
		...referred,
		...rest,
		...(properties ? { properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, bare(each)])) } : {}),
		...(items ? { items: bare(items) } : {}),
	};
}

const { description: _, ...DAY } = document.components.schemas.Day;

/** What a row of a shape is as a schema. */
const SCHEMA_OF = {
	integer: ({ min, max }) => ({ type: 'integer', minimum: min, maximum: max }),
	boolean: () => ({ type: 'boolean' }),
	day: () => DAY,
	today: () => DAY,
	choice: ({ choices }) => ({ type: 'string', enum: choices }),
	hex: ({ max }) => ({ type: 'string', pattern: `^[0-9a-f]{${2 * max}}$` }),
	text: ({ max, pattern }) => ({ type: 'string', minLength: 1, maxLength: max, ...(pattern ? { pattern } : {}) }),
	object: ({ fields }) => schemaOfShape(fields),
	list: ({ fields, max }) => ({ type: 'array', maxItems: max, items: schemaOfShape(fields) }),
};

function schemaOfField(field) {
	const schema = SCHEMA_OF[field.kind](field);
	return field.nullable ? { ...schema, type: [schema.type, 'null'] } : schema;
}

function schemaOfShape(fields) {
	return {
		type: 'object',
		additionalProperties: false,
		required: fields.filter((field) => !field.optional).map((field) => field.name),
		properties: Object.fromEntries(fields.map((field) => [field.name, schemaOfField(field)])),
	};
}

/** What every route refuses, and what follows from a row of the table, as status and code. */
function refusalsOfRoute(route) {
	const always = ['413 body_too_large', '429 too_many_requests', '500 internal_error', '502 unavailable', '503 unavailable', '504 unavailable'];
	const ofQuery = [
		...(route.query || !isPage(route.at) ? ['400 bad_request'] : []),
		...(isPage(route.at) ? [] : ['422 unknown_member']),
	];
	const ofBody = ['400 malformed_json', '400 duplicate_member', '415 unsupported_media_type', '422 missing_member', '422 wrong_type'];
	const ofToken = ['401 token_malformed', '401 token_unknown', '401 token_revoked'];
	const flat = (fields) => (fields ?? []).flatMap((field) => [field, ...flat(field.fields)]);
	const kinds = [...flat(route.query), ...flat(route.body)].map((field) => field.kind);
	const anyOf = (...wanted) => wanted.some((kind) => kinds.includes(kind));
	return [
		...always,
		...ofQuery,
		...(route.body ? ofBody : ['400 body_unexpected']),
		...(route.needs === 'nothing' ? [] : ofToken),
		...(route.needs === 'token' ? ['401 token_missing'] : []),
		...(anyOf('integer', 'day', 'list') ? ['422 out_of_range'] : []),
		...(anyOf('day', 'today', 'choice', 'hex', 'text') ? ['422 bad_value'] : []),
		...(anyOf('today') ? ['422 clock_off'] : []),
	];
}

/** What handlers refuse beyond that; that they do, live.test.mjs brings about one by one. */
const REFUSALS_OF_HANDLERS = {
	show_state: [],
	push_days: ['409 device_forked', '409 too_many_days', '422 day_twice', '503 store_full'],
	open_account: ['401 token_revoked', '409 request_reused', '429 accounts_exhausted', '429 network_exhausted', '503 store_full'],
	erase_account: [],
	export_account: [],
	list_imports: [],
	grow_import: ['404 unknown_import', '409 quota_reached', '409 too_many_days', '422 day_twice', '503 store_full'],
	remove_import: ['404 unknown_import'],
	list_devices: [],
	add_device: ['409 request_reused', '409 quota_reached', '503 store_full'],
	revoke_device: ['404 unknown_device'],
	renew_token: [],
	renew_recovery_code: [],
	recover: ['401 recovery_code_unknown', '409 merge_needed', '409 request_reused', '409 too_many_days', '422 bad_checksum'],
	open_pairing: [],
	show_insight: [],
	show_history: [],
	show_community: [],
	take_rating: ['409 already_rated', '409 practice_needed', '429 day_exhausted', '429 network_exhausted'],
	count_offer: ['429 day_exhausted', '429 network_exhausted'],
	show_service: [],
	show_metrics: [],
	show_stats_health: [],
	show_sync_health: [],
	show_leaderboard_health: [],
	list_shares: [],
	add_share: ['409 quota_reached', '503 store_full'],
	remove_share: ['404 unknown_share'],
	show_share: [],
	show_share_badge: [],
	show_share_card: ['404 unknown_share'],
	list_board: [],
	find_me: ['403 withheld', '404 not_on_board'],
	show_me: [],
	rename_me: [],
	redeem_pairing: [
		'404 unknown_code', '409 merge_needed', '409 request_reused', '409 quota_reached', '409 too_many_days', '503 store_full',
	],
};

const routeOf = ({ method, path }) => tables.routes.find((route) => route.method === method && route.at === path);

test('the document has exactly the routes of the table, summaries included', () => {
	const described = operations.map(({ method, path, summary }) => `${method} ${path}: ${summary}`);
	const compiled = tables.routes.map((route) => `${route.method} ${route.at}: ${route.summary}`);
	assert.deepEqual(described.sort(), compiled.sort());
});

test('paths stand in the order of the table', () => {
	for (const family of tables.families) {
		const compiled = [...new Set(tables.routes.filter((route) => route.family === family).map((route) => route.at))];
		assert.deepEqual(Object.keys(document.paths).filter((path) => compiled.includes(path)), compiled);
	}
});

for (const operation of operations) {
	const name = `${operation.method} ${operation.path}`;
	const route = routeOf(operation);

	test(`${name}: who may ask`, () => {
		assert.deepEqual(operation.security, SECURITY[route.needs]);
	});

	test(`${name}: the body and its bounds`, () => {
		const schema = bodySchema(operation);
		assert.deepEqual(schema && bare(schema), route.body && schemaOfShape(route.body));
		assert.equal(operation.requestBody?.['x-max-bytes'] ?? 0, route.body_max_b);
		assert.equal(operation.requestBody?.required ?? false, route.body !== null);
	});

	test(`${name}: the parameters`, () => {
		const parameters = [...(operation.item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve);
		const named = (place) => parameters.filter((parameter) => parameter.in === place);
		const query = Object.fromEntries(named('query').map((parameter) => [parameter.name, bare(parameter.schema)]));
		const wanted = schemaOfShape(route.query ?? []);
		assert.deepEqual(query, wanted.properties);
		assert.deepEqual(named('query').filter((each) => each.required).map((each) => each.name), wanted.required);
		assert.deepEqual(named('path').map((each) => `{${each.name}}`), route.path.match(/\{[a-z_]+\}/g) ?? []);
		assert.ok(named('path').every((each) => each.required));
		assert.deepEqual(named('header').map((each) => each.name), operation.method === 'get' ? ['If-None-Match'] : []);
	});

	test(`${name}: what is refused`, () => {
		const described = repliesOf(operation).filter((reply) => reply.code).map(({ status, code }) => `${status} ${code}`);
		const wanted = [...refusalsOfRoute(route), ...REFUSALS_OF_HANDLERS[operation.operationId]];
		assert.deepEqual(described.sort(), wanted.sort());
	});

	test(`${name}: a GET can be asked again for less`, () => {
		assert.equal('304' in operation.responses, operation.method === 'get');
	});
}

test('problems: the document knows exactly the codes of the table, in its order', () => {
	assert.deepEqual(document.components.schemas.ProblemMembers.properties.code.enum, tables.problems.map((row) => row.code));
});

test('problems: each example of one is as the table has it', () => {
	let count = 0;
	for (const [name, { content }] of Object.entries(document.components.responses)) {
		const example = content?.['application/problem+json']?.example;
		if (example) {
			const { status, code, title } = tables.problems.find((row) => row.code === example.code);
			// What nginx says in the place of a service that is away has a status of its own.
			const shown = name === 'Unreachable' ? 502 : status;
			assert.deepEqual({ type: example.type, title: example.title, status: example.status }, { type: `/problems#${code}`, title, status: shown });
			count++;
		}
	}
	assert.ok(count > 20);
});

test('levels: the document has the titles of the table', () => {
	const { level, title } = document.components.schemas.Level.properties;
	assert.deepEqual(title.enum, tables.levels.map((each) => each.title));
	assert.deepEqual([level.minimum, level.maximum], [1, tables.levels.length]);
});

test('bounds that are told in words are those of the code', () => {
	const { bounds } = tables;
	const { schemas, responses } = document.components;
	assert.match(schemas.DayTotals.description, new RegExp(`between ${bounds.first_day} and`));
	assert.match(schemas.MonthTotals.description, new RegExp(`older than ${bounds.fold_after_days} days`));
	assert.equal(schemas.Pairing.properties.expires_in_s.maximum, bounds.pairing_ttl_s);
	const words = { 8: 'eight', 600: 'ten minutes' };
	assert.match(schemas.DeviceForked.properties.received.description, new RegExp(`last ${words[bounds.chain_max]} `));
	assert.match(responses.BadBody.description, new RegExp(`more than ${words[bounds.json_depth_max]} deep`));
	assert.match(schemas.PairingCode.description, new RegExp(words[bounds.pairing_ttl_s]));
	assert.match(responses.UnknownCode.description, new RegExp(words[bounds.pairing_ttl_s]));
});

test('every reference leads somewhere, and every component is used', () => {
	const used = new Set();
	for (const { value } of places()) {
		if (typeof value.$ref === 'string') {
			lookUp(document, value.$ref);
			used.add(value.$ref);
		}
	}
	for (const [kind, components] of Object.entries(document.components)) {
		for (const name of kind === 'securitySchemes' ? [] : Object.keys(components)) {
			assert.ok(used.has(`#/components/${kind}/${name}`), `${kind}/${name} is used`);
		}
	}
});

test('every body has an example, and every example fits', () => {
	for (const { value, path } of places()) {
		const examples = value.examples ?? (value.example ? [value.example] : []);
		for (const example of examples) {
			assert.deepEqual(faultsOf(value.schema ?? value, example), [], path.join('/'));
		}
		// What a picture looks like is told by its type.
		if (path.at(-2) === 'content' && path.at(-1) !== 'image/png') {
			assert.ok(value.example ?? resolve(value.schema).examples, `${path.join('/')} has an example`);
		}
	}
});

test('every object is closed, but for the one that others build on', () => {
	for (const { value, path } of places()) {
		if (value.type === 'object') {
			const isBase = path.join('/') === 'components/schemas/ProblemMembers';
			assert.equal(value.additionalProperties, isBase ? undefined : false, path.join('/'));
		}
	}
});

test('operations have names of their own, and tags that are explained', () => {
	const names = operations.map((operation) => operation.operationId);
	assert.equal(new Set(names).size, names.length);
	assert.deepEqual([...new Set(operations.flatMap((operation) => operation.tags))].sort(), document.tags.map((tag) => tag.name).sort());
});
