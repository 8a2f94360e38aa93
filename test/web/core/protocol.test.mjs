import assert from 'node:assert/strict';
import test from 'node:test';
import {
	absorbMerged, adoptDevice, beginPush, checkRestored, dayAtFault, forkPush, isRestored, joinAccount, leaveAccount, PUSH_DAYS_MAX, refusePush,
	settleFormer, settlePush, signOut, unsentDays,
} from '../../../htdocs/js/core/protocol.js';
import { countDay, emptyState, newOwn } from '../../../htdocs/js/core/state.js';
import { merged, TODAY, totals } from './support.mjs';

const EPOCH = merged().epoch;
const OTHER_EPOCH = '00000000000000e2';
const DEVICE = { device_id: 'd1', token: 'bm_1' };

/** A device that has joined and counted on these days. */
function device(counted = {}) {
	const state = { ...emptyState(), link: { status: 'joined', ...newOwn(DEVICE), account: { account_id: 'a', handle: 'h' }, told: null }, epoch: EPOCH };
	for (const [day, amount] of Object.entries(counted)) {
		countDay(state, day, amount);
	}
	return state;
}

const begin = (state, id = '00000000000000aa', how = {}) => beginPush(state, { id, today: TODAY, ...how });
const settle = (state, id) => settlePush(state, begin(state, id), merged(), TODAY);

/** The server's export, with what it has of the device. */
const account = (days, { epoch = EPOCH, device_id = 'd1', horizon_day = null, months = [] } = {}) => ({
	account: { account_id: 'a', former_ids: [] }, epoch, totals: totals(0), imports: [],
	devices: [{ device_id, kind: 'web', revoked: false, horizon_day, months, days: Object.entries(days).map(([day, t]) => ({ day, ...t })) }],
});

test('a push tells the whole of each day of which more was counted than acknowledged', () => {
	const state = device({ '2026-11-20': totals(5, 1, 1, 5), '2026-11-21': totals(7) });
	assert.deepEqual(begin(state), {
		push: '00000000000000aa', after: null, days: [{ day: '2026-11-20', ...totals(5, 1, 1, 5) }, { day: '2026-11-21', ...totals(7) }],
	});
	settlePush(state, state.link.pending, merged(), TODAY);
	assert.deepEqual(unsentDays(state, TODAY), []);
	countDay(state, '2026-11-20', totals(1));
	assert.deepEqual(begin(state, '00000000000000bb'), {
		push: '00000000000000bb', after: '00000000000000aa', days: [{ day: '2026-11-20', ...totals(6, 1, 1, 5) }],
	});
});

test('an unanswered push stays as it is, whatever is counted meanwhile', () => {
	const state = device({ '2026-11-21': totals(7) });
	const push = structuredClone(begin(state));
	countDay(state, '2026-11-21', totals(1));
	countDay(state, TODAY, totals(2));
	assert.deepEqual(begin(state, '00000000000000bb'), push);
	settlePush(state, push, merged(), TODAY);
	assert.deepEqual(unsentDays(state, TODAY), ['2026-11-21', TODAY], 'what came later is still to be told');
});

test('with nothing to tell there is no push', () => {
	assert.equal(begin(device()), null);
});

test('a push names 400 days at most, the oldest first', () => {
	const state = device();
	for (let i = 0; i < PUSH_DAYS_MAX + 1; i++) {
		countDay(state, new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10), totals(1));
	}
	assert.equal(begin(state).days.length, 400);
	assert.equal(state.link.pending.days[0].day, '2025-01-01');
	settlePush(state, state.link.pending, merged(), TODAY);
	assert.equal(begin(state, '00000000000000bb').days.length, 1);
});

