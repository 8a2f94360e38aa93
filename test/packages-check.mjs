#!/usr/bin/env node
// Compares conf/packages with what the tree includes and calls, and says what it found in TAP:
//
//	node test/packages-check.mjs [TREE]
//
// A header or command that no listed package gives would fail only on a fresh machine, where nobody
// looks; a package that nothing uses would be installed for ever. Debian's essential packages and
// those of priority "required" are on every machine and need no row.
//
// Commands are read off shell scripts, suites and what make would run, by a scanner that knows
// quoting, substitutions and here-documents well enough to see which words are commands.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const tree = path.resolve(process.argv[2] ?? path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));

// Used where they are there; what calls them does without.
const optional = new Map([
	['sudo', 'conf/install-packages, for an ordinary user'],
]);

// What comes along with a listed package and is no business of the list.
const along = [
	[/^linux-libc-dev$/, 'libc6-dev'],
	[/^libgcc-\d+-dev$/, 'gcc'],
	[/^libclang-common-\d+-dev$/, 'clang'],
];

function output(command, ...args) {
	try {
		return execFileSync(command, args, {
			cwd: tree, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26,
			env: { ...process.env, LC_ALL: 'C', MAKEFLAGS: '', MAKELEVEL: '' },
		});
	} catch (error) {
		// dpkg and make answer what they know and fail for the rest.
		return error.stdout ?? '';
	}
}

// --- The list ---

function readList() {
	const rows = [];
	for (const line of readFileSync(path.join(tree, 'conf/packages'), 'utf8').split('\n')) {
		if (line === '' || line.startsWith('#'))
			continue;
		const [purpose, name, gives] = line.split(/\s+/);
		rows.push({ purpose, name, gives: gives === '-' ? [] : gives.split(',') });
	}
	return rows;
}

// --- The tree ---

const skipped = new Set(['.git', 'build', 'run', 'node_modules', 'data']);

function* files(folder = '') {
	for (const entry of readdirSync(path.join(tree, folder), { withFileTypes: true })) {
		const name = path.join(folder, entry.name);
		if (entry.isFile())
			yield name;
		else if (entry.isDirectory() && !skipped.has(entry.name))
			yield* files(name);
	}
}

const isC = (name) => /\.[ch]$/.test(name);
const isScript = (name, text) => /^#!.*\b(bash|sh|bats)\b/.test(text) || /\.(bats|bash|sh)$/.test(name);
const isModule = (name) => /\.m?js$/.test(name);

// --- The scanner of shell text ---

// Words that leave the next one a command.
const leading = new Set(['if', 'then', 'elif', 'else', 'while', 'until', 'do', '!', '{', 'time']);
// Commands whose first word that is neither option nor assignment is a command.
const wrappers = new Set(['exec', 'env', 'command', 'builtin', 'run', 'sudo', 'as_root', 'setsid', 'xargs']);

class Scanner {
	constructor(text) {
		this.text = text;
		this.at = 0;
		this.commands = new Set();
		this.functions = new Set();
		this.hereDocuments = [];
	}

