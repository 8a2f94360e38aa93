#!/usr/bin/env bats
# The privacy boundary, a test or more for each of its rules (P1 to P10).  P7 is in community.bats, P9 in
# purge.bats, P10 in privacy-stored.bats.

load helper
load sync

setup_file() {
	service_start
}

# traces NEEDLES PATH...: fails if there is any.
traces() {
	node "$BATS_TEST_DIRNAME/find-traces.mjs" "$@"
}

# Fails on a line of a file that is not of these forms, or if it has none.
expect_lines() { # FILE REGEX...
	local file=$1 form forms=()
	shift
	for form; do
		forms+=(-e "$form")
	done
	[ -s "$file" ] && ! grep -vE "${forms[@]}" "$file"
}

# Calls the API and keeps the reply, headers and all, in the file replies.
say() { # METHOD PATH [JSON [TOKEN]]
	api "$@"
	printf '%s\n%s\n' "$headers" "$body" >>"$BATS_TEST_TMPDIR/replies"
}

# The same for what issues a secret in a member: sets issued and adds to needles, as text and as the bytes
# that it stands for; keeps the reply without it.
say_secret() { # MEMBER METHOD PATH [JSON [TOKEN]]
	local member=$1
	shift
	api "$@"
	issued=$(json ".$member")
	printf '%s\n%s\n' "$headers" "${body//"$issued"/}" >>"$BATS_TEST_TMPDIR/replies"
	printf '%s\ttext\t%s\n' "$member" "$issued" >>"$BATS_TEST_TMPDIR/needles"
	case $member in
	token) printf '%s\tbytes\t%s\n' "$member" "$(token_bytes "$issued")" ;;
	*) printf '%s\ttext\t%s\n%s\tbytes\t%s\n' "$member" "${issued//-/}" "$member" "$(code_bytes "$issued")" ;;
	esac >>"$BATS_TEST_TMPDIR/needles"
}

token_bytes() { # TOKEN
	basenc --base64url -d <<<"${1#bm_}=" | od -An -v -tx1 | tr -d ' \n'
}

