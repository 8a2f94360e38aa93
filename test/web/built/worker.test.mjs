/**
 * The service worker as it is built, on a platform that fails.
 */

import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import vm from 'node:vm';
import { build } from '../../api/tables.mjs';

const ORIGIN = 'https://breath.example';

/** Runs the worker; tells what it answers a request with, null where it leaves the request alone. */
function start({ caches, clients = [], fetch }) {
	const listeners = {};
	const self = {
		location: new URL(`${ORIGIN}/sw.js`),
		clients: { matchAll: async () => clients, claim: async () => {} },
		addEventListener: (name, listener) => {
			listeners[name] = listener;
		},
	};
	vm.runInNewContext(readFileSync(join(build, 'release/sw.js'), 'utf8'), {
		self, caches, URL, Response, crypto: webcrypto, btoa, fetch: fetch ?? (async ({ url }) => `from the network: ${url}`),
	});
	const dispatch = (name, event) => {
		const works = [];
		let answer = null;
		listeners[name]({ ...event, waitUntil: (work) => works.push(work), respondWith: (given) => {
			answer = given;
		} });
		return { answer, done: Promise.all(works) };
	};
	return {
		dispatch,
		ask: (path, mode = 'navigate') => dispatch('fetch', { request: { method: 'GET', mode, url: ORIGIN + path } }),
	};
}

const broken = async () => {
	throw new DOMException('the disk fails', 'UnknownError');
};

test('a browser whose caches cannot be read gets its pages from the network', async () => {
	const { ask } = start({ caches: { open: broken, match: broken, keys: broken, delete: broken } });
	for (const [path, mode] of [['/', 'navigate'], ['/breathe', 'navigate'], ['/favicon.svg', 'no-cors'], ['/app/old-ABCDEFGH.js', 'cors']]) {
		const { answer, done } = ask(path, mode);
		assert.equal(await answer, `from the network: ${ORIGIN}${path}`);
		await done;
	}
});

test('what is asked of the service passes by', () => {
	const { ask } = start({ caches: { open: broken, match: broken, keys: broken, delete: broken } });
	for (const path of ['/api/v1/sync', '/s/abc', '/problems', '/css/tokens.css']) {
		assert.equal(ask(path, 'cors').answer, null);
	}
});

/** The files as they are built. */
const fetchBuilt = async (path) => new Response(readFileSync(join(build, 'release', path === '/' ? 'index.html' : path)));

/** Caches in memory, in the order of their making, as the platform has them. */
function memoryCaches(names) {
	const all = new Map(names.map((name) => [name, new Map()]));
	const open = (name) => {
		if (!all.has(name)) {
			all.set(name, new Map());
		}
		const entries = all.get(name);
		return {
			size: entries.size,
			match: async (url) => entries.get(url)?.clone(),
			put: async (url, response) => void entries.set(url, response),
		};
	};
	return {
		keys: async () => [...all.keys()],
		open: async (name) => open(name),
		delete: async (name) => all.delete(name),
		match: async (url, { cacheName }) => all.get(cacheName)?.get(url)?.clone(),
	};
}

test('an older version is kept for its tabs alone, and a younger one that is being fetched is let be', async () => {
	const caches = memoryCaches(['breath-master.oldest']);
	const clients = [{ id: 'tab of the oldest' }];
	const { dispatch, ask } = start({ caches, clients, fetch: fetchBuilt });
	await dispatch('install', {}).done;
	const [, name] = await caches.keys();
	await caches.open('breath-master.younger');
	await dispatch('activate', {}).done;
	clients.push({ id: 'tab of this version' });
	await ask('/breathe').done;
	assert.deepEqual(await caches.keys(), ['breath-master.oldest', name, 'breath-master.younger']);
	clients.shift();
	await ask('/breathe').done;
	assert.deepEqual(await caches.keys(), [name, 'breath-master.younger']);
	await ask('/breathe').done;
	assert.deepEqual(await caches.keys(), [name, 'breath-master.younger']);
});

test('a version that comes back is the youngest again', async () => {
	const caches = memoryCaches([]);
	const { dispatch, ask } = start({ caches, fetch: fetchBuilt });
	await dispatch('install', {}).done;
	const [name] = await caches.keys();
	await caches.open('breath-master.taken-back');
	await dispatch('install', {}).done;
	await dispatch('activate', {}).done;
	await ask('/').done;
	assert.deepEqual(await caches.keys(), [name]);
});

test('a file that is not the one meant is asked for once more, past the browser\'s own cache, and else nothing is kept', async () => {
	for (const isEverRight of [true, false]) {
		const caches = memoryCaches([]);
		const asked = [];
		const { dispatch } = start({ caches, fetch: async (path, { cache }) => {
			if (path !== '/favicon.svg') {
				return fetchBuilt(path);
			}
			asked.push(cache);
			return isEverRight && cache === 'reload' ? fetchBuilt(path) : new Response('<h1>Welcome to our hotel</h1>');
		} });
		const { done } = dispatch('install', {});
		await (isEverRight ? done : assert.rejects(done, /favicon/));
		assert.deepEqual(asked, ['default', 'reload']);
		const [name] = await caches.keys();
		const there = name ? (await caches.open(name)).size : 0;
		assert.ok(isEverRight ? there > 10 : there === 0, `${there} files`);
	}
});
