/**
 * Makes a release of the pages of this folder:
 *
 *	node htdocs/build.mjs OUT
 *
 * Modules and style sheets become a few small files, named after their content so that a browser may keep them for good
 * (OUT/app). Pages get those names put in, and their texts from the English language file. What can be compressed lies beside
 * itself as `.gz`, compressed better than nginx would take the time for. OUT is made anew and is served by nobody:
 * conf/publish-pages puts the release in the place of the one that is served, and keeps what that one lists in its `.release`.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { addressOf } from './js/core/address.js';
import en from './js/text/en.js';

const SOURCE = dirname(fileURLToPath(import.meta.url));
const OUT = resolve(process.argv[2]);

/** What goes into the bundles: how a page names it, and its source. */
const ENTRIES = ['/js/app/main.js', '/css/site.css', '/problems/problems.css'];

/** Browsers that have what the pages use anyway: `light-dark()`, Web Locks, Trusted Types or nothing in their place. */
const TARGET = ['chrome123', 'firefox120', 'safari17.5'];

/** Files that are served as they are, pages with what is put in. */
const PAGES = ['index.html', '404.html', 'problems/index.html'];
// The pages of shares (lib/page/sheet.c) name their style sheets as they are here.
const COPIES = ['favicon.svg', 'api/openapi.json', 'css/tokens.css', 'css/sheet.css'];
const MANIFEST = 'manifest.webmanifest';

/** Pictures for launchers: size in pixels, and what they are drawn from. A browser fetches the one that it wants. */
const ICONS = /** @type {[string, number, string][]} */ ([
	['icons/icon-192.png', 192, 'favicon.svg'],
	['icons/icon-512.png', 512, 'favicon.svg'],
	['icons/maskable-512.png', 512, 'icons/maskable.svg'],
	['icons/apple-touch-icon.png', 180, 'icons/maskable.svg'],
]);

const COMPRESSED = new Set(['.html', '.js', '.css', '.svg', '.json', '.txt', '.webmanifest']);
/** Below this a compressed file saves no packet. */
const COMPRESSED_LEAST_B = 512;

/**
 * @param {string} path below OUT
 * @param {string | Uint8Array} content
 */
function write(path, content) {
	const file = join(OUT, path);
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, content);
}

/**
 * What texts are called is for those who write pages, and stands in every language once more. A visitor gets numbers instead,
 * two kilobytes less in all. Names that a module puts together, or that stand in a document, stay.
 *
 * @returns {import('esbuild').Plugin}
 */
