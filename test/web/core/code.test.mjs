import assert from 'node:assert/strict';
import test from 'node:test';
import { CodeError, crc12, isRecoveryCode, readPairingCode, readRecoveryCode } from '../../../htdocs/js/core/code.js';
import { createChance } from '../model/random.mjs';
import { recoveryCode } from '../model/server.mjs';

const refused = (code) => (error) => error instanceof CodeError && error.code === code;

test('a pairing code as people type it', () => {
	for (const text of ['ABCD-EFGH', 'abcd-efgh', 'abcdefgh', ' AB CD\u2013EF GH ', 'a-b-c-d-e-f-g-h']) {
		assert.equal(readPairingCode(text), 'ABCD-EFGH');
	}
	assert.equal(readPairingCode('o0Ii-lL11'), '0011-1111');
});

/** How a code comes along when it is pasted. */
const PASTED = {
	'a whole address': (code) => `https://breath.example/#pair=${code}`,
	'an address within a sentence': (code) => `Open https://breath.example:8443/#pair=${code} on it`,
	'the address for VS Code': (code) => `vscode://gsejas.breath-master/connect#server=https%3A%2F%2Fbreath.example&code=${code}`,
	'a soft hyphen': (code) => code.replace(/-/g, '\u00AD'),
	'zero-width characters': (code) => `\uFEFF${code.replace(/-/g, '\u200B-\u200D')}\u2060`,
	'direction marks': (code) => `\u2066\u200E${code}\u202C\u200F\u2069`,
	'letters of full width': (code) => [...code].map((each) => String.fromCharCode(each.charCodeAt(0) + 0xfee0)).join(''),
	'no-break spaces': (code) => `\u00A0${code.replace(/-/g, '\u202F')}\u3000`,
	'a full stop': (code) => `${code}.`,
	'a full stop of full width': (code) => `${code}\uFF0E`,
	'a full stop in quotation marks': (code) => `\u201E${code}.\u201C`,
	...Object.fromEntries([...'\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uFE58\uFE63\uFF0D'].map((dash) => (
		[`the dash U+${dash.charCodeAt(0).toString(16)}`, (code) => code.replace(/-/g, dash)]
	))),
	...Object.fromEntries(['""', "''", '``', '\u201C\u201D', '\u2018\u2019', '\u00AB\u00BB', '\u2039\u203A', '\u201A\u2018'].map(([open, close]) => (
		[`the quotation marks ${open}${close}`, (code) => `${open}${code}${close}`]
	))),
};

for (const [what, paste] of Object.entries(PASTED)) {
	test(`codes as people paste them: ${what}`, () => {
		const recovery = recoveryCode(createChance(9).bytes(16));
		assert.equal(readPairingCode(paste('ABCD-EFGH')), 'ABCD-EFGH');
		assert.equal(readRecoveryCode(paste(recovery)), recovery);
		assert.deepEqual([isRecoveryCode(paste('ABCD-EFGH')), isRecoveryCode(paste(recovery))], [false, true]);
	});
}

test('pasting makes no code of what is none', () => {
	for (const text of ['ABCD.EFGH', 'ABCD-EFGH..', '.ABCD-EFGH', 'ABCD-EFGH!', '(ABCD-EFGH)', 'ABCD/EFGH', 'ABCD+EFGH', 'https://breath.example/ABCD-EFGH', 'ABCD-EFG\u00DF']) {
		assert.throws(() => readPairingCode(text), (error) => error instanceof CodeError, text);
	}
	assert.throws(() => readPairingCode('https://breath.example/#pair='), refused('bad_length'));
	assert.throws(() => readPairingCode('https://breath.example/#pair=%ZZ'), refused('bad_character'));
});

test('what is no pairing code is told apart', () => {
	assert.throws(() => readPairingCode(''), refused('bad_length'));
	assert.throws(() => readPairingCode('ABCD-EFG'), refused('bad_length'));
	assert.throws(() => readPairingCode('ABCD-EFGH-J'), refused('bad_length'));
	assert.throws(() => readPairingCode('ABCD-EFGU'), refused('bad_character'), 'there is no U');
	assert.throws(() => readPairingCode('ABCD_EFGH'), refused('bad_character'));
	assert.throws(() => readPairingCode('ÀBCD-EFGH'), refused('bad_character'));
});

test('the checksum is CRC-12/DECT', () => {
	// The catalogue's check value for "123456789" is 0xDAF with the output reflected.
	assert.equal(crc12(new TextEncoder().encode('123456789')), 0xf5b);
	assert.equal(crc12([]), 0);
	assert.equal(crc12(new Uint8Array(16)), 0);
});

test('recovery codes, known and made at random', () => {
	assert.equal(readRecoveryCode('0000-0000-0000-0000-0000-0000-0000'), '0000-0000-0000-0000-0000-0000-0000');
	const chance = createChance(7);
	for (let i = 0; i < 500; i++) {
		const code = recoveryCode(chance.bytes(16));
		assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
		assert.equal(readRecoveryCode(code.toLowerCase().replace(/-/g, chance.pick(['', ' ', '-'])).replace(/0/g, 'o')), code);
	}
});

test('every slip in one character and every exchange of neighbours is found', () => {
	const code = recoveryCode(createChance(8).bytes(16));
	const plain = code.replace(/-/g, '');
	for (let i = 0; i < plain.length; i++) {
		for (const character of '0123456789ABCDEFGHJKMNPQRSTVWXYZ') {
			if (character !== plain[i]) {
				assert.throws(() => readRecoveryCode(plain.slice(0, i) + character + plain.slice(i + 1)), refused('bad_checksum'));
			}
		}
		if (i > 0 && plain[i] !== plain[i - 1]) {
			const exchanged = plain.slice(0, i - 1) + plain[i] + plain[i - 1] + plain.slice(i + 1);
			assert.throws(() => readRecoveryCode(exchanged), refused('bad_checksum'));
		}
	}
	assert.throws(() => readRecoveryCode(plain.slice(1)), refused('bad_length'));
	assert.throws(() => readRecoveryCode('ABCD-EFGH'), refused('bad_length'));
});
