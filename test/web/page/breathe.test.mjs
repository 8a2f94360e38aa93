/**
 * Breathing, in a real browser: the guide keeps time, a session is counted once whatever happens, and everybody can follow it.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { at, expectFigure, openBrowser, optIn, setRoom, shoot, stored, until } from './browser.mjs';

let browser;
const ends = [];
before(async () => {
	browser = await openBrowser({ after: (work) => ends.push(work) });
});
after(() => Promise.all(ends.map((work) => work())));

/** On the page, with a clock that the test moves. */
async function ready(t, options = {}) {
	const page = await browser.profile(t, { path: '/breathe', ...options });
	await page.clock.install();
	await page.reload();
	await page.getByRole('button', { name: 'Begin' }).waitFor();
	await page.clock.pauseAt(Date.now() + 60_000);
	return page;
}

async function choose(page, { pattern = 'Boxing', goal = 'Until I end it' } = {}) {
	await page.getByRole('radio', { name: pattern }).check();
	await page.getByLabel('For how long').selectOption({ label: goal });
}

/** Begin, and be at the first breath. */
async function begin(page) {
	await page.getByRole('button', { name: 'Begin' }).click();
	await page.getByText('Get ready').waitFor();
	await page.clock.runFor(3_000);
	await page.locator('.guide-cue', { hasText: 'Breathe in' }).waitFor();
}

const cue = (page) => page.locator('.guide-cue').textContent();
const left = (page) => page.locator('.guide-left').textContent();

test('the cue and the seconds follow the pattern', async (t) => {
	const page = await ready(t);
	await choose(page, { pattern: 'Relaxing' });
	await page.getByRole('button', { name: 'Begin' }).click();
	await page.getByText('Get ready').waitFor();
	for (const seconds of ['3', '2', '1']) {
		assert.deepEqual([await cue(page), await left(page)], ['Get ready', seconds]);
		await page.clock.runFor(1_000);
	}
	for (const [phase, seconds] of [['Breathe in', 4], ['Hold', 7], ['Breathe out', 8], ['Breathe in', 4]]) {
		for (let second = seconds; second > 0; second--) {
			assert.deepEqual([await cue(page), await left(page)], [phase, String(second)]);
			assert.equal(await page.locator('.phases [data-on]').textContent(), `${phase} ${seconds}`);
			await page.clock.runFor(1_000);
		}
	}
	assert.match(await page.locator('.reading').textContent(), /^0:23, 1 breath$/);
	await shoot(page, 'breathe-running');
});

test('a session with a goal ends by itself, with the breath that is going on, and says what was earned', async (t) => {
	const page = await ready(t);
	await choose(page, { goal: '2 minutes' });
	await begin(page);
	await page.clock.runFor(60_000);
	assert.match(await page.locator('.reading').textContent(), /^1:00 left, 3 breaths$/);
	await page.clock.runFor(67_000);
	assert.equal(await page.getByRole('heading', { name: /earned/ }).isVisible(), false, 'the eighth breath is not over yet');
	await page.clock.runFor(1_000);
	await page.getByRole('heading', { name: '9 XP earned' }).waitFor();
	await page.getByText('You breathed for 2:08: 8 breaths.').waitFor();
	await page.getByText('1 XP of it for your goal of 2 minutes.').waitFor();
	assert.ok(await page.evaluate(() => document.activeElement.textContent.includes('earned')));
	await expectFigure(page, 'XP', 9);
	await expectFigure(page, 'Minutes', 2);
	await expectFigure(page, 'Sessions', 1);
});

test('a timer that comes late, as in a hidden tab, makes no session longer', async (t) => {
	const page = await ready(t);
	await choose(page, { goal: '2 minutes' });
	await begin(page);
	await page.clock.runFor(100_000);
	await page.clock.fastForward(60_000);
	await page.getByRole('heading', { name: '9 XP earned' }).waitFor();
	await page.getByText('You breathed for 2:08: 8 breaths.').waitFor();
	await expectFigure(page, 'XP', 9);
});

