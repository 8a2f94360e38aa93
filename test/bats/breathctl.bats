#!/usr/bin/env bats
# breathctl, the administrator's command: on a database that a service has filled.

load helper
load sync

# Two people: one with three devices, one of them revoked, and an import; one with a device.
setup_file() {
	export master=$BATS_FILE_TMPDIR/master.db
	local BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR first
	service_start
	open_account
	first=$token
	push "$first" "$(totals "$(day)" 10)" "$(totals "$(day -1)" 5)" "$(totals "$(day -9)" 7)"
	import "$first" "$(hex 32)" "$(list "$(totals "$(day -20)" 3)")" "$(sums 100)" "$(claim 3 "$(day -30)" 12)"
	another_device "$first" web
	push "$token" "$(totals "$(day)" 20)"
	another_device "$first"
	push "$token" "$(totals "$(day -2)" 1)"
	api DELETE "/sync/devices/$device_id" '' "$first"
	open_account vscode
	push "$token" "$(totals "$(day)" 40)"
	expect_status 200
	service_stop
	sqlite3 "$state/breath.db" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
	cp "$state/breath.db" "$master"
}

# A database of each test's own.
setup() {
	state=$BATS_TEST_TMPDIR/state
	mkdir "$state"
	cp "$master" "$state/breath.db"
}

@test "root goes on as the owner of the database's folder: nothing that is made is root's" {
	needs root
	local other=$BATS_TEST_TMPDIR/other bin=$BATS_TEST_TMPDIR/bin
	mkdir "$bin"
	cp "$BUILD/breathctl" "$bin"
	chmod -R a+rX "$BATS_TEST_TMPDIR" "$BATS_FILE_TMPDIR" "${BATS_TEST_TMPDIR%/test/*}"
	mkdir -m 700 "$other"
	printf 'database = %s\n' "$other/breath.db" >"$other.conf"
	chown nobody:nogroup "$other"
	local -a words
	while read -ra words; do
		"$bin/breathctl" -c "$other.conf" "${words[@]}" >"$BATS_TEST_TMPDIR/said"
	done <<-END
		init
		backup
		check
		purge
		epoch
		boards mend
		restore $other/backup/breath-$(day).db
		export
	END
	"$bin/breathctl" -c "$other.conf" doctor >"$BATS_TEST_TMPDIR/said" || :
	run ! grep -E 'belongs to another|not yours' "$BATS_TEST_TMPDIR/said"
	[ -e "$other/breath.db.replaced-$(day)" ]
	[ -e "$other/backup/breath-$(day).db" ]
	[ -z "$(find "$other" ! \( -user nobody -group nogroup \))" ]
	# And can no more than he: what is root's alone stays so.
	cp "$other/backup/breath-$(day).db" "$BATS_TEST_TMPDIR/kept"
	chmod 600 "$BATS_TEST_TMPDIR/kept"
	run -1 "$bin/breathctl" -c "$other.conf" restore "$BATS_TEST_TMPDIR/kept"
	# Where the folder is root's own, root stays root.
	breathctl backup
	[ "$(stat -c %U "$state/backup")" = root ]
}

# plant SQL: a fault, which no rule of the schema prevents.
plant() {
	sqlite3 "$state/breath.db" "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; $1"
}

# expect_finding PATTERN: check finds something that reads so, and says so by its status.
expect_finding() {
	run -1 breathctl check
	[[ $output == *$1* ]] || {
		echo "not found: $1"
		echo "$output"
		return 1
	}
	[[ ${lines[-1]} =~ ^[0-9]+\ accounts?,\ [1-9][0-9]*\ findings?$ ]]
}

# The file's bytes, and those of what lies beside it.
bytes() {
	(cd "$state" && find . -type f ! -name '*.lock' ! -name '*-shm' | sort | xargs sha256sum)
}

# --- init ---

@test "init makes an empty database that is checked clean, and says where" {
	rm "$state/breath.db"
	run -0 breathctl init
	[[ $output == *"made $state/breath.db"* ]]
	run -0 breathctl check
	[ "${lines[-1]}" = '0 accounts, 0 findings' ]
	[ "$(sqlite3 "$state/breath.db" 'PRAGMA journal_mode')" = wal ]
	[ "$(sqlite3 "$state/breath.db" 'PRAGMA page_size')" = 1024 ]
}

@test "init refuses a database that is there, and leaves every byte as it is" {
	local before
	before=$(bytes)
	run -1 breathctl init
	[[ $output == *"there is a database at $state/breath.db already"* ]]
	[ "$(bytes)" = "$before" ]
}

