#!/usr/bin/env bats
# bats file_tags=alone
# Several processes write to one database: fairly, one at a time, and none of them for ever.

load helper
load sync
load load

# The longest time in which no push was acknowledged.
pause_ms() {
	sed -n 's/.* \([0-9]*\) ms at most from one to the next.*/\1/p' "$BATS_TEST_TMPDIR/load"
}

# second_writer WORD...: see second_writer.c.  In the background by exec, so that its process id is told.
second_writer() {
	"$BUILD/test/bats/second_writer" "$state/breath.db" "$@"
}

# Both have waited for turns of the same machine in the same seconds, whatever else it had to do.
@test "a second process does not wait longer than a push, at the 99th percentile, while syncs saturate the store" {
	# A sanitizer takes the time that is measured here.
	needs plain-build
	local waits=$BATS_TEST_TMPDIR/waits wait_ms push_ms
	service_start
	LOAD_DEVICES=32 LOAD_REST_MS=0 load_start
	second_writer write 500 5 >"$waits"
	sed 's/^/# a second process: /' "$waits" >&3
	load_stop 'beside it'
	wait_ms=$(sed -n 's/.* p99_ms=\([0-9]*\)\..*/\1/p' "$waits")
	push_ms=$(sed -n 's/.* \([0-9]*\) ms for 99 of 100.*/\1/p' "$BATS_TEST_TMPDIR/load")
	[ "$wait_ms" -lt $((2 * push_ms + 50)) ]
	# And it stands in no push's way.
	[ "$(pause_ms)" -lt 5000 ]
	[ "$(database 'SELECT used FROM quota WHERE what = 99')" -eq 500 ]
	run -0 breathctl check
}

@test "three processes that write as fast as they can beside the service get their turns too" {
	local i pids=()
	service_start
	LOAD_REST_MS=0 load_start
	for i in 1 2 3; do
		second_writer write 300 0 >"$BATS_TEST_TMPDIR/waits.$i" 3>&- &
		pids+=($!)
	done
	for i in 1 2 3; do
		wait "${pids[i - 1]}"
		sed 's/^/# one of three: /' "$BATS_TEST_TMPDIR/waits.$i" >&3
	done
	load_stop 'beside them'
	[ "$(pause_ms)" -lt 5000 ]
	[ "$(database 'SELECT used FROM quota WHERE what = 99')" -eq 900 ]
	run -0 breathctl check
}

@test "breathctl over and over beside syncs: all of it goes through, and check finds nothing, at any moment" {
	service_start
	LOAD_REST_MS=2 load_start
	local i
	for i in {1..8}; do
		breathctl check >"$BATS_TEST_TMPDIR/check" || {
			cat "$BATS_TEST_TMPDIR/check"
			return 1
		}
		breathctl stats >/dev/null
		breathctl purge >/dev/null
	done
	load_stop 'beside breathctl'
	[ "$(pause_ms)" -lt 5000 ]
}

@test "a process that keeps the turn: pushes end in 503 after ten seconds, reads go on, and its death frees the turn" {
	service_start
	open_account
	local mine=$token began took_us
	push "$mine" "$(totals "$(day)" 5)"
	exec 8< <(exec "$BUILD/test/bats/second_writer" "$state/breath.db" hold 3>&-)
	local holder=$! line
	read -r line <&8
	[ "$line" = holding ]

	began=$EPOCHREALTIME
	(
		BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
		state_of "$mine"
		expect_sums 5
	) &
	local reading=$!
	push "$mine" "$(totals "$(day)" 6)"
	took_us=$((${EPOCHREALTIME/./} - ${began/./}))
	expect_problem 503 unavailable
	[ "$(header retry-after)" -ge 1 ]
	wait $reading
	[ $took_us -gt 8000000 ]
	[ $took_us -lt 60000000 ]

	# One that waits when the turn comes free is served.
	{
		sleep 0.5
		kill -KILL $holder
	} &
	push "$mine" "$(totals "$(day)" 7)"
	expect_status 200
	expect_sums 7
	# What the dead one had not committed is not there.
	[ "$(database 'SELECT count(*) FROM quota WHERE what = 99')" -eq 0 ]
	run -0 breathctl check
}

@test "a process that is killed at any moment of its writing gives its turn back" {
	random_from_seed
	service_start
	open_account
	local i
	for i in {1..8}; do
		"$BUILD/test/bats/second_writer" "$state/breath.db" write 10000 0 >/dev/null 2>&1 3>&- &
		sleep "0.$((RANDOM % 300 + 100))"
		kill -KILL $!
		wait $! || :
		push "$token" "$(totals "$(day)" "$i")"
		expect_status 200
		expect_sums "$i"
	done
	run -0 breathctl check
}
