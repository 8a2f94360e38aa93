/** The tables that the executables are made of; tables.c prints those of one. */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const tree = fileURLToPath(new URL('../..', import.meta.url));
export const build = resolve(tree, process.env.BUILD ?? 'build');

/** The families, by what lies in cgi-src/: sync, stats... */
const families = readdirSync(`${tree}/cgi-src`).filter((file) => /^[a-z]+\.c$/.test(file) && file !== 'breathctl.c').map((file) => file.slice(0, -2));

function print(family) {
	const program = `${build}/test/api/tables-${family}`;
	if (!existsSync(program)) {
		throw new Error(`${program} is not built: make units`);
	}
	return JSON.parse(execFileSync(program, { encoding: 'utf8' }));
}

/** What one family has. */
const printed = families.map(print);

/** A route's whole path. */
const wholePath = (prefix, path) => prefix + (path === '/' ? '' : path);

/** Of all families together: every route with its `family` and its whole path as `at`; what they share stands in each alike. */
export const tables = {
	...printed[0],
	families,
	routes: printed.flatMap(({ family, prefix, routes, pages }) => [
		...routes.map((route) => ({ ...route, family, at: wholePath(prefix, route.path) })),
		...pages.map((route) => ({ ...route, family, at: route.path })),
	]),
};
