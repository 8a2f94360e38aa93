/**
 * What people come for, where the day is another one than the server's: east and west of Greenwich, minutes before and after midnight.
 *
 * The server goes by UTC and by the real clock. The browser's clock is put to the midnight of its time zone that lies in the server's
 * day, which is as far from the server as an honest clock can be.
 *
 * And what a page says that is left open over midnight, or that a system without a locale shows.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { at, enterCode, expectFigure, makeCode, openBrowser, optIn, practise, syncNow } from './browser.mjs';

let browser;
const ends = [];
before(async () => {
	browser = await openBrowser({ after: (work) => ends.push(work) });
});
after(() => Promise.all(ends.map((work) => work())));

const EXPORT = fileURLToPath(new URL('../data/exports/sessions-and-hovering.json', import.meta.url));
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Hours ahead of UTC, all the year round. */
const ZONES = { 'Asia/Tokyo': 9, 'Pacific/Kiritimati': 14, 'Pacific/Pago_Pago': -11 };

/** The first moment of the server's day; of the next one where that is about to begin. */
async function serverDay() {
	const left = DAY_MS - Date.now() % DAY_MS;
	if (left < MINUTE_MS) {
		await sleep(left);
	}
	return Math.floor(Date.now() / DAY_MS) * DAY_MS;
}

/** Somebody in a time zone, with what the server refused them. */
async function someone(t, timezoneId, time) {
	const page = await browser.profile(t, { timezoneId, path: '/favicon.svg' });
	const refused = [];
	// 404 is how boards say that one is on none.
	page.on('response', (response) => response.status() >= 400 && response.status() !== 404 && refused.push(`${response.status()} ${response.url()}`));
	await page.clock.install({ time });
	await page.goto(browser.url);
	return { page, refused };
}

const days = (page) => page.getByRole('region', { name: 'The last 30 days' });

for (const [zone, ahead] of Object.entries(ZONES)) {
	for (const [when, minutes] of [['before', -5], ['after', 5]]) {
		test(`in ${zone} shortly ${when} midnight the charts have today, and nothing is refused`, async (t) => {
			const midnight = await serverDay() + (24 - ahead) % 24 * 60 * MINUTE_MS;
			const { page: one, refused } = await someone(t, zone, midnight + minutes * MINUTE_MS);
			const { page: two, refused: refusedToo } = await someone(t, zone, midnight + minutes * MINUTE_MS);
			await optIn(one);
			await practise(one, 5);
			await syncNow(one);
			await days(one).getByText(/^18 XP on 1 day/).waitFor();
			// What this browser did not count itself it knows from the account alone.
			await enterCode(two, await makeCode(one));
			await two.getByText('This browser has joined.').waitFor();
			await at(two, '/dashboard');
			await two.getByRole('heading', { level: 1, name: 'You practised today.' }).waitFor();
			await days(two).getByText(/^18 XP on 1 day/).waitFor();

			await at(one, '/devices');
			await one.getByLabel('Export file').setInputFiles(EXPORT);
			await one.getByRole('button', { name: 'Import it' }).click();
			await one.getByText('Imported: 181 XP more.').waitFor();
			await expectFigure(one, 'XP', 199);
			await at(one, '/boards');
			await one.getByText('Nobody stands here yet.').waitFor();
			assert.deepEqual([...refused, ...refusedToo], []);
		});
	}
}

test('a page that is left open over midnight does not go on saying that one practised today', async (t) => {
	const midnight = await serverDay() + DAY_MS;
	const { page } = await someone(t, 'UTC', midnight - 3 * MINUTE_MS);
	await practise(page, 5);
	// Whoever has just practised has a page that is about to sync, which would show it anew.
	await page.goto(`${browser.url}/dashboard`);
	await page.getByRole('heading', { level: 1, name: 'You practised today.' }).waitFor();
	await page.clock.runFor(5 * MINUTE_MS);
	await page.getByRole('heading', { level: 1, name: 'A few breaths today keep your streak of 1 day.' }).waitFor();
});

test('a browser on a system without a locale shows the page, and no error in its place', async (t) => {
	const page = await browser.profile(t, { path: '/favicon.svg' });
	await page.addInitScript(() => {
		Object.defineProperty(Navigator.prototype, 'languages', { get: () => Object.freeze(['en-US@posix', 'C']) });
	});
	await page.goto(browser.url);
	await practise(page, 5);
	await expectFigure(page, 'XP', 18);
});
