/**
 * What every storage has to do, whatever it lies on: see `Storage` in htdocs/js/core/storage.js.
 */

import assert from 'node:assert/strict';
import test from 'node:test';

/** Time for whatever is under way to come to rest, where that is a matter of turns and not of the network. */
export const settle = async () => {
	for (let turn = 0; turn < 20; turn++) {
		await new Promise((resolve) => {
			setImmediate(resolve);
		});
	}
};

/** A promise that is kept from outside. */
export function later() {
	const it = {};
	it.promise = new Promise((resolve) => {
		it.resolve = resolve;
	});
	return it;
}

/** Wait for what another window hears some time later. */
async function until(holds) {
	for (let tries = 0; tries < 500; tries++) {
		if (holds()) {
			return;
		}
		await new Promise((resolve) => {
			setTimeout(resolve, 10);
		});
	}
	assert.fail(`never came: ${holds}`);
}

/**
 * @typedef {object} Place somewhere documents lie, empty at first
 * @property {() => import('../../../htdocs/js/core/storage.js').Storage} openWindow a storage over it, as each window or process has one
 * @property {(storage: import('../../../htdocs/js/core/storage.js').Storage) => Promise<void>} kill ends the program of a window, whatever
 *   it is doing
 * @property {(() => void)} [fillUp] lets whatever is saved from now on fail for want of room; where the place can be full at all
 */

/**
 * @param {string} kind of storage
 * @param {(t: import('node:test').TestContext) => Promise<Place> | Place} makePlace
 */
export function storageContract(kind, makePlace) {
	const it = (what, work) => test(`${kind}: ${what}`, async (t) => work(await makePlace(t)));

	it('a document is kept as it was saved, for every window', async (place) => {
		const storage = place.openWindow();
		assert.equal(await storage.load('state'), null);
		const document = { a: [1], b: null };
		await storage.save({ state: document });
		document.a.push(2);
		assert.deepEqual(await storage.load('state'), { a: [1], b: null });
		assert.deepEqual(await place.openWindow().load('state'), { a: [1], b: null });
		assert.equal(await storage.load('session'), null);
	});

	it('a loaded document can be changed without changing what is stored', async (place) => {
		const storage = place.openWindow();
		await storage.save({ state: { a: 1 } });
		(await storage.load('state')).a = 2;
		assert.deepEqual(await storage.load('state'), { a: 1 });
	});

	it('documents are replaced each for itself or together, and removed', async (place) => {
		const storage = place.openWindow();
		await storage.save({ state: { a: 1 }, session: { s: 1 } });
		await storage.save({ session: { s: 2 } });
		assert.deepEqual([await storage.load('state'), await storage.load('session')], [{ a: 1 }, { s: 2 }]);
		await storage.save({ state: { a: 3 }, session: null });
		assert.deepEqual([await storage.load('state'), await storage.load('session')], [{ a: 3 }, null]);
	});

	it('what cannot be saved as a whole changes nothing', async (place) => {
		if (place.fillUp) {
			const storage = place.openWindow();
			await storage.save({ state: { a: 1 }, session: { s: 1 } });
			place.fillUp();
			await assert.rejects(storage.save({ state: { a: 2 }, session: { s: 2 } }));
			assert.deepEqual([await storage.load('state'), await storage.load('session')], [{ a: 1 }, { s: 1 }]);
		}
	});

	it('another window hears which documents changed, and a window does not hear itself', async (place) => {
		const storage = place.openWindow();
		const other = place.openWindow();
		const heard = { own: [], other: [] };
		storage.onChange((name) => heard.own.push(name));
		const stop = other.onChange((name) => heard.other.push(name));
		await storage.save({ state: 1, session: 1 });
		await until(() => heard.other.length >= 2);
		await storage.save({ session: null });
		await until(() => heard.other.length >= 3);
		assert.deepEqual([...heard.other].sort(), ['session', 'session', 'state']);
		stop();
		await other.save({ state: 2 });
		await until(() => heard.own.length >= 1);
		await storage.save({ state: 3 });
		await settle();
		assert.deepEqual([heard.own, heard.other.length], [['state'], 3]);
		assert.equal(await other.load('state'), 3, 'what was heard of can be read');
	});

	it('a lock has one holder at a time over all windows, in the order of asking', async (place) => {
		const windows = [place.openWindow(), place.openWindow()];
		const order = [];
		let inside = 0;
		await Promise.all([0, 1, 2, 3].map((n) => windows[n % 2].withLock('state', async () => {
			assert.equal(++inside, 1);
			await settle();
			order.push(n);
			inside--;
		})));
		assert.deepEqual(order, [0, 1, 2, 3]);
	});

	it('locks of different names do not wait for each other', async (place) => {
		const storage = place.openWindow();
		assert.equal(await storage.withLock('sync', () => storage.withLock('state', async () => 'counted')), 'counted');
		assert.equal(await storage.tryLock('session', () => storage.withLock('state', async () => 'counted')), 'counted');
	});

	it('a lock is free again after a failure, which its holder hears of', async (place) => {
		const storage = place.openWindow();
		const fail = async () => {
			throw new Error('disk full');
		};
		const failed = storage.withLock('state', fail);
		const next = storage.withLock('state', async () => 'next');
		await assert.rejects(failed, /disk full/);
		assert.equal(await next, 'next');
		await assert.rejects(storage.tryLock('state', fail), /disk full/);
		assert.equal(await storage.tryLock('state', async () => 'free'), 'free');
	});

	it('a lock that is held is not waited for by whoever only tries it', async (place) => {
		const storage = place.openWindow();
		const other = place.openWindow();
		const over = later();
		const begun = later();
		const held = storage.tryLock('session', async () => {
			begun.resolve();
			await over.promise;
			return 'held';
		});
		await begun.promise;
		const never = async () => assert.fail('there were two holders');
		assert.equal(await storage.tryLock('session', never), undefined);
		assert.equal(await other.tryLock('session', never), undefined);
		over.resolve();
		assert.equal(await held, 'held');
		assert.equal(await other.tryLock('session', async () => 'free'), 'free', 'at once');
		assert.equal(await storage.tryLock('session', async () => 'free'), 'free', 'at once');
	});

	it('of two that try at the same time one gets the lock', async (place) => {
		const windows = [place.openWindow(), place.openWindow()];
		const over = later();
		let holders = 0;
		const tries = windows.map((window) => window.tryLock('session', async () => {
			holders++;
			await over.promise;
			return true;
		}));
		await Promise.race(tries);
		over.resolve();
		assert.deepEqual((await Promise.all(tries)).filter((held) => held), [true]);
		assert.equal(holders, 1);
	});

	it('a program that is killed leaves what it had saved, whole documents and free locks', async (place) => {
		for (let turns = 0; turns < 8; turns++) {
			const storage = place.openWindow();
			const other = place.openWindow();
			await storage.save({ state: turns, session: turns });
			const begun = later();
			storage.withLock('state', async () => {
				begun.resolve();
				await new Promise(() => {});
			}).catch(() => {});
			await begun.promise;
			const next = other.withLock('state', async () => 'next');
			storage.save({ state: 'new', session: 'new' }).catch(() => {});
			for (let turn = 0; turn < turns; turn++) {
				await null;
			}
			await place.kill(storage);
			assert.equal(await next, 'next');
			const left = await other.load('state');
			assert.ok(left === turns || left === 'new', String(left));
			assert.equal(await other.load('session'), left, 'both documents or none');
			assert.equal(await other.tryLock('state', async () => 'free'), 'free');
		}
	});
}
