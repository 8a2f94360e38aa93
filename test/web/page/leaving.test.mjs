/**
 * What is left in a browser that has left its account, was removed from it, or whose account was erased: the practice that it counted, and
 * nothing that came from the account. Whoever sits at a shared computer next finds what is in its stores.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { at, countOn, enterCode, expectFigure, hold, makeCode, noteReplies, openBrowser, optIn, practise, setRoom, settled, stored, syncNow, until } from './browser.mjs';

let browser;
const ends = [];
before(async () => {
	browser = await openBrowser({ after: (work) => ends.push(work) });
});
after(() => Promise.all(ends.map((work) => work())));

const small = readFileSync(new URL('../data/exports/sessions-and-hovering.json', import.meta.url));

/** What another device practised on one day: no other figure of these tests has these digits. */
const ELSEWHERE_XP = 77_313;

/** Everything that a browser keeps for the site, and what is on screen, as one text. */
const everythingIn = (page) => page.evaluate(async () => {
	const answer = (request) => new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
	const found = { cookie: document.cookie, address: location.href, state: history.state, title: document.title, screen: document.documentElement.outerHTML };
	found.local = Object.entries(localStorage);
	found.session = Object.entries(sessionStorage);
	found.databases = [];
	for (const { name } of await indexedDB.databases()) {
		const database = await answer(indexedDB.open(name));
		for (const store of database.objectStoreNames) {
			const place = database.transaction(store).objectStore(store);
			const [keys, values] = await Promise.all([answer(place.getAllKeys()), answer(place.getAll())]);
			found.databases.push([name, store, keys.map((key, i) => [key, values[i]])]);
		}
		database.close();
	}
	found.caches = [];
	for (const name of await caches.keys()) {
		const cache = await caches.open(name);
		for (const request of await cache.keys()) {
			found.caches.push([name, request.url, await (await cache.match(request)).text()]);
		}
	}
	return JSON.stringify(found);
});

