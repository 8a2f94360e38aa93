/**
 * The protocol of syncing: what the server does not know yet, and what each of its answers does to the state of a device.
 *
 * What waits to be sent is not a log. It is derived: the days of which more was counted than acknowledged. It cannot overflow, has no order and
 * may be sent twice. What makes it exact is the chain. A largest value cannot tell a device from its copy (a restored
 * backup, a profile on two machines), so each push names the one that was taken before it, is stored before it is sent, and is
 * sent unchanged until it is answered. Then a device whose state was copied or rolled back is found out at its next push, and
 * goes on as a device of its own with what had not been acknowledged.
 *
 * Everything here is a pure change of the state document, made under the `state` lock by `sync.js`. Each answer is one change,
 * saved as a whole, so that a crash between any two requests leaves a state from which the next run goes on.
 *
 *     counted > acknowledged ──beginPush──▶ pending ──200──▶ settlePush     acknowledged, chain advances
 *                                              │────409──▶ forkPush       forked ──▶ adoptDevice
 *                                              │────4xx──▶ refusePush     given up; the day at fault is kept aside
 *                                              └─ lost ──▶ still pending, sent again unchanged
 */

import { beyondTotals, isActive, maxTotals, noTotals, sameTotals } from './progress.js';
import { newOwn, ownOf, toldNow } from './state.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Push} Push */
/** @typedef {import('./state.js').Device} Device */
/** @typedef {import('./state.js').Own} Own */
/** @typedef {import('./state.js').Merged} Merged */
/** @typedef {import('./api.js').AccountExport} AccountExport */
/** @typedef {import('./progress.js').Totals} Totals */
/** @typedef {import('./progress.js').DayTotals} DayTotals */

/** How many days one push can name. */
export const PUSH_DAYS_MAX = 400;

/**
 * Answers are settled for a device that has an account: `openState().answer` sees to it.
 *
 * @param {State} state
 * @returns {Own}
 */
function own(state) {
	const found = ownOf(state);
	if (!found) {
		throw new Error('an answer to nobody');
	}
	return found;
}

/** @type {(link: Own) => Own} a link without what else the account told */
const onlyOwn = ({ device, chain, pending, forked, restored }) => ({ device, chain, pending, forked, restored });

/**
 * The days that the server has still to be told of.
 *
 * @param {State} state
 * @param {string} today a day that the server refused is offered again on another day only
 * @returns {string[]} in order
 */
export function unsentDays(state, today) {
	return Object.keys(state.days).sort().filter((day) => {
		const { counted, acknowledged, again } = state.days[day];
		return (again || !sameTotals(counted, acknowledged)) && state.refused[day]?.on !== today;
	});
}

/**
 * Make the next push, unless one is still unanswered or there is nothing to tell.
 *
 * @param {State} state
 * @param {object} how
 * @param {string} how.id 16 hex digits at random
 * @param {string} how.today
 * @param {number} [how.daysMax]
 * @param {string | null} [how.before] leaves this day and later ones for another time, and days to which something was added on them
 * @returns {Push | null} what is to be sent; it is pending from now on
 */
export function beginPush(state, { id, today, daysMax = PUSH_DAYS_MAX, before = null }) {
	const mine = own(state);
	if (mine.pending === null) {
		const days = unsentDays(state, today).filter((day) => before === null || (state.days[day].counted_on ?? day) < before).slice(0, daysMax);
		if (days.length > 0) {
			mine.pending = { push: id, after: mine.chain, days: days.map((day) => ({ day, ...state.days[day].counted })) };
		}
	}
	return mine.pending;
}

/**
 * The push was taken.
 *
 * @param {State} state
 * @param {Push} push as it was sent
 * @param {Merged} merged the answer
 * @param {string} today
 */
export function settlePush(state, push, merged, today) {
	// Acknowledged first. If the answer brings another epoch, the server was restored after this device had last heard of it, forgot all
	// chains and took a push that nobody had checked: its days are looked at again like all others.
	acknowledge(state, push.days);
	absorbMerged(state, merged, today);
	for (const { day } of push.days) {
		delete state.refused[day];
	}
	Object.assign(own(state), { chain: push.push, pending: null });
}

/**
 * Take over what the server says about the account.
 *
 * @param {State} state
 * @param {Merged} merged
 * @param {string | null} today for which it was asked; null where the request names no day
 */
