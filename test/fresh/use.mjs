/**
 * The main job through the API, and the page as far as one sees it without a browser, with nothing but Node.
 *
 *	BREATH_URL  where it is served
 */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

const { BREATH_URL: url } = process.env;
const today = new Date().toISOString().slice(0, 10);

/** Calls the API and has what it answers. */
async function call(status, method, path, body, token) {
	const headers = {
		...(body && { 'Content-Type': 'application/json' }),
		...(token && { Authorization: `Bearer ${token}` }),
	};
	const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
	const text = await answer.text();
	assert.equal(answer.status, status, `${method} ${path}: ${text}`);
	return text === '' ? undefined : JSON.parse(text);
}

const push = (token, xp) => call(200, 'POST', '/sync', {
	today,
	push: randomBytes(8).toString('hex'),
	after: null,
	days: [{ day: today, xp, minutes: 5, sessions: 1, cycles: 20 }],
}, token);

const { token } = await call(201, 'POST', '/sync/accounts', { device: { kind: 'cli' } });
await push(token, 7);
const { code } = await call(201, 'POST', '/sync/pairings', undefined, token);
const other = await call(201, 'POST', '/sync/pairings/redeem', { code, device: { kind: 'vscode' } });
assert.equal((await push(other.token, 5)).xp, 12);
assert.equal((await call(200, 'GET', '/sync', undefined, token)).xp, 12);
await call(204, 'DELETE', '/sync/account', undefined, token);
await call(401, 'GET', '/sync', undefined, token);

const page = await (await fetch(url)).text();
const files = [...page.matchAll(/(?:href|src)="(\/[^"#]*)"/g)].map(([, path]) => path);
assert.ok(files.length > 3, page);
for (const file of files) {
	const answer = await fetch(url + file);
	assert.equal(answer.status, 200, file);
}
console.log(`12 XP of two devices; ${files.length} files of the page`);
