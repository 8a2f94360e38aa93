/**
 * Devices and privacy: what leaves is shown to the letter before it does, codes travel as pictures and addresses, and everything can
 * be taken back.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import jsqr from 'jsqr';
import { cutShort } from '../core/exports.mjs';
import { barriers, faintTexts, misfits, tabOn } from './barriers.mjs';
import { at, enterCode, expectFigure, figure, makeCode, openBrowser, optIn, practise, shoot, stored, syncNow, until } from './browser.mjs';

let browser;
const ends = [];
before(async () => {
	browser = await openBrowser({ after: (work) => ends.push(work) });
});
after(() => Promise.all(ends.map((work) => work())));

const exportFile = (name) => fileURLToPath(new URL(`../data/exports/${name}.json`, import.meta.url));
const origin = () => new URL(browser.url).origin;

/** What the service is asked from now on, as the page words it: the method, the path, and the body with its members in order. */
function listen(page) {
	const heard = [];
	page.on('request', (request) => {
		const { pathname, search } = new URL(request.url());
		if (pathname.startsWith('/api/v1/sync')) {
			const body = request.postDataJSON();
			for (const drawn of ['push', 'request'].filter((name) => body?.[name])) {
				body[drawn] = body[drawn].replace(/[0-9a-f]/g, '0');
			}
			heard.push(`${request.method()} ${pathname}${search}${body ? `\n${JSON.stringify(body, null, 2)}` : ''}`);
		}
	});
	return heard;
}

/** Without what was asked twice in a row. */
const once = (list) => list.filter((each, i) => each !== list[i - 1]);

/** What a picture on the page says to a camera. */
async function readPicture(picture) {
	const pixels = await picture.evaluate(async (svg) => {
		const size = svg.viewBox.baseVal.width;
		const drawing = svg.cloneNode(true);
		drawing.setAttribute('width', size * 4);
		drawing.setAttribute('height', size * 4);
		const image = new Image();
		image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(drawing))}`;
		await image.decode();
		const canvas = new OffscreenCanvas(size * 4, size * 4);
		const context = canvas.getContext('2d');
		context.fillStyle = '#fff';
		context.fillRect(0, 0, size * 4, size * 4);
		context.drawImage(image, 0, 0);
		return { side: size * 4, data: [...context.getImageData(0, 0, size * 4, size * 4).data] };
	});
	return jsqr(Uint8ClampedArray.from(pixels.data), pixels.side, pixels.side)?.data;
}

test('before opting in the very requests are shown, and nothing is sent but that somebody looked', async (t) => {
	const page = await browser.profile(t);
	await practise(page, 5);
	const heard = listen(page);
	const offers = [];
	page.on('request', (request) => request.url().endsWith('/stats/offers') && offers.push([request.postData(), request.headers().authorization]));
	await at(page, '/devices');
	await page.getByRole('button', { name: 'Turn on syncing' }).click();
	const dialog = page.getByRole('dialog', { name: 'What leaves this browser' });
	await dialog.getByText('The next requests, to the letter').click();
	const shown = await dialog.locator('.letters').textContent();
	const drawn = await dialog.getByText('Zeros such as 0000000000000000').textContent();
	await dialog.getByRole('button', { name: 'Not now' }).click();
	assert.deepEqual(heard, []);
	assert.deepEqual(offers, [[null, undefined]]);

	await optIn(page);
	await page.waitForResponse((response) => response.request().method() === 'POST' && response.url().endsWith('/api/v1/sync')).catch(() => {});
	await expectFigure(page, 'XP', 18);
	const sent = once(heard).filter((each) => !each.endsWith('/devices') && !each.endsWith('/imports'));
	assert.deepEqual(sent.slice(0, 3), shown.split('\n\n'));
	assert.match(shown, /^POST \/api\/v1\/sync\/accounts\n/);
	assert.match(shown, /"request": "0{32}"/);
	assert.match(drawn, /drawn at random when it is sent/);
	assert.match(shown, /"xp": 18/);
});

test('whoever syncs sees the next request, and it is the one that is sent', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await practise(page, 10);
	await at(page, '/devices');
	await page.getByText('The next requests, to the letter').click();
	const letters = page.locator('.letters');
	await letters.filter({ hasText: '"xp": 37' }).waitFor();
	const shown = (await letters.textContent()).split('\n\n');
	const heard = listen(page);
	await syncNow(page);
	assert.deepEqual(once(heard).slice(0, 2), shown);
	await at(page, '/devices');
	await letters.filter({ hasNotText: 'POST' }).waitFor({ state: 'attached' });
});

test('both ways a picture carries the address, and no address does anything by itself', async (t) => {
	const one = await browser.profile(t);
	await optIn(one);
	const code = await makeCode(one);
	const invitation = one.getByRole('group', { name: 'The code' });
	assert.equal(await readPicture(invitation.getByRole('img', { name: 'QR code with the address for the other device' })), `${origin()}/#pair=${code}`);
	await shoot(one, 'devices-invite');

	const two = await browser.profile(t, { path: '/devices' });
	await two.getByText('Is your progress on a phone?').click();
	const wanted = await readPicture(two.getByRole('img', { name: 'QR code for the device that has your progress' }));
	assert.equal(wanted, `${origin()}/devices#add`);
	await shoot(two, 'devices-other-way');

	const pairings = [];
	one.on('request', (request) => request.url().endsWith('/pairings') && pairings.push(request));
	await one.goto('about:blank');
	await one.goto(wanted);
	await one.getByText('Another device waits for a code').waitFor();
	await one.waitForFunction(() => document.activeElement.textContent === 'Add another device');
	assert.deepEqual(pairings, []);
	await one.keyboard.press('Enter');
	await invitation.waitFor();
	await enterCode(two, await invitation.locator('.big-code').textContent());
	await two.getByText('This browser has joined.').waitFor();
	await one.getByText('The other device has joined.').waitFor({ timeout: 15_000 });
	assert.equal(await invitation.isVisible(), false);
	await one.locator('.list li').nth(1).waitFor();
});

