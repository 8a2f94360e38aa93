/**
 * The calls of the sync service, one function each. What can become of a call is told in `call.js`.
 */

import { addressOf } from './address.js';
import { createCall } from './call.js';

export { ApiError, isTokenRefusal, NetworkError } from './call.js';

/** @typedef {import('./call.js').Fetch} Fetch */
/** @typedef {import('./call.js').Shape} Shape */
/** @typedef {import('./progress.js').Totals} Totals */
/** @typedef {import('./progress.js').DayTotals} DayTotals */
/** @typedef {import('./state.js').Merged} Merged */
/** @typedef {import('./state.js').Push} Push */

/** @typedef {'vscode' | 'web' | 'cli'} Kind */
/** @typedef {{account_id: string, device_id: string, token: string, handle: string, revoked_device_id?: string}} Joined `revoked_device_id`: which
 *   device made room for this one, where no other was free */
/** @typedef {{days: number, last_day: string, longest: number}} StreakClaim */
/** @typedef {{today: string, days: DayTotals[], rest: Totals, streak?: StreakClaim}} ImportBody */
/** @typedef {{device_id: string, kind: Kind, created_day: string, last_day: string | null, this: boolean}} DeviceRow */
/** @typedef {{source: string, xp: number, first_day: string | null, last_day: string | null}} ImportRow */
/** @typedef {Totals & {month: string, active_days: string[], board_xp: number, board_days: string[]}} MonthTotals */

/**
 * @typedef {object} AccountExport
 * @property {{account_id: string, former_ids: string[], handle: string, created_day: string, used_day: string}} account
 * @property {string} epoch
 * @property {Totals} totals
 * @property {{from_day: string | null, shared: boolean}} boards
 * @property {{device_id: string, kind: Kind, revoked: boolean, joined_ids?: string[], horizon_day: string | null,
 *   days: (DayTotals & {timely_xp: number})[], months: MonthTotals[]}[]} devices
 * @property {{source: string, rest: Totals | null, streak: StreakClaim | null, horizon_day: string | null,
 *   days: DayTotals[], months: MonthTotals[]}[]} imports
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
 * The calls, over one server.
 *
 * @param {object} host
 * @param {Fetch} host.fetch
 * @param {string} [host.base] where the service lies; a page uses its own origin
 */
export function createApi({ fetch, base = addressOf('/api/v1/sync') }) {
	const call = createCall({ fetch, base });

	return {
		/** @type {(kind: Kind, request: string) => Promise<Joined & {recovery_code: string}>} opts in */
		createAccount: (kind, request) => call('POST', '/accounts',
			{ body: { device: { kind }, request }, shape: { ...JOINED, recovery_code: 'string' } }),

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

		/** @type {(token: string) => Promise<{devices: DeviceRow[], recovery_code_day?: string}>} an older server does not tell the day */
		listDevices: (token) => call('GET', '/devices', { token, shape: { devices: 'array' } }),

		/** @type {(token: string, deviceId: string) => Promise<void>} */
		revokeDevice: (token, deviceId) => call('DELETE', `/devices/${deviceId}`, { token }),

		/** @type {(token: string, kind: Kind, request: string) => Promise<{device_id: string, token: string}>} */
		createDevice: (token, kind, request) => call('POST', '/devices',
			{ token, body: { device: { kind }, request }, shape: { device_id: 'string', token: 'string' } }),

		/** @type {(token: string) => Promise<{token: string}>} */
		renewToken: (token) => call('POST', '/token', { token, shape: { token: 'string' } }),

		/** @type {(token: string) => Promise<{recovery_code: string}>} */
		renewRecoveryCode: (token) => call('POST', '/recovery-code', { token, shape: { recovery_code: 'string' } }),

		/** @type {(token: string) => Promise<{code: string, expires_in_s: number, url: string}>} */
		createPairing: (token) => call('POST', '/pairings',
			{ token, shape: { code: 'string', expires_in_s: 'number', url: 'string' } }),

		/** @type {(code: string, kind: Kind, request: string) => Promise<Joined>} joins with a code */
		redeem: (code, kind, request) => call('POST', '/pairings/redeem', { body: { code, device: { kind }, request }, shape: JOINED }),

		/** @type {(recoveryCode: string, kind: Kind, request: string) => Promise<Joined>} joins with a recovery code */
		recover: (recoveryCode, kind, request) => call('POST', '/recover',
			{ body: { recovery_code: recoveryCode, device: { kind }, request }, shape: JOINED }),

		/** @type {(token: string, code: string, kind: Kind, merge: boolean, request: string) => Promise<Merged>} the caller's account into the code's */
		redeemInto: (token, code, kind, merge, request) => call('POST', '/pairings/redeem',
			{ token, body: { code, device: { kind }, merge, request }, shape: MERGED }),

		/** @type {(token: string, recoveryCode: string, kind: Kind, merge: boolean, request: string) => Promise<Merged>} */
		recoverInto: (token, recoveryCode, kind, merge, request) => call('POST', '/recover',
			{ token, body: { recovery_code: recoveryCode, device: { kind }, merge, request }, shape: MERGED }),
	};
}

/** @typedef {ReturnType<typeof createApi>} Api */
