#!/usr/bin/env bats
# Whether the service is well: health, probes, what executables count, and what is told of it to whom.

load helper
load sync

# begin [NAME=VALUE...]: a service of the test's own, on the day that begin_on says.
begin() {
	service_start "STATE=$BATS_TEST_TMPDIR/state" "$@"
}

# begin_on OFFSET [NAME=VALUE...]: the same, begun or begun again so many days from now.
begin_on() {
	service_stop 2>/dev/null || :
	shifted=$1
	begin "BREATH_DAY_SHIFT=$1" "${@:2}"
}

# The measures as they are now, not as nginx may have them for a second: each request is another one.
service() {
	fetch /api/v1/stats/service -H "Authorization: Bearer $RANDOM"
	expect_status 200
}

metrics() {
	fetch_metrics
	expect_status 200
}

# expect_metric LINE: one of the lines of the last reply.
expect_metric() {
	grep -qxF -- "$1" "$body_file" || {
		echo "no such line: $1" >&2
		grep -F -- "${1%% *}" "$body_file" >&2 || :
		return 1
	}
}

# metric NAME{LABELS}: its value; 0 where there is none.
metric() {
	grep -v '^#' "$body_file" | grep -F -- "$1 " | cut -d ' ' -f 2 | grep . || echo 0
}

# probe: as the timer does it, on the sockets of the service.
probe() {
	(cd "$state" && "$BUILD/breathctl" -c breath.conf probe)
}

# weekday NUMBER: the offset of such a day (1 for Monday) of the fourth week from now.
weekday() {
	echo $((28 + $1 - $(date -u -d "$(day)" +%u)))
}

# practise TOKEN XP DAY...
practise() {
	local id each days=()
	id=$(hex 8)
	for each in "${@:3}"; do
		days+=("$(totals "$each" "$2")")
	done
	api POST /sync "$(push_text "$id" "${chain[$1]:-}" "$(day "${shifted:-0}")" "${days[@]}")" "$1"
	expect_status 200
	chain[$1]=$id
}

# --- Health ---

@test "every family says below its own prefix that it is alive and ready" {
	begin
	local family
	for family in leaderboard stats sync; do
		api GET "/$family/health"
		expect_status 200
		expect_json '. == {live: true, ready: true}'
		expect_header cache-control no-cache
	done
}

@test "who cannot read the store is alive and not ready" {
	begin
	alter_database 'ALTER TABLE store RENAME TO away'
	local family
	for family in leaderboard stats sync; do
		api GET "/$family/health"
		expect_problem 503 unavailable
		expect_header retry-after 5
	done
	run -1 probe
	[[ $output == *'sync answers 503'* ]]
	alter_database 'ALTER TABLE away RENAME TO store'
	run -0 probe
	[ -z "$output" ]
}

# --- Probes ---

@test "a probe notes by the day how often it looked and how often all was well" {
	begin
	run -0 probe
	[ -z "$output" ]
	local pid
	pid=$(pids_of leaderboard.fcgi)
	kill -STOP "$pid"
	eventually grep -q '^State:.*stopped' "/proc/$pid/status"
	run -1 probe
	[ "$output" = 'leaderboard does not answer' ]
	kill -CONT "$pid"
	run -0 probe
	mv "$state/sockets/stats.sock" "$state/sockets/away"
	run -1 probe
	[ "$output" = 'stats does not answer' ]
	mv "$state/sockets/away" "$state/sockets/stats.sock"
	[ "$(database 'SELECT day, probes, up FROM uptime')" = "$(day_number "$(day)")|4|2" ]
	service
	expect_json '.uptime == {first_day: $first, last_day: $last, probes: 4, percent: 50.00, target_percent: 99.90}' \
		--arg first "$(day -29)" --arg last "$(day)"
	grep -q '"percent":50.00,' "$body_file"
}

@test "make run looks by itself, as often as it is told" {
	begin PROBE_EVERY=1
	eventually expect_probes 2
	service_stop
	[ "$(database 'SELECT probes - up FROM uptime')" -eq 0 ]
}

expect_probes() { # LEAST
	[ "$(database 'SELECT coalesce(sum(probes), 0) FROM uptime')" -ge "$1" ]
}

@test "a minute in which nobody looked is unknown, and counts neither as up nor as down" {
	begin
	alter_database "INSERT INTO uptime VALUES ($(day_number "$(day -1)"), 700, 699)"
	api GET /stats/service
	expect_json '.uptime | [.probes, .percent] == [700, 99.85]'
}

