/**
 * Sharing in a real browser: made, seen by a stranger, pasted, passed on, withdrawn. And the one question.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { barriers, faintTexts, misfits, tabOn } from './barriers.mjs';
import { at, countOn, openBrowser, optIn, practise, shoot, stored, syncNow, until } from './browser.mjs';

let browser;
const ends = [];
before(async () => {
	browser = await openBrowser({ after: (work) => ends.push(work) });
});
after(() => Promise.all(ends.map((work) => work())));

const origin = () => new URL(browser.url).origin;

/** The page by the link that leads there. */
async function openShare(page) {
	await page.getByRole('link', { name: 'Share a figure' }).click();
	await page.getByRole('heading', { level: 1, name: 'Share' }).waitFor();
}

async function share(page, what) {
	await page.getByLabel('Figure', { exact: true }).selectOption(what);
	await page.getByRole('button', { name: 'Make an address for it' }).click();
	await page.getByText('Done. Put it where you like.').waitFor();
}

/** Somebody who practised and shares all there is. */
async function shareAll(page) {
	await optIn(page);
	await practise(page, 20);
	await syncNow(page);
	await openShare(page);
	for (const what of ['streak', 'level', 'week', 'xp']) {
		await share(page, what);
	}
}

const shares = (page) => page.locator('section.share');

test('each figure is shared at an address of its own, and a stranger sees it there', async (t) => {
	const page = await browser.profile(t);
	await shareAll(page);
	assert.deepEqual((await shares(page).locator('h2').allTextContents()).sort(), ['Level', 'Streak', 'XP in all', 'XP of this week']);
	assert.equal(await shares(page).locator('h2').first().textContent(), 'XP in all', 'the newest comes first');
	assert.deepEqual((await shares(page).locator('img').evaluateAll((images) => Promise.all(images.map(async (image) => {
		await image.decode();
		return image.alt;
	})))).sort(), ['Badge: 1 day streak', 'Badge: 75 XP', 'Badge: 75 XP this week', 'Badge: Level 2: Breathing Novice']);
	await shoot(page, 'share-four');

	const first = shares(page).first();
	const link = await first.locator('.address').textContent();
	assert.match(link, new RegExp(`^${origin()}/s/[0-9a-f]{32}$`));
	const id = link.slice(-32);
	assert.equal(await first.locator('pre').textContent(), `[![Breath Master](${origin()}/badge/${id}.svg)](${link})`);
	const [card] = await Promise.all([page.context().waitForEvent('page'), first.getByRole('link', { name: 'Open the picture' }).click()]);
	await card.waitForURL(`${origin()}/card/${id}.png`);
	assert.match((await fetch(card.url())).headers.get('Content-Type'), /^image\/png/);

	const stranger = await browser.profile(t, { path: new URL(link).pathname });
	assert.match(await stranger.title(), /^75 experience points/);
	assert.ok(!(await stranger.content()).includes(await page.locator('#handle').textContent()));
});

test('what a share shows is said in the language of the page, in bands too', async (t) => {
	const page = await browser.profile(t);
	await shareAll(page);
	await at(page, '/settings');
	await page.getByLabel('Language', { exact: true }).selectOption({ label: 'Deutsch' });
	await page.getByRole('heading', { name: 'Optionen' }).waitFor();
	const expectShown = async (...shown) => {
		await page.goto(`${browser.url}/share`);
		await shares(page).nth(3).waitFor();
		const said = await shares(page).locator('img').evaluateAll((images) => images.map(({ alt }) => alt));
		assert.deepEqual(said.sort(), shown.map((words) => `Abzeichen: ${words}`).sort());
	};
	await expectShown('1 Tag in Folge', '75 XP', '75 XP in dieser Woche', 'Stufe 2: Erste Atemzüge');

	// Alone on the boards nothing can be said; what is said in a crowd, shares-boards.bats has.
	const { token } = (await stored(page, 'state')).link.device;
	const joined = await fetch(`${browser.url}/api/v1/leaderboard/me`, {
		method: 'PUT', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: '{"visible":true}',
	});
	assert.equal(joined.status, 200);
	await expectShown('übt', 'übt', 'übt', 'übt');
	const values = { streak: 1, level: 2, week: 1_500, xp: 2_000 };
	await page.route('**/api/v1/stats/me/shares', async (route) => {
		const { shares: all } = await (await route.fetch()).json();
		await route.fulfill({ json: { shares: all.map((each) => ({ ...each, value: values[each.what] })) } });
	});
	await expectShown('1+ Tage in Folge', '1.500+ XP in einer Woche', '2.000+ XP', 'Stufe 2+');
	values.level = 8;
	await expectShown('1+ Tage in Folge', '1.500+ XP in einer Woche', '2.000+ XP', 'Stufe 8');
});