test('by the keyboard alone: begin, pause, go on, end', async (t) => {
	const page = await ready(t);
	await choose(page);
	await page.getByRole('button', { name: 'Begin' }).focus();
	await page.keyboard.press('Enter');
	await page.getByText('Get ready').waitFor();
	await page.clock.runFor(3_000 + 20_000);
	await page.keyboard.press(' ');
	await page.locator('.guide-cue', { hasText: 'Paused' }).waitFor();
	await page.clock.runFor(600_000);
	assert.match(await page.locator('.reading').textContent(), /^0:20, 1 breath$/);
	await page.keyboard.press(' ');
	await page.locator('.guide-cue', { hasText: 'Hold' }).waitFor();
	await page.clock.runFor(12_000);
	assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Pause');
	await page.keyboard.press('Escape');
	await page.getByText('You breathed for 0:32: 2 breaths.').waitFor();
	await expectFigure(page, 'XP', 2);
});

test('the space bar pauses from anywhere on the stage, and ends nothing', async (t) => {
	const page = await ready(t);
	await choose(page);
	await begin(page);
	for (const place of ['End', 'Pause', null]) {
		await (place ? page.getByRole('button', { name: place }).focus() : page.evaluate(() => document.activeElement.blur()));
		for (const said of ['Paused', 'Breathe in']) {
			await page.keyboard.press(' ');
			await page.locator('.guide-cue', { hasText: said }).waitFor();
		}
	}
	await page.getByRole('button', { name: 'End' }).focus();
	await page.keyboard.press('Enter');
	await page.getByRole('button', { name: 'Begin' }).waitFor();
});

test('who ends before the first breath is over has earned nothing, and nothing is counted', async (t) => {
	const page = await ready(t);
	await choose(page);
	await begin(page);
	await page.clock.runFor(15_000);
	await page.getByRole('button', { name: 'End' }).click();
	await page.getByRole('button', { name: 'Begin' }).waitFor();
	assert.equal(await page.getByRole('heading', { name: /earned/ }).isVisible(), false);
	await at(page, '/dashboard');
	await page.getByRole('link', { name: 'Breathe now' }).waitFor();
});

test('a pattern of one\'s own, parts without length included, is made, kept, changed and removed', async (t) => {
	const page = await ready(t);
	const dialog = page.getByRole('dialog');
	const fill = async (name, lengths) => {
		await dialog.getByLabel('Name').fill(name);
		for (const [index, label] of ['In', 'Hold', 'Out', 'Rest'].entries()) {
			await dialog.getByLabel(label, { exact: true }).fill(String(lengths[index]));
		}
		await dialog.getByRole('button', { name: 'Save it' }).click();
	};
	await page.getByRole('button', { name: 'A pattern of my own' }).click();
	for (const [name, lengths, answer] of [
		['', [4, 0, 4, 0], 'Give it a name.'], ['None', [0, 0, 0, 0], 'One must breathe'], ['Hold', [0, 9, 0, 9], 'One must breathe'],
		['Short', [0.5, 0, 1, 0], 'One must breathe'], ['Long', [60, 60, 60, 0], 'One must breathe'], ['Part', ['', 0, 4, 0], 'One must breathe'],
	]) {
		await fill(name, lengths);
		await dialog.getByText(answer).waitFor();
	}
	await fill('My <b>own</b>', [2.5, 0, 3.5, 0]);
	await page.getByRole('radio', { name: 'My <b>own</b>' }).waitFor();
	await page.reload();
	assert.ok(await page.getByRole('radio', { name: 'My <b>own</b>' }).isChecked());
	await page.getByLabel('For how long').selectOption({ label: 'Until I end it' });
	await begin(page);
	await page.clock.runFor(2_600);
	assert.equal(await cue(page), 'Breathe out');
	assert.deepEqual(await page.locator('.phases li').allTextContents(), ['Breathe in 2.5', 'Breathe out 3.5']);
	// Three breaths of six seconds.
	await page.clock.runFor(15_600);
	await page.getByRole('button', { name: 'End' }).click();
	await page.getByRole('heading', { name: '1 XP earned' }).waitFor();
	await page.getByText('Speed earns nothing').waitFor();

	await page.getByRole('button', { name: 'A pattern of my own' }).click();
	await fill('Second', [3, 0, 3, 0]);
	await page.getByRole('button', { name: 'Change My <b>own</b>' }).click();
	assert.equal(await dialog.getByLabel('In', { exact: true }).inputValue(), '2.5');
	await dialog.getByRole('button', { name: 'Cancel' }).click();
	await page.getByRole('button', { name: 'Change My <b>own</b>' }).click();
	await dialog.getByRole('button', { name: 'Remove it' }).click();
	await page.getByRole('radio', { name: 'My <b>own</b>' }).waitFor({ state: 'detached' });
	assert.ok(await page.getByRole('radio', { name: 'Second' }).isVisible());
});