test('a session over midnight, counted today for yesterday, is left for later with what is of today', () => {
	const state = device({ '2026-11-20': totals(1), '2026-11-21': totals(2) });
	countDay(state, '2026-11-21', totals(3), TODAY);
	assert.deepEqual(begin(state, '00000000000000aa', { before: TODAY }).days.map(({ day }) => day), ['2026-11-20']);
	state.link.pending = null;
	const tomorrow = '2026-11-23';
	assert.deepEqual(begin(state, '00000000000000aa', { today: tomorrow, before: tomorrow }).days.map(({ day }) => day), ['2026-11-20', '2026-11-21']);
});

test('today can be left for later', () => {
	const state = device({ '2026-11-21': totals(7), [TODAY]: totals(1) });
	assert.deepEqual(begin(state, '00000000000000aa', { before: TODAY }).days.map(({ day }) => day), ['2026-11-21']);
});

test('a merged state is taken over', () => {
	const state = device();
	signOut(state, 'token_unknown');
	absorbMerged(state, merged({ account_id: 'b', handle: 'calm-fern-1', xp: 7 }), TODAY);
	assert.equal(state.link.status, 'joined', 'the token works');
	assert.deepEqual(state.link.account, { account_id: 'b', handle: 'calm-fern-1' });
	assert.equal(state.link.told.merged.xp, 7);
});

test('on another epoch every day is sent again, and the view does not jump meanwhile', () => {
	const state = device({ '2026-11-20': totals(5), '2026-11-21': totals(7) });
	settle(state);
	countDay(state, TODAY, totals(1));
	assert.ok(!isRestored(state));
	absorbMerged(state, merged({ epoch: OTHER_EPOCH }), TODAY);
	assert.ok(state.link.restored && isRestored(state));
	assert.deepEqual(unsentDays(state, TODAY), ['2026-11-20', '2026-11-21', TODAY]);
	assert.deepEqual(state.days['2026-11-20'].acknowledged, totals(5));
	settlePush(state, begin(state, '00000000000000bb'), merged({ epoch: OTHER_EPOCH }), TODAY);
	assert.deepEqual(unsentDays(state, TODAY), []);
});

test('a restored server that has no more of a day than it acknowledged here has this device only', () => {
	const state = device({ '2026-11-20': totals(5), '2026-11-21': totals(7) });
	settle(state);
	absorbMerged(state, merged({ epoch: OTHER_EPOCH }), TODAY);
	checkRestored(state, account({ '2026-11-20': totals(3) }, { epoch: OTHER_EPOCH }));
	assert.ok(!state.link.restored && !state.link.forked);
});

test('a push that was taken although its answer was lost is no sign of a copy', () => {
	const state = device({ '2026-11-20': totals(5) });
	settle(state);
	countDay(state, '2026-11-20', totals(4));
	begin(state, '00000000000000bb');
	absorbMerged(state, merged({ epoch: OTHER_EPOCH }), TODAY);
	checkRestored(state, account({ '2026-11-20': totals(9) }, { epoch: OTHER_EPOCH }));
	assert.ok(!state.link.forked);
	assert.deepEqual(state.days['2026-11-20'].acknowledged, totals(9));
});

test('a restored server that has more of a day than it acknowledged here has it from a copy', () => {
	for (const foreign of [{ '2026-11-20': totals(6) }, { '2026-11-20': totals(5), '2026-11-19': totals(1) }, { '2026-11-20': totals(1, 1) }]) {
		const state = device({ '2026-11-20': totals(5) });
		settle(state);
		countDay(state, '2026-11-20', totals(4));
		begin(state, '00000000000000bb');
		absorbMerged(state, merged({ epoch: OTHER_EPOCH }), TODAY);
		checkRestored(state, account(foreign, { epoch: OTHER_EPOCH }));
		assert.ok(state.link.forked);
		assert.equal(state.link.pending, null);
	}
});

