import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { ImportError, readExport } from '../../../htdocs/js/core/old-export.js';
import { FIRST_DAY, isDay, localDay, utcDay } from '../../../htdocs/js/core/day.js';
import { DAY_LIMITS, maxTotals, noTotals } from '../../../htdocs/js/core/progress.js';
import { cutShort, realExports, smallExports } from './exports.mjs';
import { streak } from '../model/progress.mjs';
import { totals } from './support.mjs';

const TODAY = '2026-11-22';
const small = (name) => readFileSync(new URL(`../data/exports/${name}.json`, import.meta.url), 'utf8');
const changed = (name, work) => {
	const document = JSON.parse(small(name));
	work(document.breathMaster.meditation, document.breathMaster.onboarding, document);
	return JSON.stringify(document);
};
const day = (date, xp, minutes, sessions, cycles) => ({ day: date, ...totals(xp, minutes, sessions, cycles) });

test('sessions count on their days, what they do not explain is rest', () => {
	const found = readExport(small('sessions-and-hovering'), TODAY);
	assert.deepEqual(found.days, [
		day('2026-11-10', 24, 5, 1, 21), day('2026-11-11', 66, 14, 2, 59), day('2026-11-18', 45, 9, 1, 40), day('2026-11-19', 14, 3, 1, 12),
	]);
	assert.deepEqual(found.rest, totals(32, 13));
	assert.deepEqual(found.totals, totals(181, 44, 5, 132));
	assert.deepEqual(found.streak, { days: 2, last_day: '2026-11-19', longest: 2 }, 'the inflated counter is not believed');
});

test('the streak is of the local calendar, the days are the same everywhere', (t) => {
	t.after(() => {
		process.env.TZ = 'UTC';
	});
	const { days } = readExport(small('sessions-and-hovering'), TODAY);
	process.env.TZ = 'Asia/Tokyo';
	const found = readExport(small('sessions-and-hovering'), TODAY);
	assert.deepEqual(found.streak, { days: 2, last_day: '2026-11-19', longest: 3 }, 'what was late on the 11th was early on the 12th');
	assert.deepEqual(found.days, days);
});

test('the oldest exports have no sessions, and fractions', () => {
	const found = readExport(small('old-floats-no-sessions'), TODAY);
	assert.deepEqual(found.days, []);
	assert.deepEqual(found.rest, totals(87, 21));
	assert.deepEqual(found.streak, { days: 4, last_day: '2026-11-18', longest: 6 });
});

test('no streak is longer than the XP', () => {
	assert.deepEqual(readExport(small('hover-only-inflated-streak'), TODAY).streak, { days: 3, last_day: '2026-11-20', longest: 3 });
});

test('who never breathed has nothing, and may say so', () => {
	const found = readExport(small('empty-date'), TODAY);
	assert.deepEqual([found.days, found.totals, found.streak], [[], totals(0), null]);
});

test('a lapsed streak leaves its last day', () => {
	const text = changed('old-floats-no-sessions', (meditation) => {
		meditation.currentStreak = 0;
	});
	assert.deepEqual(readExport(text, TODAY).streak, { days: 1, last_day: '2026-11-18', longest: 6 });
});

test('a leap day is a day', () => {
	const found = readExport(small('leap-day'), TODAY);
	assert.deepEqual(found.days.map((each) => each.day), ['2024-02-28', '2024-02-29', '2024-03-01']);
	assert.equal(found.streak.longest, 3);
});

test('fractions in sessions never make a sum that is not exact', () => {
	const found = readExport(small('float-sessions'), TODAY);
	assert.deepEqual(found.days.map(({ xp }) => xp), [22, 26]);
	assert.equal(found.totals.xp, 52);
});

test('sessions of a wrong clock count, but on no day', () => {
	const found = readExport(small('wrong-clock'), TODAY);
	assert.deepEqual(found.days, [day('2026-11-17', 30, 5, 1, 28)]);
	assert.deepEqual(found.rest, totals(60, 10, 2, 56));
	assert.deepEqual(found.streak, { days: 1, last_day: '2026-11-17', longest: 1 });
});

test('more than the total is never counted: the latest days give way', () => {
	const text = changed('leap-day', (meditation) => {
		meditation.totalXP = 30;
	});
	const found = readExport(text, TODAY);
	assert.deepEqual(found.days.map(({ xp }) => xp), [20, 10, 0]);
	assert.deepEqual(found.rest.xp, 0);
});

