#!/usr/bin/env bats
# breathctl export and import: a whole instance moves house.

load helper
load sync

setup_file() {
	export master=$BATS_FILE_TMPDIR/master.db lines_file=$BATS_FILE_TMPDIR/lines
	local BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR first
	service_start
	open_account
	first=$token
	export moved_token=$token
	push "$first" "$(totals "$(day)" 10)" "$(totals "$(day -1)" 5)" "$(totals "$(day -9)" 7)"
	import "$first" "$(hex 32)" "$(list "$(totals "$(day -20)" 3)")" "$(sums 100)" "$(claim 3 "$(day -30)" 12)"
	api PUT /leaderboard/me '{"visible":true}' "$first"
	expect_status 200
	api POST /stats/me/shares '{"what":"level"}' "$first"
	expect_status 201
	api POST /stats/offers
	another_device "$first" web
	push "$token" "$(totals "$(day)" 20)"
	another_device "$first"
	api DELETE "/sync/devices/$device_id" '' "$first"
	open_account vscode
	push "$token" "$(totals "$(day)" 40)"
	pairing_code "$first"
	redeem "$code" "$token" true
	expect_status 200
	open_account
	pairing_code "$token"
	api POST /sync/accounts "{\"device\":{\"kind\":\"cli\"},\"request\":\"$(hex 16)\"}"
	service_stop
	# What only time, or many people, would bring; in each table something.
	alter_database "INSERT INTO month VALUES (1, 600, 1, 5, 4, 3, 2, 7, 5, 1);
		UPDATE account SET xp = xp + 5, minutes = minutes + 4, sessions = sessions + 3, cycles = cycles + 2,
			row_count = row_count + 1, active = NULL WHERE account = 1;
		UPDATE device SET xp = xp + 5, minutes = minutes + 4, sessions = sessions + 3, cycles = cycles + 2,
			first_day = 18262 WHERE device = 1;
		INSERT INTO closing VALUES (1, 2900) ON CONFLICT DO NOTHING;
		INSERT INTO community VALUES (2900, 2, 1200);
		UPDATE account SET rated_year = 2026 WHERE account = 1;
		INSERT INTO satisfaction VALUES (2900, 5, 42);
		INSERT INTO joined_device SELECT randomblob(16), min(device) FROM device;
		INSERT INTO uptime VALUES (20000, 9, 8);
		INSERT INTO quota_slot VALUES (20000, 0, 17, 3);
		INSERT INTO latency VALUES (20000, 1000, 7)"
	breathctl boards mend
	breathctl check
	sqlite3 "$state/breath.db" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
	cp "$state/breath.db" "$master"
	breathctl export >"$lines_file" 2>/dev/null
}

setup() {
	state=$BATS_TEST_TMPDIR/state
	mkdir "$state"
}

# What a database holds, in an order of its own; pairing codes and requests do not move.
content() { # FILE
	sqlite3 "$1" .dump | grep -vE '^INSERT INTO (pairing|request) ' | sort
}

@test "every table of the schema has rows in the test, and moves, but for what expires" {
	local table
	for table in $(sqlite3 "$master" "SELECT name FROM sqlite_master WHERE type = 'table'"); do
		[ "$(sqlite3 "$master" "SELECT count(*) FROM $table")" -gt 0 ] || {
			echo "$table is empty"
			return 1
		}
		if [[ $table = pairing || $table = request ]]; then
			run ! grep -q "\"table\":\"$table\"" "$lines_file"
		else
			grep -q "^{\"table\":\"$table\",\"columns\":" "$lines_file"
		fi
	done
}

@test "what moved is equal, is checked clean, and the same epoch and tokens go on" {
	run -0 breathctl import <"$lines_file"
	[[ ${lines[-1]} =~ ^[0-9]+\ accounts,\ [0-9]+\ findings$ ]]
	diff <(content "$master") <(content "$state/breath.db")
	[ "$(sqlite3 "$state/breath.db" 'PRAGMA journal_mode')" = wal ]
	[ "$(sqlite3 "$state/breath.db" 'PRAGMA page_size')" = 1024 ]
	[ "$(stat -c %a "$state/breath.db")" = 600 ]
	run -0 breathctl check
	breathctl export 2>/dev/null | diff - "$lines_file"
	service_start
	state_of "$moved_token"
	push "$moved_token" "$(totals "$(day)" 1)" || :
	[[ $status_code = 200 || $status_code = 409 ]]
}

@test "an empty database takes an import, and is kept; one with people refuses it and stays" {
	breathctl init
	run -0 breathctl import <"$lines_file"
	[ -e "$state/breath.db.replaced-$(day)" ]
	local before
	before=$(sha256sum "$state/breath.db")
	run -1 breathctl import <"$lines_file"
	[[ $output == *'that is not empty'* ]]
	[ "$(sha256sum "$state/breath.db")" = "$before" ]
}

@test "an import refuses while the service runs" {
	rmdir "$state"
	service_start
	run -1 breathctl import <"$lines_file"
	[[ $output == *'stop the service first'* ]]
}

# refused TEXT: what stands in `bad` is refused with it, and there is no database afterwards.
refused() {
	run -1 breathctl import <"$bad"
	[[ $output == *$1* ]] || {
		echo "not said: $1"
		echo "$output"
		return 1
	}
	[ -z "$(find "$state" -name 'breath.db*' ! -name '*.lock')" ]
}

