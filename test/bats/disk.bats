#!/usr/bin/env bats
# Disks with faults: what cannot be stored is refused with 503, reads go on, nothing that was acknowledged
# is lost, and all is well again by itself when the fault is over.

load helper
load sync
load load

setup_file() {
	gcc -shared -fPIC -O2 -D_GNU_SOURCE -o "$BATS_FILE_TMPDIR/disk.so" \
		"$BATS_TEST_DIRNAME/../fault/disk.c" -ldl
}

teardown() {
	local failed=0
	services_stop "$BATS_TEST_TMPDIR" || failed=1
	[ ! -d "$BATS_TEST_TMPDIR/small" ] || umount "$BATS_TEST_TMPDIR/small"
	return $failed
}

# Starts a service on a disk whose faults are made by fault().
service_start_faulty() {
	# A sanitizer wants to be loaded first itself.
	needs plain-build
	service_start LD_PRELOAD="$BATS_FILE_TMPDIR/disk.so" FAULT_FILE=/breath.db \
		FAULT_CONTROL="$BATS_TEST_TMPDIR/state/fault"
}

# fault [WORD]: as disk.c has them; none: the disk is good.
fault() {
	echo "${1:-}" >"$state/fault"
}

# A request that would write is refused as one that may be tried again.
expect_unavailable() {
	expect_problem 503 unavailable
	[ "$(header retry-after)" -ge 1 ]
	[ "$(header retry-after)" -le 60 ]
}

# All that reads works, by TOKEN.
expect_reads() { # TOKEN
	local path
	for path in /sync /sync/devices /sync/imports /sync/export "/sync?today=$(day)"; do
		api GET "$path" '' "$1"
		expect_status 200
	done
	# What is refused for what it says is still refused for that.
	api POST /sync '{}' "$1"
	expect_problem 422 missing_member
	fetch /api/v1/sync -H 'Authorization: Bearer x'
	expect_problem 401 token_malformed
}

# All that would write, by TOKEN, is refused; all that reads works.
expect_only_reads() { # TOKEN
	local request path
	push "$1" "$(totals "$(day)" 1000)"
	expect_unavailable
	import "$1" "$(hex 32)" '[]'
	expect_unavailable
	for request in 'POST /sync/token' 'POST /sync/recovery-code' 'POST /sync/pairings' 'DELETE /sync/account'; do
		# shellcheck disable=SC2086 # two
		api $request '' "$1"
		expect_unavailable
	done
	for path in accounts devices; do
		api POST /sync/$path '{"device":{"kind":"cli"}}' "$1"
		expect_unavailable
	done
	expect_reads "$1"
}

# The same executable, a moment later, takes what it refused.
expect_recovered() { # TOKEN
	[ "$(pids_of sync.fcgi)" = "$pid" ]
	push "$1" "$(totals "$(day)" 1000)"
	expect_status 200
	expect_json '.xp == 1000'
	api DELETE /sync/account '' "$1"
	expect_status 204
	open_account
}

for_each_fault() {
	local word
	for word in enospc erofs eio fsync; do
		"$1" "$word"
	done
}

refuse_and_recover() {
	local pid mine
	open_account
	mine=$token
	push "$mine" "$(totals "$(day)" 5)"
	local before
	before=$(database .dump)
	pid=$(pids_of sync.fcgi)
	fault "$1"
	expect_only_reads "$mine"
	# Nothing of it is there.
	[ "$(database .dump)" = "$before" ]
	fault
	expect_recovered "$mine"
}

@test "a disk that is full, read-only, broken or not durable: writes get 503 and leave nothing, reads go on, and it passes" {
	service_start_faulty
	for_each_fault refuse_and_recover
	run -0 breathctl check
	[ "$(database 'PRAGMA integrity_check')" = ok ]
}

