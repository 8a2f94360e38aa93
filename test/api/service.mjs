/** The real thing, as `make run` starts it, with a free port and a folder of its own. */

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build, tree } from './tables.mjs';

const PATIENCE_MS = 60_000;

async function until(condition, what) {
	for (let waited = 0; !condition(); waited += 20) {
		if (waited > PATIENCE_MS) {
			throw new Error(`waited in vain until ${what}`);
		}
		await sleep(20);
	}
}

/** The process of this name, of which the kernel keeps 15 letters, that a process has started. */
function childOf(parent, name) {
	for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
		try {
			const [, comm, , ppid] = /^\d+ \((.*)\) (\S) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
			if (Number(ppid) === parent && comm === name.slice(0, 15)) {
				return Number(pid);
			}
		} catch {
			// It is gone again.
		}
	}
	throw new Error(`${name} does not run`);
}

/**
 * Starts a service and waits until it answers.
 * @param {Record<string, string | number>} [settings] for its environment
 */
export async function startService(settings = {}) {
	const folder = mkdtempSync(join(tmpdir(), 'breath-api-'));
	const state = join(folder, 'state');
	const run = spawn(join(tree, 'conf/run'), {
		env: { ...process.env, BUILD: build, PORT: '0', ADDRESS: '127.0.0.1', STATE: state, ...settings },
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	const ended = new Promise((resolve) => run.on('exit', resolve));
	const address = join(state, 'address');
	await until(() => existsSync(address) || run.exitCode !== null, 'it serves');
	if (run.exitCode !== null) {
		throw new Error(`the service ended with ${run.exitCode}`);
	}

	return {
		url: readFileSync(address, 'utf8').trim(),
		metricsUrl: readFileSync(join(state, 'metrics-address'), 'utf8').trim(),
		state,

		/** Makes all accounts as if they had been opened so many days earlier. */
		age(days) {
			execFileSync('sqlite3', ['-cmd', '.timeout 5000', '-cmd', 'PRAGMA wal_autocheckpoint = 0', join(state, 'breath.db'),
				`UPDATE account SET created_day = created_day - ${days}`]);
		},

		/** Runs something while nginx is there and the executable behind it is not. */
		async without(executable, work) {
			run.kill('SIGSTOP');
			process.kill(childOf(run.pid, executable), 'SIGKILL');
			try {
				return await work();
			} finally {
				run.kill('SIGCONT');
			}
		},

		async stop() {
			run.kill('SIGTERM');
			await ended;
			rmSync(folder, { recursive: true });
		},
	};
}
