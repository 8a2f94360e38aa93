/**
 * Pictures of every page, for people to look at: light and dark, on a phone and on a desk.
 *
 *	node test/web/shots.mjs FOLDER
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { at, countOn, FLAGS, optIn, practise } from './page/browser.mjs';
import { openServer } from './page/server.mjs';

const [, , folder = 'build/shots'] = process.argv;
mkdirSync(folder, { recursive: true });

const ends = [];
const url = await openServer({ after: (work) => ends.push(work) });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });

/** What is there once somebody has used it for a while. */
const PAGES = ['/dashboard', '/breathe', '/boards', '/devices', '/settings'];

for (const [device, options] of Object.entries({
	phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
	desk: { viewport: { width: 1280, height: 850 } },
})) {
	for (const colorScheme of ['light', 'dark']) {
		const page = await (await browser.newContext({ ...options, colorScheme })).newPage();
		const shoot = (name) => page.screenshot({ path: join(folder, `${name}-${device}-${colorScheme}.png`), fullPage: true });
		await page.goto(url);
		await page.getByRole('heading', { level: 1 }).waitFor();
		await shoot('welcome');
		await at(page, '/devices');
		await shoot('join');
		await optIn(page);
		await practise(page, 12);
		for (let back = 1; back < 340; back++) {
			// A person with habits: weekdays more than weekends, a summer without.
			if (back % 7 < 5 && back % 11 !== 3 && (back < 130 || back > 165)) {
				await countOn(page, back, 8 + (back * 37) % 53);
			}
		}
		for (const path of PAGES) {
			await at(page, path);
			await page.waitForTimeout(500);
			await shoot(path.slice(1));
		}
		for (const path of ['/share', '/service']) {
			await page.goto(url + path);
			await page.getByRole('heading', { level: 1 }).waitFor();
			await page.waitForTimeout(500);
			await shoot(path.slice(1));
		}
		await at(page, '/breathe');
		await page.getByRole('button', { name: 'Begin' }).click();
		await page.waitForTimeout(7_000);
		await shoot('session');
		await page.waitForTimeout(11_000);
		await page.getByRole('button', { name: 'End' }).click();
		await page.getByRole('heading', { name: /earned/ }).waitFor();
		await shoot('earned');
		await page.context().close();
	}
}
await browser.close();
await Promise.all(ends.map((work) => work()));