test('a day holds no more than one can; what is over is rest', () => {
	const text = changed('leap-day', (meditation) => {
		Object.assign(meditation.sessions[1], { cycles: 150_000, activeMs: 90_000_000, finalXP: 150_023 });
		Object.assign(meditation.sessions[2], { finalXP: 150_046 });
		meditation.totalXP = 150_046;
		meditation.totalMeditationTime = 90_720_000;
	});
	const found = readExport(text, TODAY);
	assert.deepEqual(found.days[1], day('2024-02-29', 100_000, 1_440, 1, 100_000));
	assert.equal(found.rest.cycles, 50_000);
	assert.equal(found.totals.xp, 150_046);
});

test('a streak that ends after tomorrow is not claimed', () => {
	assert.equal(readExport(small('hover-only-inflated-streak'), '2026-11-18').streak, null);
	assert.deepEqual(readExport(small('hover-only-inflated-streak'), '2026-11-19').streak?.last_day, '2026-11-20');
});

test('an installation is known by its tour, else by its first session', () => {
	assert.deepEqual(readExport(small('sessions-and-hovering'), TODAY).identities, ['2026-03-01T08:15:30.123Z', 'sess-1794301200000']);
	assert.deepEqual(readExport(small('no-tour-but-sessions'), TODAY).identities, ['sess-1794830400000']);
	const tutorial = changed('empty-date', (_meditation, onboarding) => {
		delete onboarding.tourCompletedAt;
		onboarding.tutorialProgress = { startedAt: '2026-01-02T03:04:05.006Z' };
	});
	assert.deepEqual(readExport(tutorial, TODAY).identities, ['2026-01-02T03:04:05.006Z']);
});

test('a byte order mark and unknown members do no harm', () => {
	const text = changed('leap-day', (meditation, _onboarding, document) => {
		meditation.invented = { by: 'a later version' };
		document.note = 5;
	});
	assert.equal(readExport(`\uFEFF${text}`, TODAY).totals.xp, 64);
});

/** An export with a session more, during which the clock was set back: its time is negative, and a bonus came off the total. */
const turnedBack = (work = () => {}) => changed('leap-day', (meditation) => {
	meditation.sessions.push({ id: 'sess-4', startedAt: '2024-03-02T09:00:00Z', activeMs: -3_600_000, cycles: 12, goalBonusXP: -30, finalXP: 46 });
	Object.assign(meditation, { totalXP: 46 });
	work(meditation, meditation.sessions[3]);
});

test('a session over a clock that was set back counts no minutes, and the sum stays exact', () => {
	const found = readExport(turnedBack(), TODAY);
	assert.deepEqual(found.mended, [{ what: 'clock', n: 1 }]);
	assert.equal(found.totals.xp, 46);
	assert.deepEqual(found.days.at(-1), day('2024-03-02', 0, 0, 1, 12));
	assert.deepEqual(found.days.map(({ xp }) => xp), [20, 21, 5, 0], 'what it took off the total is given by the latest days');
	const timeOnly = readExport(turnedBack((meditation, session) => {
		Object.assign(meditation, { totalXP: 76 });
		Object.assign(session, { goalBonusXP: 0, finalXP: 76 });
	}), TODAY);
	assert.deepEqual([timeOnly.totals.xp, timeOnly.days.at(-1)], [76, day('2024-03-02', 12, 0, 1, 12)]);
	const bonusOnly = readExport(turnedBack((_meditation, session) => Object.assign(session, { activeMs: 600_000 })), TODAY);
	assert.equal(bonusOnly.days.at(-1).minutes, 0);
});

test('a clock that was set back by years leaves less than nothing, which is nothing', () => {
	const found = readExport(turnedBack((meditation, session) => {
		Object.assign(meditation, { totalXP: -262_800, totalMeditationTime: -31_000_000_000 });
		Object.assign(session, { activeMs: -31_536_000_000, goalBonusXP: -262_876, finalXP: -262_800 });
		meditation.sessions.push({ ...session, activeMs: 60_000, goalBonusXP: 0, cycles: 4, finalXP: -262_796 });
	}), TODAY);
	assert.equal(found.totals.xp, 0);
	assert.deepEqual(found.days.at(-1), day('2024-03-02', 0, 1, 2, 16));
	assert.equal(found.rest.minutes, 0);
});

test('practice after a clock was set back is imported exactly, too', () => {
	const later = readExport(turnedBack((meditation, session) => {
		meditation.sessions.push({ ...session, id: 'sess-5', startedAt: '2024-03-03T09:00:00Z', activeMs: 300_000, goalBonusXP: 0, cycles: 40, finalXP: 86 });
		Object.assign(meditation, { totalXP: 86 });
	}), TODAY);
	assert.equal(later.totals.xp, 86);
	assert.equal(later.days.at(-1).minutes, 5);
});