test('links and Markdown are copied, and the system shares where it can', async (t) => {
	const page = await browser.profile(t, { path: '/favicon.svg', permissions: ['clipboard-read', 'clipboard-write'] });
	await page.addInitScript(() => {
		navigator.share = async (what) => {
			globalThis.passedOn = what;
			throw new DOMException('', 'AbortError');
		};
	});
	await page.goto(browser.url);
	await optIn(page);
	await openShare(page);
	await share(page, 'level');
	const one = shares(page).first();
	const link = await one.locator('.address').textContent();
	const pasted = () => page.evaluate(() => navigator.clipboard.readText());
	await one.getByRole('button', { name: 'Copy the link' }).click();
	await one.getByText('Copied.').waitFor();
	assert.equal(await pasted(), link);
	await one.getByRole('button', { name: 'Copy the Markdown' }).click();
	await page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith('[!['));
	assert.ok((await pasted()).endsWith(`(${link})`));
	await one.getByRole('button', { name: 'Share …' }).click();
	await page.waitForFunction(() => globalThis.passedOn);
	assert.deepEqual(await page.evaluate(() => globalThis.passedOn), { title: 'Breath Master', text: 'Level 1: Mindful Rookie', url: link });
	assert.equal(await one.getByText('Something went wrong').count(), 0, 'closing the sheet is no mishap');
});

test('what is withdrawn is gone for everybody, and the rest stays', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await openShare(page);
	await share(page, 'xp');
	await share(page, 'xp');
	assert.equal(await shares(page).getByRole('button', { name: 'Share …' }).count(), 0, 'there is no sheet in this browser');
	const link = await shares(page).first().locator('.address').textContent();
	const other = await shares(page).last().locator('.address').textContent();
	const withdraw = async (verb) => {
		await shares(page).first().getByRole('button', { name: 'Withdraw', exact: true }).click();
		await page.getByRole('dialog', { name: 'Withdraw this share?' }).getByRole('button', { name: verb }).click();
	};
	await withdraw('Cancel');
	assert.equal(await shares(page).count(), 2);
	await withdraw('Withdraw it');
	await page.waitForFunction(() => document.querySelectorAll('section.share').length === 1);
	await until((status) => status === 404, async () => (await fetch(link)).status);
	assert.equal((await fetch(other)).status, 200);
	await page.reload();
	await shares(page).first().waitFor();
	assert.equal(await shares(page).count(), 1);
});

test('without an account nothing can be shared, and turned off, streaks are not', async (t) => {
	const page = await browser.profile(t);
	await openShare(page);
	assert.equal(await page.getByRole('button', { name: 'Make an address for it' }).isVisible(), false);
	await page.getByRole('link', { name: 'Let it follow you' }).waitFor();
	await optIn(page);
	await openShare(page);
	await share(page, 'streak');
	await at(page, '/settings');
	await page.getByLabel('Show streaks').click();
	await openShare(page);
	assert.deepEqual(await page.getByLabel('Figure', { exact: true }).locator('option').allTextContents(), ['Level', 'XP of this week', 'XP in all']);
	await page.waitForLoadState('networkidle');
	assert.equal(await shares(page).count(), 0);
});

test('sharing and withdrawing by the keyboard alone', async (t) => {
	const page = await browser.profile(t);
	await optIn(page);
	await tabOn(page, 'Share a figure');
	await page.keyboard.press('Enter');
	await page.getByLabel('Figure', { exact: true }).waitFor();
	await tabOn(page, 'Figure');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await page.waitForFunction(() => document.activeElement.textContent === 'Level' && document.activeElement.tagName === 'H2');
	await tabOn(page, 'Copy the Markdown');
	await tabOn(page, 'Withdraw');
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Cancel', 'the harmless answer comes first');
	await tabOn(page, 'Withdraw it');
	await page.keyboard.press('Enter');
	await page.waitForFunction(() => document.activeElement.textContent === 'Share a figure');
	assert.equal(await shares(page).count(), 0);
});

for (const [colorScheme, width] of [['light', 360], ['dark', 320], ['dark', 1280]]) {
	test(`sharing fits ${width} pixels in the ${colorScheme}, and shuts nobody out`, async (t) => {
		const page = await browser.profile(t, { colorScheme, viewport: { width, height: 780 } });
		await optIn(page);
		await practise(page, 25);
		await syncNow(page);
		await openShare(page);
		await share(page, 'level');
		await shoot(page, `share-${colorScheme}-${width}`);
		assert.deepEqual(await misfits(page), { scrolls: false, wide: [], small: [] });
		assert.deepEqual(await faintTexts(page), []);
		assert.deepEqual(await barriers(page), []);
	});
}

