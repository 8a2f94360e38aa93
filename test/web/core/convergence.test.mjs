/**
 * Thousands of worlds against the model, in seconds; `test/web/convergence.mjs` runs the same ones against a real server.
 *
 *	BREATH_SEED=… BREATH_RUNS=… node --test test/web/core/convergence.test.mjs
 */

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import test from 'node:test';
import { runWorlds } from '../model/runner.mjs';
import { SABOTAGES } from '../model/sabotage.mjs';
import { createModel } from '../model/server.mjs';

const RUNS = Number(process.env.BREATH_RUNS ?? 2_000);
const SEED = Number(process.env.BREATH_SEED ?? randomInt(2 ** 31));

/** So many worlds at a time, and so many times at most, until a planted bug has shown itself. */
const SABOTAGED = { runs: 100, times: 10 };

async function failuresOf(how) {
	const failures = [];
	await runWorlds({
		seed: SEED,
		serverFor: () => createModel(),
		holds: true,
		...how,
		onEnd: (index, world, error) => error && failures.push({ index, world, error }),
	});
	return failures;
}

test(`${RUNS} worlds converge, seed ${SEED}`, async () => {
	const [first] = await failuresOf({ runs: RUNS });
	if (first) {
		assert.fail(`world ${first.index} of seed ${SEED}: ${first.error.stack}\n${first.world.trace.join('\n')}`);
	}
});

for (const [name, sabotage] of Object.entries(SABOTAGES)) {
	test(`a client with a planted bug is found out: ${name}, seed ${SEED}`, async () => {
		let failures = [];
		for (let time = 0; time < SABOTAGED.times && failures.length === 0; time++) {
			failures = await failuresOf({ seed: SEED + time, runs: SABOTAGED.runs, sabotage });
		}
		assert.notEqual(failures.length, 0);
	});
}
