import assert from 'node:assert/strict';
import { pbkdf2Sync, webcrypto } from 'node:crypto';
import test from 'node:test';
import { readExport } from '../../../htdocs/js/core/old-export.js';
import { createDeriveSource, planImport } from '../../../htdocs/js/core/import-plan.js';
import { createModel } from '../model/server.mjs';
import { cutShort, realExports, smallExports } from './exports.mjs';
import { makeDevice, totals } from './support.mjs';

const TODAY = '2026-11-22';
const ACCOUNT = '0b0ef8a9-8a2b-4a1c-9a53-5a1a3c5b9d10';
const FORMER = '7e6d3c1e-2f4a-4b5c-8d6e-9f0a1b2c3d4e';

const document = JSON.parse(smallExports().find(({ name }) => name === 'sessions-and-hovering').text);
const found = (work = () => {}) => {
	const copy = structuredClone(document);
	work(copy.breathMaster.meditation, copy.breathMaster.onboarding);
	return readExport(JSON.stringify(copy), TODAY);
};

/** Stands in for the slow digest. */
const deriveSource = async (identity, account) => `${identity} in ${account}`;
const plan = (what, account, serverDay = TODAY) => planImport(what, account, { today: TODAY, serverDay, deriveSource });
const account = (imports = [], former_ids = []) => ({ account: { account_id: ACCOUNT, former_ids }, epoch: 'e', totals: totals(0), devices: [], imports });

/** An import as the server exports it, after this was imported. */
const stored = ({ days, rest, streak, identities }, { salt = ACCOUNT, ...more } = {}) => (
	{ source: `${identities[0]} in ${salt}`, rest, streak, horizon_day: null, months: [], days, ...more }
);

/** What the server then holds. */
function afterMerging(before, { body }) {
	const days = new Map(before.days.map((each) => [each.day, each.xp]));
	body.days.forEach(({ day, xp }) => days.set(day, Math.max(xp, days.get(day) ?? 0)));
	return [...days.values()].reduce((sum, xp) => sum + xp, 0) + Math.max(before.rest.xp, body.rest.xp);
}

test('the source is PBKDF2 over the identity, salted with the account, 600,000 rounds', async () => {
	const derive = createDeriveSource(webcrypto.subtle);
	const source = await derive('2026-03-01T08:15:30.123Z', ACCOUNT);
	assert.equal(source, pbkdf2Sync('2026-03-01T08:15:30.123Z', ACCOUNT, 600_000, 32, 'sha256').toString('hex'));
	assert.notEqual(await derive('2026-03-01T08:15:30.123Z', FORMER), source, 'another account, another source');
});

test('a first import is new, and everything of it is gain', async () => {
	const import_ = found();
	assert.deepEqual(await plan(import_, account()), {
		account_id: ACCOUNT, source: `2026-03-01T08:15:30.123Z in ${ACCOUNT}`, known: false, gain: 181,
		body: { today: TODAY, days: import_.days, rest: import_.rest, streak: import_.streak },
		before: null, undoable: true,
	});
});

test('what it held before is told as it would be sent, and where months hide it, that it cannot be', async () => {
	const held = stored(found());
	held.days = held.days.map((each) => ({ ...each, timely_xp: 0 }));
	const { before, undoable } = await plan(found(), account([held]));
	assert.equal(undoable, true);
	assert.deepEqual(before, { today: TODAY, days: found().days, rest: held.rest, streak: held.streak });
	const folded = { ...held, months: [{ month: '2025-01', active_days: [], xp: 1, minutes: 0, sessions: 0, cycles: 0 }] };
	assert.equal((await plan(found(), account([folded]))).undoable, false);
});

test('without a streak none is claimed', async () => {
	const import_ = readExport(smallExports().find(({ name }) => name === 'empty-date').text, TODAY);
	assert.deepEqual(Object.keys((await plan(import_, account())).body), ['today', 'days', 'rest']);
});

test('no day is planned that the server refuses: what lies after its tomorrow is rest, and the sum stays', async () => {
	const import_ = found();
	for (const serverDay of ['2026-11-21', '2026-11-18', '2026-11-17', '2026-11-10', '2026-11-09', '2026-11-08', '2025-01-01']) {
		const { gain, body } = await plan(import_, account(), serverDay);
		const last = new Date(Date.parse(serverDay) + 86_400_000).toISOString().slice(0, 10);
		assert.ok(body.days.every(({ day }) => day <= last));
		assert.ok(!body.streak || (body.streak.last_day <= last && body.streak.days > 0));
		const sum = [...body.days, body.rest].reduce((all, each) => ({
			xp: all.xp + each.xp, minutes: all.minutes + each.minutes, sessions: all.sessions + each.sessions, cycles: all.cycles + each.cycles,
		}));
		assert.deepEqual([gain, sum.xp, sum.minutes, sum.sessions, sum.cycles], [181, 181, ...Object.values(import_.totals).slice(1)]);
	}
	// Its streak is of the 18th and the 19th.
	assert.deepEqual((await plan(import_, account(), '2026-11-18')).body.streak, { days: 2, last_day: '2026-11-19', longest: 2 });
	assert.deepEqual((await plan(import_, account(), '2026-11-17')).body.streak, { days: 1, last_day: '2026-11-18', longest: 2 });
	assert.equal((await plan(import_, account(), '2026-11-16')).body.streak, undefined);
});

