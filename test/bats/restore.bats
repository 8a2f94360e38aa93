#!/usr/bin/env bats
# breathctl restore: what a backup brings back, and what it must not.

load helper
load sync
load shares

setup() {
	chain=()
}

# backup NAME: makes one and moves it out of the rotation's reach. Sets kept_backup.
backup() {
	breathctl backup >/dev/null
	kept_backup=$BATS_TEST_TMPDIR/$1.db
	mv "$state/backup/breath-$(day).db" "$kept_backup"
}

# restart after restoring: the same folder, another port.
restore() { # FILE
	service_stop
	run -0 breathctl restore "$1"
	service_start
}

# What there is to lose, without the lock and what SQLite makes anew; -shm comes and goes with it.
bytes() {
	(cd "$state" && find . -maxdepth 1 -type f -name 'breath.db*' ! -name '*.lock' ! -name '*-shm' | sort | xargs sha256sum)
}

# The file and its people. A service that runs writes a count of its own now and then, so bytes say nothing.
who_is_there() {
	stat -c %i "$state/breath.db" && database 'SELECT * FROM account; SELECT * FROM token'
}

epoch() {
	breathctl stats | awk '$1 == "epoch" { print $2 }'
}

@test "a restore brings back what was there, in a new epoch, and keeps what it replaces" {
	service_start
	open_account
	push "$token" "$(totals "$(day)" 5)"
	backup one
	local before
	before=$(epoch)
	push "$token" "$(totals "$(day)" 9)"
	service_stop
	run -0 breathctl restore "$kept_backup"
	[ "${lines[0]}" = "restored $kept_backup, of $(day)" ]
	[ "${lines[1]}" = '1 accounts, 0 findings' ]
	local old
	old=$state/breath.db.replaced-$(day)
	[[ $output == *"the database that was there is $old, for 30 days"* ]]
	[ "$(sqlite3 "$old" 'SELECT xp FROM account')" = 9 ]
	[ "$(sqlite3 "$state/breath.db" 'SELECT xp FROM account')" = 5 ]
	[ "$(sqlite3 "$state/breath.db" 'PRAGMA journal_mode')" = wal ]
	[ "$(sqlite3 "$state/breath.db" 'PRAGMA application_id')" = 0 ]
	[ "$(stat -c %a "$state/breath.db")" = 600 ]
	[ ! -e "$state/breath.db.new" ]
	service_start
	[ "$(epoch)" != "$before" ]
	state_of "$token"
	expect_sums 5
	# A second one of the same day gets a name of its own, and what was replaced can itself be put back.
	restore "$old"
	[ -e "$state/breath.db.replaced-$(day)-2" ]
	state_of "$token"
	expect_sums 9
	run -0 breathctl check
}

@test "restore refuses while the service runs, whatever is left of it, and changes nothing" {
	service_start
	open_account
	backup one
	local before
	before=$(who_is_there)
	run -1 breathctl restore "$kept_backup"
	[[ $output == *'the database is in use'* ]]
	[[ $output == *'breathctl: stop the service first'* ]]
	# What a service leaves behind that was killed is nobody: it is the lock that counts.
	kill_service
	[ "$(who_is_there)" = "$before" ]
	run -0 breathctl restore "$kept_backup"
}

@test "whatever is no backup of ours is refused, and changes nothing" {
	service_start
	open_account
	backup one
	service_stop
	local before bad=$BATS_TEST_TMPDIR/bad.db
	before=$(bytes)
	refused() { # TEXT
		run -1 breathctl restore "$bad"
		[[ $output == *$1* ]] || {
			echo "$output"
			return 1
		}
		[ "$(bytes)" = "$before" ]
	}
	refused 'unable to open database file'
	: >"$bad"
	refused 'restore failed'
	head -c 20000 /dev/urandom >"$bad"
	refused 'file is not a database'
	rm "$bad"
	sqlite3 "$bad" 'CREATE TABLE diary (text); PRAGMA application_id = 20000000'
	refused 'is no database of Breath Master'
	rm "$bad"
	sqlite3 "$bad" 'CREATE TABLE diary (text)'
	refused 'restore failed'
	cp "$kept_backup" "$bad"
	sqlite3 "$bad" 'PRAGMA user_version = 9999'
	refused 'migrations newer than this program'
	head -c 12000 "$kept_backup" >"$bad"
	refused 'malformed'
	cp "$kept_backup" "$bad"
	dd if=/dev/urandom of="$bad" bs=1024 seek=6 count=12 conv=notrunc status=none
	refused 'breathctl: '
	run -2 breathctl restore
	# And the good one is none of these.
	run -0 breathctl restore "$kept_backup"
}

