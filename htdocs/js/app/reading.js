/**
 * Reading an export beside the page: a worker does it, one for each file.
 */

import { checkSize, ImportError } from '../core/decode.js';
import { scriptAddress } from './platform.js';

/** @typedef {import('../core/old-export.js').Import} Import */

/**
 * @param {Blob} file
 * @param {string} today the local day
 * @param {(part: number) => void} onProgress hears how much is done, from 0 to 1
 * @param {AbortSignal} signal ends it, with an error that the caller expects
 * @returns {Promise<Import>}
 */
export async function readFile(file, today, onProgress, signal) {
	checkSize(file.size);
	const { address } = await import('../worker/reader.js');
	signal.throwIfAborted();
	const worker = new Worker(scriptAddress(address), { type: 'module' });
	try {
		return await new Promise((resolve, reject) => {
			worker.addEventListener('message', (/** @type {MessageEvent<import('../worker/reader.js').Answer>} */ { data }) => {
				if ('part' in data) {
					onProgress(data.part);
				} else if ('found' in data) {
					resolve(data.found);
				} else {
					reject(new ImportError(data.problem.code, data.problem.pointer));
				}
			});
			worker.addEventListener('error', (event) => reject(new Error(event.message)));
			signal.addEventListener('abort', () => reject(signal.reason));
			worker.postMessage({ file, today });
		});
	} finally {
		worker.terminate();
	}
}
