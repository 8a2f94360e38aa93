#!/usr/bin/env bats
# The API's main job, as a client sees it: progress follows a person over devices.
#
# shellcheck disable=SC2154 # what helper.bash and sync.bash set
# shellcheck disable=SC2016 # jq's variables
# shellcheck disable=SC2030,SC2031 # a test's changes are meant for itself

load helper
load sync

setup_file() {
	service_start
}

# --- Accounts ---

@test "opening an account tells who it is, a device, its token, a recovery code and a pseudonym, and no more" {
	api POST /sync/accounts '{"device":{"kind":"vscode"}}'
	expect_status 201
	expect_header content-type application/json
	expect_header cache-control 'private, no-store'
	expect_json 'keys == ["account_id", "device_id", "handle", "recovery_code", "token"]'
	local uuid='^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'
	expect_json '[.account_id, .device_id | test($uuid)] == [true, true]' --arg uuid "$uuid"
	expect_json '.account_id != .device_id'
	expect_json '.token | test("^bm_[A-Za-z0-9_-]{43}$")'
	expect_json '.recovery_code | test("^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$")'
	expect_json '.handle | test("^[a-z]+-[a-z]+-[1-9][0-9]{3}$")'
}

@test "each kind of device can open an account" {
	local kind
	for kind in vscode web cli; do
		open_account $kind
		api GET /sync/devices '' "$token"
		expect_json "[.devices[].kind] == [\"$kind\"]"
	done
}

@test "no two accounts share an identifier, a token, a code or a pseudonym" {
	local i
	for i in {1..20}; do
		open_account
		jq -r '.[]' "$body_file" >>"$BATS_TEST_TMPDIR/all"
	done
	[ "$(sort -u "$BATS_TEST_TMPDIR/all" | wc -l)" -eq 100 ]
}

# --- The state ---

@test "the state of a new account is all zeros, with exactly the members that are documented" {
	open_account
	state_of "$token"
	expect_json '. == {
		account_id: $account, handle: $handle, xp: 0, minutes: 0, sessions: 0, cycles: 0,
		level: {level: 1, title: "Mindful Rookie", xp_from: 0, xp_next: 50},
		streak: {current: 0, longest: 0, last_day: null, active_today: false},
		devices: 1, epoch: .epoch, server_day: $day}' \
		--arg account "$account_id" --arg handle "$handle" --arg day "$(day)"
	expect_json '.epoch | test("^[0-9a-f]{16}$")'
	expect_header cache-control 'private, no-store'
}

@test "levels begin where they should" {
	open_account
	local level
	for level in '49 1 0 50 Mindful_Rookie' '50 2 50 150 Breathing_Novice' '149 2 50 150 Breathing_Novice' \
		'150 3 150 300 Calm_Coder' '299 3 150 300 Calm_Coder' '300 4 300 500 Zen_Developer' \
		'499 4 300 500 Zen_Developer' '500 5 500 750 Mindful_Master' '749 5 500 750 Mindful_Master' \
		'750 6 750 1000 Breathing_Sage' '999 6 750 1000 Breathing_Sage' '1000 7 1000 1500 Code_Mystic' \
		'1499 7 1000 1500 Code_Mystic' '1500 8 1500 null Breath_Master' '99999 8 1500 null Breath_Master'; do
		local xp number from next title
		read -r xp number from next title <<<"$level"
		push "$token" "$(totals "$(day)" "$xp" 1 1 1)"
		expect_json ".level == {level: $number, title: \"${title/_/ }\", xp_from: $from, xp_next: $next}"
	done
}

