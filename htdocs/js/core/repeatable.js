/**
 * Requests that make a device, such that they can be repeated: when a reply gets lost, asking again makes no second device, uses
 * up no second code and opens no second account.
 *
 * Each bears an identifier that is drawn at random and stored before the request is sent. It is sent again until the request is
 * answered. The server binds it to everything that was asked for and refuses it for anything else; then another one is drawn. So
 * what a person typed need not be stored here to tell whether it is the same again. A merge is the exception: it is asked for twice, first
 * whether it is wanted, and the second time the code may be used up by what happened unheard.
 */

import { ApiError } from './api.js';

/**
 * @param {(count: number) => Uint8Array} randomBytes from a source fit for keys
 * @param {number} count of bytes
 */
export const randomHex = (randomBytes, count) => Array.from(randomBytes(count), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Refusals of an identifier: it stands for something else, or for a device that has been removed since. */
const STALE = ['request_reused', 'token_revoked'];

/**
 * Whether the server has decided. It has not where the request never came to it, or something on the way answered.
 *
 * @param {unknown} error
 * @returns {error is ApiError}
 */
const isAnswer = (error) => error instanceof ApiError && error.status < 500 && error.status !== 429;

/**
 * @param {object} host
 * @param {ReturnType<typeof import('./state.js').openState>} host.stored
 * @param {(count: number) => Uint8Array} host.randomBytes from a source fit for keys
 */
export function createRepeatable({ stored, randomBytes }) {
	/**
	 * Send a request that makes a device, or repeat it. To be called under the `sync` lock. Whoever stores what the reply says forgets the
	 * identifier in the same change: `State.request` is null from then on.
	 *
	 * @template T
	 * @param {(request: string) => Promise<T>} send
	 * @param {import('./state.js').Asked['merge']} [merge]
	 * @returns {Promise<T>}
	 */
	return async function repeatable(send, merge = null) {
		const drawn = randomHex(randomBytes, 16);
		const request = await stored.change((state) => {
			state.request = { id: state.request?.id ?? drawn, merge };
			return state.request.id;
		});
		try {
			return await send(request);
		} catch (error) {
			if (!isAnswer(error)) {
				throw error;
			}
			await stored.change((state) => {
				state.request = null;
			});
			if (request !== drawn && STALE.includes(error.code)) {
				return repeatable(send, merge);
			}
			throw error;
		}
	};
}
