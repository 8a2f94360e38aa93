// Clients as people have them, with the modules that the page and the extension share, whose storage lies in
// a file meanwhile: what do they hold, and does the service come to hold it, too?
//
//	node companions.mjs URL open FILE COUNT   opts in so many, each practises on some days and syncs
//	node companions.mjs URL practise FILE     each practises on more days and syncs
//	node companions.mjs URL return FILE       each syncs; then the service must have all that each holds
//
// FILE is an array of storages, as text.  What does not hold is printed, and the exit status is 1.

import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createAccount } from '../../htdocs/js/core/account.js';
import { createApi } from '../../htdocs/js/core/api.js';
import { addDays, utcDay } from '../../htdocs/js/core/day.js';
import { createSync } from '../../htdocs/js/core/sync.js';
import { OpenStorage } from '../web/open-storage.mjs';
import { each, seed, upTo } from './client.mjs';

process.env.TZ = 'UTC';
const AT_ONCE = 16;
const [url, what, file, count] = process.argv.slice(2);
let faults = 0;

function companion(text) {
	const storage = new OpenStorage();
	if (text !== undefined)
		storage.text = text;
	const host = {
		storage, kind: 'cli', today: () => utcDay(new Date()), randomBytes,
		api: createApi({ fetch, base: `${url}/api/v1/sync` }),
	};
	return { storage, sync: createSync(host), account: createAccount(host) };
}

async function practise({ sync }, days) {
	const today = utcDay(new Date());
	for (let i = 0; i < days; i++) {
		const xp = 1 + upTo(30);
		await sync.count(addDays(today, -upTo(60)), { xp, minutes: upTo(20), sessions: 1, cycles: xp });
	}
	const { kind, code } = await sync.sync();
	if (kind !== 'done')
		throw new Error(`a sync ended with ${kind} ${code}`);
}

/** A client syncs, and everything that it holds is in its account. */
async function comeBack({ sync, account }, index) {
	const { kind, code } = await sync.sync();
	const { days } = await sync.read();
	const stored = new Map();
	for (const device of kind === 'done' ? (await account.export()).devices : []) {
		for (const { day, ...totals } of device.days)
			stored.set(day, Object.fromEntries(Object.entries(totals).map(([name, value]) => [name, value + (stored.get(day)?.[name] ?? 0)])));
	}
	for (const [day, { counted }] of Object.entries(days)) {
		if (!['xp', 'minutes', 'sessions', 'cycles'].every((name) => stored.get(day)?.[name] === counted[name])) {
			faults++;
			console.log(`client ${index} (${kind} ${code}): on ${day} it holds ${JSON.stringify(counted)}, the service ${JSON.stringify(stored.get(day))}`);
		}
	}
	return Object.keys(days).length;
}

const companions = what === 'open'
	? Array.from({ length: Number(count) }, () => companion())
	: JSON.parse(readFileSync(file, 'utf8')).map(companion);
if (what !== 'return')
	console.error(`SEED=${seed}`);
let held = 0;
await each(companions, AT_ONCE, async (one, index) => {
	if (what === 'open')
		await one.account.optIn();
	if (what !== 'return')
		await practise(one, 8);
	const days = what === 'return' ? await comeBack(one, index) : 0;
	held += days;
});
writeFileSync(file, JSON.stringify(companions.map(({ storage }) => storage.text)));
if (what === 'return')
	console.log(`${companions.length} clients hold ${held} days`);
process.exitCode = faults > 0 || (what === 'return' && held === 0) ? 1 : 0;
