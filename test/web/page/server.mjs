/**
 * A running server for a file of tests.
 *
 *	BREATH_URL  where it is; without it, one is started from this tree (of what `make programs` built) and ended afterwards
 */

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const TREE = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * @param {{after: (work: () => unknown) => void}} t ends it
 * @param {{build?: string}} [how] serves another build than this tree's
 * @returns {Promise<string>} its address
 */
export async function openServer(t, { build = process.env.BUILD } = {}) {
	if (process.env.BREATH_URL && build === process.env.BUILD) {
		return process.env.BREATH_URL.replace(/\/$/, '');
	}
	const state = mkdtempSync(join(tmpdir(), 'breath-page-'));
	const server = spawn(join(TREE, 'conf/run'), { cwd: TREE, env: { ...process.env, ...build && { BUILD: build }, PORT: '0', STATE: state }, stdio: ['ignore', 'inherit', 'inherit'] });
	const ended = new Promise((resolve) => {
		server.on('exit', resolve);
	});
	t.after(async () => {
		server.kill('SIGTERM');
		await ended;
		rmSync(state, { recursive: true });
	});
	for (let tries = 0; tries < 1200 && server.exitCode === null; tries++) {
		await sleep(50);
		// It is not there yet, or has nothing in it yet.
		const address = existsSync(join(state, 'address')) ? readFileSync(join(state, 'address'), 'utf8').trim() : '';
		if (address !== '') {
			return address;
		}
	}
	throw new Error('the server does not start');
}
