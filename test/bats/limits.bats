#!/usr/bin/env bats
# Limits by address in nginx: what counts together, how much a program gets, and that people get enough. The echo
# program stands in for the executable, and a trusted proxy's word gives a request any address.

load helper

setup_file() {
	local place=$BATS_FILE_TMPDIR/tree
	mkdir -p "$place/build/htdocs/api"
	cp -r "$tree/conf" "$place"
	cp "$BUILD/test/bats/echo" "$place/build/sync.fcgi"
	cp "$(type -P true)" "$place/build/breathctl"
	echo '<!doctype html>' >"$place/build/htdocs/index.html"
}

start() { # [NAME=VALUE...]
	service_start TREE="$BATS_FILE_TMPDIR/tree" BUILD="$BATS_FILE_TMPDIR/tree/build" TRUSTED_PROXIES='127.0.0.0/8 ::1' "$@"
}

# ask ADDRESS METHOD PATH: a request of a client with this address.
ask() {
	fetch "/api/v1$3" -X "$2" -H "X-Forwarded-For: $1"
}

# flood ADDRESS TIMES METHOD PATH: sets `taken` and `refused` to how many of these are.
flood() {
	curl -sS -o /dev/null -w '%{http_code}\n' -X "$3" -H "X-Forwarded-For: $1" "$url/api/v1$4?[1-$2]" >"$BATS_TEST_TMPDIR/statuses"
	refused=$(grep -cx 429 "$BATS_TEST_TMPDIR/statuses" || :)
	taken=$(grep -cx 200 "$BATS_TEST_TMPDIR/statuses" || :)
	[ $((refused + taken)) = "$2" ]
}

# uses_up ADDRESS: takes all the codes that an address may try.
uses_up() {
	flood "$1" 20 POST /sync/recover
	[ "$refused" -ge 8 ]
}

is_free() { # ADDRESS
	ask "$1" POST /sync/recover
	[ "$status_code" = 200 ] || {
		echo "$1 is limited" >&2
		return 1
	}
}

is_limited() { # ADDRESS
	# One comes back every six seconds.
	ask "$1" POST /sync/recover
	[ "$status_code" = 429 ] || ask "$1" POST /sync/recover
	[ "$status_code" = 429 ] || {
		echo "$1 is not limited" >&2
		return 1
	}
	expect_status 429 too_many_requests
	expect_header retry-after 60
}