test('what was rest because the server was behind is a day in a later import, and is counted once', async () => {
	const early = await plan(found(), account(), '2026-11-11');
	const held = stored({ ...found(), ...early.body });
	const later = await plan(found(), account([held]));
	assert.equal(later.gain, 0);
	assert.equal(afterMerging(held, later), 181);
});

test('an import that was made before a merge is found under the former account', async () => {
	const { source, known, gain } = await plan(found(), account([stored(found(), { salt: FORMER })], [FORMER]));
	assert.deepEqual([source, known, gain], [`2026-03-01T08:15:30.123Z in ${FORMER}`, true, 0]);
});

test('an import is found by any mark of its installation', async () => {
	const early = found((meditation) => {
		Object.assign(meditation, { sessions: [], totalXP: 20 });
	});
	const tourAgain = (_meditation, onboarding) => {
		onboarding.tourCompletedAt = '2026-10-10T10:10:10.101Z';
	};
	assert.equal((await plan(found(), account([stored(early)]))).known, true, 'from before the first session');
	const bySession = stored(found(), {});
	bySession.source = `${found().identities[1]} in ${ACCOUNT}`;
	assert.equal((await plan(found(tourAgain), account([bySession]))).known, true, 'by its first session');
});

test('an import is found by its days when the tour was taken again', async () => {
	const again = found((_meditation, onboarding) => {
		onboarding.tourCompletedAt = '2026-10-10T10:10:10.101Z';
	});
	const { source, known, gain } = await plan(again, account([stored(found())]));
	assert.deepEqual([source, known, gain], [stored(found()).source, true, 0]);
});

test('another installation is another import, even with a day in common', async () => {
	const other = found((meditation, onboarding) => {
		onboarding.tourCompletedAt = '2026-04-04T04:04:04.444Z';
		meditation.sessions = meditation.sessions.slice(0, 2);
		meditation.sessions[0].id = 'sess-1';
	});
	const { known, gain } = await plan(other, account([stored(found())]));
	assert.deepEqual([known, gain], [false, 181]);
});

test('the same export again gains nothing; a later one gains what is new', async () => {
	const early = found((meditation) => {
		Object.assign(meditation, { sessions: meditation.sessions.slice(0, 3), totalXP: 100 });
	});
	const again = await plan(early, account([stored(early)]));
	assert.deepEqual([again.known, again.gain], [true, 0]);
	const later = await plan(found(), account([stored(early)]));
	assert.equal(later.gain, 81);
	assert.equal(afterMerging(stored(early), later), 181);
	const earlier = await plan(early, account([stored(found())]));
	assert.equal(earlier.gain, 0);
	assert.equal(afterMerging(stored(found()), earlier), 181, 'an earlier one takes nothing away');
});

test('an export made in the middle of a session does not count its breaths twice', async () => {
	// Eight breaths of the fourth session were in the total already when this was exported.
	const midway = found((meditation) => {
		Object.assign(meditation, { sessions: meditation.sessions.slice(0, 3), totalXP: 103 });
	});
	const atItsEnd = found((meditation) => {
		Object.assign(meditation, { sessions: meditation.sessions.slice(0, 4), totalXP: 140 });
	});
	assert.equal(midway.rest.xp, 13);
	assert.equal(atItsEnd.rest.xp, 5);
	const next = await plan(atItsEnd, account([stored(midway)]));
	assert.equal(next.gain, 37);
	assert.equal(afterMerging(stored(midway), next), 140);
	const between = { ...stored(midway), days: next.body.days };
	const last = await plan(found(), account([between]));
	assert.equal(afterMerging(between, last), 181);
});

test('folded months are settled and count', async () => {
	const import_ = found();
	const [first, ...others] = import_.days;
	const folded = stored(import_, {
		days: others, horizon_day: first.day, months: [{ month: '2026-11', active_days: [first.day], ...totals(first.xp, first.minutes, 1, first.cycles) }],
	});
	const next = await plan(import_, account([folded]));
	assert.equal(next.gain, 0);
	assert.deepEqual(next.body.days.map(({ day }) => day), others.map(({ day }) => day));
});

for (const { name, text } of [...smallExports(), ...realExports()]) {
	test(`${name}: imported on three devices, and grown in steps, it is exactly its total`, async () => {
		const server = createModel({ today: () => TODAY });
		const device = () => {
			const { host, ...rest } = makeDevice((url, init) => server.fetch(url, init));
			return rest;
		};
		const devices = [device(), device(), device()];
		const [one, ...others] = devices;
		await one.account.optIn();
		for (const other of others) {
			await other.account.pair((await one.account.invite()).code);
		}
		const whole = JSON.parse(text);
		const { sessions = [], totalXP } = whole.breathMaster.meditation;
		const steps = [Math.ceil(sessions.length / 3), sessions.length, Math.ceil(sessions.length / 2)];
		const imported = (count) => readExport(JSON.stringify(cutShort(whole, count)), TODAY);
		for (const [i, { account: own }] of devices.entries()) {
			await own.import(await own.planImport(imported(steps[i])));
		}
		await one.account.import(await one.account.planImport(imported(sessions.length)));
		assert.equal((await one.sync.read()).link.told.merged.xp, Math.floor(totalXP));
		const [row, ...more] = await one.account.imports();
		assert.deepEqual(more, []);
		assert.equal(row.xp, Math.floor(totalXP));
		await one.sync.count(TODAY, totals(5));
		await one.sync.sync();
		await others[0].account.removeImport(row.source);
		await others[0].account.removeImport(row.source);
		assert.equal((await others[0].sync.read()).link.told.merged.xp, 5, 'removing it takes exactly its part away');
	});
}
