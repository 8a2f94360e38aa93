/**
 * A model of the sync service: the contract in the fewest words, in memory, behind the same `fetch` that a client uses.
 *
 * It is what the client's properties are checked against before there is a network, and what they are checked against thousands of
 * times in seconds. It is strict: a member that the contract does not name is refused, so a client that sends more than it may is
 * found out here.
 */

import { randomBytes, randomUUID } from 'node:crypto';
import { FOLD_AFTER_DAYS, active, activeDays, add, grow, level, shift, streak, zero } from './progress.mjs';

const RECEIVED_KEPT = 8;
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LIMITS = { xp: 100_000, minutes: 1_440, sessions: 1_440, cycles: 100_000 };

const hex = (bytes) => randomBytes(bytes).toString('hex');
const isDay = (value) => /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));

class Refusal extends Error {
	constructor(status, code, members = {}) {
		super(code);
		Object.assign(this, { status, code, members });
	}
}

/** Exactly these members; those that end in `?` may be missing. */
function members(value, names, pointer = '') {
	const known = names.map((name) => name.replace('?', ''));
	for (const name of Object.keys(value)) {
		if (!known.includes(name)) {
			throw new Refusal(422, 'unknown_member', { pointer: `${pointer}/${name}` });
		}
	}
	for (const name of names) {
		if (!name.endsWith('?') && !(name in value)) {
			throw new Refusal(422, 'missing_member', { pointer: `${pointer}/${name}` });
		}
	}
}

function checkTotals(totals, pointer, limits = null) {
	for (const member of Object.keys(zero())) {
		const value = totals[member];
		if (!Number.isSafeInteger(value)) {
			throw new Refusal(422, 'wrong_type', { pointer: `${pointer}/${member}` });
		}
		if (value < 0 || (limits && value > limits[member])) {
			throw new Refusal(422, 'out_of_range', { pointer: `${pointer}/${member}` });
		}
	}
}

/** CRC-12 by long division of the bit string: slow and plain. */
function checksum(bytes) {
	let bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('') + '0'.repeat(12);
	const divisor = (0x1000 | 0x80f).toString(2);
	while (bits.length > 12) {
		if (bits[0] === '1') {
			bits = [...bits].map((bit, i) => (i < divisor.length ? String(bit ^ divisor[i]) : bit)).join('');
		}
		bits = bits.slice(1);
	}
	return bits;
}

export function recoveryCode(bytes = randomBytes(16)) {
	const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('') + checksum(bytes);
	return bits.match(/.{5}/g).map((five) => ALPHABET[parseInt(five, 2)]).join('').match(/.{4}/g).join('-');
}

/**
 * @param {{today?: () => string, devicesMax?: number}} [how] `today` is the server's UTC day
 */
