/**
 * What went wrong, in a sentence for the person.
 */

import { ApiError } from '../core/api.js';
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
	// Our own errors have a code and no sentence. What reads exports says where in them something is wrong.
	const { code, pointer = '' } = /** @type {{code?: unknown, pointer?: string}} */ (Object(error));
	const key = `error.${code}`;
	if (isText(key)) {
		return t(key, { place: pointer.slice(1).replaceAll('/', '.') });
	}
	if (error instanceof DOMException && error.name === 'QuotaExceededError') {
		return t('error.no_room');
	}
	// A module that could not be fetched is a TypeError without a code; the messages are those of Chromium, Firefox and Safari.
	if (error instanceof TypeError && /dynamically imported module|Importing a module script/.test(error.message)) {
		return t('error.unreachable');
	}
	console.error(error);
	return t('error.unexpected');
}
