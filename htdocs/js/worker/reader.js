/**
 * The worker that reads exports. A session log of years takes a second or more, in which the page must answer to whoever uses it.
 *
 * The page imports this module for its address (`app/reading.js`), which only the built file itself knows. It gets one message with the
 * file, and answers with how far it is, and in the end with what was found or why nothing was.
 */

import { decodeFile, ImportError } from '../core/decode.js';
import { readExport } from '../core/old-export.js';

/** @typedef {import('../core/old-export.js').Import} Import */
/** @typedef {Pick<ImportError, 'code' | 'pointer'>} Problem */
/** @typedef {{part: number} | {found: Import} | {problem: Problem}} Answer */

export const address = import.meta.url;

/** @type {(answer: Answer) => void} */
const tell = (answer) => postMessage(answer);

/** @param {{file: Blob, today: string}} order */
async function read({ file, today }) {
	const { text, mended } = decodeFile(new Uint8Array(await file.arrayBuffer()), (encoding, bytes) => new TextDecoder(encoding).decode(bytes));
	return readExport(text, today, { mended, onProgress: (part) => tell({ part }) });
}

if (!('document' in globalThis)) {
	addEventListener('message', async ({ data }) => {
		try {
			tell({ found: await read(data) });
		} catch (error) {
			if (error instanceof ImportError) {
				const { code, pointer } = error;
				tell({ problem: { code, pointer } });
			} else {
				reportError(error);
			}
		}
	});
}
