/**
 * Reading an export in a browser: a large one leaves the page free, what was set right is said, and what cannot be read is refused in a
 * sentence.
 */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { at, expectFigure, openBrowser, optIn, settled } from './browser.mjs';

let browser;
let folder;
const ends = [];
before(async () => {
	browser = await openBrowser({ after: (work) => ends.push(work) });
	folder = mkdtempSync(join(tmpdir(), 'breath-reading-'));
	ends.push(() => rmSync(folder, { recursive: true }));
});
after(() => Promise.all(ends.map((work) => work())));

const small = readFileSync(new URL('../data/exports/sessions-and-hovering.json', import.meta.url), 'utf8');
const found = (page) => page.getByRole('heading', { name: 'Found in it' });

/** An export with so many sessions, all of one day. */
function exportOf(count) {
	const last = Date.parse('2026-11-10T23:59:59Z');
	const sessions = Array.from({ length: count }, (_, i) => {
		const startedAt = new Date(last - i).toISOString();
		return { id: `sess-${i}`, startedAt, endedAt: startedAt, activeMs: 1_000, cycles: 1, goalMinutes: 0, goalBonusXP: 0, finalXP: i + 1 };
	});
	return JSON.stringify({ breathMaster: { meditation: { totalXP: count, sessions }, onboarding: { tourCompletedAt: '2026-03-01T08:15:30.123Z' } } });
}

async function importPage(t) {
	const page = await browser.profile(t);
	await optIn(page);
	await page.getByLabel('Export file').waitFor();
	return page;
}

const give = (page, buffer) => page.getByLabel('Export file').setInputFiles({ name: 'export.json', mimeType: 'application/json', buffer: Buffer.from(buffer) });

test('a large export is read beside the page, which goes on and shows how far it is', async (t) => {
	const page = await importPage(t);
	const file = join(folder, 'large.json');
	writeFileSync(file, exportOf(180_000));
	await page.evaluate(() => {
		const bar = document.querySelector('progress[aria-label]');
		const seen = { ticks: 0, longest: 0, begin: 0, whole: 0, parts: [] };
		let last = 0;
		document.querySelector('input[type=file]').addEventListener('change', () => {
			seen.begin = last = performance.now();
			const timer = setInterval(() => {
				const now = performance.now();
				seen.ticks++;
				seen.longest = Math.max(seen.longest, now - last);
				last = now;
				if (bar.position > 0 && bar.position !== seen.parts.at(-1)) {
					seen.parts.push(bar.position);
				}
				if (bar.hidden) {
					seen.whole = now - seen.begin;
					clearInterval(timer);
				}
			}, 5);
		});
		globalThis.seen = seen;
	});
	await page.getByLabel('Export file').setInputFiles(file);
	await found(page).waitFor({ timeout: 60_000 });
	await page.waitForFunction(() => globalThis.seen.whole > 0);
	const { ticks, longest, whole, parts } = await page.evaluate(() => globalThis.seen);
	t.diagnostic(`${whole.toFixed(0)} ms, ${ticks} ticks, at most ${longest.toFixed(0)} ms between two, ${parts.length} steps shown`);
	// Where the page itself read, one gap between two ticks would be nearly all of it.
	assert.ok(longest < whole / 4, `${longest} of ${whole} ms without a tick`);
	assert.ok(parts.length > 1, 'it is shown how far it is');
	assert.deepEqual(parts, [...parts].sort((a, b) => a - b));
	await page.getByRole('button', { name: 'Import it' }).click();
	await expectFigure(page, 'XP', 180_000);
});

test('a file over 32 MB is refused in a sentence, and nothing of it is read', async (t) => {
	const page = await importPage(t);
	const file = join(folder, 'too-large.json');
	writeFileSync(file, small.padEnd(32 * 1024 * 1024 + 1));
	await page.evaluate(() => {
		Blob.prototype.arrayBuffer = Blob.prototype.text = Blob.prototype.stream = () => {
			throw new Error('it was read');
		};
	});
	await page.getByLabel('Export file').setInputFiles(file);
	await page.getByText('This file is larger than 32 MB: it is no export.').waitFor();
	assert.equal(await page.getByRole('progressbar', { name: 'Reading…' }).isVisible(), false);
});

test('what was set right in an export is said before it is imported', async (t) => {
	const page = await importPage(t);
	const document = JSON.parse(small);
	const { meditation } = document.breathMaster;
	Object.assign(meditation.sessions[1], { activeMs: -3_600_000, goalBonusXP: -1 });
	const indented = JSON.stringify(document, null, 2).replace(/^ +/gm, (spaces) => '\u00A0'.repeat(spaces.length));
	await give(page, Buffer.from(`\uFEFF\`\`\`json\r\n${indented}\r\n\`\`\`\r\n`, 'utf16le'));
	await found(page).waitFor();
	assert.deepEqual(await page.locator('.found .leaves li').allTextContents(), [
		'The file was in UTF-16 and was converted.', 'A code fence around the export was left out.',
		'No-break spaces between its parts were replaced.', 'The clock was set back during 1 session: it counts with 0 minutes.',
	]);
	await page.getByRole('button', { name: 'Import it' }).click();
	await expectFigure(page, 'XP', 181);

	await at(page, '/devices');
	await page.getByText('Or paste its text').click();
	await page.getByLabel('Text of the export').fill(small);
	await page.getByRole('button', { name: 'Read it' }).click();
	await found(page).waitFor();
	assert.equal(await page.locator('.found .leaves').isVisible(), false, 'nothing was');
});

test('when another file is given the first one is given up', async (t) => {
	const page = await importPage(t);
	await page.evaluate(() => {
		globalThis.ended = 0;
		const end = Worker.prototype.terminate;
		Worker.prototype.terminate = function terminate() {
			globalThis.ended++;
			end.call(this);
		};
	});
	// By its name: a buffer of that size takes the driver longer to hand over than the page to read.
	const large = join(folder, 'given-up.json');
	writeFileSync(large, exportOf(100_000));
	await page.getByLabel('Export file').setInputFiles(large);
	await page.waitForFunction(() => document.querySelector('progress[aria-label]').position > 0);
	await give(page, small);
	await found(page).waitFor();
	assert.equal(await page.locator('.found .figures dd').first().textContent(), '181');
	assert.equal(await page.evaluate(() => globalThis.ended), 2);
	await give(page, '<html></html>');
	await page.getByText('This is not an export').waitFor();
	assert.equal(await found(page).isVisible(), false);
});

test('without a network the worker is there, and an export that is none is told from one', async (t) => {
	const page = await importPage(t);
	await settled(page);
	await page.reload();
	await page.getByLabel('Export file').waitFor();
	await page.context().setOffline(true);
	await give(page, small.slice(0, 500));
	await page.getByText('This is not an export').waitFor();
	await give(page, small);
	await page.getByRole('region', { name: 'Bring your progress from the editor' }).getByText('The server cannot be reached.').waitFor();
});
