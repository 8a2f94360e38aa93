/**
 * The README names only what is there: paths, targets, variables, commands, functions, settings, routes, rules, tests. It is read as
 * a person reads it: every word in a code span, every line of a code block and every link must belong to one of the kinds below.
 */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { document } from '../api/document.mjs';
import { build, tables, tree } from '../api/tables.mjs';

const read = (path) => readFileSync(join(tree, path), 'utf8');
const readme = read('README.md');
const makefile = read('Makefile');

const targets = [...makefile.matchAll(/^([a-z-]+):.*## /gm)].map(([, name]) => name);
const variables = [...makefile.matchAll(/^([A-Z]+) *\??= */gm), ...makefile.matchAll(/\$\(([A-Z]+)\)/g)].map(([, name]) => name);
const runVariables = [...read('conf/run').matchAll(/^#\t([A-Z_]+) {2,}/gm)].map(([, name]) => name);
const commands = [...spawnSync(`${build}/breathctl`, { encoding: 'utf8' }).stderr.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
const settings = tables.settings.map(({ name }) => name);

/** Every identifier of our C. */
const identifiers = new Set(
	['cgi-src', ...readdirSync(join(tree, 'lib')).map((layer) => `lib/${layer}`)].flatMap((folder) => (
		readdirSync(join(tree, folder)).filter((file) => /\.[ch]$/.test(file)).flatMap((file) => read(`${folder}/${file}`).match(/[a-z_][a-z0-9_]*/gi))
	)),
);

const benches = readdirSync(join(tree, 'test/bench')).map((file) => `test/bench/${file}`);

const inTree = (path) => path !== '' && !path.startsWith('/') && existsSync(join(tree, path));

/** What a run or an installation makes. */
const made = (path) => (
	/^(run\/|build\/(breathctl|[a-z]+\.fcgi)$)/.test(path) || (/^\/(usr\/local|etc|var\/lib|run)\//.test(path) && /breath-master/.test(path))
);

const served = (path) => (
	path in document.paths || (path.startsWith('/') && (inTree(`htdocs${path}`) || inTree(`htdocs${path}/index.html`)))
);

/** A kind of word, and whether a word is one of it that is there. */
const KINDS = {
	'a path of the tree': (word) => inTree(word),
	'a path that is made': made,
	'a path that is served': served,
	'a variable of the Makefile': (word) => variables.includes(word),
	'the default of one': (word) => new RegExp(`^[A-Z]+ *\\??= ${word}$`, 'm').test(makefile),
	'a variable of the benchmark': (word) => word.startsWith('BENCH_') && benches.some((bench) => read(bench).includes(`\${${word}:-`)),
	'a table of the benchmark': (word) => /^test\/bench\/run [a-z]+$/.test(word) && benches.includes(`test/bench/${word.split(' ')[1]}`),
	'a program for loads': (word) => word.startsWith('test/load/') && inTree(`${word}.c`),
	'a make target': (word) => /^make( [A-Z_]+=\S+)*( [a-z-]+)?( [A-Z_]+=\S+)*$/.test(word) && word.split(' ').slice(1).every((each) => (
		each.includes('=') ? [...variables, ...runVariables].includes(each.split('=')[0]) : targets.includes(each)
	)),
	'a variable of the run script': (word) => runVariables.includes(word),
	'a variable of a setting': (word) => word.startsWith('BREATH_') && settings.includes(word.slice('BREATH_'.length).toLowerCase()),
	'a setting': (word) => settings.includes(word),
	'an executable': (word) => [...tables.families.map((family) => `${family}.fcgi`), 'sync.fcgi -n', 'breathctl'].includes(word),
	'a command of breathctl': (word) => /^breathctl [a-z]+$/.test(word) && commands.includes(word.split(' ')[1]),
	'the same on the service of make run': (word) => {
		const [, command] = /^build\/breathctl -c run\/breath\.conf ([a-z]+)$/.exec(word) ?? [];
		return commands.includes(command);
	},
	'a name in the C': (word) => /^[a-z]+(_[a-z]+)+$/.test(word) && identifiers.has(word),
	'a problem': (word) => tables.problems.some(({ code }) => code === word),
	'a layer': (word) => inTree(`lib/${word}`) && !word.includes('/'),
	'a manual page to read': (word) => /^man( -l)? \S+$/.test(word) && (inTree(word.split(' ').at(-1)) || inTree(`cgi-src/${word.split(' ')[1]}.8`)),
};

/** Words that stand for a form, or for another program's. */
const FORMS = [
	'-c', 'key = value', 'module_verb_noun', 'struct noun', 'ttl_s', 'N passed, N failed', 'sudo', 'apt-get', 'emerg', '_new', '_free', '_open',
	'_close', 'X-Forwarded-For', 'Strict-Transport-Security', 'set_real_ip_from', 'cloudflared', 'metrics-address',
];

const blocks = [...readme.matchAll(/^ {4}(\S.*)$/gm)].map(([, line]) => line);
const prose = readme.replace(/^ {4}\S.*$/gm, '');
const spans = [...new Set([...prose.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span))];

test('the README has code spans and blocks', () => {
	assert.ok(spans.length > 60 && blocks.length >= 5);
	assert.ok(targets.length > 8 && variables.length > 5 && commands.length > 5 && identifiers.size > 500);
});

test('every word in a code span is something', () => {
	const known = (span) => FORMS.includes(span) || Object.values(KINDS).some((holds) => holds(span));
	assert.deepEqual(spans.filter((span) => !known(span)), [], `each is one of: ${Object.keys(KINDS).join(', ')}`);
});

test('words that stand for a form are in it', () => {
	assert.deepEqual(FORMS.filter((form) => !spans.includes(form)), []);
});

test('the two commands stand first, each as one line', () => {
	assert.deepEqual(blocks.slice(0, 2), ['apt-get install -y make && make run', 'apt-get install -y make && make test']);
});

test('targets, variables and settings in blocks are there', () => {
	for (const line of blocks) {
		for (const [variable] of line.matchAll(/\bBREATH_[A-Z0-9_]+/g)) {
			assert.ok(KINDS['a variable of a setting'](variable), line);
		}
		for (const [, rest] of line.matchAll(/\bmake ((?:[A-Z]+=\S+ |[a-z]+ )*[a-z]+(?: [A-Z]+=\S+)*)$/g)) {
			assert.ok(KINDS['a make target'](`make ${rest}`), line);
		}
	}
});

test('the account that is opened by hand is one that the API describes', () => {
	const [, body, path] = blocks.map((line) => /^curl -d '(.*)' -H '.*' http:\/\/127\.0\.0\.1:8080(\S+)$/.exec(line)).find(Boolean);
	assert.deepEqual(JSON.parse(body), { device: { kind: 'cli' } });
	assert.ok(document.paths[path].post);
});

test('what make run says is what it says', () => {
	const said = blocks.find((line) => line.startsWith('Breath Master is at '));
	const template = /echo "(Breath Master is at .*)"/.exec(read('conf/run'))[1];
	const pattern = template.replace(/[.()]/g, '\\$&').replace(/\$[a-z]+|\$PWD/gi, '\\S+');
	assert.match(said, new RegExp(`^${pattern}$`));
});

test('links lead somewhere', () => {
	for (const [, target] of prose.matchAll(/\]\(([^)]+)\)/g)) {
		assert.ok(inTree(target), target);
	}
});

test('manual pages that are named exist', () => {
	for (const [, name, section] of prose.matchAll(/\b([a-z.]+)\(([1-8])\)/g)) {
		assert.ok(inTree(`cgi-src/${name}.${section}`) || inTree(`conf/${name}.${section}`), `${name}(${section})`);
	}
});

test('rules are numbered without a gap, and those of privacy are all there', () => {
	const rules = [...prose.matchAll(/^- \*\*R(\d+)\*\* /gm)].map(([, number]) => Number(number));
	assert.deepEqual(rules, rules.map((_, index) => index + 1));
	assert.ok(rules.length > 15);
	for (const [, number] of prose.matchAll(/\bR(\d+)\b/g)) {
		assert.ok(rules.includes(Number(number)), `R${number}`);
	}
	const privacy = [...prose.matchAll(/^\| P(\d+) \|/gm)].map(([, number]) => Number(number));
	assert.deepEqual(privacy, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

/** The tests of all suites, by file. */
function testsOf(path) {
	const text = read(path);
	return [...text.matchAll(/^@test "((?:[^"\\]|\\.)*)"/gm), ...text.matchAll(/^test\('((?:[^'\\]|\\.)*)'/gm)].map(([, name]) => name.replace(/\\(.)/g, '$1'));
}

test('tests that are named exist', () => {
	let count = 0;
	for (const [, file, names] of prose.replace(/\s+/g, ' ').matchAll(/`(test\/[^`]+)`: ((?:"[^"]+"(?:, )?)+)/g)) {
		for (const [, name] of names.matchAll(/"([^"]+)"/g)) {
			assert.ok(testsOf(file).includes(name), `${file} has: ${name}`);
			count++;
		}
	}
	assert.ok(count > 10, `${count} tests are named`);
});

test('every rule of privacy names a test, or what does not exist yet', () => {
	for (const row of prose.split('\n').filter((line) => /^\| P\d+ \|/.test(line))) {
		assert.match(row, /`test\/[^`]+`: "|there are no [a-z ]+ yet \|$/);
	}
});

test('every listed package is explained, and nothing else', () => {
	const [, section] = /^## Dependencies\n(.*?)^## /ms.exec(readme);
	const explained = [...section.matchAll(/^- (.+?):/gm)].flatMap(([, names]) => names.split(/, | and /));
	const listed = read('conf/packages').split('\n').filter((line) => /^[a-z]/.test(line)).map((line) => line.split(/\s+/)[1]);
	const npm = listed.filter((name) => name.startsWith('npm:')).flatMap((name) => {
		const { dependencies = {}, devDependencies = {} } = JSON.parse(read(`${name.slice(4)}/package.json`));
		return Object.keys({ ...dependencies, ...devDependencies });
	});
	const wanted = new Set([...listed.filter((name) => !name.startsWith('npm:')), ...npm]);
	assert.deepEqual(explained.sort(), [...wanted].sort());
});

test('the README says what the code says of itself', () => {
	const usage = execFileSync('make', ['-s', '-C', tree, 'help'], { encoding: 'utf8', env: { ...process.env, MAKEFLAGS: '' } });
	for (const target of targets) {
		assert.match(usage, new RegExp(`make ${target} `));
	}
	assert.ok(readme.includes(`${tables.bounds.fold_after_days} days`));
});
