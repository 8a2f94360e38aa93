// Does a backup hold all that a journal of load.mjs says was acknowledged?
//
//	node journal-in-backup.mjs JOURNAL DATABASE
//
// Each device of the journal has an account of its own, which it opened in its turn; they are told apart by
// their days, since no token rests anywhere.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const [journal, database] = process.argv.slice(2);
const figures = ['xp', 'minutes', 'sessions', 'cycles'];
const known = new Map();

for (const line of readFileSync(journal, 'utf8').split('\n')) {
	let entry;
	try {
		entry = JSON.parse(line);
	} catch {
		continue; // the copy of a file that is being written may end in half a line
	}
	const days = known.get(entry.device) ?? new Map();
	known.set(entry.device, days);
	for (const { day, ...totals } of entry.days ?? []) {
		const old = days.get(day);
		days.set(day, figures.map((figure, i) => Math.max(totals[figure], old?.[i] ?? 0)));
	}
}

const rows = execFileSync('sqlite3', ['-json', `file:${database}?immutable=1`,
	`SELECT account, date(day * 86400, 'unixepoch') AS day, ${figures.join(', ')} FROM day`], { encoding: 'utf8' });
const stored = new Map();
for (const { account, day, ...totals } of rows === '' ? [] : JSON.parse(rows)) {
	if (!stored.has(account))
		stored.set(account, new Map());
	stored.get(account).set(day, figures.map((figure) => totals[figure]));
}

const holds = (account, days) => [...days].every(([day, totals]) => (
	totals.every((total, i) => total <= (account.get(day)?.[i] ?? 0))
));
const lacking = [...known].filter(([, days]) => days.size > 0 && ![...stored.values()].some((account) => holds(account, days)));
const count = [...known.values()].reduce((sum, days) => sum + days.size, 0);

for (const [device] of lacking)
	console.log(`device ${device}: something that was acknowledged before the backup is not in it`);
console.log(`${count} days of ${known.size} devices`);
process.exitCode = count === 0 || lacking.length > 0 ? 1 : 0;
