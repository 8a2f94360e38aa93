/** The tables that the executables are made of; tables.c prints them. */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const tree = fileURLToPath(new URL('../..', import.meta.url));
export const build = resolve(tree, process.env.BUILD ?? 'build');

const program = `${build}/test/api/tables`;
if (!existsSync(program)) {
	throw new Error(`${program} is not built: make units`);
}

export const tables = JSON.parse(execFileSync(program, { encoding: 'utf8' }));
