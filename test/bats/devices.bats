#!/usr/bin/env bats
# Who may speak for an account: devices, their tokens, and the codes with which others join.

load helper
load sync

setup_file() {
	service_start
}

# --- Devices ---

@test "devices are listed with the caller's own marked" {
	open_account vscode
	local first=$token first_id=$device_id
	another_device "$first" web
	push "$first" "$(totals "$(day -3)" 1)" "$(totals "$(day -2)" 1)"
	api GET /sync/devices '' "$first"
	expect_json '. == {recovery_code_day: $today, devices: [
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

@test "a revoked device does not get back in with a pairing code that it opened before" {
	open_account
	local owner=$token
	another_device "$owner"
	pairing_code "$token"
	api DELETE "/sync/devices/$device_id" '' "$owner"
	expect_status 204
	redeem "$code"
	expect_problem 404 unknown_code
	state_of "$owner"
	expect_json '.devices == 1'
	# What is opened afterwards is good, and another account's codes are left alone.
	pairing_code "$owner"
	local kept=$code
	open_account
	another_device "$token"
	api DELETE "/sync/devices/$device_id" '' "$token"
	redeem "$kept"
	expect_status 201
}

@test "a revoked device that never practised disappears, and its tokens are told apart still" {
	open_account
	local owner=$token waiting
	another_device "$owner"
	api POST /sync/token '' "$token"
	waiting=$(json .token)
	api DELETE "/sync/devices/$device_id" '' "$owner"
	expect_status 204
	local each
	for each in "$token" "$waiting"; do
		api GET /sync '' "$each"
		expect_problem 401 token_revoked
	done
	api GET /sync/export '' "$owner"
	expect_json '.devices | length == 1'
	api DELETE "/sync/devices/$device_id" '' "$owner"
	expect_problem 404 unknown_device
	# After a merge as well; and when the account goes, nothing is known of them.
	open_account
	pairing_code "$token"
	redeem "$code" "$owner" true
	api GET /sync '' "$waiting"
	expect_problem 401 token_revoked
	api DELETE /sync/account '' "$owner"
	api GET /sync '' "$waiting"
	expect_problem 401 token_unknown
}

@test "of devices that never practised a bounded number is remembered" {
	open_account
	local owner=$token i
	for ((i = 0; i < 70; i++)); do
		another_device "$owner"
		api DELETE "/sync/devices/$device_id" '' "$owner"
	done
	api GET /sync '' "$token"
	expect_problem 401 token_revoked
	[ "$(database "SELECT count(*) FROM revoked_token JOIN account USING (account)
		WHERE uid = $(blob "$account_id")")" = 64 ]
	[ "$(database "SELECT count(*) FROM device JOIN account USING (account)
		WHERE account.uid = $(blob "$account_id")")" = 1 ]
}

@test "a refused revocation closes no pairing code" {
	open_account
	pairing_code "$token"
	api DELETE "/sync/devices/$(uuid)" '' "$token"
	expect_problem 404 unknown_device
	redeem "$code"
	expect_status 201
}

@test "a revoked device that renewed the recovery code is out once its owner renews it" {
	open_account
	local owner=$token
	another_device "$owner"
	api POST /sync/recovery-code '' "$token"
	local stolen
	stolen=$(json .recovery_code)
	api DELETE "/sync/devices/$device_id" '' "$owner"
	recover "$recovery_code"
	expect_problem 401 recovery_code_unknown
	api POST /sync/recovery-code '' "$owner"
	recovery_code=$(json .recovery_code)
	recover "$stolen"
	expect_problem 401 recovery_code_unknown
	recover "$recovery_code"
	expect_status 201
}

@test "every device sees the day on which the recovery code was last renewed" {
	local later=1
	service_start
	open_account
	local first=$token
	another_device "$first"
	service_stop
	service_start "BREATH_DAY_SHIFT=$later"
	local each
	for each in "$first" "$token"; do
		api GET /sync/devices '' "$each"
		expect_json '.recovery_code_day == $day' --arg day "$(day)"
	done
	# A refusal renews nothing.
	api POST /sync/recovery-code
	expect_problem 401 token_missing
	api GET /sync/devices '' "$first"
	expect_json '.recovery_code_day == $day' --arg day "$(day)"
	api POST /sync/recovery-code '' "$token"
	expect_status 200
	for each in "$first" "$token"; do
		api GET /sync/devices '' "$each"
		expect_json '.recovery_code_day == $day' --arg day "$(day $later)"
		api GET /sync/export '' "$each"
		expect_json '.account.recovery_code_day == $day' --arg day "$(day $later)"
	done
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
