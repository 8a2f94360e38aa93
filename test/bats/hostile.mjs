// Somebody with one account who asks for as much as one can, and beside him somebody who just pushes.
//
//	node hostile.mjs URL crowd TOKEN PATH CONNECTIONS SECONDS
//	node hostile.mjs URL gone TOKEN PATH REQUESTS
//	node hostile.mjs URL slow TOKEN PATH READERS SECONDS
//
// Prints one JSON object on what came of it. `quiet` and `beside` say how long the other's pushes took before and
// during the attack, in milliseconds.

import http from 'node:http';
import net from 'node:net';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

const [address, attack, token, path, ...rest] = process.argv.slice(2);
const site = new URL(address);
const host = site.hostname.replace(/^\[|\]$/g, '');

// Asks once, on a connection of its own. Resolves with status and headers, and the body's length.
function ask(method, where, bearer, body) {
	return new Promise((resolve, reject) => {
		const headers = bearer ? { Authorization: `Bearer ${bearer}` } : {};
		if (body) headers['Content-Type'] = 'application/json';
		const request = http.request({ host, port: site.port, method, path: where, headers, agent: false }, (reply) => {
			const parts = [];
			reply.on('data', (part) => parts.push(part));
			reply.on('end', () => resolve({ status: reply.statusCode, headers: reply.headers, body: Buffer.concat(parts) }));
			reply.on('error', reject);
		});
		request.on('error', reject);
		request.end(body);
	});
}

// A bare request on a socket of its own, for what no HTTP client does.
function open(where) {
	const socket = net.connect(Number(site.port), host);
	socket.on('error', () => {});
	socket.write(`GET ${where} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`);
	return socket;
}

// --- The other one ---

const joined = await ask('POST', '/api/v1/sync/accounts', '', '{"device":{"kind":"cli"}}');
if (joined.status !== 201) throw new Error(`no account for the other one: ${joined.status}`);
const other = JSON.parse(joined.body).token;
let after = null;

async function push() {
	const id = randomBytes(8).toString('hex');
	const today = new Date().toISOString().slice(0, 10);
	const began = performance.now();
	const reply = await ask('POST', '/api/v1/sync', other, JSON.stringify({ today, push: id, after, days: [] }));
	if (reply.status !== 200) throw new Error(`the other one's push got ${reply.status}: ${reply.body}`);
	after = id;
	return performance.now() - began;
}

function summary(times) {
	const sorted = [...times].sort((a, b) => a - b);
	const at = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] * 10) / 10;
	return { pushes: times.length, median: at(0.5), p90: at(0.9), most: at(1) };
}

async function pushesUntil(isOver) {
	const times = [];
	do {
		times.push(await push());
		await pause(5);
	} while (!isOver());
	return summary(times);
}

async function quiet() {
	let left = 50;
	return pushesUntil(() => --left === 0);
}

// --- The attacks ---

// So many connections that ask again as soon as they are answered.
async function crowd(connections, seconds) {
	const before = await quiet();
	const statuses = {};
	const end = performance.now() + seconds * 1000;
	const isOver = () => performance.now() > end;
	let retryAfter = true;
	const one = async () => {
		while (!isOver()) {
			const reply = await ask('GET', path, token);
			statuses[reply.status] = (statuses[reply.status] ?? 0) + 1;
			if (reply.status === 429) {
				retryAfter &&= Number(reply.headers['retry-after']) > 0;
				await pause(50);
			}
		}
	};
	const all = Array.from({ length: connections }, one);
	const beside = await pushesUntil(isOver);
	await Promise.all(all);
	return { quiet: before, beside, statuses, retryAfter };
}

// So many requests whose sockets are closed as soon as they are sent; then the other one pushes.
async function gone(requests) {
	const before = await quiet();
	const one = await ask('GET', path, token);
	const began = performance.now();
	await ask('GET', path, token);
	const alone = performance.now() - began;
	const sockets = Array.from({ length: requests }, () => open(path));
	await Promise.all(sockets.map((socket) => new Promise((sent) => socket.once('connect', sent))));
	await pause(20);
	for (const socket of sockets) socket.destroy();
	const left = performance.now();
	const first = await push();
	// Whoever asks for the same is not behind those that have gone.
	let again = await ask('GET', path, token);
	while (again.status === 429) {
		await pause(20);
		again = await ask('GET', path, token);
	}
	return { quiet: before, status: one.status, alone: Math.round(alone), first: Math.round(first),
		again: Math.round(performance.now() - left) };
}

// So many readers that take a little now and then, and what they got at the end.
async function slow(readers, seconds) {
	const before = await quiet();
	const end = performance.now() + seconds * 1000;
	const sockets = Array.from({ length: readers }, () => {
		const socket = open(path);
		socket.taken = 0;
		socket.pause();
		const sip = setInterval(() => {
			const part = socket.read(2048) ?? socket.read();
			socket.taken += part?.length ?? 0;
		}, 100);
		socket.on('close', () => clearInterval(sip));
		return socket;
	});
	const beside = await pushesUntil(() => performance.now() > end);
	for (const socket of sockets) socket.destroy();
	return { quiet: before, beside, taken: sockets.map((socket) => socket.taken) };
}

const attacks = { crowd, gone, slow };
console.log(JSON.stringify(await attacks[attack](...rest.map(Number))));
