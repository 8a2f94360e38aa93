/**
 * The account: opting in, joining with another device, merging, leaving, erasing.
 *
 * Nothing here happens unasked. Each of these holds the `sync` lock, so no push is under way while the device or the account
 * changes under it. They throw what went wrong: a CodeError for a slip in a code, an ApiError for a refusal, a NetworkError
 * where nobody knows, an AccountError where the device is in no state for it.
 */

import { ApiError, isTokenRefusal, NetworkError } from './api.js';
import { readPairingCode, readRecoveryCode } from './code.js';
import { absorbMerged, joinAccount, leaveAccount, signOut } from './protocol.js';
import { createRepeatable } from './repeatable.js';
import { askerOf, isJoined, isStill, openState, ownOf } from './state.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Merged} Merged */
/** @typedef {import('./state.js').Asker} Asker */
/** @typedef {import('./api.js').Joined} Joined */
/** @typedef {import('./old-export.js').Import} Import */
/** @typedef {import('./import-plan.js').ImportPlan} ImportPlan */
/** @typedef {import('./import-plan.js').DeriveSource} DeriveSource */

/** @typedef {{madeRoom: boolean}} Entered `madeRoom`: the device that was unused for longest was removed, since the account had no room */

/** Something was asked that this device is in no state for. */
export class AccountError extends Error {
	/** @param {'joined_already' | 'not_joined' | 'account_changed'} code */
	constructor(code) {
		super(code);
		this.name = 'AccountError';
		this.code = code;
	}
}

/**
 * @param {object} host
 * @param {import('./storage.js').Storage} host.storage
 * @param {import('./api.js').Api} host.api
 * @param {import('./api.js').Kind} host.kind
 * @param {() => string} host.today the civil day where the person is
 * @param {(count: number) => Uint8Array} host.randomBytes from a source fit for keys
 * @param {DeriveSource} host.deriveSource
 */
