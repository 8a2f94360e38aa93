#!/usr/bin/env bats
# The chain of pushes: a device that was copied or rolled back is found out, and one that only lost a
# reply is not.

load helper
load sync

setup_file() {
	service_start
}

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
