// Looks for traces of what must not be found, in every byte of every file.
//
//	node find-traces.mjs NEEDLES PATH...
//
// NEEDLES is a file of lines LABEL, KIND, VALUE between tabs; "-": standard input.  KIND is
//
//	text   looked for as it is, in any case, in UTF-16, percent-encoded, and as the bytes below
//	bytes  VALUE in hexadecimal; looked for as they are, as hexadecimal digits and in base64
//
// Prints each trace with where it lies, then a sum.  Ends with 0 when there is none, with 1 when there
// is one, and with 2 when there was nothing to look for or in: a search of nothing proves nothing.

import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const SHOWN = 50;
const SHORTEST_B = 5; // fewer bytes are found anywhere

const [needlesFile, ...paths] = process.argv.slice(2);

// What is gone since it was listed, as nginx's cache lets its files go, holds nothing.

function* filesOf(path) {
	const stat = lstatSync(path, { throwIfNoEntry: false }); // a link leads to what is somebody else's
	if (stat?.isFile())
		yield path;
	if (stat?.isDirectory()) {
		for (const name of readdirSync(path))
			yield* filesOf(join(path, name));
	}
}

function contentsOf(file) {
	try {
		return readFileSync(file);
	} catch (error) {
		if (error.code === 'ENOENT')
			return Buffer.alloc(0);
		throw error;
	}
}

/** Base64 of bytes that begin anywhere in a longer text: of each alignment what does not depend on the rest. */
function base64Forms(bytes) {
	return [0, 1, 2].map((before) => {
		const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64').replace(/=+$/, '');
		const whole = Math.floor((before + bytes.length) * 8 / 6);
		return text.slice(Math.ceil(before * 8 / 6), whole);
	}).filter((text) => text.length >= 8);
}

function* formsOfBytes(bytes) {
	yield ['bytes', bytes];
	yield ['hexadecimal', Buffer.from(bytes.toString('hex'))];
	yield ['hexadecimal', Buffer.from(bytes.toString('hex').toUpperCase())];
	for (const text of base64Forms(bytes)) {
		yield ['base64', Buffer.from(text)];
		yield ['base64url', Buffer.from(text.replaceAll('+', '-').replaceAll('/', '_'))];
	}
}

function* formsOfText(text) {
	for (const spelt of new Set([text, text.toLowerCase(), text.toUpperCase()])) {
		yield* formsOfBytes(Buffer.from(spelt));
		yield ['UTF-16', Buffer.from(spelt, 'utf16le')];
		yield ['UTF-16', Buffer.from(spelt, 'utf16le').swap16()];
	}
	yield ['percent-encoded', Buffer.from(encodeURIComponent(text))];
	yield ['with escapes', Buffer.from(JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'))];
}

/** All forms of all needles, by their first four bytes. */
function index(lines) {
	const byStart = new Map();
	let count = 0;
	for (const [label, kind, value] of lines) {
		const forms = kind === 'text' ? formsOfText(value) : formsOfBytes(Buffer.from(value, 'hex'));
		const seen = new Set();
		count++;
		for (const [form, bytes] of forms) {
			const key = bytes.toString('latin1');
			if (bytes.length < SHORTEST_B)
				throw new Error(`${label} is too short to be looked for: ${value}`);
			if (seen.has(key))
				continue;
			seen.add(key);
			const start = bytes.readUInt32BE(0);
			if (!byStart.has(start))
				byStart.set(start, []);
			byStart.get(start).push({ label, form, bytes });
		}
	}
	return { byStart, count };
}

function* tracesIn(data, byStart) {
	const mayStart = new Uint8Array(65536);
	for (const start of byStart.keys())
		mayStart[start >>> 16] = 1;
	for (let at = 0; at + 4 <= data.length; at++) {
		if (!mayStart[data[at] << 8 | data[at + 1]])
			continue;
		for (const needle of byStart.get(data.readUInt32BE(at)) ?? []) {
			if (data.subarray(at, at + needle.bytes.length).equals(needle.bytes))
				yield { ...needle, at };
		}
	}
}

const lines = readFileSync(needlesFile === '-' ? 0 : needlesFile, 'utf8').split('\n')
	.filter((line) => line !== '').map((line) => line.split('\t'));
const { byStart, count } = index(lines);
const files = paths.flatMap((path) => [...filesOf(path)]);
let bytes = 0, traces = 0;

for (const file of files) {
	const data = contentsOf(file);
	bytes += data.length;
	for (const trace of tracesIn(data, byStart)) {
		if (++traces <= SHOWN)
			console.log(`${trace.label} as ${trace.form} in ${file} at ${trace.at}`);
	}
}
console.log(`${traces} traces of ${count} needles in ${bytes} bytes of ${files.length} files`);
process.exitCode = count === 0 || bytes === 0 ? 2 : traces > 0 ? 1 : 0;
