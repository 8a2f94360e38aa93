#!/usr/bin/env bats
# A reply that gets lost while joining: the same request again makes nothing twice.

load helper
load sync

setup_file() {
	service_start
}

# ask ROUTE BODY [TOKEN]: BODY without its braces, and without the device, which is a cli.
ask() {
	api POST "/sync/$1" "{${2:+$2,}\"device\":{\"kind\":\"${kind:-cli}\"}}" "${3:-}"
}

# request_id: sets request to a new one, as a member of a body.
request_id() {
	request="\"request\":\"$(hex 16)\""
}

# of_route ROUTE TOKEN: sets body and as to what a request on a route takes, with a request of its own. The
# account is that of the token; its recovery code is in recovery_code.
of_route() {
	request_id
	as=''
	case "$1" in
	accounts) body=$request ;;
	devices) body=$request as=$2 ;;
	pairings/redeem)
		pairing_code "$2"
		body="\"code\":\"$code\",$request"
		;;
	recover) body="\"recovery_code\":\"$recovery_code\",$request" ;;
	esac
	asked=$body
}

routes='accounts devices pairings/redeem recover'

# devices_of TOKEN: how many there are.
devices_of() {
	api GET /sync/devices '' "$1"
	json '.devices | length'
}

@test "a reply that got lost makes no second device, account or code, and the first token stops" {
	local route asked as first device owner account
	for route in $routes; do
		open_account
		owner=$token account=$account_id
		of_route "$route" "$owner"
		ask "$route" "$asked" "$as"
		expect_status 201
		first=$(json .token) device=$(json .device_id)
		[ "$route" != accounts ] || account=$(json .account_id)
		ask "$route" "$asked" "$as"
		expect_status 201
		expect_json '.device_id == $device and .token != $first' --arg device "$device" --arg first "$first"
		token=$(json .token)
		api GET /sync '' "$first"
		expect_problem 401 token_revoked
		state_of "$token"
		expect_json '.account_id == $account' --arg account "$account"
		[ "$(devices_of "$token")" = "$([ "$route" = accounts ] && echo 1 || echo 2)" ]
	done
}

@test "an account that is opened again has a fresh recovery code, and the first one stops" {
	request_id
	ask accounts "$request"
	local lost account name
	lost=$(json .recovery_code) account=$(json .account_id) name=$(json .handle)
	ask accounts "$request"
	expect_json '.account_id == $account and .handle == $name' --arg account "$account" --arg name "$name"
	recovery_code=$(json .recovery_code)
	recover "$lost"
	expect_problem 401 recovery_code_unknown
	recover "$recovery_code"
	expect_status 201
	expect_json '.account_id == $account' --arg account "$account"
}

@test "a code may be spelled in another way the second time" {
	open_account
	pairing_code "$token"
	request_id
	ask pairings/redeem "\"code\":\"$code\",$request"
	local device
	device=$(json .device_id)
	ask pairings/redeem "\"code\":\"${code/-/ }\",$request"
	expect_status 201
	expect_json '.device_id == $device' --arg device "$device"
}

@test "of many who send the same request at once all get the same device" {
	local route asked as i owner
	for route in $routes; do
		open_account
		owner=$token
		of_route "$route" "$owner"
		for i in {1..8}; do
			curl -sS -o "$BATS_TEST_TMPDIR/reply.$i" -w '%{http_code}\n' -H 'Content-Type: application/json' \
				${as:+-H "Authorization: Bearer $as"} -d "{$asked,\"device\":{\"kind\":\"cli\"}}" \
				"$url/api/v1/sync/$route" >"$BATS_TEST_TMPDIR/status.$i" &
		done
		wait
		[ "$(sort "$BATS_TEST_TMPDIR"/status.* | uniq -c | xargs)" = '8 201' ]
		[ "$(jq -r .device_id "$BATS_TEST_TMPDIR"/reply.* | sort -u | wc -l)" = 1 ]
		# Whichever was the last one has the token that is good.
		token=
		for i in {1..8}; do
			api GET /sync '' "$(jq -r .token "$BATS_TEST_TMPDIR/reply.$i")"
			[ "$status_code" != 200 ] || token=$(jq -r .token "$BATS_TEST_TMPDIR/reply.$i")
		done
		[ -n "$token" ]
		[ "$(devices_of "$token")" = "$([ "$route" = accounts ] && echo 1 || echo 2)" ]
	done
}