for (const [what, codeOf] of [['a pairing code', (one) => makeCode(one)], ['a recovery code', null]]) {
	test(`the reply to ${what} is lost: trying again joins, and leaves no ghost in the list`, async (t) => {
		const [one, two] = [await browser.profile(t), await browser.profile(t)];
		const recovery = await optIn(one);
		const code = codeOf ? await codeOf(one) : recovery;
		const answers = [];
		await two.route(codeOf ? '**/pairings/redeem' : '**/recover', async (route) => {
			answers.push((await route.fetch()).status());
			await route.abort();
		}, { times: 1 });
		await enterCode(two, code);
		await until((said) => said !== '', () => two.locator('form .message').textContent(), 'the page says that it went wrong');
		assert.deepEqual(answers, [201]);
		// Whoever presses again may have closed the page in between.
		await two.reload();
		await enterCode(two, code);
		await two.getByText('This browser has joined.').waitFor();
		await one.reload();
		await one.locator('.list li').nth(1).waitFor();
		const [mine, theirs] = [await stored(one, 'state'), await stored(two, 'state')].map(({ link }) => link.device);
		const devices = await one.evaluate(async (token) => (
			(await fetch('/api/v1/sync/devices', { headers: { Authorization: `Bearer ${token}` } })).json()
		), mine.token);
		assert.deepEqual(devices.devices.map(({ device_id: id }) => id).sort(), [mine.device_id, theirs.device_id].sort());
	});
}

