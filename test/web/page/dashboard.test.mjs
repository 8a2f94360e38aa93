/**
 * The dashboard: what it says is what was practised, by whichever device, and it says what it does not know.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { at, countOn, enterCode, makeCode, openBrowser, optIn, practise, shoot, syncNow } from './browser.mjs';

let browser;
const ends = [];
before(async () => {
	browser = await openBrowser({ after: (work) => ends.push(work) });
});
after(() => Promise.all(ends.map((work) => work())));

const DAY_MS = 86_400_000;

const card = (page, name) => page.getByRole('region', { name, exact: true }).first();
const rows = (page, name) => card(page, name).locator('tbody tr').evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));

test('one sentence first, then pictures with a sentence and a table each', async (t) => {
	const page = await browser.profile(t);
	await practise(page, 5);
	for (const [back, xp] of [[1, 30], [2, 12], [9, 44], [40, 7], [200, 9]]) {
		await countOn(page, back, xp);
	}
	await page.goto(`${browser.url}/dashboard`);
	await page.getByRole('heading', { level: 1, name: 'You practised today, 3 days in a row.' }).waitFor();
	await card(page, 'The last 30 days').getByText(/^104 XP on 4 days; most on .*: 44\.$/).waitFor();
	await card(page, 'A year of days').getByText(/^Practised on 6 of the last 3\d\d days\.$/).waitFor();
	await shoot(page, 'dashboard');

	const days = card(page, 'The last 30 days');
	assert.equal(await days.getByRole('table').isVisible(), false);
	await days.getByText('As a table').focus();
	await page.keyboard.press('Enter');
	await days.getByRole('table').waitFor();
	assert.deepEqual((await rows(page, 'The last 30 days')).map(([, xp]) => xp), ['18', '30', '12', '44']);
	const months = await rows(page, 'A year of days');
	assert.equal(months.reduce((sum, [, active]) => sum + Number(active), 0), 6);
	assert.equal(months.reduce((sum, [, , xp]) => sum + Number(xp), 0), 120);
});

test('pictures have names, and are few elements', async (t) => {
	const page = await browser.profile(t);
	await practise(page, 5);
	await at(page, '/dashboard');
	await page.getByRole('img', { name: /^18 XP on 1 day; most on .*: 18\.$/ }).waitFor();
	await page.getByRole('img', { name: /^Practised on 1 of the last 3\d\d days\.$/ }).waitFor();
	assert.ok(await page.evaluate(() => document.querySelectorAll('main svg *').length) < 60);
});

test('what the account does not have yet is marked, until it has', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await practise(page, 5);
	await at(page, '/dashboard');
	const days = card(page, 'The last 30 days');
	await days.getByText('Not in your account yet').waitFor();
	assert.notEqual(await days.locator('.chart-open').getAttribute('d'), '');
	await syncNow(page);
	await days.getByText('Not in your account yet').waitFor({ state: 'hidden' });
	assert.equal(await days.locator('.chart-open').getAttribute('d'), '');
	assert.notEqual(await days.locator('.chart-bar').getAttribute('d'), '');
	await days.getByText('As a table').click();
	assert.deepEqual((await rows(page, 'The last 30 days')).map(([, ...cells]) => cells), [['18', '–']]);
});

test('the days are those of all devices', async (t) => {
	const one = await browser.profile(t);
	const two = await browser.profile(t);
	await optIn(one);
	await practise(one, 5);
	await syncNow(one);
	await enterCode(two, await makeCode(one));
	await two.getByText('This browser has joined.').waitFor();
	await countOn(two, 3, 40);
	await two.goto(`${browser.url}/dashboard`);
	await card(two, 'The last 30 days').getByText(/^58 XP on 2 days; most on .*: 40\.$/).waitFor();
	await syncNow(two);
	await syncNow(one);
	await card(one, 'The last 30 days').getByText(/^58 XP on 2 days; most on .*: 40\.$/).waitFor();
});

test('without a network the last good days stay, and say of when they are', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await practise(page, 5);
	await syncNow(page);
	await card(page, 'The last 30 days').getByText(/^18 XP on 1 day/).waitFor();
	assert.equal(await page.getByText(/What other devices practised is/).isVisible(), false);
	await page.evaluate(() => navigator.serviceWorker.ready);
	await page.context().setOffline(true);
	await page.clock.install({ time: Date.now() + DAY_MS });
	await page.reload();
	await page.getByText(/What other devices practised is as your account had it on/).waitFor();
	await card(page, 'The last 30 days').getByText(/^18 XP on 1 day/).waitFor();
	await page.getByRole('heading', { level: 1, name: 'A few breaths today keep your streak of 1 day.' }).waitFor();
});

/** Refuse what is asked for, as a server does. */
const refuse = (page, what) => page.route(what, (route) => route.fulfill({
	status: 503, contentType: 'application/problem+json', json: { type: '/problems#unavailable', title: 'No', status: 503, code: 'unavailable', detail: 'No.' },
}));
const HISTORY = '**/api/v1/stats/me/history?*';

test('days that are refused are said to be missing, and no empty chart stands for them', async (t) => {
	const one = await browser.profile(t);
	const two = await browser.profile(t);
	await optIn(one);
	await practise(one, 5);
	await syncNow(one);
	await refuse(two, HISTORY);
	await enterCode(two, await makeCode(one));
	await two.getByText('This browser has joined.').waitFor();
	await at(two, '/dashboard');
	await two.getByText('Your account\'s days could not be loaded. The server cannot answer just now.').waitFor();
	assert.equal(await card(two, 'The last 30 days').isVisible(), false);
	// What it counts itself it may show, and says that this is all.
	await practise(two, 10);
	await at(two, '/dashboard');
	await card(two, 'The last 30 days').getByText(/^37 XP on 1 day/).waitFor();
	await two.getByText('The charts show what this browser counted.').waitFor();
	await shoot(two, 'dashboard-refused');
	await two.unroute(HISTORY);
	await syncNow(two);
	await card(two, 'The last 30 days').getByText(/^55 XP on 1 day/).waitFor();
	await two.getByText(/could not be loaded/).waitFor({ state: 'hidden' });
});

test('where the days cannot be asked for again, the charts say of when they are', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await practise(page, 5);
	await syncNow(page);
	await page.route(HISTORY, (route) => route.abort());
	await page.reload();
	await page.getByText(/^Your account's days could not be loaded\. The server cannot be reached\..* as your account had it on /).waitFor();
	await card(page, 'The last 30 days').getByText(/^18 XP on 1 day/).waitFor();
});

test('a list that does not come is said to be missing', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	for (const [path, what] of [['/devices', '**/api/v1/sync/devices'], ['/devices', '**/api/v1/sync/imports'], ['/share', '**/api/v1/stats/me/shares']]) {
		await refuse(page, what);
		await page.goto(browser.url + path);
		await page.locator('main').getByText('The server cannot answer just now.').waitFor();
		await page.unroute(what);
		await page.reload();
		await page.waitForLoadState('networkidle');
		assert.equal(await page.getByText('The server cannot answer just now.').count(), 0);
	}
});

test('this week is held against the last', async (t) => {
	const page = await browser.profile(t);
	await practise(page, 5);
	await countOn(page, 7, 50);
	await page.goto(`${browser.url}/dashboard`);
	const week = card(page, 'This week');
	await week.getByText('32 XP less than last week by this day.').waitFor();
	assert.deepEqual(await week.locator('dd').allTextContents(), ['18', '50', '50']);
	await practise(page, 20);
	await at(page, '/dashboard');
	await week.getByText('43 XP more than last week by this day.').waitFor();
});
