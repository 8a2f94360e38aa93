/**
 * The storages, held against what the core expects of one: in memory, and a browser's over an IndexedDB and locks that run in Node.
 */

import assert from 'node:assert/strict';
import test from 'node:test';
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { BrowserStorage, Documents } from '../../../htdocs/js/app/browser-storage.js';
import { MemoryStorage } from '../../../htdocs/js/core/storage.js';
import { createLocks } from '../locks.mjs';
import { storageContract } from './storage-contract.mjs';

storageContract('in memory', () => {
	const { killable, kill } = createKiller();
	const first = new MemoryStorage();
	return { openWindow: () => killable(first.openWindow()), kill };
});

/** Lets a window of a storage in memory die: its work is never heard of again, and with it go its locks. */
function createKiller() {
	const deaths = new WeakMap();
	return {
		killable(storage) {
			const death = new Promise((_, reject) => {
				deaths.set(storage, reject);
			});
			death.catch(() => {});
			const { withLock } = storage;
			return Object.assign(storage, {
				withLock: (name, work) => withLock.call(storage, name, () => Promise.race([work(), death])),
			});
		},

		async kill(storage) {
			deaths.get(storage)(new Error('killed'));
		},
	};
}

let places = 0;
storageContract('a browser', (t) => {
	const factory = new IDBFactory();
	const locks = createLocks();
	const parts = new Map();
	const channelName = `documents ${places++}`;
	t.after(() => parts.forEach(({ channel }) => channel.close()));
	const { put } = IDBObjectStore.prototype;
	t.after(() => {
		IDBObjectStore.prototype.put = put;
	});
	return {
		openWindow() {
			const part = { channel: new BroadcastChannel(channelName), locks: locks.openWindow(), databases: [] };
			const storage = new BrowserStorage(new Documents({
				channel: part.channel,
				factory: {
					open(...of) {
						const request = factory.open(...of);
						request.addEventListener('success', () => part.databases.push(request.result));
						return request;
					},
				},
			}), { locks: part.locks, onLeft() {} });
			parts.set(storage, part);
			return storage;
		},

		async kill(storage) {
			const { channel, databases, locks: held } = parts.get(storage);
			channel.close();
			databases.forEach((database) => database.close());
			locks.kill(held);
		},

		fillUp() {
			let left = 1;
			IDBObjectStore.prototype.put = function full(...of) {
				if (left-- <= 0) {
					throw new DOMException('', 'QuotaExceededError');
				}
				return put.apply(this, of);
			};
		},
	};
});

test('what an account told goes with the account, in one step', async (t) => {
	const channel = new BroadcastChannel('told');
	t.after(() => channel.close());
	const documents = new Documents({ factory: new IDBFactory(), channel });
	let left = 0;
	const storage = new BrowserStorage(documents, { locks: createLocks().openWindow(), onLeft: () => left++ });
	const account = { account_id: 'one' };
	await storage.save({ state: { account } });
	await documents.write({ history: { xp: 1 }, standing: { xp: 1 } });
	await storage.load('state');
	await storage.save({ state: { account, more: 1 } });
	assert.deepEqual([await documents.read('history'), left], [{ xp: 1 }, 0]);
	await storage.save({ state: { account: null } });
	assert.deepEqual([await documents.read('history'), await documents.read('standing'), left], [null, null, 1]);
});
