/**
 * What a first visit costs, over the wire and in requests, and how calmly the page comes together.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from './browser.mjs';

let browser;
const ends = [];
before(async () => {
	browser = await openBrowser({ after: (work) => ends.push(work) });
});
after(() => Promise.all(ends.map((work) => work())));

const FIRST_LOAD_MOST_B = 41 * 1024;
const REQUESTS_MOST = 12;
const SHIFT_MOST = 0.02;
const LANGUAGES = { en: 'en-US', de: 'de-AT' };
const OPENING = { '/': 'link', '/dashboard': 'link', '/breathe': 'button', '/devices': 'button', '/settings': 'combobox', '/boards': 'combobox', '/share': 'link', '/service': 'rowheader' };

const visits = Object.keys(LANGUAGES).flatMap((language) => Object.entries(OPENING).map(([path, role]) => ({ language, path, role })));

for (const { language, path, role } of visits) {
	test(`a first visit to ${path} is light, with ${language}`, async (t) => {
		const page = await browser.profile(t, { path: '/favicon.svg', viewport: { width: 360, height: 640 }, locale: LANGUAGES[language] });
		const devtools = await page.context().newCDPSession(page);
		await devtools.send('Network.enable');
		await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
		let bytes = 0;
		let requests = 0;
		const languages = [];
		devtools.on('Network.requestWillBeSent', ({ request }) => {
			requests++;
			languages.push(...new RegExp(`/app/(${Object.keys(LANGUAGES).join('|')})-`).exec(request.url)?.slice(1) ?? []);
		});
		devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
			bytes += encodedDataLength;
		});
		await page.addInitScript(() => {
			globalThis.shift = 0;
			new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => {
				globalThis.shift += value;
			})).observe({ type: 'layout-shift', buffered: true });
		});
		await page.goto(browser.url + path);
		await page.locator('main').getByRole(role).first().waitFor();
		await page.waitForLoadState('networkidle');
		t.diagnostic(`${bytes} bytes in ${requests} requests`);
		assert.ok(requests >= 5 && requests <= REQUESTS_MOST, `${requests} requests`);
		assert.ok(bytes > 5_000 && bytes <= FIRST_LOAD_MOST_B, `${bytes} bytes`);
		assert.deepEqual([...new Set(languages)], [language]);
		assert.equal(await page.evaluate(() => document.documentElement.lang), language);
		const shift = await page.evaluate(() => globalThis.shift);
		assert.ok(shift <= SHIFT_MOST, `layout shift ${shift}`);
	});
}