@test "a read has a strong ETag that stays while nothing changes, and 304 has no body" {
	open_account
	local path etag
	for path in /sync "/sync?today=$(day)" /sync/devices /sync/imports /sync/export; do
		api GET "$path" '' "$token"
		etag=$(header etag)
		[[ $etag =~ ^\"[^\"]+\"$ ]]
		for sent in "$etag" "W/$etag" "\"other\", $etag" '*'; do
			fetch "/api/v1$path" -H "Authorization: Bearer $token" -H "If-None-Match: $sent"
			expect_status 304
			[ ! -s "$body_file" ]
			expect_header etag "$etag"
		done
		fetch "/api/v1$path" -H "Authorization: Bearer $token" -H 'If-None-Match: "other"'
		expect_status 200
	done
}

@test "an ETag changes with what it stands for" {
	open_account
	state_of "$token"
	local etag
	etag=$(header etag)
	push "$token" "$(totals "$(day)" 1)"
	fetch /api/v1/sync -H "Authorization: Bearer $token" -H "If-None-Match: $etag"
	expect_status 200
	[ "$(header etag)" != "$etag" ]
}

@test "an ETag is no way around the token" {
	open_account
	state_of "$token"
	fetch /api/v1/sync -H "If-None-Match: $(header etag)"
	expect_problem 401 token_missing
}

@test "HEAD answers as GET does, without the body" {
	open_account
	state_of "$token"
	local length=${#body} etag
	etag=$(header etag)
	fetch /api/v1/sync -I -H "Authorization: Bearer $token"
	expect_status 200
	expect_header content-length "$length"
	expect_header etag "$etag"
}

# --- Pushing ---

@test "a push answers the state that it led to" {
	open_account
	push "$token" "$(totals "$(day)" 12 3 1 12)" "$(totals "$(day -1)" 8 2 2 8)"
	expect_status 200
	expect_sums 20 5 3 20
	expect_streak 2 2
	expect_json '.streak.last_day == .server_day and .streak.active_today'
	local pushed=$body
	state_of "$token" "$(day)"
	[ "$body" = "$pushed" ]
}

@test "of each figure of a day the largest value stays" {
	open_account
	push "$token" "$(totals "$(day)" 10 20 30 40)"
	push "$token" "$(totals "$(day)" 9 21 29 41)"
	expect_sums 10 21 30 41
	push "$token" "$(totals "$(day)" 11 1 31 1)"
	expect_sums 11 21 31 41
}

@test "the same days again change nothing, however often and in whatever order" {
	open_account
	local days=() i
	for i in {1..6}; do
		days+=("$(totals "$(day -"$i")" $((i * 7)) "$i" "$i" "$i")")
	done
	push "$token" "${days[@]}"
	local first=$body
	push "$token" "${days[5]}" "${days[0]}" "${days[3]}"
	push "$token" "${days[2]}"
	push "$token" "${days[4]}" "${days[1]}"
	expect_status 200
	[ "$body" = "$first" ]
}

@test "any order of the same pushes leads to the same state" {
	local order a b
	a=$(totals "$(day -2)" 5 1 1 5)
	b=$(totals "$(day -2)" 9 3 2 9)
	for order in "$a $b" "$b $a"; do
		open_account
		# shellcheck disable=SC2086 # two
		set -- $order
		push "$token" "$1" "$(totals "$(day)" 1)"
		push "$token" "$2" "$(totals "$(day -1)" 2)"
		jq -S 'del(.account_id, .handle)' "$body_file" >>"$BATS_TEST_TMPDIR/states"
	done
	jq -es '.[0] == .[1] and .[0].xp == 12' "$BATS_TEST_TMPDIR/states"
}

@test "two devices that were used offline on the same day add up" {
	open_account
	local first=$token
	another_device "$first"
	push "$first" "$(totals "$(day)" 30 10 1 25)"
	push "$token" "$(totals "$(day)" 12 4 2 11)"
	expect_sums 42 14 3 36
	expect_streak 1 1
	expect_json '.devices == 2'
	state_of "$first"
	expect_sums 42 14 3 36
}

@test "an empty push is welcome and changes nothing" {
	open_account
	push "$token" "$(totals "$(day)" 5)"
	push "$token"
	expect_status 200
	expect_sums 5
}

@test "a day of zeros is no active day" {
	open_account
	push "$token" "$(totals "$(day)" 0)"
	expect_status 200
	expect_streak 0 0
	expect_json '.streak.last_day == null'
	api GET /sync/export '' "$token"
	expect_json '.devices[0].days == []'
}

@test "any one figure makes a day active" {
	local figures
	for figures in '1 0 0 0' '0 1 0 0' '0 0 1 0' '0 0 0 1'; do
		open_account
		# shellcheck disable=SC2086 # four
		push "$token" "$(totals "$(day)" $figures)"
		expect_streak 1 1
	done
}

@test "the largest figures that a day can hold are taken" {
	open_account
	push "$token" "$(totals "$(day)" 100000 1440 1440 100000)"
	expect_status 200
	expect_sums 100000 1440 1440 100000
}

@test "400 days fit one push, from the first day that there can be to tomorrow" {
	open_account
	local days=("$(totals 2020-01-01 1)" "$(totals "$(day 1)" 1)") i
	for i in {1..398}; do
		days+=("$(totals "$(day -$((i * 2)))" 1)")
	done
	push_text "$(hex 8)" '' "$(day)" "${days[@]}" >"$BATS_TEST_TMPDIR/body.json"
	api POST /sync "@$BATS_TEST_TMPDIR/body.json" "$token"
	expect_status 200
	expect_sums 400
	api GET /sync/export '' "$token"
	expect_json '.devices[0].days | length == 400 and .[0].day == "2020-01-01"'
}

@test "a device may date itself a day to either side of the server" {
	open_account
	local offset
	for offset in -1 0 1; do
		api POST /sync "$(push_text "$(hex 8)" '' "$(day $offset)")" "$token"
		expect_status 200
		another_device "$token"
	done
	for offset in -2 2; do
		api POST /sync "$(push_text "$(hex 8)" '' "$(day $offset)" "$(totals "$(day)" 5)")" "$token"
		expect_problem 422 clock_off /today
	done
	state_of "$token"
	expect_sums 0
}

# --- Streaks ---

@test "the streak is the run of active days that ends today or yesterday" {
	open_account
	push "$token" "$(totals "$(day -4)" 1)" "$(totals "$(day -3)" 1)" "$(totals "$(day -2)" 1)"
	expect_streak 0 3
	push "$token" "$(totals "$(day -1)" 1)"
	expect_streak 4 4
	expect_json '.streak.active_today == false'
	push "$token" "$(totals "$(day)" 1)"
	expect_streak 5 5
	expect_json '.streak.active_today == true'
}

@test "the streak is by the asking device's date" {
	open_account
	push "$token" "$(totals "$(day -2)" 1)" "$(totals "$(day -1)" 1)"
	state_of "$token" "$(day -1)"
	expect_streak 2 2
	expect_json .streak.active_today
	state_of "$token" "$(day)"
	expect_streak 2 2
	expect_json '.streak.active_today | not'
	state_of "$token" "$(day 1)"
	expect_streak 0 2
}

@test "where no device asks, a run that ended the day before yesterday is current" {
	open_account
	push "$token" "$(totals "$(day -3)" 1)" "$(totals "$(day -2)" 1)"
	expect_streak 0 2
	state_of "$token"
	expect_streak 2 2
	state_of "$token" "$(day)"
	expect_streak 0 2
	state_of "$token" "$(day -1)"
	expect_streak 2 2
}

@test "a run that reaches into a day that has not begun here counts up to here" {
	open_account
	push "$token" "$(totals "$(day -1)" 1)" "$(totals "$(day)" 1)" "$(totals "$(day 1)" 1)"
	state_of "$token" "$(day 1)"
	expect_streak 3 3
	state_of "$token" "$(day)"
	expect_streak 2 3
	expect_json .streak.active_today
	state_of "$token" "$(day -1)"
	expect_streak 1 3
	state_of "$token"
	expect_streak 3 3
}

@test "a run that begins tomorrow leaves yesterday's run current" {
	open_account
	push "$token" "$(totals "$(day -2)" 1)" "$(totals "$(day -1)" 1)" "$(totals "$(day 1)" 1)"
	state_of "$token" "$(day)"
	expect_streak 2 2
	expect_json '.streak.active_today | not'
	state_of "$token" "$(day 1)"
	expect_streak 1 2
}

@test "a late upload heals the streak" {
	open_account
	push "$token" "$(totals "$(day -3)" 1)" "$(totals "$(day -2)" 1)" "$(totals "$(day)" 1)"
	expect_streak 1 2
	push "$token" "$(totals "$(day -1)" 1)"
	expect_streak 4 4
}

@test "the active days of all devices make one streak" {
	open_account
	local first=$token
	another_device "$first"
	push "$first" "$(totals "$(day -4)" 1)" "$(totals "$(day -2)" 1)" "$(totals "$(day)" 1)"
	push "$token" "$(totals "$(day -3)" 1)" "$(totals "$(day -1)" 1)"
	expect_streak 5 5
}

@test "the longest streak stays when it is over, and old days can make it longer" {
	open_account
	local i days=()
	for i in 10 11 12 14 15; do
		days+=("$(totals "$(day -$i)" 1)")
	done
	push "$token" "${days[@]}"
	expect_streak 0 3
	push "$token" "$(totals "$(day)" 1)"
	expect_streak 1 3
	push "$token" "$(totals "$(day -13)" 1)"
	expect_streak 1 6
}

# --- The chain of pushes ---

@test "a push is answered the same when it is sent again" {
	open_account
	local id text
	id=$(hex 8)
	text=$(push_text "$id" '' "$(day)" "$(totals "$(day)" 7)")
	api POST /sync "$text" "$token"
	expect_status 200
	local first=$body
	for _ in 1 2 3; do
		api POST /sync "$text" "$token"
		expect_status 200
		[ "$body" = "$first" ]
	done
}

@test "a push sent again is not counted again, and the next one follows it" {
	open_account
	local id
	push "$token" "$(totals "$(day)" 7)"
	id=${chain[$token]}
	# Says more than the first time, as a client never would: it is not looked at.
	api POST /sync "$(push_text "$id" '' "$(day)" "$(totals "$(day)" 99)")" "$token"
	expect_status 200
	expect_sums 7
	push "$token" "$(totals "$(day)" 8)"
	expect_status 200
	expect_sums 8
}

@test "a push after another one than the newest is refused and says whether it had been received" {
	open_account
	local first second
	push "$token" "$(totals "$(day)" 1)"
	first=${chain[$token]}
	push "$token" "$(totals "$(day)" 2)"
	second=${chain[$token]}
	local epoch
	epoch=$(json .epoch)

	# A copy of the device goes on from the first push.
	api POST /sync "$(push_text "$(hex 8)" "$first" "$(day)" "$(totals "$(day)" 50)")" "$token"
	expect_problem 409 device_forked
	expect_json '.received == false and .epoch == $epoch' --arg epoch "$epoch"
	# A device that was rolled back sends what it had sent.
	api POST /sync "$(push_text "$first" '' "$(day)" "$(totals "$(day)" 1)")" "$token"
	expect_problem 409 device_forked
	expect_json '.received == true and .epoch == $epoch' --arg epoch "$epoch"
	# One that was set up anew with an old token.
	api POST /sync "$(push_text "$(hex 8)" '' "$(day)" "$(totals "$(day)" 50)")" "$token"
	expect_problem 409 device_forked
	expect_json '.received == false'
	# The device itself goes on.
	state_of "$token"
	expect_sums 2
	api POST /sync "$(push_text "$(hex 8)" "$second" "$(day)" "$(totals "$(day)" 3)")" "$token"
	expect_status 200
	expect_sums 3
}

@test "the last eight pushes are remembered, the ninth is not" {
	open_account
	local ids=() i
	for i in {1..9}; do
		push "$token" "$(totals "$(day)" "$i")"
		ids+=("${chain[$token]}")
	done
	for i in {1..7}; do
		api POST /sync "$(push_text "${ids[i]}" '' "$(day)")" "$token"
		expect_problem 409 device_forked
		expect_json '.received == true'
	done
	api POST /sync "$(push_text "${ids[0]}" '' "$(day)")" "$token"
	expect_problem 409 device_forked
	expect_json '.received == false'
	state_of "$token"
	expect_sums 9
}

@test "a device without a chain takes whatever it is told to come after" {
	open_account
	api POST /sync "$(push_text "$(hex 8)" "$(hex 8)" "$(day)" "$(totals "$(day)" 4)")" "$token"
	expect_status 200
	expect_sums 4
}

@test "each device has a chain of its own" {
	open_account
	local first=$token
	another_device "$first"
	push "$first" "$(totals "$(day)" 1)"
	push "$token" "$(totals "$(day)" 1)"
	push "$first" "$(totals "$(day)" 2)"
	push "$token" "$(totals "$(day)" 2)"
	expect_status 200
	expect_sums 4
	api POST /sync "$(push_text "$(hex 8)" "${chain[$first]}" "$(day)")" "$token"
	expect_problem 409 device_forked
}

@test "a copy that asks for a device of its own goes on with nothing lost" {
	open_account
	push "$token" "$(totals "$(day)" 10)"
	local original=$token start=${chain[$token]}
	push "$original" "$(totals "$(day)" 15)"
	api POST /sync "$(push_text "$(hex 8)" "$start" "$(day)" "$(totals "$(day)" 18)")" "$original"
	expect_problem 409 device_forked
	another_device "$original"
	push "$token" "$(totals "$(day)" 8)"
	expect_sums 23
}

# --- Imports ---

@test "an import counts its days and its rest, and has an entry in the list" {
	open_account
	local source
	source=$(hex 32)
	import "$token" "$source" "$(list "$(totals "$(day -40)" 10 2 1 9)" "$(totals "$(day -38)" 5 1 1 5)")" \
		"$(sums 100 20 0 7)"
	expect_status 200
	expect_sums 115 23 2 21
	expect_streak 0 1
	expect_json '.devices == 1'
	api GET /sync/imports '' "$token"
	expect_json '. == {imports: [{source: $source, xp: 115, first_day: $first, last_day: $last}]}' \
		--arg source "$source" --arg first "$(day -40)" --arg last "$(day -38)"
}

@test "the same or a later export, from whatever device, grows the same import" {
	open_account
	local source first=$token
	source=$(hex 32)
	import "$first" "$source" "$(list "$(totals "$(day -3)" 10)")" "$(sums 50)"
	local once=$body
	import "$first" "$source" "$(list "$(totals "$(day -3)" 10)")" "$(sums 50)"
	[ "$body" = "$once" ]
	another_device "$first" web
	import "$token" "$source" "$(list "$(totals "$(day -3)" 8 12 8 8)" "$(totals "$(day -2)" 4)")" "$(sums 40 60 40 40)"
	expect_sums 64 76 64 64
	api GET /sync/imports '' "$first"
	expect_json '.imports | length == 1'
}

@test "an import may bring nothing, days only, or a rest only" {
	open_account
	import "$token" "$(hex 32)" '[]'
	expect_status 200
	expect_sums 0
	import "$token" "$(hex 32)" '[]' "$(sums 7)"
	expect_sums 7
	api GET /sync/imports '' "$token"
	expect_json '[.imports[] | [.xp, .first_day, .last_day]] | sort == [[0, null, null], [7, null, null]]'
}

@test "two installations are two imports and add up" {
	open_account
	import "$token" "$(hex 32)" "$(list "$(totals "$(day)" 10)")"
	import "$token" "$(hex 32)" "$(list "$(totals "$(day)" 5)")"
	expect_sums 15
	push "$token" "$(totals "$(day)" 1)"
	expect_sums 16
}

@test "4,000 days fit one import" {
	open_account
	# From 2020 to now there are fewer days than that: the list ends where they do.
	jq -nc --arg today "$(day)" --argjson last "$(($(day_number "$(day)") - 18262))" \
		'{today: $today, days: [range($last + 1) | {day: ((18262 + .) * 86400 | todate[:10]),
			xp: 1, minutes: 1, sessions: 1, cycles: 1}]}' >"$BATS_TEST_TMPDIR/import.json"
	api PUT "/sync/imports/$(hex 32)" "@$BATS_TEST_TMPDIR/import.json" "$token"
	expect_status 200
	expect_json '.xp == .streak.current and .xp == .streak.longest and .xp > 2000'
}

