import assert from 'node:assert/strict';
import test from 'node:test';
import { MemoryStorage } from '../../../htdocs/js/core/storage.js';

const tick = () => new Promise((resolve) => {
	setImmediate(resolve);
});

test('a document is kept as it was saved', async () => {
	const storage = new MemoryStorage();
	assert.equal(await storage.load(), null);
	const document = { a: [1] };
	await storage.save(document);
	document.a.push(2);
	assert.deepEqual(await storage.load(), { a: [1] });
});

test('a loaded document can be changed without changing what is stored', async () => {
	const storage = new MemoryStorage({ a: 1 });
	(await storage.load()).a = 2;
	assert.deepEqual(await storage.load(), { a: 1 });
});

test('a lock has one holder at a time, in the order of asking', async () => {
	const storage = new MemoryStorage();
	const order = [];
	let inside = 0;
	await Promise.all([1, 2, 3, 4].map((n) => storage.withLock('state', async () => {
		assert.equal(++inside, 1);
		await tick();
		order.push(n);
		inside--;
	})));
	assert.deepEqual(order, [1, 2, 3, 4]);
});

test('the two locks do not wait for each other', async () => {
	const storage = new MemoryStorage();
	const counted = await storage.withLock('sync', () => storage.withLock('state', async () => 'counted'));
	assert.equal(counted, 'counted');
});

test('a lock is free again after a failure, which its holder hears of', async () => {
	const storage = new MemoryStorage();
	const failed = storage.withLock('state', async () => {
		throw new Error('disk full');
	});
	const next = storage.withLock('state', async () => 'next');
	await assert.rejects(failed, /disk full/);
	assert.equal(await next, 'next');
});
