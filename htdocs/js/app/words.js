/**
 * What the page says: numbers, days, and what went wrong, in sentences for people.
 */

import { AccountError } from '../core/account.js';
import { ApiError, NetworkError } from '../core/api.js';
import { CodeError } from '../core/code.js';
import { ImportError } from '../core/import.js';
import { StateError } from '../core/state.js';

/** What a person typed cannot be taken; the message tells them why. */
export class Slip extends Error {}

const numbers = new Intl.NumberFormat('en-GB');
const dates = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** @param {number} value */
export const number = (value) => numbers.format(value);

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export const counted = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** @param {string} day */
export const date = (day) => dates.format(new Date(`${day}T00:00:00Z`));

/** What refusals mean to a person; the server's own words are for whoever writes a program. */
const REFUSALS = new Map(Object.entries({
	unknown_code: 'This code is not known. It may have been used already, or its ten minutes are over.',
	recovery_code_unknown: 'This recovery code belongs to no account. Perhaps a newer one has taken its place.',
	too_many_requests: 'There were too many tries. Wait a few minutes and try again.',
	accounts_exhausted: 'No more accounts can be opened on this server today. Try again tomorrow.',
	quota_reached: 'There is no room for another one. Remove one that you no longer need.',
	clock_off: 'The date of this device is off by more than a day. Your days are kept; put the clock right and sync again.',
	token_unknown: 'The server does not know this browser any more. What you counted here is kept.',
	token_revoked: 'This browser was removed from the account on another device. What you counted here is kept.',
	body_too_large: 'This is more than the server takes at once.',
	unavailable: 'The server cannot answer just now. Nothing is lost; try again in a little while.',
	internal_error: 'Something went wrong on the server. Nothing is lost; try again in a little while.',
}));

/**
 * @param {string} code of a refusal
 * @returns {string | undefined}
 */
export const refusal = (code) => REFUSALS.get(code);

/**
 * @param {unknown} error
 * @returns {string}
 */
export function explain(error) {
	if (error instanceof ApiError) {
		return refusal(error.code) ?? `The server refused this: ${error.message}`;
	}
	if (error instanceof NetworkError) {
		return `${error.message} Nothing is lost; try again.`;
	}
	if ([Slip, CodeError, ImportError, StateError, AccountError].some((kind) => error instanceof kind)) {
		return /** @type {Error} */ (error).message;
	}
	console.error(error);
	return error instanceof DOMException && error.name === 'QuotaExceededError'
		? 'This browser has no room left to keep anything for this page.'
		: 'Something went wrong here. Reload the page and try again.';
}