@test "removing an import takes exactly its part away" {
	open_account
	local wrong good
	wrong=$(hex 32)
	good=$(hex 32)
	push "$token" "$(totals "$(day)" 3)" "$(totals "$(day -2)" 4)"
	import "$token" "$good" "$(list "$(totals "$(day -1)" 20)")" "$(sums 100)"
	local before=$body
	import "$token" "$wrong" "$(list "$(totals "$(day -3)" 7)" "$(totals "$(day)" 7)")" "$(sums 1000)" \
		"$(claim 9 "$(day -3)" 30)"
	expect_sums 1141
	expect_streak 12 30
	api DELETE "/sync/imports/$wrong" '' "$token"
	expect_status 204
	state_of "$token" "$(day)"
	[ "$body" = "$before" ]
	api DELETE "/sync/imports/$wrong" '' "$token"
	expect_problem 404 unknown_import
	api GET /sync/imports '' "$token"
	expect_json '[.imports[].source] == [$good]' --arg good "$good"
}

@test "an import that was removed can be imported again" {
	open_account
	local source
	source=$(hex 32)
	for _ in 1 2; do
		import "$token" "$source" "$(list "$(totals "$(day)" 10)")" "$(sums 5)"
		expect_sums 15
		api DELETE "/sync/imports/$source" '' "$token"
		expect_status 204
		state_of "$token"
		expect_sums 0
	done
}

