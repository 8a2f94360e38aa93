#!/usr/bin/env bats
# What an administrator gives to Prometheus, given to one: how it reads the service, the rules, the dashboard's queries.

load helper
load sync

setup_file() {
	! lacks usual-build >/dev/null || return 0
	env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory -C "$tree" install PREFIX="$BATS_FILE_TMPDIR/usr" \
		SYSCONFDIR="$BATS_FILE_TMPDIR/etc" >&2
	service_start
}

setup() {
	needs usual-build
	monitoring=$BATS_FILE_TMPDIR/usr/share/breath-master/monitoring
}

@test "its configuration and the rules are ones that Prometheus takes, where make install puts them" {
	promtool check config "$monitoring/prometheus.yml"
	promtool check rules --lint=all --lint-fatal "$monitoring/alerts.yml"
	rm -r "$BATS_TEST_TMPDIR"
	cp -r "$monitoring" "$BATS_TEST_TMPDIR"
	rm "$monitoring/alerts.yml"
	run -1 promtool check config "$monitoring/prometheus.yml"
	cp "$BATS_TEST_TMPDIR/alerts.yml" "$monitoring"
}

@test "every rule fires when it should, and does not when it should not" {
	local rules=$tree/conf/monitoring/alerts.yml cases=$BATS_TEST_DIRNAME/data/alerts.yml
	promtool test rules "$cases"
	local name
	while read -r name; do
		grep -qx "      - alertname: $name" "$cases"
		grep -q "      - { alertname: $name, eval_time: .* }" "$cases"
	done < <(sed -n 's/^ *- alert: //p' "$rules")
}

@test "what the service tells is what Prometheus expects, by its own checks" {
	open_account
	push "$token" "$(totals "$(day)" 1)"
	fetch_metrics
	run -0 promtool check metrics <"$body_file"
	[ -z "$output" ] || { echo "$output" && false; }
	sed 's/breath_requests_total/breath_requests/' "$body_file" >"$BATS_TEST_TMPDIR/worse"
	run -3 promtool check metrics <"$BATS_TEST_TMPDIR/worse"
}

# query EXPR: fails where it is none, or there is no figure for it. (Of a family that nobody asks there is none: NaN.)
query() {
	prometheus query --data-urlencode "query=$1" && expect_json '.data.result | any(.[]; .value[1] | test("^[0-9.]+$"))'
}

# in_time COMMAND...: eventually, saying no more than why it did not come true in the end.
in_time() {
	eventually "$@" 2>"$BATS_TEST_TMPDIR/why" || {
		tail -n 3 "$BATS_TEST_TMPDIR/why" >&2
		return 1
	}
}

# prometheus WHAT [CURL OPTION...]: asks its API.
prometheus() {
	local url=$asked
	fetch "/api/v1/$1" -G "${@:2}"
	[ "$status_code" = 200 ] || { echo "$body" && false; } >&2
}

healthy_target() {
	prometheus targets && expect_json '.data.activeTargets | length == 1 and .[0].health == "up"'
}

# Every rule was evaluated and none fires, or is about to.
healthy_rules() {
	prometheus rules && expect_json '[.data.groups[].rules[]] | length >= 8 and
		all(.[]; .health == "ok" and .state == "inactive" and .lastEvaluation > "2000")'
}

@test "Prometheus reads the service, evaluates all rules, and answers every query of the dashboard" {
	local asked pid expr
	asked=http://127.0.0.1:$(free_ports 1)
	# Its own times are too long for a test.
	{
		printf 'global: { evaluation_interval: 1s }\n'
		sed "s|127\.0\.0\.1:9017\"|${metrics_url#http://}\"|; s/scrape_interval: .*/scrape_interval: 1s/" "$monitoring/prometheus.yml"
	} >"$BATS_TEST_TMPDIR/prometheus.yml"
	grep -qF "[\"${metrics_url#http://}\"]" "$BATS_TEST_TMPDIR/prometheus.yml"
	setpriv --pdeathsig TERM prometheus --config.file="$BATS_TEST_TMPDIR/prometheus.yml" --storage.tsdb.path="$BATS_TEST_TMPDIR/tsdb" \
		--web.listen-address="${asked#http://}" --log.level=error >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- &
	pid=$!
	in_time healthy_target

	open_account
	push "$token" "$(totals "$(day)" 1)"
	api GET /sync '' nonsense
	local -a asks
	mapfile -t asks < <(jq -r '.panels[].targets[].expr' "$monitoring/dashboard.json")
	[ ${#asks[@]} -ge 8 ]
	for expr in "${asks[@]}"; do
		in_time query "$expr"
	done
	in_time healthy_rules
	# Of what nobody tells there is nothing, and what is no query is refused.
	run ! query 'breath_nothing'
	run ! prometheus query --data-urlencode 'query=sum by (family'
	kill "$pid"
	wait "$pid"
	[ ! -s "$BATS_TEST_TMPDIR/said" ] || { cat "$BATS_TEST_TMPDIR/said" && false; }
}
