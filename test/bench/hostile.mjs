/**
 * The largest legal account, made through the front door, and what it costs everybody.
 *
 *	node hostile.mjs build URL              makes it, prints its token, its device's newest push and its rows
 *	node hostile.mjs cost URL TOKEN NEWEST PIDS   prints the processor time of each request, in microseconds
 *	node hostile.mjs attack URL TOKEN SECONDS CLIENTS   asks for its dearest replies, until the time is up
 *
 * PIDS are the process ids of the executables, with commas between them.
 */

import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import http from 'node:http';

const DEVICES = 128;
const IMPORTS = 16;
const SHARES = 32;
/** Rows that an account may have (days_per_account), and how many of them the benchmark needs itself. */
const ROWS = 20_000;
const SPARE = 60;
/** Days before this many days ago become months when they come. */
const FOLDED_DAYS = 430;
const FIRST_DAY = Date.UTC(2020, 0, 1) / 86_400_000;
const REPEATS = 40;

const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
const hex = (bytes) => randomBytes(bytes).toString('hex');
const today = Math.floor(Date.now() / 86_400_000);
const text = (day) => new Date(day * 86_400_000).toISOString().slice(0, 10);
const totals = (day) => ({ day: text(day), xp: 100, minutes: 10, sessions: 1, cycles: 100 });

function call(url, method, path, { token, body, drop = false } = {}) {
	const payload = body === undefined ? undefined : JSON.stringify(body);
	return new Promise((resolve, reject) => {
		const request = http.request(url + path, {
			agent: drop ? undefined : agent,
			method,
			headers: {
				...(token && { Authorization: `Bearer ${token}` }),
				...(payload && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(payload) }),
			},
		}, (reply) => {
			const parts = [];
			reply.on('data', (part) => parts.push(part));
			reply.on('end', () => resolve({ status: reply.statusCode, text: Buffer.concat(parts).toString() }));
		});
		request.on('error', (error) => (drop ? resolve({ status: 0, text: '' }) : reject(error)));
		request.end(payload);
		if (drop) {
			request.on('socket', (socket) => socket.on('connect', () => setImmediate(() => request.destroy())));
		}
	});
}

async function expect(status, ...args) {
	const reply = await call(...args);
	if (reply.status !== status) {
		throw new Error(`${args[1]} ${args[2]}: ${reply.status} ${reply.text.slice(0, 200)}`);
	}
	return reply.text === '' ? null : JSON.parse(reply.text);
}

/**
 * Every day since 2020 of each import, which become months, and every second day of as many devices as there may be, until the account
 * takes no more but SPARE rows: a push of a day in between then joins two runs of active days.
 */
async function build(url) {
	const kind = { device: { kind: 'cli' } };
	const { token } = await expect(201, url, 'POST', '/api/v1/sync/accounts', { body: kind });
	const old = Array.from({ length: today - FOLDED_DAYS - FIRST_DAY }, (_, i) => totals(FIRST_DAY + i));
	let rows = IMPORTS * new Set(old.map(({ day }) => day.slice(0, 7))).size;
	for (let i = 0; i < IMPORTS; i++) {
		await expect(200, url, 'PUT', `/api/v1/sync/imports/${hex(32)}`, { token, body: { today: text(today), days: old } });
	}
	const days = Array.from({ length: FOLDED_DAYS / 2 }, (_, i) => totals(today - 2 * i));
	const newest = hex(8);
	for (let one = token, i = 0; i < DEVICES && rows + days.length <= ROWS - SPARE; i++, rows += days.length) {
		await expect(200, url, 'POST', '/api/v1/sync', { token: one, body: { today: text(today), push: i === 0 ? newest : hex(8), after: null, days } });
		one = (await expect(201, url, 'POST', '/api/v1/sync/devices', { token, body: kind })).token;
	}
	await expect(200, url, 'PUT', '/api/v1/leaderboard/me', { token, body: { visible: true } });
	for (let i = 0; i < SHARES; i++) {
		await expect(201, url, 'POST', '/api/v1/stats/me/shares', { token, body: { what: ['streak', 'level', 'xp', 'week'][i % 4] } });
	}
	console.log(`token=${token} newest=${newest} rows=${rows}`);
}

/** Processor time of processes, all their threads, in microseconds. */
function processorUs(pids) {
	let sum = 0;
	for (const pid of pids) {
		for (const thread of readdirSync(`/proc/${pid}/task`)) {
			sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1000;
		}
	}
	return sum;
}

async function cost(url, token, newest, pids) {
	const { shares } = await expect(200, url, 'GET', '/api/v1/stats/me/shares', { token });
	const reads = {
		state: '/api/v1/sync', devices: '/api/v1/sync/devices', imports: '/api/v1/sync/imports', insight: '/api/v1/stats/me',
		history_by_day: '/api/v1/stats/me/history', history_by_month: '/api/v1/stats/me/history?by=month', shares: '/api/v1/stats/me/shares',
		rank: '/api/v1/leaderboard/me?metric=xp&period=all', share: shares[3].url, badge: shares[0].badge, export: '/api/v1/sync/export',
	};
	const measure = async (name, ask, repeats = REPEATS) => {
		await ask();
		const before = processorUs(pids);
		for (let i = 0; i < repeats; i++) {
			await ask();
		}
		console.log(`${name}_us=${Math.round((processorUs(pids) - before) / repeats)}`);
	};
	for (const [name, path] of Object.entries(reads)) {
		// A parameter that nobody looks at, so that nginx has no copy of what is public.
		await measure(name, () => call(url, 'GET', path, { token: path.startsWith('/api') ? token : undefined }), name === 'export' ? 5 : REPEATS);
	}
	let after = newest;
	let xp = 100;
	const push = async (days) => {
		const id = hex(8);
		await expect(200, url, 'POST', '/api/v1/sync', { token, body: { today: text(today), push: id, after, days } });
		after = id;
	};
	let gap = 1;
	await measure('push_of_a_day', () => push([{ ...totals(today), xp: ++xp }]));
	await measure('push_of_a_month', () => push(Array.from({ length: 31 }, (_, i) => ({ ...totals(today - 2 * i), xp: ++xp }))));
	await measure('push_into_a_gap', () => push([totals(today - (gap += 2))]), SPARE / 2);
}

async function attack(url, token, seconds, clients) {
	const { shares } = await expect(200, url, 'GET', '/api/v1/stats/me/shares', { token });
	const paths = ['/api/v1/sync/export', '/api/v1/sync/imports', '/api/v1/stats/me', '/api/v1/sync', '/api/v1/stats/me/history?by=month', shares[3].url];
	const end = Date.now() + seconds * 1000;
	const seen = {};
	await Promise.all(Array.from({ length: clients }, async (_, i) => {
		for (let n = i; Date.now() < end; n++) {
			const path = paths[n % paths.length];
			const reply = await call(url, 'GET', path, { token: path.startsWith('/api') ? token : undefined, drop: n % 5 === 0 });
			seen[reply.status] = (seen[reply.status] ?? 0) + 1;
		}
	}));
	console.log(Object.entries(seen).map(([status, count]) => `status_${status}=${count}`).join(' '));
}

const [what, url, token, ...rest] = process.argv.slice(2);
const acts = {
	build: () => build(url),
	cost: () => cost(url, token, rest[0], rest[1].split(',')),
	attack: () => attack(url, token, Number(rest[0]), Number(rest[1])),
};
await acts[what]();
agent.destroy();