@test "nobody can list, grow or remove another account's import" {
	open_account
	local source owner=$token
	source=$(hex 32)
	import "$owner" "$source" "$(list "$(totals "$(day)" 10)")"
	open_account
	api GET /sync/imports '' "$token"
	expect_json '.imports == []'
	api DELETE "/sync/imports/$source" '' "$token"
	expect_problem 404 unknown_import
	import "$token" "$source" "$(list "$(totals "$(day)" 99)")"
	expect_sums 99
	state_of "$owner"
	expect_sums 10
}

@test "a claimed streak is a streak" {
	open_account
	import "$token" "$(hex 32)" '[]' '' "$(claim 5 "$(day -1)" 12)"
	expect_streak 5 12
	expect_json '.streak.last_day == $day and (.streak.active_today | not) and .xp == 0' --arg day "$(day -1)"
	push "$token" "$(totals "$(day)" 1)"
	expect_streak 6 12
}

@test "a claim speaks for its days and the one on each side: there the import's own days are not active, their XP counts" {
	open_account
	import "$token" "$(hex 32)" \
		"$(list "$(totals "$(day -4)" 10)" "$(totals "$(day -2)" 10)" "$(totals "$(day)" 10)")" \
		'' "$(claim 3 "$(day -1)" 3)"
	expect_sums 30
	expect_streak 3 3
	expect_json '.streak.active_today | not'
}

@test "beyond those the import's own days are active, and a device's are everywhere" {
	open_account
	import "$token" "$(hex 32)" "$(list "$(totals "$(day -6)" 1)" "$(totals "$(day -5)" 1)")" \
		'' "$(claim 3 "$(day -1)" 3)"
	expect_streak 3 3
	push "$token" "$(totals "$(day -4)" 1)"
	expect_streak 6 6
	push "$token" "$(totals "$(day)" 1)"
	expect_streak 7 7
}

@test "a claim speaks for its own import only" {
	open_account
	import "$token" "$(hex 32)" '[]' '' "$(claim 3 "$(day -1)" 3)"
	import "$token" "$(hex 32)" "$(list "$(totals "$(day -4)" 1)" "$(totals "$(day)" 1)")"
	expect_streak 5 5
	expect_json .streak.active_today
}

@test "of two claims of an import the later one stands, of two that end together the longer, the longest always" {
	open_account
	local source
	source=$(hex 32)
	import "$token" "$source" '[]' '' "$(claim 4 "$(day -1)" 4)"
	expect_streak 4 4
	import "$token" "$source" '[]' '' "$(claim 9 "$(day -3)" 9)"
	expect_streak 4 9
	import "$token" "$source" '[]' '' "$(claim 6 "$(day -1)" 6)"
	expect_streak 6 9
	import "$token" "$source" '[]' '' "$(claim 5 "$(day -1)" 5)"
	expect_streak 6 9
	import "$token" "$source" '[]' '' "$(claim 2 "$(day)" 2)"
	expect_streak 2 9
	expect_json .streak.active_today
	import "$token" "$source" '[]'
	expect_streak 2 9
}

# --- Devices ---

@test "devices are listed with the caller's own marked" {
	open_account vscode
	local first=$token first_id=$device_id
	another_device "$first" web
	push "$first" "$(totals "$(day -3)" 1)" "$(totals "$(day -2)" 1)"
	api GET /sync/devices '' "$first"
	expect_json '. == {devices: [
		{device_id: $first, kind: "vscode", created_day: $today, last_day: $last, this: true},
		{device_id: $second, kind: "web", created_day: $today, last_day: null, this: false}]}' \
		--arg first "$first_id" --arg second "$device_id" --arg today "$(day)" --arg last "$(day -2)"
	api GET /sync/devices '' "$token"
	expect_json '[.devices[].this] == [false, true]'
}

@test "one more device has a token of its own, of 256 bits" {
	open_account
	api POST /sync/devices '{"device":{"kind":"web"}}' "$token"
	expect_status 201
	expect_header cache-control 'private, no-store'
	expect_json 'keys == ["device_id", "token"] and (.token | test("^bm_[A-Za-z0-9_-]{43}$"))'
	expect_json '.token != $token' --arg token "$token"
}

@test "a revoked device's token stops, its totals stay" {
	open_account
	local first=$token
	another_device "$first"
	push "$token" "$(totals "$(day)" 9)"
	api DELETE "/sync/devices/$device_id" '' "$first"
	expect_status 204
	local method
	for method in 'GET /sync' 'GET /sync/export' 'POST /sync/token' 'POST /sync/pairings' 'DELETE /sync/account'; do
		# shellcheck disable=SC2086 # two
		api $method '' "$token"
		expect_problem 401 token_revoked
	done
	push "$token" "$(totals "$(day)" 10)"
	expect_problem 401 token_revoked
	state_of "$first"
	expect_sums 9
	expect_json '.devices == 1'
	api GET /sync/devices '' "$first"
	expect_json '.devices | length == 1'
	api DELETE "/sync/devices/$device_id" '' "$first"
	expect_problem 404 unknown_device
}