@test "a backup from before what is remembered is refused: who was erased since would be back" {
	service_start
	open_account
	backup one
	service_stop
	local before
	before=$(bytes)
	sqlite3 "$kept_backup" "PRAGMA application_id = $(($(day_number "$(day)") - 36))"
	run -1 breathctl restore "$kept_backup"
	[[ $output == *"is of $(day -36): what was erased since is remembered for 35 days only"* ]]
	[ "$(bytes)" = "$before" ]
	sqlite3 "$kept_backup" "PRAGMA application_id = $(($(day_number "$(day)") - 35))"
	run -0 breathctl restore "$kept_backup"
}

@test "a backup of a day to come is of unknown age, and restored only with force" {
	service_start
	open_account
	backup one
	service_stop
	local before words
	before=$(bytes)
	sqlite3 "$kept_backup" "PRAGMA application_id = $(($(day_number "$(day)") + 2))"
	run -1 breathctl restore "$kept_backup"
	[[ $output == *"is of $(day 2), a day to come"*"breathctl restore $kept_backup force"* ]]
	[ "$(bytes)" = "$before" ]
	for words in Force please 'force force'; do
		# shellcheck disable=SC2086 # words
		run -2 breathctl restore "$kept_backup" $words
	done
	[ "$(bytes)" = "$before" ]
	run -0 breathctl restore "$kept_backup" force
	[[ $output == *'1 accounts, 0 findings'* ]]
	# One of tomorrow needs none, and force makes none of those good that are too old.
	sqlite3 "$kept_backup" "PRAGMA application_id = $(($(day_number "$(day)") + 1))"
	run -0 breathctl restore "$kept_backup"
	sqlite3 "$kept_backup" "PRAGMA application_id = $(($(day_number "$(day)") - 36))"
	run -1 breathctl restore "$kept_backup" force
}

@test "a backup of an older schema is brought up to the program's" {
	local file=$BATS_TEST_TMPDIR/old.db
	sqlite3 "$file" <"$tree/sql/0001-progress.sql"
	sqlite3 "$file" "PRAGMA user_version = 1; INSERT INTO store VALUES (1, randomblob(8));
		INSERT INTO account (uid, handle, recovery_hash, created_day, used_day)
		VALUES (randomblob(16), 'old-friend-0001', randomblob(32), $(day_number "$(day)"), $(day_number "$(day)"))"
	service_start
	restore "$file"
	run -0 breathctl check
	[ "${lines[-1]}" = '1 accounts, 0 findings' ]
	# What later migrations added says what is known.
	[ "$(database 'SELECT recovery_day = created_day FROM account')" = 1 ]
}