@test "uptime is of thirty days, and rounded down" {
	begin
	alter_database "INSERT INTO uptime VALUES ($(day_number "$(day -30)"), 1440, 0),
		($(day_number "$(day -29)"), 100000, 99999)"
	service
	expect_json '.uptime | [.probes, .percent] == [100000, 99.99]'
	alter_database 'DELETE FROM uptime'
	service
	expect_json '.uptime | [.probes, .percent] == [0, null]'
}

# --- What executables count ---

@test "requests are counted by template, class and code, exactly" {
	begin
	open_account
	local i
	metrics
	local before
	before=$(metric 'breath_requests_total{family="sync",method="POST",route="/",class="2xx"}')
	for i in 1 2 3; do
		push "$token" "$(totals "$(day)" $i)"
	done
	for i in 1 2; do
		api DELETE "/sync/devices/$device_id$i" '' "$token"
		api GET "/sync/nothing/$device_id"
	done
	api GET /sync '' nonsense
	api POST /sync '{"today":1' "$token"
	metrics
	[ "$before" -eq 0 ]
	expect_metric 'breath_requests_total{family="sync",method="POST",route="/",class="2xx"} 3'
	expect_metric 'breath_requests_total{family="sync",method="POST",route="/",class="4xx"} 1'
	expect_metric 'breath_requests_total{family="sync",method="DELETE",route="/devices/{device_id}",class="4xx"} 2'
	expect_metric 'breath_requests_total{family="sync",method="-",route="-",class="4xx"} 2'
	expect_metric 'breath_refusals_total{family="sync",code="unknown_device"} 2'
	expect_metric 'breath_refusals_total{family="sync",code="malformed_json"} 1'
	expect_metric 'breath_refusals_total{family="sync",code="token_malformed"} 1'
	expect_metric 'breath_request_duration_seconds_count{family="sync",method="POST",route="/"} 4'
	expect_metric 'breath_request_duration_seconds_bucket{family="sync",method="POST",route="/",le="+Inf"} 4'
	expect_metric 'breath_writes_waiting{family="sync"} 0'
	[ "$(metric 'breath_commit_jobs_sum{family="sync"}')" -ge 4 ]
	[ "$(metric breath_wal_bytes)" -gt 1000 ]
	[ "$(metric 'breath_memory_pss_bytes{family="sync"}')" -gt 500000 ]
	expect_header content-type 'text/plain; version=0.0.4; charset=utf-8'
}

@test "it is text that Prometheus reads: each metric once, with its type, and labels in order" {
	begin
	open_account
	push "$token" "$(totals "$(day)" 1)"
	metrics
	run ! grep -vE '^(# (HELP|TYPE) breath_[a-z_]+ .+|breath_[a-z_]+(\{[a-z]+="[A-Za-z0-9/{}_.+-]*"(,[a-z]+="[A-Za-z0-9/{}_.+-]*")*\})? [0-9.]+)$' "$body_file"
	[ -z "$(grep '^# TYPE' "$body_file" | sort | uniq -d)" ]
	[ -z "$(grep -v '^#' "$body_file" | cut -d ' ' -f 1 | sort | uniq -d)" ]
	# Buckets only grow.
	[ -z "$(awk -F'[{ ]' '/_bucket/ { key = $0; sub(/,?le=.*/, "", key); if (key == last && $NF < value) print; last = key; value = $NF }' "$body_file")" ]
}

@test "no label and no file names anybody, whatever comes in by any way" {
	begin
	open_account
	local first=$token canaries=$BATS_TEST_DIRNAME/data/canaries.tsv needles=$BATS_TEST_TMPDIR/needles
	node "$BATS_TEST_DIRNAME/plant-canaries.mjs" "$url" "$first" "$canaries" "$BATS_TEST_TMPDIR/replies" "$BATS_TEST_TMPDIR/named"
	api GET "/sync/devices/$device_id" '' "$first"
	local evil=evil-canary-line
	api PUT "/sync/imports/$(hex 32)%22%7D%0A$evil%201" '{}' "$first"
	api GET "/stats/me?today=x%22%7D%201%0A$evil" '' "$first"
	fetch /api/v1/sync -X "${evil^^}\"} 1" || :
	metrics
	mkdir "$BATS_TEST_TMPDIR/told"
	cp "$body_file" "$BATS_TEST_TMPDIR/told/metrics"
	service
	cp "$body_file" "$BATS_TEST_TMPDIR/told/service"
	printf '%s\ttext\t%s\n' account_id "$account_id" device_id "$device_id" handle "$handle" token "$first" evil "$evil" |
		cat "$canaries" - >"$needles"
	node "$BATS_TEST_DIRNAME/find-traces.mjs" "$needles" "$BATS_TEST_TMPDIR/told" "$state/metrics"
	[ "$(find "$state/metrics" -name '*.metrics' | wc -l)" -eq 3 ]
}