export function createModel({ today = () => new Date().toISOString().slice(0, 10), devicesMax = 1_000 } = {}) {
	let db = { epoch: hex(8), accounts: {}, devices: {}, imports: {}, pairings: {}, requests: {} };

	const isFolded = (day) => day < shift(today(), -FOLD_AFTER_DAYS);

	/** Keep the larger of each member of a day; of one that is folded when it comes, what came first. */
	function take(days, { day, ...totals }) {
		if (!(isFolded(day) && days[day])) {
			grow(days, day, totals);
		}
		if (!active(days[day])) {
			delete days[day];
		}
	}

	/** How the export tells of days: the folded ones by their month. */
	function history(days) {
		const names = Object.keys(days).sort();
		const months = {};
		for (const day of names.filter(isFolded)) {
			const month = months[day.slice(0, 7)] ??= { month: day.slice(0, 7), ...zero(), active_days: [] };
			add(month, days[day]);
			month.active_days.push(day);
		}
		return {
			horizon_day: names.filter(isFolded).pop() ?? null, months: Object.values(months),
			days: names.filter((day) => !isFolded(day)).map((day) => ({ day, ...days[day] })),
		};
	}

	const devicesOf = (id) => Object.values(db.devices).filter((device) => device.account_id === id);
	const importsOf = (id) => Object.values(db.imports).filter((each) => each.account_id === id);

	function sumOf(id) {
		const sum = zero();
		for (const device of devicesOf(id)) {
			Object.values(device.days).forEach((totals) => add(sum, totals));
		}
		for (const each of importsOf(id)) {
			[...Object.values(each.days), each.rest ?? zero()].forEach((totals) => add(sum, totals));
		}
		return sum;
	}

	function merged(id, asked = today()) {
		const sum = sumOf(id);
		const imports = importsOf(id);
		const found = streak(activeDays(devicesOf(id), imports), asked);
		found.longest = Math.max(found.longest, ...imports.map((each) => each.streak?.longest ?? 0));
		return {
			account_id: id, handle: db.accounts[id].handle, ...sum, level: level(sum.xp), streak: found,
			devices: devicesOf(id).filter((device) => !device.revoked).length, epoch: db.epoch, server_day: today(),
		};
	}

	function newDevice(accountId, kind, makesRoom = false) {
		if (!['vscode', 'web', 'cli'].includes(kind)) {
			throw new Refusal(422, 'bad_value', { pointer: '/device/kind' });
		}
		const here = devicesOf(accountId).filter((each) => !each.revoked);
		const isFull = here.length >= devicesMax;
		if (isFull && !makesRoom) {
			throw new Refusal(409, 'quota_reached');
		}
		// The one that was unused for longest; of equals, the oldest.
		const [unused] = isFull ? [...here].sort((a, b) => (a.last_day ?? '').localeCompare(b.last_day ?? '')) : [];
		if (unused) {
			unused.revoked = true;
		}
		const device = {
			device_id: randomUUID(), account_id: accountId, kind, token: `bm_${randomBytes(32).toString('base64url')}`, renewed: null,
			revoked: false, created_day: today(), last_day: null, newest: null, received: [], days: {},
		};
		db.devices[device.device_id] = device;
		return { device_id: device.device_id, token: device.token, ...unused && { revoked_device_id: unused.device_id } };
	}

	/** The device's token stops at once: its holder was never told it, or is told the next one now. */
	function tellAgain(device) {
		Object.assign(device, { token: `bm_${randomBytes(32).toString('base64url')}`, renewed: null });
		return { device_id: device.device_id, token: device.token };
	}

	/**
	 * Do what makes a device, once: where the same was asked under the same identifier before, answer for the device that this made. The
	 * model has no hours, so an identifier is known for ever.
	 *
	 * @param {object} asked everything that tells one request from another
	 * @param {(device: object) => [number, object]} again answers for a device that is there
	 * @param {() => [number, object, string]} make answers, and says for which device
	 */
	function once({ request, ...asked }, again, make) {
		if (request !== undefined && !/^[0-9a-f]{32}$/.test(request)) {
			throw new Refusal(422, 'bad_value', { pointer: '/request' });
		}
		const bound = JSON.stringify(asked);
		const known = request && db.requests[request];
		if (known && known.bound !== bound) {
			throw new Refusal(409, 'request_reused');
		}
		if (known && db.devices[known.device_id].revoked) {
			throw new Refusal(401, 'token_revoked');
		}
		if (known) {
			return again(db.devices[known.device_id]);
		}
		const [status, document, id] = make();
		if (request) {
			db.requests[request] = { bound, device_id: id };
		}
		return [status, document];
	}

	function holder(headers) {
		const token = headers.Authorization?.replace('Bearer ', '');
		if (!token) {
			throw new Refusal(401, 'token_missing');
		}
		const device = Object.values(db.devices).find((each) => each.token === token || each.renewed === token);
		if (!device) {
			throw new Refusal(401, 'token_unknown');
		}
		if (device.revoked) {
			throw new Refusal(401, 'token_revoked');
		}
		if (device.renewed === token) {
			Object.assign(device, { token, renewed: null });
		}
		return device;
	}

	function checkToday(value) {
		if (!isDay(value)) {
			throw new Refusal(422, 'bad_value', { pointer: '/today' });
		}
		if (Math.abs(Date.parse(value) - Date.parse(today())) > 86_400_000) {
			throw new Refusal(422, 'clock_off', { pointer: '/today' });
		}
	}

	function checkDays(days, most) {
		if (!Array.isArray(days) || days.length > most) {
			throw new Refusal(422, 'out_of_range', { pointer: '/days' });
		}
		days.forEach((entry, i) => {
			members(entry, ['day', ...Object.keys(zero())], `/days/${i}`);
			if (!isDay(entry.day)) {
				throw new Refusal(422, 'bad_value', { pointer: `/days/${i}/day` });
			}
			if (entry.day < '2020-01-01' || entry.day > shift(today(), 1)) {
				throw new Refusal(422, 'out_of_range', { pointer: `/days/${i}/day` });
			}
			if (days.findIndex((other) => other.day === entry.day) < i) {
				throw new Refusal(422, 'day_twice', { pointer: `/days/${i}/day` });
			}
			checkTotals(entry, `/days/${i}`, LIMITS);
		});
	}

	/** Join with a code. `find` says whose it is, and `usedUp` is called once it has served. */
	function enter(route, headers, { device, merge = false, request, ...code }, find, usedUp = () => {}) {
		const caller = headers.Authorization ? holder(headers) : null;
		const describe = (joined, id) => ({ account_id: id, ...joined, handle: db.accounts[id].handle });
		return once(
			{ request, route, caller: caller?.device_id, kind: device.kind, merge, code },
			(made) => (caller ? [200, merged(made.account_id)] : [201, describe(tellAgain(made), made.account_id)]),
			() => {
				const id = find();
				const answer = caller ? [200, mergeInto(id, caller, merge), caller.device_id] : null;
				const joined = answer ? null : newDevice(id, device.kind, route === 'recover');
				usedUp();
				return answer ?? [201, describe(joined, id), joined.device_id];
			},
		);
	}

	function mergeInto(accountId, caller, merge) {
		const own = caller.account_id;
		if (own !== accountId) {
			if (!merge) {
				throw new Refusal(409, 'merge_needed', { yours: sumOf(own), theirs: sumOf(accountId) });
			}
			devicesOf(own).forEach((each) => {
				each.account_id = accountId;
			});
			for (const [key, each] of Object.entries(db.imports).filter(([, value]) => value.account_id === own)) {
				delete db.imports[key];
				db.imports[`${accountId}/${each.source}`] = { ...each, account_id: accountId };
			}
			db.accounts[accountId].former_ids.push(own, ...db.accounts[own].former_ids);
			delete db.accounts[own];
		}
		return merged(accountId);
	}

	/** Each route: what the body may hold (null: none), and what it does. */
	const routes = {
		'POST /accounts': [['device', 'request?'], ({ body: { device: { kind }, request } }) => {
			const describe = (device, account) => ({ account_id: account.account_id, ...device, recovery_code: account.recovery, handle: account.handle });
			return once({ request, route: 'accounts', kind }, (made) => {
				const account = db.accounts[made.account_id];
				account.recovery = recoveryCode();
				return [201, describe(tellAgain(made), account)];
			}, () => {
				const id = randomUUID();
				const account = { account_id: id, handle: `quiet-cedar-${Object.keys(db.accounts).length}`, recovery: recoveryCode(), former_ids: [], created_day: today() };
				db.accounts[id] = account;
				const device = newDevice(id, kind);
				return [201, describe(device, account), device.device_id];
			});
		}],
		'GET /': [null, ({ headers, query }) => [200, merged(holder(headers).account_id, query.get('today') ?? undefined)]],
		'POST /': [['today', 'push', 'after', 'days'], ({ headers, body }) => {
			const device = holder(headers);
			checkToday(body.today);
			if (!/^[0-9a-f]{16}$/.test(body.push) || !(body.after === null || /^[0-9a-f]{16}$/.test(body.after))) {
				throw new Refusal(422, 'bad_value', { pointer: '/push' });
			}
			checkDays(body.days, 400);
			if (device.newest !== null && body.push !== device.newest && body.after !== device.newest) {
				throw new Refusal(409, 'device_forked', { received: device.received.includes(body.push), epoch: db.epoch });
			}
			if (body.push !== device.newest) {
				device.newest = body.push;
				device.received = [body.push, ...device.received].slice(0, RECEIVED_KEPT);
				body.days.forEach((totals) => take(device.days, totals));
			}
			return [200, merged(device.account_id, body.today)];
		}],
		'PUT /imports/*': [['today', 'days', 'rest?', 'streak?'], ({ headers, body, rest: source }) => {
			const { account_id } = holder(headers);
			checkToday(body.today);
			checkDays(body.days, 4_000);
			if (body.rest) {
				members(body.rest, Object.keys(zero()), '/rest');
				checkTotals(body.rest, '/rest');
			}
			if (body.streak) {
				members(body.streak, ['days', 'last_day', 'longest'], '/streak');
			}
			const each = db.imports[`${account_id}/${source}`] ??= { account_id, source, days: {}, rest: null, streak: null };
			body.days.forEach((totals) => take(each.days, totals));
			if (body.rest) {
				grow(each, 'rest', { ...zero(), ...body.rest });
			}
			if (body.streak) {
				const [old, claim] = [each.streak, body.streak];
				const later = !old || claim.last_day > old.last_day || (claim.last_day === old.last_day && claim.days > old.days) ? claim : old;
				each.streak = { ...later, longest: Math.max(old?.longest ?? 0, claim.longest) };
			}
			return [200, merged(account_id, body.today)];
		}],
		'GET /imports': [null, ({ headers }) => [200, {
			imports: importsOf(holder(headers).account_id).map(({ source, days, rest }) => ({
				source, xp: [...Object.values(days), rest ?? zero()].reduce((xp, totals) => xp + totals.xp, 0),
				first_day: Object.keys(days).sort()[0] ?? null, last_day: Object.keys(days).sort().pop() ?? null,
			})),
		}]],
		'DELETE /imports/*': [null, ({ headers, rest: source }) => {
			const key = `${holder(headers).account_id}/${source}`;
			if (!db.imports[key]) {
				throw new Refusal(404, 'unknown_import');
			}
			delete db.imports[key];
			return [204];
		}],
		'GET /export': [null, ({ headers }) => {
			const id = holder(headers).account_id;
			const { handle, former_ids, created_day } = db.accounts[id];
			return [200, {
				account: { account_id: id, former_ids, handle, created_day, used_day: today() }, epoch: db.epoch, totals: sumOf(id),
				devices: devicesOf(id).map(({ device_id, kind, revoked, days }) => (
					{ device_id, kind, revoked, created_day, last_day: null, ...history(days) }
				)),
				imports: importsOf(id).map(({ source, rest, streak: claim, days }) => (
					{ source, rest, streak: claim, ...history(days) }
				)),
			}];
		}],
		'DELETE /account': [null, ({ headers }) => {
			const id = holder(headers).account_id;
			for (const table of ['devices', 'imports', 'pairings']) {
				db[table] = Object.fromEntries(Object.entries(db[table]).filter(([, row]) => row.account_id !== id));
			}
			db.requests = Object.fromEntries(Object.entries(db.requests).filter(([, row]) => row.device_id in db.devices));
			delete db.accounts[id];
			return [204];
		}],
		'GET /devices': [null, ({ headers }) => {
			const own = holder(headers);
			return [200, {
				devices: devicesOf(own.account_id).filter((device) => !device.revoked).map(({ device_id, kind, created_day, last_day }) => (
					{ device_id, kind, created_day, last_day, this: device_id === own.device_id }
				)),
			}];
		}],
		'POST /devices': [['device', 'request?'], ({ headers, body: { device: { kind }, request } }) => {
			const own = holder(headers);
			return once({ request, route: 'devices', caller: own.device_id, kind }, (made) => [201, tellAgain(made)], () => {
				const device = newDevice(own.account_id, kind);
				return [201, device, device.device_id];
			});
		}],
		'DELETE /devices/*': [null, ({ headers, rest: id }) => {
			const own = holder(headers);
			const device = db.devices[id];
			if (!device || device.revoked || device.account_id !== own.account_id) {
				throw new Refusal(404, 'unknown_device');
			}
			device.revoked = true;
			return [204];
		}],
		'POST /token': [null, ({ headers }) => {
			const device = holder(headers);
			device.renewed = `bm_${randomBytes(32).toString('base64url')}`;
			return [200, { token: device.renewed }];
		}],
		'POST /recovery-code': [null, ({ headers }) => {
			const account = db.accounts[holder(headers).account_id];
			account.recovery = recoveryCode();
			return [200, { recovery_code: account.recovery }];
		}],
		'POST /recover': [['recovery_code', 'device', 'merge?', 'request?'], ({ headers, body }) => enter('recover', headers, body, () => {
			const account = Object.values(db.accounts).find((each) => each.recovery === body.recovery_code);
			if (!account) {
				throw new Refusal(401, 'recovery_code_unknown');
			}
			return account.account_id;
		})],
		'POST /pairings': [null, ({ headers }) => {
			const code = [...randomBytes(8)].map((byte) => ALPHABET[byte & 31]).join('').replace(/^.{4}/, '$&-');
			db.pairings[code] = { account_id: holder(headers).account_id };
			return [201, { code, expires_in_s: 600, url: `/#pair=${code}` }];
		}],
		'POST /pairings/redeem': [['code', 'device', 'merge?', 'request?'], ({ headers, body }) => enter('redeem', headers, body, () => {
			const pairing = db.pairings[body.code];
			if (!pairing || !db.accounts[pairing.account_id]) {
				throw new Refusal(404, 'unknown_code');
			}
			return pairing.account_id;
		}, () => delete db.pairings[body.code])],
	};

	function answer(url, { method, headers, body }) {
		const { pathname, searchParams } = new URL(url, 'http://model');
		const path = pathname.replace('/api/v1/sync', '') || '/';
		const [, head, rest] = /^(\/(?:imports|devices)\/)(.+)$/.exec(path) ?? [];
		const route = routes[`${method} ${head ? `${head}*` : path}`];
		if (!route) {
			throw new Refusal(404, 'not_found');
		}
		const [names, handler] = route;
		if (names ? body === undefined : (body ?? '{}') !== '{}') {
			throw new Refusal(400, names ? 'malformed_json' : 'body_unexpected');
		}
		const parsed = names && JSON.parse(body);
		if (names) {
			if (headers['Content-Type'] !== 'application/json') {
				throw new Refusal(415, 'unsupported_media_type');
			}
			members(parsed, names);
			if (parsed.device) {
				members(parsed.device, ['kind'], '/device');
			}
		}
		return handler({ headers, query: searchParams, body: parsed, rest });
	}

	return {
		/** The `fetch` of a client of this server. */
		async fetch(url, init) {
			let status, document, retryAfter = null;
			try {
				[status, document] = answer(url, init);
			} catch (error) {
				if (!(error instanceof Refusal)) {
					throw error;
				}
				status = error.status;
				retryAfter = error.members.retryAfter ?? null;
				document = { type: `/problems#${error.code}`, title: error.code, status, code: error.code, detail: `Refused: ${error.code}.`, ...error.members };
			}
			const text = document === undefined ? '' : JSON.stringify(document);
			return { status, headers: { get: (name) => (name === 'Retry-After' ? retryAfter : null) }, text: async () => text };
		},

		/** A backup: everything as it is now. */
		snapshot: () => structuredClone(db),

		/** Restore a backup as an administrator does: another epoch, no chains, and nothing of what was being asked. */
		restore(backup) {
			db = { ...structuredClone(backup), requests: {} };
			db.epoch = hex(8);
			for (const device of Object.values(db.devices)) {
				Object.assign(device, { newest: null, received: [] });
			}
		},
	};
}
