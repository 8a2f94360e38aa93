/**
 * Where a device keeps its state: the interface, and an implementation in memory.
 *
 * The state is one document, replaced as a whole: a half-written state would be a device that is neither here nor there.
 * Beside it lie two locks that exclude every other holder, in this window and in all others over the same storage:
 *
 *   state   held for a moment, to read, change and write the document. Counting takes this one only, so a breath is never
 *           kept waiting by a slow network.
 *   sync    held for a whole exchange with the server, so that a device has one voice: two windows neither push nor found
 *           a new device at the same time.
 *
 * Whoever holds `sync` may take `state`, never the other way round.
 */

/**
 * @typedef {object} Storage
 * @property {() => Promise<unknown>} load the document as last saved; null where there is none yet
 * @property {(document: unknown) => Promise<void>} save replaces it, atomically and durably: once this resolves, a crash
 *   of the program does not undo it, and where it rejects, the earlier document stands
 * @property {<T>(name: LockName, work: () => Promise<T>) => Promise<T>} withLock runs `work` while nobody else holds the lock
 *   of that name, in the order of asking, and frees it whatever becomes of the work. Not reentrant.
 */

/** @typedef {'state' | 'sync'} LockName */

/**
 * A storage that lasts as long as the program: for tests, and for a host that has no better one.
 *
 * @implements {Storage}
 */
export class MemoryStorage {
	/** @param {unknown} [document] the state to begin with */
	constructor(document = null) {
		/** Text, so that what a caller does to a loaded document stays his own until he saves it. */
		this.text = JSON.stringify(document);
		/** @type {Map<LockName, Promise<unknown>>} the end of each queue */
		this.queues = new Map();
	}

	/** @returns {Promise<unknown>} */
	async load() {
		return JSON.parse(this.text);
	}

	/** @param {unknown} document */
	async save(document) {
		this.text = JSON.stringify(document);
	}

	/**
	 * @template T
	 * @param {LockName} name
	 * @param {() => Promise<T>} work
	 * @returns {Promise<T>}
	 */
	withLock(name, work) {
		const before = this.queues.get(name) ?? Promise.resolve();
		const turn = before.then(work);
		this.queues.set(name, turn.catch(() => {}));
		return turn;
	}
}
