/**
 * Without a network, and from version to version: the companion opens whole, asks before it changes, never in the middle of a session,
 * and can be called back by whoever runs the server.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build, tree } from '../../api/tables.mjs';
import { at, expectFigure, openBrowser, optIn, practise, settled, syncNow, until } from './browser.mjs';

/** A build of our own: its pages give way to other releases while they are served. */
const place = mkdtempSync(join(tmpdir(), 'breath-build-'));
const pages = join(place, 'htdocs');
const source = join(place, 'source');
const publish = (release) => execFileSync(join(tree, 'conf/publish-pages'), [release, pages]);
let browser;
const ends = [];
before(async () => {
	publish(join(build, 'release'));
	cpSync(join(tree, 'htdocs'), source, { recursive: true, filter: (file) => !file.includes('node_modules') });
	symlinkSync(join(tree, 'htdocs/node_modules'), join(source, 'node_modules'));
	for (const program of readdirSync(build).filter((name) => /\.fcgi$|^breathctl$/.test(name))) {
		symlinkSync(join(build, program), join(place, program));
	}
	browser = await openBrowser({ after: (work) => ends.push(work) }, { build: place });
});
after(async () => {
	await Promise.all(ends.map((work) => work()));
	rmSync(place, { recursive: true });
});

const PATHS = ['/dashboard', '/breathe', '/devices', '/settings'];

/**
 * Build another version and put it where this one is served, as an administrator's machine does.
 *
 * @param {string} name the document says it, and every page's module is another one
 * @param {(built: string) => void} [change] what becomes of the build before it is served
 */
function release(name, change = () => {}) {
	const page = join(source, 'index.html');
	writeFileSync(page, readFileSync(page, 'utf8').replace(/<html lang="en"[^>]*>/, `<html lang="en" data-version="${name}">`));
	appendFileSync(join(source, 'js/app/kit.js'), `\nglobalThis.release = '${name}';\n`);
	const built = join(place, 'release');
	execFileSync('node', [join(source, 'build.mjs'), built]);
	change(built);
	publish(built);
}

/** What a version is called by the cache that its worker keeps it in. */
const cacheServed = () => /breath-master\.[0-9a-f]{16}/.exec(readFileSync(join(pages, 'sw.js'), 'utf8'))[0];

const cachesOf = (page) => page.evaluate(() => caches.keys());

/** The module of a page, as it lies where it is served. */
const moduleServed = (name) => readFileSync(join(pages, '.release'), 'utf8').split('\n').find((file) => new RegExp(`^${name}-.*\\.js$`).test(file));

const version = (page) => page.evaluate(() => document.documentElement.dataset.version);

/** Have the browser look for another version, as it does by itself at each visit. */
const look = (page) => page.evaluate(async () => void await (await navigator.serviceWorker.getRegistration()).update());

test('from the first visit on, every page opens without a network', async (t) => {
	const page = await browser.profile(t);
	await settled(page);
	await page.context().setOffline(true);
	for (const path of PATHS) {
		await page.goto(browser.url + path);
		await at(page, path);
	}
	for (const path of PATHS) {
		await page.goto(`${browser.url}${path}/?from=memory#here`);
		await at(page, path);
		assert.equal(page.url(), `${browser.url}${path}?from=memory#here`);
	}
	await practise(page, 5);
	await page.reload();
	await expectFigure(page, 'XP', 18);
	await at(page, '/settings');
	await page.getByLabel('Language', { exact: true }).selectOption({ label: 'Deutsch' });
	await page.getByRole('heading', { name: 'Optionen' }).waitFor();
});

test('without a network it speaks the language that was chosen, or that the browser asks for', async (t) => {
	const page = await browser.profile(t, { locale: 'de-AT' });
	await settled(page);
	await page.context().setOffline(true);
	await page.reload();
	await page.getByRole('link', { name: 'Jetzt atmen' }).waitFor();
	await at(page, '/settings');
	await page.getByLabel('Sprache', { exact: true }).selectOption({ label: 'English' });
	await page.getByRole('heading', { name: 'Settings' }).waitFor();
	await page.reload();
	await page.getByRole('heading', { name: 'Settings' }).waitFor();
});