export function createAccount({ storage, api, kind, today, randomBytes, deriveSource }) {
	const stored = openState(storage);
	const repeatable = createRepeatable({ stored, randomBytes });

	/**
	 * Make a call with this device's token. A refusal of the token is remembered, if it is still this device's: from then on nothing is sent
	 * unasked, and what came from the account is forgotten.
	 *
	 * @template T
	 * @param {(token: string, asker: Asker) => Promise<T>} work takes what it is told to the state by `stored.answer`
	 * @returns {Promise<T>}
	 */
	async function ask(work) {
		const asker = askerOf(await stored.read());
		if (!asker) {
			throw new AccountError('not_joined');
		}
		try {
			return await work(asker.token, asker);
		} catch (error) {
			if (isTokenRefusal(error)) {
				await stored.answer(asker, (state) => signOut(state, error.code));
			}
			throw error;
		}
	}

	/**
	 * The same, for what an account tells: where it was left, erased or merged into another while the answer was on its way, the answer is
	 * shown to nobody.
	 *
	 * @template T
	 * @param {(token: string, asker: Asker) => Promise<T>} work
	 * @returns {Promise<T>}
	 */
	const withToken = (work) => ask(async (token, asker) => {
		const told = await work(token, asker);
		if (!isStill(await stored.read(), asker)) {
			throw new AccountError('account_changed');
		}
		return told;
	});

	/**
	 * What was planned for an account is done in no other one.
	 *
	 * @param {ImportPlan} plan
	 * @param {(token: string, asker: Asker) => Promise<void>} work
	 */
	const carryOut = ({ account_id }, work) => withToken(async (token, asker) => {
		if (asker.account_id !== account_id) {
			throw new AccountError('account_changed');
		}
		await work(token, asker);
	});

	/** @param {Asker} asker @param {Merged} merged */
	const absorb = (asker, merged) => stored.answer(asker, (state) => absorbMerged(state, merged, today()));

	/**
	 * Merge this device's account into the one that a code stands for. When the answer is lost, the account that the token now belongs to
	 * tells whether it happened: at once, or when the code is tried again, be it after a reload.
	 *
	 * @param {string | null} code a pairing code, which is used up by merging
	 * @param {(token: string, request: string) => Promise<Merged>} redeem
	 */
	const mergeInto = (code, redeem) => ask(async (token, asker) => {
		/** @param {Merged} merged @param {string | null} day for which it was asked */
		const settle = (merged, day) => stored.answer(asker, (current) => {
			absorbMerged(current, merged, day);
			current.request = null;
		});
		const from = /** @type {string} */ (asker.account_id);
		const { request } = await stored.read();
		if (code !== null && request?.merge?.code === code) {
			const on = today();
			const merged = await api.pull(token, on);
			if (merged.account_id !== request.merge.from) {
				await settle(merged, on);
				return;
			}
		}
		try {
			await settle(await repeatable((id) => redeem(token, id), code === null ? null : { code, from }), null);
		} catch (error) {
			if (!(error instanceof NetworkError)) {
				throw error;
			}
			const on = today();
			const merged = await api.pull(token, on).catch(() => null);
			if (!merged || merged.account_id === from) {
				throw error;
			}
			await settle(merged, on);
		}
	});

	/**
	 * Take a new device home, along with the account as it is now.
	 *
	 * @param {Joined} joined
	 */
	async function join(joined) {
		const on = today();
		const merged = await api.pull(joined.token, on).catch(() => null);
		await stored.change((state) => joinAccount(state, joined, merged, on));
	}

	/**
	 * Join the account that a code stands for: with a new device where this one is in no account, else by merging.
	 *
	 * @param {string | null} code a pairing code
	 * @param {(request: string) => Promise<Joined>} redeem
	 * @param {(token: string, request: string) => Promise<Merged>} merge
	 * @returns {Promise<Entered>}
	 */
	const enter = (code, redeem, merge) => storage.withLock('sync', async () => {
		if (isJoined(await stored.read())) {
			await mergeInto(code, merge);
			return { madeRoom: false };
		}
		const joined = await repeatable(redeem);
		await join(joined);
		return { madeRoom: joined.revoked_device_id !== undefined };
	});

	/** Forget all that is kept here, a session under way as well. */
	const forgetAll = () => storage.withLock('state', () => storage.save({ state: null, session: null }));

	/** Take this device out of its account, where it is in one and the server still knows it. */
	async function withdraw() {
		const state = await stored.read();
		if (isJoined(state)) {
			await ask((token) => api.revokeDevice(token, state.link.device.device_id)).catch((error) => {
				if (!(error instanceof ApiError) || ![401, 404].includes(error.status)) {
					throw error;
				}
			});
		}
	}

	return {
		/** For what the account does beside syncing, such as standing on boards. */
		withToken,

		/**
		 * Opt in: a new account with this device as its first. Where an earlier account refused this device's token, this is how a
		 * person starts over; what was counted here goes along.
		 *
		 * @returns {Promise<{recovery_code: string}>} to be shown once: it is stored nowhere
		 */
		optIn: () => storage.withLock('sync', async () => {
			if (isJoined(await stored.read())) {
				throw new AccountError('joined_already');
			}
			const { recovery_code, ...joined } = await repeatable((request) => api.createAccount(kind, request));
			await join(joined);
			return { recovery_code };
		}),

		/**
		 * Join with a pairing code. Where this device is in another account, that account is merged into the code's: without
		 * `merge` the server answers 409 `merge_needed` with both sums, for the person to decide.
		 *
		 * @param {string} text as typed
		 * @param {{merge?: boolean}} [how]
		 * @returns {Promise<Entered>}
		 */
		async pair(text, { merge = false } = {}) {
			const code = readPairingCode(text);
			return enter(code, (request) => api.redeem(code, kind, request), (token, request) => api.redeemInto(token, code, kind, merge, request));
		},

		/**
		 * The same with the recovery code. Its checksum is verified before anything is sent.
		 *
		 * @param {string} text as typed
		 * @param {{merge?: boolean}} [how]
		 * @returns {Promise<Entered>}
		 */
		async recover(text, { merge = false } = {}) {
			const code = readRecoveryCode(text);
			return enter(null, (request) => api.recover(code, kind, request), (token, request) => api.recoverInto(token, code, kind, merge, request));
		},

		/** @returns {Promise<{code: string, expires_in_s: number, url: string}>} a code with which another device joins */
		invite: () => withToken((token) => api.createPairing(token)),

		/** @returns {Promise<{recovery_code: string}>} a new one; the old one stops */
		renewRecoveryCode: () => withToken((token) => api.renewRecoveryCode(token)),

		/**
		 * A new token for this device. The old one stops when the new one is first used, which is after it is stored.
		 *
		 * @returns {Promise<void>}
		 */
		renewToken: () => storage.withLock('sync', () => ask(async (token, asker) => {
			const renewed = await api.renewToken(token);
			await stored.answer(asker, (state) => {
				/** @type {import('./state.js').Own} */ (ownOf(state)).device.token = renewed.token;
			});
		})),

		devices: () => withToken((token) => api.listDevices(token)),

		/** @type {(deviceId: string) => Promise<void>} its token stops, its totals stay */
		revoke: (deviceId) => withToken((token) => unless('unknown_device', api.revokeDevice(token, deviceId))),

		/** @returns {Promise<import('./api.js').AccountExport>} everything that the server stores about the account */
		export: () => withToken((token) => api.exportAccount(token)),

		/**
		 * What an import would do, found out before it is done.
		 *
		 * @type {(found: Import) => Promise<ImportPlan>}
		 */
		planImport: (found) => withToken(async (token) => {
			const on = today();
			const { server_day: serverDay } = await api.pull(token, on);
			// Few people import anything, and those who do wait for the server anyway.
			const { planImport } = await import('./import-plan.js');
			return planImport(found, await api.exportAccount(token), { today: on, serverDay, deriveSource });
		}),

		/** @type {(plan: ImportPlan) => Promise<void>} may be repeated: an import only grows to what it should be */
		import: (plan) => carryOut(plan, async (token, asker) => void await absorb(asker, await api.putImport(token, plan.source, plan.body))),

		/**
		 * Take back what an import did: it is gone, or what it was before it grew. May be repeated.
		 *
		 * @type {(plan: ImportPlan) => Promise<void>}
		 */
		undoImport: (plan) => carryOut(plan, async (token, asker) => {
			const { source, before } = plan;
			await unless('unknown_import', api.removeImport(token, source));
			await absorb(asker, before ? await api.putImport(token, source, before) : await api.pull(token, today()));
		}),

		imports: () => withToken(async (token) => (await api.listImports(token)).imports),

		/** @type {(source: string) => Promise<void>} takes exactly its part away */
		removeImport: (source) => withToken(async (token, asker) => {
			await unless('unknown_import', api.removeImport(token, source));
			await absorb(asker, await api.pull(token, today()));
		}),

		/**
		 * Stop syncing on this device. Its totals stay in the account and what was counted stays here; should this device join the
		 * same account again, only what is not there yet counts.
		 */
		leave: () => storage.withLock('sync', async () => {
			await withdraw();
			await stored.change(leaveAccount);
		}),

		/**
		 * Erase the account on the server and everything on this device. A token that the server no longer knows is what a repeated
		 * try finds when the first one's reply was lost.
		 */
		erase: () => storage.withLock('sync', async () => {
			await ask((token) => unless('token_unknown', api.eraseAccount(token)));
			await forgetAll();
		}),

		/**
		 * Erase what is on this device, whether it syncs, has never joined, has left or was removed. An account stays as it is on the server;
		 * where this device is in one, it goes out of it first.
		 */
		eraseHere: () => storage.withLock('sync', async () => {
			await withdraw();
			await forgetAll();
		}),
	};
}

/**
 * Take one refusal for success: what was to be removed is not there.
 *
 * @param {string} code
 * @param {Promise<void>} call
 */
async function unless(code, call) {
	try {
		await call;
	} catch (error) {
		if (!(error instanceof ApiError) || error.code !== code) {
			throw error;
		}
	}
}
