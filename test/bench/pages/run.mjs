/**
 * Measures the pages as `make bench-web` does.
 *
 *	BENCH_RUNS     of Lighthouse a page, and openings without a network (5)
 *	BENCH_MINUTES  of the sessions whose drift is measured (10)
 */

import { openServer } from '../../web/page/server.mjs';
import { measurePages } from './lighthouse.mjs';
import { measureOpening, measureSession } from './session.mjs';

const RUNS = Number(process.env.BENCH_RUNS ?? 5);
const MINUTES = Number(process.env.BENCH_MINUTES ?? 10);

const ends = [];
const url = await openServer({ after: (work) => ends.push(work) });
try {
	await measurePages(url, RUNS);
	await measureOpening(url, RUNS);
	await measureSession(url, MINUTES);
} finally {
	await Promise.all(ends.map((work) => work()));
}