@test "a device may revoke itself" {
	open_account
	api DELETE "/sync/devices/$device_id" '' "$token"
	expect_status 204
	api GET /sync '' "$token"
	expect_problem 401 token_revoked
	recover "$recovery_code"
	expect_status 201
}

@test "nobody can revoke another account's device, or an import" {
	open_account
	local victim=$token victim_id=$device_id
	open_account
	api DELETE "/sync/devices/$victim_id" '' "$token"
	expect_problem 404 unknown_device
	state_of "$victim"
	import "$token" "$(hex 32)" '[]'
	local uid
	uid=$(database "SELECT lower(hex(device.uid)) FROM device JOIN account USING (account)
		WHERE account.uid = $(blob "$account_id") AND kind = 0")
	api DELETE "/sync/devices/${uid:0:8}-${uid:8:4}-${uid:12:4}-${uid:16:4}-${uid:20}" '' "$token"
	expect_problem 404 unknown_device
}

# --- Tokens and the recovery code ---

@test "a new token makes the old one stop when it is first used, and not before" {
	open_account
	local old=$token
	api POST /sync/token '' "$old"
	expect_status 200
	expect_header cache-control 'private, no-store'
	expect_json 'keys == ["token"]'
	token=$(json .token)
	state_of "$old"
	state_of "$old"
	state_of "$token"
	api GET /sync '' "$old"
	expect_problem 401 token_revoked
	push "$token" "$(totals "$(day)" 1)"
	expect_status 200
}

@test "a new token that was never used is replaced by the next one" {
	open_account
	local old=$token lost
	api POST /sync/token '' "$old"
	lost=$(json .token)
	api POST /sync/token '' "$old"
	token=$(json .token)
	api GET /sync '' "$lost"
	expect_problem 401 token_unknown
	state_of "$old"
	state_of "$token"
	api GET /sync '' "$old"
	expect_problem 401 token_revoked
}

@test "the first use may be a push, and it goes on with the same chain" {
	open_account
	push "$token" "$(totals "$(day)" 1)"
	local old=$token
	api POST /sync/token '' "$old"
	token=$(json .token)
	# shellcheck disable=SC2004 # a key, not a number
	chain[$token]=${chain[$old]}
	push "$token" "$(totals "$(day)" 2)"
	expect_status 200
	expect_sums 2
	expect_json '.devices == 1'
	api GET /sync '' "$old"
	expect_problem 401 token_revoked
}

@test "a token that nobody issued is unknown" {
	api GET /sync '' "bm_$(head -c 32 /dev/urandom | basenc --base64url | tr -d =)"
	expect_problem 401 token_unknown
	expect_header www-authenticate Bearer
}

@test "the recovery code lets a new device join" {
	open_account vscode
	push "$token" "$(totals "$(day)" 9)"
	local account=$account_id name=$handle
	recover "$recovery_code"
	expect_status 201
	expect_header cache-control 'private, no-store'
	expect_json 'keys == ["account_id", "device_id", "handle", "token"]'
	expect_json '.account_id == $account and .handle == $name' --arg account "$account" --arg name "$name"
	state_of "$(json .token)"
	expect_sums 9
	expect_json '.devices == 2'
	# It is not used up.
	recover "$recovery_code"
	expect_status 201
}

@test "a recovery code is read in any case, with or without its hyphens, with O for 0 and I and L for 1" {
	open_account
	local spelling
	for spelling in "${recovery_code,,}" "${recovery_code//-/}" "${recovery_code//-/ }" \
		"$(tr 01 OI <<<"$recovery_code")" "$(tr 01 ol <<<"$recovery_code")"; do
		recover "$spelling"
		expect_status 201
	done
}

@test "a new recovery code stops the old one" {
	open_account
	local old=$recovery_code
	api POST /sync/recovery-code '' "$token"
	expect_status 200
	expect_header cache-control 'private, no-store'
	expect_json 'keys == ["recovery_code"]'
	local new
	new=$(json .recovery_code)
	[ "$new" != "$old" ]
	recover "$old"
	expect_problem 401 recovery_code_unknown
	recover "$new"
	expect_status 201
}

@test "a mistyped recovery code is told by its checksum, without a look into the store" {
	open_account
	local i wrong from to
	for i in 0 6 17 33; do
		from=${recovery_code:i:1}
		to=$([ "$from" = 7 ] && echo 8 || echo 7)
		wrong=${recovery_code:0:i}$to${recovery_code:i+1}
		recover "$wrong"
		expect_problem 422 bad_checksum /recovery_code
	done
	# Two characters that differ, swapped.
	for i in 0 1 5 11 15; do
		from=${recovery_code:i:1}
		to=${recovery_code:i+1:1}
		[[ $from != "$to" && $from$to != *-* ]] || continue
		recover "${recovery_code:0:i}$to$from${recovery_code:i+2}"
		expect_problem 422 bad_checksum /recovery_code
	done
}

@test "a recovery code that fits no account is unknown" {
	# All zeros: its checksum is right.
	recover 0000-0000-0000-0000-0000-0000-0000
	expect_problem 401 recovery_code_unknown
}

# --- Pairing ---

@test "a pairing code brings another device in" {
	open_account
	push "$token" "$(totals "$(day)" 4)"
	local account=$account_id name=$handle
	api POST /sync/pairings '' "$token"
	expect_status 201
	expect_header cache-control 'private, no-store'
	expect_json 'keys == ["code", "expires_in_s", "url"] and .expires_in_s == 600'
	expect_json '.code | test("^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$")'
	expect_json '.url == "/#pair=" + .code'
	redeem "$(json .code)"
	expect_status 201
	expect_header cache-control 'private, no-store'
	expect_json 'keys == ["account_id", "device_id", "handle", "token"]'
	expect_json '.account_id == $account and .handle == $name' --arg account "$account" --arg name "$name"
	state_of "$(json .token)"
	expect_sums 4
	expect_json '.devices == 2'
}

@test "a pairing code works once" {
	open_account
	pairing_code "$token"
	redeem "$code"
	expect_status 201
	redeem "$code"
	expect_problem 404 unknown_code
	state_of "$token"
	expect_json '.devices == 2'
}

@test "of many who redeem a code at once one gets in" {
	open_account
	pairing_code "$token"
	local i
	for i in {1..12}; do
		curl -sS -o /dev/null -w '%{http_code}\n' -H 'Content-Type: application/json' \
			-d "{\"code\":\"$code\",\"device\":{\"kind\":\"cli\"}}" "$url/api/v1/sync/pairings/redeem" \
			>"$BATS_TEST_TMPDIR/status.$i" &
	done
	wait
	[ "$(cat "$BATS_TEST_TMPDIR"/status.* | sort | uniq -c | xargs)" = '1 201 11 404' ]
	state_of "$token"
	expect_json '.devices == 2'
}

@test "a pairing code is read in any case, with or without hyphen and spaces, with O for 0 and I and L for 1" {
	open_account
	local spelling
	for spelling in lower bare spaced letters; do
		# One that has something to be mistaken in.
		for _ in {1..60}; do
			pairing_code "$token"
			[[ $code != *[01]* ]] || break
		done
		case $spelling in
		lower) redeem "$(tr 01 ol <<<"${code,,}")" ;;
		bare) redeem "${code/-/}" ;;
		spaced) redeem " ${code/-/ - } " ;;
		letters) redeem "$(tr 01 OI <<<"$code")" ;;
		esac
		expect_status 201
	done
}