test('who looks at another page finds the session paused', async (t) => {
	const page = await ready(t);
	await choose(page);
	await begin(page);
	await page.clock.runFor(17_000);
	await at(page, '/dashboard');
	await page.clock.runFor(60_000);
	await at(page, '/breathe');
	await page.locator('.guide-cue', { hasText: 'Paused' }).waitFor();
	assert.match(await page.locator('.reading').textContent(), /^0:17, 1 breath$/);
	await page.getByRole('button', { name: 'Go on' }).click();
	await page.clock.runFor(15_000);
	await page.getByRole('button', { name: 'End' }).click();
	await page.getByText('You breathed for 0:32: 2 breaths.').waitFor();
});

test('a tab that dies in the middle loses no breath, and the next one counts it once', async (t) => {
	const page = await ready(t);
	await choose(page);
	await begin(page);
	await page.clock.runFor(35_000);
	await page.getByText('0:35, 2 breaths').waitFor();
	const context = page.context();
	const crashed = page.waitForEvent('crash');
	const devtools = await context.newCDPSession(page);
	devtools.send('Page.crash').catch(() => {});
	await crashed;
	const next = await context.newPage();
	await next.goto(`${browser.url}/dashboard`);
	await expectFigure(next, 'Breaths', 2);
	await expectFigure(next, 'Sessions', 1);
	await next.reload();
	await expectFigure(next, 'Breaths', 2);
	await expectFigure(next, 'Sessions', 1);
});

test('one tab breathes at a time, and another one takes nothing away from it', async (t) => {
	const page = await ready(t);
	await choose(page);
	await begin(page);
	await page.clock.runFor(17_000);
	const other = await page.context().newPage();
	await other.goto(`${browser.url}/breathe`);
	await other.getByRole('button', { name: 'Begin' }).click();
	await other.getByText('Another tab of this browser is breathing already.').waitFor();
	await page.clock.runFor(15_000);
	await page.getByRole('button', { name: 'End' }).click();
	await page.getByText('You breathed for 0:32: 2 breaths.').waitFor();
	await expectFigure(other, 'Breaths', 2);
	await at(other, '/breathe');
	await other.getByRole('button', { name: 'Begin' }).click();
	await other.getByText('Get ready').waitFor();
});

for (const [how, away] of [
	['Escape', (page) => page.keyboard.press('Escape')],
	['a link', (page) => page.locator('nav a[href="/dashboard"]').click()],
]) {
	test(`${how} while a session begins ends it, and the next one begins as ever`, async (t) => {
		const page = await ready(t);
		await choose(page);
		const other = await page.context().newPage();
		await other.goto(`${browser.url}/breathe`);
		await other.getByRole('button', { name: 'Begin' }).waitFor();
		// The other tab is at the store, and lets nobody else write.
		await other.evaluate(() => new Promise((resolve) => {
			navigator.locks.request('breath-master.state', () => new Promise((release) => {
				globalThis.release = release;
				resolve();
			}));
		}));
		await page.getByRole('button', { name: 'Begin' }).click();
		await away(page);
		await other.evaluate(() => globalThis.release());
		await other.close();
		await at(page, '/breathe');
		await expectIdle(page);
		await begin(page);
		await page.clock.runFor(17_000);
		await page.getByRole('button', { name: 'End' }).click();
		await page.getByRole('heading', { name: '1 XP earned' }).waitFor();
	});
}

test('each tab begins what is chosen on its own screen', async (t) => {
	const page = await ready(t);
	const other = await page.context().newPage();
	await other.goto(`${browser.url}/breathe`);
	await choose(page, { pattern: 'Boxing', goal: '10 minutes' });
	await until((settings) => settings?.goal === 10, () => stored(page, 'settings'));
	await page.evaluate(() => {
		globalThis.heard = 0;
		new BroadcastChannel('breath-master.documents').addEventListener('message', () => globalThis.heard++);
	});
	await choose(other, { pattern: 'Relaxing', goal: '2 minutes' });
	await other.getByLabel('Quiet').check();
	await until((settings) => settings.goal === 2 && settings.quiet, () => stored(page, 'settings'));
	// What the other tab chose has come here as well, to whoever listens.
	await until((heard) => heard >= 3, () => page.evaluate(() => globalThis.heard));
	await begin(page);
	assert.deepEqual(await page.locator('.phases li').allTextContents(), ['Breathe in 4', 'Hold 4', 'Breathe out 4', 'Rest 4']);
	assert.match(await page.locator('.reading').textContent(), /^10:00 left/);
	assert.equal(await page.evaluate(() => document.documentElement.hasAttribute('data-quiet')), false);
});

