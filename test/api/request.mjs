/** Requests over HTTP exactly as a test wants them, over connections that are kept. */

import http from 'node:http';

const agent = new http.Agent({ keepAlive: true });

/** Closes the connections, so that the process can end. */
export const hangUp = () => agent.destroy();

/** One request, as it is; what `fetch` would forbid (a body with GET) included. */
export function request(method, url, headers = {}, body = '') {
	return new Promise((resolve, reject) => {
		const length = body === '' ? {} : { 'Content-Length': Buffer.byteLength(body) };
		const sent = http.request(url, { method, agent, headers: { ...headers, ...length } }, (reply) => {
			const chunks = [];
			reply.on('data', (chunk) => chunks.push(chunk));
			reply.on('end', () => resolve({
				method: method.toLowerCase(), path: new URL(url).pathname, status: reply.statusCode, headers: reply.headers, text: Buffer.concat(chunks).toString(),
			}));
		});
		sent.on('error', reject);
		sent.end(body);
	});
}