# changed SED: the lines with a change, which must be one.
changed() {
	sed "$1" "$lines_file" >"$bad"
	! cmp -s "$bad" "$lines_file"
}

@test "whatever is not whole, not ours, newer, malformed, twice or does not belong together is refused" {
	bad=$BATS_TEST_TMPDIR/bad
	: >"$bad"
	refused 'line 1: The text ends before its last line.'
	head -c 100000 /dev/urandom >"$bad"
	refused 'line 1: '
	echo '{"hello":1}' >"$bad"
	refused 'line 1: It does not begin as an export'
	changed '1s/"breath_master":1/"breath_master":2/'
	refused 'line 1: It was written by a newer version'
	changed '1s/"schema":[0-9]*/"schema":9999/'
	refused 'line 1: It was written by a newer version'
	changed '1s/"schema":[0-9]*/"schema":1/'
	refused 'line 1: It was written by an older version'
	changed '$d'
	refused 'The text ends before its last line.'
	head -c 500 "$lines_file" >"$bad"
	refused 'breaks off'
	changed '$s/[0-9]*}/7}/'
	refused 'It is not whole'
	changed '4d'
	refused 'line '
	{ cat "$lines_file"; echo '[1]'; } >"$bad"
	refused 'Something follows the last line.'
	# A row: not JSON, too few values, of another kind, twice, against a rule of the schema, of nobody.
	local row
	row=$(grep -n '^{"table":"day"' "$lines_file" | cut -d : -f 1)
	changed "$((row + 1))s/\[/[01/"
	refused "line $((row + 1)): "
	changed "$((row + 1))s/\[[0-9]*,/[/"
	refused "line $((row + 1)): The row has another number of values"
	changed "$((row + 1))s/\[[0-9]*,/[\"one\",/"
	refused "line $((row + 1)): A value is of another kind"
	changed "$((row + 1))s/\[[0-9]*,/[99999999999999999999,/"
	refused "line $((row + 1)): A value is of another kind"
	changed "$((row + 1))p"
	refused "line $((row + 2)): import failed"
	changed "$((row + 1))s/,[0-9]*]/,-1]/"
	refused "line $((row + 1)): import failed"
	changed "$((row + 1))s/\[[0-9]*,/[4711,/"
	refused 'import failed'
	changed 's/"table":"day"/"table":"days"/'
	refused "line $row: Another table should stand here."
	changed 's/"columns":"one, epoch"/"columns":"epoch, one"/'
	refused 'Another table should stand here.'
	changed "s/^{\"table\":\"day\",/{\"table\":\"day\",\"table\":\"day\",/"
	refused "line $row: "
	row=$(grep -n '^{"table":"account"' "$lines_file" | cut -d : -f 1)
	changed "$((row + 1))s/\",\"/x\",\"/"
	refused "line $((row + 1)): A value is of another kind"
	head -c 5000 /dev/zero | tr '\0' ' ' >"$bad"
	refused 'line 1: The line is too long'
	printf '{"breath_master":1,\0"schema":4}\n' >"$bad"
	refused 'line 1: '
	# And the good one is none of these.
	run -0 breathctl import <"$lines_file"
}

@test "export says when it cannot write, and holds no moment" {
	cp "$master" "$state/breath.db"
	run -1 eval 'BREATH_DATABASE=$state/breath.db "$BUILD/breathctl" -c /dev/null export >/dev/full'
	[[ $output == *'export failed'* ]]
	[ "$(sqlite3 "$master" 'SELECT count(*) FROM pairing')" -gt 0 ]
	run ! grep -q "$(sqlite3 "$master" 'SELECT expires_s FROM pairing LIMIT 1')" "$lines_file"
}

@test "a column that holds more than its schema allows is a failure of the export, and not of breathctl" {
	cp "$master" "$state/breath.db"
	sqlite3 "$state/breath.db" 'PRAGMA ignore_check_constraints = 1; UPDATE device SET pushes = zeroblob(4096)'
	run -1 breathctl export
	[[ $output == *'export failed: see the line above'* ]]
	# Nor has what was written by then the line of one that is whole, though it be the last row that is at fault.
	cp "$master" "$state/breath.db"
	sqlite3 "$state/breath.db" 'PRAGMA ignore_check_constraints = 1; UPDATE share SET uid = zeroblob(4096)'
	run -1 breathctl export
	[[ $output == *'"table":"share"'* && $output != *'"end":'* ]]
}

@test "memory stays where it is, however many there are" {
	# A sanitizer needs memory of its own.
	needs plain-build
	cp "$master" "$state/breath.db"
	sqlite3 "$state/breath.db" "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
		INSERT INTO account (account, uid, handle, recovery_hash, created_day, used_day)
		SELECT i, randomblob(16), 'many-' || i, randomblob(32), 20000, 20000 FROM n"
	BREATH_DATABASE=$state/breath.db bash -c 'ulimit -v 60000; exec "$0" -c /dev/null export' "$BUILD/breathctl" >"$BATS_TEST_TMPDIR/many"
	rm "$state"/breath.db*
	BREATH_DATABASE=$state/breath.db bash -c 'ulimit -v 80000; exec "$0" -c /dev/null import' "$BUILD/breathctl" <"$BATS_TEST_TMPDIR/many"
	[ "$(sqlite3 "$state/breath.db" 'SELECT count(*) FROM account')" -gt 59000 ]
}
