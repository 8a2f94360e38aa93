import assert from 'node:assert/strict';
import test from 'node:test';
import { addDays, dayNumber, daysSince, dayText, isDay, localDay, utcDay } from '../../../htdocs/js/core/day.js';

test('a day and its number', () => {
	for (const [text, number] of [['1970-01-01', 0], ['1969-12-31', -1], ['2020-01-01', 18262], ['2024-02-29', 19782], ['2026-11-22', 20779]]) {
		assert.equal(dayNumber(text), number);
		assert.equal(dayText(number), text);
	}
});

test('what is no day of the calendar is refused', () => {
	for (const text of ['', '2026-11-22T10:00:00Z', ' 2026-11-22', '2026-11-22\n', '2026-2-3', '2026-02-30', '2025-02-29', '2026-13-01', '2026-00-10',
		'2026-01-00', '0000-00-00', '0050-01-01', '26-11-22', '20261122', '２０２６-11-22', null, undefined, 20779, new Date()]) {
		assert.equal(dayNumber(text), null, String(text));
		assert.equal(isDay(text), false);
	}
});

test('days are added and counted over months, leap days and years', () => {
	assert.equal(addDays('2024-02-28', 1), '2024-02-29');
	assert.equal(addDays('2024-02-29', 366), '2025-03-01');
	assert.equal(addDays('2026-01-01', -1), '2025-12-31');
	assert.equal(daysSince('2023-12-31', '2024-12-31'), 366);
	assert.equal(daysSince('2026-11-22', '2026-11-20'), -2);
	assert.throws(() => addDays('2026-02-30', 1), RangeError);
	assert.throws(() => daysSince('2026-01-01', 'yesterday'), RangeError);
});

test('today is the local day, not the UTC one', (t) => {
	const zone = process.env.TZ;
	t.after(() => {
		process.env.TZ = zone ?? '';
	});
	const moment = new Date('2026-11-22T23:30:00Z');
	for (const [tz, day] of [['UTC', '2026-11-22'], ['Pacific/Kiritimati', '2026-11-23'], ['Pacific/Niue', '2026-11-22'], ['Asia/Kathmandu', '2026-11-23']]) {
		process.env.TZ = tz;
		assert.equal(localDay(moment), day, tz);
		assert.equal(utcDay(moment), '2026-11-22');
	}
});