export function absorbMerged(state, merged, today) {
	noteEpoch(state, merged.epoch);
	const { account_id, handle } = merged;
	const before = state.link.status === 'joined' ? state.link.told : null;
	state.link = { status: 'joined', ...onlyOwn(own(state)), account: { account_id, handle }, told: toldNow(before, merged, today) };
}

/**
 * Another epoch means that an administrator restored a backup: what was acknowledged may be gone, so every day is to be sent again,
 * once `checkRestored` has seen that it may be.
 *
 * @param {State} state
 * @param {string} epoch
 */
function noteEpoch(state, epoch) {
	if (state.epoch !== epoch) {
		state.epoch = epoch;
		own(state).restored = true;
		for (const held of Object.values(state.days)) {
			held.again = isActive(held.acknowledged);
		}
	}
}

/**
 * Look at what a restored server has of this device, before anything is pushed.
 *
 * A restore forgets all chains, so the first push after it would be taken from a copy or from a rolled back device too, and hide what
 * was practised on the other. But the server cannot have more of a day than it acknowledged here, save for a push whose answer was
 * lost: where it has, somebody else counted it.
 *
 * @param {State} state
 * @param {AccountExport} account
 */
export function checkRestored(state, account) {
	const mine = own(state);
	const stored = storedDays(account, mine.device.device_id);
	settleUnanswered(state, mine.pending, stored);
	mine.forked = Object.keys(stored.days).some((day) => (
		isActive(beyondTotals(stored.totals(day), state.days[day]?.acknowledged ?? noTotals()))
	));
	if (mine.forked) {
		mine.pending = null;
	}
	mine.restored = false;
}

/**
 * Acknowledge a push of which no answer came, if its days read on the server exactly as it said. Of a day that is a part of its
 * month only that it is there can be read.
 *
 * @param {State} state
 * @param {Push | null | undefined} push
 * @param {ReturnType<typeof storedDays>} stored
 */
function settleUnanswered(state, push, stored) {
	if (push?.days.every((totals) => stored.folded(totals.day) || sameTotals(totals, stored.totals(totals.day)))) {
		acknowledge(state, push.days);
	}
}

/**
 * @param {State} state
 * @param {DayTotals[]} days
 */
function acknowledge(state, days) {
	for (const { day, ...totals } of days) {
		const held = state.days[day];
		state.days[day] = { counted: held.counted, acknowledged: maxTotals(held.acknowledged, totals) };
	}
}

/**
 * The server found that this device has gone another way since: somebody else holds a copy of it, or this is an old one. What the
 * answer settles is settled; the rest is done by `adoptDevice` once there is a device of its own.
 *
 * @param {State} state
 * @param {Push} push as it was sent
 * @param {{received: boolean, epoch: string}} answer
 */
export function forkPush(state, push, { received, epoch }) {
	noteEpoch(state, epoch);
	if (received) {
		acknowledge(state, push.days);
	}
	Object.assign(own(state), { pending: null, forked: true });
}

/**
 * Go on as a device of its own, which counts what had not been acknowledged under the old one.
 *
 * @param {State} state
 * @param {Device} device
 * @param {AccountExport | null} account what the server has of the old device; needed after a restore only
 */
export function adoptDevice(state, device, account) {
	rebaseDays(state, storedDays(account, own(state).device.device_id));
	Object.assign(own(state), newOwn(device));
	state.request = null;
}

/**
 * Whether days are to be sent again although they were acknowledged.
 *
 * @param {State} state
 */
export const isRestored = (state) => Object.values(state.days).some((held) => held.again);

/**
 * Take a new account, or a known one with a new device. What an earlier device was acknowledged is settled by `settleFormer`.
 *
 * @param {State} state
 * @param {import('./api.js').Joined} joined
 * @param {Merged | null} merged what the server says about the account right after; null where it could not be heard
 * @param {string} today
 */
export function joinAccount(state, { account_id, handle, device_id, token }, merged, today) {
	leaveAccount(state);
	state.link = { status: 'joined', ...newOwn({ device_id, token }), account: { account_id, handle }, told: null };
	if (merged && !state.former) {
		// Nobody else can have used a device that is a moment old, whatever epoch this is.
		state.link.told = toldNow(null, merged, today);
		state.epoch = merged.epoch;
	}
}

/**
 * Forget the account and keep what was counted: whoever comes to this device next learns nothing of the account. Of the former device
 * its random number stays, without which its days would count twice if this device joined the same account again.
 *
 * @param {State} state
 */
