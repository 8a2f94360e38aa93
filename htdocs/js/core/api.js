/**
 * The calls of the sync service, one function each, and what can become of a call.
 *
 * A call ends in one of three ways, and nothing else is ever thrown:
 *
 *   its reply        200 and 201, checked for the members that the caller is going to rely on
 *   an ApiError      the server answered and refused: a problem document (RFC 9457) as a typed error
 *   a NetworkError   nobody can say whether the server did it: the request or its reply was lost, or what came back is not
 *                    from the server (a hotel's log-in page is a 200 too). The caller must be safe either way.
 */

/** @typedef {import('./progress.js').Totals} Totals */
/** @typedef {import('./progress.js').DayTotals} DayTotals */
/** @typedef {import('./state.js').Merged} Merged */
/** @typedef {import('./state.js').Push} Push */

/**
 * The part of the platform's `fetch` that is used. It must settle in bounded time: the host gives it a time limit.
 *
 * @typedef {(url: string, init: {method: string, headers: {[name: string]: string}, body?: string}) => Promise<{
 *   status: number,
 *   headers: {get(name: string): string | null},
 *   text(): Promise<string>,
 * }>} Fetch
 */

/** @typedef {'vscode' | 'web' | 'cli'} Kind */
/** @typedef {{account_id: string, device_id: string, token: string, handle: string}} Joined */
/** @typedef {{days: number, last_day: string, longest: number}} StreakClaim */
/** @typedef {{today: string, days: DayTotals[], rest: Totals, streak?: StreakClaim}} ImportBody */
/** @typedef {{device_id: string, kind: Kind, created_day: string, last_day: string | null, this: boolean}} DeviceRow */
/** @typedef {{source: string, xp: number, first_day: string | null, last_day: string | null}} ImportRow */
/** @typedef {Totals & {month: string, active_days: string[]}} MonthTotals */

/**
 * @typedef {object} AccountExport
 * @property {{account_id: string, former_ids: string[], handle: string, created_day: string, used_day: string}} account
 * @property {string} epoch
 * @property {Totals} totals
 * @property {{device_id: string, kind: Kind, revoked: boolean, horizon_day: string | null, days: DayTotals[],
 *   months: MonthTotals[]}[]} devices
 * @property {{source: string, rest: Totals | null, streak: StreakClaim | null, horizon_day: string | null,
 *   days: DayTotals[], months: MonthTotals[]}[]} imports
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

/** A call of which nobody knows whether it took effect. */
export class NetworkError extends Error {
	/**
	 * @param {'unreachable' | 'garbled'} code
	 * @param {string} message
	 * @param {unknown} [cause]
	 */
	constructor(code, message, cause) {
		super(message, { cause });
		this.name = 'NetworkError';
		this.code = code;
	}
}

/**
 * @typedef {{[member: string]: 'string' | 'number' | 'object' | 'array'}} Shape what a caller relies on in a reply
 */

/** @type {Shape} */
const MERGED = {
	account_id: 'string', handle: 'string', xp: 'number', minutes: 'number', sessions: 'number', cycles: 'number',
	level: 'object', streak: 'object', devices: 'number', epoch: 'string', server_day: 'string',
};

/** @type {Shape} */
const JOINED = { account_id: 'string', device_id: 'string', token: 'string', handle: 'string' };

/** @type {Shape} */
const EXPORT = { account: 'object', epoch: 'string', totals: 'object', devices: 'array', imports: 'array' };

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
 * The calls, over one server.
 *
 * @param {object} host
 * @param {Fetch} host.fetch
 * @param {string} [host.base] where the service lies; a page uses its own origin
 */