test('the reply to a merge is lost and the page reloaded: pressing Join again finds that it has happened', async (t) => {
	const [one, two] = [await browser.profile(t), await browser.profile(t)];
	await optIn(one);
	await optIn(two);
	const code = await makeCode(one);
	await enterCode(two, code);
	const yes = two.getByRole('dialog', { name: 'Two accounts become one' }).getByRole('button', { name: 'Put them together' });
	await yes.waitFor();
	const statuses = [];
	let isCut = true;
	await two.route('**/api/v1/sync**', async (route) => {
		const isMerge = route.request().url().endsWith('/pairings/redeem');
		if (isMerge) {
			statuses.push((await route.fetch()).status());
		}
		// The network went with the reply, so that the page cannot look either.
		await (isCut ? route.abort() : route.continue());
	});
	await yes.click();
	await two.getByText('The server cannot be reached.').first().waitFor();
	assert.deepEqual(statuses, [200]);
	isCut = false;
	await two.unrouteAll();
	await two.reload();
	await enterCode(two, code);
	await two.getByText('This browser has joined.').waitFor();
	const [mine, theirs] = [await stored(one, 'state'), await stored(two, 'state')].map(({ link }) => link.account);
	assert.equal(theirs.account_id, mine.account_id);
});

test('who comes back to a full account with the recovery code is told that a device was removed', async (t) => {
	const [one, two] = [await browser.profile(t), await browser.profile(t)];
	const recovery = await optIn(one);
	await two.route('**/api/v1/sync/recover', async (route) => {
		const response = await route.fetch();
		await route.fulfill({ response, json: { ...await response.json(), revoked_device_id: '00000000-0000-4000-8000-000000000000' } });
	});
	await enterCode(two, recovery);
	await two.getByText('the one that was unused for longest was removed').waitFor();
});

test('the address that is copied joins when it is pasted, and so does a recovery code with what came along', async (t) => {
	const [one, two, three] = [await browser.profile(t), await browser.profile(t), await browser.profile(t)];
	const recovery = await optIn(one);
	await makeCode(one);
	await enterCode(two, ` ${await one.getByRole('group', { name: 'The code' }).locator('.address').textContent()} `);
	await two.getByText('This browser has joined.').waitFor();
	await enterCode(three, `\u201C${recovery.replace(/-/g, '\u2011\u200B')}.\u201D`);
	await three.getByText('This browser has joined.').waitFor();
});

/** Remove the other web browser; `prepare` is given the dialogue. */
async function removeOther(page, prepare = async () => {}) {
	await at(page, '/devices');
	await page.getByRole('button', { name: /^Remove Web browser/ }).click();
	const dialog = page.getByRole('dialog', { name: 'Remove this device?' });
	await prepare(dialog.getByLabel('Make a new recovery code: this device may know yours.'));
	await dialog.getByRole('button', { name: 'Remove it' }).click();
}

/** Two browsers in one account. */
async function pair(t) {
	const [one, two] = [await browser.profile(t), await browser.profile(t)];
	const recovery = await optIn(one);
	await enterCode(two, await makeCode(one));
	await two.getByText('This browser has joined.').waitFor();
	return { one, two, recovery };
}

test('a removed device that made a new recovery code does not come back with it: removing it makes another one', async (t) => {
	const { one, two } = await pair(t);
	await two.getByRole('button', { name: 'Make a new code' }).click();
	const theirs = await two.getByRole('dialog', { name: 'Keep your recovery code' }).locator('.big-code').textContent();
	await two.getByRole('button', { name: 'I have kept it' }).click();

	await removeOther(one, async (box) => assert.ok(await box.isChecked(), 'by default'));
	const keeping = one.getByRole('dialog', { name: 'Keep your recovery code' });
	await keeping.waitFor();
	await one.keyboard.press('Escape');
	const ours = await keeping.locator('.big-code').textContent();
	await keeping.getByRole('button', { name: 'I have kept it' }).click();
	await one.getByText('The device is removed.').waitFor();
	await shoot(one, 'devices-removed');

	await enterCode(two, theirs);
	await two.locator('#trouble').getByText('This browser was removed from the account').waitFor();
	await two.getByRole('button', { name: 'Start a new account' }).waitFor();
	await enterCode(two, theirs);
	await two.getByText('This recovery code belongs to no account.').waitFor();
	const three = await browser.profile(t);
	await enterCode(three, ours);
	await three.getByText('This browser has joined.').waitFor();
});

