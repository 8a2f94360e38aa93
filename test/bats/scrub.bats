#!/usr/bin/env bats
# Bytes of who was erased leave the database and its log, though a reader stands in the way and the process
# that owes it ends: by a stop, or by kill -9.

load helper
load sync

# Of an account that is erased: what is looked for afterwards.
erase_beside_reader() {
	service_start
	open_account
	push "$token" "$(totals "$(day)" 5)"
	sqlite3 -separator $'\t' "$state/breath.db" >"$BATS_TEST_TMPDIR/needles" <<-END
		.timeout 5000
		SELECT 'an account_id', 'bytes', hex(uid) FROM account;
		SELECT 'a handle', 'text', handle FROM account;
		SELECT 'a device_id', 'bytes', hex(uid) FROM device;
		SELECT 'the hash of a token', 'bytes', hex(hash) FROM token;
	END
	# A reader that sees the database as it is now, for as long as this lives.
	coproc READER { exec sqlite3 "$state/breath.db" 3>&-; }
	# shellcheck disable=SC2153 # coproc sets it
	reader_pid=$READER_PID
	echo 'BEGIN; SELECT count(*) FROM account;' >&"${READER[1]}"
	read -r -u "${READER[0]}" _
	api DELETE /sync/account '' "$token"
	expect_status 204
	run -1 traces
}

teardown() {
	[ -z "${reader_pid:-}" ] || kill "$reader_pid" 2>/dev/null || :
	services_stop "$BATS_TEST_TMPDIR"
}

let_reader_go() {
	kill "$reader_pid"
	wait "$reader_pid" || :
	reader_pid=
}

traces() {
	node "$BATS_TEST_DIRNAME/find-traces.mjs" "$BATS_TEST_TMPDIR/needles" "$state" >/dev/null
}

@test "erased bytes do not survive a restart beside a reader" {
	erase_beside_reader
	service_stop
	service_start
	run -1 traces
	let_reader_go
	eventually traces
	run -0 breathctl check
}

@test "erased bytes do not survive kill -9 beside a reader" {
	erase_beside_reader
	# shellcheck disable=SC2046 # several
	kill -KILL $(pids_of sync.fcgi) $(pids_of stats.fcgi) $(pids_of leaderboard.fcgi)
	let_reader_go
	eventually traces
	run -0 breathctl check
}

@test "erased bytes do not survive a stop, when the reader goes first" {
	erase_beside_reader
	let_reader_go
	service_stop
	traces
}

@test "a clean stop leaves the database alone in one file" {
	service_start
	local i
	for i in {1..5}; do
		open_account
		push "$token" "$(totals "$(day)" 5)"
	done
	service_stop
	[ ! -e "$state/breath.db-wal" ]
	[ ! -e "$state/breath.db-shm" ]
	# So a copy of that one file is all of it, and stays so whatever looks at it while the service is stopped.
	cp "$state/breath.db" "$BATS_TEST_TMPDIR/copy.db"
	[ "$(sqlite3 "$BATS_TEST_TMPDIR/copy.db" 'SELECT count(*), sum(xp) FROM account')" = '5|25' ]
	for i in check stats purge backup; do
		breathctl $i
		[ ! -e "$state/breath.db-wal" ]
	done
	service_start
	state_of "$token"
	expect_json '.xp == 5'
}

# Whoever stops last takes the log away, whichever it is.
@test "executables that stop at the same moment leave no log behind" {
	local i
	for i in {1..8}; do
		service_start
		open_account
		push "$token" "$(totals "$(day)" 5)"
		service_stop
		[ ! -e "$state/breath.db-wal" ]
	done
	[ "$(sqlite3 "$state/breath.db" 'SELECT count(*) FROM account')" -eq 8 ]
}