const question = (page) => page.getByRole('heading', { name: 'How do you like Breath Master?' });

/**
 * A page on which somebody began to sync so many days ago, and has practised on some of those since, with what was sent as a rating. What the
 * server says of one: that it is counted, or a refusal by its code.
 */
async function afterDays(t, days, { practised = 3, joins = true, answer = null, ...options } = {}) {
	const page = await browser.profile(t, options);
	const ratings = [];
	page.on('request', (request) => request.url().endsWith('/feedback') && ratings.push([request.postData(), request.headers().authorization]));
	if (joins) {
		await optIn(page);
	}
	await practise(page, 5);
	if (joins) {
		await syncNow(page);
		await until((settings) => settings?.joinedOn, () => stored(page, 'settings'));
	}
	for (let day = 1; day <= practised; day++) {
		await countOn(page, -day, 5, true);
	}
	await page.route('**/api/v1/stats/feedback', (route) => (answer
		? route.fulfill({ status: 409, contentType: 'application/problem+json', json: { code: answer, title: 'No', status: 409 } })
		: route.fulfill({ status: 204 })));
	await page.clock.install({ time: Date.now() + days * 86_400_000 });
	await page.goto(`${browser.url}/dashboard`);
	await page.locator('.progress').waitFor();
	return { page, ratings, token: (await stored(page, 'state')).link.device?.token };
}

/** What keeps the question away, though a week is over. */
for (const [why, days, options] of [
	['before a week is over', 6, {}],
	['before a third day of practice', 8, { practised: 2 }],
	['of somebody who does not sync, since the server takes ratings of accounts only', 30, { joins: false }],
]) {
	test(`the question is not asked ${why}`, async (t) => {
		const { page } = await afterDays(t, days, options);
		assert.equal(await question(page).isVisible(), false);
	});
}

test('it is asked once, and the answer goes to the account as a number', async (t) => {
	const { page, ratings, token } = await afterDays(t, 7);
	await question(page).waitFor();
	await page.getByRole('button', { name: '4 of 5' }).click();
	await question(page).waitFor({ state: 'hidden' });
	assert.deepEqual(ratings, [['{"rating":4}', `Bearer ${token}`]]);
	await until((settings) => settings?.rated, () => stored(page, 'settings'));
	await page.reload();
	await page.locator('.progress').waitFor();
	assert.equal(await question(page).isVisible(), false);
});

for (const [code, says, rated] of [
	['already_rated', 'You have already rated this year. Your first rating counts.', true],
	['practice_needed', 'Not counted yet: a rating needs three days of practice since the account was opened. You will be asked again.', false],
]) {
	test(`a rating that is refused as ${code} says so, and is not asked for again at once`, async (t) => {
		const { page } = await afterDays(t, 8, { answer: code });
		await question(page).waitFor();
		await page.getByRole('button', { name: '4 of 5' }).click();
		await page.getByText(says).waitFor();
		assert.equal(await page.getByRole('button', { name: '4 of 5' }).isVisible(), false);
		assert.equal((await stored(page, 'settings')).rated ?? false, rated);
		await page.reload();
		await page.locator('.progress').waitFor();
		assert.equal(await question(page).isVisible(), false);
	});
}

test('one key skips it for ever, and nothing is sent', async (t) => {
	const { page, ratings } = await afterDays(t, 30);
	await question(page).waitFor();
	await page.keyboard.press('Escape');
	await question(page).waitFor({ state: 'hidden' });
	await until((settings) => settings?.rated, () => stored(page, 'settings'));
	await page.reload();
	await page.locator('.progress').waitFor();
	assert.equal(await question(page).isVisible(), false);
	assert.deepEqual(ratings, []);
});

for (const [colorScheme, width] of [['light', 360], ['dark', 320]]) {
	test(`the question fits ${width} pixels in the ${colorScheme}, and can be answered by keyboard`, async (t) => {
		const { page, ratings, token } = await afterDays(t, 8, { colorScheme, viewport: { width, height: 780 } });
		await question(page).waitFor();
		await shoot(page, `rating-${colorScheme}-${width}`);
		assert.deepEqual(await misfits(page), { scrolls: false, wide: [], small: [] });
		assert.deepEqual(await faintTexts(page), []);
		assert.deepEqual(await barriers(page), []);
		await tabOn(page, '5 of 5');
		await page.keyboard.press('Enter');
		await question(page).waitFor({ state: 'hidden' });
		assert.deepEqual(ratings, [['{"rating":5}', `Bearer ${token}`]]);
		await page.waitForFunction(() => document.activeElement.matches('main h1'));
	});
}