test('whoever removes a device that cannot know the recovery code keeps it', async (t) => {
	const { one, recovery } = await pair(t);
	await removeOther(one, (box) => box.uncheck());
	await one.getByText('The device is removed.').waitFor();
	assert.equal(await one.getByRole('dialog').count(), 0);
	const three = await browser.profile(t);
	await enterCode(three, recovery);
	await three.getByText('This browser has joined.').waitFor();
});

test('a device is removed although no new recovery code comes, and what to do is said', async (t) => {
	const { one } = await pair(t);
	await one.route('**/api/v1/sync/recovery-code', (route) => route.abort());
	await removeOther(one);
	await one.getByText('The device is removed, but no new recovery code came.').waitFor();
	await one.getByRole('button', { name: /^Remove Web browser/ }).waitFor({ state: 'detached' });
});

test('every device sees of which day the recovery code is', async (t) => {
	const { one, two } = await pair(t);
	const words = (day) => new Intl.DateTimeFormat('en-US', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(day);
	for (const page of [one, two]) {
		await page.getByText(`Your recovery code is from ${words(new Date())}.`).waitFor();
	}
	const tell = (day) => one.route('**/api/v1/sync/devices', async (route) => {
		const response = await route.fetch();
		await route.fulfill({ response, json: { ...await response.json(), recovery_code_day: day } });
	});
	await tell('2025-08-04');
	await one.reload();
	await one.getByText('Your recovery code is from Aug 4, 2025.').waitFor();
	await tell(undefined);
	await one.reload();
	await one.locator('.list li').nth(1).waitFor();
	assert.equal(await one.getByText('Your recovery code is from').count(), 0);
});

test('the button for VS Code gives it the server and a code, in a fragment', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await page.getByRole('button', { name: 'Connect VS Code' }).click();
	const code = await page.getByRole('group', { name: 'The code' }).locator('.big-code').textContent();
	const address = new URL(await page.getByRole('link', { name: 'Open VS Code' }).getAttribute('href'));
	assert.equal(`${address.protocol}//${address.host}${address.pathname}`, 'vscode://gsejas.breath-master/connect');
	assert.equal(address.search, '');
	assert.deepEqual(Object.fromEntries(new URLSearchParams(address.hash.slice(1))), { server: origin(), code });
	await page.getByText('If not, enter the code there.').waitFor();
	const two = await browser.profile(t);
	await enterCode(two, code);
	await two.getByText('This browser has joined.').waitFor();
});

test('two devices that practised offline both show the sum, and a second one shows it when it is paired and when it is opened', async (t) => {
	const [one, two] = [await browser.profile(t), await browser.profile(t)];
	await optIn(one);
	await practise(one, 5);
	const code = await makeCode(one);
	// What the first one counted goes along with the code, not some minutes later.
	await one.waitForResponse((response) => response.request().method() === 'POST' && response.url().endsWith('/api/v1/sync')).catch(() => {});
	await enterCode(two, code);
	await two.getByText('This browser has joined.').waitFor();
	await expectFigure(two, 'XP', 18);
	for (const page of [one, two]) {
		await at(page, '/breathe');
		await at(page, '/dashboard');
		await page.context().setOffline(true);
	}
	await practise(one, 10);
	await practise(two, 5);
	await expectFigure(one, 'XP', 55);
	await expectFigure(two, 'XP', 36);
	for (const page of [one, two]) {
		await page.context().setOffline(false);
	}
	await syncNow(two);
	await syncNow(one);
	await expectFigure(one, 'XP', 73);
	await two.reload();
	await expectFigure(two, 'XP', 73);
});