export function createApi({ fetch, base = '/api/v1/sync' }) {
	/**
	 * @template T
	 * @param {string} method
	 * @param {string} path below the prefix; empty for the prefix itself
	 * @param {{token?: string | null, body?: unknown, shape?: Shape}} [options] without a shape the reply is to be empty
	 * @returns {Promise<T>}
	 */
	async function call(method, path, { token = null, body, shape } = {}) {
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
			throw new NetworkError('unreachable', 'The server cannot be reached.', cause);
		}
		const document = readJson(text);
		if (status >= 400) {
			const problem = hasShape(document, {}) ? /** @type {{[member: string]: unknown}} */ (document) : {};
			throw new ApiError(status, problem, readSeconds(retryAfter));
		}
		if (shape ? (status !== 200 && status !== 201) || !hasShape(document, shape) : status !== 204) {
			throw new NetworkError('garbled', 'The answer that came is not one of this server.');
		}
		return /** @type {T} */ (document);
	}

	return {
		/** @type {(kind: Kind) => Promise<Joined & {recovery_code: string}>} opts in */
		createAccount: (kind) => call('POST', '/accounts',
			{ body: { device: { kind } }, shape: { ...JOINED, recovery_code: 'string' } }),

		/** @type {(token: string, today: string) => Promise<Merged>} */
		pull: (token, today) => call('GET', `?today=${today}`, { token, shape: MERGED }),

		/** @type {(token: string, today: string, push: Push) => Promise<Merged>} */
		push: (token, today, { push, after, days }) => call('POST', '',
			{ token, body: { today, push, after, days }, shape: MERGED }),

		/** @type {(token: string, source: string, body: ImportBody) => Promise<Merged>} */
		putImport: (token, source, body) => call('PUT', `/imports/${source}`, { token, body, shape: MERGED }),

		/** @type {(token: string) => Promise<{imports: ImportRow[]}>} */
		listImports: (token) => call('GET', '/imports', { token, shape: { imports: 'array' } }),

		/** @type {(token: string, source: string) => Promise<void>} */
		removeImport: (token, source) => call('DELETE', `/imports/${source}`, { token }),

		/** @type {(token: string) => Promise<AccountExport>} */
		exportAccount: (token) => call('GET', '/export', { token, shape: EXPORT }),

		/** @type {(token: string) => Promise<void>} */
		eraseAccount: (token) => call('DELETE', '/account', { token }),

		/** @type {(token: string) => Promise<{devices: DeviceRow[]}>} */
		listDevices: (token) => call('GET', '/devices', { token, shape: { devices: 'array' } }),

		/** @type {(token: string, deviceId: string) => Promise<void>} */
		revokeDevice: (token, deviceId) => call('DELETE', `/devices/${deviceId}`, { token }),

		/** @type {(token: string, kind: Kind) => Promise<{device_id: string, token: string}>} */
		createDevice: (token, kind) => call('POST', '/devices',
			{ token, body: { device: { kind } }, shape: { device_id: 'string', token: 'string' } }),

		/** @type {(token: string) => Promise<{token: string}>} */
		renewToken: (token) => call('POST', '/token', { token, shape: { token: 'string' } }),

		/** @type {(token: string) => Promise<{recovery_code: string}>} */
		renewRecoveryCode: (token) => call('POST', '/recovery-code', { token, shape: { recovery_code: 'string' } }),

		/** @type {(token: string) => Promise<{code: string, expires_in_s: number, url: string}>} */
		createPairing: (token) => call('POST', '/pairings',
			{ token, shape: { code: 'string', expires_in_s: 'number', url: 'string' } }),

		/** @type {(code: string, kind: Kind) => Promise<Joined>} joins with a code */
		redeem: (code, kind) => call('POST', '/pairings/redeem', { body: { code, device: { kind } }, shape: JOINED }),

		/** @type {(recoveryCode: string, kind: Kind) => Promise<Joined>} joins with a recovery code */
		recover: (recoveryCode, kind) => call('POST', '/recover',
			{ body: { recovery_code: recoveryCode, device: { kind } }, shape: JOINED }),

		/** @type {(token: string, code: string, kind: Kind, merge: boolean) => Promise<Merged>} the caller's account into the code's */
		redeemInto: (token, code, kind, merge) => call('POST', '/pairings/redeem',
			{ token, body: { code, device: { kind }, merge }, shape: MERGED }),

		/** @type {(token: string, recoveryCode: string, kind: Kind, merge: boolean) => Promise<Merged>} */
		recoverInto: (token, recoveryCode, kind, merge) => call('POST', '/recover',
			{ token, body: { recovery_code: recoveryCode, device: { kind }, merge }, shape: MERGED }),
	};
}

/** @typedef {ReturnType<typeof createApi>} Api */

/**
 * @param {string | null} header `Retry-After` in seconds; its other form, a date, is not used by this server
 * @returns {number | null}
 */
function readSeconds(header) {
	return header !== null && /^\d{1,9}$/.test(header) ? Number(header) : null;
}
