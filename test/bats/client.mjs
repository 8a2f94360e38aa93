// The API for programs of the suites that need many clients at once: plain calls, no cleverness.

import { Agent, request } from 'node:http';
import { randomBytes } from 'node:crypto';

const PATIENCE_MS = 30000;

export const hex = (bytes) => randomBytes(bytes).toString('hex');
export const day = (offset = 0) => new Date(Date.now() + offset * 86400e3).toISOString().slice(0, 10);

/**
 * The draws of a run are those of its seed, as far as the order of replies is the same. What a program is asked to do, the word
 * behind the address, goes in as well: two of one test do not draw the same.
 */
export const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 32768));
let drawn = [...process.argv[3] ?? ''].reduce((mixed, letter) => Math.imul(mixed ^ letter.charCodeAt(0), 16777619), seed + 1);
function draw() {
	drawn = (drawn + 0x6d2b79f5) | 0;
	let mixed = Math.imul(drawn ^ (drawn >>> 15), drawn | 1);
	mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
	return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
export const upTo = (max) => Math.floor(draw() * (max + 1));

/** Somebody's connection to a service. */
export class Client {
	constructor(url, sockets = 1, family = 'sync') {
		this.base = `${url}/api/v1/${family}`;
		this.agent = new Agent({ keepAlive: true, maxSockets: sockets });
	}

	/**
	 * Sends a request.
	 * @returns status, headers and body (parsed, null where there is none)
	 * @throws when no whole reply comes: what became of the request is then not known
	 */
	call(method, path, { token, body } = {}) {
		return new Promise((resolve, reject) => {
			const text = body === undefined ? undefined : JSON.stringify(body);
			const headers = {
				...token && { authorization: `Bearer ${token}` },
				...text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
			};
			const sent = request(this.base + path, { method, headers, agent: this.agent, timeout: PATIENCE_MS }, (reply) => {
				const chunks = [];
				reply.on('data', (chunk) => chunks.push(chunk));
				reply.on('error', reject);
				reply.on('end', () => {
					const whole = Buffer.concat(chunks).toString();
					if (!reply.complete)
						return reject(new Error('the reply was cut off'));
					resolve({ status: reply.statusCode, headers: reply.headers, body: whole ? JSON.parse(whole) : null });
				});
			});
			sent.on('timeout', () => sent.destroy(new Error(`no reply within ${PATIENCE_MS} ms`)));
			sent.on('error', reject);
			sent.end(text);
		});
	}

	/** The same where any other status than the one wanted is a failure. */
	async expect(status, method, path, options) {
		const reply = await this.call(method, path, options);
		if (reply.status !== status)
			throw new Error(`${method} ${path} answered ${reply.status} ${JSON.stringify(reply.body)}`);
		return reply.body;
	}

	close() {
		this.agent.destroy();
	}
}

/** Runs an asynchronous function for each item, so many at once. */
export async function each(items, atOnce, run) {
	const rest = items.entries();
	await Promise.all(Array.from({ length: atOnce }, async () => {
		for (const [index, item] of rest)
			await run(item, index);
	}));
}
