// Sends a table of requests, byte for byte as the table says, and holds the replies against it.
//
//	node send-table.mjs URL TABLE [SECTION]
//
// Prints a line for each reply that is not as the table has it, and how many were; fails if one was
// not, or if none was sent.  No HTTP library stands between: most of these requests are such that a
// library would not send them.
//
// A table is lines of cells between tabs.  A line that begins with "## " opens a section, other
// lines with "#" are comments.  A line "=", NAME, TEXT defines <NAME>.  All others are requests:
//
//	name           what is wrong with it
//	request        METHOD PATH, the path below /api/v1/sync ("/": the prefix itself); METHOD may
//	               be several, "PUT|PATCH"; a path that begins with "^" is taken from the root
//	authorization  the header's value; "-" none
//	headers        "NAME: VALUE", several between " | ", in place of those of that name that are
//	               sent otherwise (Host, Content-Type, Content-Length); one without a value is
//	               left out; "-" none
//	body           "-" none, and none is announced
//	status         of the reply
//	code           of its problem document; "-" where the reply is none
//	pointer        of the same; "-" it has none
//
// In requests, headers and bodies stand, between < and >:
//
//	NAME        what an "=" line, or the environment as FIX_NAME, says
//	day+2       the civil day so many days from the server's; day-2, day+0
//	id          16 hexadecimal digits, other ones each time; source: 64
//	x ff fe     bytes
//	N*TEXT      TEXT, N times; TEXT may hold placeholders in [ ], and [i] counts from 0
//	days N      N totals with a day each, back from today
//	pad N       so many spaces that the body is N bytes long

import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { randomBytes } from 'node:crypto';

const PATIENCE_MS = 20000;
const [url, file, section] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const definitions = new Map();

const day = (offset) => new Date(Date.now() + offset * 86400e3).toISOString().slice(0, 10);

/** Text as bytes in a string, a character each, since not all that is sent is text. */
const bytesOf = (text) => Buffer.from(text, 'utf8').toString('latin1');

function totals(count) {
	return Array.from({ length: count }, (_, i) =>
		`{"day":"${day(-i)}","xp":1,"minutes":1,"sessions":1,"cycles":1}`).join();
}

function stand(word) {
	let found;
	if (definitions.has(word))
		return fill(definitions.get(word));
	if (process.env[`FIX_${word}`] !== undefined)
		return process.env[`FIX_${word}`];
	if ((found = /^day([+-]\d+)$/.exec(word)))
		return day(Number(found[1]));
	if (word === 'id')
		return randomBytes(8).toString('hex');
	if (word === 'source')
		return randomBytes(32).toString('hex');
	if ((found = /^x((?: [0-9a-f]{2})+)$/.exec(word)))
		return Buffer.from(found[1].replaceAll(' ', ''), 'hex').toString('latin1');
	if ((found = /^(\d+)\*(.*)$/.exec(word))) {
		return Array.from({ length: Number(found[1]) }, (_, i) =>
			fill(found[2].replaceAll('[i]', String(i)).replaceAll(/\[([^\]]+)\]/g, '<$1>'))).join('');
	}
	if ((found = /^days (\d+)$/.exec(word)))
		return totals(Number(found[1]));
	throw new Error(`the table has <${word}>, which stands for nothing`);
}

function fill(text) {
	const filled = text.replaceAll(/<(?!pad )([^>]+)>/g, (_, word) => stand(word));
	return filled.replace(/<pad (\d+)>/, (mark, length) =>
		' '.repeat(Math.max(0, Number(length) - (filled.length - mark.length))));
}

function readTable() {
	const rows = [];
	let current = '';
	for (const [at, line] of readFileSync(file, 'utf8').split('\n').entries()) {
		const cells = line.split('\t');
		if (line.startsWith('## '))
			current = line.slice(3);
		if (line === '' || line.startsWith('#'))
			continue;
		if (cells[0] === '=') {
			definitions.set(cells[1], bytesOf(cells[2]));
			continue;
		}
		if (cells.length !== 8)
			throw new Error(`${file}:${at + 1}: ${cells.length} cells, not 8`);
		const [name, request, authorization, headers, body, status, code, pointer] = cells;
		const [methods, path] = request.split(/ (.*)/s);
		for (const method of methods.split('|')) {
			rows.push({ at: at + 1, section: current, name, method, path, authorization, headers, body,
				status: Number(status), code, pointer });
		}
	}
	return rows.filter((row) => section === undefined || row.section === section);
}