@test "init refuses whatever lies at the path" {
	local before
	for content in '' 'my diary' "$(head -c 5000 /dev/urandom | base64)"; do
		printf '%s' "$content" >"$state/breath.db"
		before=$(bytes)
		run -1 breathctl init
		[ "$(bytes)" = "$before" ]
	done
	rm "$state/breath.db"
	mkdir "$state/breath.db"
	run -1 breathctl init
	[ -d "$state/breath.db" ]
}

@test "two databases that init made are of different epochs" {
	rm "$state/breath.db"
	breathctl init
	local first
	first=$(breathctl stats | grep ^epoch)
	rm "$state"/breath.db*
	breathctl init
	[ "$(breathctl stats | grep ^epoch)" != "$first" ]
}

@test "init says what is wrong with a folder that is not there" {
	state=$state/nowhere run -1 breathctl init
	[ -n "$output" ]
}

@test "what is made is its owner's alone, whatever the umask" {
	rm "$state/breath.db"
	umask 000
	breathctl init
	breathctl stats
	local file
	for file in "$state"/*; do
		[ "$(stat -c %a "$file")" = 600 ]
	done
}

# --- migrate ---

@test "migrate has nothing to do on a database of its own schema, and does nothing" {
	local before
	before=$(sqlite3 "$state/breath.db" .dump)
	run -0 breathctl migrate
	[ -z "$output" ]
	[ "$(sqlite3 "$state/breath.db" .dump)" = "$before" ]
	run -0 breathctl check
}

@test "migrate brings an empty database up to date, so that it can be used" {
	rm "$state/breath.db"
	sqlite3 "$state/breath.db" 'PRAGMA page_size = 1024; PRAGMA journal_mode = wal; CREATE TABLE x (y); DROP TABLE x'
	run -0 breathctl migrate
	[[ $output == *'migration 1 applied'* ]]
	run -0 breathctl check
	run -0 breathctl stats
}

@test "migrate waits until no executable uses the database, and one that comes waits until it is done" {
	service_start
	local pid
	# Under the running service, as an older version's database.
	alter_database "PRAGMA foreign_keys = OFF; PRAGMA user_version = 0; $(database \
		"SELECT 'DROP TABLE ' || quote(name) || ';' FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")"
	"$BUILD/breathctl" -c "$state/breath.conf" migrate >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- &
	pid=$!
	sleep 1
	kill -0 $pid
	[ "$(database 'PRAGMA user_version')" = 0 ]
	service_stop
	wait $pid
	grep -q 'migration 1 applied' "$BATS_TEST_TMPDIR/said"
	breathctl check
}

@test "a database that is older than the program is refused by every other command, with what to do" {
	sqlite3 "$state/breath.db" 'PRAGMA user_version = 0'
	local before command
	before=$(sqlite3 "$state/breath.db" .dump)
	for command in check stats purge epoch; do
		run -1 breathctl $command
		[[ $output == *'run breathctl migrate'* ]]
	done
	run -1 sync_on_database
	[[ $output == *'run breathctl migrate'* ]]
	[ "$(sqlite3 "$state/breath.db" .dump)" = "$before" ]
}

@test "a database that is newer than the program is refused by every command and left as it is" {
	local newer before command
	newer=$(($(sqlite3 "$state/breath.db" 'PRAGMA user_version') + 2))
	sqlite3 "$state/breath.db" "PRAGMA user_version = $newer"
	before=$(sqlite3 "$state/breath.db" .dump)
	for command in migrate check stats purge epoch; do
		run -1 breathctl $command
		[[ $output == *'the database is 2 migrations newer than this program'* ]]
	done
	[ "$(sqlite3 "$state/breath.db" .dump)" = "$before" ]
	[ "$(sqlite3 "$state/breath.db" 'PRAGMA user_version')" = $newer ]
}

# sync_on_database [OPTION...]: sync.fcgi on the database, as if to serve; it must not come to that.
sync_on_database() {
	BREATH_DATABASE=$state/breath.db BREATH_SOCKET_DIR=$BATS_TEST_TMPDIR \
		timeout 120 "$BUILD/sync.fcgi" -c /dev/null "$@"
}

@test "sync.fcgi refuses a database that is newer than it, and one that is not there" {
	sqlite3 "$state/breath.db" 'PRAGMA user_version = 1000'
	run -1 sync_on_database
	[[ $output == *'newer than this program'* ]]
	rm "$state/breath.db"
	run -1 sync_on_database
	[[ $output == *'there is no database at'*'run breathctl init'* ]]
	[ ! -e "$state/breath.db" ]
}

@test "what is no database is refused by every command and left as it is" {
	head -c 8192 /dev/urandom >"$state/breath.db"
	local before command
	before=$(sha256sum "$state/breath.db")
	for command in migrate check stats purge epoch; do
		run -1 breathctl $command
		[ -n "$output" ]
	done
	run -1 sync_on_database
	[ "$(sha256sum "$state/breath.db")" = "$before" ]
}

@test "a database that is not there is asked for, not made" {
	rm "$state/breath.db"
	local command
	for command in migrate check stats purge epoch; do
		run -1 breathctl $command
		[[ $output == *"there is no database at $state/breath.db: run breathctl init"* ]]
		[ ! -e "$state/breath.db" ]
	done
}

# --- check ---

@test "check finds nothing wrong with what a service has written" {
	run -0 breathctl check
	[ "$output" = '2 accounts, 0 findings' ]
}

@test "check finds each sum that is not the sum" {
	local figure
	for figure in xp minutes sessions cycles; do
		plant "UPDATE account SET $figure = $figure + 1 WHERE account = 1"
		expect_finding "account 1 keeps $figure"
		plant "UPDATE account SET $figure = $figure - 1 WHERE account = 1"
	done
	run -0 breathctl check
}

@test "check finds each part of a streak that is another" {
	local figure
	for figure in run_first run_last longest; do
		plant "UPDATE account SET $figure = $figure + 1 WHERE account = 2"
		expect_finding "account 2 keeps $figure"
		plant "UPDATE account SET $figure = $figure - 1 WHERE account = 2"
	done
	plant 'UPDATE account SET run_first = NULL, run_last = NULL WHERE account = 2'
	expect_finding 'account 2 keeps run_first'
}

@test "check finds a day that was changed, added or lost behind the sums' back" {
	plant 'UPDATE day SET cycles = cycles + 5 WHERE account = 2'
	expect_finding 'account 2 keeps cycles'
	cp "$master" "$state/breath.db"
	plant 'DELETE FROM day WHERE account = 2'
	expect_finding 'account 2 keeps'
	cp "$master" "$state/breath.db"
	plant 'UPDATE import SET xp = xp + 1'
	expect_finding 'account 1 keeps xp'
}

@test "check finds rows without an owner" {
	local table
	for table in device token former import pairing request revoked_token joined_device; do
		cp "$master" "$state/breath.db"
		case $table in
		device) plant 'DELETE FROM account WHERE account = 2' ;;
		token) plant "INSERT INTO token VALUES (randomblob(32), 999, 1)" ;;
		former) plant "INSERT INTO former VALUES (randomblob(16), 999)" ;;
		import) plant 'DELETE FROM device WHERE kind = 0' ;;
		revoked_token) plant "INSERT INTO revoked_token VALUES (1, randomblob(32), 999)" ;;
		joined_device) plant "INSERT INTO joined_device VALUES (randomblob(16), 999)" ;;
		request) plant "INSERT INTO request VALUES (randomblob(32), randomblob(32), 999, NULL, 0)" ;;
		pairing) plant "INSERT INTO pairing VALUES (randomblob(32), 999, 0)" ;;
		esac
		expect_finding "a row of $table points to no row"
	done
}

@test "check finds days and months of a device that is another's, or nobody's" {
	plant 'UPDATE day SET device = (SELECT device FROM device WHERE account = 1 LIMIT 1) WHERE account = 2'
	expect_finding "account 2 has days of a device of another"
	cp "$master" "$state/breath.db"
	plant 'UPDATE day SET device = 999 WHERE account = 2'
	expect_finding "account 2 has days of a device of another"
	cp "$master" "$state/breath.db"
	plant 'INSERT INTO month VALUES (2, 600, 1, 0, 0, 0, 0, 1, 0, 0)'
	expect_finding "account 2 has months of a device of another"
}

@test "check finds an import whose device is none, and a device whose import is lost" {
	plant 'UPDATE device SET kind = 1 WHERE kind = 0'
	expect_finding 'differ in account or kind'
	cp "$master" "$state/breath.db"
	plant 'UPDATE import SET account = 2'
	expect_finding 'differ in account or kind'
	cp "$master" "$state/breath.db"
	plant 'DELETE FROM import'
	expect_finding 'is an import without its row'
}

@test "check finds a day that was folded already" {
	plant 'UPDATE device SET horizon_day = (SELECT max(day) FROM day)'
	expect_finding 'has a day that was folded'
}

@test "check finds a device whose last day is another" {
	local last
	for last in NULL 'last_day - 1' 'last_day + 1'; do
		cp "$master" "$state/breath.db"
		plant "UPDATE device SET last_day = $last WHERE device = 1"
		expect_finding 'device 1'
	done
}

@test "check finds a device with two current tokens" {
	plant 'INSERT INTO token VALUES (randomblob(32), 1, 1)'
	expect_finding 'device 1 has 2 current tokens'
}

@test "check finds a store without its epoch" {
	plant 'DELETE FROM store'
	expect_finding 'the store has 0 epochs'
}

@test "check finds a byte that was flipped in the file" {
	local at size found=0
	# In an identifier, which an index holds a second time; one that grep finds, which goes by lines.
	at=$(LC_ALL=C grep -abom 1 -P "$(sqlite3 "$master" "SELECT hex(uid) FROM
		(SELECT uid FROM account UNION ALL SELECT uid FROM device) WHERE instr(uid, x'0a') = 0 LIMIT 1" |
		sed 's/../\\x&/g')" "$master" | head -n 1 | cut -d : -f 1)
	flip "$((at + 3))"
	expect_finding ''
	# At the beginning of pages, where their kind stands.
	size=$(stat -c %s "$master")
	for ((at = 1024; at < size; at += 4096)); do
		cp "$master" "$state/breath.db"
		flip "$at"
		run breathctl check
		[ "$status" -ne 1 ] || found=$((found + 1))
	done
	# Some of these pages may be free.
	[ $found -ge $((size / 4096 - 2)) ]
}

# flip OFFSET: all bits of a byte of the database.
flip() {
	local byte
	byte=$(od -An -v -tu1 -j "$1" -N 1 "$state/breath.db")
	printf '%b' "\\x$(printf %02x $((byte ^ 255)))" |
		dd of="$state/breath.db" bs=1 seek="$1" conv=notrunc status=none
}

@test "check changes nothing, whatever it finds" {
	plant 'UPDATE account SET xp = xp + 1'
	local before
	before=$(sqlite3 "$state/breath.db" .dump)
	run -1 breathctl check
	[ "$(sqlite3 "$state/breath.db" .dump)" = "$before" ]
}

@test "findings name nobody: no identifier, no pseudonym, no hash" {
	plant 'UPDATE account SET xp = xp + 1, longest = 99; UPDATE device SET last_day = NULL; DELETE FROM import'
	run -1 breathctl check
	local secret
	for secret in $(sqlite3 "$state/breath.db" "SELECT handle FROM account UNION ALL
		SELECT lower(hex(uid)) FROM account UNION ALL SELECT lower(hex(uid)) FROM device UNION ALL
		SELECT lower(hex(hash)) FROM token"); do
		[[ ${output,,} != *"$secret"* ]]
	done
}

# --- stats ---

@test "stats counts what is stored" {
	diff - <(breathctl stats | tr -s ' ') <<-END
		accounts 2
		devices 4
		imports 1
		days 7
		folded months 0
		open pairings 0
		shares 0
		database $(stat -c %s "$state/breath.db") bytes
		schema $(sqlite3 "$state/breath.db" 'PRAGMA user_version')
		epoch $(sqlite3 "$state/breath.db" 'SELECT lower(hex(epoch)) FROM store')
	END
}

# --- epoch ---

@test "epoch makes a new one and clears all chains, so that a restored device goes on" {
	service_start
	open_account
	push "$token" "$(totals "$(day)" 5)"
	push "$token" "$(totals "$(day)" 6)"
	local old
	old=$(json .epoch)
	service_stop
	breathctl epoch
	[ "$(database "SELECT count(*) FROM device WHERE length(pushes) > 0")" -eq 0 ]
	run -0 breathctl check
	service_start
	# What came after the backup is sent again, after a push that the server does not know.
	api POST /sync "$(push_text "$(hex 8)" "$(hex 8)" "$(day)" "$(totals "$(day)" 9)")" "$token"
	expect_status 200
	expect_sums 9
	expect_json '.epoch != $old' --arg old "$old"
}

@test "epoch, stats, check and migrate work beside the running service" {
	service_start
	open_account
	local epoch
	state_of "$token"
	epoch=$(json .epoch)
	breathctl stats
	breathctl check
	breathctl migrate
	breathctl epoch
	state_of "$token"
	expect_json '.epoch != $old' --arg old "$epoch"
	push "$token" "$(totals "$(day)" 5)"
	expect_status 200
}

# --- Usage ---

@test "wrong usage is told apart from failure" {
	local words
	for words in '' 'breathe' 'check check' '-x check' 'Check' '-c' '-c /dev/null'; do
		# shellcheck disable=SC2086 # words
		run -2 "$BUILD/breathctl" $words
		[[ $output == *'usage: breathctl [-c file] command'* ]]
	done
}
