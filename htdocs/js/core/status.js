/**
 * How what was counted here stands to the account: what is true of it, for the page to say in a sentence.
 */

import { addTotals, beyondTotals, isActive, noTotals } from './progress.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./sync.js').Outcome} Outcome */
/** @typedef {import('./progress.js').Totals} Totals */

/**
 * What is true, the first of these that is:
 *
 *   local      there is no account: nothing is sent
 *   removed    the account has removed this device
 *   unknown    the server does not know this device for now: a person may try again
 *   offline    the last try did not get through
 *   blocked    the last try was refused for a reason that a person has to remove: `code` says which (`error.…` has the sentence)
 *   later      the last try was refused for a reason that goes away by itself: `code` says which
 *   waiting    `xp` has still to be sent, and will be without being asked for
 *   unplanned  `xp` has still to be sent, and this window will not do it unasked: another one counted it, or a person has to
 *   kept       `xp` of `days` days was refused, for what `code` says: these days are kept here, and offered again on another day
 *   looking    nothing was heard of the account yet
 *   done       everything is in the account, which has `devices` devices
 *
 * @typedef {{kind: 'local' | 'removed' | 'unknown' | 'offline' | 'looking'}
 *   | {kind: 'blocked' | 'later', code: string}
 *   | {kind: 'waiting' | 'unplanned', xp: number}
 *   | {kind: 'kept', xp: number, days: number, code: string}
 *   | {kind: 'done', devices: number}} Status
 */

/** Refusals of a whole run that stay until a person does something. */
const BLOCKING = ['quota_reached', 'too_many_days', 'clock_off'];

/**
 * @param {State} state
 * @param {Outcome | null} outcome how this window's last run ended; null before the first
 * @param {boolean} isPlanned whether this window is going to send what waits without being asked: `schedule.willSend()`
 * @returns {Status}
 */
export function statusOf(state, outcome, isPlanned) {
	const { link } = state;
	if (link.status === 'local') {
		return { kind: 'local' };
	}
	if (link.status === 'refused') {
		return { kind: link.code === 'token_revoked' ? 'removed' : 'unknown' };
	}
	if (outcome && outcome.code !== null && (outcome.kind === 'later' || outcome.kind === 'clock_off')) {
		if (outcome.code === 'unreachable') {
			return { kind: 'offline' };
		}
		return { kind: BLOCKING.includes(outcome.code) ? 'blocked' : 'later', code: outcome.code };
	}
	const refused = Object.keys(state.refused);
	const waiting = unsentOn(state, Object.keys(state.days).filter((day) => !refused.includes(day)));
	if (isActive(waiting)) {
		return { kind: isPlanned ? 'waiting' : 'unplanned', xp: waiting.xp };
	}
	if (refused.length > 0) {
		return { kind: 'kept', xp: unsentOn(state, refused).xp, days: refused.length, code: state.refused[refused[0]].code };
	}
	return link.told ? { kind: 'done', devices: link.told.merged.devices } : { kind: 'looking' };
}

/**
 * @param {State} state
 * @param {string[]} days
 * @returns {Totals} what was counted on them and is not acknowledged
 */
const unsentOn = (state, days) => days.reduce((sum, day) => (
	addTotals(sum, beyondTotals(state.days[day].counted, state.days[day].acknowledged))
), noTotals());
