#!/usr/bin/env bats
# The disk is full: what cannot be stored is refused, politely; what can be read is read; nothing that
# was acknowledged is lost; and it mends by itself when there is room again.
#
# A file system of a few megabytes is made for it, which only root can do.

load helper
load sync

setup() {
	[ "$(id -u)" = 0 ] || skip 'mounting a small file system takes root'
	disk=$BATS_TEST_TMPDIR/disk
	mkdir "$disk"
	mount -t tmpfs -o size=6m,mode=700 breath "$disk"
	# Logs, sockets and all: a full disk is full for everybody.
	service_start STATE="$disk/state"
	open_account
}

teardown() {
	services_stop "$BATS_TEST_TMPDIR"
	[ -z "${disk:-}" ] || umount "$disk"
}

# Pushes XP for today as the next link of the chain.
push_xp() { # XP
	push "$token" "$(totals "$(day)" "$1" 1 1 "$1")"
}

fill_disk() {
	dd if=/dev/zero of="$disk/filling" bs=4k 2>/dev/null || :
}

# Pushes ever more until one is refused; what was acknowledged last is in `known`.
push_until_refused() {
	local xp
	for ((xp = known + 1; xp < 500; xp++)); do
		push_xp $xp
		[ "$status_code" = 200 ] || return 0
		known=$xp
	done
	echo 'a full disk takes everything'
	return 1
}

expect_known() {
	state_of "$token"
	expect_status 200
	[ "$(jq .xp "$body_file")" = "$known" ]
}

@test "pushes to a full disk are refused, reads go on, and it mends by itself" {
	known=0
	fill_disk
	push_until_refused
	expect_status 503 unavailable
	grep -q '^retry-after: [1-9]' <<<"$headers"
	grep -q '^content-type: application/problem+json' <<<"$headers"
	expect_known
	for _ in 1 2 3; do
		push_xp $((known + 1))
		expect_status 503 unavailable
		expect_known
	done

	rm "$disk/filling"
	push_xp $((known + 1))
	expect_status 200
	known=$((known + 1))
	expect_known
	run -0 breathctl check
}

@test "accounts, imports and erasing on a full disk are refused whole" {
	known=0
	fill_disk
	push_until_refused
	local before
	before=$(sqlite3 "$state/breath.db" .dump | sha256sum)
	api POST /sync/accounts '{"device":{"kind":"web"}}'
	expect_status 503 unavailable
	api DELETE /sync/account '' "$token"
	expect_status 503 unavailable
	[ "$(sqlite3 "$state/breath.db" .dump | sha256sum)" = "$before" ]
	rm "$disk/filling"
	api DELETE /sync/account '' "$token"
	expect_status 204
	run -0 breathctl check
}
