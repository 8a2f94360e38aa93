/**
 * The page for everybody: on small screens, in the dark, by the keyboard alone, for those who listen to it, and where something
 * that it needs is missing.
 */

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { faintTexts, misfits, tabOn } from './barriers.mjs';
import { at, expectFigure, FLAGS, openBrowser, optIn, practise, shoot, syncNow } from './browser.mjs';

let browser;
const ends = [];
before(async () => {
	browser = await openBrowser({ after: (work) => ends.push(work) });
});
after(() => Promise.all(ends.map((work) => work())));

const EXPORT = fileURLToPath(new URL('../data/exports/sessions-and-hovering.json', import.meta.url));

/** Bring everything that the page can show to light. */
async function showAll(page) {
	await practise(page, 5);
	await at(page, '/devices');
	await page.getByText('Or paste its text').click();
	await page.getByLabel('Export file').setInputFiles(EXPORT);
	await page.getByRole('button', { name: 'Import it' }).click();
	await page.getByText(/^Imported:/).waitFor();
	await page.getByLabel('Export file').setInputFiles(EXPORT);
	await page.getByRole('heading', { name: 'Found in it' }).waitFor();
	await page.getByRole('button', { name: 'Add another device' }).click();
	await page.getByRole('group', { name: 'The code' }).waitFor();
}

for (const colorScheme of ['light', 'dark']) {
	for (const width of [1280, 768, 360, 320]) {
		test(`everything fits ${width} pixels in the ${colorScheme}`, async (t) => {
			const page = await browser.profile(t, { colorScheme, viewport: { width, height: 800 } });
			const fits = { scrolls: false, wide: [], small: [] };
			const name = `${colorScheme}-${width}`;
			for (const path of ['/dashboard', '/breathe', '/boards', '/settings', '/devices']) {
				await at(page, path);
				await shoot(page, `${name}-new-${path.slice(1)}`);
				assert.deepEqual(await misfits(page), fits);
			}
			await page.getByRole('button', { name: 'Turn on syncing' }).click();
			await page.getByRole('dialog').waitFor();
			await page.getByText('The next requests, to the letter').click();
			await shoot(page, `${name}-leaves`);
			assert.deepEqual(await misfits(page), fits);
			await page.getByRole('button', { name: 'Start syncing' }).click();
			await page.getByRole('dialog', { name: 'Keep your recovery code' }).waitFor();
			await shoot(page, `${name}-recovery`);
			assert.deepEqual(await misfits(page), fits);
			await page.getByRole('button', { name: 'I have kept it' }).click();
			await page.getByRole('heading', { name: 'Your devices' }).waitFor();
			await showAll(page);
			await shoot(page, `${name}-all`);
			assert.deepEqual(await misfits(page), fits);
			await page.getByRole('button', { name: 'Erase everything' }).click();
			await page.getByRole('dialog').waitFor();
			await shoot(page, `${name}-erase`);
			assert.deepEqual(await misfits(page), fits);
			await page.getByRole('button', { name: 'Cancel' }).click();
		});
	}
}

for (const colorScheme of ['light', 'dark']) {
	test(`every text can be read in the ${colorScheme}`, async (t) => {
		const page = await browser.profile(t, { colorScheme });
		for (const path of ['/dashboard', '/breathe', '/boards', '/settings', '/devices']) {
			await at(page, path);
			assert.deepEqual(await faintTexts(page), []);
		}
		await optIn(page);
		await showAll(page);
		assert.deepEqual(await faintTexts(page), []);
		await at(page, '/dashboard');
		assert.deepEqual(await faintTexts(page), []);
	});
}

test('the main job by the keyboard alone', async (t) => {
	const page = await browser.profile(t);
	const tabTo = (name) => tabOn(page, name);
	await page.getByRole('link', { name: 'Let it follow you' }).waitFor();
	await tabTo('Skip to the content');
	await page.keyboard.press('Enter');
	await tabTo('Let it follow you');
	await page.keyboard.press('Enter');
	await page.getByRole('button', { name: 'Turn on syncing' }).waitFor();
	await tabTo('Turn on syncing …');
	await page.keyboard.press('Enter');
	await page.getByRole('dialog', { name: 'What leaves this browser' }).waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Not now', 'the harmless answer comes first');
	await tabTo('Start syncing');
	await page.keyboard.press('Enter');
	await page.getByRole('dialog', { name: 'Keep your recovery code' }).waitFor();
	await tabTo('I have kept it');
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Your devices' }).waitFor();
	await page.waitForFunction(() => document.activeElement.matches('main h1'));
	await tabTo('Breathe');
	await page.keyboard.press('Enter');
	await page.getByRole('button', { name: 'Count it' }).waitFor();
	await tabTo('Minutes');
	await page.keyboard.press('Control+A');
	await page.keyboard.type('10');
	await page.keyboard.press('Enter');
	await page.getByText('Counted 10 minutes and 42 breaths: 42 XP.').waitFor();
	await tabTo('Devices');
	await page.keyboard.press('Enter');
	await page.getByRole('button', { name: 'Add another device' }).waitFor();
	await tabTo('Add another device');
	await page.keyboard.press('Enter');
	await page.waitForFunction(() => document.activeElement.getAttribute('aria-label') === 'The code');
	await tabTo('Erase everything');
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Cancel', 'the harmless answer comes first');
	await page.keyboard.press('Escape');
	assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Erase everything', 'and the focus goes back');
	await expectFigure(page, 'XP', 42);
});

