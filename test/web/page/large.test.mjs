/**
 * Text at 200 %, as a person sets it in the browser, on a phone: whatever is on a page is read by scrolling down, never sideways.
 */

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { PATHS } from '../../../htdocs/js/app/paths.js';
import { misfits } from './barriers.mjs';
import { FLAGS, shoot } from './browser.mjs';
import { openServer } from './server.mjs';

let url;
const ends = [];
before(async () => {
	url = await openServer({ after: (work) => ends.push(work) });
});
after(() => Promise.all(ends.map((work) => work())));

/** A browser whose person chose letters twice as large as usual, which are 16 pixels high. */
async function openLarge(t, locale) {
	const folder = mkdtempSync(join(tmpdir(), 'breath-profile-'));
	t.after(() => rmSync(folder, { recursive: true }));
	mkdirSync(join(folder, 'Default'));
	writeFileSync(join(folder, 'Default/Preferences'), JSON.stringify({ webkit: { webprefs: { default_font_size: 32 } } }));
	const context = await chromium.launchPersistentContext(folder, {
		executablePath: '/usr/bin/chromium', args: FLAGS, locale, viewport: { width: 360, height: 740 },
	});
	t.after(() => context.close());
	return context.newPage();
}

for (const locale of ['en-US', 'de-DE']) {
	test(`text at 200 % on a phone never scrolls sideways, with ${locale}`, async (t) => {
		const page = await openLarge(t, locale);
		const fits = async (name) => {
			assert.deepEqual(await misfits(page), { scrolls: false, wide: [], small: [] }, name);
			await shoot(page, `large-${locale}-${name.replaceAll('/', '')}`);
		};
		const visit = async (path) => {
			await page.goto(url + path);
			await page.locator('h1').first().waitFor();
			await page.waitForLoadState('networkidle');
		};
		// Of buttons the first one in its place is pressed: what they are called is another thing in another language.
		const press = (selector) => page.locator(selector).locator('visible=true').first().click();

		for (const path of [...PATHS, '/problems', '/no/such/page']) {
			await visit(path);
			assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), '32px');
			await fits(`new${path}`);
		}
		await visit('/devices');
		await press('main .card button');
		await page.locator('dialog').waitFor();
		await fits('leaves');
		await press('dialog button[value=yes]');
		await page.locator('dialog .big-code').waitFor();
		await fits('recovery');
		await press('dialog form button:last-child');
		await press('main .card .row button');
		await page.locator('.found .big-code').waitFor();
		await fits('code');

		await visit('/breathe');
		await page.locator('form input').first().fill('12');
		await press('form button');
		await page.locator('form .message:not(:empty)').waitFor();
		for (const path of PATHS) {
			await visit(path);
			await page.evaluate(() => document.querySelectorAll('details').forEach((details) => details.setAttribute('open', '')));
			await fits(`in${path}`);
		}
		await visit('/share');
		await press('form button');
		await page.locator('section.share').waitFor();
		await fits('share');
		await visit('/breathe');
		await press('.controls button');
		await page.locator('.guide-cue:not(:empty)').waitFor();
		await fits('session');
	});
}
