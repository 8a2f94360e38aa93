/**
 * Boards in a real browser: asked for, seen beforehand, left, renamed, looked at page by page, and turned off.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addDays, localDay, utcDay } from '../../../htdocs/js/core/day.js';
import { makeDevice, totals } from '../core/support.mjs';
import { barriers, faintTexts, misfits, tabOn } from './barriers.mjs';
import { at, openBrowser, optIn, practise, shoot, syncNow, until } from './browser.mjs';

const today = localDay(new Date());
let browser;
const ends = [];

/** Somebody else, who practises and asks to be seen. */
async function neighbour(xp) {
	const { account, sync } = makeDevice((path, init) => fetch(browser.url + path, init), { today: () => today });
	await account.optIn();
	await sync.count(today, totals(xp, 5, 1, xp));
	await sync.count(addDays(today, -1), totals(xp + 1, 5, 1, xp));
	await sync.sync();
	await account.withToken(async (token) => {
		const answer = await fetch(`${browser.url}/api/v1/leaderboard/me`, {
			method: 'PUT', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: '{"visible":true}',
		});
		assert.equal(answer.status, 200);
	});
}

before(async () => {
	browser = await openBrowser({ after: (work) => ends.push(work) });
	for (let person = 0; person < 30; person++) {
		await neighbour(5 + 10 * person);
	}
});
after(() => Promise.all(ends.map((work) => work())));

const you = (page) => page.locator('section', { has: page.getByRole('heading', { name: 'You', exact: true }) });
const others = (page) => page.locator('section.card').last();
const rows = (table) => table.locator('tbody tr');

async function joinBoards(page) {
	await at(page, '/boards');
	await page.getByRole('button', { name: 'Join the boards' }).click();
	const dialog = page.getByRole('dialog', { name: 'What others will see' });
	await dialog.waitFor();
	const seen = await dialog.locator('td').allTextContents();
	await dialog.getByRole('button', { name: 'Show me on boards' }).click();
	await page.getByText('You are on the boards.').waitFor();
	return seen;
}

test('boards can be looked at without an account, page by page', async (t) => {
	const page = await browser.profile(t, { path: '/boards' });
	await others(page).getByText('30 people asked to stand here.').waitFor();
	assert.equal(await rows(others(page)).count(), 25);
	await page.getByText('Boards are for those who sync').waitFor();
	await page.getByRole('button', { name: 'Show more' }).click();
	await page.getByText('5 more are shown.').waitFor();
	assert.equal(await rows(others(page)).count(), 30);
	assert.equal(await page.getByRole('button', { name: 'Show more' }).isVisible(), false);
	const values = (await rows(others(page)).locator('td:last-child').allTextContents()).map((text) => Number(text.replace(/\D/g, '')));
	assert.deepEqual(values, [...values].sort((a, b) => b - a));
});

