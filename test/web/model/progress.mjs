/**
 * The model's own arithmetic of progress, written from the contract and not from the client's modules, so that a mistake there
 * is not repeated here.
 */

export const LEVEL_STARTS = [
	['Mindful Rookie', 0], ['Breathing Novice', 50], ['Calm Coder', 150], ['Zen Developer', 300],
	['Mindful Master', 500], ['Breathing Sage', 750], ['Code Mystic', 1000], ['Breath Master', 1500],
];

export const zero = () => ({ xp: 0, minutes: 0, sessions: 0, cycles: 0 });

export function add(into, totals) {
	for (const member of Object.keys(zero())) {
		into[member] += totals[member];
	}
	return into;
}

/** Keep the larger of each member under a key. */
export function grow(map, key, totals) {
	const held = map[key] ??= zero();
	for (const member of Object.keys(zero())) {
		held[member] = Math.max(held[member], totals[member]);
	}
}

/** Days before this many days ago are folded when they come: taken once, and kept as a part of their month. */
export const FOLD_AFTER_DAYS = 430;

export const active = (totals) => totals.xp + totals.minutes + totals.sessions + totals.cycles > 0;

export const shift = (day, count) => new Date(Date.parse(day) + count * 86_400_000).toISOString().slice(0, 10);

export function level(xp) {
	const index = LEVEL_STARTS.filter(([, start]) => start <= xp).length - 1;
	const [title, from] = LEVEL_STARTS[index];
	return { level: index + 1, title, xp_from: from, xp_next: LEVEL_STARTS[index + 1]?.[1] ?? null };
}

/** Streaks by walking the calendar day by day. */
export function streak(days, today) {
	const set = new Set(days);
	const length = (last) => {
		let run = 0;
		for (let day = last; set.has(day); day = shift(day, -1)) {
			run++;
		}
		return run;
	};
	const ends = [...set].filter((day) => !set.has(shift(day, 1))).sort();
	return {
		current: length(set.has(today) ? today : shift(today, -1)),
		longest: Math.max(0, ...ends.map(length)),
		last_day: ends[ends.length - 1] ?? null,
		active_today: set.has(today),
	};
}

/**
 * The active days of an account: its devices', its claims', and of an import's own days those that its claim does not speak for
 * (it speaks for its days and for the one beside it on each side).
 */
export function activeDays(devices, imports) {
	const days = new Set();
	const own = (list) => Object.entries(list).filter(([, totals]) => active(totals)).map(([day]) => day);
	for (const device of devices) {
		own(device.days).forEach((day) => days.add(day));
	}
	for (const { days: list, streak: claim } of imports) {
		const first = claim && shift(claim.last_day, 1 - claim.days);
		own(list)
			.filter((day) => !claim || day < shift(first, -1) || day > shift(claim.last_day, 1))
			.forEach((day) => days.add(day));
		for (let back = 0; claim && back < claim.days; back++) {
			days.add(shift(claim.last_day, -back));
		}
	}
	return [...days].sort();
}
