/**
 * Convergence: the client's modules against a real server, in thousands of worlds of random devices, days, orders, repeats, losses,
 * offline spells, rolled back and copied devices, merged accounts and, where it is told how, a restored server.
 *
 *	node test/web/convergence.mjs --url http://127.0.0.1:8080 [--runs 2000] [--seed N] [--only INDEX]
 *	     [--snapshot COMMAND --restore COMMAND] [--at-once 16]
 *	node test/web/convergence.mjs --model
 *
 *	--snapshot, --restore   shell commands that make a backup of the server's store and put it back as an administrator does
 *	                        (another epoch); without them no server is restored
 *	--only                  runs one world again, by the index that a failure named
 *	--sabotage NAME         plants a bug in the client, to see it found
 *
 * The server must let thousands of accounts be made in a day, and spare this machine the limits by address. The seed is printed
 * first; the last line is `N passed, N failed`. Worlds and what is checked: model/world.mjs.
 */

import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { parseArgs, promisify } from 'node:util';
import { runWorlds } from './model/runner.mjs';
import { SABOTAGES } from './model/sabotage.mjs';
import { createModel } from './model/server.mjs';

const { values: given } = parseArgs({
	options: {
		url: { type: 'string' }, model: { type: 'boolean' }, seed: { type: 'string' }, runs: { type: 'string', default: '2000' },
		only: { type: 'string' }, snapshot: { type: 'string' }, restore: { type: 'string' }, 'at-once': { type: 'string', default: '16' },
		sabotage: { type: 'string' },
	},
});
if (!given.url === !given.model || !given.snapshot !== !given.restore || (given.sabotage && !SABOTAGES[given.sabotage])) {
	console.error('usage: convergence.mjs (--url URL [--snapshot COMMAND --restore COMMAND] | --model) [--runs N] [--seed N] [--only INDEX]');
	process.exit(2);
}

const shell = (command) => promisify(execFile)('sh', ['-c', command]);

/** A real server. Node's own fetch is slower than the server; this is the part of one that the client uses. */
function realServer(url) {
	const agent = new Agent({ keepAlive: true, maxSockets: 64 });
	const fetch = (target, { method, headers, body }) => new Promise((resolve, reject) => {
		const length = body === undefined && method === 'GET' ? {} : { 'Content-Length': Buffer.byteLength(body ?? '') };
		const request = httpRequest(target, { method, headers: { ...headers, ...length }, agent, timeout: 30_000 }, (response) => {
			const chunks = [];
			response.on('data', (chunk) => chunks.push(chunk));
			response.on('error', reject);
			response.on('end', () => resolve({
				status: response.statusCode,
				headers: { get: (name) => response.headers[name.toLowerCase()] ?? null },
				text: async () => Buffer.concat(chunks).toString(),
			}));
		});
		request.on('timeout', () => request.destroy(new Error('no answer in time')));
		request.on('error', reject);
		request.end(body);
	});
	return { fetch, base: `${url.replace(/\/$/, '')}/api/v1/sync`, snapshot: () => shell(given.snapshot), restore: () => shell(given.restore) };
}

const seed = Number(given.seed ?? randomInt(2 ** 31));
const real = given.url ? realServer(given.url) : null;
const restores = given.model || given.snapshot;
let passed = 0;
let failed = 0;

console.log(`seed ${seed}`);
await runWorlds({
	seed,
	runs: Number(given.runs),
	only: given.only === undefined ? undefined : Number(given.only),
	serverFor: () => real ?? createModel(),
	atOnce: Number(given['at-once']),
	holds: !real,
	restored: restores ? 0.25 : 0,
	// A restore is cheap in the model, and takes a real server's executables down for a moment.
	flock: real ? 500 : 10,
	sabotage: given.sabotage && SABOTAGES[given.sabotage],
	onEnd: (index, world, error) => {
		if (!error) {
			passed++;
		} else if (failed++ < 3) {
			console.log(`\nworld ${index} of seed ${seed}: ${error.stack}\n${world.trace.join('\n')}\n`);
		}
	},
});
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
process.exit();