function write(row) {
	const body = row.body === '-' ? null : fill(bytesOf(row.body));
	const path = row.path.startsWith('^') ? row.path.slice(1)
		: `/api/v1/sync${row.path === '/' ? '' : row.path.replace(/^\/(?=\?)/, '')}`;
	const headers = new Map([['host', 'breath']]);

	if (body !== null) {
		headers.set('content-type', 'application/json');
		headers.set('content-length', body.length);
	}
	if (row.authorization !== '-')
		headers.set('authorization', fill(bytesOf(row.authorization)));
	const given = row.headers === '-' ? [] : row.headers.split(' | ').map((line) => {
		const [name, value] = line.split(/: ?(.*)/s);
		return [name.toLowerCase(), fill(bytesOf(value))];
	});
	for (const [name] of given) {
		if (name !== 'authorization')
			headers.delete(name);
	}
	const lines = [...headers, ...given.filter(([, value]) => value !== '')]
		.map(([name, value]) => `${name}: ${value}\r\n`);
	return Buffer.from(`${row.method} ${fill(bytesOf(path))} HTTP/1.1\r\nconnection: close\r\n${
		lines.join('')}\r\n${body ?? ''}`, 'latin1');
}

/** Takes a reply apart; null as long as it is not complete. */
function parse(bytes, method) {
	const end = bytes.indexOf('\r\n\r\n');
	if (end < 0)
		return null;
	const [first, ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
	const headers = new Map(lines.map((line) => {
		const [name, value] = line.split(/: ?(.*)/s);
		return [name.toLowerCase(), value];
	}));
	const body = bytes.subarray(end + 4);
	const length = method === 'HEAD' ? 0 : Number(headers.get('content-length') ?? 0);
	return body.length < length ? null
		: { status: Number(first.split(' ')[1]), headers, body: body.toString('utf8') };
}

/** Sends a request and takes the reply, without waiting for the server to close: it may wait for us. */
function exchange(request, method) {
	return new Promise((resolve, reject) => {
		const socket = connect({ host: hostname, port });
		let bytes = Buffer.alloc(0);

		socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`no reply within ${PATIENCE_MS} ms`)));
		socket.on('data', (chunk) => {
			bytes = Buffer.concat([bytes, chunk]);
			const reply = parse(bytes, method);
			if (reply !== null) {
				resolve(reply);
				socket.destroy();
			}
		});
		socket.on('error', reject);
		socket.on('end', () => reject(new Error(`the reply ends early: ${bytes.toString('latin1').slice(0, 200)}`)));
		socket.write(request);
	});
}

/** Members that some problems have besides. */
const more = { device_forked: ['received', 'epoch'], merge_needed: ['yours', 'theirs'] };

/** What every refusal has, whoever refuses. */
function* faultsOfProblem(row, reply) {
	const has = (name, wanted) => wanted.test(reply.headers.get(name) ?? '(none)')
		? [] : [`${name} is ${reply.headers.get(name)}`];
	yield* has('content-type', /^application\/problem\+json$/);
	yield* has('access-control-allow-origin', /^\*$/);
	yield* has('access-control-expose-headers', /X-Request-Id/);
	yield* has('x-request-id', /^[0-9a-f]{16,32}$/);
	yield* has('cache-control', /no-store/);
	if (row.status === 401)
		yield* has('www-authenticate', /^Bearer$/);
	if (row.status === 405)
		yield* has('allow', /OPTIONS/);
	if (row.status === 429 || row.status === 503)
		yield* has('retry-after', /^[1-9]\d*$/);
	if (row.method === 'HEAD') {
		if (reply.body !== '')
			yield 'a reply to HEAD has a body';
		return;
	}
	let problem;
	try {
		problem = JSON.parse(reply.body);
	} catch {
		yield `the body is no JSON: ${reply.body.slice(0, 200)}`;
		return;
	}
	if (problem.code !== row.code)
		yield `code is ${problem.code}`;
	if ((problem.pointer ?? '-') !== row.pointer)
		yield `pointer is ${problem.pointer ?? '-'}`;
	if (problem.type !== `/problems#${problem.code}`)
		yield `type is ${problem.type}`;
	if (problem.status !== row.status)
		yield `status in the document is ${problem.status}`;
	if (!/^[A-Z][^\n]+[^.]$/.test(problem.title))
		yield `title is ${problem.title}`;
	if (!/^[A-Z][^\n]+\.$/.test(problem.detail))
		yield `detail is no sentence: ${problem.detail}`;
	const members = ['type', 'title', 'status', 'code', 'detail', 'pointer', ...more[row.code] ?? []];
	for (const member of Object.keys(problem).filter((name) => !members.includes(name)))
		yield `the document has a member ${member}`;
}

async function faultsOf(row) {
	let reply;
	try {
		reply = await exchange(write(row), row.method);
	} catch (error) {
		return [error.message];
	}
	const faults = reply.status === row.status ? [] : [`status is ${reply.status}: ${reply.body.slice(0, 300)}`];
	if (row.status >= 400)
		faults.push(...faultsOfProblem(row, reply));
	return faults;
}

const rows = readTable();
let failed = 0;
for (const row of rows) {
	const faults = await faultsOf(row);
	if (faults.length > 0) {
		failed++;
		console.log(`line ${row.at}: ${row.method} ${row.path}: ${row.name}\n\twanted ${row.status} ${row.code} ${row.pointer}\n\t${faults.join('\n\t')}`);
	}
}
console.log(`${rows.length} requests, ${failed} answered otherwise than the table says`);
process.exitCode = failed > 0 || rows.length === 0 ? 1 : 0;
