#!/usr/bin/env bats
# breathctl backup: of a database that is being written to, and of broken ones.

load helper
load sync

setup_file() {
	export master=$BATS_FILE_TMPDIR/master.db
	local BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	service_start
	open_account
	push "$token" "$(totals "$(day)" 10)" "$(totals "$(day -1)" 5)"
	open_account web
	push "$token" "$(totals "$(day)" 40)"
	service_stop
	sqlite3 "$state/breath.db" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
	cp "$state/breath.db" "$master"
	gcc -shared -fPIC -O2 -D_GNU_SOURCE -o "$BATS_FILE_TMPDIR/disk.so" \
		"$BATS_TEST_DIRNAME/../fault/disk.c" -ldl
}

setup() {
	state=$BATS_TEST_TMPDIR/state
	mkdir "$state"
	cp "$master" "$state/breath.db"
	backups=$state/backup
	today=$backups/breath-$(day).db
}

# An older backup, of so many days ago.
make_old() { # DAYS...
	local days
	mkdir -p "$backups"
	for days; do
		cp "$master" "$backups/breath-$(day "-$days").db"
	done
}

# Every backup that is there, by its days.
kept() {
	local file
	for file in "$backups"/breath-*.db; do
		[ ! -e "$file" ] || echo $((($(date +%s) / 86400) - $(day_number "$(basename "$file" .db | cut -c 8-)")))
	done | sort -n | tr '\n' ' '
}

# A backup needs nothing beside it, and is what it should be.
expect_backup() { # FILE
	local look=$BATS_TEST_TMPDIR/look
	rm -rf "$look"
	mkdir "$look"
	cp "$1" "$look/breath.db"
	state=$look run -0 breathctl check
	[ "$(sqlite3 "file:$1?immutable=1" 'PRAGMA journal_mode')" = delete ]
	[ "$(sqlite3 "file:$1?immutable=1" 'PRAGMA application_id')" -eq "$(day_number "$(day)")" ]
	[ "$(stat -c %a "$1")" = 600 ]
}

@test "a backup is the database, in one file that is its owner's alone, and says where it is" {
	umask 000
	run -0 breathctl backup
	[ "${lines[0]}" = "made $today" ]
	[ "${lines[1]}" = '2 accounts, 0 findings' ]
	[ "${lines[2]}" = "1 backups are kept, the oldest of $(day)" ]
	[ "$(ls -A "$backups")" = "breath-$(day).db" ]
	[ "$(stat -c %a "$backups")" = 700 ]
	expect_backup "$today"
	diff <(sqlite3 "$today" .dump) <(sqlite3 "$master" .dump)
}

@test "a second one on the same day takes the place of the first" {
	breathctl backup
	sqlite3 "$state/breath.db" "UPDATE account SET handle = 'other-name-0001' WHERE account = 1"
	run -0 breathctl backup
	[ "$(kept)" = '0 ' ]
	[ "$(sqlite3 "$today" 'SELECT handle FROM account WHERE account = 1')" = other-name-0001 ]
}

@test "another folder is where the configuration says" {
	BREATH_BACKUP_DIR=$BATS_TEST_TMPDIR/elsewhere run -0 breathctl backup
	expect_backup "$BATS_TEST_TMPDIR/elsewhere/breath-$(day).db"
	[ ! -e "$backups" ]
}