test('where no words arrive, the page says so in its own', async (t) => {
	const page = await browser.profile(t, { path: '/favicon.svg', locale: 'de-AT' });
	await page.route('**/app/de-*.js', (route) => route.abort());
	await page.goto(browser.url);
	await page.getByRole('alert').getByText('The server cannot be reached. Nothing is lost; try again.').waitFor();
	await page.unroute('**/app/de-*.js');
	await page.reload();
	await page.getByRole('link', { name: 'Jetzt atmen' }).waitFor();
	assert.equal(await page.getByRole('alert').count(), 0);
});

test('what is practised without a network arrives, once', async (t) => {
	const page = await browser.profile(t);
	await settled(page);
	await optIn(page);
	await page.context().setOffline(true);
	for (let day = 0; day < 3; day++) {
		await practise(page, 5);
		await page.goto(`${browser.url}/dashboard`);
	}
	await expectFigure(page, 'XP', 54);
	await page.context().setOffline(false);
	await syncNow(page);
	await page.reload();
	await page.getByText(/^In your account/).waitFor();
	await expectFigure(page, 'XP', 54);
});

test('opening without a network takes a blink', async (t) => {
	const page = await browser.profile(t);
	await settled(page);
	await page.context().setOffline(true);
	const times = [];
	// A machine that has others to serve takes longer now and then; what the page itself takes, it takes every time.
	while (times.length < 20 && !(times.at(-1) <= 300)) {
		await page.goto(`${browser.url}/breathe`);
		await page.getByRole('button', { name: 'Begin' }).waitFor();
		times.push(await page.evaluate(() => new Promise((resolve) => {
			new PerformanceObserver((list) => list.getEntriesByName('first-contentful-paint').forEach(({ startTime }) => resolve(startTime)))
				.observe({ type: 'paint', buffered: true });
		})));
	}
	assert.ok(times.at(-1) <= 300, `${times.map(Math.round)} ms`);
});

test('another version waits until it is wanted', async (t) => {
	const page = await browser.profile(t);
	await settled(page);
	release('second');
	await look(page);
	await page.getByText('A new version of these pages is ready.').waitFor();
	await page.reload();
	assert.equal(await version(page), undefined, 'nobody has asked for it');
	await page.getByRole('button', { name: 'Use it now' }).click();
	await page.waitForFunction(() => document.documentElement.dataset.version === 'second');
	assert.equal(await page.locator('#update').isVisible(), false);
	const wanted = cacheServed();
	await until((names) => names.join() === wanted, () => cachesOf(page), 'the old one is gone');
});

