/**
 * Real input on a real server, through the client's modules: an export imported on three devices, and again with a month more in it,
 * with further practice on two devices that are offline, is exactly the sum; its streak is what the session days say; and removing it
 * takes exactly its part away.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { localDay } from '../../../htdocs/js/core/day.js';
import { readExport } from '../../../htdocs/js/core/old-export.js';
import { cutShort, realExports, smallExports } from '../core/exports.mjs';
import { makeDevice, totals } from '../core/support.mjs';
import { activeDays, shift, streak } from '../model/progress.mjs';
import { openServer } from './server.mjs';

let url;
const ends = [];
before(async () => {
	url = await openServer({ after: (work) => ends.push(work) });
});
after(() => Promise.all(ends.map((work) => work())));

const today = localDay(new Date());
const MONTH_DAYS = 30;

/** A device whose network can be switched off, and what it has sent. */
function device(sent) {
	const network = { on: true };
	const made = makeDevice((path, init) => {
		if (!network.on) {
			throw new TypeError('offline');
		}
		sent.push(`${path} ${init.body ?? ''}`);
		return fetch(url + path, init);
	}, { today: () => today });
	return { ...made, network };
}

for (const { name, text } of [...smallExports(), ...realExports()]) {
	test(name, async () => {
		const document = JSON.parse(text);
		const { sessions = [], totalXP } = document.breathMaster.meditation;
		const exported = (count) => readExport(JSON.stringify(cutShort(document, count)), today);
		const sent = [];
		const [one, two, three] = [device(sent), device(sent), device(sent)];
		await one.account.optIn();
		for (const other of [two, three]) {
			await other.account.pair((await one.account.invite()).code);
		}
		const take = async ({ account }, found) => account.import(await account.planImport(found));

		// A month ago there was less in it; where there is no session log, it was the same.
		const early = exported(Math.ceil(sessions.length / 2));
		for (const each of [one, two, three]) {
			await take(each, early);
			assert.equal((await each.sync.read()).link.told.merged.xp, early.totals.xp);
		}
		const found = exported(sessions.length);
		assert.equal(found.totals.xp, Math.floor(totalXP));
		for (const each of [three, one, two]) {
			await take(each, found);
			assert.equal((await each.sync.read()).link.told.merged.xp, found.totals.xp);
		}
		await take(two, early);
		assert.equal((await two.sync.read()).link.told.merged.xp, found.totals.xp, 'an old export takes nothing back');

		const { streak: told } = (await one.sync.read()).link.told.merged;
		const imported = { days: Object.fromEntries(found.days.map((each) => [each.day, each])), streak: found.streak };
		const expected = streak(activeDays([], [imported]), today);
		expected.longest = Math.max(expected.longest, found.streak?.longest ?? 0);
		assert.deepEqual(told, expected);

		for (const each of [two, three]) {
			each.network.on = false;
			for (let back = 0; back < MONTH_DAYS; back++) {
				await each.sync.count(shift(today, -back), totals(11, 2, 1, 10));
			}
			assert.equal((await each.sync.sync()).kind, 'later');
			each.network.on = true;
		}
		for (const each of [two, three, one]) {
			assert.equal((await each.sync.sync()).kind, 'done');
		}
		const practised = 2 * MONTH_DAYS * 11;
		assert.equal((await one.sync.read()).link.told.merged.xp, found.totals.xp + practised);

		const rows = await two.account.imports();
		assert.deepEqual(rows.map(({ xp }) => xp), [found.totals.xp]);
		await two.account.removeImport(rows[0].source);
		assert.equal((await two.sync.read()).link.told.merged.xp, practised);

		for (const { id, startedAt, endedAt } of sessions) {
			for (const secret of [id, startedAt, endedAt, startedAt.slice(11, 19)]) {
				assert.ok(!sent.some((request) => request.includes(secret)), `${secret} was sent`);
			}
		}
		assert.ok(!sent.some((request) => found.identities.some((identity) => request.includes(identity))));
	});
}

test('an export of a machine whose date is ahead is taken: nothing in a plan is refused', async () => {
	const tomorrow = shift(today, 1);
	const moment = (day, session) => `${day}T${String(session).padStart(2, '0')}:30:00Z`;
	const days = ['1970-01-01', '2019-12-31', '2020-01-01', today, tomorrow, shift(today, 2), shift(today, 3), '9999-12-31'];
	const sessions = days.map((day, i) => ({ id: `sess-${i}`, startedAt: moment(day, i), activeMs: 60_000, cycles: 10, finalXP: 10 * (i + 1) }));
	const text = JSON.stringify({ breathMaster: { meditation: { totalXP: 100, totalMeditationTime: 600_000, sessions }, onboarding: { tourCompletedAt: moment(today, 0) } } });
	for (const local of [shift(today, -1), today, tomorrow]) {
		const made = makeDevice((path, init) => fetch(url + path, init), { today: () => local });
		await made.account.optIn();
		await made.account.import(await made.account.planImport(readExport(text, local)));
		const { xp, sessions: count } = (await made.sync.read()).link.told.merged;
		assert.deepEqual([xp, count], [100, 8], local);
	}
});
