/** What the page says of syncing is what is true. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { absorbMerged, refusePush } from '../../../htdocs/js/core/protocol.js';
import { countDay, emptyState, newOwn } from '../../../htdocs/js/core/state.js';
import { statusOf } from '../../../htdocs/js/core/status.js';
import { createModel } from '../model/server.mjs';
import { makeDevice, merged, problem, TODAY, totals } from './support.mjs';

const DONE = { kind: 'done', code: null, retryAfterS: null };
const later = (code) => ({ kind: 'later', code, retryAfterS: null });

function joined() {
	const state = emptyState();
	state.link = { status: 'joined', ...newOwn({ device_id: 'd', token: 't' }), account: { account_id: 'a', handle: 'h' }, told: null };
	return state;
}

test('who is in no account, was removed or is not known is told so, whatever the last run said', () => {
	for (const outcome of [null, DONE, later('unreachable')]) {
		assert.deepEqual(statusOf(emptyState(), outcome, true), { kind: 'local' });
		assert.deepEqual(statusOf({ ...emptyState(), link: { status: 'refused', code: 'token_revoked' } }, outcome, true), { kind: 'removed' });
		const unknown = { status: 'refused', code: 'token_unknown', ...newOwn({ device_id: 'd', token: 't' }) };
		assert.deepEqual(statusOf({ ...emptyState(), link: unknown }, outcome, true), { kind: 'unknown' });
	}
});

test('not every delay is a server that cannot be reached', () => {
	const state = joined();
	assert.deepEqual(statusOf(state, later('unreachable'), true), { kind: 'offline' });
	for (const code of ['quota_reached', 'too_many_days']) {
		assert.deepEqual(statusOf(state, later(code), true), { kind: 'blocked', code });
	}
	assert.deepEqual(statusOf(state, { kind: 'clock_off', code: 'clock_off', retryAfterS: null }, true), { kind: 'blocked', code: 'clock_off' });
	for (const code of ['unavailable', 'too_many_requests', 'store_full', 'garbled']) {
		assert.deepEqual(statusOf(state, later(code), true), { kind: 'later', code });
	}
});

test('a run that ended when this was no device of the account says nothing about it now', () => {
	for (const kind of ['local', 'signed_out']) {
		assert.deepEqual(statusOf(joined(), { kind, code: kind === 'local' ? null : 'token_revoked', retryAfterS: null }, false), { kind: 'looking' });
	}
});

test('what waits is only promised by whoever will send it', () => {
	const state = joined();
	absorbMerged(state, merged({ devices: 2 }), TODAY);
	assert.deepEqual(statusOf(state, DONE, false), { kind: 'done', devices: 2 });
	countDay(state, TODAY, totals(7));
	assert.deepEqual(statusOf(state, DONE, true), { kind: 'waiting', xp: 7 });
	assert.deepEqual(statusOf(state, DONE, false), { kind: 'unplanned', xp: 7 });
});

test('a day that the server refused is not promised for ever', () => {
	const state = joined();
	absorbMerged(state, merged(), TODAY);
	countDay(state, '2027-06-01', totals(9));
	refusePush(state, '2027-06-01', 'out_of_range', TODAY);
	assert.deepEqual(statusOf(state, DONE, true), { kind: 'kept', xp: 9, days: 1, code: 'out_of_range' });
	countDay(state, TODAY, totals(7));
	assert.deepEqual(statusOf(state, DONE, true), { kind: 'waiting', xp: 7 }, 'of what will be sent no refused day is a part');
});

test('a quota that needs the person is said to be one', async () => {
	const server = createModel({ today: () => TODAY });
	const device = makeDevice((url, init) => (
		init.method === 'POST' && url === '/api/v1/sync' ? problem(409, 'too_many_days') : server.fetch(url, init)
	));
	await device.account.optIn();
	await device.sync.count(TODAY, totals(5));
	const outcome = await device.sync.sync();
	assert.deepEqual(statusOf(await device.sync.read(), outcome, true), { kind: 'blocked', code: 'too_many_days' });
});
