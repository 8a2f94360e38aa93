import assert from 'node:assert/strict';
import test from 'node:test';
import { faults, lookUp } from './schema.mjs';

const document = {
	schemas: {
		Base: { type: 'object', required: ['a'], properties: { a: { type: 'integer' } } },
		More: { $ref: '#/schemas/Base', properties: { b: { type: 'string' } }, unevaluatedProperties: false },
	},
};

/** A schema, what it takes and what it refuses. */
const RULES = [
	[{ type: 'integer' }, [0, -3, 2 ** 53 - 1], [1.5, '1', null, true, [], {}, 2 ** 53]],
	[{ type: 'string' }, ['', 'a'], [1, null, [], {}]],
	[{ type: 'boolean' }, [true, false], [0, 'true', null]],
	[{ type: 'object' }, [{}, { a: 1 }], [[], null, 'a']],
	[{ type: 'array' }, [[], [1]], [{}, null, 'a']],
	[{ type: ['string', 'null'] }, ['a', null], [1, []]],
	[{ const: 'a' }, ['a'], ['b', null]],
	[{ enum: ['a', 1] }, ['a', 1], ['b', '1']],
	[{ pattern: '^[0-9]{2}$' }, ['01', 7], ['1', '001', '1\n']],
	[{ format: 'date' }, ['2024-02-29', '2020-01-01', 7], ['2023-02-29', '2020-01-32', '2020-1-1', '', 'x']],
	[{ minLength: 1, maxLength: 2 }, ['a', 'ab', '\u{1f331}\u{1f331}'], ['', 'abc']],
	[{ minimum: 1, maximum: 3 }, [1, 3], [0, 4]],
	[{ items: { type: 'integer' } }, [[], [1, 2]], [['a'], [1, null]]],
	[{ minItems: 1, maxItems: 2 }, [[1], [1, 2]], [[], [1, 2, 3]]],
	[{ required: ['a'] }, [{ a: null }], [{}, { b: 1 }]],
	[{ properties: { a: { type: 'integer' } } }, [{}, { a: 1 }, { b: 'x' }], [{ a: 'x' }]],
	[{ properties: { a: {} }, additionalProperties: false }, [{}, { a: 1 }], [{ b: 1 }, { a: 1, b: 1 }]],
	[{ oneOf: [{ type: 'integer' }, { minimum: 5 }] }, [1, 'a'], [7, 1.5]],
	[{ $ref: '#/schemas/More' }, [{ a: 1 }, { a: 1, b: 'x' }], [{}, { a: 'x' }, { a: 1, b: 2 }, { a: 1, c: 1 }]],
	[{ description: 'Anything.', examples: [1], default: 1 }, [1, null, 'a'], []],
];

for (const [schema, good, bad] of RULES) {
	test(JSON.stringify(schema), () => {
		for (const value of good) {
			assert.deepEqual([...faults(document, schema, value)], [], `${JSON.stringify(value)} is good`);
		}
		for (const value of bad) {
			assert.notDeepEqual([...faults(document, schema, value)], [], `${JSON.stringify(value)} is bad`);
		}
	});
}

test('a fault says where it is', () => {
	const schema = { properties: { list: { items: { properties: { a: { type: 'integer' } } } } } };
	assert.deepEqual([...faults(document, schema, { list: [{}, { a: 'x' }] })], ['it/list/1/a is not of type integer']);
});

test('a keyword that is not known is an error, wherever it stands', () => {
	assert.throws(() => [...faults(document, { multipleOf: 2 }, 4)], /multipleOf/);
	assert.throws(() => [...faults(document, { properties: { a: { format: 'time' } } }, { a: 'x' })], /format/);
	assert.throws(() => [...faults(document, { additionalProperties: { type: 'string' } }, {})], /closed/);
});

test('a reference that leads nowhere is an error', () => {
	assert.throws(() => lookUp(document, '#/schemas/Nothing'), /leads nowhere/);
});
