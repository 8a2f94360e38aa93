#!/usr/bin/env bats
# What has had its time is forgotten: old days fold into months (P9), unused accounts go.

load helper
load sync

# The calendar of the service and of breathctl, shifted: then is so many days before the real one.
purge_on() { # SHIFT
	BREATH_DAY_SHIFT=$1 run -0 breathctl purge
}

# Serves so many days before the real one, and makes day() speak of that time.
live() { # SHIFT
	shift_days=$1
	service_start BREATH_DAY_SHIFT="$1"
}

day() {
	TZ=UTC0 printf '%(%F)T' $((EPOCHSECONDS + (${1:-0} + ${shift_days:-0}) * 86400))
}

# By whose calendar a purge sees that its own is right.
somebody_practises() {
	open_account
	push "$token" "$(totals "$(day)" 1)"
	expect_status 200
}

# export_of TOKEN FILE: without what changes by use.
export_of() {
	api GET /sync/export '' "$1"
	expect_status 200
	jq -S . "$body_file" >"$BATS_TEST_TMPDIR/$2"
}

@test "days older than 430 days fold into months that keep totals and active days; sums and streaks stay" {
	live -440
	open_account
	local first=$token i days=()
	for i in {0..40}; do
		[ $((i % 7)) -eq 3 ] || days+=("$(totals "$(day -"$i")" $((i + 1)) 2 1 $((i + 5)))")
	done
	push "$first" "${days[@]}"
	another_device "$first"
	push "$token" "$(totals "$(day)" 100)" "$(totals "$(day -40)" 50)"
	import "$first" "$(hex 32)" "$(list "$(totals "$(day -60)" 7)" "$(totals "$(day -61)" 8)")" "$(sums 1000)" \
		"$(claim 4 "$(day -59)" 20)"
	expect_status 200
	service_stop

	live 0
	# Somebody is here today, and so is this account: with days that are too young to fold.
	another_device "$first"
	local young=$token
	push "$young" "$(totals "$(day)" 3)" "$(totals "$(day -429)" 4)" "$(totals "$(day -430)" 5)"
	state_of "$first" "$(day)"
	local before=$body rows
	export_of "$first" before
	rows=$(database "SELECT count(*) FROM day WHERE day < $(($(day_number "$(day)") - 430))")
	[ "$rows" -gt 30 ]
	purge_on 0
	[[ $output == *"folded $rows days"* ]]

	state_of "$first" "$(day)"
	[ "$body" = "$before" ]
	[ "$(database "SELECT count(*) FROM day WHERE day < $(($(day_number "$(day)") - 430))")" -eq 0 ]
	run -0 breathctl check

	# The months of each device are the sums of its days, and name the same days.
	export_of "$first" after
	jq -e --slurpfile before "$BATS_TEST_TMPDIR/before" --arg young "$(day -430)" '
		def sum(f): map(f) | add // 0;
		def active: map(select(.xp + .minutes + .sessions + .cycles > 0).day);
		. as $after | [range(0; .devices | length) as $i | [$before[0].devices[$i], $after.devices[$i]]]
		+ [range(0; .imports | length) as $i | [$before[0].imports[$i], $after.imports[$i]]]
		| all(.[]; . as [$b, $a]
			| ($a.days | all(.day >= $young))
			and ([$a.months[].active_days[]] + ($a.days | active) | sort) == ($b.days | active | sort)
			and ([["xp", "minutes", "sessions", "cycles"][] as $f
				| ($a.days + $a.months | sum(.[$f])) == ($b.days | sum(.[$f]))] | all)
			and ($a.months | all(. as $m | $m.active_days | all(startswith($m.month))))
			and $a.horizon_day == ($b.days | map(.day) | map(select(. < $young)) | max))' \
		"$BATS_TEST_TMPDIR/after"

	# Nothing is folded twice.
	purge_on 0
	[[ $output == *'folded 0 days'* ]]
	export_of "$first" again
	cmp "$BATS_TEST_TMPDIR/after" "$BATS_TEST_TMPDIR/again"
}