const NO_ROOM = 'This browser has no room left to keep anything for this page.';

/** That nothing goes on here, and that another tab may begin. */
async function expectIdle(page) {
	await page.getByRole('button', { name: 'Begin' }).waitFor();
	assert.equal(await page.getByRole('button', { name: 'End' }).isVisible(), false);
	const other = await page.context().newPage();
	await other.goto(`${browser.url}/breathe`);
	await other.getByRole('button', { name: 'Begin' }).click();
	await other.getByText('Get ready').waitFor();
	await other.getByRole('button', { name: 'End' }).click();
	await other.getByRole('button', { name: 'Begin' }).waitFor();
	await other.close();
}

test('a session that cannot be written down does not begin, and stands in nobody\'s way', async (t) => {
	const page = await ready(t);
	await choose(page);
	// What was chosen is written down first: it is the beginning that finds no room.
	await until((settings) => settings?.goal === 0 && settings.pattern === 'boxing', () => stored(page, 'settings'));
	await setRoom(page, false);
	await page.getByRole('button', { name: 'Begin' }).click();
	await page.locator('.stage').getByText(NO_ROOM).waitFor();
	await setRoom(page, true);
	await expectIdle(page);
	await begin(page);
	await page.clock.runFor(17_000);
	await page.getByRole('button', { name: 'End' }).click();
	await page.getByRole('heading', { name: '1 XP earned' }).waitFor();
});

test('where the end cannot be written the session is over all the same, and counted with the next', async (t) => {
	const page = await ready(t);
	await choose(page);
	await begin(page);
	await page.clock.runFor(33_000);
	await page.getByText('0:33, 2 breaths').waitFor();
	await until((session) => session.cycles === 2, () => stored(page, 'session'));
	await setRoom(page, false);
	await page.getByRole('button', { name: 'End' }).click();
	await page.locator('.stage').getByText(NO_ROOM).waitFor();
	await setRoom(page, true);
	await expectIdle(page);
	await expectFigure(page, 'Breaths', 2);
	await expectFigure(page, 'Sessions', 1);
});

/** Have the next transaction fail, as where the browser was suspended: its connection is closed, or it is broken off half-way. */
const failOnce = (page, how) => page.evaluate((isClosed) => {
	const { transaction } = IDBDatabase.prototype;
	IDBDatabase.prototype.transaction = function failing(...of) {
		IDBDatabase.prototype.transaction = transaction;
		if (isClosed) {
			this.close();
		}
		const begun = transaction.apply(this, of);
		queueMicrotask(() => begun.abort());
		return begun;
	};
}, how === 'is closed');

for (const how of ['is closed', 'breaks off']) {
	test(`a storage that ${how} under a session is opened again, and nothing is lost`, async (t) => {
		const page = await ready(t);
		await choose(page);
		await failOnce(page, how);
		await begin(page);
		await failOnce(page, how);
		await page.clock.runFor(17_000);
		await until((session) => session.cycles === 1, () => stored(page, 'session'));
		await page.clock.runFor(16_000);
		await page.getByText('0:33, 2 breaths').waitFor();
		await failOnce(page, how);
		await page.getByRole('button', { name: 'End' }).click();
		await page.getByText('You breathed for 0:33: 2 breaths.').waitFor();
		await expectIdle(page);
		await expectFigure(page, 'Breaths', 2);
		await expectFigure(page, 'Sessions', 1);
	});
}

test('a machine that slept has not breathed', async (t) => {
	const page = await ready(t);
	await choose(page);
	await begin(page);
	await page.clock.runFor(20_000);
	await page.clock.fastForward('01:00:00');
	await page.locator('.guide-cue', { hasText: 'Paused' }).waitFor();
	assert.match(await page.locator('.reading').textContent(), /^0:2\d, 1 breath$/);
});