test('no rest is larger than a server takes', () => {
	const found = readExport(changed('leap-day', (meditation) => {
		meditation.sessions.forEach((session) => Object.assign(session, { startedAt: '1999-01-01T00:00:00Z', cycles: 900_000_000 }));
		meditation.totalMeditationTime = 6e13;
	}), TODAY);
	assert.deepEqual(found.rest, totals(64, 1e9, 3, 1e9));
});

/** What is refused: a change to a good export, and the error that names it. */
const MEDITATION = '/breathMaster/meditation';
const REFUSED = [
	['nothing', '', 'not_json', ''],
	['half an export', small('leap-day').slice(0, 500), 'not_json', ''],
	['a page', '<html></html>', 'not_json', ''],
	['no object', '[1,2,3]', 'not_an_export', '/breathMaster'],
	['null', 'null', 'not_an_export', '/breathMaster'],
	['other JSON', '{"name":"left-pad"}', 'not_an_export', '/breathMaster'],
	['an empty shell', '{"breathMaster":{"meditation":[]}}', 'not_an_export', '/breathMaster'],
	['no total', (m) => delete m.totalXP, 'export_incomplete', `${MEDITATION}/totalXP`],
	['a total of text', (m) => Object.assign(m, { totalXP: '64' }), 'export_wrong_type', `${MEDITATION}/totalXP`],
	['a total that was NaN', (m) => Object.assign(m, { totalXP: null }), 'export_wrong_type', `${MEDITATION}/totalXP`],
	['a negative total', (m) => Object.assign(m, { totalXP: -1 }), 'export_bad_number', `${MEDITATION}/totalXP`],
	['an absurd total', (m) => Object.assign(m, { totalXP: 1e300 }), 'export_bad_number', `${MEDITATION}/totalXP`],
	['a total that no server takes', (m) => Object.assign(m, { totalXP: 1_000_000_001 }), 'export_bad_number', `${MEDITATION}/totalXP`],
	['a negative time', (m) => Object.assign(m, { totalMeditationTime: -5 }), 'export_bad_number', `${MEDITATION}/totalMeditationTime`],
	['a negative total of a session', (m) => Object.assign(m.sessions[1], { finalXP: -1 }), 'export_bad_number', `${MEDITATION}/sessions/1/finalXP`],
	['negative breaths', (m) => Object.assign(m.sessions[1], { cycles: -1 }), 'export_bad_number', `${MEDITATION}/sessions/1/cycles`],
	['an absurd step of the clock', (m) => Object.assign(m.sessions[1], { activeMs: -1e300 }), 'export_bad_number', `${MEDITATION}/sessions/1/activeMs`],
	['a negative total before the clock was set back', (m) => {
		m.sessions[0].finalXP = -1;
		m.sessions[2].activeMs = -1;
	}, 'export_bad_number', `${MEDITATION}/sessions/0/finalXP`],
	['sessions that are none', (m) => Object.assign(m, { sessions: {} }), 'export_wrong_type', `${MEDITATION}/sessions`],
	['a session that is none', (m) => m.sessions.push('x'), 'export_wrong_type', `${MEDITATION}/sessions/3`],
	['a session without cycles', (m) => delete m.sessions[1].cycles, 'export_incomplete', `${MEDITATION}/sessions/1/cycles`],
	['a session without a total', (m) => Object.assign(m.sessions[1], { finalXP: null }), 'export_wrong_type', `${MEDITATION}/sessions/1/finalXP`],
	['a session without a time', (m) => delete m.sessions[2].activeMs, 'export_incomplete', `${MEDITATION}/sessions/2/activeMs`],
	['a session at no time', (m) => Object.assign(m.sessions[0], { startedAt: 'yesterday' }), 'export_bad_date', `${MEDITATION}/sessions/0/startedAt`],
	['a session in no month', (m) => Object.assign(m.sessions[0], { startedAt: '2024-13-01T00:00:00Z' }), 'export_bad_date', `${MEDITATION}/sessions/0/startedAt`],
	['a session at a number', (m) => Object.assign(m.sessions[0], { startedAt: 1_709_121_600_000 }), 'export_bad_date', `${MEDITATION}/sessions/0/startedAt`],
	['a strange last day', (m) => Object.assign(m, { sessions: [], lastMeditationDate: '21.11.2026' }), 'export_bad_date', `${MEDITATION}/lastMeditationDate`],
	['a last day in no month', (m) => Object.assign(m, { sessions: [], lastMeditationDate: 'Sat Foo 21 2026' }), 'export_bad_date', `${MEDITATION}/lastMeditationDate`],
	['a last day that never was', (m) => Object.assign(m, { sessions: [], lastMeditationDate: 'Mon Feb 30 2026' }), 'export_bad_date', `${MEDITATION}/lastMeditationDate`],
	['a streak of text', (m) => Object.assign(m, { sessions: [], currentStreak: '3' }), 'export_wrong_type', `${MEDITATION}/currentStreak`],
	['nothing to know it by', (m, o) => {
		delete o.tourCompletedAt;
		m.sessions.forEach((session) => delete session.id);
	}, 'no_identity', '/breathMaster/onboarding/tourCompletedAt'],
	['a mark that is none', (m, o) => {
		o.tourCompletedAt = 'ümlaut and spaces';
		m.sessions[0].id = 5;
	}, 'no_identity', '/breathMaster/onboarding/tourCompletedAt'],
];

