/**
 * The main job, in a real browser against a real server: progress follows a person over devices, and nothing of it is lost or
 * counted twice.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { realExports, smallExports } from '../core/exports.mjs';
import { at, enterCode, expectFigure, figure, makeCode, openBrowser, optIn, practise, shoot, syncNow } from './browser.mjs';

let browser;
const ends = [];
before(async () => {
	browser = await openBrowser({ after: (work) => ends.push(work) });
});
after(() => Promise.all(ends.map((work) => work())));

const exportFile = (name) => fileURLToPath(new URL(`../data/exports/${name}.json`, import.meta.url));

/** Choose an export and import it. */
async function importFile(page, file) {
	await at(page, '/devices');
	await page.getByLabel('Export file').setInputFiles(file);
	await page.getByRole('heading', { name: 'Found in it' }).waitFor();
	await page.getByRole('button', { name: 'Import it' }).click();
	await page.getByText(/^Imported:/).waitFor();
}

test('a newcomer counts, opts in, and finds it all again after a reload', async (t) => {
	const page = await browser.profile(t);
	await practise(page, 5);
	await expectFigure(page, 'XP', 18);
	assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'You practised today.');
	await page.getByText('Kept in this browser only.').waitFor();
	await shoot(page, 'counted-alone');
	const code = await optIn(page);
	assert.match(code, /^([0-9A-Z]{4}-){6}[0-9A-Z]{4}$/);
	await expectFigure(page, 'XP', 18);
	await page.getByText(/^In your account/).waitFor();
	assert.ok(!(await page.content()).includes(code), 'the recovery code is gone from the page');
	await page.reload();
	await page.getByText(/^In your account/).waitFor();
	await expectFigure(page, 'XP', 18);
	await at(page, '/devices');
	assert.equal(await page.getByRole('button', { name: 'Turn on syncing' }).isVisible(), false);
});

test('a recovery code is shown whatever becomes of the rest', async (t) => {
	const page = await browser.profile(t);
	await at(page, '/devices');
	await page.getByRole('button', { name: 'Turn on syncing' }).click();
	// Once the account is there nothing can be read any more.
	await page.route('**/api/v1/sync?today=*', async (route) => {
		await page.evaluate(() => {
			const { put } = IDBObjectStore.prototype;
			IDBObjectStore.prototype.put = function last(...of) {
				IDBObjectStore.prototype.get = () => {
					throw new DOMException('', 'QuotaExceededError');
				};
				return put.apply(this, of);
			};
		});
		await route.continue();
	}, { times: 1 });
	await page.getByRole('button', { name: 'Start syncing' }).click();
	await page.getByRole('dialog', { name: 'Keep your recovery code' }).waitFor();
	assert.match(await page.locator('.big-code').textContent(), /^([0-9A-Z]{4}-){6}[0-9A-Z]{4}$/);
});

test('what is counted waits for a while, and is shown at once all the same', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	const pushes = [];
	page.on('request', (request) => request.method() === 'POST' && pushes.push(request.url()));
	await practise(page, 10);
	await expectFigure(page, 'XP', 37);
	await page.getByText('37 XP will go to your account in a few minutes.').waitFor();
	assert.deepEqual(pushes, []);
	await page.reload();
	await page.getByText('37 XP will go to your account in a few minutes.').waitFor();
	assert.deepEqual(pushes, [], 'not even by a reload');
	await syncNow(page);
	assert.equal(pushes.length, 1);
});

