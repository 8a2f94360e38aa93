/**
 * What went wrong, and what stands in the way, is on screen for as long as somebody needs to read it.
 */

import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { at, countOn, openBrowser, optIn, practise, syncNow } from './browser.mjs';

let browser;
const ends = [];
before(async () => {
	browser = await openBrowser({ after: (work) => ends.push(work) });
});
after(() => Promise.all(ends.map((work) => work())));

test('what went wrong stays until it is dismissed, whatever is shown meanwhile', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await syncNow(page);
	await page.evaluate(() => {
		const { put } = IDBObjectStore.prototype;
		globalThis.mend = () => Object.assign(IDBObjectStore.prototype, { put });
		IDBObjectStore.prototype.put = () => {
			throw new DOMException('', 'QuotaExceededError');
		};
	});
	const sync = page.getByRole('button', { name: 'Sync now' });
	const failure = page.getByRole('alert').filter({ hasText: 'This browser has no room left' });
	await sync.click();
	await failure.waitFor();
	await page.evaluate(() => globalThis.mend());
	await syncNow(page);
	await failure.waitFor();
	// That this browser was removed is another matter, and takes nothing's place.
	await page.route('**/api/v1/sync**', (route) => route.fulfill({
		status: 401, contentType: 'application/problem+json', body: '{"code":"token_revoked","status":401,"title":"removed"}',
	}));
	await sync.click();
	await page.getByRole('alert').filter({ hasText: 'This browser was removed from the account' }).waitFor();
	await failure.getByRole('button', { name: 'Dismiss' }).click();
	await failure.waitFor({ state: 'hidden' });
	await page.getByRole('alert').filter({ hasText: 'This browser was removed from the account' }).waitFor();
});

test('what the server refuses is not taken for a fault of the export', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await page.route('**/api/v1/sync/imports/*', (route) => route.fulfill({
		status: 422, contentType: 'application/problem+json',
		body: '{"code":"missing_member","status":422,"title":"A member is missing","detail":"The day has no xp.","pointer":"/days/0/xp"}',
	}));
	await page.getByLabel('Export file').setInputFiles(fileURLToPath(new URL('../data/exports/leap-day.json', import.meta.url)));
	await page.getByRole('button', { name: 'Import it' }).click();
	await page.getByText('The server refused this: The day has no xp.').waitFor();
});

test('a card whose module did not come is there once it does', async (t) => {
	const page = await browser.profile(t, { serviceWorkers: 'block' });
	await page.route('**/app/import-*.js', (route) => route.abort(), { times: 1 });
	await optIn(page);
	await page.getByText('The server cannot be reached').waitFor();
	await page.evaluate(() => dispatchEvent(new Event('online')));
	await page.getByLabel('Export file').waitFor();
});

test('a quota that needs the person is not told as a server that cannot be reached', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await practise(page, 5);
	await page.route(/\/api\/v1\/sync$/, (route) => route.fulfill({
		status: 409, contentType: 'application/problem+json', body: '{"code":"too_many_days","status":409,"title":"too many"}',
	}));
	await at(page, '/dashboard');
	await page.getByRole('button', { name: 'Sync now' }).click();
	await page.getByText('Remove an import that you no longer need.').waitFor();
});

test('a day that the server refused is not promised in a few minutes', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await at(page, '/dashboard');
	await countOn(page, -9, 9);
	await page.getByRole('button', { name: 'Sync now' }).click();
	await page.getByText('The server did not take 1 day (9 XP).').waitFor();
});

test('only the tab that will send what was counted promises so', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await syncNow(page);
	const other = await page.context().newPage();
	await other.goto(`${browser.url}/dashboard`);
	await other.getByText(/^In your account/).waitFor();
	await practise(page, 5);
	await other.getByText('18 XP are not in your account yet.').waitFor();
	await at(page, '/dashboard');
	await page.getByText('18 XP will go to your account in a few minutes.').waitFor();
});
