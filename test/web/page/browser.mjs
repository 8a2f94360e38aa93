/**
 * A browser on a running server, for the tests of the page.
 *
 *	BREATH_URL    the server, as server.mjs says
 *	BREATH_SHOTS  a folder for screenshots; without it none are taken
 */

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { openServer } from './server.mjs';

export const FLAGS = [
	'--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
	'--disable-sync',
];

/**
 * Watch a page.
 *
 * @returns {Promise<string[]>} fills with whatever breaks its security policy or throws unseen
 */
export async function watch(page) {
	const complaints = [];
	await page.exposeFunction('complain', (text) => complaints.push(text));
	await page.addInitScript(() => {
		addEventListener('securitypolicyviolation', (event) => {
			globalThis.complain(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
		});
	});
	page.on('pageerror', (error) => complaints.push(String(error)));
	page.on('console', (message) => {
		// A refused request is the page's business, and it says so itself.
		if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
			complaints.push(message.text());
		}
	});
	return complaints;
}

/**
 * Open a browser for a file of tests.
 *
 * @param {{after: (work: () => unknown) => void}} t ends it
 * @param {{build?: string}} [how] as for the server
 */
export async function openBrowser(t, how) {
	const url = await openServer(t, how);
	const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
	t.after(() => browser.close());
	return {
		url,

		/**
		 * A profile of its own, as another person's browser or another computer has it. What watch() finds fails the test in the end.
		 */
		async profile(test, { path = '/', ...options } = {}) {
			const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
			const page = await context.newPage();
			const complaints = await watch(page);
			test.after(async () => {
				// A request that a test answers itself may be under way as it ends; of what becomes of that nobody wants to hear.
				await Promise.all(context.pages().map((each) => each.unrouteAll({ behavior: 'ignoreErrors' })));
				await context.close();
				assert.deepEqual(complaints, []);
			});
			await page.goto(url + path);
			return page;
		},
	};
}

/** Be on a page of the companion, by its name in the navigation where it is not the one that is open. */
export async function at(page, path) {
	const link = page.locator(`nav a[href="${path}"]`);
	if (await link.getAttribute('aria-current') === null) {
		await link.click();
		await page.locator(`nav a[href="${path}"][aria-current]`).waitFor();
	}
	await page.locator('main h1').waitFor();
}

/** Opt in, and keep the recovery code as a person would. */
export async function optIn(page) {
	await at(page, '/devices');
	await page.getByRole('button', { name: 'Turn on syncing' }).click();
	await page.getByRole('dialog', { name: 'What leaves this browser' }).getByRole('button', { name: 'Start syncing' }).click();
	const dialog = page.getByRole('dialog', { name: 'Keep your recovery code' });
	const code = await dialog.locator('.big-code').textContent();
	await dialog.getByRole('button', { name: 'I have kept it' }).click();
	await page.getByRole('heading', { name: 'Your devices' }).waitFor();
	return code;
}

/** A code for another device. */
export async function makeCode(page) {
	await at(page, '/devices');
	await page.getByRole('button', { name: 'Add another device' }).click();
	await page.getByRole('group', { name: 'The code' }).waitFor();
	return page.getByRole('group', { name: 'The code' }).locator('.big-code').textContent();
}

export async function enterCode(page, code) {
	await at(page, '/devices');
	await page.getByLabel('Pairing code or recovery code').fill(code);
	await page.getByRole('button', { name: 'Join', exact: true }).click();
}

/** Count minutes by hand: 5 minutes of boxing are 18 breaths. */
export async function practise(page, minutes = 5) {
	await at(page, '/breathe');
	await page.getByLabel('Minutes', { exact: true }).fill(String(minutes));
	await page.getByLabel('Pattern').selectOption('boxing');
	// What was said of the time before is no answer to this one.
	await page.locator('form .message').evaluate((said) => said.replaceChildren());
	await page.getByRole('button', { name: 'Count it' }).click();
	await page.getByText(/^Counted/).waitFor();
}