test('a push that a restored server took unchecked is looked at again: a copy may have been there before', () => {
	const state = device({ '2026-11-21': totals(9) });
	// The server was restored, which forgets all chains, after this device had heard of it; a copy has pushed 12 XP meanwhile.
	settlePush(state, begin(state), merged({ epoch: OTHER_EPOCH }), TODAY);
	const there = account({ '2026-11-21': totals(12) }, { epoch: OTHER_EPOCH });
	checkRestored(state, there);
	assert.ok(state.link.forked);
	adoptDevice(state, { device_id: 'd2', token: 'bm_2' }, there);
	assert.deepEqual(state.days['2026-11-21'].counted, totals(9), 'nobody can tell whose the 12 are, so the 9 count again');
});

test('a fork goes on as a device of its own with what had not been acknowledged', () => {
	const state = device({ '2026-11-20': totals(5, 1, 1, 5), '2026-11-21': totals(7) });
	settle(state);
	countDay(state, '2026-11-20', totals(2, 0, 1, 2));
	const push = begin(state, '00000000000000bb');
	forkPush(state, push, { received: false, epoch: EPOCH });
	assert.equal(state.link.pending, null);
	assert.ok(state.link.forked);
	countDay(state, TODAY, totals(1));
	adoptDevice(state, { device_id: 'd2', token: 'bm_2' }, null);
	assert.ok(!state.link.forked);
	assert.equal(state.link.chain, null);
	assert.deepEqual(state.link.device, { device_id: 'd2', token: 'bm_2' });
	assert.deepEqual(state.days, {
		'2026-11-20': { counted: totals(2, 0, 1, 2), acknowledged: totals(0) },
		[TODAY]: { counted: totals(1), acknowledged: totals(0) },
	});
});

test('nothing of a push that was received counts again', () => {
	const state = device({ '2026-11-20': totals(5) });
	const push = begin(state);
	countDay(state, '2026-11-20', totals(2));
	forkPush(state, push, { received: true, epoch: EPOCH });
	adoptDevice(state, { device_id: 'd2', token: 'bm_2' }, null);
	assert.deepEqual(state.days['2026-11-20'].counted, totals(2));
});

test('a fork on a restored server counts again what is not there as it was acknowledged', () => {
	const state = device({ '2026-11-18': totals(2), '2026-11-19': totals(3), '2026-11-20': totals(5) });
	settle(state);
	countDay(state, '2026-11-20', totals(1));
	forkPush(state, begin(state, '00000000000000bb'), { received: false, epoch: OTHER_EPOCH });
	adoptDevice(state, { device_id: 'd2', token: 'bm_2' },
		account({ '2026-11-19': totals(3), '2026-11-20': totals(8) }, {
			epoch: OTHER_EPOCH, horizon_day: '2026-11-18', months: [{ month: '2026-11', ...totals(2), active_days: ['2026-11-18'] }],
		}));
	assert.deepEqual(Object.fromEntries(Object.entries(state.days).map(([day, { counted }]) => [day, counted.xp])), { '2026-11-20': 6 });
	assert.ok(!state.link.restored);
});

test('leaving keeps what was counted; joining the same account again counts only what is not there', () => {
	const state = device({ '2026-11-20': totals(5), '2026-11-21': totals(7) });
	settle(state);
	countDay(state, '2026-11-21', totals(2));
	leaveAccount(state);
	assert.deepEqual(state.link, { status: 'local' });
	joinAccount(state, { account_id: 'a', handle: 'h', device_id: 'd2', token: 'bm_2' }, merged(), TODAY);
	assert.deepEqual(state.former, { device_id: 'd1', pending: null });
	settleFormer(state, account({ '2026-11-20': totals(5), '2026-11-21': totals(7) }));
	assert.equal(state.former, null);
	assert.deepEqual(state.days, { '2026-11-21': { counted: totals(2), acknowledged: totals(0) } });
});

