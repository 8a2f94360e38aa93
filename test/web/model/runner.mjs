/**
 * Runs many worlds: most of them each for itself, some in step around a server that is restored from a backup, for a restore concerns
 * everybody on it.
 */

import { World } from './world.mjs';

/** How often a server is restored under its worlds. */
const RESTORES = 2;

/** The seed of the n-th world: any world can be run again alone. */
const seedOf = (seed, index) => Math.imul(seed ^ index, 0x9e3779b1) >>> 0;

/**
 * @param {object} how
 * @param {number} how.seed
 * @param {number} how.runs
 * @param {() => {fetch: Function, base?: string, snapshot?: () => unknown, restore?: (backup: any) => unknown}} how.serverFor
 * @param {number} [how.atOnce] how many worlds live at the same time
 * @param {number} [how.restored] the part of the worlds that live through restores, from 0 to 1
 * @param {number} [how.flock] how many of those share a server
 * @param {number} [how.only] the index of the only world to run
 * @param {boolean} [how.holds] whether replies may be held back
 * @param {() => object} [how.sabotage] makes a planted bug
 * @param {(index: number, world: World, error: Error | null) => void} how.onEnd
 */
export async function runWorlds({ seed, runs, serverFor, atOnce = 16, restored = 0.25, flock = 10, only, holds = false, sabotage, onEnd }) {
	const indexes = only === undefined ? [...Array(runs).keys()] : [only];
	const period = restored > 0 ? Math.round(1 / restored) : Infinity;
	const isRestored = (index) => index % period === period - 1;
	const make = (index, server) => new World({
		seed: seedOf(seed, index), server, base: server.base, holds, erases: !isRestored(index), sabotage: sabotage?.(),
	});

	async function guard(index, world, work) {
		if (!world.failed) {
			await work().catch((error) => {
				world.failed = error;
				onEnd(index, world, error);
			});
		}
	}
	async function finish(index, world) {
		await guard(index, world, async () => {
			await world.settle();
			await world.check();
			onEnd(index, world, null);
		});
	}
	const steps = (world) => world.chance.int(5, 40);

	await inParallel(atOnce, indexes.filter((index) => !isRestored(index)), async (index) => {
		const world = make(index, serverFor());
		await guard(index, world, async () => {
			await world.begin();
			await world.live(steps(world));
		});
		await finish(index, world);
	});

	const others = indexes.filter(isRestored);
	for (let i = 0; i < others.length; i += flock) {
		const server = serverFor();
		const worlds = others.slice(i, i + flock).map((index) => ({ index, world: make(index, server) }));
		const all = (work) => inParallel(atOnce, worlds, ({ index, world }) => guard(index, world, () => work(world)));
		const liveOn = (world) => world.live(Math.ceil(steps(world) / 3));
		await all((world) => world.begin());
		for (let cycle = 0; cycle < RESTORES; cycle++) {
			await all(liveOn);
			const backup = await server.snapshot();
			await all(async (world) => world.noteBackup());
			await all(liveOn);
			await server.restore(backup);
			await all(async (world) => world.noteRestore());
			await all(liveOn);
		}
		await inParallel(atOnce, worlds, ({ index, world }) => finish(index, world));
	}
}

async function inParallel(atOnce, items, work) {
	const queue = [...items];
	await Promise.all(Array.from({ length: atOnce }, async () => {
		while (queue.length > 0) {
			await work(queue.shift());
		}
	}));
}
