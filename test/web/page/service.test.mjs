/**
 * The page about the service: its measures beside what was promised, and what people practise together.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { barriers, faintTexts, misfits, tabOn } from './barriers.mjs';
import { openBrowser, shoot } from './browser.mjs';

let browser;
const ends = [];
before(async () => {
	browser = await openBrowser({ after: (work) => ends.push(work) });
});
after(() => Promise.all(ends.map((work) => work())));

const MEASURES = {
	uptime: { first_day: '2026-10-24', last_day: '2026-11-22', probes: 43_000, percent: 99.99, target_percent: 99.9 },
	latency: { first_day: '2026-10-23', last_day: '2026-11-21', p50_ms: 2, p95_ms: 7.5, p99_ms: 120, percent_in_target: 98.97, target_ms: 100 },
	memory: { processes: [], mb: 15, target_mb: 50 },
	adoption: { first_day: '2026-10-19', last_day: '2026-11-15', offers: 120, accounts: 45, daily_minutes: null },
	satisfaction: { ratings: 25, average: 4.6 },
};
const WEEK = { week: '2026-W46', first_day: '2026-11-09', last_day: '2026-11-15', participation: 2, minutes: 1_800 };

/** The page as it is after some weeks. */
async function afterWeeks(t, options) {
	const page = await browser.profile(t, { path: '/favicon.svg', ...options });
	await page.route('**/api/v1/stats/service', (route) => route.fulfill({ json: MEASURES }));
	await page.route('**/api/v1/stats/community', (route) => route.fulfill({ json: { closed: '2026-W46', weeks: [{ ...WEEK, week: '2026-W45', first_day: '2026-11-02', last_day: '2026-11-08', participation: null, minutes: 480 }, WEEK] } }));
	await page.goto(`${browser.url}/service`);
	await page.getByRole('rowheader', { name: 'Memory' }).waitFor();
	return page;
}

const rowsOf = (page, title) => page.locator('section', { has: page.getByRole('heading', { name: title }) }).locator('tbody tr')
	.evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));

test('a new service says what it promises, and what it does not know yet', async (t) => {
	const page = await browser.profile(t);
	await page.getByRole('link', { name: 'How this service does' }).click();
	await page.getByRole('rowheader', { name: 'Memory' }).waitFor();
	assert.equal(new URL(page.url()).pathname, '/service');
	const rows = await rowsOf(page, 'Promised, and kept?');
	assert.deepEqual(rows.map(([name, , should]) => [name, should]), [
		['Time it was there', '≥ 99.9 %'], ['99 of 100 answers within', '≤ 100 ms'], ['Memory', '< 50 MB'],
	]);
	assert.ok(rows.every(([, is]) => /^(Not known yet|[\d.]+ (%|ms|MB)(Kept|Missed))$/.test(is)), rows.join());
	await page.getByText('No figures yet: they need seven people').waitFor();
	await shoot(page, 'service-new');
});

test('what is kept and what is missed is told in words, and the newest week comes first', async (t) => {
	const page = await afterWeeks(t);
	assert.deepEqual(await rowsOf(page, 'Promised, and kept?'), [
		['Time it was there', '99.99 %Kept', '≥ 99.9 %'], ['99 of 100 answers within', '120 msMissed', '≤ 100 ms'],
		['Memory', '15 MBKept', '< 50 MB'],
	]);
	assert.deepEqual(await rowsOf(page, 'Used, and liked?'), [
		['Offers to sync that were looked at', '120'], ['Accounts opened in a browser', '45'],
		['Practice per day, all people together', 'Not known yet'],
		['How people like it', '4.6 of 5, by 25 ratings'],
	]);
	assert.deepEqual((await rowsOf(page, 'Practised together')).map((row) => row.slice(1)), [['55 – 69 %', '1,800'], ['fewer than 20 people', '480']]);
	assert.match((await rowsOf(page, 'Practised together'))[0][0], /9 – 15/);
});

test('without the server the page says so', async (t) => {
	const page = await browser.profile(t);
	await page.getByRole('link', { name: 'Breathe now' }).waitFor();
	await page.route('**/api/v1/stats/**', (route) => route.abort());
	await page.getByRole('link', { name: 'How this service does' }).click();
	await page.getByText('The server cannot be reached.').waitFor();
});

for (const [colorScheme, width] of [['light', 360], ['dark', 320], ['light', 1280]]) {
	test(`it fits ${width} pixels in the ${colorScheme}, and is reached by keyboard`, async (t) => {
		const page = await afterWeeks(t, { colorScheme, viewport: { width, height: 780 } });
		await shoot(page, `service-${colorScheme}-${width}`);
		assert.deepEqual(await misfits(page), { scrolls: false, wide: [], small: [] });
		assert.deepEqual(await faintTexts(page), []);
		assert.deepEqual(await barriers(page), []);
		await page.goto(browser.url);
		await page.getByRole('link', { name: 'Breathe now' }).waitFor();
		await tabOn(page, 'How this service does');
		await page.keyboard.press('Enter');
		await page.getByRole('rowheader', { name: 'Memory' }).waitFor();
	});
}
