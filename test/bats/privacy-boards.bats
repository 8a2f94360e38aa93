#!/usr/bin/env bats
# Boards as an attacker sees them: somebody who reads all that is public, has accounts and devices of
# their own, and sends what they like. Each test is an attempt that must come to nothing.

load helper
load sync
load boards

setup() {
	service_start
}

every_board='metric=xp&period=day
metric=xp&period=week
metric=xp&period=month
metric=xp&period=all
metric=days&period=week
metric=days&period=month
metric=days&period=all
metric=streak&period=all'

# Every row of every board, of today's periods and of those before: "QUERY HANDLE VALUE LEVEL PLACE",
# where PLACE, which only a cursor tells, is that of whoever ends a page of one; none: nobody is behind.
snapshot() {
	local query id ids cursor next
	while read -r query; do
		ids=('')
		case $query in
		*=day) ids+=("$(day -1)" "$(day -2)") ;;
		*=week) ids+=("$(date -u -d "$(day -7)" +%G-W%V)") ;;
		*=month) ids+=("$(date -u -d "$(date -u +%Y-%m-01) -1 day" +%Y-%m)") ;;
		esac
		for id in "${ids[@]}"; do
			next=''
			while [ "$next" != null ]; do
				board "?$query${id:+&period_id=$id}&limit=1${next:+&cursor=$next}"
				next=$(json .next)
				cursor=none
				[ "$next" = null ] || cursor=${next: -12}
				json ".entries[] | \"$query$id \(.handle) \(.value) \(.level) $cursor\""
			done
		done
	done <<<"$every_board"
}

# rename TOKEN: another pseudonym; sets handle.
rename() {
	api POST /leaderboard/me/handle '' "$1"
	expect_status 200
	handle=$(json .handle)
}

# days_since_last_month: how many days there are from the first of the month before until today.
days_since_last_month() {
	echo $(($(day_number "$(day)") - $(day_number "$(date -u -d "$(date -u +%Y-%m-01) -1 month" +%F)") + 1))
}

# past COUNT XP: so many days of the past that end today, each with so much.
past() {
	local i days=()
	for ((i = 0; i < $1; i++)); do
		days+=("$(totals "$(day -$i)" "$2" 1 1 1)")
	done
	printf '%s\n' "${days[@]}"
}

# --- Whom does it belong to? ---

@test "another pseudonym has no figure, level, place or row in common with the one before" {
	local before after line
	member
	local victim=$token old=$handle
	mapfile -t line < <(past 20 137)
	push "$victim" "${line[@]}"
	# Somebody above and somebody below, so that the victim's place stands in a cursor.
	member 600
	member 1
	before=$(snapshot)
	[ "$(grep -c " $old " <<<"$before")" -ge 11 ]
	grep " $old " <<<"$before" | cut -d ' ' -f 5 | grep -vx none >"$BATS_TEST_TMPDIR/places"

	rename "$victim"
	[ "$(snapshot | grep -c -e " $old " -e " $handle ")" = 0 ]
	show "$victim" true
	# Nothing of before, and it is the same when all is counted anew by whatever counts.
	[ "$(snapshot | grep -c -e " $old " -e " $handle ")" = 0 ]
	breathctl boards mend
	push "$victim" "$(totals "$(day -3)" 200)"
	show "$victim" false
	show "$victim" true
	[ "$(snapshot | grep -c -e " $old " -e " $handle ")" = 0 ]

	push "$victim" "$(totals "$(day 1)" 5)"
	after=$(snapshot)
	[ "$(grep -c " $old " <<<"$after")" = 0 ]
	# Today's boards have what is new, and no board has more.
	while read -r line; do
		case $line in
		*metric=xp*) [[ $line == *" $handle 5 1 "* ]] ;;
		*) [[ $line == *" $handle 1 1 "* ]] ;;
		esac
	done < <(grep " $handle " <<<"$after")
	[ "$(grep -c " $handle " <<<"$after")" -ge 3 ]
	run -1 grep -F -f "$BATS_TEST_TMPDIR/places" <<<"$after"
	expect_clean
}