@test "a folded day that comes again is acknowledged and ignored, one that never came is taken" {
	live -440
	open_account
	push "$token" "$(totals "$(day)" 10)" "$(totals "$(day -3)" 20)"
	local folded
	folded=$(day)
	service_stop
	live 0
	push "$token" "$(totals "$(day)" 1)"
	expect_sums 31
	purge_on 0
	push "$token" "$(totals "$folded" 99)"
	expect_status 200
	expect_sums 31
	# Before, between and after the days that were folded.
	push "$token" "$(totals "$(day -450)" 1)" "$(totals "$(day -441)" 2)" "$(totals "$(day -439)" 5)"
	expect_sums 39
	another_device "$token"
	push "$token" "$(totals "$folded" 7)"
	expect_sums 46
	purge_on 0
	[[ $output == *'folded 0 days'* ]]
	state_of "$token"
	expect_sums 46
	run -0 breathctl check
}

@test "an import grows over its folded days as a device does, and is removed with its months" {
	live -440
	open_account
	local source
	source=$(hex 32)
	import "$token" "$source" "$(list "$(totals "$(day)" 10)")" "$(sums 100)"
	service_stop
	live 0
	push "$token" "$(totals "$(day)" 1)"
	purge_on 0
	import "$token" "$source" "$(list "$(totals "$(day -440)" 12)" "$(totals "$(day -1)" 5)")" "$(sums 110)"
	expect_sums 126
	api GET /sync/imports '' "$token"
	expect_json '.imports[0].xp == 125'
	api DELETE "/sync/imports/$source" '' "$token"
	state_of "$token"
	expect_sums 1
	[ "$(database 'SELECT count(*) FROM month')" -eq 0 ]
	run -0 breathctl check
}

@test "a merge moves folded months along" {
	live -440
	open_account
	local first=$token
	push "$first" "$(totals "$(day)" 10)"
	open_account
	push "$token" "$(totals "$(day)" 20)"
	local second=$token
	service_stop
	live 0
	push "$first"
	somebody_practises
	purge_on 0
	pairing_code "$first"
	redeem "$code" "$second" true
	expect_sums 30
	expect_streak 0 1
	run -0 breathctl check
}

@test "erasing takes folded months along" {
	live -440
	open_account
	push "$token" "$(totals "$(day)" 10)"
	service_stop
	live 0
	push "$token" "$(totals "$(day)" 10)"
	purge_on 0
	api DELETE /sync/account '' "$token"
	expect_status 204
	[ "$(database 'SELECT (SELECT count(*) FROM month) + (SELECT count(*) FROM device)')" -eq 0 ]
}

@test "accounts that were not used for the configured time are erased, others are not" {
	live -101
	open_account
	local unused=$token
	push "$unused" "$(totals "$(day)" 1)"
	service_stop
	live -99
	open_account
	local used=$token
	push "$used" "$(totals "$(day)" 1)"
	service_stop
	live 0
	somebody_practises
	BREATH_UNUSED_ACCOUNT_DAYS=100 run -0 breathctl purge
	[[ $output == *'erased 1 unused accounts'* ]]
	api GET /sync '' "$unused"
	expect_problem 401 token_unknown
	state_of "$used"
	state_of "$token"
	run -0 breathctl check
}

@test "reading is a use, noted once a week" {
	live -150
	open_account
	service_stop
	live -60
	state_of "$token"
	service_stop
	live 0
	open_account
	local other=$token
	BREATH_UNUSED_ACCOUNT_DAYS=100 run -0 breathctl purge
	[[ $output == *'erased 0 unused accounts'* ]]
	state_of "$other"
}

@test "a server's day that is over 30 days past the newest use is doubted: nothing is purged" {
	live -440
	open_account
	push "$token" "$(totals "$(day)" 10)"
	service_stop
	shift_days=0
	local before
	before=$(database .dump)
	run -1 breathctl purge
	[[ $output == *'over 30 days ago'* ]]
	[ "$(database .dump)" = "$before" ]
	BREATH_DAY_SHIFT=-409 run -1 breathctl purge
	[ "$(database .dump)" = "$before" ]
	BREATH_DAY_SHIFT=-410 run -0 breathctl purge
}

