/**
 * What this browser keeps, shared by all its tabs: documents in IndexedDB, and Web Locks.
 *
 * localStorage would not do, simple as it is: each process has its own copy of it, which learns of another's writes some time later.
 * A tab that has just been given a lock could read what was there before, and write over what the other one counted.
 */

/** @typedef {import('../core/storage.js').Storage} CoreStorage */
/** @typedef {import('../core/storage.js').DocumentName} CoreName */
/** @typedef {import('../core/storage.js').LockName} LockName */
/** @typedef {import('../core/state.js').Account} Account */

const DATABASE = 'breath-master';
const STORE = 'documents';

/** @typedef {CoreName | 'settings' | 'history' | 'standing'} DocumentName */

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

	/**
	 * @param {object} [host]
	 * @param {IDBFactory} [host.factory]
	 * @param {BroadcastChannel} [host.channel] tells the other tabs, and hears from them
	 */
	constructor({ factory = indexedDB, channel = new BroadcastChannel('breath-master.documents') } = {}) {
		this.factory = factory;
		this.channel = channel;
	}

	#open() {
		const opening = this.#database ??= (async () => {
			const request = this.factory.open(DATABASE, 1);
			request.addEventListener('upgradeneeded', () => request.result.createObjectStore(STORE));
			const database = await answerOf(request);
			// A newer version of this page, in another tab, must not wait for this one.
			database.addEventListener('versionchange', () => this.#forget(opening));
			database.addEventListener('close', () => this.#forget(opening));
			return database;
		})().catch((cause) => {
			this.#forget(opening);
			throw new StorageError('no_storage', { cause });
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
	 * Replace documents, or remove those that are null: all of them or none.
	 *
	 * @param {{[name in DocumentName]?: unknown}} documents
	 */
	async write(documents) {
		await this.#transact('readwrite', (transaction) => new Promise((resolve, reject) => {
			transaction.addEventListener('complete', () => resolve(undefined));
			transaction.addEventListener('abort', () => reject(transaction.error ?? new DOMException('The write was cut off.', 'AbortError')));
			const store = transaction.objectStore(STORE);
			try {
				for (const [name, document] of Object.entries(documents)) {
					// Deleting needs no room, so erasing works on a full disk.
					if (document === null) {
						store.delete(name);
					} else {
						store.put(document, name);
					}
				}
			} catch (error) {
				// What was put before it would be committed.
				transaction.abort();
				reject(error);
			}
		}));
		// One by one: a tab of an earlier version understands that too.
		Object.keys(documents).forEach((name) => this.channel.postMessage(name));
	}

	/**
	 * Hear of it when another tab changed a document.
	 *
	 * @param {(name: DocumentName) => void} listener
	 * @returns {() => void} stops listening
	 */
	onChange(listener) {
		const hear = (/** @type {MessageEvent<DocumentName>} */ { data }) => listener(data);
		this.channel.addEventListener('message', hear);
		return () => this.channel.removeEventListener('message', hear);
	}
}

/** What an account told, beside the state: its days, and whether it stands on boards. Without the account there is none of it. */
const NOTHING_TOLD = Object.freeze({ history: null, standing: null });

/** @param {unknown} state as it was kept, by this version or an earlier one @returns {string} the account that it is of; empty for none */
function ownerOf(state) {
	const { link, account } = /** @type {{link?: {account?: Account}, account?: Account | null}} */ (state ?? {});
	return (link?.account ?? account)?.account_id ?? '';
}

/**
 * What the core keeps, and the locks that all tabs share.
 *
 * @implements {CoreStorage}
 */
export class BrowserStorage {
	/**
	 * @param {Documents} documents
	 * @param {object} host
	 * @param {LockManager} [host.locks]
	 * @param {() => void} host.onLeft called when an account was left, however that came about
	 */
	constructor(documents, { locks = navigator.locks, onLeft }) {
		this.documents = documents;
		this.locks = locks;
		this.onLeft = onLeft;
	}

	/** Whose the loaded state was. */
	#owner = '';

	/**
	 * @param {CoreName} name
	 * @returns {Promise<unknown>}
	 */
	async load(name) {
		const document = await this.documents.read(name);
		if (name === 'state') {
			this.#owner = ownerOf(document);
		}
		return document;
	}

	/**
	 * What else this browser was told by an account goes in the same step as the account.
	 *
	 * @param {{[name in CoreName]?: unknown}} documents
	 */
	async save(documents) {
		const isLeft = 'state' in documents && this.#owner !== '' && ownerOf(documents.state) !== this.#owner;
		await this.documents.write(isLeft ? { ...documents, ...NOTHING_TOLD } : documents);
		if (isLeft) {
			this.onLeft();
		}
	}

	/**
	 * @template T
	 * @param {LockName} name
	 * @param {() => Promise<T>} work
	 * @returns {Promise<T>}
	 */
	async withLock(name, work) {
		return this.locks.request(`breath-master.${name}`, work);
	}

	/**
	 * @template T
	 * @param {LockName} name
	 * @param {() => Promise<T>} work
	 * @returns {Promise<T | undefined>}
	 */
	async tryLock(name, work) {
		return this.locks.request(`breath-master.${name}`, { ifAvailable: true }, async (lock) => (lock ? work() : undefined));
	}

	/**
	 * @param {(name: CoreName) => void} listener
	 * @returns {() => void}
	 */
	onChange(listener) {
		return this.documents.onChange((name) => {
			if (name === 'state' || name === 'session') {
				listener(name);
			}
		});
	}
}
