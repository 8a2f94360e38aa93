// A crowd that does everything at once that changes boards, through both executables that do, and reads
// what they show meanwhile.
//
//	node board-crowd.mjs URL PEOPLE ANSWERS   until so many were answered; 0: until SIGTERM
//
// Each list must be in order and have the ranks that follow from it. An executable may die on the way;
// whoever's request was lost with it begins a new life. Prints how many requests were answered and lost.

import { Client, day, each, hex, seed, upTo } from './client.mjs';

const [url, people, answers] = process.argv.slice(2);
const sync = new Client(url, Number(people));
const leaderboard = new Client(url, Number(people), 'leaderboard');
const body = { device: { kind: 'cli' } };
let answered = 0, lost = 0, ending = false;
process.on('SIGTERM', () => { ending = true; });
const isOver = () => ending || (Number(answers) > 0 && answered >= Number(answers));

class Lost extends Error {}

/** A reply whose status is the one wanted; Lost when an executable went away with it. */
async function ask(client, status, method, path, options) {
	let reply;
	try {
		reply = await client.call(method, path, options);
	} catch (error) {
		throw new Lost(error.message);
	}
	if ([502, 503, 504].includes(reply.status))
		throw new Lost(reply.status);
	if (reply.status !== status)
		throw new Error(`${method} ${path} answered ${reply.status} ${JSON.stringify(reply.body)}`);
	answered++;
	return reply.body;
}

async function open() {
	const { token } = await ask(sync, 201, 'POST', '/accounts', { body });
	await ask(leaderboard, 200, 'PUT', '/me', { token, body: { visible: true } });
	return { token, visible: true, after: null, xp: 0 };
}

async function push(person) {
	const id = hex(8);
	person.xp += 1 + upTo(90);
	await ask(sync, 200, 'POST', '', { token: person.token, body: {
		today: day(), push: id, after: person.after,
		days: [0, -1 - upTo(3)].map((offset) => ({
			day: day(offset), xp: person.xp, minutes: 1, sessions: 1, cycles: 1,
		})),
	} });
	person.after = id;
}

async function show(person) {
	person.visible = !person.visible;
	await ask(leaderboard, 200, 'PUT', '/me', { token: person.token, body: { visible: person.visible } });
}

async function rename(person) {
	await ask(leaderboard, 200, 'POST', '/me/handle', { token: person.token });
	person.visible = false;
}

/** Somebody new, who has practised, becomes one with the person. */
async function merge(person) {
	const other = await open();
	await push(other);
	const { code } = await ask(sync, 201, 'POST', '/pairings', { token: person.token });
	await ask(sync, 200, 'POST', '/pairings/redeem', { token: other.token, body: { code, ...body, merge: true } });
}

async function erase(person) {
	await ask(sync, 204, 'DELETE', '/account', { token: person.token });
	Object.assign(person, await open());
}

function check(holds, list) {
	if (!holds)
		throw new Error(`not in order: ${JSON.stringify(list)}`);
}

async function read(person) {
	const metric = ['xp', 'days', 'streak'][upTo(2)];
	// A request with a token is not answered from nginx's cache.
	const list = await ask(leaderboard, 200, 'GET', `?metric=${metric}&period=all&limit=100`, { token: 'x' });
	let rank = 1;
	list.entries.forEach((entry, i) => {
		if (i > 0 && entry.value < list.entries[i - 1].value)
			rank = i + 1;
		check(entry.rank === rank && (i === 0 || entry.value <= list.entries[i - 1].value), list);
	});
	check(list.total >= list.entries.length && (list.next === null) === (list.total === list.entries.length), list);
	if (!person.visible)
		return;
	const me = await ask(leaderboard, 200, 'GET', `/me?metric=${metric}&period=all`, { token: person.token });
	check(me.rank === null ? me.value === 0 : me.rank <= me.total && me.around.some((each) => (
		each.rank === me.rank && each.value === me.value
	)), me);
}

/** What is done, and how often of a hundred times. */
const deeds = [[55, push], [15, show], [5, rename], [5, merge], [5, erase], [15, read]];

function chooseDeed() {
	let left = upTo(99);
	return deeds.find(([often]) => (left -= often) < 0)[1];
}

await each(Array.from({ length: Number(people) }), Number(people), async () => {
	let person = null;
	while (!isOver())
		try {
			person ??= await open();
			await chooseDeed()(person);
		} catch (error) {
			if (!(error instanceof Lost))
				throw error;
			lost++;
			person = null;
		}
});
console.log(`${answered} answered, ${lost} lost, seed ${seed}`);
sync.close();
leaderboard.close();