test('a session in another tab outlives an update: its pages still open, and what it earned stays to be read', async (t) => {
	const page = await browser.profile(t, { path: '/favicon.svg' });
	await page.clock.install();
	await page.goto(`${browser.url}/breathe`);
	await page.waitForLoadState('networkidle');
	await settled(page);
	const [was, boards] = [await version(page), moduleServed('boards')];
	const old = cacheServed();
	await page.getByRole('radio', { name: 'Boxing' }).check();
	await page.getByLabel('For how long').selectOption({ value: '5' });
	await page.getByRole('button', { name: 'Begin' }).click();
	await page.getByText('Get ready').waitFor();
	await page.clock.runFor(3_000 + 16_100);
	await page.getByText(/, 1 breath/).waitFor();
	await page.evaluate(() => navigator.serviceWorker.addEventListener('controllerchange', () => {
		globalThis.isLeft = true;
	}));

	const other = await page.context().newPage();
	await other.goto(`${browser.url}/dashboard`);
	release('beside');
	assert.notEqual(moduleServed('boards'), boards, 'the page that opens later has another module in the new version');
	await look(other);
	await other.getByRole('button', { name: 'Use it now' }).click();
	await other.waitForFunction(() => document.documentElement.dataset.version === 'beside');
	await page.waitForFunction(() => globalThis.isLeft);
	assert.ok((await cachesOf(other)).includes(old), 'the tab in the session needs it');

	// The server has it as well, for who has lost the cache.
	const { status } = await fetch(`${browser.url}/app/${boards}`);
	assert.equal(status, 200);
	await page.context().setOffline(true);
	await page.locator('nav a[href="/boards"]').click();
	await page.getByRole('heading', { level: 1, name: 'Boards' }).waitFor();
	await at(page, '/breathe');
	await page.context().setOffline(false);

	// Until its time is up, with nobody pressing a button to end it. A machine that has too much to do pauses it.
	const resume = page.getByRole('button', { name: 'Go on' });
	await until((isThere) => isThere, async () => {
		if (await resume.isVisible()) {
			await resume.click();
		}
		await page.clock.runFor(60_000);
		return page.locator('.earned').getByRole('heading', { name: /XP/ }).isVisible();
	}, 'what it earned');
	assert.equal(await page.evaluate(() => globalThis.isLeft), true, 'it is the same document');
	assert.equal(await version(page), was);
	await at(page, '/dashboard');
	await page.waitForFunction(() => document.documentElement.dataset.version === 'beside');
	const wanted = cacheServed();
	await until((names) => names.join() === wanted, async () => {
		await other.reload();
		return cachesOf(other);
	}, 'nobody needs the old one any more');
});

test('a release with a file that is not the one it means is not taken, and the one before stays whole', async (t) => {
	const page = await browser.profile(t);
	await settled(page);
	const [was, old] = [await version(page), cacheServed()];
	release('damaged', (built) => {
		const name = readdirSync(join(built, 'app')).find((file) => /^boards-.*\.js$/.test(file));
		appendFileSync(join(built, 'app', name), '// half of a sente');
		rmSync(join(built, 'app', `${name}.gz`));
	});
	const end = await page.evaluate(async () => {
		const registration = await navigator.serviceWorker.getRegistration();
		const found = new Promise((resolve) => {
			registration.addEventListener('updatefound', () => resolve(registration.installing), { once: true });
		});
		await registration.update();
		const installing = await found;
		while (installing.state === 'installing') {
			await new Promise((resolve) => {
				installing.addEventListener('statechange', resolve, { once: true });
			});
		}
		return installing.state;
	});
	assert.equal(end, 'redundant');
	const kept = await page.evaluate(async (name) => (await (await caches.open(name)).keys()).length, cacheServed());
	assert.equal(kept, 0);
	await page.context().setOffline(true);
	await page.reload();
	await at(page, '/settings');
	assert.equal(await version(page), was);
	assert.ok((await cachesOf(page)).includes(old));
	release('mended');
});

test('nothing is reloaded under a session, whatever another tab says', async (t) => {
	const page = await browser.profile(t, { path: '/breathe' });
	await settled(page);
	const was = await version(page);
	await page.getByRole('radio', { name: 'Boxing' }).check();
	await page.getByRole('button', { name: 'Begin' }).click();
	await page.getByText('Breathe in', { exact: true }).waitFor();
	await page.evaluate(() => navigator.serviceWorker.addEventListener('controllerchange', () => {
		globalThis.isLeft = true;
	}));
	const other = await page.context().newPage();
	await other.goto(`${browser.url}/dashboard`);
	release('third');
	await look(other);
	await other.getByRole('button', { name: 'Use it now' }).click();
	await other.waitForFunction(() => document.documentElement.dataset.version === 'third');
	assert.equal(await page.locator('#update').isVisible(), false, 'it is not the time to ask');
	await page.waitForFunction(() => globalThis.isLeft);
	assert.equal(await version(page), was);
	await page.getByRole('button', { name: 'End' }).click();
	await page.waitForFunction(() => document.documentElement.dataset.version === 'third');
});