test('those who listen hear what things are called and what happened', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await showAll(page);
	await at(page, '/devices');
	const nameless = await page.evaluate(() => [...document.querySelectorAll('button, input, select, textarea, progress, dialog, section')].filter((element) => (
		!element.labels?.length && !element.getAttribute('aria-label') && !element.getAttribute('aria-labelledby')
			&& !(element.tagName === 'BUTTON' && (element.textContent.trim() || element.closest('template')))
	)).map((element) => element.outerHTML.slice(0, 80)));
	assert.deepEqual(nameless, []);
	await practise(page, 5);
	assert.equal(await page.getByRole('status').filter({ hasText: /^Counted/ }).count(), 1);
	await at(page, '/dashboard');
	await page.getByRole('progressbar', { name: /^Level/ }).waitFor();
	assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll('h1')].length), 1);
	assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
});

test('a slip in a field is said beside it, and the field is found again', async (t) => {
	const page = await browser.profile(t);
	await at(page, '/breathe');
	const minutes = page.getByLabel('Minutes', { exact: true });
	for (const wrong of ['0', '601', '2.5', '']) {
		await minutes.fill(wrong);
		await page.getByRole('button', { name: 'Count it' }).click();
		await page.getByText('Minutes are a whole number from 1 to 600.').waitFor();
		assert.equal(await minutes.getAttribute('aria-invalid'), 'true');
		assert.equal(await page.evaluate(() => document.activeElement.type), 'number');
	}
	await practise(page, 1);
	assert.equal(await minutes.getAttribute('aria-invalid'), 'false');
	await expectFigure(page, 'XP', 3);
});

test('who wants no motion sees none', async (t) => {
	const page = await browser.profile(t, { reducedMotion: 'reduce' });
	await page.getByRole('heading', { level: 1 }).waitFor();
	assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
});

test('without JavaScript the page says what it is', async (t) => {
	const page = await browser.profile(t, { javaScriptEnabled: false });
	assert.match(await page.locator('noscript').innerText(), /needs JavaScript.*Breath Master guides your breathing/s);
	assert.ok(await page.locator('noscript h1').isVisible());
});

test('where the connection is not secure it says so, and nothing half-works', async (t) => {
	const page = await browser.profile(t, { path: '/favicon.svg' });
	await page.addInitScript(() => {
		Object.defineProperty(globalThis, 'isSecureContext', { value: false });
	});
	await page.goto(browser.url);
	await page.getByRole('alert').getByText('This page works only over a secure connection.').waitFor();
	assert.equal(await page.locator('main button').count(), 0);
});

const NO_STORAGE = /^Dieser Browser gibt dieser Seite keinen Speicher/;

/** What a browser may have in place of a storage. */
const BLOCKED = {
	'is none': () => Object.defineProperty(globalThis, 'indexedDB', { value: null }),
	'throws when it is looked at': () => Object.defineProperty(globalThis, 'indexedDB', {
		get() {
			throw new DOMException('', 'SecurityError');
		},
	}),
	'throws when it is opened': () => {
		indexedDB.open = () => {
			throw new DOMException('', 'SecurityError');
		};
	},
	'never answers': () => {
		indexedDB.open = () => new EventTarget();
	},
};

for (const [how, block] of Object.entries(BLOCKED)) {
	for (const hasWords of [true, false]) {
		test(`a storage that ${how} leaves no blank page, ${hasWords ? 'in the reader\'s language' : 'nor where no words arrive'}`, async (t) => {
			const page = await browser.profile(t, { path: '/favicon.svg', locale: 'de-AT' });
			await page.clock.install();
			await page.addInitScript(block);
			if (!hasWords) {
				// Neither there nor refused: on its way for ever.
				await page.route('**/app/de-*.js', () => {});
			}
			// The words are asked for when the page begins to run.
			const running = page.waitForRequest('**/app/de-*.js');
			await page.goto(browser.url, { waitUntil: 'commit' });
			await running;
			await page.clock.runFor(2_000);
			await page.getByRole('alert').getByText(hasWords ? NO_STORAGE : /^This browser gives this page no storage/).waitFor();
			assert.equal(await page.evaluate(() => document.documentElement.lang), hasWords ? 'de' : 'en');
			assert.equal(await page.locator('nav').getByText(hasWords ? 'Atmen' : 'Breathe').isVisible(), true);
		});
	}
}