@test "what stands in a forged file makes no line" {
	begin
	local pid
	pid=$(pids_of sync.fcgi)
	# A route of the running process gets another name, as whoever could write there might give it.
	LC_ALL=C sed 's|/recovery-code|/"} 1\nevil 7 |' "$state/metrics/sync.metrics" >"$BATS_TEST_TMPDIR/forged"
	dd if="$BATS_TEST_TMPDIR/forged" of="$state/metrics/sync.metrics" conv=notrunc status=none
	open_account
	api POST /sync/recovery-code '' "$token"
	expect_status 200
	metrics
	expect_metric 'breath_requests_total{family="sync",method="POST",route="/_}_1_evil_7_",class="2xx"} 1'
	run ! grep -q '^evil' "$body_file"
	kill -0 "$pid"
}

@test "a process that is gone is told as such, and a file that is none is left alone" {
	begin
	metrics
	expect_metric 'breath_up{family="leaderboard"} 1'
	rm "$state/metrics/leaderboard.metrics"
	head -c 20000 /dev/urandom >"$state/metrics/sync.metrics"
	metrics
	expect_metric 'breath_up{family="leaderboard"} 0'
	expect_metric 'breath_up{family="sync"} 0'
	expect_metric 'breath_up{family="stats"} 1'
	service
	expect_json '[.memory.processes[].name] == ["stats"]'
	# One that was killed leaves its file, and the next one takes its place.
	rm "$state/metrics/sync.metrics"
	kill -KILL "$(pids_of leaderboard.fcgi)"
	eventually answers 200 /api/v1/leaderboard/health
	metrics
	expect_metric 'breath_up{family="leaderboard"} 1'
	service_stop
	[ -z "$(ls "$state/metrics")" ]
}

