#!/usr/bin/env bats
# Imports: what an old installation had counted, as a device of its own kind.

load helper
load sync

setup_file() {
	service_start
}

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
