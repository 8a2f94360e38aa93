/**
 * Which import an export belongs to, and what importing it would do.
 *
 * An import is keyed by `source`: a digest over something that every export of one installation carries, salted with the account's
 * identifier. What is digested is a moment in time, known to the millisecond; there are so few of them that a fast digest could be
 * tried out by whoever holds the database. So it is a slow one on purpose, and the same moment gives another source in
 * another account.
 */

import { addDays, daysSince } from './day.js';
import { addTotals, isActive, maxTotals, noTotals, sameTotals, totalsOf } from './progress.js';

/** @typedef {import('./progress.js').Totals} Totals */
/** @typedef {import('./progress.js').DayTotals} DayTotals */
/** @typedef {import('./api.js').AccountExport} AccountExport */
/** @typedef {import('./api.js').ImportBody} ImportBody */
/** @typedef {import('./old-export.js').Import} Import */

/** @typedef {(identity: string, accountId: string) => Promise<string>} DeriveSource 64 lower-case hex digits */

/**
 * The part of the platform's `SubtleCrypto` that is used.
 *
 * @typedef {object} Subtle
 * @property {(format: 'raw', key: Uint8Array<ArrayBuffer>, algorithm: 'PBKDF2', extractable: false, usages: ['deriveBits']) => Promise<any>} importKey
 * @property {(algorithm: {name: 'PBKDF2', hash: 'SHA-256', salt: Uint8Array<ArrayBuffer>, iterations: number}, key: any, bits: number) =>
 *   Promise<ArrayBuffer>} deriveBits
 */

/**
 * @typedef {object} ImportPlan
 * @property {string} account_id the account for which it was made, and in which alone it is done
 * @property {string} source
 * @property {boolean} known whether the account holds an import of this installation already
 * @property {number} gain the XP by which the account would grow
 * @property {ImportBody} body
 * @property {ImportBody | null} before what the import holds so far; null where there is none
 * @property {boolean} undoable whether `before` is all of it: months, once folded, cannot be sent again
 */

const ITERATIONS = 600_000;

/** So many equal days are no accident: the import is of the same installation even though its marks differ. */
const EQUAL_DAYS = 3;

/**
 * @param {Subtle} subtle
 * @returns {DeriveSource}
 */
export function createDeriveSource(subtle) {
	/** @param {string} text ASCII, as identities and account identifiers are */
	const bytes = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
	return async (identity, accountId) => {
		const key = await subtle.importKey('raw', bytes(identity), 'PBKDF2', false, ['deriveBits']);
		const digest = await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: bytes(accountId), iterations: ITERATIONS }, key, 256);
		return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
	};
}

/**
 * @param {Import} read
 * @param {AccountExport} account what the server stores now
 * @param {{today: string, serverDay: string, deriveSource: DeriveSource}} how
 * @returns {Promise<ImportPlan>}
 */
export async function planImport(read, account, { today, serverDay, deriveSource }) {
	const found = upTo(read, addDays(serverDay, 1));
	const { source, stored } = await findSource(found, account, deriveSource);
	const { days, gain } = fitDays(found, stored);
	const { rest, streak } = found;
	return {
		account_id: account.account.account_id, source, known: stored !== null, gain, body: { today, days, rest, ...(streak && { streak }) },
		before: stored && {
			today, rest: stored.rest ?? noTotals(), ...(stored.streak && { streak: stored.streak }),
			// An export says more of a day than an import takes.
			days: stored.days.map((each) => ({ day: each.day, ...totalsOf((member) => each[member]) })),
		},
		undoable: !stored || stored.months.length === 0,
	};
}

/**
 * An import up to the last day that the server takes. Where this device's date is ahead of the server's, days may lie beyond: what
 * they hold goes to the rest, and a streak ends with the last day.
 *
 * @param {Import} read
 * @param {string} last
 * @returns {Import}
 */
function upTo(read, last) {
	const { days, rest, streak } = read;
	const beyond = days.filter(({ day }) => day > last);
	const over = streak ? Math.max(0, daysSince(last, streak.last_day)) : 0;
	return {
		...read,
		days: days.filter(({ day }) => day <= last),
		rest: beyond.reduce(addTotals, rest),
		streak: streak && streak.days > over ? { ...streak, days: streak.days - over, last_day: addDays(streak.last_day, -over) } : null,
	};
}

/**
 * The import of this installation, if the account has it: by any of the installation's marks, under this account's identifier or that
 * of one that was merged into it; failing that, by its very days (the tour was taken again, and all marks are new).
 *
 * @param {Import} found
 * @param {AccountExport} account
 * @param {DeriveSource} deriveSource
 * @returns {Promise<{source: string, stored: AccountExport['imports'][number] | null}>}
 */
async function findSource(found, { account, imports }, deriveSource) {
	let own = '';
	for (const salt of [account.account_id, ...account.former_ids]) {
		for (const identity of found.identities) {
			const source = await deriveSource(identity, salt);
			const stored = imports.find((each) => each.source === source);
			if (stored) {
				return { source, stored };
			}
			own ||= source;
		}
	}
	const twin = imports.find((each) => {
		const there = new Map(each.days.map((totals) => [totals.day, totals]));
		const equal = found.days.filter((totals) => {
			const other = there.get(totals.day);
			return other && isActive(other) && sameTotals(other, totals);
		});
		return equal.length >= EQUAL_DAYS;
	});
	return twin ? { source: twin.source, stored: twin } : { source: own, stored: null };
}

/**
 * The days to send, so that what the server then holds is exact.
 *
 * Merging by the larger value is exact as long as nothing moves from the rest to a day. One thing can: an export made in the middle of
 * a session has its breaths in the total but not yet in the log, so they are rest there and a day's in the next export. What would be
 * counted twice that way is left out of the latest days.
 *
 * @param {Import} found
 * @param {AccountExport['imports'][number] | null} stored
 * @returns {{days: DayTotals[], gain: number}}
 */
function fitDays(found, stored) {
	if (!stored) {
		return { days: found.days, gain: found.totals.xp };
	}
	const sum = (/** @type {Iterable<Totals>} */ list) => [...list].reduce((total, { xp }) => total + xp, 0);
	const there = new Map(stored.days.map((totals) => [totals.day, totals]));
	const rest = stored.rest ?? noTotals();
	const before = sum(stored.days) + sum(stored.months) + rest.xp;

	// A day that is part of a month is settled: the server ignores what is sent for it.
	const settled = new Set(stored.months.flatMap((month) => month.active_days));
	const open = found.days.filter(({ day }) => !settled.has(day));
	const grown = new Map([...there, ...open.map((totals) => (
		/** @type {const} */ ([totals.day, maxTotals(totals, there.get(totals.day) ?? noTotals())])
	))]);
	const after = sum(grown.values()) + sum(stored.months) + maxTotals(found.rest, rest).xp;

	let excess = after - Math.max(before, found.totals.xp);
	const gain = after - before - Math.max(0, excess);
	const days = [...open].reverse().map((totals) => {
		const cut = Math.max(0, Math.min(excess, totals.xp - (there.get(totals.day)?.xp ?? 0)));
		excess -= cut;
		return { ...totals, xp: totals.xp - cut };
	});
	return { days: days.reverse(), gain };
}
