/**
 * Exports of any size: time and memory follow the size and nothing else. Times are compared within one run, with room for a machine that
 * has other things to do.
 */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Worker } from 'node:worker_threads';
import { FILE_MOST_B } from '../../../htdocs/js/core/decode.js';
import { readExport } from '../../../htdocs/js/core/old-export.js';

const TODAY = '2026-11-22';
const DAY_MS = 86_400_000;
const LAST = Date.parse('2026-11-21T23:59:59Z');

/** Where its sessions lie: how many milliseconds before the last one. */
const SPREADS = {
	'all on one day': (i) => i,
	'each on a day of its own': (i) => i * DAY_MS,
	'on a few days in turn': (i) => (i % 7) * DAY_MS,
};

/** The smallest sessions that there can be: as many as fit into a file. */
function exportOf(count, back) {
	const sessions = Array.from({ length: count }, (_, i) => (
		`{"startedAt":"${new Date(Math.max(0, LAST - back(i))).toISOString()}","activeMs":60000,"cycles":1,"finalXP":${i + 1}}`
	));
	return `{"breathMaster":{"onboarding":{"tourCompletedAt":"2026-03-01T08:15:30.123Z"},"meditation":{"totalXP":${count},"sessions":[${sessions.join()}]}}}`;
}

/** The shortest of some times is what the work takes; all else is others' work. */
function shortest(work) {
	let least = Infinity;
	for (let round = 0; round < 3; round++) {
		const begin = performance.now();
		work();
		least = Math.min(least, performance.now() - begin);
	}
	return least;
}

/** Enough that what is measured is the work, and not how warm the program is. */
const FEW = 4_000;
const TIMES = 8;

/** Eight times as much takes eight times as long, where a square would take sixty-four times. */
const RATIO_MOST = 32;

function assertLinear(name, few, many) {
	const read = (text) => () => {
		try {
			readExport(text, TODAY);
		} catch (error) {
			assert.equal(error.name, 'ImportError');
		}
	};
	read(few)();
	const [one, more] = [shortest(read(few)), shortest(read(many))];
	assert.ok(more / one < RATIO_MOST, `${name}: ${more.toFixed(1)} ms against ${one.toFixed(1)} ms`);
}

for (const [name, back] of Object.entries(SPREADS)) {
	test(`a session log takes time in proportion to its length: ${name}`, () => {
		assertLinear(name, exportOf(FEW, back), exportOf(TIMES * FEW, back));
	});
}

test('what is no export takes time in proportion to its length, too', () => {
	const kinds = {
		'a cut export of no-break spaces': (n) => exportOf(n, (i) => i).replace(/[:,]/g, '$&\u00A0').slice(0, -1),
		'quotes and spaces': (n) => '"\u00A0'.repeat(20 * n),
		'escaped quotes': (n) => `"${'\\"\u00A0'.repeat(20 * n)}`,
		'spaces': (n) => `{${' \u00A0'.repeat(20 * n)}x`,
		'fences': (n) => '`'.repeat(50 * n),
		'lines after a fence': (n) => `\`\`\`${'\n'.repeat(50 * n)}x`,
	};
	for (const [name, make] of Object.entries(kinds)) {
		assertLinear(name, make(FEW), make(TIMES * FEW));
	}
});

test('a day that is a nest is no date', () => {
	const nest = `${'['.repeat(1e6)}${']'.repeat(1e6)}`;
	const text = `{"breathMaster":{"onboarding":{"tourCompletedAt":"2026-03-01T08:15:30.123Z"},"meditation":{"totalXP":1,"lastMeditationDate":${nest}}}}`;
	assert.throws(() => readExport(text, TODAY), (error) => error.name === 'ImportError' && error.code === 'export_bad_date');
});

test('40,000 sessions of one day are a day and what it does not hold', () => {
	const { days, rest, totals, streak } = readExport(exportOf(40_000, (i) => i), TODAY);
	assert.deepEqual(days, [{ day: '2026-11-21', xp: 40_000, minutes: 1_440, sessions: 1_440, cycles: 40_000 }]);
	assert.deepEqual(rest, { xp: 0, minutes: 38_560, sessions: 38_560, cycles: 0 });
	assert.equal(totals.xp, 40_000);
	assert.deepEqual(streak, { days: 1, last_day: '2026-11-21', longest: 1 });
});

test('it is told how far the reading is, in steps of a hundredth', () => {
	const parts = [];
	readExport(exportOf(1_000, (i) => i), TODAY, { onProgress: (part) => parts.push(part) });
	assert.equal(parts.length, 100);
	assert.deepEqual(parts, [...parts].sort((a, b) => a - b));
	assert.ok(parts.every((part) => part >= 0 && part <= 1));
	const none = [];
	readExport(exportOf(0, (i) => i), TODAY, { onProgress: (part) => none.push(part) });
	assert.deepEqual(none, []);
});

test('the largest file that is read fits into a bounded memory', async () => {
	const one = exportOf(1, () => 0).length;
	const count = Math.floor((FILE_MOST_B - 2 * one) / 92);
	const worker = new Worker(`
		const { parentPort, workerData } = require('node:worker_threads');
		import(workerData.module).then(({ readExport }) => {
			const text = new TextDecoder().decode(workerData.bytes);
			parentPort.postMessage({ length: text.length, found: readExport(text, workerData.today) });
		});`, {
		eval: true,
		// Twelve times the file, for the text and what JSON.parse makes of it: numbers, short strings, and an object a session.
		resourceLimits: { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 64 },
		workerData: {
			module: new URL('../../../htdocs/js/core/old-export.js', import.meta.url).href,
			bytes: new TextEncoder().encode(exportOf(count, (i) => i)), today: TODAY,
		},
	});
	const { length, found } = await new Promise((resolve, reject) => {
		worker.on('message', resolve);
		worker.on('error', reject);
	});
	await worker.terminate();
	assert.ok(length > FILE_MOST_B * 0.9 && length <= FILE_MOST_B, `${length}`);
	assert.equal(found.totals.xp, count);
	assert.equal(found.totals.sessions, count);
});
