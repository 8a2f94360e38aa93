#!/usr/bin/env bats
# What the API's replies say to browsers and caches.

load helper
load sync

setup_file() {
	service_start
}

# --- What may be kept ---

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
