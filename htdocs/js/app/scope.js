/**
 * Scopes: a view owns its listeners, timers and replies, and they end with it. A scope is an AbortSignal, so what the browser offers
 * (`addEventListener`, `fetch`) takes one as it is; here is what it does not offer.
 */

/** The scope of what stays as long as the document does. */
export const DOCUMENT = new AbortController().signal;

/**
 * @param {AbortSignal} outer
 * @returns {AbortController} of a scope that ends with the outer one, or before
 */
export function scopeWithin(outer) {
	const inner = new AbortController();
	if (outer.aborted) {
		inner.abort();
	}
	outer.addEventListener('abort', () => inner.abort(), { signal: inner.signal });
	return inner;
}

/**
 * Wait for a reply.
 *
 * @template T
 * @param {AbortSignal} scope
 * @param {Promise<T>} promise
 * @returns {Promise<T>} rejects where the scope is over by the time of the reply, so that nothing is done with it
 */
export async function reply(scope, promise) {
	const told = await promise;
	scope.throwIfAborted();
	return told;
}

/**
 * Do something over and over.
 *
 * @param {AbortSignal} scope
 * @param {() => void} work
 * @param {number} ms
 */
export function every(scope, work, ms) {
	if (!scope.aborted) {
		const timer = setInterval(work, ms);
		scope.addEventListener('abort', () => clearInterval(timer));
	}
}

/**
 * Do something once, after a time.
 *
 * @param {AbortSignal} scope
 * @param {() => void} work
 * @param {number} ms
 */
export function after(scope, work, ms) {
	if (!scope.aborted) {
		const timer = setTimeout(work, ms);
		scope.addEventListener('abort', () => clearTimeout(timer));
	}
}

/**
 * Work of which only the last run counts: as one begins, the scope of the run before it ends, whatever that one is still waiting for.
 *
 * @template {unknown[]} A
 * @param {AbortSignal} scope
 * @param {(run: AbortSignal, ...of: A) => Promise<void>} work takes what it waits for as a `reply` of its run
 * @param {(error: unknown) => void} [onError] hears why the last run failed; without it the caller does
 * @returns {(...of: A) => Promise<void>} also ends, quietly, where the run was overtaken
 */
export function latest(scope, work, onError) {
	let last = new AbortController();
	return async (...of) => {
		last.abort();
		const mine = last = scopeWithin(scope);
		try {
			await work(mine.signal, ...of);
		} catch (error) {
			if (mine.signal.aborted) {
				return;
			}
			if (!onError) {
				throw error;
			}
			onError(error);
		}
	};
}