@test "a new pairing code stops the one before" {
	open_account
	pairing_code "$token"
	local old=$code
	another_device "$token"
	pairing_code "$token"
	redeem "$old"
	expect_problem 404 unknown_code
	redeem "$code"
	expect_status 201
}

@test "codes of different accounts leave each other alone" {
	open_account
	pairing_code "$token"
	local first=$code account=$account_id
	open_account
	pairing_code "$token"
	redeem "$first"
	expect_status 201
	expect_json '.account_id == $account' --arg account "$account"
	redeem "$code"
	expect_json '.account_id == $account' --arg account "$account_id"
}

@test "a pairing code ends ten minutes after it was made" {
	open_account
	pairing_code "$token"
	local left own
	own="account = (SELECT account FROM account WHERE uid = $(blob "$account_id"))"
	left=$(($(database "SELECT expires_s FROM pairing WHERE $own") - $(date +%s)))
	[ "$left" -ge 590 ] && [ "$left" -le 600 ]
	alter_database "UPDATE pairing SET expires_s = $(date +%s) WHERE $own"
	redeem "$code"
	expect_problem 404 unknown_code
	state_of "$token"
	expect_json '.devices == 1'
}

@test "a code that could be one, and is none, is unknown" {
	redeem 0000-0000
	expect_problem 404 unknown_code
}

# --- Merging ---

# Sets token_a, code and account_a; token_b and account_b: two people who are one.
two_accounts() {
	open_account
	token_a=$token account_a=$account_id handle_a=$handle recovery_a=$recovery_code
	push "$token_a" "$(totals "$(day)" 10 1 2 3)" "$(totals "$(day -2)" 20 2 3 4)"
	open_account web
	token_b=$token account_b=$account_id handle_b=$handle recovery_b=$recovery_code
	push "$token_b" "$(totals "$(day)" 100 4 5 6)" "$(totals "$(day -1)" 200 7 8 9)"
	pairing_code "$token_a"
}

@test "merging needs a word, tells both sums, and changes nothing without it" {
	two_accounts
	local merge
	for merge in '' false; do
		redeem "$code" "$token_b" $merge
		expect_problem 409 merge_needed
		expect_json '.yours == $yours and .theirs == $theirs' \
			--argjson yours "$(sums 300 11 13 15)" --argjson theirs "$(sums 30 3 5 7)"
		recover "$recovery_a" "$token_b" $merge
		expect_problem 409 merge_needed
		expect_json '.yours == $yours and .theirs == $theirs' \
			--argjson yours "$(sums 300 11 13 15)" --argjson theirs "$(sums 30 3 5 7)"
	done
	state_of "$token_a"
	expect_sums 30 3 5 7
	expect_json '.account_id == $a' --arg a "$account_a"
	state_of "$token_b"
	expect_sums 300 11 13 15
	expect_json '.account_id == $b' --arg b "$account_b"
}

@test "a merged account has the exact sum of both and the streak of all their days" {
	two_accounts
	redeem "$code" "$token_b" true
	expect_status 200
	expect_sums 330 14 18 22
	expect_json '.devices == 2 and .account_id == $a and .handle == $handle' \
		--arg a "$account_a" --arg handle "$handle_a"
	local merged=$body
	state_of "$token_a"
	[ "$body" = "$merged" ]
	state_of "$token_a" "$(day)"
	expect_streak 3 3
}

@test "after a merge the tokens and chains of both go on, and no device was made" {
	two_accounts
	redeem "$code" "$token_b" true
	expect_json '(has("token") or has("device_id")) | not'
	push "$token_a" "$(totals "$(day)" 11 1 2 3)"
	expect_status 200
	push "$token_b" "$(totals "$(day)" 101 4 5 6)"
	expect_status 200
	expect_sums 332 14 18 22
	api GET /sync/devices '' "$token_b"
	expect_json '[.devices[] | .kind, .this] == ["cli", false, "web", true]'
}

@test "the surviving account keeps its recovery code; the other's codes fit nothing any more" {
	two_accounts
	local merged=$code
	pairing_code "$token_b"
	redeem "$merged" "$token_b" true
	expect_status 200
	redeem "$merged"
	expect_problem 404 unknown_code
	redeem "$code"
	expect_problem 404 unknown_code
	recover "$recovery_b"
	expect_problem 401 recovery_code_unknown
	recover "$recovery_a"
	expect_status 201
	expect_json '.account_id == $a' --arg a "$account_a"
}

@test "the recovery code merges as a pairing code does" {
	two_accounts
	recover "$recovery_a" "$token_b" true
	expect_status 200
	expect_sums 330 14 18 22
	expect_json '.account_id == $a' --arg a "$account_a"
}

@test "the other account's identifier is kept as a former one, over merges of merges" {
	two_accounts
	redeem "$code" "$token_b" true
	api GET /sync/export '' "$token_b"
	expect_json '.account | .account_id == $a and .former_ids == [$b]' --arg a "$account_a" --arg b "$account_b"
	local name=$handle_b
	open_account
	pairing_code "$token"
	redeem "$code" "$token_a" true
	expect_status 200
	api GET /sync/export '' "$token_b"
	expect_json '.account | .account_id == $c and .former_ids == ([$a, $b] | sort) and .handle != $name' \
		--arg a "$account_a" --arg b "$account_b" --arg c "$account_id" --arg name "$name"
}

@test "a merge with an empty account changes no figure" {
	two_accounts
	open_account
	redeem "$code" "$token" true
	expect_status 200
	expect_sums 30 3 5 7
	open_account
	local empty=$token
	pairing_code "$empty"
	redeem "$code" "$token_a" true
	expect_status 200
	expect_sums 30 3 5 7
	state_of "$empty"
	expect_sums 30 3 5 7
}