@test "nobody and nothing that was erased, removed, revoked or left since the backup comes back" {
	service_start
	local mine mine_old second third leaver renamed stays merged source recovery old_handle one two gone_id
	open_account # is erased
	local erased=$token
	gone_id=$account_id
	push "$erased" "$(totals "$(day)" 11)"
	open_account # is merged into one that is erased
	merged=$token
	push "$merged" "$(totals "$(day)" 12)"
	open_account # stays, but for parts
	mine=$token recovery=$recovery_code
	push "$mine" "$(totals "$(day)" 13)"
	source=$(hex 32)
	import "$mine" "$source" "$(list "$(totals "$(day -20)" 100)")"
	another_device "$mine"
	second=$token one=$device_id
	another_device "$mine"
	third=$token
	local withdrawn kept
	share "$mine" level
	withdrawn=$id
	share "$mine" level
	kept=$id
	open_account # leaves boards
	leaver=$token
	push "$leaver" "$(totals "$(day)" 14)"
	api PUT /leaderboard/me '{"visible":true}' "$leaver"
	expect_status 200
	open_account # takes another pseudonym
	renamed=$token old_handle=$handle
	push "$renamed" "$(totals "$(day)" 15)"
	api PUT /leaderboard/me '{"visible":true}' "$renamed"
	open_account # does nothing
	stays=$token
	push "$stays" "$(totals "$(day)" 16)"
	api PUT /leaderboard/me '{"visible":true}' "$stays"
	backup one

	open_account # comes later, takes one in, and is erased
	local later=$token
	pairing_code "$later"
	redeem "$code" "$merged" true
	expect_status 200
	api DELETE /sync/account '' "$merged"
	expect_status 204
	api DELETE /sync/account '' "$erased"
	expect_status 204
	api DELETE "/sync/imports/$source" '' "$mine"
	expect_status 204
	api DELETE "/sync/devices/$one" '' "$mine"
	expect_status 204
	api POST /sync/token '' "$third"
	expect_status 200
	two=$(json .token)
	state_of "$two"
	api POST /sync/recovery-code '' "$mine"
	expect_status 200
	api PUT /leaderboard/me '{"visible":false}' "$leaver"
	expect_status 200
	api POST /leaderboard/me/handle '' "$renamed"
	expect_status 200

	withdraw "$mine" "$withdrawn"

	restore "$kept_backup"
	local line
	for line in 'accounts erased again: 2' 'imports removed again: 1' 'devices revoked again: 1' \
		'tokens stopped again: 1' 'recovery codes stopped again: 1' 'accounts taken off boards again: 1' \
		'pseudonyms given up again: 1' 'shares withdrawn again: 1'; do
		[[ $(printf '%s\n' "${lines[@]}") == *"$line"* ]] || {
			echo "not told: $line"
			printf '%s\n' "${lines[@]}"
			return 1
		}
	done
	api GET /sync '' "$erased"
	expect_problem 401 token_unknown
	api GET /sync '' "$merged"
	expect_problem 401 token_unknown
	state_of "$mine"
	expect_sums 13
	api GET /sync/imports '' "$mine"
	expect_json '.imports == []'
	api GET /stats/me/shares '' "$mine"
	expect_json '[.shares[].id] == [$id]' --arg id "$kept"
	fetch "/s/$withdrawn"
	expect_status 404
	api GET /sync '' "$second"
	expect_problem 401 token_revoked
	api GET /sync '' "$third"
	expect_problem 401 token_revoked
	recover "$recovery"
	expect_problem 401 recovery_code_unknown
	api GET '/leaderboard?metric=xp&period=all'
	expect_json '[.entries[].value] == [16]'
	state_of "$leaver"
	state_of "$renamed"
	[ "$(json .handle)" != "$old_handle" ]
	state_of "$stays"
	expect_sums 16
	run -0 breathctl check
	# Not a byte of who was erased, in what the service works on.
	printf 'account\ttext\t%s\naccount\tbytes\t%s\n' "$gone_id" "${gone_id//-/}" |
		node "$BATS_TEST_DIRNAME/find-traces.mjs" - "$state/breath.db" "$state/breath.db.gone" "$state/breath.db.gone-key"
}

@test "the list of what is gone names nobody, is its owner's alone, and no backup holds it or its key" {
	service_start
	open_account
	push "$token" "$(totals "$(day)" 5)"
	{
		printf 'account\ttext\t%s\naccount\tbytes\t%s\n' "$account_id" "${account_id//-/}"
		printf 'pseudonym\ttext\t%s\ntoken\ttext\t%s\n' "$handle" "$token"
		printf 'hashes\tbytes\t%s\n' "$(database 'SELECT lower(hex(hash)) FROM token')" \
			"$(database 'SELECT lower(hex(recovery_hash)) FROM account')"
	} >"$BATS_TEST_TMPDIR/needles"
	api POST /sync/recovery-code '' "$token"
	api POST /leaderboard/me/handle '' "$token"
	api DELETE /sync/account '' "$token"
	expect_status 204
	node "$BATS_TEST_DIRNAME/find-traces.mjs" "$BATS_TEST_TMPDIR/needles" "$state"
	# A line of the day, a letter and a hash each; the first is of the key.
	[ "$(cut -c 1-13 "$state/breath.db.gone" | tr '\n' '|')" = "$(printf '%s k |%s r |%s h |%s a |' "$(day)" "$(day)" "$(day)" "$(day)")" ]
	run ! grep -vE '^[0-9]{4}-[0-9]{2}-[0-9]{2} [a-z] [0-9a-f]{64}$' "$state/breath.db.gone"
	[ "$(stat -c %a "$state/breath.db.gone" "$state/breath.db.gone-key" | sort -u)" = 600 ]
	breathctl backup
	printf 'key\tbytes\t%s\n' "$(od -An -v -tx1 "$state/breath.db.gone-key" | tr -d ' \n')" |
		node "$BATS_TEST_DIRNAME/find-traces.mjs" - "$state/backup" "$state/breath.db" "$state/breath.db.gone" "$state/log"
}

