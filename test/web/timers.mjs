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

		/** When something is due next; Infinity for never. */
		next: () => Math.min(...planned.map(({ at }) => at)),

		/** Do what is due next, at its time. */
		fire() {
			const at = timers.next();
			const plan = planned.find((each) => each.at === at);
			planned = planned.filter((each) => each !== plan);
			timers.now = Math.max(timers.now, at);
			plan.work();
		},

		/** Let time pass, and what is due happen, each at its time. */
		async pass(ms) {
			const until = timers.now + ms;
			await turn();
			while (timers.next() <= until) {
				timers.fire();
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