@test "imports come along, and what both had imported from one installation counts once" {
	two_accounts
	local both own
	both=$(hex 32)
	own=$(hex 32)
	import "$token_a" "$both" "$(list "$(totals "$(day -5)" 7)")" "$(sums 1000)"
	import "$token_b" "$both" "$(list "$(totals "$(day -5)" 7)" "$(totals "$(day -4)" 3)")" "$(sums 1000)"
	import "$token_b" "$own" "$(list "$(totals "$(day -6)" 5)")" "$(sums 500)"
	redeem "$code" "$token_b" true
	expect_status 200
	expect_json '.xp == 330 + 1010 + 505'
	api GET /sync/imports '' "$token_a"
	expect_json '[.imports[] | {source, xp}] | sort_by(.xp) == [{source: $own, xp: 505}, {source: $both, xp: 1010}]' \
		--arg own "$own" --arg both "$both"
	import "$token_a" "$both" "$(list "$(totals "$(day -4)" 4)")" "$(sums 1000)"
	expect_json '.xp == 330 + 1011 + 505'
	breathctl check
}

@test "an import that both had, each with more of something, is merged by the maximum as any import is" {
	two_accounts
	local both
	both=$(hex 32)
	import "$token_a" "$both" "$(list "$(totals "$(day -5)" 7)")" "$(sums 1000)" "$(claim 4 "$(day -9)" 40)"
	import "$token_b" "$both" "$(list "$(totals "$(day -5)" 3)" "$(totals "$(day -4)" 2)")" "$(sums 900 1100 900 900)" \
		"$(claim 2 "$(day -8)" 20)"
	redeem "$code" "$token_b" true
	expect_status 200
	expect_sums $((330 + 1000 + 7 + 2)) $((14 + 1100 + 7 + 2)) $((18 + 1000 + 7 + 2)) $((22 + 1000 + 7 + 2))
	expect_json '.streak.longest == 40'
}

@test "a code of the own account merges nothing, makes nothing and is used up" {
	two_accounts
	redeem "$code" "$token_a"
	expect_status 200
	expect_sums 30 3 5 7
	expect_json '.devices == 1'
	redeem "$code"
	expect_problem 404 unknown_code
	recover "$recovery_a" "$token_a"
	expect_status 200
	expect_json '.devices == 1'
}

@test "a code with a token that does not work any more merges nothing" {
	two_accounts
	api DELETE "/sync/devices/$(api GET /sync/devices '' "$token_b" && json '.devices[0].device_id')" '' "$token_b"
	expect_status 204
	redeem "$code" "$token_b" true
	expect_problem 401 token_revoked
	redeem "$code" "bm_$(head -c 32 /dev/urandom | basenc --base64url | tr -d =)" true
	expect_problem 401 token_unknown
	state_of "$token_a"
	expect_sums 30 3 5 7
}

@test "revoked devices count in a merge as they did before" {
	two_accounts
	another_device "$token_b"
	push "$token" "$(totals "$(day)" 1000)"
	api DELETE "/sync/devices/$device_id" '' "$token_b"
	redeem "$code" "$token_b" true
	expect_json '.xp == 1330 and .devices == 2'
	api GET /sync '' "$token"
	expect_problem 401 token_revoked
}

# --- Export ---

@test "the export holds everything about the account" {
	open_account vscode
	local first=$token first_id=$device_id source
	source=$(hex 32)
	another_device "$first" web
	push "$first" "$(totals "$(day)" 1 2 3 4)" "$(totals "$(day -1)" 5 6 7 8)"
	push "$token" "$(totals "$(day)" 10)"
	import "$first" "$source" "$(list "$(totals "$(day -9)" 11)")" "$(sums 100 1 2 3)" "$(claim 3 "$(day -20)" 8)"
	api DELETE "/sync/devices/$device_id" '' "$first"
	state_of "$first"
	local epoch
	epoch=$(json .epoch)
	api GET /sync/export '' "$first"
	expect_status 200
	expect_header cache-control 'private, no-store'
	expect_json '. == {
		account: {account_id: $account, former_ids: [], handle: $handle, created_day: $today, used_day: $today},
		epoch: $epoch,
		totals: {xp: 127, minutes: 30, sessions: 33, cycles: 36},
		devices: [
			{device_id: $first, kind: "vscode", created_day: $today, last_day: $today, revoked: false, horizon_day: null, months: [],
				days: [{day: $yesterday, xp: 5, minutes: 6, sessions: 7, cycles: 8}, {day: $today, xp: 1, minutes: 2, sessions: 3, cycles: 4}]},
			{device_id: $second, kind: "web", created_day: $today, last_day: $today, revoked: true, horizon_day: null, months: [],
				days: [{day: $today, xp: 10, minutes: 10, sessions: 10, cycles: 10}]}],
		imports: [
			{source: $source, created_day: .imports[0].created_day, rest: {xp: 100, minutes: 1, sessions: 2, cycles: 3},
				streak: {days: 3, last_day: $claimed, longest: 8}, horizon_day: null, months: [],
				days: [{day: $old, xp: 11, minutes: 11, sessions: 11, cycles: 11}]}]}' \
		--arg account "$account_id" --arg handle "$handle" --arg epoch "$epoch" --arg source "$source" \
		--arg first "$first_id" --arg second "$device_id" --arg today "$(day)" --arg yesterday "$(day -1)" \
		--arg old "$(day -9)" --arg claimed "$(day -20)"
}

@test "an export of its own data is the same from every device" {
	open_account
	push "$token" "$(totals "$(day)" 1)"
	api GET /sync/export '' "$token"
	local first=$body
	another_device "$token"
	api GET /sync/export '' "$token"
	[ "$(jq -S 'del(.devices[1])' <<<"$body")" = "$(jq -S . <<<"$first")" ]
}

# --- Erasing ---

@test "erasing an account makes all its tokens and codes unknown, and nobody else feels it" {
	open_account
	local other=$token
	push "$other" "$(totals "$(day)" 3)"
	open_account
	local first=$token
	push "$first" "$(totals "$(day)" 5)"
	import "$first" "$(hex 32)" "$(list "$(totals "$(day)" 5)")"
	another_device "$first"
	pairing_code "$first"
	api DELETE /sync/account '' "$token"
	expect_status 204
	[ ! -s "$body_file" ]
	api GET /sync '' "$first"
	expect_problem 401 token_unknown
	api GET /sync '' "$token"
	expect_problem 401 token_unknown
	push "$first" "$(totals "$(day)" 6)"
	expect_problem 401 token_unknown
	api DELETE /sync/account '' "$first"
	expect_problem 401 token_unknown
	redeem "$code"
	expect_problem 404 unknown_code
	recover "$recovery_code"
	expect_problem 401 recovery_code_unknown
	state_of "$other"
	expect_sums 3
}