@test "another pseudonym stays apart from the old one when days fold and accounts are merged" {
	member 137
	local victim=$token
	rename "$victim"
	local name=$handle
	show "$victim" true
	purge_on 440
	expect_value 0 "$name" '?metric=xp&period=all'
	# Nor does it help the victim's own account to be merged into another one of theirs.
	open_account
	show "$token" true
	local other=$handle
	pairing_code "$token"
	redeem "$code" "$victim" true
	expect_status 200
	expect_json '.handle == $other' --arg other "$other"
	expect_value 0 "$other" '?metric=xp&period=all'
	expect_clean 440
}

@test "somebody who is not on boards moves nobody's rank, total, percentile or gap, whatever is tried beside" {
	open_account
	push "$token" "$(totals "$(day)" 77)"
	member 77
	breathctl moderate withhold "$handle" shared
	member
	local spy=$token xp
	for xp in 1 76 77 78 200; do
		push "$spy" "$(totals "$(day)" $xp)"
		me "$spy"
		expect_json '[.rank, .total, .percentile, .value, .to_next] == [1, 1, 100, $xp, null]' --argjson xp $xp
		expect_json '.around | length == 1'
		show "$spy" false
		board
		expect_json '.total == 0 and .entries == []'
		show "$spy" true
	done
	# With cursors of one's own making, from above and from among the equals, there is nobody else either.
	local week cursor
	week=$(printf '%08x' $((($(day_number "$(day)") + 3) / 7)))
	for cursor in 01${week}ffffffffffffffffffffffff 01${week}00000000004dffffffffffff 01${week}00000000004e000000000001; do
		board "$xp_week&cursor=$cursor"
		expect_json '.total == 1 and ([.entries[].value] - [200]) == []'
	done
	show "$spy" false
	board
	expect_json '.total == 0 and .entries == []'
}

@test "whoever joins, leaves and joins again learns of those on boards what the public list says, no more" {
	member 30
	member 50
	local spy others
	board
	others=$(json '[.entries[] | {handle, value, level}] | tostring')
	member 40
	spy=$token
	me "$spy"
	expect_json '[.around[] | select(.value != 40) | {handle, value, level}] == $others' --argjson others "$others"
	expect_json '.around[0] | keys == ["handle", "level", "rank", "value"]'
	# Nobody's identifiers, and nothing that is finer than the list.
	[[ ! $body =~ [0-9a-f]{8}-[0-9a-f]{4}-4 ]]
	show "$spy" false
	board
	[ "$(json '[.entries[] | {handle, value, level}] | tostring')" = "$others" ]
}

@test "there is no way to somebody else's place, by whatever names them" {
	member 30
	local name=$handle id=$account_id device=$device_id
	open_account
	local query path
	for query in "handle=$name" "account_id=$id" "device_id=$device" "account=1" "place=1" "token=$token"; do
		fetch "/api/v1/leaderboard/me?metric=xp&$query" -H "Authorization: Bearer $token"
		expect_problem 422 unknown_member "?${query%%=*}"
	done
	for path in "/me/$name" "/$name" "/handles/$name" "/accounts/$id"; do
		api GET "/leaderboard$path" '' "$token"
		expect_problem 404 not_found
	done
	fetch /api/v1/leaderboard/me -H "Authorization: Bearer $id"
	expect_status 401
	fetch /api/v1/leaderboard/me -H "Authorization: Bearer $token" -H "Account-Id: $id" -H "X-Handle: $name"
	expect_problem 404 not_on_board
	api PUT /leaderboard/me "{\"visible\":false,\"handle\":\"$name\"}" "$token"
	expect_problem 422 unknown_member /handle
	expect_value 30 "$name"
}

# --- Whose is the first place? ---

