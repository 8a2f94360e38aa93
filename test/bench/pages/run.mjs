/**
 * Measures the pages as `make bench-web` does: Lighthouse on a simulated phone, the median of several runs a page, and what a session
 * costs the main thread and how well it keeps time.
 *
 *	BENCH_RUNS     of Lighthouse a page (5)
 *	BENCH_MINUTES  of the session whose drift is measured (10)
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import lighthouse from 'lighthouse';
import { chromium } from 'playwright-core';
import { FLAGS } from '../../web/page/browser.mjs';
import { openServer } from '../../web/page/server.mjs';
import { PATHS } from '../../../htdocs/js/app/paths.js';

const RUNS = Number(process.env.BENCH_RUNS ?? 5);
const MINUTES = Number(process.env.BENCH_MINUTES ?? 10);
const PORT = 20_000 + Math.floor(Math.random() * 12_000);

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** One run; a browser that had nothing to show yet is asked once more. */
async function measure(url) {
	for (let tries = 0; ; tries++) {
		const { lhr } = await lighthouse(url, { port: PORT, output: 'json', logLevel: 'error' });
		if (!lhr.runtimeError || tries === 1) {
			return lhr;
		}
	}
}

const COLUMNS = ['performance', 'accessibility', 'best-practices', 'seo'];

async function measurePages(url) {
	const profile = mkdtempSync(join(tmpdir(), 'breath-bench-'));
	const child = spawn('/usr/bin/chromium', [...FLAGS, '--headless=new', `--remote-debugging-port=${PORT}`, `--user-data-dir=${profile}`], { stdio: 'ignore' });
	await new Promise((resolve) => {
		setTimeout(resolve, 3_000);
	});
	console.log(`| page | ${COLUMNS.join(' | ')} | largest paint, ms | blocking, ms | shift | bytes |\n|---|${'---|'.repeat(COLUMNS.length + 4)}`);
	for (const path of PATHS) {
		const runs = [];
		for (let run = 0; run < RUNS; run++) {
			runs.push(await measure(url + path));
		}
		const score = (category) => Math.round(100 * median(runs.map(({ categories }) => categories[category].score)));
		const figure = (audit, digits = 0) => median(runs.map(({ audits }) => audits[audit].numericValue)).toFixed(digits);
		console.log(`| ${path} | ${COLUMNS.map(score).join(' | ')} | ${figure('largest-contentful-paint')} | ${figure('total-blocking-time')} `
			+ `| ${figure('cumulative-layout-shift', 3)} | ${figure('total-byte-weight')} |`);
		const failed = new Set(runs.flatMap(({ categories, audits }) => COLUMNS.slice(1).flatMap((category) => (
			categories[category].auditRefs.filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 1).map(({ id }) => id)
		))));
		if (failed.size > 0) {
			console.log(`| | not passed: ${[...failed].join(', ')} |`);
		}
	}
	child.kill();
	await new Promise((resolve) => {
		child.on('exit', resolve);
	});
	rmSync(profile, { recursive: true, force: true });
}

async function measureSession(url) {
	const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
	const page = await browser.newPage();
	await page.goto(`${url}/breathe`);
	await page.getByRole('radio', { name: 'Medium' }).check();
	await page.getByLabel('For how long').selectOption({ label: 'Until I end it' });
	await page.getByRole('button', { name: 'Begin' }).click();
	await page.locator('.guide-cue', { hasText: 'Breathe in' }).waitFor();
	await page.evaluate(() => {
		globalThis.changes = [];
		new MutationObserver(() => globalThis.changes.push(performance.now())).observe(document.querySelector('.guide-cue'), { childList: true, subtree: true });
	});
	const devtools = await page.context().newCDPSession(page);
	await devtools.send('Performance.enable');
	const busy = async () => (await devtools.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value;
	const before = await busy();
	await page.waitForTimeout(20_000);
	console.log(`\nmain thread busy in a session: ${((await busy() - before) / 20 * 100).toFixed(1)} %`);
	const frames = await page.evaluate(() => new Promise((resolve) => {
		let count = 0;
		const began = performance.now();
		const next = (now) => (now - began < 5_000 ? requestAnimationFrame(next) : resolve(count / (now - began) * 1_000), count++);
		requestAnimationFrame(next);
	}));
	console.log(`frames a second meanwhile: ${frames.toFixed(1)}`);
	await page.waitForTimeout(Math.max(0, MINUTES * 60_000 - 20_000));
	const changes = await page.evaluate(() => globalThis.changes);
	const drift = changes.at(-1) - changes[0] - (changes.length - 1) * 5_000;
	console.log(`drift after ${(changes.length * 5 / 60).toFixed(1)} minutes: ${drift.toFixed(1)} ms; the latest cue was ${Math.max(...changes.map((at, index) => at - changes[0] - index * 5_000)).toFixed(1)} ms late`);
	await browser.close();
}

const ends = [];
const url = await openServer({ after: (work) => ends.push(work) });
try {
	await measurePages(url);
	await measureSession(url);
} finally {
	await Promise.all(ends.map((work) => work()));
}
