/** What the tests of the core modules share: a device over the model, and a server that says what a test wants. */

import { webcrypto } from 'node:crypto';
import { createAccount } from '../../../htdocs/js/core/account.js';
import { createApi } from '../../../htdocs/js/core/api.js';
import { createDeriveSource } from '../../../htdocs/js/core/import-plan.js';
import { createSync } from '../../../htdocs/js/core/sync.js';
import { OpenStorage } from '../open-storage.mjs';

/** Expected days are written down as UTC days. What other time zones make of a moment, day.test.mjs tries. */
process.env.TZ = 'UTC';

export const TODAY = '2026-11-22';

export const totals = (xp, minutes = 0, sessions = 0, cycles = 0) => ({ xp, minutes, sessions, cycles });

/** A reply as `fetch` gives it. */
export const reply = (status, document, headers = {}) => ({
	status,
	headers: { get: (name) => headers[name] ?? null },
	text: async () => (typeof document === 'string' ? document : JSON.stringify(document)),
});

export const problem = (status, code, members = {}, headers = {}) => reply(status, { status, code, title: code, ...members }, headers);

export const merged = (members = {}) => ({
	account_id: '0b0ef8a9-8a2b-4a1c-9a53-5a1a3c5b9d10', handle: 'quiet-cedar-4821', xp: 0, minutes: 0, sessions: 0, cycles: 0,
	level: { level: 1, title: 'Mindful Rookie', xp_from: 0, xp_next: 50 },
	streak: { current: 0, longest: 0, last_day: null, active_today: false },
	devices: 1, epoch: '00000000000000e1', server_day: TODAY, ...members,
});

/** A `fetch` that remembers each request and lets the test answer it; an error that it returns is thrown. */
export function scripted(answer) {
	const requests = [];
	const fetch = async (url, { method, headers, body }) => {
		const request = { method, path: url.replace('/api/v1/sync', ''), headers, body: body === undefined ? undefined : JSON.parse(body) };
		requests.push(request);
		const given = await answer(request, requests.length - 1);
		if (given instanceof Error) {
			throw given;
		}
		return given;
	};
	return { fetch, requests };
}

/** A device with its modules; `fetch` may be a model's or a scripted one. */
export function makeDevice(fetch, { storage = new OpenStorage(), today = () => TODAY } = {}) {
	const host = {
		storage,
		api: createApi({ fetch }),
		kind: 'web',
		today,
		randomBytes: (count) => webcrypto.getRandomValues(new Uint8Array(count)),
		deriveSource: createDeriveSource(webcrypto.subtle),
	};
	return { storage, host, api: host.api, sync: createSync(host), account: createAccount(host) };
}
