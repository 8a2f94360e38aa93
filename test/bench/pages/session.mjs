/**
 * What a session costs the main thread, and how well it keeps time: on screen, and in a tab that nobody sees, whose timers the browser
 * lets come once a second, and after five minutes once a minute.
 *
 * The driver of the other tests tells every page that it is seen. This one does not, once it is not told to.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import puppeteer from 'puppeteer-core';
import { FLAGS } from '../../web/page/browser.mjs';
import { median } from './lighthouse.mjs';

/** Medium: five seconds in, five out. */
const PHASE_MS = 5_000;
const SLOWER_HIDDEN = ['--disable-background-timer-throttling', '--disable-backgrounding-occluded-windows', '--disable-renderer-backgrounding'];

/**
 * Measures in a browser of its own. If its process ends meanwhile, each call complains that a frame is detached, as it does of a tab that
 * was closed; so the process is watched. Whoever ended it (the kernel for want of memory, somebody on the machine), it is no fault of the
 * pages: that is told, and measured once more.
 *
 * @param {(browser: import('puppeteer-core').Browser) => Promise<void>} measure
 */
async function inBrowser(measure) {
	for (let tries = 0; ; tries++) {
		const browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', args: FLAGS, ignoreDefaultArgs: SLOWER_HIDDEN });
		const began = performance.now();
		const ended = new Promise((resolve) => {
			browser.process().once('exit', (code, signal) => resolve(`the browser ended (${signal ?? code}) after ${((performance.now() - began) / 1_000).toFixed(0)} s`));
		});
		const whole = measure(browser).catch((error) => {
			if (browser.connected) {
				throw error;
			}
			return ended;
		});
		const end = await Promise.race([whole, ended]).finally(() => browser.close().catch(() => {}));
		if (!end) {
			return;
		}
		if (tries === 1) {
			throw new Error(end);
		}
		console.log(`${end}; once more`);
	}
}

/** Note when the cue on screen changes, and for when sounds are planned, both by the page's clock. */
const listen = (page) => page.evaluateOnNewDocument(() => {
	globalThis.seen = [];
	globalThis.heard = [];
	const Real = globalThis.OscillatorNode;
	globalThis.OscillatorNode = class extends Real {
		start(when) {
			globalThis.heard.push(performance.now() + 1_000 * (when - this.context.currentTime));
			super.start(when);
		}
	};
});

/** A session without an end, at its first breath. */
async function begin(context, url, { sound }) {
	const page = await context.newPage();
	await listen(page);
	await page.goto(`${url}/breathe`);
	await (await page.waitForSelector('input[value="medium"]')).click();
	await page.select('.options .field select', '0');
	if (sound) {
		await page.click('.options .toggles input');
	}
	await page.click('.controls button');
	await page.evaluate(() => {
		const cue = document.querySelector('.guide-cue');
		new MutationObserver(() => globalThis.seen.push([performance.now(), document.visibilityState])).observe(cue, { childList: true, subtree: true });
	});
	await page.waitForFunction(() => globalThis.seen.length >= 2);
	return page;
}

/** How far each moment is from where a phase should begin, counted from the first: the last one's distance, and the largest. */
function drift([first, ...rest]) {
	const off = rest.map((at) => at - first - Math.round((at - first) / PHASE_MS) * PHASE_MS);
	return `${off.at(-1).toFixed(1)} ms, ${Math.max(...off.map(Math.abs)).toFixed(1)} ms at most`;
}

/** The cue's changes while it was seen, from the first breath on; the one before is the countdown. */
const seenBy = async (page) => (await page.evaluate(() => globalThis.seen)).slice(1).filter(([, visibility]) => visibility === 'visible').map(([at]) => at);

async function onScreen(browser, url, minutes) {
	const page = await begin(browser, url, { sound: false });
	const busy = async () => (await page.metrics()).TaskDuration;
	const before = await busy();
	await sleep(20_000);
	console.log(`\nmain thread busy in a session: ${((await busy() - before) / 20 * 100).toFixed(1)} %`);
	const frames = await page.evaluate(() => new Promise((resolve) => {
		let count = 0;
		const began = performance.now();
		const next = (now) => (now - began < 5_000 ? requestAnimationFrame(next) : resolve(count / (now - began) * 1_000), count++);
		requestAnimationFrame(next);
	}));
	console.log(`frames a second meanwhile: ${frames.toFixed(1)}`);
	await sleep(Math.max(0, minutes * 60_000 - 25_000));
	console.log(`drift after ${minutes} minutes on screen: ${drift(await seenBy(page))}`);
}

async function hidden(browser, url, minutes) {
	const tabs = [];
	for (const sound of [true, false]) {
		const context = await browser.createBrowserContext();
		const page = await begin(context, url, { sound });
		await (await context.newPage()).bringToFront();
		tabs.push({ page, sound });
	}
	await sleep(minutes * 60_000);
	for (const { page, sound } of tabs) {
		const visibility = await page.evaluate(() => document.visibilityState);
		if (sound) {
			console.log(`drift after ${minutes} minutes in a ${visibility} tab: ${drift(await page.evaluate(() => globalThis.heard.filter((at) => at < performance.now())))}, by ear`);
		}
		await page.bringToFront();
		await sleep(3 * PHASE_MS);
		console.log(`where the guide is after ${minutes} minutes in a ${visibility} tab ${sound ? 'with' : 'without'} sound: ${drift(await seenBy(page))}`);
	}
}

export async function measureSession(url, minutes) {
	await inBrowser((browser) => onScreen(browser, url, minutes));
	await inBrowser((browser) => hidden(browser, url, minutes));
}

/** How long until a page shows something, and until it shows all, when there is no network. */
export const measureOpening = (url, times) => inBrowser(async (browser) => {
	const page = await browser.newPage();
	await page.goto(`${url}/breathe`);
	await page.waitForFunction(async () => (await navigator.serviceWorker.ready).active.state === 'activated');
	await page.setOfflineMode(true);
	const opened = [];
	for (let i = 0; i < times; i++) {
		await page.goto(`${url}/breathe`);
		await page.waitForSelector('.controls button', { visible: true });
		opened.push(await page.evaluate(() => [performance.getEntriesByName('first-contentful-paint')[0].startTime, performance.now()]));
	}
	const [painted, whole] = [0, 1].map((which) => median(opened.map((each) => each[which])).toFixed(0));
	console.log(`\nopening without a network: ${painted} ms until something shows, ${whole} ms until one can begin`);
});
