/**
 * What went wrong, in a sentence for the person.
 */

import { AccountError } from '../core/account.js';
import { ApiError, NetworkError } from '../core/api.js';
import { CodeError } from '../core/code.js';
import { ImportError } from '../core/import.js';
import { StateError } from '../core/state.js';
import { isText, t } from './text.js';

/** What a person typed cannot be taken; the message, in their language, tells them why. */
export class Slip extends Error {}

/**
 * @param {string} code of a refusal
 * @returns {string | null} what it means to a person, where that is not the server's own words
 */
export function refusal(code) {
	const key = `error.${code}`;
	return isText(key) ? t(key) : null;
}

/**
 * @param {unknown} error
 * @returns {string}
 */
export function explain(error) {
	if (error instanceof Slip) {
		return error.message;
	}
	if (error instanceof ApiError) {
		return refusal(error.code) ?? t('error.refused', { detail: error.message });
	}
	if (error instanceof ImportError) {
		const key = `error.${error.code}`;
		return isText(key) ? t(key, { place: error.pointer.slice(1).replaceAll('/', '.') }) : error.message;
	}
	if ([NetworkError, CodeError, StateError, AccountError].some((kind) => error instanceof kind)) {
		const { code, message } = /** @type {{code: string, message: string}} */ (error);
		return refusal(code) ?? message;
	}
	console.error(error);
	return t(error instanceof DOMException && error.name === 'QuotaExceededError' ? 'error.no_room' : 'error.unexpected');
}
