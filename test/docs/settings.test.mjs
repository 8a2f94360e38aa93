/** The configuration is told in three places: the table that the executables read by, the example, and breath.conf(5). */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { tables, tree } from '../api/tables.mjs';

const names = tables.settings.map(({ name }) => name);
const squeeze = (text) => text.replace(/\s+/g, ' ').trim();
const lines = (path) => readFileSync(`${tree}/${path}`, 'utf8').split('\n');

/** Each key of the example: the comment above it and the value behind it. */
function readExample() {
	const keys = new Map();
	let comment = [];
	for (const line of lines('conf/breath.conf.example')) {
		const [, name, value] = /^#?([a-z][a-z0-9_]*) = (.*)$/.exec(line) ?? [];
		if (name) {
			keys.set(name, { value, meaning: comment.join(' ') });
		}
		comment = line.startsWith('# ') ? [...comment, line.slice(2)] : [];
	}
	return keys;
}

/** Each key of the manual page: an item `.It Ic key` of its list, as it reads. */
function readManual() {
	const text = execFileSync('mandoc', ['-Tutf8', '-Owidth=1000', `${tree}/conf/breath.conf.5`], { encoding: 'utf8' });
	const shown = text.replace(/.\x08/g, '').split('\n');
	const keys = new Map();
	let name = null;
	for (const line of shown) {
		const item = /^ {5}([a-z][a-z0-9_]*)$/.exec(line);
		if (item) {
			name = item[1];
			keys.set(name, '');
		} else if (/^\S/.test(line)) {
			name = null;
		} else if (name) {
			keys.set(name, squeeze(`${keys.get(name)} ${line}`));
		}
	}
	return keys;
}

const example = readExample();
const manual = readManual();

test('the example has exactly the keys of the table, in its order', () => {
	assert.deepEqual([...example.keys()], names);
});

test('the manual page has exactly the keys of the table, in its order', () => {
	assert.deepEqual([...manual.keys()], names);
});

for (const { name, kind, fallback, min, max, meaning } of tables.settings) {
	test(`${name}: meaning, default and bounds`, () => {
		assert.equal(example.get(name).value, fallback);
		assert.equal(example.get(name).meaning, meaning);
		const bounds = kind === 'number' ? `A whole number from ${min} to ${max}. ` : '';
		const text = manual.get(name);
		assert.ok(text.startsWith(meaning), `${text} says: ${meaning}`);
		assert.ok(text.endsWith(`${bounds}The default is ${fallback}.`), `${text} ends with bounds and default`);
	});
}