@test "a merge whose reply got lost answers with the same state" {
	local way owner other asked merged
	for way in pairings/redeem recover; do
		open_account
		owner=$token
		push "$owner" "$(totals "$(day)" 5)"
		of_route "$way" "$owner"
		local surviving=$account_id
		open_account
		other=$token
		push "$other" "$(totals "$(day)" 7)"
		# That the person has to be asked is no use of the request.
		ask "$way" "$asked" "$other"
		expect_problem 409 merge_needed
		ask "$way" "$asked,\"merge\":true" "$other"
		expect_status 200
		expect_sums 12
		merged=$body
		ask "$way" "$asked,\"merge\":true" "$other"
		expect_status 200
		[ "$body" = "$merged" ]
		expect_json '.account_id == $surviving and .devices == 2' --arg surviving "$surviving"
		# The token that merged is no reply to somebody without it.
		ask "$way" "$asked,\"merge\":true"
		expect_problem 409 request_reused
		state_of "$other"
		state_of "$owner"
	done
}

@test "a device that was made before its account was merged is told again" {
	open_account
	local owner=$token
	of_route pairings/redeem "$owner"
	ask pairings/redeem "$asked"
	local device
	device=$(json .device_id)
	open_account
	pairing_code "$token"
	redeem "$code" "$owner" true
	expect_status 200
	ask pairings/redeem "$asked"
	expect_status 201
	expect_json '.device_id == $device and .account_id == $account' --arg device "$device" --arg account "$account_id"
}

@test "another route, token, code or body under the same request is refused, and does nothing" {
	open_account
	local owner=$token before second
	another_device "$owner"
	second=$token
	pairing_code "$owner"
	local first_code=$code
	request_id
	ask pairings/redeem "\"code\":\"$code\",$request"
	expect_status 201
	pairing_code "$owner"
	before=$(devices_of "$owner")
	ask pairings/redeem "\"code\":\"$code\",$request"
	expect_problem 409 request_reused
	kind=web ask pairings/redeem "\"code\":\"$first_code\",$request"
	expect_problem 409 request_reused
	ask pairings/redeem "\"code\":\"$first_code\",\"merge\":true,$request"
	expect_problem 409 request_reused
	ask pairings/redeem "\"code\":\"$first_code\",$request" "$owner"
	expect_problem 409 request_reused
	ask recover "\"recovery_code\":\"$recovery_code\",$request"
	expect_problem 409 request_reused
	ask accounts "$request"
	expect_problem 409 request_reused
	ask devices "$request" "$owner"
	expect_problem 409 request_reused
	request_id
	ask devices "$request" "$owner"
	expect_status 201
	ask devices "$request" "$second"
	expect_problem 409 request_reused
	[ "$(devices_of "$owner")" = $((before + 1)) ]
	# The code that was refused is not used up.
	redeem "$code"
	expect_status 201
}

@test "a request that is no 32 hexadecimal digits is refused" {
	open_account
	local wrong route
	for route in accounts devices; do
		for wrong in '""' "\"$(hex 8)\"" "\"$(hex 16)0\"" '"0123456789ABCDEF0123456789ABCDEF"'; do
			ask "$route" "\"request\":$wrong" "$token"
			expect_problem 422 bad_value /request
		done
		for wrong in null 7 '[]'; do
			ask "$route" "\"request\":$wrong" "$token"
			expect_problem 422 wrong_type /request
		done
	done
	# It is known where a device is made, and nowhere else.
	api POST /sync/token "{\"request\":\"$(hex 16)\"}" "$token"
	expect_problem 400 body_unexpected
	push "$token" "$(totals "$(day)" 1)"
	expect_status 200
}