test('a former device that was joined into another one is known still, and its days count once', () => {
	const state = device({ '2025-02-20': totals(5), '2026-11-21': totals(7) });
	settle(state);
	countDay(state, '2026-11-21', totals(2));
	joinAccount(state, { account_id: 'a', handle: 'h', device_id: 'd2', token: 'bm_2' }, null, TODAY);
	const there = account({}, { device_id: 'older', horizon_day: '2025-02-20' });
	there.devices[0].joined_ids = ['somebody', 'd1'];
	settleFormer(state, there);
	assert.deepEqual(state.days, { '2026-11-21': { counted: totals(2), acknowledged: totals(0) } });
});

test('in another account everything counts', () => {
	const state = device({ '2026-11-20': totals(5) });
	settle(state);
	joinAccount(state, { account_id: 'b', handle: 'h', device_id: 'd2', token: 'bm_2' }, null, TODAY);
	settleFormer(state, account({ '2026-11-20': totals(5) }, { device_id: 'somebody', epoch: OTHER_EPOCH }));
	assert.deepEqual(state.days, { '2026-11-20': { counted: totals(5), acknowledged: totals(0) } });
	assert.equal(state.epoch, OTHER_EPOCH);
	assert.ok(!state.link.restored);
});

test('a push that was unanswered when the token stopped counts once, taken or not', () => {
	for (const [there, left] of [[totals(9), {}], [totals(5), { '2026-11-20': totals(4) }], [totals(12), { '2026-11-20': totals(4) }]]) {
		const state = device({ '2026-11-20': totals(5) });
		settle(state);
		countDay(state, '2026-11-20', totals(4));
		begin(state, '00000000000000bb');
		joinAccount(state, { account_id: 'a', handle: 'h', device_id: 'd2', token: 'bm_2' }, null, TODAY);
		assert.equal(state.link.pending, null);
		settleFormer(state, account({ '2026-11-20': there }));
		assert.deepEqual(Object.fromEntries(Object.entries(state.days).map(([day, { counted }]) => [day, counted])), left);
	}
});

test('a device that joins twice before it settles still knows its former one', () => {
	const state = device({ '2026-11-20': totals(5) });
	settle(state);
	joinAccount(state, { account_id: 'a', handle: 'h', device_id: 'd2', token: 'bm_2' }, null, TODAY);
	joinAccount(state, { account_id: 'a', handle: 'h', device_id: 'd3', token: 'bm_3' }, null, TODAY);
	assert.equal(state.former.device_id, 'd1');
});

test('a day that is refused is put aside for today and holds up no other', () => {
	const state = device({ '2026-11-20': totals(5), '2027-11-21': totals(7) });
	const push = begin(state);
	assert.equal(dayAtFault(push, '/days/1/day'), '2027-11-21');
	refusePush(state, '2027-11-21', 'out_of_range', TODAY);
	assert.deepEqual(begin(state, '00000000000000bb').days.map(({ day }) => day), ['2026-11-20']);
	assert.equal(state.link.pending.after, null, 'the refused push is no link of the chain');
	settlePush(state, state.link.pending, merged(), TODAY);
	assert.deepEqual(unsentDays(state, TODAY), []);
	assert.deepEqual(unsentDays(state, '2026-11-23'), ['2027-11-21'], 'tomorrow it is offered again');
	const again = beginPush(state, { id: '00000000000000cc', today: '2026-11-23' });
	settlePush(state, again, merged(), '2026-11-23');
	assert.deepEqual(state.refused, {});
});

test('a pointer that names no day of the push is no day at fault', () => {
	const push = { push: 'x', after: null, days: [{ day: TODAY, ...totals(1) }] };
	for (const pointer of [null, '', '/today', '/days', '/days/1', '/days/01/day', '/days/x', '/days/-1', 'x/days/0', '/days/0x']) {
		const day = dayAtFault(push, pointer);
		assert.equal(day, null, String(pointer));
	}
	assert.equal(dayAtFault(push, '/days/0'), TODAY);
	assert.equal(dayAtFault(push, '/days/0/xp'), TODAY);
});