/** Count something on a day, as if it had been practised then, and where it is `taken` as if the server had acknowledged it. */
export const countOn = (page, back, xp, taken = false) => page.evaluate(([day, amount, acknowledged]) => new Promise((resolve) => {
	const opening = indexedDB.open('breath-master');
	opening.onsuccess = () => {
		const store = opening.result.transaction('documents', 'readwrite').objectStore('documents');
		const reading = store.get('state');
		reading.onsuccess = () => {
			const state = reading.result;
			const counted = { xp: amount, minutes: 1, sessions: 1, cycles: amount };
			state.days[day] = { counted, acknowledged: acknowledged ? counted : { xp: 0, minutes: 0, sessions: 0, cycles: 0 } };
			store.put(state, 'state').onsuccess = resolve;
		};
	};
}), [new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10), xp, taken]);

/** Send now what would wait for its random while. */
export async function syncNow(page) {
	await at(page, '/dashboard');
	await page.getByRole('button', { name: 'Sync now' }).click();
	await page.getByText(/^In your account/).waitFor();
}

/** The place of the figure that stands under a word. */
const placeOf = (page, word) => page.locator('.progress .figures div', { hasText: word }).first().locator('dd');

/** The figure that stands under a word. */
export async function figure(page, word) {
	await at(page, '/dashboard');
	return (await placeOf(page, word).textContent()).replace(/,/g, '');
}

/** Wait until a figure is what it should be. */
export async function expectFigure(page, word, value) {
	await at(page, '/dashboard');
	await placeOf(page, word).filter({ hasText: new RegExp(`^${Number(value).toLocaleString('en')}$`) }).waitFor();
}

/** Wait until the service worker has all it wants, as after the first few seconds of a visit. */
export const settled = (page) => page.evaluate(() => navigator.serviceWorker.ready.then(({ active }) => (
	active.state === 'activated' || new Promise((resolve) => {
		active.addEventListener('statechange', resolve);
	})
)));

/** A screenshot, where some are wanted. */
export async function shoot(page, name) {
	if (process.env.BREATH_SHOTS) {
		mkdirSync(process.env.BREATH_SHOTS, { recursive: true });
		await page.screenshot({ path: join(process.env.BREATH_SHOTS, `${name}.png`), fullPage: true });
	}
}

/** A document as it lies in the browser's store. */
export const stored = (page, name) => page.evaluate((key) => new Promise((resolve) => {
	const opening = indexedDB.open('breath-master');
	opening.onsuccess = () => {
		const reading = opening.result.transaction('documents').objectStore('documents').get(key);
		reading.onsuccess = () => {
			opening.result.close();
			resolve(reading.result);
		};
	};
}), name);

/** Whether the browser writes anything for this page, which with a full disk it does not. */
export const setRoom = (page, hasRoom) => page.evaluate((room) => {
	globalThis.put ??= IDBObjectStore.prototype.put;
	IDBObjectStore.prototype.put = room ? globalThis.put : () => {
		throw new DOMException('', 'QuotaExceededError');
	};
}, hasRoom);

/** What is read, once it is as it should be; `what` says what that is. */
export async function until(holds, read, what = holds) {
	for (let tries = 0; tries < 600; tries++) {
		const now = await read();
		if (holds(now)) {
			return now;
		}
		await sleep(20);
	}
	return assert.fail(`never came: ${what}`);
}

/**
 * Hold back the replies from some addresses.
 *
 * @returns {Promise<{asked: Promise<unknown>, release: () => Promise<unknown>}>} `asked` when the first one is; `release` lets all go, and
 *   waits until the page has read one of them and done with it what it does at once
 */
export async function hold(page, pattern) {
	let open;
	const opened = new Promise((resolve) => {
		open = resolve;
	});
	await page.route(pattern, async (route) => {
		const response = await route.fetch();
		await opened;
		await route.fulfill({ response });
	});
	return {
		asked: page.waitForRequest(pattern),

		async release() {
			const reading = heard(page, pattern);
			open();
			await reading;
		},
	};
}

/** Wait until a page that tells so (see noteReplies) has read the next reply from an address. */
export async function heard(page, pattern) {
	const address = (await page.waitForResponse(pattern)).url();
	await page.waitForFunction((wanted) => globalThis.read.has(wanted), address);
}

/** Make a page tell which replies it has read; to be called before it asks. */
export const noteReplies = (page) => page.evaluate(() => {
	globalThis.read = new Set();
	const { text } = Response.prototype;
	Response.prototype.text = async function noted() {
		const said = await text.call(this);
		setTimeout(() => globalThis.read.add(this.url));
		return said;
	};
});