test('an export is previewed, imported exactly, found again, and removed', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await practise(page, 5);
	await at(page, '/devices');
	await page.getByLabel('Export file').setInputFiles(exportFile('sessions-and-hovering'));
	await page.getByText('Your account would grow by 181 XP.').waitFor();
	assert.deepEqual(await page.locator('.found .figures dd').allTextContents(), ['181', '4', '2 days']);
	await shoot(page, 'import-preview');
	const bodies = [];
	page.on('request', (request) => request.method() === 'PUT' && bodies.push(request.postData()));
	await page.getByRole('button', { name: 'Import it' }).click();
	await page.getByText('Imported: 181 XP more.').waitFor();
	await expectFigure(page, 'XP', 199);
	assert.doesNotMatch(bodies.join(), /sess-|\d\d:\d\d/, 'nothing of the session log was sent');
	await at(page, '/devices');
	await page.getByLabel('Export file').setInputFiles(exportFile('sessions-and-hovering'));
	await page.getByText('there is nothing new in it').waitFor();
	await page.getByRole('button', { name: 'Not this one' }).click();
	await page.getByRole('button', { name: 'Remove the import of 181 XP' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click();
	await page.getByText('The import is removed.').waitFor();
	await expectFigure(page, 'XP', 18);
});

for (const { name, file, text } of [...smallExports(), ...realExports()]) {
	const { totalXP } = JSON.parse(text).breathMaster.meditation;
	if (totalXP >= 1) {
		test(`${name} gives exactly its ${Math.floor(totalXP)} XP`, async (t) => {
			const page = await browser.profile(t);
			await optIn(page);
			await importFile(page, file);
			await expectFigure(page, 'XP', Math.floor(totalXP));
		});
	}
}

test('an export can be pasted, and can be typed', async (t) => {
	const text = readFileSync(exportFile('leap-day'), 'utf8');
	const page = await browser.profile(t);
	await optIn(page);
	await page.getByText('Or paste its text').click();
	const field = page.getByLabel('Text of the export');
	await field.evaluate((target, pasted) => {
		const clipboardData = new DataTransfer();
		clipboardData.setData('text/plain', pasted);
		target.dispatchEvent(new ClipboardEvent('paste', { clipboardData, cancelable: true }));
	}, text);
	await page.getByText('Your account would grow by 64 XP.').waitFor();
	await page.getByRole('button', { name: 'Not this one' }).click();
	await field.fill(text);
	await page.getByRole('button', { name: 'Read it' }).click();
	await page.getByText('Your account would grow by 64 XP.').waitFor();
});

test('what is no export is refused by name, and nothing is sent', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	const requests = [];
	page.on('request', (request) => (request.method() !== 'GET' || request.url().endsWith('/export')) && requests.push(request.url()));
	await page.getByText('Or paste its text').click();
	for (const [text, answer] of [
		['{"breathMaster":', 'it is not JSON'],
		['{"name":"left-pad"}', 'not an export of Breath Master'],
		['{"breathMaster":{"meditation":{"totalXP":"many"}}}', 'breathMaster.meditation.totalXP is something else than it should be'],
	]) {
		await page.getByLabel('Text of the export').fill(text);
		await page.getByRole('button', { name: 'Read it' }).click();
		await page.getByText(answer).waitFor();
	}
	assert.deepEqual(requests, []);
});

test('a second browser joins with a code, and both show the sum', async (t) => {
	const one = await browser.profile(t);
	const two = await browser.profile(t);
	await optIn(one);
	await practise(one, 5);
	await syncNow(one);
	await practise(two, 10);
	const code = await makeCode(one);
	await shoot(one, 'invite');
	await enterCode(two, code.toLowerCase());
	await two.getByText('This browser has joined.').waitFor();
	await expectFigure(two, 'XP', 55);
	await syncNow(one);
	await expectFigure(one, 'XP', 55);
	await one.getByText('In your account, with 2 devices.').waitFor();
	await at(one, '/devices');
	await one.getByRole('button', { name: /^Remove Web browser/ }).waitFor();
	const three = await browser.profile(t);
	await enterCode(three, code);
	await three.getByText('This code is not known.').waitFor();
});

test('the address of a pairing fills in the code and waits for the person', async (t) => {
	const one = await browser.profile(t);
	await optIn(one);
	const code = await makeCode(one);
	const address = await one.getByRole('group', { name: 'The code' }).locator('.address').textContent();
	assert.equal(address, `${new URL(browser.url).origin}/#pair=${code}`);
	const two = await browser.profile(t, { path: new URL(address).hash.replace('#', '/#') });
	await two.getByText('The code is filled in.').waitFor();
	assert.equal(await two.getByLabel('Pairing code or recovery code').inputValue(), code);
	assert.equal(new URL(two.url()).pathname, '/devices');
	assert.equal(new URL(two.url()).hash, '', 'the code does not stay in the address');
	assert.equal(await two.getByRole('heading', { name: 'Your devices' }).isVisible(), false);
	await two.getByRole('button', { name: 'Join', exact: true }).click();
	await two.getByText('This browser has joined.').waitFor();
});