@test "backups under load are whole, hold what was acknowledged before them, and no request fails" {
	local journal=$BATS_TEST_TMPDIR/journal load turn copy
	rm -r "$state"
	service_start
	backups=$state/backup today=$state/backup/breath-$(day).db
	node "$BATS_TEST_DIRNAME/../fault/load.mjs" "$url" push "$journal" >"$BATS_TEST_TMPDIR/load" 2>&1 3>&- &
	load=$!
	eventually grep -q '"push"' "$journal"
	for turn in {1..8}; do
		copy=$BATS_TEST_TMPDIR/journal.$turn
		cp "$journal" "$copy"
		run -0 breathctl backup
		mv "$today" "$BATS_TEST_TMPDIR/$turn.db"
	done
	kill -TERM $load
	wait $load
	sed 's/^/# 8 backups: /' "$BATS_TEST_TMPDIR/load" >&3
	[[ $(<"$BATS_TEST_TMPDIR/load") == *', 0 failures, 0 unavailable, '* ]]
	service_stop
	for turn in {1..8}; do
		expect_backup "$BATS_TEST_TMPDIR/$turn.db"
		# A journal's last line may have been copied by half.
		node "$BATS_TEST_DIRNAME/journal-in-backup.mjs" "$BATS_TEST_TMPDIR/journal.$turn" "$BATS_TEST_TMPDIR/$turn.db"
	done
}

@test "what the log of pages grew by is given back" {
	rm -r "$state"
	service_start
	open_account
	local i
	for i in {1..40}; do push "$token" "$(totals "$(day)" "$i")"; done
	[ "$(stat -c %s "$state/breath.db-wal")" -gt 0 ]
	breathctl backup
	[ "$(stat -c %s "$state/breath.db-wal")" -eq 0 ]
	push "$token" "$(totals "$(day)" 99)"
	expect_status 200
}

@test "a backup holds no open pairing code, whose expiry is a moment" {
	rm -r "$state"
	service_start
	open_account
	pairing_code "$token"
	[ "$(database 'SELECT count(*) FROM pairing')" = 1 ]
	# As the row has it: behind the hash, the account being so small that it takes no byte.
	local needle=$BATS_TEST_TMPDIR/needle
	database "SELECT 'expiry' || char(9) || 'bytes' || char(9)
		|| lower(hex(substr(hash, 31))) || printf('%08x', expires_s) FROM pairing" >"$needle"
	breathctl backup
	[ "$(sqlite3 "$state/backup/breath-$(day).db" 'SELECT count(*) FROM pairing')" = 0 ]
	run -1 node "$BATS_TEST_DIRNAME/find-traces.mjs" "$needle" "$state/breath.db" "$state/breath.db-wal"
	run -0 node "$BATS_TEST_DIRNAME/find-traces.mjs" "$needle" "$state/backup"
	redeem "$code"
	expect_status 201
}

@test "backups older than 30 days go, and nothing else does" {
	make_old 1 29 30 31 32 400
	touch "$backups/breath-2020-01-01.db.mine" "$backups/notes" "$backups/breath-2020-13-01.db" \
		"$backups/xbreath-2020-01-01.db"
	run -0 breathctl backup
	[[ ${lines[2]} == "4 backups are kept, the oldest of $(day -30)" ]]
	[ -e "$backups/breath-2020-01-01.db.mine" ]
	[ -e "$backups/notes" ]
	[ -e "$backups/xbreath-2020-01-01.db" ]
	rm "$backups/breath-2020-13-01.db"
	[ "$(kept)" = '0 1 29 30 ' ]
}

@test "a clock that has jumped ahead a year removes no backup" {
	make_old 1 10
	BREATH_DAY_SHIFT=365 run -1 breathctl backup
	[[ $output == *'the clock may be wrong: no old backup was removed'* ]]
	[ -e "$backups/breath-$(day -1).db" ]
	[ -e "$backups/breath-$(day -10).db" ]
}

@test "backups of days to come stay, are named as wrong, and the others are rotated" {
	make_old -1 -2 -400 1 31
	run -0 breathctl backup
	[[ ${lines[2]} == "3 backups are kept, the oldest of $(day -1)" ]]
	[[ ${lines[3]} == "2 more are of days to come, up to $(day 400): nobody knows how old they are"* ]]
	[ "$(kept)" = '-400 -2 -1 0 1 ' ]
}