@test "a revoked device gets no token by its request" {
	local route asked as owner device
	for route in devices pairings/redeem recover accounts; do
		open_account
		owner=$token
		of_route "$route" "$owner"
		ask "$route" "$asked" "$as"
		token=$(json .token) device=$(json .device_id)
		[ "$route" != accounts ] || owner=$token
		# Something that stays of it, and a second one of which nothing does.
		push "$token" "$(totals "$(day)" 3)"
		api DELETE "/sync/devices/$device" '' "$owner"
		expect_status 204
		ask "$route" "$asked" "$as"
		expect_problem 401 token_revoked
		[ "$route" = accounts ] || [ "$(devices_of "$owner")" = 1 ]
	done
	open_account
	owner=$token
	of_route recover "$owner"
	ask recover "$asked"
	api DELETE "/sync/devices/$(json .device_id)" '' "$owner"
	ask recover "$asked"
	expect_problem 401 token_revoked
}

@test "a request is forgotten when the code would have expired, elsewhere after ten minutes" {
	local route asked as device left owner
	for route in devices pairings/redeem recover accounts; do
		open_account
		owner=$token
		of_route "$route" "$owner"
		if [ "$route" = pairings/redeem ]; then
			# The code has four minutes left.
			alter_database "UPDATE pairing SET expires_s = $((EPOCHSECONDS + 240))"
		fi
		ask "$route" "$asked" "$as"
		device=$(json .device_id)
		left=$(($(database "SELECT max(expires_s) FROM request WHERE device = (SELECT device FROM device
			WHERE uid = $(blob "$device"))") - EPOCHSECONDS))
		if [ "$route" = pairings/redeem ]; then
			[ "$left" -ge 230 ] && [ "$left" -le 240 ]
		else
			[ "$left" -ge 590 ] && [ "$left" -le 600 ]
		fi
		alter_database "UPDATE request SET expires_s = $EPOCHSECONDS"
		ask "$route" "$asked" "$as"
		if [ "$route" = pairings/redeem ]; then
			expect_problem 404 unknown_code
		else
			expect_status 201
			expect_json '.device_id != $device' --arg device "$device"
		fi
	done
}

@test "without a request everything is as it was: each time another device" {
	open_account
	local route asked as first
	for route in accounts devices recover; do
		of_route "$route" "$token"
		asked=${asked%"$request"}
		ask "$route" "${asked%,}" "$as"
		first=$(json .device_id)
		ask "$route" "${asked%,}" "$as"
		expect_json '.device_id != $first' --arg first "$first"
	done
	[ "$(database "SELECT count(*) FROM request JOIN account USING (account) WHERE uid = $(blob "$account_id")")" = 0 ]
}

@test "the quota of accounts is taken once" {
	service_start BREATH_ACCOUNTS_PER_DAY=1
	request_id
	ask accounts "$request"
	expect_status 201
	ask accounts "$request"
	expect_status 201
	open_account || :
	expect_problem 429 accounts_exhausted
}

@test "what a request is kept by is in no backup, does not move, and goes with its account" {
	service_start
	request_id
	ask accounts "$request"
	token=$(json .token)
	[ "$(database 'SELECT count(*) FROM request')" = 1 ]
	# No byte of the secret itself is stored.
	local needle=$BATS_TEST_TMPDIR/needle
	printf 'a request\tbytes\t%s\n' "$(tr -dc 0-9a-f <<<"${request#*:}")" >"$needle"
	run -0 node "$BATS_TEST_DIRNAME/find-traces.mjs" "$needle" "$state/breath.db" "$state/breath.db-wal"
	database "SELECT 'the hash of a request' || char(9) || 'bytes' || char(9) || lower(hex(hash)) FROM request" >"$needle"
	run -1 node "$BATS_TEST_DIRNAME/find-traces.mjs" "$needle" "$state/breath.db" "$state/breath.db-wal"
	breathctl backup
	run -0 node "$BATS_TEST_DIRNAME/find-traces.mjs" "$needle" "$state/backup"
	breathctl export >"$BATS_TEST_TMPDIR/lines" 2>/dev/null
	run ! grep -q '"table":"request"' "$BATS_TEST_TMPDIR/lines"
	api DELETE /sync/account '' "$token"
	expect_status 204
	[ "$(database 'SELECT count(*) FROM request')" = 0 ]
	eventually node "$BATS_TEST_DIRNAME/find-traces.mjs" "$needle" "$state/breath.db" "$state/breath.db-wal"
}
