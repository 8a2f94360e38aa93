/**
 * What went wrong, in a sentence for the person.
 */

import { AccountError } from '../core/account.js';
import { ApiError, NetworkError } from '../core/api.js';
import { CodeError } from '../core/code.js';
import { StateError } from '../core/state.js';
import { StorageError } from './storage.js';
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
	// By its name: the class comes with what reads exports, which few pages need.
	if (error instanceof Error && error.name === 'ImportError') {
		const { code, pointer, message } = /** @type {import('../core/import.js').ImportError} */ (error);
		const key = `error.${code}`;
		return isText(key) ? t(key, { place: pointer.slice(1).replaceAll('/', '.') }) : message;
	}
	if ([NetworkError, CodeError, StateError, AccountError, StorageError].some((kind) => error instanceof kind)) {
		const { code, message } = /** @type {{code: string, message: string}} */ (error);
		return refusal(code) ?? message;
	}
	if (error instanceof DOMException && error.name === 'QuotaExceededError') {
		return t('error.no_room');
	}
	console.error(error);
	return t('error.unexpected');
}
