/** What walks every statement (test/unit/statements_test.c) goes by a list. A table that is not on it is never looked at. */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { tree } from '../api/tables.mjs';

const folder = `${tree}/lib/game`;
const files = readdirSync(folder).filter((name) => name.endsWith('.c'));
const source = (name) => readFileSync(`${folder}/${name}`, 'utf8');
const listed = [...source('statements.c').matchAll(/&(\w+_statements)\b/g)].map(([, name]) => name);

test('every table of statements is on the list that is walked, once', () => {
	const tables = files.flatMap((file) =>
		[...source(file).matchAll(/^const struct statement_table (\w+)/gm)].map(([, name]) => name),
	);
	assert.ok(tables.length > 20, 'the tables are found');
	assert.deepEqual([...listed].sort(), [...tables].sort());
});

test('every file with statements has a table of all of them', () => {
	for (const file of files.filter((name) => name !== 'statements.c')) {
		const text = source(file);
		const arrays = [...text.matchAll(/^\s*static const struct statement (\w+)/gm)].map(([, name]) => name);
		const inTables = [...text.matchAll(/^const struct statement_table \w+ = \{\s*"\w+",\s*(\w+),/gm)].map(([, name]) => name);
		assert.deepEqual([...arrays].sort(), [...inTables].sort(), file);
	}
});
