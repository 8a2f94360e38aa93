/**
 * The pages as they are built: small, well-formed, and saying nothing that is not in the files of the languages.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import ts from '../../node_modules/typescript/lib/typescript.js';
import { PATHS } from '../../../htdocs/js/app/paths.js';
import en from '../../../htdocs/js/text/en.js';
import { build, tree } from '../../api/tables.mjs';

const built = join(build, 'release');
const source = join(tree, 'htdocs');
const filesIn = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
	.map(({ parentPath, path, name }) => join(parentPath ?? path, name));

/** What the style sheets and modules of the whole site may weigh, compressed. */
const SITE_MOST_B = 74 * 1024;

test('style sheets and modules of the whole site stay light', () => {
	const files = filesIn(built).filter((file) => /\.(css|js)$/.test(file));
	assert.ok(files.length > 5);
	const sum = files.reduce((total, file) => total + gzipSync(readFileSync(file), { level: 9 }).length, 0);
	assert.ok(sum <= SITE_MOST_B, `${sum} bytes`);
});

test('nothing is built but what a visitor may have', () => {
	const strange = filesIn(built).map((file) => file.slice(built.length)).filter((file) => !(
		/^\/app\/[a-z-]+-[0-9A-Z]{8}\.(js|css)(\.gz)?$/.test(file)
		|| /^\/(index|404|problems\/index)\.html(\.gz)?$/.test(file)
		|| /^\/(favicon\.svg|manifest\.webmanifest|api\/openapi\.json|css\/(tokens|sheet)\.css)(\.gz)?$/.test(file)
		|| /^\/(sw(-stop)?\.js|icons\/[a-z0-9-]+\.png)$/.test(file)
		|| file === '/.release'
	));
	assert.deepEqual(strange, []);
});

test('what lies beside a file compressed is that file', () => {
	const compressed = filesIn(built).filter((file) => file.endsWith('.gz'));
	assert.ok(compressed.length > 5);
	for (const file of compressed) {
		assert.deepEqual(execFileSync('gzip', ['-dc', file], { maxBuffer: 1 << 26 }), readFileSync(file.slice(0, -3)));
	}
});

test('the pages are valid HTML', () => {
	const pages = filesIn(built).filter((file) => file.endsWith('.html'));
	assert.ok(pages.length >= 3);
	execFileSync(join(tree, 'test/node_modules/.bin/html-validate'), ['-c', join(source, '.htmlvalidate.json'), ...pages], { stdio: 'pipe' });
});

test('the service worker keeps all that makes the companion, each with its digest, and nothing that is not there', () => {
	const worker = readFileSync(join(built, 'sw.js'), 'utf8');
	const kept = JSON.parse(/\{"\/":"[^}]*\}/.exec(worker)[0]);
	const there = filesIn(join(built, 'app')).map((file) => file.slice(built.length)).filter((file) => !/\.gz$|problems-/.test(file));
	assert.deepEqual(there.filter((file) => !(file in kept)), []);
	for (const [file, digest] of Object.entries(kept)) {
		const content = readFileSync(join(built, file === '/' ? 'index.html' : file));
		assert.equal(digest.length, 8);
		assert.ok(createHash('sha256').update(content).digest('base64').startsWith(digest), file);
	}
	assert.ok(PATHS.length > 3 && PATHS.every((path) => worker.includes(`"${path}"`)));
});

test('a release lists what is named after its content', () => {
	const listed = readFileSync(join(built, '.release'), 'utf8').split('\n').filter(Boolean);
	assert.deepEqual(listed, readdirSync(join(built, 'app')).sort());
});

test('nginx has a policy for every worker of the pages', () => {
	const [, pattern] = /^\t~(\S+) "default-src 'none'; script-src 'self';/m.exec(readFileSync(join(tree, 'conf/nginx/http.conf'), 'utf8'));
	const sources = readdirSync(join(source, 'js/worker')).filter((file) => /\.js$/.test(file) && !['sw.js', 'stop.js'].includes(file));
	assert.ok(sources.length > 0);
	for (const name of sources.map((file) => file.replace(/\.js$/, ''))) {
		const file = readdirSync(join(built, 'app')).find((each) => each.startsWith(`${name}-`) && each.endsWith('.js'));
		assert.match(`/app/${file}`, new RegExp(pattern));
	}
});

test('nginx knows the addresses of the pages', () => {
	const [, names] = /location ~ \^\/\(([a-z|]+)\)\$ \{/.exec(readFileSync(join(tree, 'conf/nginx/site.conf'), 'utf8'));
	assert.deepEqual(names.split('|').map((name) => `/${name}`).sort(), PATHS.filter((path) => path !== '/').sort());
});

/** Letters in a row: something that a person would read. */
const isWord = (text) => /\p{L}{2}/u.test(text);

test('pages say what the language file says', () => {
	for (const page of ['index.html', '404.html']) {
		const html = readFileSync(join(source, page), 'utf8').replace(/<title>.*?<\/title>/, (title) => title.replace(/<\/?title>/g, ''));
		const body = html.slice(html.indexOf('<body>'));
		const said = [...body.matchAll(/>([^<>]+)</g), ...html.matchAll(/\s(?:alt|title|aria-label|placeholder)="([^"]*)"/g)].map(([, text]) => text);
		assert.deepEqual(said.filter((text) => isWord(text.replace(/\{\{[\w.]+\}\}/g, ''))), [], page);
		for (const [, key] of html.matchAll(/data-(?:text|label)="([^"]*)"/g)) {
			assert.ok(key in en, key);
		}
	}
});

/** Texts in a module that a person would see: several words, or a word that is put into an element as it is. */
function textsIn(file) {
	const module = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
	const found = [];
	const nameOf = (node) => (node && ts.isCallExpression(node) ? node.expression.getText() : '');
	const visit = (node) => {
		if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) {
			const { parent } = node;
			const isName = ts.isPropertyAssignment(parent) && ['class', 'd', 'accept', 'viewBox', 'points'].includes(parent.name.getText().replace(/'/g, ''));
			const isError = ts.isNewExpression(parent);
			const isChild = ['h', 'svg'].includes(nameOf(parent)) && parent.arguments.indexOf(node) > 1 && isWord(node.text);
			if (isChild || (!isName && !isError && /\p{L}{2,} \p{L}{2,}/u.test(node.text))) {
				found.push(`${file.slice(source.length)}: ${node.text}`);
			}
		}
		ts.forEachChild(node, visit);
	};
	visit(module);
	return found;
}

test('modules of the pages say what the language files say', () => {
	const modules = ['app', 'cards', 'views'].flatMap((folder) => filesIn(join(source, 'js', folder)));
	assert.ok(modules.length > 10);
	// What Trusted Types, locks and channels are called is nothing that anybody sees.
	assert.deepEqual(modules.flatMap(textsIn), []);
});