# What a code stands for, in hexadecimal; of a recovery code without its checksum.
code_bytes() { # CODE
	local alphabet=0123456789ABCDEFGHJKMNPQRSTVWXYZ text=${1//-/} bits='' i k before hexadecimal=''
	for ((i = 0; i < ${#text}; i++)); do
		before=${alphabet%%"${text:i:1}"*}
		for ((k = 4; k >= 0; k--)); do
			bits+=$((${#before} >> k & 1))
		done
	done
	for ((i = 0; i + 8 <= (${#text} == 28 ? 128 : 40); i += 8)); do
		printf -v hexadecimal '%s%02x' "$hexadecimal" $((2#${bits:i:8}))
	done
	echo "$hexadecimal"
}

# --- What all of it rests on ---

@test "the search for traces finds what it looks for, in each form that it promises" {
	local form value=Kanarienvogel bytes
	bytes=$(printf %s $value | od -An -v -tx1 | tr -d ' \n')
	mkdir "$BATS_TEST_TMPDIR/place"
	printf 'a bird\ttext\t%s\n' $value >"$BATS_TEST_TMPDIR/needles"
	printf 'a bird\tbytes\t%s\n' "$bytes" >"$BATS_TEST_TMPDIR/needles.bytes"
	for form in cat 'tr a-z A-Z' 'tr A-Z a-z' 'iconv -t UTF-16LE' 'iconv -t UTF-16BE' 'xxd_p' 'base64' 'shifted' 'middle'; do
		case $form in
		xxd_p) printf %s "$bytes" ;;
		shifted) printf 'xy%s' $value | base64 ;;
		middle) head -c 100000 /dev/zero && printf %s $value ;;
		*) printf %s $value | $form ;;
		esac >"$BATS_TEST_TMPDIR/place/file"
		run -1 traces "$BATS_TEST_TMPDIR/needles" "$BATS_TEST_TMPDIR/place"
	done
	printf %s $value >"$BATS_TEST_TMPDIR/place/file"
	run -1 traces "$BATS_TEST_TMPDIR/needles.bytes" "$BATS_TEST_TMPDIR/place"
	echo Kanarienv0gel >"$BATS_TEST_TMPDIR/place/file"
	run -0 traces "$BATS_TEST_TMPDIR/needles" "$BATS_TEST_TMPDIR/place"
	: >"$BATS_TEST_TMPDIR/needles"
	run -2 traces "$BATS_TEST_TMPDIR/needles" "$BATS_TEST_TMPDIR/place"
}

# --- Canaries ---

@test "names, addresses, times, paths and tokens that come in by any way are found nowhere afterwards" {
	open_account
	local canaries=$BATS_TEST_DIRNAME/data/canaries.tsv
	run -0 node "$BATS_TEST_DIRNAME/plant-canaries.mjs" "$url" "$token" "$canaries" \
		"$BATS_TEST_TMPDIR/replies" "$BATS_TEST_TMPDIR/named"
	[[ $output =~ ^[5-9][0-9][0-9]\ requests ]]
	[[ $output == *'"200"'* && $output == *'"201"'* && $output == *'"422"'* && $output == *'"413"'* ]]
	traces "$canaries" "$state" "$BATS_TEST_TMPDIR/replies"
	# A member that nobody knows is refused by its name, to whom sent it.
	run -1 traces "$canaries" "$BATS_TEST_TMPDIR/named"
}

# --- P1: nothing finer than a day ---

@test "P1: no value in the database is a moment, but for the expiry of a code" {
	open_account
	push "$token" "$(totals "$(day)" 100)"
	import "$token" "$(hex 32)" "$(list "$(totals "$(day -3)" 5)")" "$(sums 70)" "$(claim 3 "$(day -3)" 4)"
	api POST /sync/token '' "$token"
	another_device "$token"
	pairing_code "$token"
	open_account
	redeem "$code" "$token" true
	pairing_code "$token"
	api POST /sync/devices "{\"device\":{\"kind\":\"cli\"},\"request\":\"$(hex 16)\"}" "$token"
	expect_status 201
	local column
	while read -r column; do
		# Seconds, milliseconds or microseconds of these years, Julian days, or text that reads like a time.
		run -0 database "SELECT '$column holds ' || ${column#*.} FROM ${column%.*} WHERE
			typeof(${column#*.}) = 'real'
			OR ${column#*.} BETWEEN 1577836800 AND 4102444800 AND '$column' NOT IN ('pairing.expires_s', 'request.expires_s')
			OR ${column#*.} BETWEEN 1577836800000 AND 4102444800000
			OR ${column#*.} BETWEEN 1577836800000000 AND 4102444800000000
			OR ${column#*.} BETWEEN 2458849 AND 2488070
			OR typeof(${column#*.}) = 'text' AND ${column#*.} GLOB '*[0-9]:[0-9]*'"
		[ -z "$output" ] || {
			echo "$output"
			return 1
		}
	done < <(columns)
	# Days are days: of the years in which there is practice.
	for column in account.created_day account.used_day account.recovery_day account.run_first account.run_last device.created_day \
		device.last_day device.horizon_day device.revoked_day day.day import.claim_last quota.day tally.day latency.day uptime.day; do
		[ "$(database "SELECT count(*) FROM ${column%.*} WHERE ${column#*.} NOT BETWEEN 18262 AND $(day_number "$(day 1)")")" -eq 0 ]
	done
	[ "$(database 'SELECT count(*) FROM pairing')" -gt 0 ]
	# Identifiers are random, not made of a time or an address.
	[ "$(database "SELECT count(*) FROM (SELECT uid FROM account UNION ALL SELECT uid FROM device UNION ALL
		SELECT uid FROM former) WHERE hex(uid) NOT GLOB '????????????4???[89AB]???????????????'")" -eq 0 ]
}

none_of() { # TABLE CONDITION
	[ "$(database "SELECT count(*) FROM $1 WHERE $2")" -eq 0 ]
}

@test "P1: the expiry of a code is gone soon after it, though nobody asks for anything" {
	open_account
	pairing_code "$token"
	api POST /sync/devices "{\"device\":{\"kind\":\"cli\"},\"request\":\"$(hex 16)\"}" "$token"
	local own table
	own="account = (SELECT account FROM account WHERE uid = $(blob "$account_id"))"
	for table in pairing request; do
		printf 'the hash of a code\tbytes\t%s\n' "$(database "SELECT hex(hash) FROM $table WHERE $own")"
		alter_database "UPDATE $table SET expires_s = $((EPOCHSECONDS - 1)) WHERE $own"
	done >"$BATS_TEST_TMPDIR/needles"
	for table in pairing request; do
		eventually none_of $table "$own"
	done
	traces "$BATS_TEST_TMPDIR/needles" "$state/breath.db"
}

# --- P2: what is taken is listed ---

@test "P2: a member that nobody knows is refused by its name, and nothing of the request is kept" {
	open_account
	local before push
	before=$(database .dump)
	for push in '"name":"Annegret",'{} '"streak":1,'{} {}',"startedAt":1'; do
		push=${push/'{}'/"\"today\":\"$(day)\",\"push\":\"$(hex 8)\",\"after\":null,\"days\":[$(totals "$(day)" 5)]"}
		api POST /sync "{$push}" "$token"
		expect_problem 422 unknown_member
		expect_json '.pointer | . == "/name" or . == "/streak" or . == "/startedAt"'
	done
	api POST /sync/accounts '{"device":{"kind":"cli"},"email":"annegret@example.org"}'
	expect_problem 422 unknown_member /email
	[ "$(database .dump)" = "$before" ]
}

# --- P3: logs ---

is_served() { # TOKEN
	api GET /sync '' "$1" && [ "$status_code" = 200 ]
}

@test "P3: no line of a log holds more than is listed here, whatever happens" {
	service_start
	local log=$state/log
	open_account
	push "$token" "$(totals "$(day)" 5)"
	node "$BATS_TEST_DIRNAME/plant-canaries.mjs" "$url" "$token" "$BATS_TEST_DIRNAME/data/canaries.tsv" \
		"$BATS_TEST_TMPDIR/replies" "$BATS_TEST_TMPDIR/named"

	# Bodies too large for nginx, a header too large, a client that leaves, bytes of another protocol.
	head -c 3000000 /dev/zero | fetch /api/v1/sync -H 'Content-Type: application/json' --data-binary @- || :
	fetch /api/v1/sync -H "Cookie: $(head -c 60000 /dev/zero | tr '\0' c)"
	fetch /api/v1/sync -H 'Expect: 200-ok' -d x
	printf '\026\003\001\002\000\001\000\001' | timeout 2 bash -c "exec 8<>/dev/tcp/${url#http://}; cat >&8" || :
	# The executable stands still, and its clients leave.
	local pid
	pid=$(pids_of sync.fcgi)
	kill -STOP "$pid"
	curl -sS --max-time 0.5 "$url/api/v1/sync" || :
	kill -CONT "$pid"
	# Nobody is behind nginx.
	mv "$state/sockets/sync.sock" "$state/sockets/away"
	api GET /sync '' "$token"
	expect_problem 502 unavailable
	mv "$state/sockets/away" "$state/sockets/sync.sock"
	# It dies in the middle.
	kill -KILL "$pid"
	eventually is_served "$token"
	service_stop

	expect_lines "$log/access.log" \
		'^[0-9-]{10}T[0-9:]{8}[+-][0-9:]{5} (page|leaderboard|stats|sync|api) (GET|HEAD|POST|PUT|DELETE|OPTIONS|OTHER) [1-5][0-9]{2} [0-9]+\.[0-9]{3}$'
	local routes
	routes='/|/accounts|/account|/export|/imports|/imports/\{source\}|/devices|/devices/\{device_id\}|/token|/recovery-code|/recover|/pairings|/pairings/redeem|/health|-'
	local landlock=()
	! lacks landlock >/dev/null || landlock=('^there is no Landlock: files are kept by their modes alone$')
	expect_lines "$log/sync.fcgi.log" \
		"^request id=[0-9a-f]{16} family=sync method=(GET|HEAD|POST|PUT|DELETE|OPTIONS|-) route=($routes) status=[1-5][0-9]{2} code=([a-z_]+|-) ms=[0-9]+\.[0-9]{2}\$" \
		'^sync listening on sockets/sync\.sock$' '^sync stopped$' "${landlock[@]}"
	[ ! -s "$log/nginx.log" ]
	[ "$(find "$log" -type f | wc -l)" -eq 5 ]
	[ "$(wc -l <"$log/access.log")" -gt 500 ]
	[ "$(wc -l <"$log/sync.fcgi.log")" -gt 400 ]
}

# --- P4: secrets rest as hashes ---

@test "P4: tokens and codes are in the reply that issues them and nowhere else, not even as bytes" {
	local device='{"device":{"kind":"cli"}}' first second recovery code
	say_secret token POST /sync/accounts "$device"
	first=$issued
	# The same reply issued a second secret.
	sed -i '$d' "$BATS_TEST_TMPDIR/replies"
	recovery=$(json .recovery_code)
	printf 'recovery_code\t%s\t%s\n' text "$recovery" text "${recovery//-/}" bytes "$(code_bytes "$recovery")" \
		>>"$BATS_TEST_TMPDIR/needles"
	say_secret token POST /sync/devices "$device" "$first"
	second=$issued
	say_secret token POST /sync/token '' "$second"
	say GET /sync '' "$issued"
	say GET /sync '' "$second"
	second=$issued
	say_secret code POST /sync/pairings '' "$first"
	code=$issued
	say_secret token POST /sync/pairings/redeem "{\"code\":\"$code\",\"device\":{\"kind\":\"web\"}}"
	say POST /sync/pairings/redeem "{\"code\":\"$code\",\"device\":{\"kind\":\"web\"}}"
	say_secret token POST /sync/recover "{\"recovery_code\":\"$recovery\",\"device\":{\"kind\":\"web\"}}"
	say_secret recovery_code POST /sync/recovery-code '' "$first"
	say POST /sync/recover "{\"recovery_code\":\"$recovery\",\"device\":{\"kind\":\"web\"}}"
	say POST /sync/recover "{\"recovery_code\":\"${issued%?}\",\"device\":{\"kind\":\"web\"}}"
	say_secret code POST /sync/pairings '' "$first"
	code=$issued
	say_secret token POST /sync/accounts "$device"
	sed -i '$d' "$BATS_TEST_TMPDIR/replies"
	say POST /sync/pairings/redeem "{\"code\":\"$code\",\"device\":{\"kind\":\"web\"}}" "$issued"
	say POST /sync/pairings/redeem "{\"code\":\"$code\",\"device\":{\"kind\":\"web\"},\"merge\":true}" "$issued"
	expect_status 200
	say_secret code POST /sync/pairings '' "$first"
	local path
	for path in /sync /sync/devices /sync/imports /sync/export; do
		say GET $path '' "$first"
	done
	say GET /sync '' "${first%?}"
	say GET /sync '' "${first}x"

	[ "$(wc -l <"$BATS_TEST_TMPDIR/needles")" -eq 27 ]
	traces "$BATS_TEST_TMPDIR/needles" "$state" "$BATS_TEST_TMPDIR/replies"
	# What is stored instead is a hash that takes the label of its kind as a key: no plain hash of it.
	[ "$(database "SELECT count(*) FROM token WHERE length(hash) <> 32")" -eq 0 ]
	local plain
	for plain in sha256sum 'b2sum -l 256'; do
		printf '%s\tbytes\t%s\n' "a plain hash of the text" "$(printf %s "$first" | $plain | cut -d ' ' -f 1)" \
			"a plain hash of the bytes" "$(basenc --base64url -d <<<"${first#bm_}=" | $plain | cut -d ' ' -f 1)"
	done >"$BATS_TEST_TMPDIR/hashes"
	traces "$BATS_TEST_TMPDIR/hashes" "$state/breath.db" "$state/breath.db-wal"
}

# --- P5: others see a pseudonym ---

@test "P5: no reply to anybody else holds an account's identifiers, or its pseudonym" {
	open_account
	local victim=$token source
	source=$(hex 32)
	printf '%s\ttext\t%s\n' account_id "$account_id" device_id "$device_id" handle "$handle" >"$BATS_TEST_TMPDIR/needles"
	push "$victim" "$(totals "$(day)" 12345)"
	import "$victim" "$source" "$(list "$(totals "$(day)" 5)")"
	pairing_code "$victim"
	local victims_id=$account_id victims_device=$device_id recovery=$recovery_code

	open_account
	local path
	for path in /sync /sync/devices /sync/imports /sync/export; do
		say GET $path '' "$token"
	done
	say DELETE "/sync/devices/$victims_device" '' "$token"
	say DELETE "/sync/devices/$victims_id" '' "$token"
	say DELETE "/sync/imports/$source" '' "$token"
	say PUT "/sync/imports/$source" "{\"today\":\"$(day)\",\"days\":[]}" "$token"
	say GET /sync '' "$victims_id"
	say POST /sync "$(push_text "$(hex 8)" '' "$(day)")" "$token"
	# Even with a code, what is shown before the accounts are one is sums.
	say POST /sync/pairings/redeem "{\"code\":\"$code\",\"device\":{\"kind\":\"web\"}}" "$token"
	expect_problem 409 merge_needed
	say POST /sync/recover "{\"recovery_code\":\"$recovery\",\"device\":{\"kind\":\"web\"}}" "$token"
	expect_problem 409 merge_needed
	traces "$BATS_TEST_TMPDIR/needles" "$BATS_TEST_TMPDIR/replies"
}

@test "P5: the only text that is stored about anybody is the generated pseudonym" {
	open_account
	local column
	while read -r column; do
		[ "$column" != account.handle ] || continue
		[ "$(database "SELECT count(*) FROM ${column%.*} WHERE typeof(${column#*.}) = 'text'")" -eq 0 ]
	done < <(columns)
	[ "$(database 'SELECT count(*) FROM account')" -gt 0 ]
	database 'SELECT handle FROM account' >"$BATS_TEST_TMPDIR/handles"
	expect_lines "$BATS_TEST_TMPDIR/handles" '^[a-z]{2,10}-[a-z]{2,10}-[1-9][0-9]{3}$'
}

# --- P6: boards are for those who ask ---

@test "P6: nobody is on boards unasked, and leaving removes every row in the same transaction" {
	load boards
	open_account
	push "$token" "$(totals "$(day)" 30)" "$(totals "$(day -1)" 30)"
	local table
	for table in member standing histogram; do
		[ "$(database "SELECT count(*) FROM $table")" -eq 0 ]
	done
	show "$token" true
	[ "$(database 'SELECT count(*) FROM standing')" -gt 8 ]
	board
	expect_json '.total == 1'
	show "$token" false
	expect_status 200
	[ "$(database 'SELECT (SELECT count(*) FROM standing) + (SELECT count(*) FROM histogram)')" -eq 0 ]
	[ "$(database 'SELECT count(run_first) FROM member')" -eq 0 ]
	board
	expect_json '.total == 0'
	within 2 public_total 0
}

@test "P6: joining and leaving tells nobody else's figures, and shows nothing of who is not on boards" {
	load boards
	local hidden
	member 77
	hidden=$token
	show "$hidden" false
	member 10
	board
	expect_json '.total == 1 and ([.entries[].value] == [10])'
	me "$token"
	expect_json '[.rank, .total, .percentile, .to_next] == [1, 1, 100, null] and (.around | length) == 1'
	show "$token" false
	me "$token"
	expect_problem 404 not_on_board
	# With a stranger's account_id, pseudonym or device there is nothing to ask for.
	fetch "/api/v1/leaderboard/me?handle=$handle" -H "Authorization: Bearer $hidden"
	expect_problem 422 unknown_member '?handle'
}

# --- P8: all of it can be had, and goes ---

@test "P8: the export has every row that there is about the account" {
	open_account
	local first=$token i
	for i in 1 2 3; do
		another_device "$first"
		push "$token" "$(totals "$(day -$i)" 7)" "$(totals "$(day)" 8)"
		import "$first" "$(hex 32)" "$(list "$(totals "$(day -4)" $i)")" "$(sums 5)"
	done
	api DELETE "/sync/devices/$device_id" '' "$first"
	local survivor=$account_id
	open_account
	push "$token" "$(totals "$(day)" 3)"
	pairing_code "$first"
	redeem "$code" "$token" true
	# Folded months: as breathctl purge leaves them.
	alter_database "UPDATE device SET horizon_day = 18900 WHERE device IN
			(SELECT min(device) FROM device JOIN account USING (account) WHERE account.uid = $(blob "$survivor"));
		INSERT INTO month SELECT account, 620, min(device), 1, 2, 3, 4, 5, 1, 5 FROM device JOIN account USING (account)
			WHERE account.uid = $(blob "$survivor")"
	api GET /sync/export '' "$first"
	local own
	own="WHERE account = (SELECT account FROM account WHERE uid = $(blob "$survivor"))"
	expect_json '[(.account.former_ids | length), (.devices | length), (.imports | length),
		([.devices[], .imports[] | .days[]] | length), ([.devices[], .imports[] | .months[]] | length)] == $rows' \
		--argjson rows "$(database "SELECT json_array((SELECT count(*) FROM former $own),
			(SELECT count(*) FROM device $own AND kind <> 0), (SELECT count(*) FROM import $own),
			(SELECT count(*) FROM day $own), (SELECT count(*) FROM month $own))")"
	expect_json '[(.account.former_ids | length), (.devices | length), (.imports | length)] == [1, 5, 3]'
	expect_json '([.devices[], .imports[] | .days[]] | length) == 10'
}

@test "P8: erasing an account leaves no row that leads back to it, nor one of it" {
	open_account
	local first=$token before after
	before=$(rows)
	open_account
	push "$token" "$(totals "$(day)" 5)" "$(totals "$(day -1)" 5)"
	api POST /sync/devices "{\"device\":{\"kind\":\"cli\"},\"request\":\"$(hex 16)\"}" "$token"
	import "$token" "$(hex 32)" "$(list "$(totals "$(day -4)" 5)")" "$(sums 5)"
	local erased=$token
	another_device "$erased"
	api POST /sync/token '' "$erased"
	pairing_code "$erased"
	open_account
	redeem "$code" "$token" true
	pairing_code "$erased"
	[ "$(rows)" != "$before" ]
	api DELETE /sync/account '' "$erased"
	expect_status 204
	after=$(rows)
	diff <(echo "$before") <(echo "$after")
	state_of "$first"
}

# How many rows each table has; that accounts were opened on this day is counted and names nobody.
rows() {
	local table
	for table in $(database "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'quota%'"); do
		echo "$table $(database "SELECT count(*) FROM $table")"
	done
}

# needles_of FILE: what is stored of the accounts in a file of crowd.mjs's lines, as find-traces.mjs takes it.
needles_of() {
	sqlite3 -cmd '.timeout 5000' -separator $'\t' "$state/breath.db" <<-END
		CREATE TEMP TABLE own AS SELECT account FROM account WHERE lower(hex(uid)) IN
			(SELECT replace(value ->> 'account_id', '-', '') FROM json_each('[' ||
				replace(rtrim(readfile('$1'), char(10)), char(10), ',') || ']'));
		CREATE TEMP TABLE ours AS SELECT device FROM device WHERE account IN own;
		SELECT 'an account_id', 'bytes', hex(uid) FROM account WHERE account IN own;
		SELECT 'a handle', 'text', handle FROM account WHERE account IN own;
		SELECT 'the hash of a recovery code', 'bytes', hex(recovery_hash) FROM account WHERE account IN own;
		SELECT 'a device_id', 'bytes', hex(uid) FROM device WHERE device IN ours;
		SELECT 'a push', 'bytes', hex(substr(pushes, 1, 8)) FROM device WHERE device IN ours AND pushes <> x'';
		SELECT 'the hash of a token', 'bytes', hex(hash) FROM token WHERE device IN ours;
		SELECT 'the hash of a pairing code', 'bytes', hex(hash) FROM pairing WHERE account IN own;
		SELECT 'the hash of a request', 'bytes', hex(hash) FROM request WHERE account IN own;
		SELECT 'a source', 'bytes', hex(source) FROM import WHERE account IN own;
		SELECT 'the rest of an import', 'bytes', printf('%08x%08x%08x%08x', xp, minutes, sessions, cycles)
			FROM import WHERE account IN own;
		SELECT 'a day''s totals', 'bytes', printf('%06x%04x%04x%06x', xp, minutes, sessions, cycles)
			FROM day WHERE account IN own;
	END
}

@test "P8: of 300 accounts erased among 3,000, with syncs going on, no byte is left in database and log" {
	local crowd=$BATS_TEST_TMPDIR/crowd place
	random_from_seed
	service_start
	place=$state
	node "$BATS_TEST_DIRNAME/crowd.mjs" "$url" open 3000 >"$crowd"
	[ "$(wc -l <"$crowd")" -eq 3000 ]
	shuf --random-source=<(yes "$SEED") "$crowd" >"$crowd.shuffled"
	head -n 300 "$crowd.shuffled" >"$crowd.erased"
	tail -n +301 "$crowd.shuffled" >"$crowd.stays"
	needles_of "$crowd.erased" >"$BATS_TEST_TMPDIR/needles"
	[ "$(cut -f 1 "$BATS_TEST_TMPDIR/needles" | sort -u | wc -l)" -eq 11 ]
	run -1 traces "$BATS_TEST_TMPDIR/needles" "$place"

	node "$BATS_TEST_DIRNAME/crowd.mjs" "$url" push <"$crowd.stays" &
	local push=$!
	node "$BATS_TEST_DIRNAME/crowd.mjs" "$url" erase <"$crowd.erased"
	wait $push
	# The last reader that stood in the way has to go first.
	within 10 traces "$BATS_TEST_TMPDIR/needles" "$place"
	# The others are all there.
	[ "$(database 'SELECT count(*) FROM account')" -eq 2700 ]
	run -0 breathctl check
}

@test "P8: what an import held goes with it, to the last byte" {
	local crowd=$BATS_TEST_TMPDIR/crowd account source first
	random_from_seed
	service_start
	node "$BATS_TEST_DIRNAME/crowd.mjs" "$url" open 80 >"$crowd"
	needles_of "$crowd" | grep -E '^(a source|the rest of an import)' >"$BATS_TEST_TMPDIR/needles"
	while read -r account; do
		first=$(jq -r '.tokens[0]' <<<"$account")
		api GET /sync/imports '' "$first"
		source=$(json '.imports[0].source')
		api DELETE "/sync/imports/$source" '' "$first"
		expect_status 204
	done <"$crowd"
	within 10 traces "$BATS_TEST_TMPDIR/needles" "$state"
}

@test "P8: a revoked token, a used code and a replaced secret leave nothing either" {
	local hashes
	service_start
	open_account
	local first=$token
	pairing_code "$first"
	hashes=$(database 'SELECT hex(hash) FROM pairing UNION ALL SELECT hex(recovery_hash) FROM account')
	redeem "$code"
	api POST /sync/recovery-code '' "$first"
	service_stop
	sqlite3 "$state/breath.db" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
	local hash
	for hash in $hashes; do
		printf 'a hash that is of no use any more\tbytes\t%s\n' "$hash"
	done >"$BATS_TEST_TMPDIR/needles"
	traces "$BATS_TEST_TMPDIR/needles" "$state/breath.db"
}
