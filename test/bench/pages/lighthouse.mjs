/**
 * The pages as a phone opens them: Lighthouse, the median of several runs a page.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import lighthouse from 'lighthouse';
import { FLAGS } from '../../web/page/browser.mjs';
import { PATHS } from '../../../htdocs/js/app/paths.js';

const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];
/** What of a task blocks: what it takes beyond this. */
const BLOCKS_MS = 50;

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * What the page itself blocks. Lighthouse takes the time from a task's beginning to its end, in which a machine that has others to
 * serve may have done anything; the processor's time is the page's own.
 */
function ownBlocking({ traceEvents }, { audits, configSettings }) {
	const painted = audits.metrics.details.items[0].observedFirstContentfulPaintTs;
	const { pid, tid } = traceEvents.findLast(({ name, args }) => name === 'navigationStart' && args.data?.documentLoaderURL?.startsWith('http'));
	return traceEvents.filter((event) => event.pid === pid && event.tid === tid && event.name === 'RunTask' && event.ts + event.dur > painted)
		.map(({ tdur = 0 }) => Math.max(0, configSettings.throttling.cpuSlowdownMultiplier * tdur / 1_000 - BLOCKS_MS))
		.reduce((sum, ms) => sum + ms, 0);
}

/** One run; a browser that had nothing to show yet is asked once more. */
async function measure(url, port) {
	for (let tries = 0; ; tries++) {
		const { lhr, artifacts } = await lighthouse(url, { port, output: 'json', logLevel: 'error' });
		if (!lhr.runtimeError || tries === 1) {
			return { ...lhr, own: ownBlocking(artifacts.Trace, lhr) };
		}
	}
}

export async function measurePages(url, runsWanted) {
	const port = 20_000 + Math.floor(Math.random() * 12_000);
	const profile = mkdtempSync(join(tmpdir(), 'breath-bench-'));
	const child = spawn('/usr/bin/chromium', [...FLAGS, '--headless=new', `--remote-debugging-port=${port}`, `--user-data-dir=${profile}`], { stdio: 'ignore' });
	const ended = new Promise((resolve) => {
		child.on('exit', resolve);
	});
	while (!await fetch(`http://127.0.0.1:${port}/json/version`).then(({ ok }) => ok, () => false)) {
		await sleep(100);
	}
	const heads = ['page', ...CATEGORIES, 'largest paint, ms', 'blocking, ms', 'by its own work', 'shift', 'bytes', 'requests'];
	console.log(`| ${heads.join(' | ')} |\n|${'---|'.repeat(heads.length)}`);
	for (const path of PATHS) {
		const runs = [];
		for (let run = 0; run < runsWanted; run++) {
			runs.push(await measure(url + path, port));
		}
		const score = (category) => Math.round(100 * median(runs.map(({ categories }) => categories[category].score)));
		const figure = (audit, digits = 0) => median(runs.map(({ audits }) => audits[audit].numericValue)).toFixed(digits);
		console.log(`| ${[
			path, ...CATEGORIES.map(score), figure('largest-contentful-paint'), figure('total-blocking-time'),
			median(runs.map(({ own }) => own)).toFixed(0), figure('cumulative-layout-shift', 3), figure('total-byte-weight'),
			median(runs.map(({ audits }) => audits['network-requests'].details.items.length)),
		].join(' | ')} |`);
		const failed = new Set(runs.flatMap(({ categories, audits }) => CATEGORIES.slice(1).flatMap((category) => (
			categories[category].auditRefs.filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 1).map(({ id }) => id)
		))));
		if (failed.size > 0) {
			console.log(`| | not passed: ${[...failed].join(', ')} |`);
		}
	}
	child.kill();
	await ended;
	rmSync(profile, { recursive: true, force: true });
}
