#!/usr/bin/env bats
# Two accounts of one person become one, exactly.

load helper
load sync

setup_file() {
	service_start
}

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