test('who wants less motion gets a guide that stands still and says the same', async (t) => {
	const page = await ready(t, { reducedMotion: 'reduce' });
	await choose(page);
	await begin(page);
	assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
	await page.clock.runFor(4_000);
	assert.deepEqual([await cue(page), await left(page)], ['Hold', '4']);
	await page.getByRole('button', { name: 'End' }).click();
	await at(page, '/settings');
	await page.getByLabel('Motion').selectOption({ label: 'Full' });
	await at(page, '/breathe');
	await begin(page);
	assert.equal(await page.evaluate(() => document.getAnimations().length), 2, 'unless they say so here');
});

/** Note what is heard, felt and kept awake. */
const listen = (page) => page.addInitScript(() => {
	globalThis.heard = [];
	globalThis.felt = [];
	globalThis.awake = 0;
	const Real = globalThis.OscillatorNode;
	globalThis.OscillatorNode = class extends Real {
		start(when) {
			globalThis.heard.push([Math.round(when - this.context.currentTime) || 0, this.frequency.value]);
			super.start(when);
		}
	};
	navigator.vibrate = (pattern) => globalThis.felt.push(pattern.join('-'));
	navigator.wakeLock.request = async () => {
		globalThis.awake++;
		return Object.assign(new EventTarget(), {
			async release() {
				globalThis.awake--;
				this.dispatchEvent(new Event('release'));
			},
		});
	};
});

test('sounds are planned ahead, vibration goes along, each phase has its own, and the screen stays on', async (t) => {
	const page = await browser.profile(t, { path: '/breathe' });
	await page.clock.install();
	await listen(page);
	await page.reload();
	await choose(page);
	await page.getByLabel('Sound').check();
	await page.getByLabel('Vibration').check();
	await begin(page);
	await page.clock.runFor(16_000);
	const { heard, felt, awake } = await page.evaluate(() => ({ heard: globalThis.heard, felt: globalThis.felt, awake: globalThis.awake }));
	assert.deepEqual(heard.slice(0, 5).map(([seconds]) => seconds), [0, 4, 8, 12, 16]);
	assert.ok(heard.length > 20, 'far enough for a timer that comes a minute late');
	assert.deepEqual(felt.slice(0, 4), ['60', '40-90-40', '180', '30-60-30-60-30']);
	assert.equal(awake, 1);
	await page.getByRole('button', { name: 'Pause' }).click();
	assert.equal(await page.evaluate(() => globalThis.awake), 0);
	const before = await page.evaluate(() => globalThis.felt.length);
	await page.clock.runFor(60_000);
	assert.equal(await page.evaluate(() => globalThis.felt.length), before);
});

test('a screen that is kept awake too late is let go again', async (t) => {
	const page = await ready(t);
	await page.evaluate(() => {
		globalThis.asked = [];
		globalThis.awake = 0;
		navigator.wakeLock.request = () => new Promise((resolve) => {
			globalThis.asked.push(() => {
				globalThis.awake++;
				resolve(Object.assign(new EventTarget(), {
					async release() {
						globalThis.awake--;
						this.dispatchEvent(new Event('release'));
					},
				}));
			});
		});
	});
	const answer = () => page.evaluate(async () => {
		globalThis.asked.splice(0).forEach((resolve) => resolve());
		// What waits for the answers goes on in a few turns.
		for (let turns = 0; turns < 10; turns++) {
			await null;
		}
		return globalThis.awake;
	});
	await choose(page);
	await begin(page);
	assert.equal(await answer(), 1);
	// Twice asked for is once held.
	await page.getByRole('button', { name: 'Pause' }).click();
	for (const name of ['Go on', 'Pause', 'Go on']) {
		await page.getByRole('button', { name }).click();
	}
	assert.equal(await answer(), 1);
	await page.getByRole('button', { name: 'Pause' }).click();
	assert.equal(await answer(), 0);
	await page.getByRole('button', { name: 'Go on' }).click();
	await page.getByRole('button', { name: 'End' }).click();
	await page.getByRole('button', { name: 'Begin' }).waitFor();
	assert.equal(await answer(), 0, 'answered after the end');
});