@test "a past that is written up counts with what its open months hold, and with no day more" {
	member
	local days want
	mapfile -t days < <(past 390 100000)
	push "$token" "${days[@]}"
	expect_status 200
	expect_sums 39000000 390 390 390
	want=$(days_since_last_month)
	expect_value $((600 * want)) "$handle" '?metric=xp&period=all'
	expect_value "$want" "$handle" '?metric=days&period=all'
	expect_value "$want" "$handle" '?metric=streak&period=all'
	expect_value $((600 * 10#$(date -u +%d))) "$handle" '?metric=xp&period=month'
	expect_value $((600 * $(date -u +%u))) "$handle" '?metric=xp&period=week'
	expect_value 600 "$handle" '?metric=xp&period=day'
	expect_value 600 "$handle" "?metric=xp&period=day&period_id=$(day -1)"
	expect_value 0 "$handle" "?metric=xp&period=day&period_id=$(day -2)"
	# Once the boards of these months have closed, the rest comes no nearer by being sent again.
	expect_clean
	restart_on 70
	api POST /sync "$(push_text "$(hex 8)" "${chain[$token]}" "$(day 70)" "$(totals "$(day -100)" 100000 2 2 2)" \
		"$(totals "$(day -1)" 100000 2 2 2)")" "$token"
	expect_status 200
	expect_value $((600 * want)) "$handle" '?metric=xp&period=all'
	expect_clean 70
}

@test "whatever a day's totals say, however often and by however many devices, accounts and merges, it is 600" {
	local most first name i
	most=$(totals "$(day)" 100000 1440 1440 100000)
	member
	first=$token name=$handle
	push "$first" "$most"
	expect_status 200
	expect_value 600 "$name"
	for i in 1 2 3; do
		another_device "$first"
		push "$token" "$most"
		expect_status 200
	done
	api DELETE "/sync/devices/$device_id" '' "$first"
	expect_status 204
	for i in 1 2; do
		pairing_code "$first"
		member
		push "$token" "$most"
		redeem "$code" "$token" true
		expect_status 200
	done
	expect_value 600 "$name"
	local query
	while read -r query; do
		case $query in
		*=xp*) expect_value 600 "$name" "?$query" ;;
		*) expect_value 1 "$name" "?$query" ;;
		esac
	done <<<"$every_board"
	# Folding does not forget it.
	purge_on 440
	expect_value 600 "$name" '?metric=xp&period=all'
	expect_clean 440
}

@test "a day of tomorrow is the last that counts, and one further is refused" {
	member
	push "$token" "$(totals "$(day)" 600)" "$(totals "$(day 1)" 600)"
	expect_status 200
	push "$token" "$(totals "$(day 2)" 600)"
	expect_status 422
	api POST /sync "$(push_text "$(hex 8)" "${chain[$token]}" "$(day 3)" "$(totals "$(day 3)" 600)")" "$token"
	expect_problem 422 clock_off /today
	expect_value 1200 "$handle" '?metric=xp&period=all'
	expect_value 2 "$handle" '?metric=streak&period=all'
}

@test "an import brings nobody up: not by days, rest or claim, nor when accounts that share it are merged" {
	member
	local survivor=$token name=$handle source days
	source=$(hex 32)
	mapfile -t days < <(past 60 600)
	import "$token" "$source" "$(list "${days[@]}")" "$(sums 99999 10 10 10)" "$(claim 300 "$(day)" 900)"
	expect_status 200
	pairing_code "$survivor"
	member
	import "$token" "$source" "$(list "${days[@]}")" "$(sums 99999 10 10 10)" "$(claim 300 "$(day)" 900)"
	redeem "$code" "$token" true
	expect_status 200
	local query
	while read -r query; do
		expect_value 0 "$name" "?$query"
	done <<<"$every_board"
	[ "$(database 'SELECT sum(timely_xp) FROM day')" = 0 ]
	# A device's own day beside it counts by itself.
	push "$survivor" "$(totals "$(day)" 3)"
	expect_value 3 "$name" '?metric=xp&period=all'
	expect_value 1 "$name" '?metric=streak&period=all'
	expect_clean
}

@test "a streak or a count of days is not had by days without XP" {
	member 5
	push "$token" "$(totals "$(day -1)" 0 1440 1440 0)" "$(totals "$(day -2)" 0 1 1 1)"
	expect_status 200
	expect_streak 3 3
	expect_value 1 "$handle" '?metric=days&period=all'
	expect_value 1 "$handle" '?metric=streak&period=all'
	expect_clean
}