# A tunnel on this machine forwards from its address, and need not say for whom.
@test "the public server has no metrics, for this machine no more than for others" {
	local other header path
	needs address
	other=$(other_address)
	begin ADDRESS=0.0.0.0 TRUSTED_PROXIES=127.0.0.1
	local port=${url##*:}
	for url in "http://127.0.0.1:$port" "http://$other:$port"; do
		for header in 'X-Y: z' 'X-Forwarded-For: 127.0.0.1' 'X-Forwarded-For: ::1' 'X-Forwarded-For: unix:' 'Host: 127.0.0.1' \
			'Forwarded: for=127.0.0.1'; do
			fetch /api/v1/stats/metrics -H "$header"
			expect_problem 404 not_found
			[[ $body != *breath_* ]]
		done
		for path in metrics/ 'metrics?x' '%6detrics' '/metrics' 'x/../metrics' 'metrics%3f' 'metrics;x' 'metrics%20' './metrics'; do
			fetch "/api/v1/stats/$path"
			[ "$status_code" = 404 ]
			[[ $body != *breath_up* ]]
		done
		fetch /api/v1/stats/metrics -X OPTIONS
		expect_problem 404 not_found
		# What everybody may read they can.
		fetch /api/v1/stats/service
		expect_status 200
	done
}

@test "health is the same for everybody: through a proxy stats answered 404, the others 200" {
	local family header other
	needs address
	other=$(other_address)
	begin ADDRESS=0.0.0.0
	local port=${url##*:}
	for url in "http://127.0.0.1:$port" "http://$other:$port"; do
		for family in leaderboard stats sync; do
			for header in 'X-Y: z' 'X-Forwarded-For: 192.0.2.7' 'Via: 1.1 proxy'; do
				fetch "/api/v1/$family/health" -H "$header"
				expect_status 200
			done
		done
	done
}

@test "the metrics have a listener of their own, on this machine only, and it has nothing else" {
	local other path
	needs address
	other=$(other_address)
	begin ADDRESS=0.0.0.0
	metrics
	expect_metric 'breath_up{family="sync"} 1'
	[[ $metrics_url == http://127.0.0.1:* && ${metrics_url##*:} != "${url##*:}" ]]
	run ! curl -s --max-time 10 "http://$other:${metrics_url##*:}/api/v1/stats/metrics"
	url=$metrics_url
	for path in / /index.html /api/openapi.json /api/v1/sync /api/v1/stats/me /api/v1/stats/service /api/v1/stats/health /s/x \
		/api/v1/stats/metrics/ /.problem /.refused; do
		fetch $path
		expect_problem 404 not_found
	done
	fetch /api/v1/stats/metrics -X POST
	expect_problem 405 method_not_allowed
	fetch /api/v1/stats/metrics -X TRACE
	expect_problem 405 method_not_allowed
	service_stop
	[ ! -e "$state/metrics-address" ]
}

@test "a port for the metrics can be chosen, and one in use is a clear refusal" {
	local port
	port=$(free_ports 1)
	begin METRICS_PORT="$port"
	[ "$metrics_url" = "http://127.0.0.1:$port" ]
	metrics
	METRICS_PORT=$port PORT=0 STATE=$BATS_TEST_TMPDIR/other run -1 "$tree/conf/run"
	[[ $output == *"port $port is in use"*METRICS_PORT* ]]
}

# --- By what the service is judged ---

@test "whoever looks every second does not see that somebody came, or what was done" {
	begin
	service
	# Memory is told in megabytes, and grows with the first requests.
	local before
	before=$(json 'del(.memory) | tostring')
	local i
	for i in 1 2 3 4 5 6; do
		open_account web
		older "$account_id" 2
		push "$token" "$(totals "$(day)" 5)" "$(totals "$(day -1)" 5)" "$(totals "$(day -2)" 5)"
		api POST /stats/offers
		rate "$token" 5
		service
		[ "$(json 'del(.memory) | tostring')" = "$before" ]
	done
}

@test "latency is of days that are over, and of a hundred requests or more" {
	begin
	local i
	# Each board is another one, so that none is what nginx has kept.
	for ((i = 1; i <= 60; i++)); do
		fetch "/api/v1/leaderboard?limit=$i"
		api GET /stats/health
	done
	begin_on 1
	# Sixty boards are not enough, and who looks after the service is not served by it.
	[ "$(database 'SELECT sum(requests) FROM latency')" -ge 60 ]
	[ "$(database 'SELECT sum(requests) FROM latency')" -lt 70 ]
	service
	expect_json '.latency | [.p50_ms, .p95_ms, .p99_ms, .percent_in_target] == [null, null, null, null]'
	for ((i = 1; i <= 60; i++)); do
		fetch "/api/v1/leaderboard?limit=$i"
	done
	# Today's are told tomorrow.
	service
	expect_json '.latency.p50_ms == null'
	begin_on 2
	service
	expect_json '.latency | .p50_ms > 0 and .p50_ms <= .p95_ms and .p95_ms <= .p99_ms and .percent_in_target > 50'
	expect_json '.latency | [.first_day, .last_day, .target_ms] == [$first, $last, 100]' --arg first "$(day -28)" --arg last "$(day 1)"
	# Percentiles are bounds that so many keep.
	alter_database "DELETE FROM latency; INSERT INTO latency VALUES ($(day_number "$(day 1)"), 5000, 95),
		($(day_number "$(day)"), 100000, 4), ($(day_number "$(day)"), 500000, 1), ($(day_number "$(day 2)"), 10000000, 1000)"
	service
	expect_json '.latency | [.p50_ms, .p95_ms, .p99_ms, .percent_in_target] == [5, 5, 100, 99]'
}

@test "each process tells its memory, and all of them stay far below what they may take" {
	begin
	open_account
	service
	expect_json '[.memory.processes[].name] == ["leaderboard", "stats", "sync"] and .memory.target_mb == 50'
	expect_json '.memory.mb > 0 and .memory.mb < 50 and all(.memory.processes[]; .mb < 50)'
}

# The offset of a Monday, in a month or two, with which a block of four weeks begins.
block() {
	local offset
	for ((offset = $(weekday 1); (EPOCHSECONDS / 86400 + offset + 3) / 7 % 4 != 0; offset += 7)); do :; done
	echo $offset
}

# come COUNT: so many are shown the offer, take it, and one more account each is opened elsewhere.
come() {
	local i
	for ((i = 0; i < $1; i++)); do
		api POST /stats/offers
		open_account web
		open_account vscode
	done
}

# adoption_on OFFSET: the service on a Wednesday.
adoption_on() {
	begin_on "$1"
	eventually closed
	service
}

@test "how many come is told in fives, from five on, of four closed weeks that are in no other figure" {
	local block
	block=$(block)
	begin_on "$block"
	come 4
	adoption_on $((block + 9))
	expect_json '.adoption | [.offers, .accounts, .daily_minutes] == [null, null, null]'
	come 3
	# Seven, and the block is not over: nobody sees in which week they came.
	adoption_on $((block + 23))
	expect_json '.adoption | [.offers, .accounts] == [null, null]'
	adoption_on $((block + 30))
	expect_json '.adoption | [.offers, .accounts, .daily_minutes] == [5, 5, null]'
	expect_json '.adoption | [.first_day, .last_day] == [$first, $last]' --arg first "$(day "$block")" --arg last "$(day $((block + 27)))"
	local told
	told=$(json .adoption)
	come 6
	adoption_on $((block + 37))
	[ "$(json .adoption)" = "$told" ]
}

@test "adoption never passes a hundred percent: accounts that no offer led to are not counted" {
	local block i
	block=$(block)
	begin_on "$block"
	for i in 1 2 3 4 5 6; do
		api POST /stats/offers
	done
	for ((i = 0; i < 12; i++)); do
		open_account vscode
		open_account web
	done
	adoption_on $((block + 30))
	expect_json '.adoption | [.offers, .accounts] == [5, 5]'
	# Where so few were asked that it is not told, accounts are not told either.
	alter_database 'UPDATE tally SET times = 4 WHERE what = 0'
	service
	expect_json '.adoption | [.offers, .accounts] == [null, null]'
}

# The newest week whose time has come by the service's day is closed.
closed() {
	[ "$(database 'SELECT week FROM closing')" = $(((EPOCHSECONDS / 86400 + shifted - 2 + 3) / 7 - 1)) ]
}

@test "daily use is a seventh of what is published of the week" {
	local monday i each
	monday=$(weekday 1)
	begin_on $((monday + 4))
	local tokens=()
	for i in 1 2 3 4 5 6; do
		open_account
		tokens+=("$token")
	done
	for each in "${tokens[@]}"; do
		practise "$each" 50 "$(day "$monday")" "$(day $((monday + 1)))" "$(day $((monday + 2)))" "$(day $((monday + 3)))"
	done
	begin_on $((monday + 9))
	eventually closed
	service
	expect_json '.adoption.daily_minutes == null'
	open_account
	tokens+=("$token")
	for each in "${tokens[@]}"; do
		practise "$each" 50 "$(day $((monday + 7)))" "$(day $((monday + 8)))" "$(day $((monday + 9)))"
	done
	begin_on $((monday + 16))
	eventually closed
	service
	# Seven people show 480 minutes at most.
	expect_json '.adoption.daily_minutes == 68'
}

# older ACCOUNT_ID DAYS: as if it had been opened so many days earlier.
older() {
	alter_database "UPDATE account SET created_day = created_day - $2 WHERE uid = $(blob "$1")"
}

rate() { # TOKEN RATING
	api POST /stats/feedback "{\"rating\":$2}" "$1"
	expect_status 204
}

# raters COUNT: opens accounts that may rate; sets tokens.
raters() {
	local i
	tokens=()
	for ((i = 0; i < $1; i++)); do
		open_account
		older "$account_id" 2
		practise "$token" 5 "$(day $((shifted - 2)))" "$(day $((shifted - 1)))" "$(day "$shifted")"
		tokens+=("$token")
	done
}

@test "satisfaction is told from five ratings on" {
	local wednesday i ratings=(5 5 5 4)
	wednesday=$(weekday 3)
	begin_on $((wednesday - 7))
	raters 5
	for i in 0 1 2 3; do
		rate "${tokens[i]}" "${ratings[i]}"
	done
	begin_on "$wednesday"
	eventually closed
	service
	expect_json '.satisfaction == {ratings: null, average: null}'
	rate "${tokens[4]}" 2
	service
	expect_json '.satisfaction == {ratings: null, average: null}'
	begin_on $((wednesday + 7))
	eventually closed
	service
	expect_json '.satisfaction == {ratings: 5, average: 4.2}'
}

probes_are_told() { # COUNT
	api GET /stats/service && expect_json ".uptime.probes == $1"
}

@test "the measures are kept for a second, for everybody alike" {
	begin
	api GET /stats/service
	expect_status 200
	expect_header cache-control no-cache
	local first=$body
	alter_database "INSERT INTO uptime VALUES ($(day_number "$(day)"), 7, 7)"
	api GET /stats/service
	[ "$body" = "$first" ] || expect_json '.uptime.probes == 7'
	within 2 probes_are_told 7
	api GET '/stats/service?days=1'
	expect_problem 422 unknown_member '?days'
}