@test "an empty database can be purged" {
	service_start
	purge_on 0
	[[ $output == *'erased 0 unused accounts, folded 0 days'* ]]
}

@test "expired codes and the counts of past days are purged" {
	service_start
	open_account
	pairing_code "$token"
	api POST /sync/devices "{\"device\":{\"kind\":\"cli\"},\"request\":\"$(hex 16)\"}" "$token"
	alter_database "UPDATE pairing SET expires_s = $((EPOCHSECONDS - 1));
		UPDATE request SET expires_s = $((EPOCHSECONDS - 1));
		INSERT INTO quota VALUES ($(($(day_number "$(day)") - 1)), 0, 5);
		INSERT INTO quota_slot VALUES ($(($(day_number "$(day)") - 1)), 0, 17, 5)"
	open_account
	pairing_code "$token"
	alter_database "UPDATE pairing SET expires_s = $((EPOCHSECONDS - 1))
		WHERE account <> (SELECT max(account) FROM account)"
	purge_on 0
	[ "$(database 'SELECT count(*) FROM pairing')" -eq 1 ]
	[ "$(database 'SELECT count(*) FROM request')" -eq 0 ]
	[ "$(database 'SELECT count(*) FROM quota')" -eq 1 ]
	[ "$(database 'SELECT count(*) FROM quota_slot')" -eq 0 ]
	redeem "$code"
	expect_status 201
}

@test "a purge of many accounts works beside syncs, which all go through" {
	live -440
	local i
	for i in {1..70}; do
		open_account
		push "$token" "$(totals "$(day)" 2)" "$(totals "$(day -1)" 2)"
	done
	service_stop
	live 0
	push "$token" "$(totals "$(day)" 1)"
	breathctl purge >"$BATS_TEST_TMPDIR/purge" 3>&- &
	local purge=$!
	for i in {1..20}; do
		push "$token" "$(totals "$(day)" $((i + 1)))"
		expect_status 200
	done
	wait $purge
	grep -qx 'erased 0 unused accounts, folded 140 days' "$BATS_TEST_TMPDIR/purge"
	run -0 breathctl check
}

@test "devices revoked over 430 days ago are joined into one, which keeps totals, days and identifiers" {
	live -900
	open_account
	local first=$token i ids=() recent
	for i in 1 2 3; do
		another_device "$first"
		push "$token" "$(totals "$(day -$((i * 20)))" $((i * 10)) 1 1 1)" "$(totals "$(day -10)" 5 2 3 4)"
		api DELETE "/sync/devices/$device_id" '' "$first"
		ids+=("$device_id")
	done
	push "$first" "$(totals "$(day)" 2)"
	another_device "$first"
	push "$token" "$(totals "$(day -15)" 1)"
	recent=$device_id
	service_stop

	live 0
	somebody_practises
	# Its days are as old, but it was revoked today.
	api DELETE "/sync/devices/$recent" '' "$first"
	state_of "$first" "$(day)"
	local before=$body
	purge_on 0
	[[ $output == *'joined 2 revoked devices into others'* ]]
	run -0 breathctl check
	state_of "$first" "$(day)"
	[ "$body" = "$before" ]
	api GET /sync/export '' "$first"
	expect_json '[.devices[] | .device_id] | length == 3'
	expect_json '.devices[] | select(.device_id == $kept)
		| (.joined_ids | sort) == ($gone | sort) and .revoked and ([.months[].xp] | add) == 75
			and ([.months[].active_days[]] | sort) == ($days | sort)' \
		--arg kept "${ids[0]}" --argjson gone "$(jq -n '$ARGS.positional' --args "${ids[@]:1}")" \
		--argjson days "$(jq -n '$ARGS.positional' --args "$(day -910)" "$(day -920)" "$(day -940)" "$(day -960)")"
	expect_json '.devices[] | select(.device_id == $recent) | .joined_ids == []' --arg recent "$recent"
	# Again: nothing is left to do, and nothing is lost.
	purge_on 0
	[[ $output == *'joined 0 revoked devices into others'* ]]
	# It goes with its account.
	api DELETE /sync/account '' "$first"
	expect_status 204
	[ "$(database 'SELECT count(*) FROM joined_device')" = 0 ]
}
