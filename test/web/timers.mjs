/** A clock that the test turns, and the timers on it. */

/** Time for whatever is under way to come to rest. */
const turn = () => new Promise((resolve) => {
	setImmediate(resolve);
});

export function createTimers() {
	let planned = [];
	const timers = {
		now: 0,

		after(work, ms) {
			const plan = { work, at: timers.now + ms };
			planned.push(plan);
			return () => {
				planned = planned.filter((each) => each !== plan);
			};
		},

		/** Let time pass, and what is due happen, each at its time. */
		async pass(ms) {
			const until = timers.now + ms;
			await turn();
			for (;;) {
				const [next] = planned.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
				if (!next) {
					break;
				}
				planned = planned.filter((each) => each !== next);
				timers.now = Math.max(timers.now, next.at);
				next.work();
				await turn();
			}
			timers.now = Math.max(timers.now, until);
		},

		/** The program is gone: none of its timers comes. */
		stop() {
			planned = [];
		},
	};
	return timers;
}
