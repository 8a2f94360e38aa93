/** conf/monitoring names only what the service tells: metrics, their labels, problems and families. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { tables, tree } from '../api/tables.mjs';

const read = (path) => readFileSync(`${tree}/${path}`, 'utf8');
const source = read('lib/family/prometheus.c');
const alerts = read('conf/monitoring/alerts.yml');
const dashboard = JSON.parse(read('conf/monitoring/dashboard.json'));

/** What is told, by kind, and the names under which Prometheus keeps it. */
const metrics = new Map([...source.matchAll(/begin\(page, "(breath_[a-z_]+)", "([a-z]+)"/g)].map(([, name, kind]) => [name, kind]));
const names = new Set([...metrics].flatMap(([name, kind]) => (
	kind === 'histogram' ? ['_bucket', '_sum', '_count'].map((ending) => name + ending) : [name]
)));
const labels = new Set([...source.matchAll(/\b([a-z]+)=\\"/g)].map(([, label]) => label));

const rules = alerts.split(/^ {6}- alert: /m).slice(1).map((text) => ({
	name: text.split('\n')[0],
	expr: /^ {8}expr: (.+)$/m.exec(text)?.[1],
	text,
}));
const panels = dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr, legendFormat }) => ({ name: title, expr, text: legendFormat })));

test('there is something to hold against each other', () => {
	assert.ok(metrics.size >= 7 && labels.size >= 5 && rules.length >= 8 && panels.length >= 8);
});

for (const { name, expr, text } of [...rules, ...panels]) {
	test(`${name} asks for what there is`, () => {
		assert.ok(expr, 'it has an expression');
		const asked = expr.match(/\bbreath_[a-z_]+/g) ?? [];
		assert.deepEqual(asked.filter((metric) => !names.has(metric)), []);
		assert.ok(asked.length > 0 || /\b(up|node_systemd_unit_state)\{/.test(expr), 'and asks for something of ours');
		for (const [, list] of expr.matchAll(/\bby \(([^)]+)\)/g)) {
			assert.deepEqual(list.split(', ').filter((label) => !labels.has(label)), []);
		}
		for (const [, code] of expr.matchAll(/\bcode="([^"]+)"/g)) {
			assert.ok(tables.problems.some((problem) => problem.code === code), code);
		}
		for (const [, label] of text.matchAll(/\{\{ ?(?:\$labels\.)?([a-z]+) ?\}\}/g)) {
			assert.ok(labels.has(label) || label === 'name', label);
		}
		assert.equal(expr.split('(').length, expr.split(')').length, 'brackets are closed');
		// A counter only ever grows: it is its rate that tells something, and a gauge has none.
		for (const metric of asked) {
			const counts = /_total$|_bucket$|_sum$|_count$/.test(metric);
			assert.equal(new RegExp(`(rate|increase)\\(${metric}\\b`).test(expr), counts, metric);
		}
	});
}

test('every metric is on the dashboard', () => {
	const shown = panels.map(({ expr }) => expr).join(' ');
	assert.deepEqual([...metrics.keys()].filter((name) => !shown.includes(name)), []);
});

test('every rule says how urgent it is and what to do first', () => {
	for (const { name, text } of rules) {
		assert.match(text, /^ {8}labels: \{ severity: (page|ticket) \}$/m, name);
		assert.match(text, /^ {10}summary: \S/m, name);
		assert.match(text, /^ {10}action: \S/m, name);
	}
});

test('commands that rules name are there', () => {
	const commands = read('cgi-src/breathctl.c');
	for (const [, command] of alerts.matchAll(/"breathctl ([a-z]+)"/g)) {
		assert.ok(commands.includes(`{"${command}", `), command);
	}
});

test('what is scraped is a path of the API, at the listener that both sites have for it', () => {
	const configuration = read('conf/monitoring/prometheus.yml');
	const [, path] = /metrics_path: (\S+)/.exec(configuration);
	const [, target] = /targets: \["([^"]+)"\]/.exec(configuration);
	const item = JSON.parse(read('htdocs/api/openapi.json')).paths[path];
	assert.ok(item?.get, path);
	assert.deepEqual(item.servers.map(({ url }) => url), [`http://${target}`]);
	assert.ok(read('conf/nginx/breath-master.conf').includes(`\tlisten ${target} default_server;`));
	assert.ok(read('conf/apache/breath-master.conf').includes(`\nListen ${target}\n`));
});

test('panels do not lie on each other', () => {
	const ids = dashboard.panels.map(({ id }) => id);
	assert.equal(new Set(ids).size, ids.length);
	const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) => (
		Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`)
	));
	assert.equal(new Set(cells).size, cells.length);
});
