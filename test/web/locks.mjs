/** Web Locks, which Node does not have: as much of them as the pages use, shared by windows that can be killed. */

export function createLocks() {
	/** @type {Map<string, {window: object, begin: () => void, end: () => void}[]>} who holds each lock, and behind them who waits */
	const queues = new Map();

	function leave(name, entry) {
		const queue = queues.get(name);
		const at = queue.indexOf(entry);
		if (at >= 0) {
			queue.splice(at, 1);
			if (at === 0) {
				queue[0]?.begin();
			}
		}
	}

	return {
		openWindow() {
			const window = {
				request(name, ...rest) {
					const work = rest.pop();
					const queue = queues.get(name) ?? [];
					queues.set(name, queue);
					if (rest[0]?.ifAvailable && queue.length > 0) {
						return Promise.resolve(null).then(work);
					}
					return new Promise((resolve, reject) => {
						const entry = {
							window,
							begin: () => void Promise.resolve({ name }).then(work).finally(() => leave(name, entry)).then(resolve, reject),
						};
						queue.push(entry);
						if (queue.length === 1) {
							entry.begin();
						}
					});
				},
			};
			return window;
		},

		kill(window) {
			for (const [name, queue] of queues) {
				queue.filter((entry) => entry.window === window).forEach((entry) => leave(name, entry));
			}
		},
	};
}
