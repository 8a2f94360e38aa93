/**
 * The pages under axe-core, in every dress: light, dark, with less motion, on the narrowest phone, from right to left, in the other
 * language. It finds what shuts people out by rule; the other suites find what does by use.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PATHS } from '../../../htdocs/js/app/paths.js';
import { barriers } from './barriers.mjs';
import { at, openBrowser, optIn, practise, stored, until } from './browser.mjs';

let browser;
const ends = [];
before(async () => {
	browser = await openBrowser({ after: (work) => ends.push(work) });
});
after(() => Promise.all(ends.map((work) => work())));

const IN_NAVIGATION = ['/dashboard', '/breathe', '/boards', '/devices', '/settings'];
const FROM_RIGHT_TO_LEFT = 'from right to left';

for (const [dress, options] of Object.entries({
	'in the light': { colorScheme: 'light' },
	'in the dark': { colorScheme: 'dark' },
	'with less motion': { reducedMotion: 'reduce' },
	'with more contrast': { contrast: 'more' },
	'with the system\'s own colours': { forcedColors: 'active' },
	'at 320 pixels': { viewport: { width: 320, height: 640 } },
	[FROM_RIGHT_TO_LEFT]: {},
})) {
	test(`nothing shuts anybody out ${dress}`, async (t) => {
		const page = await browser.profile(t, options);
		if (dress === FROM_RIGHT_TO_LEFT) {
			await page.addInitScript(() => addEventListener('DOMContentLoaded', () => {
				document.documentElement.dir = 'rtl';
			}));
			await page.reload();
		}
		for (const path of IN_NAVIGATION) {
			await at(page, path);
			assert.deepEqual(await barriers(page), [], `${path}, new`);
		}
		await optIn(page);
		await practise(page, 5);
		for (const path of PATHS) {
			await (IN_NAVIGATION.includes(path) ? at(page, path) : page.goto(browser.url + path));
			await page.locator('main h1').waitFor();
			await page.waitForLoadState('networkidle');
			assert.deepEqual(await barriers(page), [], path);
			assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), true, `${path} is not too wide`);
		}
		await at(page, '/breathe');
		await page.getByRole('button', { name: 'Begin' }).click();
		await page.locator('.guide-cue', { hasText: 'Breathe in' }).waitFor();
		assert.deepEqual(await barriers(page), [], 'a session');
		await page.getByRole('button', { name: 'End' }).click();
		await page.getByRole('button', { name: 'A pattern of my own' }).click();
		assert.deepEqual(await barriers(page), [], 'a dialogue');
	});
}

test('the language is the browser\'s, and can be changed at once and for good', async (t) => {
	const page = await browser.profile(t, { locale: 'de-CH' });
	await page.getByRole('heading', { name: 'Atme beim Programmieren. Behalte, was wächst.' }).waitFor();
	assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
	assert.match(await page.title(), /^Fortschritt/);
	await page.getByRole('link', { name: 'Optionen' }).click();
	await page.getByLabel('Sprache', { exact: true }).selectOption({ label: 'English' });
	await page.getByRole('heading', { name: 'Settings' }).waitFor();
	assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
	await page.getByRole('link', { name: 'Progress' }).click();
	await until((settings) => settings?.language === 'en', () => stored(page, 'settings'));
	await page.reload();
	await page.getByRole('heading', { name: 'Breathe while you program. Keep what grows.' }).waitFor();
	assert.deepEqual(await barriers(page), []);
});

test('a language that there is not falls back to English', async (t) => {
	const page = await browser.profile(t, { locale: 'fi-FI' });
	await page.getByRole('heading', { name: 'Breathe while you program. Keep what grows.' }).waitFor();
	assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
});

test('numbers and days are written as the reader\'s language writes them', async (t) => {
	const page = await browser.profile(t, { locale: 'de-DE' });
	await page.getByRole('link', { name: 'Atmen', exact: true }).click();
	await page.getByLabel('Minuten', { exact: true }).fill('600');
	await page.getByRole('button', { name: 'Zählen' }).click();
	await page.getByText('Gezählt: 600 Minuten und 2.571 Atemzüge, 2.571 XP.').waitFor();
	await page.getByRole('link', { name: 'Fortschritt' }).click();
	await page.getByText('2.571').first().waitFor();
});

test('colours can be chosen, whatever the device has', async (t) => {
	const page = await browser.profile(t, { colorScheme: 'light', path: '/settings' });
	const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
	const light = await ground();
	await page.getByLabel('Colours').selectOption({ label: 'Dark' });
	await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
	assert.notEqual(await ground(), light);
	await until((settings) => settings?.theme === 'dark', () => stored(page, 'settings'));
	await page.reload();
	await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
	await page.getByLabel('Colours').selectOption({ label: 'As the device has them' });
	await page.waitForFunction(() => !document.documentElement.dataset.theme);
	assert.equal(await ground(), light);
});

test('whom streaks press sees none', async (t) => {
	const page = await browser.profile(t);
	await practise(page, 5);
	await at(page, '/dashboard');
	await page.getByText('Day streak').waitFor();
	await at(page, '/settings');
	await page.getByLabel('Show streaks').uncheck();
	await at(page, '/dashboard');
	await page.getByRole('heading', { name: 'You practised today.' }).waitFor();
	assert.doesNotMatch(await page.locator('main').innerText(), /streak|in a row|longest/i);
});
