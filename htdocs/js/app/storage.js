/**
 * The state of this browser, shared by all its tabs: one document in IndexedDB, and Web Locks.
 *
 * localStorage would not do, simple as it is: each process has its own copy of it, which learns of another's writes some time later.
 * A tab that has just been given a lock could read what was there before, and write over what the other one counted.
 */

/** @typedef {import('../core/storage.js').Storage} StateStorage */

const DATABASE = 'breath-master';
const STORE = 'documents';
const KEY = 'state';

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
const answerOf = (request) => new Promise((resolve, reject) => {
	request.addEventListener('success', () => resolve(request.result));
	request.addEventListener('error', () => reject(request.error));
});

/** @implements {StateStorage} */
export class BrowserStorage {
	/** @type {Promise<IDBDatabase> | null} */
	#database = null;

	/** Tells the other tabs, and hears from them. */
	#channel = new BroadcastChannel('breath-master.state');

	#open() {
		this.#database ??= (async () => {
			const request = indexedDB.open(DATABASE, 1);
			request.addEventListener('upgradeneeded', () => request.result.createObjectStore(STORE));
			const database = await answerOf(request);
			// A newer version of this page, in another tab, must not wait for this one.
			database.addEventListener('versionchange', () => this.#forget());
			database.addEventListener('close', () => this.#forget());
			return database;
		})().catch((error) => {
			this.#database = null;
			throw error;
		});
		return this.#database;
	}

	#forget() {
		void this.#database?.then((database) => database.close());
		this.#database = null;
	}

	/** @returns {Promise<unknown>} */
	async load() {
		const transaction = (await this.#open()).transaction(STORE);
		return await answerOf(transaction.objectStore(STORE).get(KEY)) ?? null;
	}

	/** @param {unknown} document */
	async save(document) {
		const transaction = (await this.#open()).transaction(STORE, 'readwrite', { durability: 'strict' });
		transaction.objectStore(STORE).put(document, KEY);
		await new Promise((resolve, reject) => {
			transaction.addEventListener('complete', resolve);
			transaction.addEventListener('abort', () => reject(transaction.error));
		});
		this.#channel.postMessage(null);
	}

	/**
	 * @template T
	 * @param {import('../core/storage.js').LockName} name
	 * @param {() => Promise<T>} work
	 * @returns {Promise<T>}
	 */
	async withLock(name, work) {
		return navigator.locks.request(`breath-master.${name}`, work);
	}

	/**
	 * Hear of it when another tab changed the state.
	 *
	 * @param {() => void} work
	 */
	onChange(work) {
		this.#channel.addEventListener('message', work);
	}
}
