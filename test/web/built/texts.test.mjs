/**
 * The texts: each language has the same, each text is used, and each page fetches those that it may show.
 */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import test from 'node:test';
import { tree } from '../../api/tables.mjs';
import { LEVEL_STARTS } from '../model/progress.mjs';

const source = join(tree, 'htdocs');
const modules = join(source, 'js');

/** The texts of a language by area; those that all pages have are in `common`. */
async function textsOf(language) {
	const load = async (name) => (await import(join(modules, 'text', `${name}.js`))).default;
	return { common: await load(language), devices: await load(`${language}-devices`), others: await load(`${language}-others`) };
}
const en = await textsOf('en');
const de = await textsOf('de');
const areas = Object.keys(en);
const all = Object.assign({}, ...Object.values(en));

const places = (text) => (typeof text === 'string' ? [text] : Object.values(text)).map((each) => [...each.matchAll(/\{\w+\}/g)].map(String).sort().join());

test('each text stands once', () => {
	assert.equal(Object.keys(all).length, areas.reduce((sum, area) => sum + Object.keys(en[area]).length, 0));
});

for (const area of areas) {
	test(`the languages say the same, with the same places: ${area}`, () => {
		assert.deepEqual(Object.keys(de[area]), Object.keys(en[area]));
		for (const [key, text] of Object.entries(en[area])) {
			assert.equal(typeof de[area][key], typeof text, key);
			const wanted = new Set(places(text));
			assert.deepEqual(places(de[area][key]).filter((each) => !wanted.has(each)), [], key);
			assert.ok(places(text).length >= 1 && Object.values(de[area][key]).join('') !== '', key);
		}
	});
}

test('levels are called what the server calls them', () => {
	assert.deepEqual(LEVEL_STARTS.map(([title]) => title), LEVEL_STARTS.map((_, index) => en.common[`level.${index + 1}`]));
});

test('every text is used', () => {
	const files = readdirSync(modules, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
		.map(({ parentPath, path, name }) => join(parentPath ?? path, name)).filter((file) => !/\/js\/(text|core)\//.test(file));
	const used = [...files, join(source, 'index.html'), join(source, '404.html')].map((file) => readFileSync(file, 'utf8')).join('\n');
	// Some keys are made of a name: a pattern's, a level's, a problem's, a kind of device's.
	const made = [...used.matchAll(/`(\w+)\.\$\{/g)].map(([, area]) => area);
	const unused = Object.keys(all).filter((key) => !made.includes(key.split('.')[0]) && !used.includes(`'${key}'`) && !used.includes(`"${key}"`) && !used.includes(`{{${key}}}`));
	assert.deepEqual(unused, []);
});

/** The modules that one can come to from a module, itself included, but by going to another page. */
function reachedFrom(file, found = new Set()) {
	if (!found.has(file)) {
		found.add(file);
		for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:^import |^} from |^import [^;]*? from |^export [^;]*? from |\bimport\()'(\.[^']+)'/gm)) {
			const next = resolve(dirname(file), path);
			if (!/\/(text|views)\/|\/router\.js$/.test(next)) {
				reachedFrom(next, found);
			}
		}
	}
	return found;
}

/** The keys in a module: as they are, or all that begin as one does that is made of a name. */
function keysIn(file) {
	const code = readFileSync(file, 'utf8').replace(/\/\*.*?\*\//gs, '');
	const whole = [...code.matchAll(/'(\w+\.\w+)'/g)].map(([, key]) => key).filter((key) => key in all);
	const made = [...code.matchAll(/`(\w+\.\w*)\$\{/g)].flatMap(([, start]) => Object.keys(all).filter((key) => key.startsWith(start)));
	return [...whole, ...made];
}

const pages = [...readFileSync(join(modules, 'app/router.js'), 'utf8').matchAll(/(?:texts: '(\w+)', )?load: async \(\) => \(await import\('\.\.(\/views\/\w+\.js)'/g)]
	.map(([, area, path]) => ({ area, file: join(modules, path) }));

test('each page has the texts that it may show', () => {
	assert.equal(pages.length, readdirSync(join(modules, 'views')).length);
	const shell = [...reachedFrom(join(modules, 'app/main.js')), join(modules, 'app/router.js')];
	let count = 0;
	for (const { area, file } of [{ area: undefined, file: join(modules, 'app/main.js') }, ...pages]) {
		for (const module of new Set([...shell, ...reachedFrom(file)])) {
			const missing = keysIn(module).filter((key) => !(key in en.common) && !(key in (en[area] ?? {})));
			assert.deepEqual(missing, [], `${file}: ${module}`);
			count += keysIn(module).length;
		}
	}
	assert.ok(count > 500, `${count} keys`);
});
