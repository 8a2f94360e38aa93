/**
 * A site may lie below a path of its origin: nothing on it leads, or asks for anything, outside of that path.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { PATHS } from '../../../htdocs/js/app/paths.js';
import { tree } from '../../api/tables.mjs';
import { FLAGS } from './browser.mjs';

const BASE = '/team/breath';
const TYPES = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.svg': 'image/svg+xml', '.webmanifest': 'application/manifest+json' };

/** The pages as they are built for a site below BASE. */
function buildBelow(place) {
	const source = join(place, 'source');
	cpSync(join(tree, 'htdocs'), source, { recursive: true, filter: (file) => !file.includes('node_modules') });
	symlinkSync(join(tree, 'htdocs/node_modules'), join(source, 'node_modules'));
	const addresses = join(source, 'js/core/address.js');
	const changed = readFileSync(addresses, 'utf8').replace("const BASE = '';", `const BASE = '${BASE}';`);
	assert.ok(changed.includes(BASE));
	writeFileSync(addresses, changed);
	const built = join(place, 'built');
	execFileSync('node', [join(source, 'build.mjs'), built]);
	return built;
}

/** Serves the pages below BASE, as nginx does; the API and all else is not there. */
async function serve(t, built, asked) {
	const server = createServer((request, response) => {
		const { pathname } = new URL(request.url, 'http://localhost');
		asked.push(pathname);
		const path = pathname.startsWith(`${BASE}/`) ? pathname.slice(BASE.length) : '/nothing';
		const file = join(built, PATHS.includes(path) ? 'index.html' : path);
		if (!existsSync(file) || !statSync(file).isFile()) {
			response.writeHead(404).end();
			return;
		}
		response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(readFileSync(file));
	});
	await new Promise((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	t.after(() => {
		server.closeAllConnections();
		server.close();
	});
	return `http://127.0.0.1:${server.address().port}`;
}

test('a site below a path asks for nothing outside of it, with a network and without', async (t) => {
	const place = mkdtempSync(join(tmpdir(), 'breath-below-'));
	t.after(() => rmSync(place, { recursive: true }));
	const asked = [];
	const origin = await serve(t, buildBelow(place), asked);
	const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
	t.after(() => browser.close());
	const page = await browser.newPage();
	await page.goto(`${origin}${BASE}/`);

	const ledTo = new Set();
	for (const path of PATHS) {
		if (path !== '/') {
			await page.locator(`a[href="${BASE}${path}"]`).first().click();
			await page.waitForURL(origin + BASE + path);
		}
		await page.locator('main h1').waitFor();
		for (const address of await page.locator('[href], [src]').evaluateAll((all) => all.map((each) => each.href ?? each.src))) {
			ledTo.add(new URL(address).pathname);
		}
	}
	await page.goto(`${origin}${BASE}/#pair=ABCD-EFGH`);
	await page.waitForURL(`${origin}${BASE}/devices`);
	assert.ok(ledTo.size > PATHS.length);
	assert.deepEqual([...ledTo].filter((path) => !path.startsWith(`${BASE}/`)), []);

	const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope);
	assert.equal(scope, `${origin}${BASE}/`);
	await page.context().setOffline(true);
	for (const path of PATHS) {
		await page.goto(`${origin}${BASE}${path}`);
		await page.locator('main h1').waitFor();
	}
	assert.ok(asked.some((path) => path.startsWith(`${BASE}/api/`)), 'the API is asked');
	assert.deepEqual(asked.filter((path) => !path.startsWith(`${BASE}/`)), []);
});

test('what installs the site names nothing outside of it', (t) => {
	const place = mkdtempSync(join(tmpdir(), 'breath-below-'));
	t.after(() => rmSync(place, { recursive: true }));
	const manifest = JSON.parse(readFileSync(join(buildBelow(place), 'manifest.webmanifest'), 'utf8'));
	const addresses = [manifest.id, manifest.start_url, manifest.scope, ...[...manifest.icons].map(({ src }) => src), ...manifest.shortcuts.map(({ url }) => url)];
	assert.ok(addresses.length > 6);
	assert.deepEqual(addresses.filter((address) => !address.startsWith(`${BASE}/`)), []);
});