export function leaveAccount(state) {
	const mine = ownOf(state);
	if (mine && !state.former) {
		state.former = { device_id: mine.device.device_id, pending: mine.pending };
	}
	state.link = { status: 'local' };
	state.request = null;
}

/**
 * The server refused the token. A removed device has left the account. One that the server does not know may be known again, when an
 * administrator has restored the right backup: it keeps its token and what it was about to send, and forgets all that it
 * was told, since the account may have been erased.
 *
 * @param {State} state
 * @param {'token_unknown' | 'token_revoked'} code
 */
export function signOut(state, code) {
	if (code === 'token_revoked') {
		leaveAccount(state);
		state.link = { status: 'refused', code };
	} else {
		state.link = { status: 'refused', code, ...onlyOwn(own(state)) };
	}
}

/**
 * Settle what a former device of this person's had been acknowledged, after joining an account with a new one.
 *
 * If the account holds the former device, its totals are there and must not be counted twice; if it does not (another
 * account, an erased one, a server restored to a time before), everything counts on the new device. A push that was never answered
 * was taken if its days read there exactly as it said.
 *
 * @param {State} state
 * @param {AccountExport} account
 */
export function settleFormer(state, account) {
	const stored = storedDays(account, state.former?.device_id);
	settleUnanswered(state, state.former?.pending, stored);
	if (stored.known) {
		noteEpoch(state, account.epoch);
	} else {
		forgetAcknowledged(state);
		state.epoch = account.epoch;
	}
	rebaseDays(state, stored);
	state.former = null;
	own(state).restored = false;
}

/** @param {State} state */
function forgetAcknowledged(state) {
	for (const held of Object.values(state.days)) {
		held.acknowledged = noTotals();
	}
}

/**
 * What the server has of a device, day by day; nothing where it does not know it. One that was revoked long ago may have been
 * joined into another, which has all of its days folded.
 *
 * @param {AccountExport | null} account
 * @param {string | undefined} deviceId
 */
function storedDays(account, deviceId) {
	const device = account?.devices.find((each) => each.device_id === deviceId)
		?? account?.devices.find((each) => deviceId !== undefined && each.joined_ids?.includes(deviceId));
	/** @type {{[day: string]: Totals}} */
	const days = Object.fromEntries(device?.days.map(({ day, ...totals }) => [day, totals]) ?? []);
	const folded = new Set(device?.months.flatMap((month) => month.active_days));
	return {
		known: device !== undefined,
		days,
		/** @type {(day: string) => Totals} */
		totals: (day) => days[day] ?? noTotals(),
		/** @type {(day: string) => boolean} a day that is only known as a part of its month */
		folded: (day) => folded.has(day),
	};
}

/**
 * Keep of each day what had not been acknowledged under an earlier device, nothing of it acknowledged under the next one.
 *
 * After a restore the server may have less of the earlier device than it acknowledged, or what a copy has pushed since. A
 * day that reads there exactly as it was acknowledged here is there. Of any other nobody can tell whose it is, and it counts again:
 * too much can be seen, too little is lost.
 *
 * @param {State} state
 * @param {ReturnType<typeof storedDays>} stored what the server has of the earlier device
 */
function rebaseDays(state, stored) {
	for (const [day, { counted, acknowledged, again }] of Object.entries(state.days)) {
		const there = !again || stored.folded(day) || sameTotals(acknowledged, stored.totals(day));
		const left = there ? beyondTotals(counted, acknowledged) : counted;
		if (isActive(left)) {
			state.days[day] = { counted: left, acknowledged: noTotals() };
		} else {
			delete state.days[day];
		}
	}
}

/**
 * The push was answered and not taken, and never will be as it is: give it up. Its days stay counted. The one at fault, where
 * there is one, is put aside so that it does not hold up the others.
 *
 * @param {State} state
 * @param {string | null} day
 * @param {string} code why
 * @param {string} today
 */
export function refusePush(state, day, code, today) {
	own(state).pending = null;
	if (day !== null) {
		state.refused[day] = { code, on: today };
	}
}

/**
 * The day that a refusal points at.
 *
 * @param {Push} push
 * @param {string | null} pointer a JSON Pointer into the request, like `/days/3/xp`
 * @returns {string | null}
 */
export function dayAtFault(push, pointer) {
	const index = pointer?.match(/^\/days\/(\d+)(?:\/|$)/)?.[1];
	return push.days[Number(index ?? -1)]?.day ?? null;
}