@test "nothing acknowledged is lost when the disk fails again and again under load" {
	service_start_faulty
	local i
	load_start
	for i in {1..6}; do
		for_each_fault fail_for_a_moment
	done
	load_stop '24 faults'
	[ "$(sed 's/.* \([0-9]*\) unavailable.*/\1/' "$BATS_TEST_TMPDIR/load")" -gt 100 ]
	run -0 breathctl check
	[ "$(database 'PRAGMA integrity_check')" = ok ]
	# And what is on the disk is what the processes thought.
	service_stop
	service_start
	verify_journal
}

refusals() {
	grep -c 'status=503' "$state/log/sync.fcgi.log" || :
}

has_refused() { # COUNT
	[ "$(refusals)" -ge "$1" ]
}

# Until some pushes were refused, and then until some are acknowledged.
fail_for_a_moment() {
	local refused
	refused=$(refusals)
	fault "$1"
	eventually has_refused $((refused + 5))
	fault
	pushes_go_on 20
}

is_served() { # TOKEN
	api GET /sync '' "$1" && [ "$status_code" = 200 ]
}

@test "killed while the disk was failing, it starts again with all that was acknowledged" {
	service_start_faulty
	local word
	for word in enospc eio fsync; do
		open_account
		push "$token" "$(totals "$(day)" 7)"
		fault $word
		push "$token" "$(totals "$(day)" 8)"
		expect_unavailable
		kill_one sync.fcgi
		fault
		eventually is_served "$token"
		expect_json '.xp == 7 or .xp == 8'
		run -0 breathctl check
	done
}

@test "an account that was not used for a week can be read on a full disk" {
	service_start_faulty
	open_account
	alter_database "UPDATE account SET used_day = used_day - 30, created_day = created_day - 30"
	fault enospc
	state_of "$token"
	fault
	state_of "$token"
	[ "$(database 'SELECT used_day FROM account')" -eq "$(day_number "$(day)")" ]
}

@test "breathctl says that the disk is full, changes nothing, and works again afterwards" {
	service_start_faulty
	open_account
	# Something for a purge to delete.
	alter_database 'INSERT INTO quota VALUES (18262, 0, 5)'
	local before command
	before=$(database .dump)
	fault enospc
	for command in epoch purge; do
		LD_PRELOAD=$BATS_FILE_TMPDIR/disk.so FAULT_FILE=/breath.db FAULT_CONTROL=$state/fault \
			run -1 breathctl $command
		[[ $output == *"breathctl: $command"* ]]
	done
	LD_PRELOAD=$BATS_FILE_TMPDIR/disk.so FAULT_FILE=/breath.db FAULT_CONTROL=$state/fault \
		run -0 breathctl stats
	[ "$(database .dump)" = "$before" ]
	fault
	run -0 breathctl epoch
	run -0 breathctl purge
}

# Everything of the service on a file system of its own, logs and all, which a file then fills.
@test "a file system that is full to the last byte under load: as promised, and all is well when the file goes" {
	needs mounting
	local small=$BATS_TEST_TMPDIR/small pid
	mkdir "$small"
	mount -t tmpfs -o size=24m,mode=700 tmpfs "$small"
	# Not kept from being filled: this is about the very last byte.
	service_start STATE="$small/state" BREATH_DISK_RESERVE_MIB=0
	pid=$(pids_of sync.fcgi)
	open_account
	local mine=$token
	push "$mine" "$(totals "$(day)" 5)"
	load_start

	dd if=/dev/zero of="$small/filler" bs=64k status=none || :
	dd if=/dev/zero of="$small/filler" bs=512 oflag=append conv=notrunc status=none || :
	# A small write may find room in the last block of a file; a large one does not, nor do many.
	local i
	for i in {1..100}; do
		push "$mine" "$(totals "$(day)" "$((i + 5))")"
		[ "$status_code" = 200 ] || break
	done
	expect_unavailable
	expect_reads "$mine"
	rm "$small/filler"
	expect_recovered "$mine"
	pushes_go_on
	load_stop 'a full file system'
	[ "$(sed 's/.* \([0-9]*\) unavailable.*/\1/' "$BATS_TEST_TMPDIR/load")" -gt 50 ]
	run -0 breathctl check
	[ "$(database 'PRAGMA integrity_check')" = ok ]
}
