/**
 * Codes that people read aloud, copy by hand and type: the pairing code (8 characters, ten minutes) and the recovery code
 * (28 characters, for years). Both are Crockford's base 32, which has no I, L, O or U, so what is easily misread maps to
 * one character.
 *
 * The recovery code is 128 random bits and a CRC of 12 bits over them, most significant bit first. The checksum is no
 * secret and no protection: it is there so that a slip of the pen is found before a request is sent, and is told from a
 * code that belongs to nobody.
 */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const PAIRING_CHARACTERS = 8;
const RECOVERY_CHARACTERS = 28;

/** What is wrong with a code that somebody typed. */
export class CodeError extends Error {
	/** @param {'bad_length' | 'bad_character' | 'bad_checksum'} code */
	constructor(code) {
		super(code);
		this.name = 'CodeError';
		this.code = code;
	}
}

/** A code in an address: of this site (`#pair=`), or of VS Code (`&code=`). */
const IN_ADDRESS = /[#&](?:pair|code)=([^&\s]*)/;

/**
 * What comes along when a code is copied from a page, a chat or a document: spaces, dashes of any kind (the minus is a sign, not one of
 * them), quotation marks, and what nobody sees (soft hyphens, zero-width characters, direction marks).
 */
const ALONG = /[\s\p{Cf}\p{Pd}\p{Pi}\p{Pf}\u2212"'`\u201a\u201e]/gu;

/**
 * @param {string} text as typed or pasted: any case and width, with or without separators, or in its whole address
 * @returns {string} characters of the alphabet only
 */
function readCharacters(text) {
	const code = IN_ADDRESS.exec(text)?.[1] ?? text;
	// Compatibility forms first: letters of full width, for instance, are letters.
	const plain = code.normalize('NFKC').replace(ALONG, '').replace(/\.$/, '').toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1');
	for (const character of plain) {
		if (!ALPHABET.includes(character)) {
			throw new CodeError('bad_character');
		}
	}
	return plain;
}

/**
 * @param {string} plain
 * @param {number} expected
 */
function checkLength(plain, expected) {
	if (plain.length !== expected) {
		throw new CodeError('bad_length');
	}
}

/** @param {string} plain */
const inGroups = (plain) => (plain.match(/.{1,4}/g) ?? []).join('-');

/**
 * @param {string} text as typed
 * @returns {boolean} whether it is a recovery code rather than a pairing code, by its length
 */
export const isRecoveryCode = (text) => readCharacters(text).length > (PAIRING_CHARACTERS + RECOVERY_CHARACTERS) / 2;

/**
 * A pairing code as the server shows it.
 *
 * @param {string} text as typed
 * @returns {string} `ABCD-EFGH`
 */
export function readPairingCode(text) {
	const plain = readCharacters(text);
	checkLength(plain, PAIRING_CHARACTERS);
	return inGroups(plain);
}

/**
 * A recovery code as the server shows it, its checksum verified.
 *
 * @param {string} text as typed
 * @returns {string} seven groups of four
 */
export function readRecoveryCode(text) {
	const plain = readCharacters(text);
	checkLength(plain, RECOVERY_CHARACTERS);
	let bits = 0n;
	for (const character of plain) {
		bits = bits << 5n | BigInt(ALPHABET.indexOf(character));
	}
	const bytes = [];
	for (let shift = 132n; shift >= 12n; shift -= 8n) {
		bytes.push(Number(bits >> shift & 0xffn));
	}
	if (crc12(bytes) !== Number(bits & 0xfffn)) {
		throw new CodeError('bad_checksum');
	}
	return inGroups(plain);
}

/**
 * CRC-12/DECT: polynomial 0x80F, start 0, most significant bit first. It finds every slip in
 * one character and every exchange of two neighbours.
 *
 * @param {Iterable<number>} bytes
 * @returns {number} 12 bits
 */
export function crc12(bytes) {
	let crc = 0;
	for (const byte of bytes) {
		for (let bit = 7; bit >= 0; bit--) {
			const carry = crc >> 11 ^ byte >> bit & 1;
			crc = crc << 1 & 0xfff;
			if (carry) {
				crc ^= 0x80f;
			}
		}
	}
	return crc;
}