@test "what cannot be put on the list is not erased; what is on it by mistake is forgotten" {
	# A sanitizer wants to be loaded first itself.
	needs plain-build
	gcc -shared -fPIC -O2 -D_GNU_SOURCE -o "$BATS_TEST_TMPDIR/disk.so" "$BATS_TEST_DIRNAME/../fault/disk.c" -ldl
	service_start LD_PRELOAD="$BATS_TEST_TMPDIR/disk.so" FAULT_FILE=/breath.db.gone FAULT_CONTROL="$BATS_TEST_TMPDIR/state/fault"
	local mine word
	open_account
	mine=$token
	for word in enospc eio fsync erofs; do
		echo $word >"$state/fault"
		api DELETE /sync/account '' "$mine"
		expect_problem 503 unavailable
		# Whatever erases nothing goes on.
		push "$mine" "$(totals "$(day)" "$((++xp))")"
		expect_status 200
	done
	: >"$state/fault"
	service_stop
	# The line is there, and then it is COMMIT that fails.
	service_start LD_PRELOAD="$BATS_TEST_TMPDIR/disk.so" FAULT_FILE=/breath.db-wal FAULT_CONTROL="$BATS_TEST_TMPDIR/state/fault"
	echo enospc >"$state/fault"
	api DELETE /sync/account '' "$mine"
	expect_problem 503 unavailable
	: >"$state/fault"
	grep -q ' a ' "$state/breath.db.gone"
	state_of "$mine"
	run -0 breathctl purge
	[[ $output == *'forgot '*' lines about what was erased or revoked'* ]]
	run ! grep ' a ' "$state/breath.db.gone"
	backup one
	restore "$kept_backup"
	state_of "$mine"
}

# erase_all FILE: each token of the file erases its account once; prints how many were told that it is done.
erase_all() {
	local done=0
	while read -r token; do
		if api DELETE /sync/account '' "$token" && [ "$status_code" = 204 ]; then
			done=$((done + 1))
		fi
	done <"$1"
	echo $done
}

@test "kills while accounts are erased: who is gone stays gone after a restore, and who is not stays" {
	random_from_seed
	service_start BREATH_ACCOUNTS_PER_DAY=100000
	local tokens=$BATS_TEST_TMPDIR/tokens killer killed=0 pid
	node "$BATS_TEST_DIRNAME/crowd.mjs" "$url" open 400 >"$BATS_TEST_TMPDIR/crowd"
	jq -r '.tokens[0]' "$BATS_TEST_TMPDIR/crowd" | head -n 300 >"$tokens"
	backup one
	erase_all "$tokens" >"$BATS_TEST_TMPDIR/done" 2>/dev/null 3>&- &
	killer=$!
	while kill -0 $killer 2>/dev/null; do
		for pid in $(pids_of sync.fcgi); do
			# Not too soon: conf/run gives up what dies over and over.
			if [ "$(lived_s "$pid" || echo 0)" -ge 1 ] && kill -KILL "$pid"; then
				killed=$((killed + 1))
			fi
		done
		sleep "0.0$((RANDOM % 10))"
	done
	wait $killer
	echo "# $killed kills, $(<"$BATS_TEST_TMPDIR/done") of 300 told that they are erased" >&3
	[ $killed -gt 0 ]
	eventually answers 401 /api/v1/sync
	run -0 breathctl purge
	database 'SELECT hex(uid) FROM account' | sort >"$BATS_TEST_TMPDIR/before"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/before")" -le $((400 - $(<"$BATS_TEST_TMPDIR/done"))) ]
	restore "$kept_backup"
	database 'SELECT hex(uid) FROM account' | sort >"$BATS_TEST_TMPDIR/after"
	diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
	run -0 breathctl check
}