/** A browser in an account with another device, an import, a share, and a place on boards, that has looked at all of it. */
async function settle(t) {
	const [page, other] = [await browser.profile(t), await browser.profile(t)];
	const recovery = await optIn(page);
	await settled(page);
	const pairing = await makeCode(page);
	await enterCode(other, pairing);
	await other.getByText('This browser has joined.').waitFor();
	await countOn(other, 3, ELSEWHERE_XP);
	await syncNow(other);
	await practise(page, 5);

	const sources = [];
	page.on('request', (request) => request.method() === 'PUT' && request.url().includes('/imports/') && sources.push(request.url().split('/').pop()));
	await at(page, '/devices');
	await page.getByLabel('Export file').setInputFiles({ name: 'export.json', mimeType: 'application/json', buffer: small });
	await page.getByRole('button', { name: 'Import it' }).click();
	await page.getByText(/^Imported:/).waitFor();
	await at(page, '/boards');
	await page.getByRole('button', { name: 'Join the boards' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Show me on boards' }).click();
	await page.getByText('You are on the boards.').waitFor();
	// It is written down a moment later, which the next address would cut off.
	await until(Boolean, () => stored(page, 'standing'), 'the place on boards');
	await page.goto(`${browser.url}/share`);
	await page.getByRole('button', { name: 'Make an address for it' }).click();
	const share = new URL(await page.locator('.share .address').textContent()).pathname.split('/').pop();
	await syncNow(page);
	await until((history) => JSON.stringify(history?.xp ?? {}).includes(ELSEWHERE_XP), () => stored(page, 'history'), 'the days of all devices');

	const [mine, theirs] = [await stored(page, 'state'), await stored(other, 'state')].map(({ link }) => link);
	const canaries = {
		account: mine.account.account_id, pseudonym: mine.account.handle, otherDevice: theirs.device.device_id, otherToken: theirs.device.token,
		source: sources[0], share, pairing, recovery, elsewhere: String(ELSEWHERE_XP), token: mine.device.token,
	};
	const before = await everythingIn(page);
	for (const name of ['account', 'pseudonym', 'elsewhere', 'token']) {
		assert.ok(before.includes(canaries[name]), `${name} is there before`);
	}
	return { page, other, canaries, own: mine.device };
}

/** Look for canaries, and for the practice that has to be there. */
async function assertForgotten(page, canaries, days) {
	const now = await everythingIn(page);
	assert.deepEqual(Object.keys(canaries).filter((name) => now.includes(canaries[name]) || now.includes(canaries[name].toUpperCase())), []);
	const state = await stored(page, 'state');
	assert.deepEqual(Object.values(state?.days ?? {}).map(({ counted }) => counted.xp), days);
	const told = [state?.link.account, state?.link.told, await stored(page, 'history'), await stored(page, 'standing')];
	assert.deepEqual(told.filter((each) => each !== undefined), []);
	return state;
}

test('whoever stops syncing leaves nothing of the account in the browser, and all of the own practice', async (t) => {
	const { page, canaries, own } = await settle(t);
	const tab = await page.context().newPage();
	await tab.goto(`${browser.url}/boards`);
	await tab.getByText('(you)').first().waitFor();
	await at(page, '/devices');
	await page.getByRole('button', { name: 'Stop syncing' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Stop syncing' }).click();
	await page.getByRole('button', { name: 'Turn on syncing' }).waitFor();
	const state = await assertForgotten(page, canaries, [18]);
	assert.deepEqual([state.link.status, state.former?.device_id], ['local', own.device_id], 'its own number, lest it counts twice if it comes back');
	await tab.getByText('Boards are for those who sync').waitFor();
	assert.equal(await tab.getByText('(you)').count(), 0);
	await expectFigure(page, 'XP', 18);
	assert.equal(await page.getByText('This week: rank').count(), 0);
});

test('a browser that is removed forgets what came from the account when it learns of it, and joins again without counting twice', async (t) => {
	const { page, other, canaries } = await settle(t);
	await at(other, '/devices');
	await other.getByRole('button', { name: /^Remove Web browser/ }).click();
	await other.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click();
	await other.getByRole('button', { name: 'I have kept it' }).click();
	await other.getByText('The device is removed.').waitFor();
	await page.getByRole('button', { name: 'Sync now' }).click();
	await page.getByText('This browser was removed from the account').waitFor();
	await assertForgotten(page, canaries, [18]);
	await expectFigure(page, 'XP', 18);
	await page.reload();
	await page.getByText('This browser was removed from the account').waitFor();
	assert.equal(await page.getByRole('button', { name: 'Try again' }).isVisible(), false, 'there is nothing to try with');
	await enterCode(page, await makeCode(other));
	await page.getByText('This browser has joined.').waitFor();
	await expectFigure(page, 'XP', 18 + 181 + ELSEWHERE_XP);
});

test('whoever erases the account leaves nothing at all in this browser, and nothing of it in the others', async (t) => {
	const { page, other, canaries } = await settle(t);
	await at(other, '/devices');
	await other.getByRole('button', { name: 'Erase everything' }).click();
	await other.getByRole('dialog').getByRole('button', { name: 'Erase everything' }).click();
	await other.getByRole('button', { name: 'Turn on syncing' }).waitFor();
	const { token, ...told } = canaries;
	await assertForgotten(other, canaries, []);
	await page.getByRole('button', { name: 'Sync now' }).click();
	await page.getByText('The server does not know this browser any more.').waitFor();
	const state = await assertForgotten(page, told, [18]);
	assert.equal(state.link.device.token, token, 'what the server does not know it may know again, after another restore');
});

test('an answer that comes after the account was left is not kept', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await practise(page, 5);
	const { account } = (await stored(page, 'state')).link;
	await noteReplies(page);
	const history = await hold(page, '**/api/v1/stats/me/history*');
	await at(page, '/dashboard');
	await history.asked;
	await at(page, '/devices');
	await page.getByRole('button', { name: 'Stop syncing' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Stop syncing' }).click();
	await page.getByRole('button', { name: 'Turn on syncing' }).waitFor();
	await history.release();
	// Whatever the page does with the answer comes before this in the queue of the lock.
	await page.evaluate(() => navigator.locks.request('breath-master.state', () => {}));
	assert.ok(!(await everythingIn(page)).includes(account.account_id));
});

test('what was read for one account is not imported into the next one', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await page.getByLabel('Export file').setInputFiles({ name: 'export.json', mimeType: 'application/json', buffer: small });
	const found = page.getByRole('heading', { name: 'Found in it' });
	await found.waitFor();
	await page.getByRole('button', { name: 'Stop syncing' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Stop syncing' }).click();
	await optIn(page);
	await page.getByLabel('Export file').waitFor();
	assert.equal(await found.isVisible(), false);
});

/** That no document of the page is left in the browser. */
const expectNothingStored = (page) => until(
	(documents) => documents.every((document) => document === undefined),
	() => Promise.all(['state', 'session', 'settings', 'history', 'standing'].map((name) => stored(page, name))), 'nothing is stored',
);

for (const [name, come] of Object.entries({
	'has never joined': () => {},
	'has left': async (page) => {
		await optIn(page);
		// What a newcomer is asked later begins with the day on which this browser joined.
		await syncNow(page);
		await until((settings) => typeof settings?.joinedOn === 'string', () => stored(page, 'settings'), 'the day of joining');
		await at(page, '/devices');
		await page.getByRole('button', { name: 'Stop syncing' }).click();
		await page.getByRole('dialog').getByRole('button', { name: 'Stop syncing' }).click();
		await page.getByRole('button', { name: 'Turn on syncing' }).waitFor();
		await until((settings) => settings.joinedOn === null, () => stored(page, 'settings'), 'the day of joining is forgotten where the account is left');
	},
	'was removed': async (page) => {
		await optIn(page);
		await page.route('**/api/v1/sync**', (route) => route.fulfill({
			status: 401, contentType: 'application/problem+json', body: '{"code":"token_revoked","status":401,"title":"removed"}',
		}));
		await page.evaluate(() => dispatchEvent(new Event('online')));
		await page.getByText('This browser was removed from the account').waitFor();
	},
})) {
	test(`whoever ${name} can erase what is in this browser`, async (t) => {
		const page = await browser.profile(t);
		await practise(page, 5);
		await come(page);
		await at(page, '/devices');
		await page.getByRole('button', { name: 'Erase it here' }).click();
		await page.getByRole('dialog').getByRole('button', { name: 'Erase it here' }).click();
		await page.getByRole('button', { name: 'Turn on syncing' }).waitFor();
		await expectNothingStored(page);
		await at(page, '/dashboard');
		await page.getByRole('heading', { name: 'Breathe while you program. Keep what grows.' }).waitFor();
	});
}

test('everything can be erased on a full disk and in the middle of a session, at the first press', async (t) => {
	const page = await browser.profile(t);
	await practise(page, 5);
	await at(page, '/breathe');
	await page.getByRole('button', { name: 'Begin' }).click();
	await page.locator('.guide-cue', { hasText: 'Breathe in' }).waitFor();
	await at(page, '/devices');
	await setRoom(page, false);
	await page.getByRole('button', { name: 'Erase it here' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Erase it here' }).click();
	await page.getByRole('dialog').waitFor({ state: 'hidden' });
	await expectNothingStored(page);
	await at(page, '/breathe');
	await page.getByRole('button', { name: 'Begin' }).waitFor();
});
