// A crowd of accounts with something of everything, for suites about what remains of whom.
//
//	node crowd.mjs URL open COUNT    prints a line of JSON each: {account_id, tokens, handle}
//	node crowd.mjs URL push          pushes for the accounts of such lines, from standard input
//	node crowd.mjs URL erase         erases them
//
// All figures are such that SQLite keeps them in as many bytes as they can have, and so many random
// bytes in a row are found nowhere by chance.

import { createInterface } from 'node:readline';
import { Client, day, each, hex, seed, upTo } from './client.mjs';

const AT_ONCE = 24;
const [url, what, count] = process.argv.slice(2);
const client = new Client(url, AT_ONCE);
console.error(`SEED=${seed}`);

const totals = (offset) => ({
	day: day(offset), xp: 40000 + upTo(60000), minutes: 200 + upTo(1240), sessions: 200 + upTo(1240),
	cycles: 40000 + upTo(60000),
});
const large = () => 10000000 + upTo(900000000);

/** Different days from one to another, some of a longer time. */
function someDays(most) {
	const offsets = new Set(Array.from({ length: 1 + upTo(most - 1) }, () => -upTo(3 * most)));
	return [...offsets].map(totals);
}

async function push(token, after = null) {
	const id = hex(8);
	const body = { today: day(), push: id, after, days: someDays(8) };
	await client.expect(200, 'POST', '', { token, body });
	return id;
}

async function open() {
	const body = { device: { kind: 'cli' }, request: hex(16) };
	const account = await client.expect(201, 'POST', '/accounts', { body });
	const { token } = account;
	const second = await client.expect(201, 'POST', '/devices', { token, body: { ...body, request: hex(16) } });
	const chain = [await push(token), await push(second.token)];

	await client.expect(200, 'PUT', `/imports/${hex(32)}`, { token, body: {
		today: day(), days: someDays(20),
		rest: { xp: large(), minutes: large(), sessions: large(), cycles: large() },
		streak: { days: 1 + upTo(50), last_day: day(-upTo(100)), longest: 1 + upTo(900) },
	} });
	if (upTo(2) === 0)
		chain[0] = await push(token, chain[0]);
	if (upTo(2) === 0)
		await client.expect(201, 'POST', '/pairings', { token });
	console.log(JSON.stringify({
		account_id: account.account_id, handle: account.handle, tokens: [token, second.token], chain,
	}));
}

if (what === 'open') {
	await each(Array.from({ length: Number(count) }), AT_ONCE, open);
} else {
	const accounts = [];
	for await (const line of createInterface({ input: process.stdin }))
		accounts.push(JSON.parse(line));
	await each(accounts, AT_ONCE, async ({ tokens, chain }) => {
		if (what === 'push')
			await push(tokens[0], chain[0]);
		else
			await client.expect(204, 'DELETE', '/account', { token: tokens[upTo(1)] });
	});
}
client.close();
