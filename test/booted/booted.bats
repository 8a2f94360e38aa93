#!/usr/bin/env bats
# The life of an installation, in order: each test goes on where the one before has ended. test/booted/run
# makes the machine; nothing is installed on it yet but nginx.

load ../bats/helper
load ../bats/sync
load booted

setup() {
	[ ! -e "$WORK/failed" ] || skip 'the test before has left no ground to stand on'
}

teardown() {
	[ -n "${BATS_TEST_COMPLETED:-}" ] || touch "$WORK/failed"
}

# What one test finds out for the next.
note() { # NAME [VALUE]
	if [ $# -gt 1 ]; then
		echo "$2" >"$WORK/note.$1"
	else
		cat "$WORK/note.$1"
	fi
}

push_and_read() { # TOKEN
	push "$1" "$(totals "$(day)" 7)"
	expect_status 200
	state_of "$1"
	expect_sums 7
}

serves() {
	fetch /api/v1/stats/health 2>/dev/null && [ "$status_code" = 200 ]
}

@test "apt installs it, and everything is up" {
	run ! inside systemctl cat breath.target
	apt install /deb/this.deb
	local unit
	for unit in $(cd "$tree/cgi-src" && printf '%s\n' *.c | sed '/breathctl/d; s/\.c//'); do
		is_active "breath@$unit.socket"
		is_active "breath@$unit.service"
	done
	is_active breath.target breath-backup.timer breath-purge.timer breath-check.timer breath-probe.timer
	inside systemctl --quiet is-enabled breath.target
	[ "$(inside stat -c '%U %a' /var/lib/breath-master/breath.db)" = 'breath-master 600' ]
	[ "$(inside stat -c '%U %G %a' /run/breath-master/sync.sock)" = 'breath-master www-data 660' ]
}

@test "systemd finds nothing wrong with any unit, and every service closed" {
	local unit
	local -a units
	mapfile -t units < <(inside systemctl list-units --all --plain --no-legend 'breath*' | awk '{ print $1 }')
	[ ${#units[@]} -ge 10 ]
	run -0 inside systemd-analyze verify --man=no "${units[@]}"
	[ -z "$output" ] || { echo "$output" && false; }
	for unit in $(services) breathctl@{backup,purge,check,probe}.service; do
		run -0 inside systemd-analyze security --no-pager --threshold=15 "$unit"
		echo "# $unit: ${lines[-1]#*: }" >&3
	done
}

@test "the main job is done through nginx: two devices of one person add up" {
	inside ln -s ../sites-available/breath-master /etc/nginx/sites-enabled/
	inside rm -f /etc/nginx/sites-enabled/default
	inside nginx -t
	inside systemctl restart nginx
	eventually serves
	open_account
	local first=$token
	push_and_read "$first"
	pairing_code "$first"
	redeem "$code"
	expect_status 201
	push "$(json .token)" "$(totals "$(day)" 5)"
	expect_status 200
	expect_sums 12
	note token "$first"
	fetch /
	expect_status 200
	expect_header content-type 'text/html; charset=utf-8'
}

@test "a probe finds every executable well, and each of them tells what it counts" {
	inside systemctl start breathctl@probe.service
	service_says '.uptime | .probes > 0 and .percent == 100'
	service_says '[.memory.processes[].name] == ["leaderboard", "stats", "sync"]'
	[ "$(inside stat -c '%U %a' /run/breath-master/metrics)" = 'breath-master 700' ]
	# The public server has none, though this is the same machine.
	fetch /api/v1/stats/metrics
	expect_status 404
	fetch_metrics
	expect_status 200
	grep -qx 'breath_up{family="sync"} 1' "$body_file"
	inside systemctl stop breath@leaderboard.socket breath@leaderboard.service
	run ! inside systemctl start breathctl@probe.service
	[[ $(journal breathctl@probe.service) == *'leaderboard does not answer'* ]]
	inside systemctl start breath@leaderboard.socket breath@leaderboard.service
	inside systemctl reset-failed breathctl@probe.service
	inside systemctl start breathctl@probe.service
}

service_says() { # FILTER
	fetch "/api/v1/stats/service" -H "Authorization: Bearer $RANDOM"
	expect_json "$1"
}

# mounted PID PLACE: is it read-only to that process?
mounted() {
	inside cat "/proc/$1/mountinfo" | awk -v place="$2" '$5 == place { options = $6 } END { print substr(options, 1, 2) }'
}

@test "the executables are somebody of their own, who sees no network and can write his state alone" {
	local pid service
	[ "$(services | wc -l)" -ge 3 ]
	for service in $(services); do
		pid=$(property "$service" MainPID)
		[ "$(inside stat -c %U "/proc/$pid")" = breath-master ]
		inside grep -qx 'CapEff:	0000000000000000' "/proc/$pid/status"
		inside grep -qx 'Seccomp:	2' "/proc/$pid/status"
		lacks landlock >/dev/null || run ! grep -q 'no Landlock' <(journal "$service")
		[ "$(inside readlink "/proc/$pid/ns/net")" != "$(inside readlink /proc/1/ns/net)" ]
		[ "$(mounted "$pid" /)" = ro ]
		[ "$(mounted "$pid" /var/lib/breath-master)" = rw ]
		[ "$(mounted "$pid" /run/breath-master/metrics)" = rw ]
	done
}

@test "ten restarts of all families while devices sync: not one request fails" {
	local i
	load_begins restarts
	for i in {1..10}; do
		inside systemctl restart 'breath@*.service'
		pushes_go_on
	done
	load_ends
	[ "$(counted failures)" -eq 0 ]
	[ "$(counted unavailable)" -eq 0 ]
	[ "$(counted acknowledged)" -gt 500 ]
}

@test "a restart waits for the store, and a database that is gone is told" {
	local before
	before=$(property breath@sync.service NRestarts)
	inside systemctl stop breath@sync.service
	inside mv /var/lib/breath-master/breath.db /var/lib/breath-master/away.db
	run ! inside systemctl start breath@sync.service
	journal breath@sync.service | grep -q 'there is no database at /var/lib/breath-master/breath.db: run breathctl init'
	# It is tried again and again, and comes back by itself.
	inside mv /var/lib/breath-master/away.db /var/lib/breath-master/breath.db
	eventually is_active breath@sync.service
	state_of "$(note token)"
	[ -n "$before" ]
}

@test "an executable that is killed is back, and what came meanwhile waited for it" {
	inside systemctl kill --signal=KILL breath@sync.service
	state_of "$(note token)"
	expect_sums 12
	eventually is_active breath@sync.service
}

restarted() { # UNIT
	[ "$(property "$1" NRestarts)" -ge 1 ]
}

@test "an executable that hangs is ended by the watchdog and started again" {
	inside mkdir -p /run/systemd/system/breath@.service.d
	printf '[Service]\nWatchdogSec=5\n' >"$BATS_TEST_TMPDIR/hasty.conf"
	cp "$BATS_TEST_TMPDIR/hasty.conf" "$WORK/root/deb"
	inside cp /deb/hasty.conf /run/systemd/system/breath@.service.d/
	inside systemctl daemon-reload
	inside systemctl restart breath@sync.service
	# Left alone it lives, for more than two of these.
	sleep 11
	[ "$(property breath@sync.service NRestarts)" -eq 0 ]
	inside systemctl kill --signal=STOP breath@sync.service
	eventually restarted breath@sync.service
	journal breath@sync.service | grep -q 'Watchdog timeout'
	state_of "$(note token)"
	inside rm -r /run/systemd/system/breath@.service.d
	inside systemctl daemon-reload
	inside systemctl restart breath@sync.service
}

@test "the timer makes a backup, whose check and purge go as well" {
	inside mkdir -p /run/systemd/system/breath-backup.timer.d
	printf '[Timer]\nOnActiveSec=1\nRandomizedDelaySec=0\nAccuracySec=1\n' >"$WORK/root/deb/soon.conf"
	inside cp /deb/soon.conf /run/systemd/system/breath-backup.timer.d/
	inside systemctl daemon-reload
	inside systemctl restart breath-backup.timer
	eventually inside sh -c 'ls /var/lib/breath-master/backup/*.db'
	eventually inside sh -c '! systemctl --quiet is-active breathctl@backup.service'
	[ "$(property breathctl@backup.service Result)" = success ]
	inside rm -r /run/systemd/system/breath-backup.timer.d
	inside systemctl daemon-reload
	inside systemctl start breathctl@purge.service breathctl@check.service
	journal breathctl@check.service | grep -q ', 0 findings'
}

@test "doctor, as root, finds nothing wrong with what was done by the book; and root's hand leaves nothing of root's" {
	run -0 inside breathctl doctor
	[[ $output == *'good   nginx serves Breath Master'* && $output == *"good   nginx's error log names nobody"* ]]
	inside breathctl backup
	[ -z "$(inside find /var/lib/breath-master ! -user breath-master)" ]
}

# The main module of the pages that are served.
main_module() {
	fetch / >/dev/null && [ "$status_code" = 200 ] && grep -o '/app/main-[0-9A-Z]*\.js' <<<"$body" | tail -n 1
}

# Reads the pages until the next version is installed: there is a page at every moment, and its module with it.
read_pages() {
	local module
	until [ -e "$WORK/upgraded" ]; do
		module=$(main_module) && fetch "$module" && [ "$status_code" = 200 ] || return
	done
}

@test "the next version comes under load: nobody is refused but for a moment, and nothing is lost" {
	local module
	module=$(main_module)
	note module "$module"
	read_pages 3>&- &
	local reader=$!
	load_begins upgrade
	apt install /deb/next.deb
	touch "$WORK/upgraded"
	pushes_go_on
	load_ends
	wait $reader
	[ "$(main_module)" != "$module" ]
	# Tabs of the version before still ask for it.
	fetch "$module"
	expect_status 200
	[ "$(counted failures)" -eq 0 ]
	[ "$(inside dpkg-query -W -f '${Version}' breath-master)" = 99.0 ]
	journal 'breath@*.service' | grep -q 'migration .* applied: rehearsal'
	[ "$(database 'SELECT count(*) FROM rehearsal')" -eq 300000 ]
	state_of "$(note token)"
	expect_sums 12
}

@test "the version before refuses what it does not know, and the backup leads back to it" {
	apt install /deb/this.deb
	eventually inside sh -c "journalctl -o cat -u 'breath@*' | grep -q 'migrations newer than this program'"
	[ "$(main_module)" = "$(note module)" ]
	local backup
	# The one that the upgrade has made, of the schema before it.
	backup=$(inside sh -c 'ls -t /var/lib/breath-master/backup/*.db | head -n 1')
	inside systemctl stop breath.target
	inside breathctl restore "$backup"
	inside systemctl start breath.target
	eventually serves
	state_of "$(note token)"
	expect_sums 12
	inside breathctl check
}

@test "removed it is gone, but not what it stored; back again it goes on" {
	apt remove breath-master
	run ! is_active breath.target
	[ -z "$(inside systemctl list-units --plain --no-legend 'breath*')" ]
	run ! inside test -e /usr/libexec/breath-master
	run ! inside test -e /usr/share/breath-master
	run ! inside test -e /run/breath-master/sync.sock
	[ -z "$(inside find /run -name '*breath*')" ]
	[ -s "$state/breath.db" ]
	# nginx serves on, without this site, and would start again.
	run ! fetch /api/v1/stats/health
	inside nginx -t
	inside systemctl restart nginx
	apt install /deb/this.deb
	inside ln -s ../sites-available/breath-master /etc/nginx/sites-enabled/
	inside systemctl restart nginx
	eventually serves
	state_of "$(note token)"
	expect_sums 12
}

@test "purged it leaves nothing" {
	apt purge breath-master
	inside nginx -t
	local left
	left=$(inside find / /run -xdev \( -path /proc -o -path /deb -o -path /sys -o -path /var/log/journal -o -path /var/lib/dpkg \
		-o -path /var/cache \) -prune -o -name '*breath*' -print)
	[ -z "$left" ] || { echo "$left" && false; }
}