@test "of a damaged database no backup is made, and none is removed" {
	make_old 1 31
	# A page in the middle of a table.
	dd if=/dev/urandom of="$state/breath.db" bs=1024 seek=8 count=4 conv=notrunc status=none
	run -1 breathctl backup
	[[ $output == *'the database is damaged'* || $output == *'backup failed'* ]]
	[ "$(kept)" = '1 31 ' ]
	[ ! -e "$backups/unfinished.db" ]
	# One that reads well, but holds what its schema forbids.
	cp "$master" "$state/breath.db"
	rm -f "$state/breath.db-wal" "$state/breath.db-shm"
	sqlite3 "$state/breath.db" 'PRAGMA ignore_check_constraints = ON; UPDATE account SET longest = -1 WHERE account = 1'
	run -1 breathctl backup
	[[ $output == *'the database is damaged; no backup was made of it, and none was removed'* ]]
	[ "$(kept)" = '1 31 ' ]
}

@test "figures that are not as counted are told, and the backup is made: its rows are good" {
	sqlite3 "$state/breath.db" 'UPDATE account SET xp = xp + 1 WHERE account = 1'
	run -1 breathctl backup
	[[ $output == *'account 1 keeps xp 16, counted are 15'* ]]
	[[ $output == *'the backup is made, but figures in the database are not as counted'* ]]
	[ "$(kept)" = '0 ' ]
}

@test "a disk that is full, broken or read-only leaves the backups as they were" {
	# A sanitizer wants to be loaded first itself.
	needs plain-build
	make_old 1 31
	local word
	for word in enospc eio erofs; do
		echo $word >"$BATS_TEST_TMPDIR/fault"
		LD_PRELOAD=$BATS_FILE_TMPDIR/disk.so FAULT_FILE=/unfinished.db FAULT_CONTROL=$BATS_TEST_TMPDIR/fault \
			run -1 breathctl backup
		[[ $output == *'breathctl: backup failed'* ]]
		[ "$(kept)" = '1 31 ' ]
		[ ! -e "$backups/unfinished.db" ]
	done
	# What cannot be made durable is none either.
	echo fsync >"$BATS_TEST_TMPDIR/fault"
	LD_PRELOAD=$BATS_FILE_TMPDIR/disk.so FAULT_FILE=/unfinished.db FAULT_CONTROL=$BATS_TEST_TMPDIR/fault \
		run -1 breathctl backup
	[ "$(kept)" = '1 31 ' ]
	run -0 breathctl backup
	[ "$(kept)" = '0 1 ' ]
}

@test "a place without room is told before anything is written" {
	needs mounting
	mkdir "$backups"
	mount -t tmpfs -o size=32k tmpfs "$backups"
	run breathctl backup
	umount "$backups"
	[ "$status" = 1 ]
	[[ $output == *"$backups has room for "*' bytes, and the copy needs '* ]]
}

@test "two at once: the second is refused" {
	mkdir "$backups"
	flock --close "$backups" sleep 120 3>&- &
	local holder=$!
	eventually run ! flock -n "$backups" true
	run -1 breathctl backup
	[[ $output == *'another backup is being made'* ]]
	kill $holder
	wait $holder || :
	run -0 breathctl backup
}

@test "one that is killed leaves nothing that is called a backup, and the next one is made" {
	random_from_seed
	local i
	for i in {1..10}; do
		# The program itself: a function in the background would be a shell that waits for it.
		BREATH_DATABASE=$state/breath.db "$BUILD/breathctl" -c /dev/null backup >/dev/null 2>&1 3>&- &
		sleep "0.0$((RANDOM % 4))"
		kill -KILL $! 2>/dev/null || :
		wait $! 2>/dev/null || :
		[ ! -e "$today" ] || expect_backup "$today"
	done
	run -0 breathctl backup
	[ "$(ls -A "$backups")" = "breath-$(day).db" ]
}

@test "what is no folder, and a database that is not there, are told" {
	touch "$backups"
	run -1 breathctl backup
	[[ $output == *"$backups"* ]]
	rm "$backups" "$state/breath.db"
	run -1 breathctl backup
	[[ $output == *"there is no database at $state/breath.db"* ]]
}
