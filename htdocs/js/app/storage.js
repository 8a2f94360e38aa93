/**
 * What this browser keeps, shared by all its tabs: documents in IndexedDB, and Web Locks.
 *
 * localStorage would not do, simple as it is: each process has its own copy of it, which learns of another's writes some time later.
 * A tab that has just been given a lock could read what was there before, and write over what the other one counted.
 */

/** @typedef {import('../core/storage.js').Storage} StateStorage */

const DATABASE = 'breath-master';
const STORE = 'documents';

/** @typedef {'state' | 'settings' | 'history'} DocumentName */

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
const answerOf = (request) => new Promise((resolve, reject) => {
	request.addEventListener('success', () => resolve(request.result));
	request.addEventListener('error', () => reject(request.error));
});

/** The documents, each replaced as a whole. */
export class Documents {
	/** @type {Promise<IDBDatabase> | null} */
	#database = null;

	/** Tells the other tabs, and hears from them. */
	#channel = new BroadcastChannel('breath-master.documents');

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

	/**
	 * @param {DocumentName} name
	 * @returns {Promise<unknown>} null where there is none yet
	 */
	async read(name) {
		const transaction = (await this.#open()).transaction(STORE);
		return await answerOf(transaction.objectStore(STORE).get(name)) ?? null;
	}

	/**
	 * @param {DocumentName} name
	 * @param {unknown} document
	 */
	async write(name, document) {
		const transaction = (await this.#open()).transaction(STORE, 'readwrite', { durability: 'strict' });
		transaction.objectStore(STORE).put(document, name);
		await new Promise((resolve, reject) => {
			transaction.addEventListener('complete', resolve);
			transaction.addEventListener('abort', () => reject(transaction.error));
		});
		this.#channel.postMessage(name);
	}

	/**
	 * Hear of it when another tab changed a document.
	 *
	 * @param {(name: DocumentName) => void} work
	 */
	onChange(work) {
		this.#channel.addEventListener('message', ({ data }) => work(data));
	}
}

/**
 * The state of the device, as the core wants it kept.
 *
 * @implements {StateStorage}
 */
export class BrowserStorage {
	/** @param {Documents} documents */
	constructor(documents) {
		this.documents = documents;
	}

	/** @returns {Promise<unknown>} */
	async load() {
		return this.documents.read('state');
	}

	/** @param {unknown} document */
	async save(document) {
		await this.documents.write('state', document);
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
}