test('two accounts are merged after both sums were seen, and not without a yes', async (t) => {
	const one = await browser.profile(t);
	const two = await browser.profile(t);
	await optIn(one);
	await importFile(one, exportFile('leap-day'));
	await optIn(two);
	await practise(two, 10);
	await syncNow(two);
	const code = await makeCode(one);
	await enterCode(two, code);
	const dialog = two.getByRole('dialog', { name: 'Two accounts become one' });
	await dialog.waitFor();
	assert.deepEqual(await dialog.locator('tbody tr td:nth-child(2)').allTextContents(), ['37', '64', '101']);
	await shoot(two, 'merge');
	await dialog.getByRole('button', { name: 'Leave them apart' }).click();
	await two.getByText('Nothing was changed.').waitFor();
	await expectFigure(two, 'XP', 37);
	await enterCode(two, code);
	await dialog.getByRole('button', { name: 'Put them together' }).click();
	await two.getByText('This browser has joined.').waitFor();
	await expectFigure(two, 'XP', 101);
	assert.equal(await two.locator('#handle').textContent(), await one.locator('#handle').textContent());
	await two.reload();
	await expectFigure(two, 'XP', 101);
	await syncNow(one);
	await expectFigure(one, 'XP', 101);
});

test('an import that both of two merged accounts had is pointed out', async (t) => {
	const one = await browser.profile(t);
	const two = await browser.profile(t);
	for (const page of [one, two]) {
		await optIn(page);
		await importFile(page, exportFile('leap-day'));
	}
	await enterCode(two, await makeCode(one));
	await two.getByRole('dialog').getByRole('button', { name: 'Put them together' }).click();
	await two.getByText('There is another one just like it').first().waitFor();
	await expectFigure(two, 'XP', 128);
	await at(two, '/devices');
	await two.getByRole('button', { name: 'Remove the import of 64 XP' }).first().click();
	await two.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click();
	await expectFigure(two, 'XP', 64);
});

test('a recovery code brings progress back, a slip in it is found here', async (t) => {
	const one = await browser.profile(t);
	const code = await optIn(one);
	await practise(one, 5);
	await syncNow(one);
	const two = await browser.profile(t);
	const requests = [];
	two.on('request', (request) => request.url().includes('/recover') && requests.push(request.url()));
	const last = code.endsWith('7') ? '8' : '7';
	await enterCode(two, code.slice(0, -1) + last);
	await two.getByText('One or more characters of this recovery code are wrong.').waitFor();
	assert.deepEqual(requests, []);
	await enterCode(two, code.toLowerCase());
	await two.getByText('This browser has joined.').waitFor();
	await expectFigure(two, 'XP', 18);
	await at(one, '/devices');
	await one.getByRole('button', { name: 'Make a new code' }).click();
	const dialog = one.getByRole('dialog', { name: 'Keep your recovery code' });
	await dialog.waitFor();
	// A browser that is asked not to close for one Escape does so for the next one.
	await one.keyboard.press('Escape');
	await one.keyboard.press('Escape');
	await dialog.getByText('It is shown this once').click();
	await one.keyboard.press('Escape');
	await one.keyboard.press('Escape');
	assert.ok(await dialog.isVisible(), 'not closed by a slip');
	await dialog.getByRole('button', { name: 'I have kept it' }).click();
	const three = await browser.profile(t);
	await enterCode(three, code);
	await three.getByText('This recovery code belongs to no account.').waitFor();
});

