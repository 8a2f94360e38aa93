/**
 * `type` of a problem document is a link: /problems#code. It leads to a paragraph about exactly that code, and the page is one that
 * the site's policy lets through.
 */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { tables, tree } from '../api/tables.mjs';

const page = readFileSync(`${tree}/htdocs/problems/index.html`, 'utf8');
const articles = [...page.matchAll(/<article id="([^"]*)">(.*?)<\/article>/gs)].map(([, id, text]) => ({ id, text }));
const plain = (text) => text.replace(/&amp;/g, '&').replace(/&lt;/g, '<').replace(/’/g, '\'');

test('the page has exactly the codes of the table, in its order', () => {
	assert.deepEqual(articles.map(({ id }) => id), tables.problems.map(({ code }) => code));
});

for (const { code, status, title } of tables.problems) {
	test(`${code}: status, title, and what to do`, () => {
		const { text } = articles.find(({ id }) => id === code);
		assert.equal(plain(/<h2>(.*)<\/h2>/.exec(text)[1]), title);
		assert.ok(text.includes(`<p class="code">${status} <code>${code}</code></p>`));
		assert.match(text, /<\/p>\s+<p>\s*[^<\s]|<\/p>\s+<p>\s*<code>/);
	});
}

test('nothing in it needs a policy less strict than the site\'s', () => {
	assert.doesNotMatch(page, /<style|<script|<base|<iframe|<object|\sstyle=|\son[a-z]+=/i);
	for (const [, url] of page.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
		assert.match(url, /^\/[^/]/, `${url} is of this site`);
		assert.ok(existsSync(`${tree}/htdocs${url}`), `${url} is there`);
	}
});