test('words that come after the sentence about a silent storage say it in the reader\'s language', async (t) => {
	const page = await browser.profile(t, { path: '/favicon.svg', locale: 'de-AT' });
	await page.addInitScript(BLOCKED['never answers']);
	let letGo;
	const held = new Promise((resolve) => {
		letGo = resolve;
	});
	await page.route('**/app/de-*.js', async (route) => {
		await held;
		await route.continue();
	});
	await page.goto(browser.url, { waitUntil: 'commit' });
	await page.getByRole('alert').getByText(/^This browser gives this page no storage/).waitFor();
	letGo();
	await page.getByRole('alert').getByText(NO_STORAGE).waitFor();
});

test('a storage that answers late takes its sentence back', async (t) => {
	const page = await browser.profile(t, { path: '/favicon.svg' });
	await page.addInitScript(() => {
		const { open } = indexedDB;
		indexedDB.open = (...of) => {
			const late = new EventTarget();
			globalThis.answer = () => {
				const request = open.apply(indexedDB, of);
				for (const type of ['upgradeneeded', 'success']) {
					request.addEventListener(type, () => {
						late.result = request.result;
						late.dispatchEvent(new Event(type));
					});
				}
			};
			return late;
		};
	});
	await page.goto(browser.url);
	await page.getByRole('alert').getByText('This browser gives this page no storage').waitFor();
	await page.evaluate(() => globalThis.answer());
	await page.getByRole('link', { name: 'Breathe now' }).waitFor();
	assert.equal(await page.getByRole('alert').count(), 0);
});

test('where a person has blocked cookies and site data, the page says so', async (t) => {
	const folder = mkdtempSync(join(tmpdir(), 'breath-profile-'));
	t.after(() => rmSync(folder, { recursive: true }));
	mkdirSync(join(folder, 'Default'));
	writeFileSync(join(folder, 'Default/Preferences'), JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }));
	const context = await chromium.launchPersistentContext(folder, { executablePath: '/usr/bin/chromium', args: FLAGS, locale: 'de-DE' });
	t.after(() => context.close());
	const page = await context.newPage();
	await page.goto(browser.url);
	await page.getByRole('alert').getByText(NO_STORAGE).waitFor();
	assert.equal(await page.locator('main button').count(), 0, 'nothing half-works');
	await shoot(page, 'no-storage');
});

test('a stored state of a newer program is left alone', async (t) => {
	const page = await browser.profile(t);
	await practise(page, 5);
	/** Exchange what is stored, as another program would; tells what was there. */
	const exchange = (document) => page.evaluate((given) => new Promise((resolve) => {
		const opening = indexedDB.open('breath-master');
		opening.onsuccess = () => {
			const store = opening.result.transaction('documents', 'readwrite').objectStore('documents');
			const reading = store.get('state');
			store.put(given, 'state').onsuccess = () => resolve(reading.result);
		};
	}), document);
	const newer = { version: 3, days: {} };
	assert.equal((await exchange(newer)).version, 2);
	await page.reload();
	await page.getByRole('alert').getByText('written by a newer version').waitFor();
	assert.deepEqual(await exchange(newer), newer);
});

test('in another calendar day than the server nothing is lost, and it is said', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await page.clock.install({ time: Date.now() + 5 * 86_400_000 });
	await page.reload();
	await practise(page, 5);
	await at(page, '/dashboard');
	await page.getByRole('button', { name: 'Sync now' }).click();
	await page.getByText('The date of this device is off by more than a day.').waitFor();
	await expectFigure(page, 'XP', 18);
	await page.clock.setSystemTime(Date.now());
	await page.getByRole('button', { name: 'Sync now' }).click();
	// What was practised on a day that has not come yet is kept until it may be sent.
	await page.getByText('The server did not take 1 day').waitFor();
});

test('an address that leads nowhere leads back', async (t) => {
	const page = await browser.profile(t, { path: '/favicon.svg' });
	const answer = await page.goto(`${browser.url}/no/such/page`);
	assert.equal(answer.status(), 404);
	await page.getByRole('link', { name: 'To the page that is there' }).click();
	await page.getByRole('link', { name: 'Breathe now' }).waitFor();
});

test('nothing on this site comes from anywhere else', async (t) => {
	const page = await browser.profile(t);
	const hosts = new Set();
	page.on('request', (request) => hosts.add(new URL(request.url()).host));
	await page.reload();
	await optIn(page);
	await syncNow(page);
	assert.deepEqual([...hosts], [new URL(browser.url).host]);
});
