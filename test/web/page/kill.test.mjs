/**
 * A hundred times the tab is killed in the middle of a session, every tenth time the whole browser is, with the network coming and
 * going: no session is lost and none is counted twice, and in the end the account has what the browser has. No page says a word of complaint
 * on the way.
 *
 *	BREATH_KILLS  another number
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { at, FLAGS, optIn, stored, syncNow, until, watch } from './browser.mjs';
import { openServer } from './server.mjs';

const KILLS = Number(process.env.BREATH_KILLS ?? 100);
const BROWSER_EVERY = 10;

/** A browser that can be killed as a power cut would, and started again over what it had written. */
async function openMortal(profile) {
	rmSync(join(profile, 'DevToolsActivePort'), { force: true });
	const child = spawn('/usr/bin/chromium', [...FLAGS, '--headless=new', '--disable-breakpad', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'], {
		stdio: 'ignore', detached: true,
	});
	let port;
	for (let tries = 0; tries < 600 && !port; tries++) {
		await sleep(50);
		try {
			[port] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n');
		} catch {
			// It is not there yet.
		}
	}
	const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
	const [context] = browser.contexts();
	return {
		context,
		async kill() {
			const gone = once(child, 'exit');
			// All of its processes, which are one group.
			process.kill(-child.pid, 'SIGKILL');
			await gone;
			await browser.close().catch(() => {});
		},
	};
}

/** What is written down: the session that is under way, and the sums of what was counted. */
async function written(page) {
	// In this order: what is no longer in the session has come to the days in the same step.
	const session = await stored(page, 'session') ?? null;
	const { days } = await stored(page, 'state');
	const sum = (member) => Object.values(days).reduce((total, { counted }) => total + counted[member], 0);
	return { session, sessions: sum('sessions'), cycles: sum('cycles'), xp: sum('xp') };
}

test(`${KILLS} kills in the middle of sessions`, { timeout: 1_200_000 }, async (t) => {
	const url = await openServer(t);
	const profile = mkdtempSync(join(tmpdir(), 'breath-profile-'));
	let mortal = await openMortal(profile);
	t.after(async () => {
		await mortal.kill();
		rmSync(profile, { recursive: true, force: true });
	});

	const first = await mortal.context.newPage();
	await first.goto(url);
	await first.evaluate(() => navigator.serviceWorker.ready);
	await optIn(first);
	await at(first, '/breathe');
	await first.getByRole('radio', { name: 'Boxing' }).check();
	await first.getByLabel('For how long').selectOption({ label: 'Until I end it' });
	await until((settings) => settings?.goal === 0, () => stored(first, 'settings'));
	await first.close();

	let least = 0;
	let most = 0;
	for (let round = 0; round < KILLS; round++) {
		const page = await mortal.context.newPage();
		const complaints = await watch(page);
		const devtools = await mortal.context.newCDPSession(page);
		await devtools.send('Network.enable');
		await devtools.send('Network.emulateNetworkConditions', { offline: round % 3 !== 0, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
		await page.clock.install();
		await page.goto(`${url}/breathe`);
		await page.getByRole('button', { name: 'Begin' }).waitFor();
		const before = await until(({ session }) => session === null, () => written(page));
		assert.equal(before.sessions, round, `each of ${round} sessions once`);
		assert.ok(before.cycles >= least && before.cycles <= most, `${least} to ${most} breaths: ${before.cycles}`);
		// From here on the exact number is known again.
		least = before.cycles;
		most = before.cycles;

		await page.getByRole('button', { name: 'Begin' }).click();
		await page.getByText('Get ready').waitFor();
		await page.clock.runFor(3_000 + 16_100);
		await until(({ session }) => session?.cycles >= 1, () => written(page));
		// The breath that is being written when the end comes may be lost, and nothing else.
		const more = round % 4;
		await page.clock.runFor(16_000 * more);
		least += 1;
		most += 1 + more;
		await sleep(round % 5 * 7);
		assert.deepEqual(complaints, []);
		if (round % BROWSER_EVERY === BROWSER_EVERY - 1) {
			await mortal.kill();
			mortal = await openMortal(profile);
		} else {
			const crashed = page.waitForEvent('crash');
			devtools.send('Page.crash').catch(() => {});
			await crashed;
			await page.close();
		}
	}

	const last = await mortal.context.newPage();
	await last.goto(`${url}/dashboard`);
	const { sessions, cycles, xp } = await until(({ session }) => session === null, () => written(last));
	assert.equal(sessions, KILLS);
	assert.ok(cycles >= least && cycles <= most);
	assert.equal(xp, cycles);
	await syncNow(last);
	const { merged: account } = (await stored(last, 'state')).link.told;
	assert.deepEqual([account.sessions, account.cycles, account.xp], [sessions, cycles, xp]);
});
