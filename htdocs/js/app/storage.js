/**
 * What this browser keeps, shared by all its tabs: documents in IndexedDB, and Web Locks.
 *
 * localStorage would not do, simple as it is: each process has its own copy of it, which learns of another's writes some time later.
 * A tab that has just been given a lock could read what was there before, and write over what the other one counted.
 */

/** @typedef {import('../core/storage.js').Storage} StateStorage */

const DATABASE = 'breath-master';
const STORE = 'documents';

/** @typedef {'state' | 'settings' | 'history' | 'standing'} DocumentName */

/** The browser gives this page no storage: cookies and site data are blocked, or what it had is broken. */
export class StorageError extends Error {
	code = 'no_storage';
}

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
		const opening = this.#database ??= (async () => {
			const request = indexedDB.open(DATABASE, 1);
			request.addEventListener('upgradeneeded', () => request.result.createObjectStore(STORE));
			const database = await answerOf(request);
			// A newer version of this page, in another tab, must not wait for this one.
			database.addEventListener('versionchange', () => this.#forget(opening));
			database.addEventListener('close', () => this.#forget(opening));
			return database;
		})().catch((cause) => {
			this.#forget(opening);
			throw new StorageError('The browser gives this page no storage.', { cause });
		});
		return opening;
	}

	/** @param {Promise<IDBDatabase>} connection is closed; what is asked for next is asked of a new one */
	#forget(connection) {
		void connection.then((database) => database.close(), () => {});
		if (this.#database === connection) {
			this.#database = null;
		}
	}

	/**
	 * Work in a transaction. A browser may close a connection at any time (it was suspended, its storage was cleared or went away), which
	 * shows only when it is used: then the work is done once more, in a new one. A document is replaced as a whole, so twice is
	 * as good as once.
	 *
	 * @template T
	 * @param {IDBTransactionMode} mode
	 * @param {(transaction: IDBTransaction) => Promise<T>} work
	 * @returns {Promise<T>}
	 */
	async #transact(mode, work) {
		for (let isLast = false; ; isLast = true) {
			const connection = this.#open();
			const database = await connection;
			try {
				return await work(database.transaction(STORE, mode, { durability: 'strict' }));
			} catch (error) {
				if (isLast || (error instanceof DOMException && error.name === 'QuotaExceededError')) {
					throw error;
				}
				this.#forget(connection);
			}
		}
	}

	/**
	 * @param {DocumentName} name
	 * @returns {Promise<unknown>} null where there is none yet
	 */
	async read(name) {
		return await this.#transact('readonly', (transaction) => answerOf(transaction.objectStore(STORE).get(name))) ?? null;
	}

	/**
	 * @param {DocumentName} name
	 * @param {unknown} document
	 */
	async write(name, document) {
		await this.#transact('readwrite', (transaction) => new Promise((resolve, reject) => {
			transaction.addEventListener('complete', () => resolve(undefined));
			transaction.addEventListener('abort', () => reject(transaction.error ?? new DOMException('The write was cut off.', 'AbortError')));
			transaction.objectStore(STORE).put(document, name);
		}));
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

/** What an account told, beside the state: its days, and whether it stands on boards. */
const TOLD = /** @type {const} */ (['history', 'standing']);

/** @param {unknown} state as it was kept @returns {string} the account that it is of; empty for none */
const ownerOf = (state) => /** @type {import('../core/state.js').State | null} */ (state)?.account?.account_id ?? '';

/**
 * The state of the device, as the core wants it kept.
 *
 * @implements {StateStorage}
 */
export class BrowserStorage {
	/**
	 * @param {Documents} documents
	 * @param {() => void} onLeft called when an account was left, however that came about
	 */
	constructor(documents, onLeft) {
		this.documents = documents;
		this.onLeft = onLeft;
	}

	/** Whose the loaded state was. */
	#owner = '';

	/** @returns {Promise<unknown>} */
	async load() {
		const document = await this.documents.read('state');
		this.#owner = ownerOf(document);
		return document;
	}

	/**
	 * What else this browser was told by an account goes with it, and goes first: a browser that is killed in between asks again.
	 *
	 * @param {unknown} document
	 */
	async save(document) {
		const isLeft = this.#owner !== '' && ownerOf(document) !== this.#owner;
		if (isLeft) {
			for (const name of TOLD) {
				await this.documents.write(name, null);
			}
		}
		await this.documents.write('state', document);
		if (isLeft) {
			this.onLeft();
		}
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
