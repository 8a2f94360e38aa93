// Devices that push as fast as they are answered, whatever happens to the service, and know exactly what
// they were promised.
//
//	node load.mjs URL push JOURNAL     pushes until SIGTERM, then settles what is open; prints counts
//	node load.mjs URL verify JOURNAL   compares what the service has with what it acknowledged
//
// LOAD_DEVICES of them (16), which rest up to LOAD_REST_MS (8) between pushes: under load, but not at the
// cost of what else is to happen meanwhile.  Each device has an account of its own and does what a client must: a push has an identifier, names the
// one before it, and is sent again unchanged until it is answered.  Each push tells of several days, so
// that half of one would show: after each failure the device looks whether the service has all of the
// open push, or nothing of it.
//
// JOURNAL has a line for each acknowledgement, {device, push, days}, written before the next push is sent.
// What does not hold is printed, and the exit status is 1.

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, day, hex, seed, upTo } from '../bats/client.mjs';

const DEVICES = Number(process.env.LOAD_DEVICES ?? 16);
const REST_MS = Number(process.env.LOAD_REST_MS ?? 8);
const DAYS = 12;        // each device's practice is spread over so many
const DAYS_A_PUSH = 4;
const PAUSE_MS = 15;    // after a failure
const SETTLE_S = 30;    // a service that does not come back for so long has failed

const [url, what, journal] = process.argv.slice(2);
const today = day();
const figures = ['xp', 'minutes', 'sessions', 'cycles'];
const counts = { acknowledged: 0, failures: 0, unavailable: 0, 'found whole': 0, 'found absent': 0 };
let acknowledgedAt = null, longestPause = 0; // ms
const durations = []; // ms from a push's first try to its acknowledgement
let faults = 0;

function complain(sentence) {
	faults++;
	console.log(sentence);
}

/** Days by their date: the largest of each figure. */
function merge(known, days) {
	const merged = new Map(known);
	for (const { day: date, ...totals } of days) {
		const old = merged.get(date) ?? {};
		merged.set(date, Object.fromEntries(figures.map((name) => [name, Math.max(old[name] ?? 0, totals[name])])));
	}
	return merged;
}

const equal = (a, b) => a.size === b.size && [...a].every(([date, totals]) =>
	figures.every((name) => b.get(date)?.[name] === totals[name]));

class Device {
	constructor(number) {
		this.number = number;
		this.client = new Client(url);
		this.known = new Map(); // what was acknowledged
		this.last = null;
	}

	async open() {
		const body = { device: { kind: 'cli' } };
		({ token: this.token } = await this.client.expect(201, 'POST', '/accounts', { body }));
		appendFileSync(journal, `${JSON.stringify({ device: this.number, token: this.token })}\n`);
	}

	/** Counts a little more on some days. */
	next() {
		const dates = new Set();
		while (dates.size < DAYS_A_PUSH)
			dates.add(day(-upTo(DAYS - 1)));
		const days = [...dates].map((date) => {
			const old = this.known.get(date) ?? { xp: 0, minutes: 0, sessions: 0, cycles: 0 };
			return { day: date, xp: old.xp + 1 + upTo(3), minutes: Math.min(1440, old.minutes + upTo(1)),
				sessions: Math.min(1440, old.sessions + upTo(1)), cycles: old.cycles + upTo(5) };
		});
		return { today, push: hex(8), after: this.last, days };
	}

	async stored() {
		const reply = await this.client.expect(200, 'GET', '/export', { token: this.token });
		return merge(new Map(), reply.devices[0].days);
	}

	/** After a failure: of the open push all is stored, or nothing. */
	async look(push) {
		const stored = await this.stored();
		if (equal(stored, merge(this.known, push.days)))
			counts['found whole']++;
		else if (equal(stored, this.known))
			counts['found absent']++;
		else
			complain(`device ${this.number}: push ${push.push} is stored in part, or something acknowledged is lost`);
	}

	/** Sends a push until it is answered. */
	async settle(push) {
		let failed = false, since = Date.now();
		const beganAt = performance.now();
		for (;;) {
			try {
				if (failed)
					await this.look(push);
				failed = false;
				const reply = await this.client.call('POST', '', { token: this.token, body: push });
				if (reply.status === 200) {
					durations.push(performance.now() - beganAt);
					return this.acknowledged(push, reply.body);
				}
				if (reply.status !== 502 && reply.status !== 503 && reply.status !== 504)
					return complain(`device ${this.number}: ${reply.status} ${JSON.stringify(reply.body)}`);
				if (!(Number(reply.headers['retry-after']) > 0))
					complain(`${reply.status} without Retry-After`);
				counts.unavailable++;
			} catch (error) {
				counts.failures++;
				if (Date.now() - since > SETTLE_S * 1000)
					return complain(`device ${this.number}: nothing answers: ${error.message}`);
			}
			failed = true;
			await sleep(PAUSE_MS);
		}
	}

	acknowledged(push, state) {
		this.known = merge(this.known, push.days);
		this.last = push.push;
		counts.acknowledged++;
		const now = performance.now();
		longestPause = Math.max(longestPause, now - (acknowledgedAt ?? now));
		acknowledgedAt = now;
		const xp = [...this.known.values()].reduce((sum, totals) => sum + totals.xp, 0);
		if (state.xp !== xp)
			complain(`device ${this.number}: the reply says ${state.xp} XP, practised were ${xp}`);
		appendFileSync(journal, `${JSON.stringify({ device: this.number, push: push.push, days: push.days })}\n`);
	}
}

async function push() {
	let stopping = false;
	process.on('SIGTERM', () => (stopping = true));
	writeFileSync(journal, '');
	const devices = Array.from({ length: DEVICES }, (_, i) => new Device(i));
	for (const device of devices)
		await device.open();
	await Promise.all(devices.map(async (device) => {
		while (!stopping && faults < 20) {
			await device.settle(device.next());
			if (REST_MS > 0)
				await sleep(upTo(REST_MS));
		}
		device.client.close();
	}));
	counts['ms at most from one to the next'] = Math.round(longestPause);
	durations.sort((a, b) => a - b);
	counts.seed = seed;
	counts['ms for 99 of 100'] = Math.round(durations[Math.floor(durations.length * 0.99)] ?? 0);
}

async function verify() {
	const devices = new Map();
	for (const line of readFileSync(journal, 'utf8').split('\n').filter((text) => text !== '')) {
		const { device: number, token, days } = JSON.parse(line);
		if (token !== undefined)
			devices.set(number, Object.assign(new Device(number), { token }));
		else
			devices.get(number).known = merge(devices.get(number).known, days);
		counts.acknowledged += days === undefined ? 0 : 1;
	}
	for (const device of devices.values()) {
		// The last kill may have been a moment ago.
		let stored = null;
		for (const since = Date.now(); stored === null && Date.now() - since < SETTLE_S * 1000;)
			stored = await device.stored().catch(() => sleep(PAUSE_MS, null));
		if (stored === null) {
			complain(`device ${device.number}: nothing answers`);
			break;
		}
		if (!equal(stored, device.known))
			complain(`device ${device.number}: stored is ${JSON.stringify([...stored])}, acknowledged ${JSON.stringify([...device.known])}`);
		device.client.close();
	}
	if (devices.size === 0 || counts.acknowledged === 0)
		complain('nothing was acknowledged, so nothing is shown');
}

await (what === 'push' ? push() : verify());
console.log(Object.entries(counts).map(([name, count]) => `${count} ${name}`).join(', '));
process.exitCode = faults > 0 ? 1 : 0;
