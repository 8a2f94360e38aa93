/**
 * Without a network, and from version to version: the companion opens whole, asks before it changes, never in the middle of a session,
 * and can be called back by whoever runs the server.
 */

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build } from '../../api/tables.mjs';
import { at, expectFigure, openBrowser, optIn, practise, settled, syncNow } from './browser.mjs';

/** A build of our own, to be changed while it is served. */
const place = mkdtempSync(join(tmpdir(), 'breath-build-'));
const pages = join(place, 'htdocs');
let browser;
const ends = [];
before(async () => {
	cpSync(join(build, 'htdocs'), pages, { recursive: true });
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

/** Put another version where this one is served. */
function release(name) {
	const page = join(pages, 'index.html');
	writeFileSync(page, readFileSync(page, 'utf8').replace(/<html lang="en"[^>]*>/, `<html lang="en" data-version="${name}">`));
	rmSync(`${page}.gz`, { force: true });
	const worker = join(pages, 'sw.js');
	writeFileSync(worker, readFileSync(worker, 'utf8').replace(/breath-master\.[\w-]+/, `breath-master.${name}`));
}

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
	for (let i = 0; i < 5; i++) {
		await page.goto(`${browser.url}/breathe`);
		await page.getByRole('button', { name: 'Begin' }).waitFor();
		times.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0));
	}
	times.sort((a, b) => a - b);
	assert.ok(times[2] <= 300, `${times.map(Math.round)} ms`);
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
	assert.deepEqual(await page.evaluate(() => caches.keys()), ['breath-master.second'], 'the old one is gone');
});

test('nothing is reloaded under a session, whatever another tab says', async (t) => {
	const page = await browser.profile(t, { path: '/breathe' });
	await settled(page);
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
	assert.equal(await version(page), 'second');
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
	cpSync(join(pages, 'sw-stop.js'), join(pages, 'sw.js'));
	release('fourth');
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
