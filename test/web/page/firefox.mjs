/**
 * Firefox, as Debian has it, for the tests of the page.
 *
 * Playwright drives a Firefox of its own making only; Puppeteer speaks WebDriver BiDi, which every Firefox understands. Pages of
 * both run the same functions, so whatever looks at a page from inside, in barriers.mjs and browser.mjs, does so here too.
 */

import assert from 'node:assert/strict';
import puppeteer from 'puppeteer-core';
import { until } from './browser.mjs';

/** Give a page its size. The driver turns the screen with it, which an older Firefox has no command for and need not. */
export async function resize(page, width, height) {
	await page.setViewport({ width, height }).catch((error) => {
		if (!/setScreenOrientationOverride|unknown command/.test(error.message)) {
			throw error;
		}
	});
	await page.waitForFunction((wanted) => innerWidth === wanted, {}, width);
}

/**
 * Open a browser for a file of tests.
 *
 * @param {{after: (work: () => unknown) => void}} t ends it
 * @param {{[preference: string]: boolean | number | string}} [preferences] as in about:config
 */
export async function openFirefox(t, preferences = {}) {
	const firefox = await puppeteer.launch({
		browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true, extraPrefsFirefox: preferences, protocolTimeout: 60_000, defaultViewport: null,
	});
	t.after(() => firefox.close());
	return {
		/**
		 * A profile of its own, as another person's browser or another computer has it. Whatever throws unseen fails the test in the
		 * end; so does what breaks the page's security policy, which is an error to Firefox.
		 */
		async profile(test, url, { width = 1280 } = {}) {
			const context = await firefox.createBrowserContext();
			const page = await context.newPage();
			const complaints = [];
			page.on('pageerror', (error) => complaints.push(error.message));
			page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
			test.after(async () => {
				await context.close();
				assert.deepEqual(complaints, []);
			});
			await resize(page, width, 800);
			await page.goto(url);
			return page;
		},
	};
}

/** What bears this name, on the page or, while there is one, in the dialogue. */
const named = (page, name) => until(Boolean, async () => (await page.evaluateHandle((wanted) => {
	const open = document.querySelector('dialog[open]') ?? document;
	return [...open.querySelectorAll('a, button, input')].find((element) => (
		(element.labels?.[0] ?? element).textContent.trim() === wanted && element.checkVisibility()
	));
}, name)).asElement(), `"${name}" to be used`);

/** Press it once it stands still: what comes late moves what is below. */
export const press = async (page, name) => (await named(page, name)).asLocator().click();

/** Type something in place of what stands in a field. */
export async function fill(page, name, text) {
	const field = await named(page, name);
	await field.evaluate((input) => input.select());
	await field.type(text);
}

/** Wait until a text is there to be read. */
export const says = (page, text) => until((all) => all.includes(text), () => page.evaluate(() => document.body.innerText), `"${text}" to be read`);

/** Wait until a figure of the dashboard is what it should be. */
export const expectFigure = (page, word, value) => until((figures) => figures[word] === value, () => page.evaluate(() => (
	Object.fromEntries([...document.querySelectorAll('.progress .figures div')].map((figure) => (
		[figure.querySelector('dt').textContent, figure.querySelector('dd').textContent]
	)))
)), `${word}: ${value}`);