test('an import can be undone, whether it was new or had grown', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await practise(page, 5);
	const take = async (file) => {
		await at(page, '/devices');
		await page.getByLabel('Export file').setInputFiles(file);
		await page.getByRole('button', { name: 'Import it' }).click();
		await page.getByText(/^Imported:/).waitFor();
	};
	const undo = async () => {
		await page.getByRole('button', { name: 'Undo the import' }).click();
		await page.getByText('Undone: the account is what it was before.').waitFor();
	};
	const remove = async () => {
		await at(page, '/devices');
		await page.getByRole('button', { name: /^Remove the import/ }).click();
		await page.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click();
		await expectFigure(page, 'XP', 18);
	};
	const whole = JSON.parse(readFileSync(exportFile('sessions-and-hovering'), 'utf8'));
	const early = cutShort(whole, Math.ceil(whole.breathMaster.meditation.sessions.length / 2));
	const file = (document) => ({ name: 'export.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(document)) });
	await take(file(whole));
	await undo();
	await expectFigure(page, 'XP', 18);
	await take(file(early));
	const before = Number(await figure(page, 'XP'));
	assert.ok(before > 18 && before < 199);
	await take(file(whole));
	await expectFigure(page, 'XP', 199);
	await at(page, '/devices');
	assert.equal(await page.getByRole('button', { name: 'Undo the import' }).isVisible(), false, 'only what was just done is undone');
	await remove();
	await take(file(early));
	await take(file(whole));
	await undo();
	await expectFigure(page, 'XP', before);
	await remove();
});

test('streaks that are turned off are nowhere, not even in an import', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await at(page, '/settings');
	await page.getByLabel('Show streaks').click();
	await at(page, '/devices');
	await page.getByLabel('Export file').setInputFiles(exportFile('sessions-and-hovering'));
	await page.getByRole('heading', { name: 'Found in it' }).waitFor();
	assert.deepEqual(await page.locator('.found .figures dt').allTextContents(), ['XP', 'Days']);
	assert.doesNotMatch(await page.locator('main').innerText(), /day streak/i);
});

test('pairing by the keyboard alone', async (t) => {
	const [one, two] = [await browser.profile(t), await browser.profile(t, { path: '/devices' })];
	await optIn(one);
	await tabOn(one, 'Add another device');
	await one.keyboard.press('Enter');
	await one.waitForFunction(() => document.activeElement.getAttribute('aria-label') === 'The code');
	await tabOn(one, 'Copy the address');
	const code = await one.getByRole('group', { name: 'The code' }).locator('.big-code').textContent();
	await two.getByRole('button', { name: 'Join', exact: true }).waitFor();
	await tabOn(two, 'Pairing code or recovery code');
	await two.keyboard.type(code);
	await two.keyboard.press('Enter');
	await two.getByText('This browser has joined.').waitFor();
	await tabOn(two, 'The next requests, to the letter');
	await two.keyboard.press('Enter');
	await two.keyboard.press('Tab');
	assert.equal(await two.evaluate(() => document.activeElement.tagName), 'PRE', 'what scrolls can be scrolled');
});

for (const [colorScheme, width] of [['light', 360], ['dark', 320], ['dark', 1280]]) {
	test(`devices and privacy fit ${width} pixels in the ${colorScheme}, and shut nobody out`, async (t) => {
		const page = await browser.profile(t, { colorScheme, viewport: { width, height: 780 }, path: '/devices' });
		const look = async (name) => {
			await shoot(page, `devices-${colorScheme}-${width}-${name}`);
			assert.deepEqual(await misfits(page), { scrolls: false, wide: [], small: [] }, name);
			assert.deepEqual(await faintTexts(page), [], name);
			assert.deepEqual(await barriers(page), [], name);
		};
		await page.getByText('Is your progress on a phone?').click();
		await look('new');
		await page.getByRole('button', { name: 'Turn on syncing' }).click();
		await page.getByText('The next requests, to the letter').click();
		await look('leaves');
		await page.getByRole('button', { name: 'Not now' }).click();
		await optIn(page);
		await page.getByRole('button', { name: 'Connect VS Code' }).click();
		await page.getByRole('group', { name: 'The code' }).waitFor();
		await page.getByText('The next requests, to the letter').click();
		await look('joined');
	});
}