test('whoever joins has seen what others see, stands among neighbours, and is gone on leaving', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await practise(page, 20);
	await syncNow(page);
	await at(page, '/boards');
	await page.getByText('You are on no board.').waitFor();
	const requests = [];
	page.on('request', (request) => request.method() !== 'GET' && requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
	await page.getByRole('button', { name: 'Join the boards' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Not now' }).click();
	assert.deepEqual(requests, []);
	const handle = await page.locator('#handle').textContent();
	assert.deepEqual(await joinBoards(page), [handle, '2: Breathing Novice', '75 XP', '75 XP', '1 day', '1 day']);
	await shoot(page, 'boards-joined');
	await you(page).getByText(/^Rank \d+ of 31$/).waitFor();
	const own = you(page).locator('tr[aria-current]');
	assert.deepEqual((await own.locator('> *').allTextContents()).slice(1), [`${handle} (you)`, '2', '75']);
	assert.equal(await rows(you(page)).count(), 7, 'three on each side');
	assert.match(await you(page).innerText(), /10 XP more, and it is rank \d+|more, and it is rank/);
	await at(page, '/dashboard');
	await page.getByRole('link', { name: /^This week: rank \d+ of 31$/ }).click();
	await you(page).getByText(/^Rank \d+ of 31$/).waitFor();

	await page.getByRole('button', { name: 'Leave the boards' }).click();
	await page.getByText('You are on no board any more.').waitFor();
	await page.getByRole('button', { name: 'Join the boards' }).waitFor();
	await until(({ entries }) => !entries.some((entry) => entry.handle === handle), async () => (
		(await fetch(`${browser.url}/api/v1/leaderboard?limit=100`)).json()
	), 'a board without them');
	const asked = [];
	page.on('request', (request) => request.url().includes('/leaderboard') && asked.push(request.url()));
	await at(page, '/dashboard');
	await page.waitForLoadState('networkidle');
	assert.equal(await page.getByRole('link', { name: /^This week/ }).isVisible(), false);
	assert.deepEqual(asked, []);
});

test('another name is off all boards, and what follows from it is said before', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await practise(page, 5);
	await syncNow(page);
	await joinBoards(page);
	const handle = await page.locator('#handle').textContent();
	await page.getByRole('button', { name: 'Another name' }).click();
	const dialog = page.getByRole('dialog', { name: 'Take another made-up name?' });
	await dialog.getByText('only what you practise from then on counts').waitFor();
	await shoot(page, 'boards-rename');
	await dialog.getByRole('button', { name: 'Cancel' }).click();
	assert.equal(await page.locator('#handle').textContent(), handle);
	await page.getByRole('button', { name: 'Another name' }).click();
	await dialog.getByRole('button', { name: 'Take another name' }).click();
	await page.getByText(/^You are .* now, and on no board\.$/).waitFor();
	await page.locator('#handle', { hasNotText: handle }).waitFor();
	await page.getByText('You are on no board.').waitFor();
	assert.equal((await joinBoards(page))[2], '0 XP', 'what was practised before counts no more');
	await you(page).getByText('Nothing of yours counts here yet.').waitFor();
});

test('other metrics, other periods, and those that are over', async (t) => {
	const page = await browser.profile(t, { path: '/boards' });
	const period = page.getByLabel('Over', { exact: true });
	const metric = page.getByLabel('Compared are');
	await period.waitFor();
	assert.deepEqual(await period.locator('option').allTextContents(), ['A day', 'A week', 'A month', 'All time']);
	await period.selectOption('day');
	await page.getByRole('heading', { name: new Date(`${utcDay(new Date())}T00:00:00Z`).toLocaleDateString('en', { dateStyle: 'medium', timeZone: 'UTC' }) }).waitFor();
	await page.getByRole('button', { name: 'Earlier' }).click();
	await others(page).getByText('What is over keeps its first hundred.').waitFor();
	await rows(others(page)).first().getByText('296', { exact: true }).waitFor();
	await shoot(page, 'boards-past');
	await page.getByRole('button', { name: 'Earlier' }).click();
	await page.getByText('Nobody stood here.').waitFor();
	await page.getByRole('button', { name: 'Later' }).click();
	await page.getByRole('button', { name: 'Later' }).click();
	await rows(others(page)).first().getByText('295', { exact: true }).waitFor();
	assert.equal(await page.getByRole('button', { name: 'Later' }).getAttribute('aria-disabled'), 'true');
	await metric.selectOption('streak');
	assert.deepEqual(await period.locator('option').allTextContents(), ['All time']);
	await page.getByRole('columnheader', { name: 'Days' }).waitFor();
	assert.equal(await page.getByRole('button', { name: 'Earlier' }).isVisible(), false);
});

test('boards that are turned off are nowhere, and whoever still stands on them can leave', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await practise(page, 5);
	await syncNow(page);
	await joinBoards(page);
	const asked = [];
	page.on('request', (request) => request.url().includes('/leaderboard') && asked.push(request.url()));
	await at(page, '/settings');
	await page.getByLabel('Show boards').click();
	await page.getByText('Others still see you on the boards.').waitFor();
	await page.getByRole('button', { name: 'Leave the boards' }).click();
	await page.getByText('You are on no board any more.').waitFor();
	assert.equal(await page.locator('nav a[href="/boards"]').isVisible(), false);
	asked.length = 0;
	await page.goto(`${browser.url}/boards`);
	await page.getByText('Nobody is compared with anybody here.').waitFor();
	assert.deepEqual(asked, []);
	assert.equal(await page.locator('nav a[href="/boards"]').isVisible(), false);
	await at(page, '/settings');
	await page.getByLabel('Show boards').click();
	await page.locator('nav a[href="/boards"]').waitFor();
	await page.getByLabel('Show streaks').click();
	await at(page, '/boards');
	assert.deepEqual(await page.getByLabel('Compared are').locator('option').allTextContents(), ['XP', 'Days practised']);
});

test('joining and leaving by the keyboard alone', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await practise(page, 5);
	await syncNow(page);
	await at(page, '/boards');
	await page.getByRole('button', { name: 'Join the boards' }).waitFor();
	await tabOn(page, 'Join the boards …');
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Not now', 'the harmless answer comes first');
	await tabOn(page, 'Show me on boards');
	await page.keyboard.press('Enter');
	await page.waitForFunction(() => document.activeElement.textContent === 'You');
	await tabOn(page, 'Another name …');
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').waitFor();
	await page.keyboard.press('Escape');
	await tabOn(page, 'Over');
	await page.keyboard.press('ArrowDown');
	await page.getByRole('columnheader', { name: 'XP' }).first().waitFor();
	await tabOn(page, 'Leave the boards');
	await page.keyboard.press('Enter');
	await page.getByText('You are on no board any more.').waitFor();
});

for (const [colorScheme, width, locale] of [['light', 360, 'en'], ['dark', 320, 'en'], ['light', 320, 'de'], ['dark', 1280, 'en']]) {
	test(`boards fit ${width} pixels in the ${colorScheme} (${locale}), and shut nobody out`, async (t) => {
		const page = await browser.profile(t, { colorScheme, viewport: { width, height: 780 }, locale: 'en' });
		await optIn(page);
		await practise(page, 25);
		await syncNow(page);
		await joinBoards(page);
		if (locale === 'de') {
			await at(page, '/settings');
			await page.getByLabel('Language', { exact: true }).selectOption('de');
			await page.getByRole('heading', { name: 'Optionen' }).waitFor();
			await at(page, '/boards');
		}
		await page.locator('tr[aria-current]').first().waitFor();
		await page.getByRole('button', { name: /^(Show more|Mehr zeigen)$/ }).waitFor();
		await shoot(page, `boards-${colorScheme}-${width}-${locale}`);
		assert.deepEqual(await misfits(page), { scrolls: false, wide: [], small: [] });
		assert.deepEqual(await faintTexts(page), []);
		assert.deepEqual(await barriers(page), []);
	});
}