@test "lines older than 35 days go, younger ones and those of others stay" {
	service_start
	open_account
	api DELETE /sync/account '' "$token"
	open_account
	api DELETE /sync/account '' "$token"
	open_account
	local list=$state/breath.db.gone
	sed -i "2s/^.........../$(day -36) /; 3s/^.........../$(day -35) /" "$list"
	run -0 breathctl purge
	[[ $output == *'forgot 1 lines about what was erased or revoked'* ]]
	[ "$(cut -c 1-12 "$list" | tr '\n' '|')" = "$(printf '%s k|%s a|' "$(day)" "$(day -35)")" ]
	[ "$(stat -c %a "$list")" = 600 ]
	# Half a line, which a crash may leave, is no line, and is written over.
	printf '2026-01-01 a 0123' >>"$list"
	api DELETE /sync/account '' "$token"
	expect_status 204
	run ! grep -vE '^[0-9]{4}-[0-9]{2}-[0-9]{2} [a-z] [0-9a-f]{64}$' "$list"
	[ "$(wc -l <"$list")" = 3 ]
}

@test "a list that is damaged, or whose key is not its own, keeps a restore from erasing too little" {
	service_start
	open_account
	backup one
	api DELETE /sync/account '' "$token"
	service_stop
	local list=$state/breath.db.gone
	cp "$list" "$BATS_TEST_TMPDIR/list"
	cp "$list-key" "$BATS_TEST_TMPDIR/key"
	rm "$list-key"
	run -1 breathctl restore "$kept_backup"
	[[ $output == *"$list is of no use without $list-key"* ]]
	head -c 32 /dev/urandom >"$list-key"
	run -1 breathctl restore "$kept_backup"
	[[ $output == *"$list was written with another key than $list-key"* ]]
	head -c 31 /dev/urandom >"$list-key"
	run -1 breathctl restore "$kept_backup"
	[[ $output == *"$list-key is not a key of 32 bytes"* ]]
	cp "$BATS_TEST_TMPDIR/key" "$list-key"
	sed -i '2s/^./x/' "$list"
	run -1 breathctl restore "$kept_backup"
	[[ $output == *"$list: line 2 is damaged"* ]]
	# Without a list, on a new machine, the administrator is told what that may mean.
	rm "$list" "$list-key" "$state/breath.db"
	run -0 breathctl restore "$kept_backup"
	[[ $output == *"there is no $list: if anybody was erased since, on another machine, they are back"* ]]
	[[ $output == *'1 accounts, 0 findings'* ]]
}

@test "a restore that is killed leaves the old database or the new one, and the next one does it" {
	service_start
	open_account
	push "$token" "$(totals "$(day)" 5)"
	backup one
	push "$token" "$(totals "$(day)" 9)"
	service_stop
	random_from_seed
	local turn xp
	for turn in {1..12}; do
		# The program itself: a function in the background would be a shell that waits for it.
		BREATH_DATABASE=$state/breath.db "$BUILD/breathctl" -c /dev/null restore "$kept_backup" >/dev/null 2>&1 3>&- &
		sleep "0.0$(printf %02d $((RANDOM % 40)))"
		kill -KILL $! 2>/dev/null || :
		wait $! 2>/dev/null || :
		# For a moment there may be none; what there is is one of both, whole.
		[ -e "$state/breath.db" ] || continue
		xp=$(sqlite3 "$state/breath.db" 'SELECT xp FROM account')
		[[ $xp = 9 || $xp = 5 ]]
		run -0 breathctl check
	done
	run -0 breathctl restore "$kept_backup"
	[ "$(sqlite3 "$state/breath.db" 'SELECT xp FROM account')" = 5 ]
	grep -q . <(sqlite3 "$state/breath.db.replaced-$(day)" 'SELECT xp FROM account WHERE xp = 9')
	run -0 breathctl check
}

