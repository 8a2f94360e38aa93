/**
 * The companion in Firefox: every page for everybody, what people come for done once, and all of it where the server is gone. The other
 * suites go deeper, in Chromium; this one finds what the other engine sees otherwise.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PATHS } from '../../../htdocs/js/app/paths.js';
import { barriers, faintTexts, misfits, tabOn } from './barriers.mjs';
import { settled, stored, until } from './browser.mjs';
import { expectFigure, fill, openFirefox, press, resize, says } from './firefox.mjs';
import { openServer } from './server.mjs';

let url;
let firefox;
const ends = [];
before(async () => {
	const t = { after: (work) => ends.push(work) };
	[url, firefox] = await Promise.all([openServer(t), openFirefox(t)]);
});
after(() => Promise.all(ends.map((work) => work())));

const EXPORT = fileURLToPath(new URL('../data/exports/sessions-and-hovering.json', import.meta.url));

async function optIn(page) {
	await press(page, 'Devices');
	await press(page, 'Turn on syncing …');
	await press(page, 'Start syncing');
	await press(page, 'I have kept it');
	// The row of this device, which comes last.
	await says(page, 'Joined on');
}

/** Count minutes by hand: 5 minutes of the pattern that is chosen at first are 21 breaths. */
async function practise(page, minutes) {
	await press(page, 'Breathe');
	await fill(page, 'Minutes', String(minutes));
	await press(page, 'Count it');
	await says(page, `Counted ${minutes} minutes`);
}

/** The text of what comes to light. */
const textOf = async (page, selector) => (await page.waitForSelector(selector, { visible: true })).evaluate(({ textContent }) => textContent);

/** Look at every page that has an address, as somebody who uses them. */
async function lookAtAll(page, prepare = () => {}) {
	for (const path of PATHS) {
		await page.goto(url + path);
		await page.waitForSelector('main h1');
		await page.waitForNetworkIdle({ idleTime: 150 });
		await page.evaluate(prepare);
		assert.deepEqual(await barriers(page), [], path);
		assert.deepEqual(await faintTexts(page), [], path);
		assert.deepEqual(await misfits(page), { scrolls: false, wide: [], small: [] }, path);
	}
}

test('nothing shuts anybody out', async (t) => {
	const page = await firefox.profile(t, url);
	await optIn(page);
	await practise(page, 5);
	await t.test('in the light', () => lookAtAll(page));
	await t.test('from right to left', () => lookAtAll(page, () => {
		document.documentElement.dir = 'rtl';
	}));
	await resize(page, 320, 640);
	await t.test('at 320 pixels', () => lookAtAll(page));
});

test('nothing shuts anybody out in the dark, with less motion', async (t) => {
	const dark = await openFirefox(t, { 'layout.css.prefers-color-scheme.content-override': 0, 'ui.prefersReducedMotion': 1 });
	const page = await dark.profile(t, url);
	assert.ok(await page.evaluate(() => matchMedia('(prefers-color-scheme: dark) and (prefers-reduced-motion: reduce)').matches));
	await optIn(page);
	await practise(page, 5);
	await lookAtAll(page);
});

test('by the keyboard alone: syncing, an import, boards, a share, and the end of it all', async (t) => {
	const page = await firefox.profile(t, url);
	// Beyond the last control lies what the browser has around the page, so one goes back to what is before the focus.
	const choose = async (name, how) => {
		await says(page, name);
		await tabOn(page, name, how);
		await page.keyboard.press('Enter');
	};
	const back = { back: true };
	await choose('Let it follow you');
	await choose('Turn on syncing …');
	await says(page, 'What leaves this browser');
	assert.deepEqual(await barriers(page), [], 'a dialogue');
	await choose('Start syncing', back);
	await says(page, 'Keep your recovery code');
	await page.keyboard.press('Escape');
	await page.keyboard.press('Escape');
	assert.ok(await page.evaluate(() => document.querySelector('dialog')?.open), 'not closed by a slip');
	await choose('I have kept it');
	await says(page, 'Your devices');
	assert.ok((await stored(page, 'state')).link.account, 'the account is open');

	const file = await page.waitForSelector('input[type=file]');
	await file.uploadFile(EXPORT);
	await says(page, 'Your account would grow by 181 XP.');
	await choose('Import it');
	await says(page, 'Imported: 181 XP more.');

	await choose('Boards', back);
	await choose('Join the boards …');
	await says(page, 'What others will see');
	await choose('Show me on boards', back);
	await says(page, 'You are on the boards.');
	const handle = await textOf(page, '#handle');

	await choose('Share a figure');
	await choose('Make an address for it');
	await says(page, 'Done. Put it where you like.');
	const link = await textOf(page, 'section.share .address');
	assert.equal((await fetch(link)).status, 200);

	await choose('Devices', back);
	await choose('Erase everything');
	await says(page, 'Nobody can bring it back.');
	await choose('Erase everything', back);
	await says(page, 'Turn on syncing …');
	assert.ok(!(await page.evaluate(() => document.body.innerText)).includes(handle));
	await until((status) => status === 404, async () => (await fetch(link)).status);
});

test('by thumb: a second browser joins with a code, and both show the sum', async (t) => {
	const [one, two] = [await firefox.profile(t, url, { width: 360 }), await firefox.profile(t, url, { width: 320 })];
	await one.bringToFront();
	await practise(one, 5);
	await optIn(one);
	await press(one, 'Add another device');
	const code = await textOf(one, '.big-code');
	await two.bringToFront();
	await practise(two, 10);
	await press(two, 'Devices');
	await fill(two, 'Pairing code or recovery code', code);
	await press(two, 'Join');
	await says(two, 'This browser has joined.');
	assert.deepEqual(await misfits(two), { scrolls: false, wide: [], small: [] });
	await press(two, 'Progress');
	await expectFigure(two, 'XP', '63');
	await one.bringToFront();
	await press(one, 'Progress');
	await press(one, 'Sync now');
	await expectFigure(one, 'XP', '63');
	assert.deepEqual(await misfits(one), { scrolls: false, wide: [], small: [] });
});

test('from the first visit on it opens and breathes where there is no server', async (t) => {
	const server = [];
	const endServer = () => Promise.all(server.splice(0).map((end) => end()));
	t.after(endServer);
	const gone = await openServer({ after: (work) => server.push(work) });
	const page = await firefox.profile(t, gone);
	await settled(page);
	await endServer();
	await assert.rejects(fetch(gone), 'there is none');
	for (const path of PATHS) {
		await page.goto(gone + path);
		await page.waitForSelector('main h1');
	}
	await press(page, 'Breathe');
	await press(page, 'A pattern of my own');
	await fill(page, 'Name', 'Quick');
	for (const [name, seconds] of [['In', 1], ['Hold', 0], ['Out', 1], ['Rest', 0]]) {
		await fill(page, name, String(seconds));
	}
	await press(page, 'Save it');
	await press(page, 'Begin');
	await says(page, 'Breathe in');
	assert.deepEqual(await barriers(page), [], 'a session');
	await says(page, '2 breaths');
	await page.keyboard.press('Escape');
	await says(page, 'XP earned');
	const { cycles } = Object.values((await stored(page, 'state')).days)[0].counted;
	assert.ok(cycles >= 2);
	await page.goto(`${gone}/dashboard`);
	await expectFigure(page, 'Breaths', String(cycles));
	await says(page, 'Kept in this browser only.');
});
