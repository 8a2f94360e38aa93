// Plants what must not be kept wherever a request can hold something.
//
//	node plant-canaries.mjs URL TOKEN CANARIES REPLIES NAMED
//
// CANARIES has lines LABEL, KIND, VALUE between tabs.  Each value goes into each place.  REPLIES and
// NAMED are files for the replies, whole: a reply to a member or parameter that nobody knows names it,
// to its sender only, so these lie apart in NAMED.  Prints how many requests there were and how they were
// answered.

import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { day, hex } from './client.mjs';

const [url, token, canaries, repliesFile, namedFile] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const bearer = { authorization: `Bearer ${token}` };
const figures = { xp: 1, minutes: 1, sessions: 1, cycles: 1 };

/** Sends bytes and takes what comes until the connection ends, or a second passes without more. */
function talk(text) {
	return new Promise((resolve) => {
		const socket = connect({ host: hostname, port });
		const chunks = [];
		const settle = () => {
			socket.destroy();
			resolve(Buffer.concat(chunks));
		};
		socket.setTimeout(1000, settle);
		socket.on('data', (chunk) => chunks.push(chunk));
		socket.on('error', settle);
		socket.on('close', settle);
		socket.write(text);
	});
}

function request(method, path, headers = {}, body = undefined) {
	const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
	const all = {
		host: 'breath', connection: 'close',
		...text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
		...headers,
	};
	const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join('');
	return talk(`${method} ${path} HTTP/1.1\r\n${lines}\r\n${text ?? ''}`);
}

const api = (method, path, headers, body) => request(method, `/api/v1/sync${path}`, headers, body);
const push = (more = {}, oneDay = {}) => ({
	today: day(), push: hex(8), after: null, days: [{ day: day(), ...figures, ...oneDay }], ...more,
});

/** Requests that are good but for what else they bear, and others that are not. */
function* requestsWith(value) {
	const escaped = encodeURIComponent(value);
	const strange = {
		'user-agent': value, cookie: `who=${escaped}; where="${value}"`, referer: `https://${escaped}/?q=${escaped}`,
		origin: `https://${escaped}`, from: value, via: value, forwarded: `for="${value}"`, 'x-forwarded-for': value,
		'x-real-ip': value, 'x-request-id': value, 'accept-language': value, 'x-anything': value, 'if-none-match': `"${value}"`,
	};

	// In headers of what works.
	yield api('POST', '/accounts', strange, { device: { kind: 'cli' } });
	for (const path of ['', '/devices', '/imports', '/export'])
		yield api('GET', path, { ...bearer, ...strange });
	yield api('PUT', `/imports/${hex(32)}`, { ...bearer, ...strange }, { today: day(), days: [] });
	yield api('OPTIONS', '/accounts', strange);
	yield request('GET', '/', strange);

	// In headers of what does not.
	for (const header of ['authorization', 'content-type', 'host', 'transfer-encoding', 'expect', 'content-length']) {
		yield api('POST', '/accounts', { [header]: value }, { device: { kind: 'cli' } });
		yield api('POST', '', { ...strange, [header]: value }, push());
	}
	yield api('GET', '', { authorization: `Bearer ${value}` });
	yield api('GET', '', { authorization: `Basic ${Buffer.from(value).toString('base64')}` });

	// In paths and query strings.
	for (const path of [`/${escaped}`, `/devices/${escaped}`, `/imports/${escaped}`, `/pairings/${escaped}`, `?today=${escaped}`, `?today=${value}`]) {
		yield api('GET', path, bearer);
		yield api('DELETE', path, bearer);
	}
	for (const path of [`/${escaped}`, `/api/${escaped}`, `/api/v1/${escaped}?${escaped}`, `/../${escaped}`, `/%00${escaped}`, `/#${escaped}`])
		yield request('GET', path);
	yield request(value.replaceAll(/[^A-Za-z]/g, '').toUpperCase(), '/api/v1/sync');
	yield talk(`${value}\r\n\r\n`);
	yield talk(`GET /${escaped}`);

	// In bodies.
	for (const kind of [value, [value], { [0]: value }])
		yield api('POST', '/accounts', {}, { device: { kind } });
	yield api('POST', '/accounts', {}, { device: value });
	yield api('POST', '/accounts', {}, value);
	yield api('POST', '/accounts', {}, `{"device":{"kind":"cli"}} ${value}`);
	yield api('POST', '/accounts', {}, `{"device":${value}}`);
	yield api('POST', '/accounts', {}, JSON.stringify(value).padEnd(3000, value));
	yield api('PUT', `/imports/${hex(32)}`, bearer, JSON.stringify(value).padEnd(1100000, value));
	for (const member of ['today', 'push', 'after', 'days'])
		yield api('POST', '', bearer, push({ [member]: value }));
	for (const member of ['day', 'xp', 'minutes', 'sessions', 'cycles'])
		yield api('POST', '', bearer, push({}, { [member]: value }));
	for (const member of ['rest', 'streak'])
		yield api('PUT', `/imports/${hex(32)}`, bearer, { today: day(), days: [], [member]: value });
	yield api('PUT', `/imports/${hex(32)}`, bearer,
		{ today: day(), days: [], streak: { days: 1, last_day: value, longest: 1 } });
	yield api('POST', '/pairings/redeem', {}, { code: value, device: { kind: 'cli' } });
	yield api('POST', '/recover', {}, { recovery_code: value, device: { kind: 'cli' } });
	yield api('POST', '/recover', {}, { recovery_code: value, device: { kind: 'cli' }, merge: value });

	// As the value of what nobody knows.
	yield api('POST', '/accounts', {}, { device: { kind: 'cli' }, name: value });
	yield api('POST', '/accounts', {}, { device: { kind: 'cli', host: value } });
	yield api('POST', '', bearer, push({ who: value }));
	yield api('POST', '', bearer, push({}, { when: value }));
	yield api('PUT', `/imports/${hex(32)}`, bearer, { today: day(), days: [], rest: { ...figures, what: value } });
	yield api('POST', `?who=${escaped}`, bearer, push());
	yield api('POST', '/token?x', bearer, value);
}

/** Where it is itself what nobody knows: it is refused by name. */
function* requestsNaming(value) {
	yield api('POST', '/accounts', {}, { device: { kind: 'cli' }, [value]: 1 });
	yield api('POST', '', bearer, push({}, { [value]: 1 }));
	yield api('POST', '', bearer, `{"${value}":1,"${value}":2}`);
	yield api('POST', '', bearer, `{"${value}":`);
	yield api('GET', `?${encodeURIComponent(value)}=1`, bearer);
}

const values = readFileSync(canaries, 'utf8').split('\n').filter((line) => line !== '').map((line) => line.split('\t')[2]);
const replies = [], named = [];
for (const value of values) {
	replies.push(...await Promise.all(requestsWith(value)));
	named.push(...await Promise.all(requestsNaming(value)));
}
writeFileSync(repliesFile, Buffer.concat(replies));
writeFileSync(namedFile, Buffer.concat(named));

const statuses = {};
for (const reply of [...replies, ...named]) {
	const status = /^HTTP\/1\.1 (\d+)/.exec(reply.toString('latin1'))?.[1] ?? 'none';
	statuses[status] = (statuses[status] ?? 0) + 1;
}
console.log(`${replies.length + named.length} requests:`, JSON.stringify(statuses));