@test "at no moment of a restore is there no database" {
	[[ $BUILD != *san-* ]] || skip 'a sanitizer wants to be loaded first itself'
	service_start
	open_account
	backup one
	open_account
	# Killed, so that a log is left.
	kill_service
	[ -s "$state/breath.db-wal" ]
	gcc -shared -fPIC -O2 -D_GNU_SOURCE -o "$BATS_TEST_TMPDIR/moments.so" "$tree/test/fault/moments.c" -ldl
	LD_PRELOAD=$BATS_TEST_TMPDIR/moments.so MOMENT_FILE=$state/breath.db MOMENT_LOG=$BATS_TEST_TMPDIR/moments \
		run -0 breathctl restore "$kept_backup"
	[[ $output == *'1 accounts, 0 findings'* ]]
	[ ! -e "$BATS_TEST_TMPDIR/moments" ]
	# What was there is kept, with what was in the log.
	[ "$(sqlite3 "$state/breath.db.replaced-$(day)" 'SELECT count(*) FROM account')" -eq 2 ]
	[ ! -e "$state/breath.db-wal" ]
}

@test "a restore over a database that is damaged beyond opening puts the backup in its place" {
	service_start
	open_account
	backup one
	service_stop
	head -c 20000 /dev/urandom >"$state/breath.db"
	head -c 20000 /dev/urandom >"$state/breath.db-wal"
	run -0 breathctl restore "$kept_backup"
	[[ $output == *'1 accounts, 0 findings'* ]]
	[ -e "$state/breath.db.replaced-$(day)" ]
	run -0 breathctl check
}

@test "where an interrupted restore has left no database, nobody advises init" {
	service_start
	open_account
	backup one
	service_stop
	rm "$state/breath.db"
	touch "$state/breath.db.new"
	run -1 breathctl check
	[[ $output == *"there is no database at $state/breath.db, but $state/breath.db.new: a restore or an import was interrupted; run it again"* ]]
	[[ $output != *init* ]]
	run -0 breathctl restore "$kept_backup"
	run -0 breathctl check
}

@test "a copy put back by hand beside a log that was left: epoch says what is wrong" {
	service_start
	local i
	for i in {1..20}; do
		open_account
	done
	backup one
	for i in {1..60}; do
		open_account
		# What the log holds from now on goes with a later state of the database.
		[ "$i" != 40 ] || breathctl backup >/dev/null
	done
	kill_service
	[ -s "$state/breath.db-wal" ]
	cp "$kept_backup" "$state/breath.db"
	run -1 breathctl epoch
	[[ $output == *"beside it lay $state/breath.db-wal, the log of the one that was there before"*'put the copy back once more'* ]]
	# As it says.
	cp "$kept_backup" "$state/breath.db"
	rm -f "$state"/breath.db-{wal,shm}
	run -0 breathctl epoch
	run -0 breathctl check
	[[ ${lines[-1]} == '20 accounts, 0 findings' ]]
}

@test "old databases that restores have kept go after 30 days, with their logs" {
	service_start
	local old=$state/breath.db.replaced-
	touch "$old$(day -31)" "$old$(day -31)-wal" "$old$(day -31)-2" "$old$(day -30)" "$old$(day -30)-wal" "$state/breath.db.mine"
	open_account
	run -0 breathctl backup
	[ "$(cd "$state" && echo breath.db.replaced-*)" = "breath.db.replaced-$(day -30) breath.db.replaced-$(day -30)-wal" ]
	[ -e "$state/breath.db.mine" ]
}

@test "after yesterday's backup was put back the clients bring back every day that they hold" {
	service_start
	local clients=$BATS_TEST_TMPDIR/clients
	node "$BATS_TEST_DIRNAME/companions.mjs" "$url" open "$clients" 40
	breathctl backup >/dev/null
	mv "$state/backup/breath-$(day).db" "$state/backup/breath-$(day -1).db"
	node "$BATS_TEST_DIRNAME/companions.mjs" "$url" practise "$clients"
	restore "$state/backup/breath-$(day -1).db"
	local before
	before=$(database 'SELECT sum(xp) FROM account')
	run -0 node "$BATS_TEST_DIRNAME/companions.mjs" "$url" return "$clients"
	echo "# $output" >&3
	[ "$(database 'SELECT sum(xp) FROM account')" -gt "$before" ]
	run -0 breathctl check
	[ "${lines[-1]}" = '40 accounts, 0 findings' ]
}