@test "an account that was erased can begin anew" {
	open_account
	push "$token" "$(totals "$(day)" 5)"
	api DELETE /sync/account '' "$token"
	local old=$account_id
	open_account
	[ "$account_id" != "$old" ]
	state_of "$token"
	expect_sums 0
}

# --- What browsers of other origins ask ---

@test "every path tells another origin's script what it may do" {
	local path methods
	while read -r path methods; do
		fetch "/api/v1/sync$path" -X OPTIONS -H 'Origin: https://example.org' \
			-H 'Access-Control-Request-Method: POST' -H 'Access-Control-Request-Headers: authorization'
		expect_status 204
		expect_header access-control-allow-origin '*'
		expect_header access-control-allow-methods "$methods"
		expect_header access-control-allow-headers 'Authorization, Content-Type, If-None-Match'
		[ "$(header access-control-max-age)" -gt 0 ]
		[ ! -s "$body_file" ]
	done <<-END
		/accounts POST, OPTIONS
		/account DELETE, OPTIONS
		/export GET, HEAD, OPTIONS
		/imports GET, HEAD, OPTIONS
		/imports/$(hex 32) PUT, DELETE, OPTIONS
		/devices GET, HEAD, POST, OPTIONS
		/devices/x DELETE, OPTIONS
		/token POST, OPTIONS
		/recovery-code POST, OPTIONS
		/recover POST, OPTIONS
		/pairings POST, OPTIONS
		/pairings/redeem POST, OPTIONS
	END
	fetch /api/v1/sync -X OPTIONS -H 'Origin: https://example.org'
	expect_status 204
	expect_header access-control-allow-methods 'GET, HEAD, POST, OPTIONS'
	fetch /api/v1/sync/nothing -X OPTIONS -H 'Origin: https://example.org'
	expect_problem 404 not_found
}

@test "every reply may be read by another origin's script, ETag, Retry-After and request id with it" {
	open_account
	expect_header access-control-allow-origin '*'
	state_of "$token"
	expect_header access-control-allow-origin '*'
	expect_header access-control-expose-headers 'ETag, Retry-After, X-Request-Id'
	api GET /sync
	expect_header access-control-allow-origin '*'
	fetch /api/v1/sync -H "If-None-Match: *" -H "Authorization: Bearer $token"
	expect_status 304
	expect_header access-control-allow-origin '*'
	api GET /sync/nothing
	expect_header access-control-allow-origin '*'
	api DELETE /sync/account '' "$token"
	expect_status 204
	expect_header access-control-allow-origin '*'
}

@test "every reply has a request id of its own" {
	open_account
	local i
	for i in {1..10}; do
		api GET "/sync$([ "$i" -gt 5 ] || echo /nothing)" '' "$token"
		header x-request-id >>"$BATS_TEST_TMPDIR/ids"
	done
	[ "$(sort -u "$BATS_TEST_TMPDIR/ids" | grep -Ec '^[0-9a-f]{16,32}$')" -eq 10 ]
}

# --- Quotas ---

@test "when a day's accounts are all opened the next one waits for midnight, and the others go on" {
	service_start BREATH_ACCOUNTS_PER_DAY=2
	open_account
	local first=$token
	open_account
	api POST /sync/accounts '{"device":{"kind":"cli"}}'
	expect_problem 429 accounts_exhausted
	local wait
	wait=$(header retry-after)
	[ "$wait" -ge 1 ] && [ "$wait" -le 86400 ]
	[ $((86400 - $(date +%s) % 86400 - wait)) -le 2 ]
	push "$first" "$(totals "$(day)" 1)"
	expect_status 200
	another_device "$first"
	service_stop
	service_start BREATH_ACCOUNTS_PER_DAY=2 BREATH_DAY_SHIFT=1
	open_account
}

@test "an account has no more devices than it may, revoked ones counted, by whatever way they come" {
	service_start BREATH_DEVICES_PER_ACCOUNT=3
	open_account
	local first=$token second
	another_device "$first"
	api DELETE "/sync/devices/$device_id" '' "$first"
	another_device "$first"
	second=$token
	pairing_code "$second"
	api POST /sync/devices '{"device":{"kind":"cli"}}' "$first"
	expect_problem 409 quota_reached
	redeem "$code"
	expect_problem 409 quota_reached
	recover "$recovery_code"
	expect_problem 409 quota_reached
	state_of "$second"
	expect_json '.devices == 2'
	import "$second" "$(hex 32)" '[]'
	expect_status 200
	open_account
}

@test "an account has no more imports than it may, and can grow and replace those it has" {
	service_start BREATH_IMPORTS_PER_ACCOUNT=2
	open_account
	local first second
	first=$(hex 32)
	second=$(hex 32)
	import "$token" "$first" "$(list "$(totals "$(day)" 1)")"
	import "$token" "$second" "$(list "$(totals "$(day)" 2)")"
	import "$token" "$(hex 32)" "$(list "$(totals "$(day)" 4)")"
	expect_problem 409 quota_reached
	import "$token" "$first" "$(list "$(totals "$(day)" 10)")"
	expect_sums 12
	api DELETE "/sync/imports/$second" '' "$token"
	import "$token" "$(hex 32)" "$(list "$(totals "$(day)" 4)")"
	expect_sums 14
}

@test "after too many wrong codes everybody's codes wait, and nothing else does" {
	service_start BREATH_WRONG_CODES_PER_10_MIN=4
	open_account
	pairing_code "$token"
	redeem 0000-0000
	expect_problem 404 unknown_code
	recover 0000-0000-0000-0000-0000-0000-0000
	expect_problem 401 recovery_code_unknown
	# What is no code at all costs nobody a try.
	redeem 0000
	expect_problem 422 bad_value
	recover 0000-0000-0000-0000-0000-0000-0001
	expect_problem 422 bad_checksum
	# Nor does a code that is right.
	recover "$recovery_code"
	expect_status 201
	redeem 0000-0001
	redeem 0000-0002
	expect_problem 404 unknown_code
	redeem "$code"
	expect_problem 429 too_many_requests
	local wait
	wait=$(header retry-after)
	[ "$wait" -ge 1 ] && [ "$wait" -le 600 ]
	recover "$recovery_code"
	expect_problem 429 too_many_requests
	push "$token" "$(totals "$(day)" 1)"
	expect_status 200
	open_account
}