function numberTexts() {
	const modules = readdirSync(join(SOURCE, 'js'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
	const all = [...modules.map((file) => join('js', file)), ...PAGES].map((file) => readFileSync(join(SOURCE, file), 'utf8')).join('\n');
	const areas = new Set([...all.matchAll(/`(\w+)\.\$\{/g)].map(([, area]) => area));
	const names = new Set([...all.matchAll(/data-(?:text|label)="([\w.]+)"/g)].map(([, name]) => name));
	const numbers = new Map(Object.keys(en).filter((key) => key.includes('.') && !areas.has(key.split('.')[0]) && !names.has(key))
		.map((key, i) => [key, i.toString(36)]));
	return {
		name: 'number-texts',
		setup: ({ onLoad }) => onLoad({ filter: /\/js\/(app|cards|text|views)\/\w+\.js$/ }, ({ path }) => ({
			contents: readFileSync(path, 'utf8').replace(/'([\w.]+)'/g, (literal, key) => (numbers.has(key) ? `'${numbers.get(key)}'` : literal)),
		})),
	};
}

/** Bundle everything; tells the built path of each entry, and what it imports at once. */
async function bundle() {
	const { metafile } = await build({
		absWorkingDir: SOURCE,
		entryPoints: ENTRIES.map((entry) => entry.slice(1)),
		outdir: join(OUT, 'app'),
		entryNames: '[name]-[hash]',
		chunkNames: '[name]-[hash]',
		bundle: true, splitting: true, format: 'esm', minify: true, target: TARGET, metafile: true, legalComments: 'none',
		logLevel: 'warning', plugins: [numberTexts()],
	});
	/** @type {Map<string, {path: string, imports: string[]}>} */
	const built = new Map();
	const pathOf = (/** @type {string} */ output) => `/${relative(OUT, join(SOURCE, output))}`;
	for (const [output, { entryPoint, imports }] of Object.entries(metafile.outputs)) {
		if (entryPoint && ENTRIES.includes(`/${entryPoint}`)) {
			built.set(`/${entryPoint}`, {
				path: pathOf(output),
				imports: imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => pathOf(path)),
			});
		}
	}
	return built;
}

/** As much of a digest as tells a file from a wrong one. It protects from accidents only: who changes a file there can change the worker, too. */
const DIGEST_CHARACTERS = 8;

/** @param {string | Uint8Array} content */
const digest = (content) => createHash('sha256').update(content);

/**
 * The service workers: the one that keeps what was built, and the one that stops it. They keep their names.
 *
 * @param {string[]} files what makes the companion
 */
async function bundleWorkers(files) {
	const digests = files.map((file) => [file, digest(readFileSync(join(OUT, file === '/' ? 'index.html' : file))).digest('base64').slice(0, DIGEST_CHARACTERS)]);
	const { outputFiles } = await build({
		absWorkingDir: SOURCE,
		entryPoints: { sw: 'js/worker/sw.js', 'sw-stop': 'js/worker/stop.js' },
		outdir: OUT,
		bundle: true, format: 'iife', minify: true, target: TARGET, legalComments: 'none', logLevel: 'warning', write: false,
		define: { VERSION: '"@VERSION@"', FILES: JSON.stringify(Object.fromEntries(digests)) },
	});
	for (const { path, text } of outputFiles) {
		// Of all that the worker is, itself included: two different workers never share a cache.
		writeFileSync(path, text.replace('@VERSION@', digest(text).digest('hex').slice(0, 16)));
	}
}

const escapes = /** @type {{[character: string]: string}} */ ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' });

/**
 * Put the texts of its `{{keys}}` into a file.
 *
 * @param {string} content
 * @param {(text: string) => string} escape
 */
const fillTexts = (content, escape) => content.replace(/\{\{([\w.]+)\}\}/g, (_, key) => {
	const text = en[/** @type {keyof typeof en} */ (key)];
	if (typeof text !== 'string') {
		throw new Error(`no text ${key}`);
	}
	return escape(text);
});

/**
 * A page with its texts, and with what was built in place of its sources.
 *
 * @param {string} html
 * @param {Awaited<ReturnType<typeof bundle>>} built
 */
function finishPage(html, built) {
	let page = fillTexts(html, (text) => text.replace(/[&<>"]/g, (character) => escapes[character]));
	for (const [entry, { path, imports }] of built) {
		// The browser need not read the main module to learn what it imports.
		const preloads = page.includes(`src="${entry}"`)
			? imports.map((each) => `<link rel="modulepreload" href="${each}">\n\t`).join('')
			: '';
		page = page.replace('<script type="module"', `${preloads}<script type="module"`).replaceAll(`"${entry}"`, `"${path}"`);
	}
	return page.replace(/ (href|src)="(\/[^"]*)"/g, (_, attribute, path) => ` ${attribute}="${addressOf(path)}"`);
}

/**
 * What a browser installs the companion by, with its texts and addresses.
 *
 * @param {string} manifest
 */
const finishManifest = (manifest) => fillTexts(manifest, (text) => JSON.stringify(text).slice(1, -1))
	.replace(/"(id|start_url|scope|src|url)": "(\/[^"]*)"/g, (_, member, path) => `"${member}": "${addressOf(path)}"`);

/** @param {string} folder */
function compressAll(folder) {
	for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
		const file = join(entry.parentPath ?? entry.path, entry.name);
		if (entry.isFile() && COMPRESSED.has(extname(file))) {
			const content = readFileSync(file);
			if (content.length >= COMPRESSED_LEAST_B) {
				writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
			}
		}
	}
}

rmSync(OUT, { recursive: true, force: true });
const built = await bundle();
PAGES.forEach((page) => write(page, finishPage(readFileSync(join(SOURCE, page), 'utf8'), built)));
COPIES.forEach((file) => write(file, readFileSync(join(SOURCE, file))));
write(MANIFEST, finishManifest(readFileSync(join(SOURCE, MANIFEST), 'utf8')));
for (const [icon, size, drawing] of ICONS) {
	write(icon, execFileSync('rsvg-convert', ['--width', String(size), join(SOURCE, drawing)]));
}
compressAll(OUT);
const named = readdirSync(join(OUT, 'app')).sort();
write('.release', named.map((name) => `${name}\n`).join(''));
// After that: an administrator exchanges a worker by copying one file, beside which nothing must lie that is older.
const bundled = named.filter((name) => !name.endsWith('.gz') && !name.startsWith('problems-'));
await bundleWorkers(['/', '/favicon.svg', `/${MANIFEST}`, ...bundled.map((name) => `/app/${name}`)]);