	// Reads commands up to the closing character, or the end.
	readCommands(close) {
		const { text } = this;
		let isCommand = true;
		// Of each `case` around here: are we where a pattern stands?
		const cases = [];

		while (this.at < text.length) {
			const c = text[this.at];
			const inPattern = cases.length > 0 && cases[cases.length - 1];
			if (c === close && !inPattern) {
				this.at++;
				return;
			}
			if (c === ')' && inPattern) {
				cases[cases.length - 1] = false;
				isCommand = true;
				this.at++;
			} else if (c === '\n') {
				this.at++;
				this.skipHereDocuments();
				isCommand = true;
			} else if (text.startsWith('\\\n', this.at)) {
				this.at += 2;
			} else if (c === ' ' || c === '\t') {
				this.at++;
			} else if (c === '#') {
				this.skipTo('\n');
			} else if (text.startsWith(';;', this.at)) {
				this.at += 2;
				if (cases.length > 0)
					cases[cases.length - 1] = true;
			} else if (text.startsWith('((', this.at)) {
				this.skipArithmetic(2);
			} else if (';&|'.includes(c)) {
				this.at++;
				isCommand = true;
			} else if (c === '(') {
				this.at++;
				if (!inPattern)
					this.readCommands(')');
				isCommand = false;
			} else if (c === ')') {
				this.at++;
			} else if (c === '<' || c === '>') {
				this.readRedirection();
			} else {
				const start = this.at;
				const word = this.readWord();
				if (text.startsWith('()', this.at)) {
					this.functions.add(word);
					this.at += 2;
					isCommand = true;
				} else if (inPattern && word === 'esac') {
					cases.pop();
					isCommand = false;
				} else if (inPattern || !isCommand) {
					if (word === 'in' && cases.length > 0 && cases[cases.length - 1] === undefined)
						cases[cases.length - 1] = true;
				} else if (/^\w+(\[[^\]]*\])?\+?=/.test(word)) {
					isCommand = !(word.endsWith('=') && text[this.at] === '(');
				} else if (word === 'case') {
					cases.push(undefined);
					isCommand = false;
				} else if (word === 'esac') {
					cases.pop();
					isCommand = false;
				} else if (word === '[[') {
					this.skipTo(' ]]');
					isCommand = false;
				} else if (leading.has(word)) {
					isCommand = true;
				} else if (/^\d+$/.test(word) && '<>'.includes(text[this.at] ?? ' ')) {
					isCommand = true;
				} else if (wrappers.has(word)) {
					this.commands.add(word);
					isCommand = true;
					this.skipOptions();
				} else {
					// A word with quotes or expansions in it is not one to be looked up.
					if (text.slice(start, this.at) === word)
						this.commands.add(word);
					isCommand = false;
					if (word === '@test')
						this.skipTo('{');
				}
			}
		}
	}

	readWord() {
		const { text } = this;
		let word = '';
		while (this.at < text.length) {
			const c = text[this.at];
			if (/[\s;&|()<>]/.test(c))
				break;
			if (c === '\\') {
				word += text[this.at + 1] ?? '';
				this.at += 2;
			} else if (c === '\'') {
				this.skipSingleQuoted();
				word += '\'';
			} else if (c === '"') {
				this.readDoubleQuoted();
				word += '"';
			} else if (c === '$' || c === '`') {
				this.readExpansion();
				word += '$';
			} else {
				word += c;
				this.at++;
			}
		}
		// An array's values are words, not commands.
		if (/^\w+\+?=$/.test(word) && text[this.at] === '(') {
			this.at++;
			while (this.at < text.length && text[this.at] !== ')') {
				if (text[this.at] === '#')
					this.skipTo('\n');
				else if (/[\s;&|(<>]/.test(text[this.at]))
					this.at++;
				else
					this.readWord();
			}
			this.at++;
			word += ' ';
		}
		return word;
	}

	readDoubleQuoted() {
		this.at++;
		while (this.at < this.text.length && this.text[this.at] !== '"') {
			if (this.text[this.at] === '\\')
				this.at += 2;
			else if ('$`'.includes(this.text[this.at]))
				this.readExpansion(true);
			else
				this.at++;
		}
		this.at++;
	}

	skipSingleQuoted() {
		this.at++;
		this.skipTo('\'');
	}

	// `$…` or a back-quoted command; commands in it are read.
	readExpansion(isQuoted = false) {
		const { text } = this;
		if (text[this.at] === '`') {
			this.at++;
			this.readCommands('`');
		} else if (text.startsWith('$((', this.at)) {
			this.skipArithmetic(3);
		} else if (text.startsWith('$(', this.at)) {
			this.at += 2;
			this.readCommands(')');
		} else if (text.startsWith('$\'', this.at)) {
			this.at += 2;
			while (this.at < text.length && text[this.at] !== '\'')
				this.at += text[this.at] === '\\' ? 2 : 1;
			this.at++;
		} else if (text.startsWith('${', this.at)) {
			this.at += 2;
			while (this.at < text.length && text[this.at] !== '}') {
				if (text[this.at] === '\\')
					this.at += 2;
				else if (text[this.at] === '"')
					this.readDoubleQuoted();
				else if (text[this.at] === '\'' && !isQuoted)
					this.skipSingleQuoted();
				else if ('$`'.includes(text[this.at]))
					this.readExpansion(isQuoted);
				else
					this.at++;
			}
			this.at++;
		} else {
			this.at++;
		}
	}

	readRedirection() {
		const { text } = this;
		const hereDocument = /^<<-?\s*(['"]?)(\w+)\1/.exec(text.slice(this.at, this.at + 80));
		if (hereDocument) {
			this.hereDocuments.push(hereDocument[2]);
			this.at += hereDocument[0].length;
			return;
		}
		if (/^[<>]\(/.test(text.slice(this.at, this.at + 2))) {
			this.at += 2;
			this.readCommands(')');
			return;
		}
		while ('<>&|'.includes(text[this.at]))
			this.at++;
		while (' \t'.includes(text[this.at]))
			this.at++;
		if (/^<\(/.test(text.slice(this.at, this.at + 2)))
			this.readRedirection();
		else
			this.readWord();
	}

	skipHereDocuments() {
		for (const end of this.hereDocuments.splice(0)) {
			const found = new RegExp(`^\\t*${end}$`, 'm').exec(this.text.slice(this.at));
			this.at = found ? this.at + found.index + found[0].length : this.text.length;
		}
	}

	skipTo(mark) {
		const found = this.text.indexOf(mark, this.at);
		this.at = found < 0 ? this.text.length : found + (mark === '\n' ? 0 : mark.length);
	}

	skipArithmetic(opened) {
		let depth = 0;
		for (this.at += opened - 2; this.at < this.text.length; this.at++) {
			if (this.text[this.at] === '(')
				depth++;
			else if (this.text[this.at] === ')' && --depth === 0)
				break;
		}
		this.at++;
	}

	// The options of a wrapper, and the values that stand apart from them.
	skipOptions() {
		for (;;) {
			this.skipBlanks();
			if (this.text[this.at] !== '-')
				return;
			if (/^-\w*[uCnPIdLa]$/.test(this.readWord())) {
				this.skipBlanks();
				this.readWord();
			}
		}
	}

	skipBlanks() {
		while (' \t'.includes(this.text[this.at] ?? '.'))
			this.at++;
	}
}

function scan(text) {
	const scanner = new Scanner(text);
	while (scanner.at < text.length)
		scanner.readCommands(undefined);
	return scanner;
}

// --- What the tree uses ---

// Maps from what is used to one file that uses it.
const headers = new Map();
const commands = new Map();
// What is loaded or read by its place: patterns of paths, as dpkg takes them.
const places = new Map();
const functions = new Set();
const modules = new Set();
let everything = '';

function use(map, what, where) {
	if (!map.has(what))
		map.set(what, where);
}

// Shared libraries by name, and what lies in Debian's folders; ours are no package's. Where a name is put
// together at run time, everything that begins like it will do.
function readPlaces(text, where) {
	const code = text.replace(/^\s*(#|\/\/|\/?\*).*$/gm, '');
	for (const [, name] of code.matchAll(/(?<![\w./${}-])(lib[\w+-]+\.so[\d.]*)/g))
		use(places, `*/${name}`, where);
	for (const [, place, more] of code.matchAll(/(?<![\w./${}-]|[\w}]["'])(\/usr\/(?:lib|libexec|share)\/[\w./+-]+)(\$?)/g)) {
		if (!place.includes('breath'))
			use(places, place + (more && '*'), where);
	}
}

function readTree() {
	for (const name of files()) {
		if (name === 'conf/packages' || /package(-lock)?\.json$/.test(name))
			continue;
		// What runs where the Debian package is installed has what that depends on.
		if (name.startsWith('conf/debian/'))
			continue;
		const text = readFileSync(path.join(tree, name), 'utf8');
		if (isC(name)) {
			for (const [, header] of text.matchAll(/^\s*#\s*include\s*<([^>]+)>/gm))
				use(headers, header, name);
		} else if (isScript(name, text)) {
			const scanned = scan(text);
			for (const command of scanned.commands)
				use(commands, command, name);
			for (const name of scanned.functions)
				functions.add(name);
			readPlaces(text, name);
		} else if (isModule(name)) {
			for (const [, command] of text.matchAll(/\b(?:spawn|exec|execFile|fork)(?:Sync)?\(\s*['"`]([\w.-]+)/g))
				use(commands, command, name);
			for (const [, command] of text.matchAll(/['"`]\/usr\/s?bin\/([\w.-]+)['"`]/g))
				use(commands, command, name);
			readPlaces(text, name);
		} else if (!/^(Makefile|conf\/)/.test(name)) {
			continue;
		}
		// What is only spoken of is not used.
		everything += text.replace(/^\s*(#|\/\/|\/?\*).*$/gm, '');
	}

	const targets = [...readFileSync(path.join(tree, 'Makefile'), 'utf8').matchAll(/^([a-z-]+):.*##/gm)];
	const recipes = output('make', '--dry-run', '--always-make', '--no-print-directory', 'V=1',
		...targets.map(([, target]) => target));
	for (const command of scan(recipes).commands)
		use(commands, command, 'Makefile');
	for (const [, command] of everything.matchAll(/\$\(shell (?:\w+=\S* )*([\w.-]+)/g))
		use(commands, command, 'Makefile');
	for (const [, list] of everything.matchAll(/^\w*packages\s*=(.*)$/gm))
		list.trim().split(/\s+/).forEach((module) => modules.add(module));
}

// --- Who gives it ---

const rows = readList();
const listed = new Map(rows.map((row) => [row.name, row]));

// The Debian packages that own these files, by file.
function owners(paths) {
	const found = new Map();
	if (paths.length > 0) {
		for (const line of output('dpkg-query', '-S', ...paths).split('\n')) {
			const [, name, file] = /^([^:]+)(?::\w+)?: (.*)$/.exec(line) ?? [];
			if (file)
				found.set(file, name);
		}
	}
	return found;
}

function isEverywhere(name) {
	return / yes$|^required /.test(
		output('dpkg-query', '-W', '-f', '${Priority} ${Essential}\n', name).split('\n')[0]);
}

function checkHeaders(complain) {
	const places = [
		output('gcc', '-print-file-name=include').trim(),
		`/usr/include/${output('gcc', '-print-multiarch').trim()}`, '/usr/include',
		...output('pkg-config', '--cflags-only-I', ...modules).trim().split(/\s+/).map((flag) => flag.slice(2)),
	].filter(Boolean);
	const fileOf = new Map();
	for (const header of headers.keys()) {
		const place = places.find((folder) => existsSync(path.join(folder, header)));
		fileOf.set(header, place && realpathSync(path.join(place, header)));
	}
	const ownerOf = owners([...fileOf.values()].filter(Boolean));
	for (const [header, where] of headers) {
		const owner = ownerOf.get(fileOf.get(header));
		const name = along.find(([pattern]) => pattern.test(owner))?.[1] ?? owner;
		if (!name)
			complain(`<${header}>, included by ${where}, is in no package installed here`);
		else if (!listed.has(name))
			complain(`<${header}>, included by ${where}, is in ${name}, which is not listed`);
		else if (!/^test\//.test(where) && listed.get(name).purpose !== 'build')
			complain(`<${header}>, included by ${where}, is in ${name}, which is not listed for build`);
	}
	for (const module of modules) {
		if (!rows.some((row) => row.gives.includes(`${module}.pc`)))
			complain(`no listed package gives the pkg-config module ${module}`);
	}
}

function checkCommands(complain) {
	const own = new Set(output('bash', '-c', 'compgen -b; compgen -k').split('\n'));
	// What bats brings to a suite.
	for (const word of ['load', 'run', 'skip', 'bats_require_minimum_version', '@test'])
		own.add(word);
	const places = ['/usr/bin', '/usr/sbin', '/bin', '/sbin'];
	const fileOf = new Map();
	for (const command of commands.keys()) {
		if (own.has(command) || functions.has(command) || optional.has(command) || !/^[\w.+-]+$/.test(command))
			continue;
		if (rows.some((row) => row.gives.includes(command)))
			continue;
		const place = places.find((folder) => existsSync(path.join(folder, command)));
		fileOf.set(command, place && path.join(place, command));
	}
	// A file is known to dpkg by the name that its package gave it: before /bin became /usr/bin, or
	// as what an alternative stands for.
	const names = (file) => [file, file.replace(/^\/usr\//, '/'), realpathSync(file)];
	const ownerOf = owners([...fileOf.values()].filter(Boolean).flatMap(names));
	for (const [command, file] of fileOf) {
		const where = commands.get(command);
		const owner = file && names(file).map((name) => ownerOf.get(name)).find(Boolean);
		if (!owner)
			complain(`${command}, called by ${where}, is given by no row and is not installed here`);
		else if (!isEverywhere(owner))
			complain(`${command}, called by ${where}, is in ${owner}, which has no row that gives it`);
	}
	for (const [command, where] of commands) {
		const row = rows.find(({ gives }) => gives.includes(command));
		if (row && /^conf\//.test(where) && !/^(run|build|deb)$/.test(row.purpose) && !/^npm/.test(command))
			complain(`${command}, called by ${where}, is listed for ${row.purpose} only`);
	}
}

function checkPlaces(complain) {
	for (const [place, where] of places) {
		const names = [...new Set(owners([place]).values())];
		if (names.length === 0)
			complain(`${place}, used by ${where}, is in no package installed here`);
		else if (!names.some((name) => listed.has(name) || isEverywhere(name)))
			complain(`${place}, used by ${where}, is in ${names.join(' and ')}, which has no row`);
	}
}

function checkRows(complain) {
	const isUsed = (what) => {
		if (what.endsWith('.h'))
			return headers.has(what);
		if (what.endsWith('.pc'))
			return modules.has(what.slice(0, -3));
		if (what.startsWith('-'))
			return everything.includes(what);
		return commands.has(what) || new RegExp(`(^|[\\s("'])${what}([\\s)"']|$)`, 'm').test(everything);
	};
	for (const { name, gives } of rows) {
		if (name.startsWith('npm:')) {
			const manifest = path.join(tree, name.slice(4), 'package.json');
			if (!existsSync(manifest) || !existsSync(manifest.replace('.json', '-lock.json'))) {
				complain(`${name} has no package.json with a lock file`);
				continue;
			}
			const { dependencies, devDependencies } = JSON.parse(readFileSync(manifest, 'utf8'));
			gives.push(...Object.keys({ ...dependencies, ...devDependencies }));
			continue;
		}
		for (const what of gives) {
			if (!isUsed(what))
				complain(`nothing uses ${what}, for which ${name} is listed`);
		}
		const content = output('dpkg-query', '-L', name).split('\n');
		for (const what of content.length > 1 ? gives : []) {
			if (!what.startsWith('-') && !content.some((file) => file.endsWith(`/${what}`)))
				complain(`${name} does not hold ${what}`);
		}
	}
}

// --- Run ---

readTree();
const tests = [
	['every header comes from a listed package', checkHeaders],
	['every command comes from a listed package or is on every machine', checkCommands],
	['every file that is used by its place comes from a listed package or is on every machine', checkPlaces],
	['every listed package gives what it is listed for, and that is used', checkRows],
];
console.log(`1..${tests.length}`);
for (const [name, test] of tests) {
	const complaints = [];
	test((complaint) => complaints.push(complaint));
	complaints.forEach((complaint) => console.log(`# ${complaint}`));
	console.log(`${complaints.length > 0 ? 'not ok' : 'ok'} - ${name}`);
	if (complaints.length > 0)
		process.exitCode = 1;
}
