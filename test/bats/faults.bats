#!/usr/bin/env bats
# Faults of disks, files and clocks under a running service: what is answered is a typed error, and nothing
# that was acknowledged is lost. Disks that fail are in disk.bats, processes that are killed in
# durability.bats.

load helper
load sync
load load

setup_file() {
	gcc -shared -fPIC -O2 -D_GNU_SOURCE -o "$BATS_FILE_TMPDIR/disk.so" \
		"$BATS_TEST_DIRNAME/../fault/disk.c" -ldl
}

setup() {
	clients=$BATS_TEST_TMPDIR/clients
}

companions() { # WHAT [COUNT]
	node "$BATS_TEST_DIRNAME/companions.mjs" "$url" "$1" "$clients" "${@:2}"
}

# Everything in the database file and nothing in the log: nobody writes just now.
checkpoint() {
	sqlite3 -cmd '.timeout 5000' "$state/breath.db" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
}

has_left() {
	logs | grep -q 'was taken away; all that was written is in the database file; the process ends'
}

logs() {
	cat "$state"/log/*.fcgi.log
}

# --- A slow disk ---

@test "a disk that takes a quarter of a second to make anything durable: all is acknowledged, and reads do not wait" {
	# A sanitizer wants to be loaded first itself.
	needs plain-build
	# Inside of STATE: an executable reads nothing else.
	service_start LD_PRELOAD="$BATS_FILE_TMPDIR/disk.so" FAULT_FILE=/breath.db FAULT_CONTROL="$BATS_TEST_TMPDIR/state/fault"
	local i began took_ms
	open_account
	load_start
	echo slow >"$state/fault"
	began=${EPOCHREALTIME/[.,]/}
	pushes_go_on 200
	took_ms=$(((${EPOCHREALTIME/[.,]/} - began) / 1000))
	for i in {1..40}; do
		state_of "$token"
	done
	: >"$state/fault"
	load_stop 'a slow disk'
	[[ $(<"$BATS_TEST_TMPDIR/load") == *', 0 failures, 0 unavailable, '* ]]
	# Devices share an fsync: one after the other they would take 50 seconds.
	[ $took_ms -lt 25000 ]
	# By the executable's own clock, which no client's trouble slows: behind a write each read would take 125 ms on average.
	local slow
	slow=$(grep -E 'method=GET route=/ ' "$state/log/sync.fcgi.log" | sed 's/.* ms=//' | sort -n | sed -n 20p)
	echo "# 200 acknowledged in $took_ms ms, half of the reads within $slow ms" >&3
	[ "${slow%.*}" -lt 50 ]
	run -0 breathctl check
}

# --- A corrupted page ---

@test "corrupted pages: a typed error and no wrong figure, check names them, and a restore heals it" {
	service_start
	local page pages turn
	open_account
	push "$token" "$(totals "$(day)" 7)" "$(totals "$(day -40)" 8)"
	companions open 60
	breathctl backup >/dev/null
	mv "$state/backup/breath-$(day).db" "$BATS_TEST_TMPDIR/good.db"
	companions practise
	service_stop
	checkpoint
	# The pages of what people counted, but not of who they are.
	pages=$(sqlite3 "$state/breath.db" "SELECT pageno FROM dbstat WHERE name = 'day' AND pagetype = 'leaf'" 2>/dev/null ||
		sqlite3 "$state/breath.db" "SELECT rootpage FROM sqlite_master WHERE name = 'day'")
	[ -n "$pages" ]
	for page in $pages; do
		dd if=/dev/urandom of="$state/breath.db" bs=1024 seek=$((page - 1)) count=1 conv=notrunc status=none
	done
	service_start
	for turn in {1..5}; do
		api GET /sync/export '' "$token"
		expect_problem 500 internal_error
		# Writing, SQLite gives the whole transaction up: that may be tried again.
		push "$token" "$(totals "$(day)" 9)"
		expect_problem 503 unavailable
	done
	# Whoever is not among them is served, by the same processes.
	open_account
	fetch /
	expect_status 200
	run ! grep -E 'died|keeps dying' "$BATS_TEST_TMPDIR/run.log"
	run -1 breathctl check
	run -1 breathctl backup
	[ ! -e "$state/backup/breath-$(day).db" ]
	service_stop
	run -0 breathctl restore "$BATS_TEST_TMPDIR/good.db"
	service_start
	run -0 companions return
	echo "# $output" >&3
	run -0 breathctl check
}

# --- The log of pages ---

@test "a log of pages that somebody removes under load: nothing acknowledged is lost" {
	service_start
	open_account
	push "$token" "$(totals "$(day)" 5)"
	load_start
	local i
	for i in {1..3}; do
		eventually has_lived sync.fcgi
		rm "$state/breath.db-wal"
		eventually test -e "$state/breath.db-wal"
		pushes_go_on
	done
	load_stop 'a removed log'
	has_left
	run ! grep 'may be lost' <(logs)
	state_of "$token"
	expect_sums 5
	run -0 breathctl check
	# And by processes that start anew.
	service_stop
	service_start
	verify_journal
	run -0 breathctl check
}

has_five() {
	[ "$(database 'SELECT xp FROM account' 2>/dev/null)" = 5 ] && answers 200 /api/v1/sync/health
}

@test "a log of pages that is removed while nobody asks for anything is noticed within seconds" {
	service_start
	open_account
	push "$token" "$(totals "$(day)" 5)"
	rm "$state/breath.db-wal"
	eventually test -e "$state/breath.db-wal"
	eventually has_five
	state_of "$token"
	expect_sums 5
}

@test "a database that somebody moves away is noticed, and whole where it went" {
	service_start
	open_account
	push "$token" "$(totals "$(day)" 5)"
	mv "$state/breath.db" "$BATS_TEST_TMPDIR/moved.db"
	eventually has_left
	[ "$(sqlite3 "file:$BATS_TEST_TMPDIR/moved.db?immutable=1" 'SELECT xp FROM account')" = 5 ]
}

@test "a log that is gone when the service starts: the file is whole as it last was, and an epoch brings back the rest" {
	service_start
	companions open 20
	service_stop
	checkpoint
	service_start
	companions practise
	kill_service
	rm "$state/breath.db-wal"
	breathctl epoch
	service_start
	run -0 companions return
	echo "# $output" >&3
	run -0 breathctl check
	[ "${lines[-1]}" = '20 accounts, 0 findings' ]
}

@test "whatever lies in the place of the log and its index that is none is not taken for one" {
	service_start
	open_account
	push "$token" "$(totals "$(day)" 5)"
	service_stop
	checkpoint
	local bytes
	for bytes in 0 1 31 32 1000 100000; do
		head -c $bytes /dev/urandom >"$state/breath.db-wal"
		head -c 32768 /dev/urandom >"$state/breath.db-shm"
		service_start
		state_of "$token"
		expect_sums 5
		run -0 breathctl check
		service_stop
	done
	# A log that breaks off in the middle, as power failures leave it, ends at its last whole transaction.
	service_start
	for bytes in 6 7 8; do push "$token" "$(totals "$(day)" $bytes)"; done
	kill_service
	head -c 700 /dev/urandom >>"$state/breath.db-wal"
	service_start
	state_of "$token"
	expect_sums 8
	run -0 breathctl check
}

@test "restore is not misled by a stray log beside the database" {
	service_start
	open_account
	push "$token" "$(totals "$(day)" 5)"
	breathctl backup >/dev/null
	push "$token" "$(totals "$(day)" 6)"
	cp "$state/breath.db-wal" "$BATS_TEST_TMPDIR/stray"
	[ -s "$BATS_TEST_TMPDIR/stray" ]
	service_stop
	cp "$BATS_TEST_TMPDIR/stray" "$state/breath.db-wal"
	rm "$state/breath.db"
	run -0 breathctl restore "$state/backup/breath-$(day).db"
	[ ! -s "$state/breath.db-wal" ]
	[ "$(sqlite3 "$state/breath.db" 'SELECT xp FROM account')" = 5 ]
	run -0 breathctl check
}

# --- The clock ---

# Starts a service whose clock is what jump() says.
service_start_clock() {
	# A sanitizer wants to be loaded first itself.
	needs plain-build
	local library
	library=$(find /usr/lib -name libfaketimeMT.so.1 | head -n 1)
	[ -n "$library" ]
	# Inside of STATE: an executable reads nothing else.
	clock=$BATS_TEST_TMPDIR/state/clock
	mkdir "${clock%/*}"
	faked=(LD_PRELOAD="$library" FAKETIME_TIMESTAMP_FILE="$clock" FAKETIME_NO_CACHE=1
		FAKETIME_DONT_FAKE_MONOTONIC=1)
	jump 0
	service_start "${faked[@]}"
}

jump() { # DAYS
	printf '%+dd\n' "$1" >"$clock.new"
	mv "$clock.new" "$clock"
}

@test "a clock that jumps a year ahead, a year back and home again: typed refusals, and nothing is lost" {
	service_start_clock
	local days
	open_account
	push "$token" "$(totals "$(day)" 5)"
	api PUT /leaderboard/me '{"visible":true}' "$token"
	companions open 20
	for days in 365 -365 400 -1000; do
		jump $days
		# Devices are told that their date is not the server's, and keep what they have.
		push "$token" "$(totals "$(day)" 6)"
		expect_problem 422 clock_off
		state_of "$token"
		expect_sums 5
		api GET /sync/export '' "$token"
		expect_status 200
		api GET '/leaderboard?metric=xp&period=week'
		expect_status 200
		# The day's work removes nothing by such a clock.
		if [ $days -gt 0 ]; then
			run -1 env "${faked[@]}" BREATH_DATABASE="$state/breath.db" "$BUILD/breathctl" -c /dev/null purge
			[[ $output == *'wrong clock'* ]]
			run -1 env "${faked[@]}" BREATH_DATABASE="$state/breath.db" "$BUILD/breathctl" -c /dev/null backup
			[[ $output == *'no old backup was removed'* ]]
		fi
		jump 0
		push "$token" "$(totals "$(day)" 5)"
		expect_status 200
	done
	run -0 breathctl check
	api GET '/leaderboard?metric=xp&period=all'
	expect_json '[.entries[].value] == [5]'
	run -0 companions return
	echo "# $output" >&3
	# A code that was made by the wrong clock does not outlive it.
	jump 365
	pairing_code "$token"
	jump 0
	run -0 breathctl purge
	run -0 breathctl check
}
