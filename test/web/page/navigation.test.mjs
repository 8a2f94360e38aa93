/**
 * Going from page to page, and choosing one thing after another, faster than anything is answered: the last one wins, and what was left
 * is over.
 */

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { at, heard, hold, makeCode, noteReplies, openBrowser, optIn, practise, syncNow } from './browser.mjs';

let browser;
const ends = [];
before(async () => {
	browser = await openBrowser({ after: (work) => ends.push(work) });
});
after(() => Promise.all(ends.map((work) => work())));

const exportFile = (name) => fileURLToPath(new URL(`../data/exports/${name}.json`, import.meta.url));

test('two quick navigations leave the shell alive, and nothing of the page in between', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await at(page, '/settings');
	await at(page, '/dashboard');
	// Nothing can be read for a while: the page in between is about to be shown.
	await page.evaluate(() => new Promise((held) => {
		void navigator.locks.request('breath-master.state', () => new Promise((free) => {
			globalThis.free = free;
			held();
		}));
	}));
	await page.locator('nav a[href="/devices"]').click();
	await page.waitForFunction(() => document.title.startsWith('Devices'));
	await page.locator('nav a[href="/settings"]').click();
	await page.waitForFunction(() => document.title.startsWith('Settings'));
	const asked = [];
	page.on('request', (request) => asked.push(new URL(request.url()).pathname));
	await page.evaluate(() => globalThis.free());
	await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
	const [said] = await Promise.all([page.waitForResponse('**/api/v1/sync?today=*'), page.evaluate(() => dispatchEvent(new Event('online')))]);
	await said.finished();
	await page.getByLabel('Show boards').uncheck();
	await page.locator('nav a[href="/boards"]').waitFor({ state: 'hidden' });
	assert.deepEqual(asked.filter((path) => path.includes('/devices') || path.includes('/imports')), []);
});

test('a pairing code that comes after its page was left is not looked for', async (t) => {
	const page = await browser.profile(t);
	await page.evaluate(() => {
		const { setInterval, clearInterval } = globalThis;
		globalThis.running = new Map();
		globalThis.setInterval = (work, ms, ...of) => {
			const id = setInterval(work, ms, ...of);
			globalThis.running.set(id, ms);
			return id;
		};
		globalThis.clearInterval = (id) => {
			globalThis.running.delete(id);
			clearInterval(id);
		};
	});
	const looks = () => page.evaluate(() => [...globalThis.running.values()].filter((ms) => ms === 5_000).length);
	await optIn(page);
	await makeCode(page);
	assert.equal(await looks(), 1);
	await at(page, '/dashboard');
	assert.equal(await looks(), 0, 'nor is one that was there before');
	await at(page, '/devices');
	await noteReplies(page);
	const pairing = await hold(page, '**/api/v1/sync/pairings');
	await page.getByRole('button', { name: 'Add another device' }).click();
	await pairing.asked;
	await at(page, '/dashboard');
	await pairing.release();
	assert.equal(await looks(), 0);
});

test('the rank shown is that of the board chosen last, whichever is answered first', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await practise(page, 5);
	await syncNow(page);
	await at(page, '/boards');
	await page.getByRole('button', { name: 'Join the boards' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Show me on boards' }).click();
	await page.getByText('You are on the boards.').waitFor();
	const standing = page.getByRole('region', { name: 'You', exact: true });
	await page.getByLabel('Compared are').selectOption('days');
	await standing.getByText(/^1 day\. Of a hundred/).waitFor();
	await noteReplies(page);
	const ofXp = await hold(page, '**/api/v1/leaderboard/me?metric=xp*');
	await page.getByLabel('Compared are').selectOption('xp');
	await ofXp.asked;
	await Promise.all([heard(page, '**/api/v1/leaderboard/me?metric=days*'), page.getByLabel('Compared are').selectOption('days')]);
	await ofXp.release();
	assert.match(await standing.textContent(), /1 day\. Of a hundred/);
});

test('an export chosen while another one is imported is the one that is found, and not taken for the other', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await page.getByLabel('Export file').setInputFiles(exportFile('sessions-and-hovering'));
	await page.getByText('Your account would grow by 181 XP.').waitFor();
	await noteReplies(page);
	const importing = await hold(page, '**/api/v1/sync/imports/*');
	await page.getByRole('button', { name: 'Import it' }).click();
	await importing.asked;
	await page.getByLabel('Export file').setInputFiles(exportFile('leap-day'));
	await page.getByText('Your account would grow by 64 XP.').waitFor();
	await importing.release();
	await page.getByText('Imported: 181 XP more.').waitFor();
	assert.ok(await page.getByText('Your account would grow by 64 XP.').isVisible());
	assert.equal(await page.getByRole('button', { name: 'Undo the import' }).isVisible(), false, 'undoing would be of the wrong one');
	await page.getByRole('button', { name: 'Import it' }).click();
	await page.getByText('Imported: 64 XP more.').waitFor();
});
