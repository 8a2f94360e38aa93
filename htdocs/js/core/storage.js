/**
 * Where a device keeps what it must not lose: the interface, and an implementation in memory. What every implementation has to do is
 * tried by one test, `test/web/core/storage-contract.mjs`.
 *
 * A storage holds a few documents by name, each replaced as a whole. Several may be replaced in one atomic step, so that what moves from
 * one to another (a session that ends and is counted) is always in exactly one of them. Beside them lie locks that exclude every
 * other holder, in this window and in all others over the same storage:
 *
 *   state     held for a moment, to read, change and write documents. Counting takes this one only, so a breath is never
 *             kept waiting by a slow network.
 *   sync      held for a whole exchange with the server, so that a device has one voice: two windows neither push nor found
 *             a new device at the same time.
 *   session   held as long as a session goes on, so that there is one at a time. It is only ever tried.
 *
 * Whoever holds `sync` or `session` may take `state`, never the other way round.
 */

/** @typedef {'state' | 'session'} DocumentName */

/** @typedef {'state' | 'sync' | 'session'} LockName */

/**
 * @typedef {object} Storage
 * @property {(name: DocumentName) => Promise<unknown>} load the document as last saved; null where there is none
 * @property {(documents: {[name in DocumentName]?: unknown}) => Promise<void>} save replaces the documents given, all of them or none, and
 *   durably: once this resolves, a crash of the program does not undo it, and where it rejects, the earlier documents stand. A
 *   program that is killed meanwhile leaves either all of the new documents or all of the earlier ones. null removes a document
 * @property {<T>(name: LockName, work: () => Promise<T>) => Promise<T>} withLock runs `work` while nobody else holds the lock
 *   of that name, in the order of asking, and frees it whatever becomes of the work. Not reentrant. The lock of a program that
 *   is killed is free
 * @property {<T>(name: LockName, work: () => Promise<T>) => Promise<T | undefined>} tryLock the same if nobody holds the lock or
 *   waits for it; else it does nothing and resolves to undefined at once. When it resolves, the lock is free again
 * @property {(listener: (name: DocumentName) => void) => () => void} onChange calls `listener` some time after another window has saved a
 *   document, with its name; not for what this window saves itself. Returns what stops it
 */

/**
 * A storage that lasts as long as the program: for tests, and for a host that has no better one.
 *
 * @implements {Storage}
 */
export class MemoryStorage {
	/** @param {{[name in DocumentName]?: unknown}} [documents] to begin with */
	constructor(documents = {}) {
		/** Shared by all windows. Texts, so that what a caller does to a loaded document stays his own until he saves it. */
		this.memory = {
			texts: new Map(Object.entries(documents).map(([name, document]) => [name, JSON.stringify(document)])),
			/** @type {Map<LockName, Promise<void>>} the end of each queue; none where nobody holds the lock */
			queues: new Map(),
			/** @type {{window: MemoryStorage, listener: (name: DocumentName) => void}[]} */
			listeners: [],
		};
	}

	/** @returns {MemoryStorage} another window over the same memory */
	openWindow() {
		const window = new MemoryStorage();
		window.memory = this.memory;
		return window;
	}

	/**
	 * @param {DocumentName} name
	 * @returns {Promise<unknown>}
	 */
	async load(name) {
		return JSON.parse(this.memory.texts.get(name) ?? 'null');
	}

	/** @param {{[name in DocumentName]?: unknown}} documents */
	async save(documents) {
		const names = /** @type {DocumentName[]} */ (Object.keys(documents));
		names.forEach((name) => this.memory.texts.set(name, JSON.stringify(documents[name])));
		void Promise.resolve().then(() => {
			for (const { window, listener } of this.memory.listeners) {
				if (window !== this) {
					names.forEach(listener);
				}
			}
		});
	}

	/**
	 * @template T
	 * @param {LockName} name
	 * @param {() => Promise<T>} work
	 * @returns {Promise<T>}
	 */
	withLock(name, work) {
		const { queues } = this.memory;
		const turn = (queues.get(name) ?? Promise.resolve()).then(work);
		const free = () => {
			if (queues.get(name) === end) {
				queues.delete(name);
			}
		};
		const end = turn.then(free, free);
		queues.set(name, end);
		return turn;
	}

	/**
	 * @template T
	 * @param {LockName} name
	 * @param {() => Promise<T>} work
	 * @returns {Promise<T | undefined>}
	 */
	async tryLock(name, work) {
		return this.memory.queues.has(name) ? undefined : this.withLock(name, work);
	}

	/**
	 * @param {(name: DocumentName) => void} listener
	 * @returns {() => void}
	 */
	onChange(listener) {
		const entry = { window: this, listener };
		this.memory.listeners.push(entry);
		return () => {
			this.memory.listeners = this.memory.listeners.filter((each) => each !== entry);
		};
	}
}
