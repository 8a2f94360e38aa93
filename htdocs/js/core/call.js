/**
 * A call of the service, and what can become of it. It ends in one of three ways, and nothing else is ever thrown:
 *
 *   its reply        200 and 201, checked for the members that the caller is going to rely on
 *   an ApiError      the server answered and refused: a problem document (RFC 9457) as a typed error
 *   a NetworkError   nobody can say whether the server did it: the request or its reply was lost, or what came back is not
 *                    from the server (a hotel's log-in page is a 200 too). The caller must be safe either way.
 */

/**
 * The part of the platform's `fetch` that is used. It must settle in bounded time: the host gives it a time limit.
 *
 * @typedef {(url: string, init: {method: string, headers: {[name: string]: string}, body?: string}) => Promise<{
 *   status: number,
 *   headers: {get(name: string): string | null},
 *   text(): Promise<string>,
 * }>} Fetch
 */

/** A refusal. `code` is stable; everything else is for people. */
export class ApiError extends Error {
	/**
	 * @param {number} status
	 * @param {{[member: string]: unknown}} problem the problem document
	 * @param {number | null} retryAfterS seconds to wait, where the server said so
	 */
	constructor(status, problem, retryAfterS) {
		const text = (/** @type {unknown} */ value) => (typeof value === 'string' ? value : null);
		super(text(problem.detail) ?? text(problem.title) ?? `The server answered ${status}.`);
		this.name = 'ApiError';
		this.status = status;
		this.code = text(problem.code) ?? `http_${status}`;
		/** The offending member, as a JSON Pointer; null where the refusal is not about one. */
		this.pointer = text(problem.pointer);
		this.retryAfterS = retryAfterS;
		/** What this problem carries beyond the members that all have: `received`, `epoch`, `yours`, `theirs`. */
		this.members = problem;
	}
}

/**
 * Whether the server refuses the token that was sent, and not what was asked for: an unknown recovery code is 401 as well, and so is
 * what something on the way asks a password for.
 *
 * @param {unknown} error
 * @returns {error is ApiError & {code: 'token_unknown' | 'token_revoked'}}
 */
export const isTokenRefusal = (error) => error instanceof ApiError && error.status === 401 && ['token_unknown', 'token_revoked'].includes(error.code);

/** A call of which nobody knows whether it took effect. */
export class NetworkError extends Error {
	/**
	 * @param {'unreachable' | 'garbled'} code
	 * @param {unknown} [cause]
	 */
	constructor(code, cause) {
		super(code, { cause });
		this.name = 'NetworkError';
		this.code = code;
	}
}

/**
 * @typedef {{[member: string]: 'string' | 'number' | 'object' | 'array'}} Shape what a caller relies on in a reply
 */

/**
 * @param {unknown} value
 * @param {Shape} shape
 */
function hasShape(value, shape) {
	if (typeof value !== 'object' || value === null) {
		return false;
	}
	const members = /** @type {{[member: string]: unknown}} */ (value);
	return Object.entries(shape).every(([name, kind]) => (
		kind === 'array' ? Array.isArray(members[name]) : typeof members[name] === kind && members[name] !== null
	));
}

/**
 * @param {string} text
 * @returns {unknown} undefined where the text is no JSON
 */
function readJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/**
 * What makes calls to one family of the service.
 *
 * @param {object} host
 * @param {Fetch} host.fetch
 * @param {string} host.base where the family lies, such as `/api/v1/sync`
 */
export function createCall({ fetch, base }) {
	/**
	 * @template T
	 * @param {string} method
	 * @param {string} path below the prefix; empty for the prefix itself
	 * @param {{token?: string | null, body?: unknown, shape?: Shape}} [options] without a shape the reply is to be empty
	 * @returns {Promise<T>}
	 */
	return async function call(method, path, { token = null, body, shape } = {}) {
		/** @type {{[name: string]: string}} */
		const headers = { Accept: 'application/json' };
		if (token !== null) {
			headers.Authorization = `Bearer ${token}`;
		}
		if (body !== undefined) {
			headers['Content-Type'] = 'application/json';
		}
		let status, text, retryAfter;
		try {
			const reply = await fetch(base + path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
			status = reply.status;
			retryAfter = reply.headers.get('Retry-After');
			text = await reply.text();
		} catch (cause) {
			throw new NetworkError('unreachable', cause);
		}
		const document = readJson(text);
		if (status >= 400) {
			const problem = hasShape(document, {}) ? /** @type {{[member: string]: unknown}} */ (document) : {};
			throw new ApiError(status, problem, readSeconds(retryAfter));
		}
		if (shape ? (status !== 200 && status !== 201) || !hasShape(document, shape) : status !== 204) {
			throw new NetworkError('garbled');
		}
		return /** @type {T} */ (document);
	};
}

/**
 * @param {string | null} header `Retry-After` in seconds; its other form, a date, is not used by this server
 * @returns {number | null}
 */
function readSeconds(header) {
	return header !== null && /^\d{1,9}$/.test(header) ? Number(header) : null;
}