for (const [what, work, code, pointer] of REFUSED) {
	test(`refused by name: ${what}`, () => {
		const text = typeof work === 'string' ? work : changed('leap-day', work);
		assert.throws(() => readExport(text, TODAY), (error) => (
			error instanceof ImportError && error.code === code && error.pointer === pointer
		));
	});
}

/** What must hold for each export, small or real. */
for (const { name, text } of [...smallExports(), ...realExports()]) {
	const document = JSON.parse(text);
	const { meditation } = document.breathMaster;
	const found = readExport(text, TODAY);

	test(`${name}: the sum is the total, exactly`, () => {
		const sum = [...found.days, found.rest].reduce((xp, each) => xp + each.xp, 0);
		assert.equal(sum, Math.floor(meditation.totalXP));
		assert.equal(found.totals.xp, sum);
	});

	test(`${name}: everything is what a server takes`, () => {
		for (const each of [...found.days, { ...found.rest, day: TODAY }]) {
			assert.ok(isDay(each.day) && each.day >= FIRST_DAY);
			for (const member of Object.keys(noTotals())) {
				assert.ok(Number.isSafeInteger(each[member]) && each[member] >= 0, `${member} on ${each.day} is ${each[member]}`);
				assert.ok(each === found.rest || each.day === TODAY || each[member] <= DAY_LIMITS[member]);
			}
		}
		assert.deepEqual(found.days.map((each) => each.day), [...new Set(found.days.map((each) => each.day))].sort());
	});

	test(`${name}: the streak is what the session days say`, () => {
		const possible = (date) => date >= FIRST_DAY && date <= '2026-11-23';
		const days = (meditation.sessions ?? []).map(({ startedAt }) => localDay(new Date(startedAt))).filter(possible);
		if (days.length > 0) {
			const last = days.sort()[days.length - 1];
			const said = streak(days, last);
			assert.deepEqual(found.streak, { days: said.current, last_day: last, longest: said.longest });
		} else if (found.streak) {
			assert.ok(found.streak.days <= Math.max(1, Math.min(meditation.currentStreak, meditation.totalXP)));
		}
	});

	const log = meditation.sessions ?? [];
	const first = document.breathMaster.onboarding.tourCompletedAt ? 0 : 1;
	test(`${name}: a later export never gives less, and both merge to the later one`, () => {
		let before = null;
		for (let count = first; count <= log.length; count += Math.max(1, Math.floor(log.length / 40))) {
			const now = readExport(JSON.stringify(cutShort(document, count)), TODAY);
			if (before) {
				const later = new Map(now.days.map((each) => [each.day, each]));
				for (const { day: date, ...each } of before.days) {
					assert.deepEqual(maxTotals(each, later.get(date)), maxTotals(later.get(date), later.get(date)), `${date} shrank`);
				}
				assert.deepEqual(maxTotals(before.rest, now.rest), now.rest, 'the rest shrank');
				assert.ok(now.identities.includes(before.identities[0]), 'it is no longer known');
			}
			before = now;
		}
	});

	test(`${name}: nothing of the session log is in what is sent`, () => {
		const { identities, ...sent } = found;
		const body = JSON.stringify(sent);
		for (const secret of [...identities, ...(meditation.sessions ?? []).flatMap(({ id, startedAt, endedAt }) => [id, startedAt, endedAt])]) {
			assert.ok(!body.includes(secret));
			assert.ok(!/\d/.test(secret.slice(11)) || !body.includes(secret.slice(11)), 'not even a time of day');
		}
		assert.doesNotMatch(body, /sess-|T\d\d:|\d\d:\d\d/);
	});

	test(`${name}: days are UTC days, the same on every machine`, () => {
		const days = (meditation.sessions ?? []).map(({ startedAt }) => utcDay(new Date(startedAt)));
		assert.ok(found.days.every((each) => days.includes(each.day)));
	});
}