/** Somebody whose browser answers so when it is asked to keep what lies here. */
async function readyToKeep(t, answer) {
	const page = await browser.profile(t, { path: '/breathe' });
	await page.addInitScript((persists) => {
		navigator.storage.persisted = async () => false;
		navigator.storage.persist = async () => {
			globalThis.asked = (globalThis.asked ?? 0) + 1;
			return persists;
		};
	}, answer);
	await page.clock.install();
	await page.reload();
	await choose(page);
	return page;
}

/** A session of one breath, and how often the browser has been asked. */
async function finish(page) {
	await at(page, '/breathe');
	await begin(page);
	await page.clock.runFor(17_000);
	await page.getByRole('button', { name: 'End' }).click();
	await page.getByRole('heading', { name: /earned/ }).waitFor();
	await until((settings) => settings.kept, () => stored(page, 'settings'));
	return page.evaluate(() => globalThis.asked);
}

const MAY_GO = /^Your progress lies in this browser only, which may clear it/;

test('a browser that may clear what lies here is asked not to once there is something, and the person is told once', async (t) => {
	const page = await readyToKeep(t, false);
	assert.equal(await page.evaluate(() => globalThis.asked), undefined);
	assert.equal(await finish(page), 1);
	await page.getByText(MAY_GO).waitFor();
	await shoot(page, 'earned-evict');
	await page.getByRole('link', { name: 'turn on syncing' }).click();
	await page.getByRole('button', { name: 'Turn on syncing' }).waitFor();
	assert.equal(await finish(page), 1);
	assert.equal(await page.getByText(MAY_GO).count(), 0);
});

test('of a browser that keeps it, or of an account, nothing is said', async (t) => {
	const page = await readyToKeep(t, true);
	assert.equal(await finish(page), 1);
	assert.equal(await page.getByText(MAY_GO).count(), 0);
	const joined = await readyToKeep(t, false);
	await optIn(joined);
	assert.equal(await finish(joined), 1);
	assert.equal(await joined.getByText(MAY_GO).count(), 0);
});

test('no sound is planned beyond the end, where the timer that ends it may come late', async (t) => {
	const page = await browser.profile(t, { path: '/breathe' });
	await page.clock.install();
	await listen(page);
	await page.reload();
	await choose(page, { goal: '1 minute' });
	await page.getByLabel('Sound').check();
	await begin(page);
	await page.clock.runFor(1_000);
	const heard = await page.evaluate(() => globalThis.heard.map(([seconds]) => seconds));
	assert.deepEqual(heard, Array.from({ length: 16 }, (_, phase) => 4 * phase));
});

test('quiet is nothing but the guide, for eye and ear', async (t) => {
	const page = await browser.profile(t, { path: '/breathe' });
	await page.clock.install();
	await listen(page);
	await page.reload();
	await choose(page);
	await page.getByLabel('Sound').check();
	await page.getByLabel('Quiet').check();
	await begin(page);
	await page.clock.runFor(5_000);
	await shoot(page, 'breathe-quiet');
	for (const hidden of ['.top', '.foot', '.reading', '.phases', '.guide-left']) {
		assert.equal(await page.locator(hidden).isVisible(), false, hidden);
	}
	assert.deepEqual(await page.evaluate(() => globalThis.heard), []);
	await page.keyboard.press('Escape');
	await page.locator('.top').waitFor();
});

test('the disc on screen and the cue keep the same time', async (t) => {
	const page = await browser.profile(t, { path: '/breathe' });
	await choose(page, { pattern: 'Medium' });
	await page.getByRole('button', { name: 'Begin' }).click();
	await page.locator('.guide-cue', { hasText: 'Breathe in' }).waitFor();
	/**
	 * How far the disc is from the end of its phase when the cue changes. A busy machine changes a cue late now and then; clocks that went
	 * apart would be apart each time. So this listens until two came on time.
	 */
	const off = await page.evaluate(() => new Promise((resolve) => {
		const seen = [];
		new MutationObserver(() => {
			const [animation] = document.getAnimations();
			const passed = Number(animation.currentTime);
			seen.push(passed - Math.round(passed / 5_000) * 5_000);
			if (seen.length === 12 || seen.filter((each) => Math.abs(each) < 50).length === 2) {
				resolve(seen);
			}
		}).observe(document.querySelector('.guide-cue'), { childList: true, characterData: true, subtree: true });
	}));
	assert.equal(off.filter((each) => Math.abs(each) < 50).length, 2, JSON.stringify(off));
});