test('a removed browser is told, keeps its practice, and joins again without counting twice', async (t) => {
	const one = await browser.profile(t);
	const two = await browser.profile(t);
	await optIn(one);
	await enterCode(two, await makeCode(one));
	await two.getByText('This browser has joined.').waitFor();
	await practise(two, 10);
	await syncNow(two);
	await syncNow(one);
	await at(one, '/devices');
	await one.getByRole('button', { name: /^Remove Web browser/ }).click();
	await one.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click();
	await one.getByRole('button', { name: 'I have kept it' }).click();
	await one.getByText('The device is removed.').waitFor();
	await at(two, '/dashboard');
	await two.getByRole('button', { name: 'Sync now' }).click();
	await two.getByText('This browser was removed from the account on another device.').waitFor();
	await shoot(two, 'signed-out');
	await at(two, '/devices');
	await two.getByRole('button', { name: 'Start a new account' }).waitFor();
	assert.equal(await figure(two, 'XP'), '37');
	await enterCode(two, await makeCode(one));
	await two.getByText('This browser has joined.').waitFor();
	await expectFigure(two, 'XP', 37);
	assert.equal(await two.locator('#trouble').isVisible(), false);
});

test('everything can be downloaded, left and erased', async (t) => {
	const page = await browser.profile(t);
	const code = await optIn(page);
	await practise(page, 5);
	await syncNow(page);
	await at(page, '/devices');
	const downloading = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Download it' }).click();
	const saved = await (await downloading).path();
	assert.equal(JSON.parse(readFileSync(saved, 'utf8')).totals.xp, 18);

	await page.getByRole('button', { name: 'Stop syncing' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Stop syncing' }).click();
	await page.getByRole('button', { name: 'Turn on syncing' }).waitFor();
	await expectFigure(page, 'XP', 18);
	await enterCode(page, code);
	await page.getByText('This browser has joined.').waitFor();
	await expectFigure(page, 'XP', 18);

	await at(page, '/devices');
	await page.getByRole('button', { name: 'Erase everything' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
	await expectFigure(page, 'XP', 18);
	await at(page, '/devices');
	await page.getByRole('button', { name: 'Erase everything' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Erase everything' }).click();
	await page.getByRole('button', { name: 'Turn on syncing' }).waitFor();
	await at(page, '/dashboard');
	await page.getByRole('heading', { name: 'Breathe while you program. Keep what grows.' }).waitFor();
	assert.equal(await page.locator('.progress').isVisible(), false);
	await page.reload();
	await enterCode(page, code);
	await page.getByText('This recovery code belongs to no account.').waitFor();
});

test('two tabs of one browser show the same', async (t) => {
	const one = await browser.profile(t);
	await optIn(one);
	const two = await one.context().newPage();
	await two.goto(`${browser.url}/dashboard`);
	await two.getByText(/^In your account/).waitFor();
	await practise(one, 5);
	await expectFigure(two, 'XP', 18);
	await Promise.all([practise(one, 5), practise(two, 5)]);
	await expectFigure(one, 'XP', 54);
	await Promise.all([syncNow(one), syncNow(two)]);
	await expectFigure(two, 'XP', 54);
});

test('tabs that count at the same time lose nothing', async (t) => {
	const first = await browser.profile(t);
	const tabs = [first];
	while (tabs.length < 4) {
		const tab = await first.context().newPage();
		await tab.goto(browser.url);
		tabs.push(tab);
	}
	await Promise.all(tabs.map(async (tab) => {
		for (let times = 0; times < 10; times++) {
			await practise(tab, 5);
		}
	}));
	await Promise.all(tabs.map((tab) => expectFigure(tab, 'XP', 4 * 10 * 18)));
});

test('offline everything goes on, and catches up by itself', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await at(page, '/dashboard');
	await at(page, '/breathe');
	await page.context().setOffline(true);
	await practise(page, 5);
	await expectFigure(page, 'XP', 18);
	await page.getByRole('button', { name: 'Sync now' }).click();
	await page.getByText('The server cannot be reached just now.').waitFor();
	await page.context().setOffline(false);
	await page.getByText(/^In your account/).waitFor({ timeout: 30_000 });
	await expectFigure(page, 'XP', 18);
});
