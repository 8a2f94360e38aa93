// Clients that mean no good, or have a bad line: many at once, for as long as it is told.
//
//	node crowd.mjs URL slow COUNT SECONDS      so many connections that send a byte of a request a second
//	node crowd.mjs URL stall COUNT SECONDS     so many that send half a body and nothing more, and read nothing
//	node crowd.mjs URL endless COUNT SECONDS   so many that send a body without an end
//	node crowd.mjs URL oversized COUNT SECONDS so many that announce a gigabyte, over and over
//
// With 0 SECONDS they go on until SIGTERM.
//
// Prints how many connections there were, and the statuses that they were answered with.

import { connect } from 'node:net';

const [url, what, count, seconds] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const until = Number(seconds) === 0 ? Infinity : Date.now() + Number(seconds) * 1000;
const statuses = new Map();
let opened = 0;

const head = (lines, path = '/api/v1/sync') => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${lines}`;
const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;

const WAYS = {
	slow(socket) {
		const text = head('Authorization: Bearer bm_x\r\nContent-Length: 2\r\n\r\n{}');
		let at = 0;
		return setInterval(() => socket.write(text[at++ % text.length]), 1000);
	},
	stall(socket) {
		socket.pause();
		// Where nothing stands before the body: whoever is refused for want of a token costs an executable no wait.
		socket.write(head('Content-Length: 40\r\n\r\n{"device":', '/api/v1/sync/accounts'));
	},
	endless(socket) {
		socket.write(head('Transfer-Encoding: chunked\r\n\r\n'));
		const feed = () => {
			while (!socket.destroyed && socket.write(chunk))
				;
		};
		socket.on('drain', feed);
		feed();
	},
	oversized(socket) {
		socket.write(head('Content-Length: 1000000000\r\n\r\n'));
	},
};

function open() {
	if (Date.now() >= until)
		return;
	const socket = connect(Number(port), hostname);
	let timer;
	opened++;
	socket.on('connect', () => { timer = WAYS[what](socket); });
	socket.on('data', (data) => {
		const [, status] = /^HTTP\/1\.1 (\d+)/.exec(data.toString('latin1')) ?? [];
		if (status)
			statuses.set(status, (statuses.get(status) ?? 0) + 1);
		if (what === 'oversized')
			socket.destroy();
	});
	socket.on('error', () => {});
	socket.on('close', () => {
		clearInterval(timer);
		setTimeout(open, 20);
	});
}

for (let i = 0; i < Number(count); i++)
	open();

function end() {
	console.log(`${opened} connections; ${[...statuses].sort().map(([status, times]) => `${status}: ${times}`).join(', ')}`);
	process.exit();
}

process.on('SIGTERM', end);
if (until !== Infinity)
	setTimeout(end, until - Date.now());
