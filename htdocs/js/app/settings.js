/**
 * What a person has chosen in this browser. It never leaves it.
 */

/** @typedef {{id: string, name: string, phases: number[]}} CustomPattern */

/**
 * @typedef {object} Settings
 * @property {string | null} language null: as the browser has it
 * @property {'auto' | 'light' | 'dark'} theme
 * @property {'auto' | 'less' | 'full'} motion auto: as the device has it
 * @property {string} pattern the chosen one's name or id
 * @property {CustomPattern[]} patterns one's own
 * @property {number} goal minutes of a session; 0 for none
 * @property {boolean} sound
 * @property {boolean} vibration
 * @property {boolean} quiet whether a session shows nothing but the guide
 * @property {boolean} streaks whether streaks are shown
 * @property {boolean} boards whether boards are shown
 * @property {'asked' | 'told' | null} kept whether the browser was asked to keep what lies here, and the person told that it may not
 * @property {boolean} rated whether the one question was answered, or skipped for ever
 * @property {string | null} joinedOn the day on which this browser was first seen to sync; null: it does not
 */

/** @type {Readonly<Settings>} */
const DEFAULTS = Object.freeze({
	language: null, theme: 'auto', motion: 'auto', pattern: 'chill', patterns: [], goal: 5, sound: false, vibration: false, quiet: false,
	streaks: true, boards: true, kept: null, rated: false, joinedOn: null,
});

/**
 * @param {import('./browser-storage.js').Documents} documents
 */
export async function openSettings(documents) {
	/** @type {Settings} */
	let current = { ...DEFAULTS };
	/** @type {((settings: Settings) => void)[]} */
	const listeners = [];

	/** How many changes are not written yet. */
	let unwritten = 0;

	// What an older version kept has not all of them, what a newer one kept has more.
	const read = async () => ({ ...DEFAULTS, .../** @type {Partial<Settings>} */ (await documents.read('settings') ?? {}) });

	const tell = () => listeners.forEach((listener) => listener(current));

	/** Take over what is stored; what was chosen meanwhile is not in it yet, and comes with its own write. */
	async function follow() {
		const kept = await read();
		if (unwritten === 0 && JSON.stringify(kept) !== JSON.stringify(current)) {
			current = kept;
			tell();
		}
	}

	documents.onChange((name) => {
		if (name === 'settings') {
			void follow();
		}
	});
	current = await read();

	return {
		/** @returns {Readonly<Settings>} */
		get: () => current,

		/**
		 * Holds at once: who chooses and begins in one breath gets what was chosen. Written down a moment later.
		 *
		 * @param {Partial<Settings>} changes
		 */
		async change(changes) {
			current = { ...current, ...changes };
			unwritten++;
			tell();
			try {
				await navigator.locks.request('breath-master.settings', async () => {
					await documents.write({ settings: { ...await read(), ...changes } });
				});
			} finally {
				unwritten--;
			}
			await follow();
		},

		async forget() {
			await documents.write({ settings: null });
			await follow();
		},

		/** @param {(settings: Settings) => void} listener */
		onChange: (listener) => void listeners.push(listener),
	};
}

/** @typedef {Awaited<ReturnType<typeof openSettings>>} SettingsStore */
