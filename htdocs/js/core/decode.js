/**
 * From the bytes of a file to its JSON document. People give what a clipboard, a shell, a chat or a web page made of an export, so
 * some wrappings are taken off, and told: each is unmistakable, and none can change what the document says.
 *
 * All of it takes time and memory in proportion to the file, whatever is in it: no expression here looks at a character twice.
 */

/**
 * @typedef {'too_large' | 'not_json' | 'not_an_export' | 'export_incomplete' | 'export_wrong_type' | 'export_bad_number' | 'export_bad_date'
 *   | 'no_identity'} Code none of them is one of the server's
 */

/** Why something is not taken for an export. `pointer` names the member, as a JSON Pointer; empty for the whole. */
export class ImportError extends Error {
	/**
	 * @param {Code} code
	 * @param {string} [pointer]
	 */
	constructor(code, pointer = '') {
		super(code);
		this.name = 'ImportError';
		this.code = code;
		this.pointer = pointer;
	}
}

/** The largest file that is read. Decades of practice make a tenth of it. */
export const FILE_MOST_B = 32 * 1024 * 1024;

/**
 * What was set right while reading.
 *
 *   utf16   the file was in UTF-16, as a Windows shell writes it
 *   fence   a Markdown code fence stood around it
 *   spaces  no-break or other typographic spaces stood between its parts
 *   clock   in `n` sessions the clock was set back, which made their time or bonus negative
 *
 * @typedef {{what: 'utf16' | 'fence' | 'spaces' | 'clock', n: number}} Mended
 */

/** @typedef {(encoding: 'utf-8' | 'utf-16le' | 'utf-16be', bytes: Uint8Array<ArrayBuffer>) => string} Decode the platform's decoder */

/** @param {number} size bytes of a file, or characters of a text */
export function checkSize(size) {
	if (size > FILE_MOST_B) {
		throw new ImportError('too_large');
	}
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {Decode} decode
 * @returns {{text: string, mended: Mended[]}}
 */
export function decodeFile(bytes, decode) {
	checkSize(bytes.length);
	const encoding = encodingOf(bytes);
	return { text: decode(encoding, bytes), mended: encoding === 'utf-8' ? [] : [{ what: 'utf16', n: 1 }] };
}

/** @param {Uint8Array} bytes */
function encodingOf([first, second]) {
	// JSON begins with an ASCII character or a space, and has no character of value zero.
	if ((first === 0xff && second === 0xfe) || second === 0) {
		return 'utf-16le';
	}
	return (first === 0xfe && second === 0xff) || first === 0 ? 'utf-16be' : 'utf-8';
}

/**
 * @param {string} text
 * @returns {{document: unknown, mended: Mended[]}}
 */
export function readJson(text) {
	/** @type {Mended[]} */
	const mended = [];
	// A byte order mark counts as white space.
	let json = text.trim();
	const fence = /^(?:`{3,}|~{3,})/.exec(json)?.[0];
	if (fence) {
		const end = json.endsWith(fence) ? -fence.length : undefined;
		json = json.slice(json.indexOf('\n') + 1, end).trim();
		mended.push({ what: 'fence', n: 1 });
	}
	let document = tryParse(json);
	if (document === undefined) {
		document = tryParse(withPlainSpaces(json));
		mended.push({ what: 'spaces', n: 1 });
	}
	if (document === undefined) {
		throw new ImportError('not_json');
	}
	return { document, mended };
}

/**
 * @param {string} json
 * @returns {unknown} undefined where it is none
 */
function tryParse(json) {
	try {
		return JSON.parse(json);
	} catch {
		return undefined;
	}
}

/**
 * @param {string} json
 * @returns {string} the same with plain spaces outside of its strings
 */
function withPlainSpaces(json) {
	let at = 0;
	let isQuoted = false;
	return json.replace(/[^\S \t\r\n]+/g, (spaces, offset) => {
		for (; at < offset; at++) {
			if (json[at] === '"') {
				isQuoted = !isQuoted;
			} else if (isQuoted && json[at] === '\\') {
				at++;
			}
		}
		return isQuoted ? spaces : ' ';
	});
}