/** What would be gone with the page, each with how it comes and how it is over. */
const HELD = {
	'a recovery code': [async (page) => {
		await page.getByRole('button', { name: 'Turn on syncing' }).click();
		await page.getByRole('button', { name: 'Start syncing' }).click();
		await page.locator('dialog .big-code').waitFor();
	}, (page) => page.getByRole('button', { name: 'I have kept it' }).click()],
	'a code that is being typed': [
		(page) => page.getByLabel('Pairing code or recovery code').fill('ABCD'), (page) => page.getByLabel('Pairing code or recovery code').fill(''),
	],
	'what a session brought': [async (page) => {
		await at(page, '/breathe');
		await page.getByLabel('Minutes', { exact: true }).fill('7');
		await page.getByRole('button', { name: 'Count it' }).click();
		// What was sent holds nothing any more.
		await page.getByText(/^Counted/).waitFor();
		await page.locator('.earned').evaluate((earned) => {
			earned.hidden = false;
		});
	}, (page) => at(page, '/dashboard')],
};

for (const [name, [begin, finish]] of Object.entries(HELD)) {
	test(`no update takes ${name} off the screen`, async (t) => {
		const page = await browser.profile(t, { path: '/devices' });
		await settled(page);
		const before = await version(page);
		await begin(page);
		await page.evaluate(() => navigator.serviceWorker.addEventListener('controllerchange', () => {
			globalThis.isLeft = true;
		}));
		const other = await page.context().newPage();
		await other.goto(`${browser.url}/dashboard`);
		const next = `for-${name.replaceAll(' ', '-')}`;
		release(next);
		await look(other);
		await other.getByRole('button', { name: 'Use it now' }).waitFor();
		assert.equal(await page.locator('#update').isVisible(), false, 'it is not the time to ask');
		await other.getByRole('button', { name: 'Use it now' }).click();
		await other.waitForFunction((wanted) => document.documentElement.dataset.version === wanted, next);
		await page.waitForFunction(() => globalThis.isLeft);
		assert.equal(await version(page), before);
		await finish(page);
		await page.waitForFunction((wanted) => document.documentElement.dataset.version === wanted, next);
	});
}

test('a tab that is looked at all the time looks for another version once a day', async (t) => {
	const page = await browser.profile(t);
	await settled(page);
	await page.clock.install();
	await page.addInitScript(() => {
		globalThis.looked = 0;
		ServiceWorkerRegistration.prototype.update = async () => void globalThis.looked++;
	});
	await page.reload();
	await page.waitForLoadState('networkidle');
	await settled(page);
	const looked = () => page.evaluate(() => globalThis.looked);
	const after = async (hours) => {
		for (let hour = 0; hour < hours; hour++) {
			await page.clock.fastForward('01:00:00');
		}
		return looked();
	};
	assert.equal(await after(23), 0);
	assert.equal(await after(2), 1);
	assert.equal(await after(24), 2);
});

test('a browser would install it', async (t) => {
	const page = await browser.profile(t);
	await settled(page);
	const devtools = await page.context().newCDPSession(page);
	const { errors } = await devtools.send('Page.getAppManifest');
	assert.deepEqual(errors, []);
	const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
	assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'), []);
});

test('whoever runs the server can call the worker back, and what was practised stays', async (t) => {
	const page = await browser.profile(t);
	await settled(page);
	await practise(page, 5);
	release('fourth', (built) => cpSync(join(built, 'sw-stop.js'), join(built, 'sw.js')));
	await look(page);
	await page.waitForFunction(async () => (await caches.keys()).length === 0 && !await navigator.serviceWorker.getRegistration());
	// The page may be on its way to the server by itself, which breaks off a reload.
	await page.reload().catch(async () => {
		await page.waitForLoadState();
		await page.reload();
	});
	assert.equal(await version(page), 'fourth', 'it comes from the server again');
	await expectFigure(page, 'XP', 18);
	await page.context().setOffline(true);
	await assert.rejects(page.reload(), 'and from nowhere else');
});