@test "all addresses of a /64 are limited together, in whatever form they are written, and its neighbours are not" {
	start
	local first other form
	# An address, then others of its network, then such as are not.
	while read -r first forms others; do
		uses_up "$first"
		for form in ${forms//,/ }; do
			is_limited "$form"
		done
		for other in ${others//,/ }; do
			is_free "$other"
		done
	done <<-'END'
		2001:db8:1:2::1 2001:db8:1:2:ffff:ffff:ffff:ffff,2001:0DB8:0001:0002::abcd,2001:db8:1:2:0:0:0:1 2001:db8:1:3::1,2001:db8:1:1:ffff:ffff:ffff:ffff
		2001:db8:5:: 2001:db8:5::1,2001:db8:5:0::7,2001:db8:5:0:1:2:3:4,2001:db8:5:0:ffff::,2001:DB8:5::1:2:3:4 2001:db8:5:1::1,2001:db8:5:1::,2001:db8:4:ffff::
		2001:db8:: 2001:db8:0:0:1:1:1:1,2001:db8::1:1:1:1,2001:db8:0:0::9 2001:db8:0:1::9,2001:db8:1::
		2001::1 2001:0:0:0:9:9:9:9,2001::9:9:9:9 2001:0:0:1::9,2001:0:1::9
		::9:1:2:3:4 0:0:0:9:0:0:0:1,0:0:0:9:: 0:0:0:a::,::a:1:2:3:4
		a:b::c:1:2:3:4 a:b:0:c::9,a:b:0:c:ffff:ffff:ffff:ffff a:b:0:d::9,a:b:c::
		a::b:c:1:2:3:4 a:0:b:c::,a:0:b:c:5:6:7:8 a:0:b:d::,a:b:c::
		fe80::1 fe80::ffff:ffff:ffff:ffff,fe80:0:0:0:1:: fe80:0:0:1::1
		203.0.113.7 ::ffff:203.0.113.7,::ffff:cb00:7107 203.0.113.8,203.0.113.6,::ffff:203.0.113.9
	END
}

@test "this machine's own IPv6 address is an address as well, and so is a client's that comes by it" {
	start ADDRESS=::1 LIMIT_LOOPBACK=1
	[[ $url == http://\[::1\]:* ]]
	local count
	for ((count = 0; count < 20; count++)); do
		fetch /api/v1/sync/recover -X POST
		[ "$status_code" = 200 ] || break
	done
	expect_status 429 too_many_requests
	is_free 2001:db8::1
}

@test "an address is told by a proxy that is trusted, and by nobody else" {
	start TRUSTED_PROXIES= LIMIT_LOOPBACK=1
	uses_up 203.0.113.1
	is_limited 203.0.113.2
	service_stop
	# The last address that is no proxy's counts, whatever the client has written before it.
	start TRUSTED_PROXIES='127.0.0.1 198.51.100.0/24'
	uses_up '203.0.113.1, 198.51.100.7'
	is_limited '192.0.2.99, 203.0.113.1, 198.51.100.8'
	is_free '203.0.113.1, 192.0.2.99'
	# Some proxies add a line of their own behind the client's.
	fetch /api/v1/sync/recover -X POST -H 'X-Forwarded-For: 192.0.2.98' -H 'X-Forwarded-For: 203.0.113.1'
	[ "$status_code" = 429 ] || fetch /api/v1/sync/recover -X POST -H 'X-Forwarded-For: 192.0.2.98' -H 'X-Forwarded-For: 203.0.113.1'
	expect_status 429 too_many_requests
}

@test "each kind of request has a bound of its own that a program reaches and people do not" {
	start
	local client=1 limit method path
	# What people may do at once, who are many behind one address or come back after a year.
	while read -r method path limit; do
		flood "203.0.113.$((client++))" $((limit + 60)) "$method" "$path"
		echo "# $method $path: $taken taken, $refused refused" >&3
		[ "$taken" -ge "$limit" ]
		[ "$refused" -ge 1 ]
		# What else one does from there is not limited by it.
		[ "$path" = /sync/devices/x ] || ask "203.0.113.$((client - 1))" GET /sync/devices
		[ "$path" = /sync/devices/x ] || expect_status 200
	done <<-END
		POST /sync/recover 10
		POST /sync/pairings/redeem 10
		POST /sync/accounts 20
		POST /sync/devices 50
		POST /sync/pairings 50
		DELETE /sync/devices/x 40
		POST /sync/token 40
		PUT /sync/imports/$(printf '%064d' 1) 50
		GET /sync/export 20
		POST /sync 200
	END
	flood 203.0.113.99 2000 GET /sync
	echo "# GET /sync: $taken taken, $refused refused" >&3
	[ "$taken" -ge 600 ]
	[ "$refused" -ge 500 ]
	ask 203.0.113.98 GET /sync
	expect_status 200
}

@test "fifty browsers that open behind one address at once are all served" {
	start
	local browser asks=()
	for ((browser = 0; browser < 50; browser++)); do
		# State, devices, imports, and a push.
		curl -sS -o /dev/null -w '%{http_code}\n' -H 'X-Forwarded-For: 203.0.113.5' "$url/api/v1/sync?[1-6]" \
			>"$BATS_TEST_TMPDIR/browser.$browser" &
		asks+=($!)
		curl -sS -o /dev/null -w '%{http_code}\n' -H 'X-Forwarded-For: 203.0.113.5' -d '{}' "$url/api/v1/sync" \
			>"$BATS_TEST_TMPDIR/push.$browser" &
		asks+=($!)
	done
	wait "${asks[@]}"
	[ "$(cat "$BATS_TEST_TMPDIR"/browser.* "$BATS_TEST_TMPDIR"/push.* | sort | uniq -c | awk '{ print $1, $2 }')" = '350 200' ]
}

@test "pages and their files are not limited" {
	start
	curl -sS -o /dev/null -w '%{http_code}\n' -H 'X-Forwarded-For: 203.0.113.5' "$url/?[1-1500]" | sort -u >"$BATS_TEST_TMPDIR/statuses"
	[ "$(<"$BATS_TEST_TMPDIR/statuses")" = 200 ]
}

@test "an executable learns in which of 256 slots an address falls, all of a /64 in one, and nothing of who is not limited" {
	start
	slot_of() {
		ask "$1" GET /sync/x
		slot=$(sed -n 's/^BREATH_SLOT=//p' <<<"$body")
		# Nothing else is told of it.
		[ "$(grep -c '^[A-Z_]*=' <<<"$body")" = "${2:-7}" ]
	}
	local slot first i slots=$BATS_TEST_TMPDIR/slots
	for ((i = 0; i < 200; i++)); do
		slot_of "2001:db8:0:$i::1"
		[[ $slot =~ ^[0-9a-f]{2}$ ]]
		echo "$slot" >>"$slots"
	done
	# 200 of 256 that are drawn evenly are some 139 different ones.
	i=$(sort -u "$slots" | wc -l)
	echo "# $i slots of 200 networks" >&3
	[ "$i" -ge 110 ] && [ "$i" -le 165 ]
	slot_of 2001:db8:0:7::1
	first=$slot
	for i in 2001:db8:0:7::2 2001:db8:0:7:ffff:ffff:ffff:ffff; do
		slot_of "$i"
		[ "$slot" = "$first" ]
	done
	# This machine itself, which is in no slot.
	service_stop
	service_start TREE="$BATS_FILE_TMPDIR/tree" BUILD="$BATS_FILE_TMPDIR/tree/build"
	slot_of 2001:db8:0:7::1 6
	[ -z "$slot" ]
}
