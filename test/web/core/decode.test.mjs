/** Exports as people give them: in whatever a shell, a chat or a web page made of them. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeFile, FILE_MOST_B, ImportError } from '../../../htdocs/js/core/decode.js';
import { readExport } from '../../../htdocs/js/core/old-export.js';
import { smallExports } from './exports.mjs';

const TODAY = '2026-11-22';
const text = smallExports().find(({ name }) => name === 'sessions-and-hovering').text;
const indented = JSON.stringify(JSON.parse(text), null, 2);
const decode = (encoding, bytes) => new TextDecoder(encoding).decode(bytes);
const expected = readExport(text, TODAY);

function readFile(bytes) {
	const { text: decoded, mended } = decodeFile(new Uint8Array(bytes), decode);
	return readExport(decoded, TODAY, { mended });
}

/** The same export, and what was set right on the way. */
function assertReads(found, ...mended) {
	assert.deepEqual(found, { ...expected, mended: mended.map((what) => ({ what, n: 1 })) });
}

const refused = (code) => (error) => error instanceof ImportError && error.code === code;

const littleEndian = (content) => Buffer.from(content, 'utf16le');
const bigEndian = (content) => littleEndian(content).swap16();

for (const [what, content] of [['one line', text], ['indented', indented], ['after a blank line', `\r\n ${indented}`]]) {
	test(`a file as a Windows shell writes it is read: UTF-16, ${what}`, () => {
		assertReads(readFile(littleEndian(content)), 'utf16');
		assertReads(readFile(littleEndian(`\uFEFF${content}`)), 'utf16');
		assertReads(readFile(bigEndian(content)), 'utf16');
		assertReads(readFile(bigEndian(`\uFEFF${content}`)), 'utf16');
	});
}

test('a file in UTF-8 is read, with a byte order mark and without', () => {
	assertReads(readFile(Buffer.from(text)));
	assertReads(readFile(Buffer.from(`\uFEFF${text}`)));
});

test('a code fence around an export is left out', () => {
	for (const fenced of [`\`\`\`json\n${indented}\n\`\`\``, `\n\`\`\`\r\n${text}\r\n\`\`\`\n`, `~~~~ json\n${text}\n~~~~`, `\`\`\`json\n${indented}`]) {
		assertReads(readExport(fenced, TODAY), 'fence');
	}
	assertReads(readFile(littleEndian(`\uFEFF\`\`\`json\n${indented}\n\`\`\``)), 'utf16', 'fence');
});

test('no-break spaces stand for spaces between the parts of an export, and stay in its strings', () => {
	const strange = indented.replace(/^ +/gm, (spaces) => '\u00A0'.repeat(spaces.length)).replace(/": /g, '":\u202F');
	assertReads(readExport(strange, TODAY), 'spaces');
	assertReads(readFile(Buffer.from(`\uFEFF${strange}`)), 'spaces');
	const document = JSON.parse(text);
	document.breathMaster.onboarding.tourCompletedAt = 'a\u00A0\\"mark';
	const marked = JSON.stringify(document, null, 1).replace(/^ +/gm, '\u00A0');
	assert.deepEqual(readExport(marked, TODAY).identities, [document.breathMaster.meditation.sessions[0].id], 'what has a space is no mark');
});

test('what is wrapped and no export is refused all the same', () => {
	for (const content of ['```json\n```', '```', '~~~', '\u00A0', '{"a":\u00A0', '"\\', '\u00A0"\\', `\`\`\`json\n${text.slice(0, 300)}\n\`\`\``, `${text}\u00A0${text}`]) {
		assert.throws(() => readExport(content, TODAY), refused('not_json'), content.slice(0, 20));
		assert.throws(() => readFile(littleEndian(`\uFEFF${content}`)), refused('not_json'));
	}
	assert.throws(() => readFile([]), refused('not_json'));
	assert.throws(() => readFile([0]), refused('not_json'));
	assert.throws(() => readFile([0xff, 0xfe]), refused('not_json'));
	assert.throws(() => readExport('```json\n{"name":"left-pad"}\n```', TODAY), refused('not_an_export'));
	assert.throws(() => readExport('`{}`', TODAY), refused('not_json'));
});

test('what is larger than any export is refused before it is read', () => {
	assert.throws(() => decodeFile(new Uint8Array(FILE_MOST_B + 1), () => assert.fail('decoded')), refused('too_large'));
	assert.throws(() => readExport(' '.repeat(FILE_MOST_B + 1), TODAY), refused('too_large'));
	assertReads(readExport(text.padEnd(FILE_MOST_B), TODAY));
});
