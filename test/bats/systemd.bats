#!/usr/bin/env bats
# The units, as `make install` puts them down: systemd takes them, they close what can be closed, and they
# fit together with what there is to run.

load helper

setup_file() {
	! lacks usual-build >/dev/null || return 0
	export place=$BATS_FILE_TMPDIR/place
	# A prefix that is really there, so that systemd finds what the units run.
	env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory -C "$tree" install \
		PREFIX="$place" SYSCONFDIR="$place/etc" >/dev/null
	export units=$place/lib/systemd/system
}

setup() {
	needs usual-build
}

families() {
	local source
	for source in "$tree"/cgi-src/*.c; do
		[[ $source == */breathctl.c ]] || basename "$source" .c
	done
}

# The service units as they run, instances of their templates.
services() {
	families | sed 's/.*/breath@&.service/'
	sed -n 's/^Unit=//p' "$units"/*.timer
}

# exposure UNIT [SED SCRIPT]: what systemd makes of a unit, changed by the script; fails above 1.5.
exposure() {
	mkdir -p "$BATS_TEST_TMPDIR/units"
	sed "${2:-}" "$units/${1%@*}@.service" >"$BATS_TEST_TMPDIR/units/$1"
	systemd-analyze security --offline=yes --no-pager --threshold=15 "$BATS_TEST_TMPDIR/units/$1" 2>&1
}

@test "systemd finds nothing wrong with any unit" {
	local -a all
	mapfile -t all < <(services | sed "s|^|$units/|" && families | sed "s|.*|$units/breath@&.socket|")
	run -0 systemd-analyze verify --man=no "$units"/*.target "$units"/*.timer "${all[@]}"
	[ -z "$output" ] || { echo "$output" && false; }
}

@test "the exposure of every service is 1.5 at most" {
	local unit
	[ "$(services | wc -l)" -ge 5 ]
	for unit in $(services); do
		run -0 exposure "$unit"
		[[ $output == *'Overall exposure level'* ]]
	done
}

@test "a service with less closed would be found" {
	local line
	run ! exposure breath@sync.service '/^SystemCallFilter=/d; /^CapabilityBoundingSet=/d'
	run ! exposure breathctl@purge.service '/^SystemCallFilter=/d; /^CapabilityBoundingSet=/d'
	run -0 exposure breath@sync.service
	for line in PrivateNetwork ProtectSystem NoNewPrivileges User; do
		grep -q "^$line=" "$BATS_TEST_TMPDIR/units/breath@sync.service"
	done
}

@test "what is put into the units is in them" {
	run ! grep -rE '@[A-Z]+@' "$units" "$place/share/breath-master/systemd"
	grep -qx "ExecStart=$place/libexec/breath-master/%i.fcgi" "$units/breath@.service"
}

@test "the drop-in for a network lifts what keeps one away, and nothing else" {
	local closed open
	closed=$(exposure breath@sync.service | grep '^✗')
	mkdir "$BATS_TEST_TMPDIR/units/breath@sync.service.d"
	cp "$place/share/breath-master/systemd/network.conf" "$BATS_TEST_TMPDIR/units/breath@sync.service.d"
	open=$(systemd-analyze security --offline=yes --no-pager "$BATS_TEST_TMPDIR/units/breath@sync.service" |
		grep '^✗')
	[ "$(comm -13 <(sort <<<"$closed") <(sort <<<"$open") | sed 's/^✗ \([A-Za-z]*\).*/\1/' | sort)" = \
		$'IPAddressDeny\nPrivateNetwork\nRestrictAddressFamilies' ]
}

@test "the target brings up every family, by socket and by service, and every timer" {
	local family timer
	for family in $(families); do
		grep -qE "^Wants=.*\bbreath@$family\.socket\b" "$units/breath.target"
		grep -qE "^Wants=.*\bbreath@$family\.service\b" "$units/breath.target"
	done
	for timer in "$units"/*.timer; do
		grep -qE "^Wants=.*\b$(basename "$timer")\b" "$units/breath.target"
	done
	[ "$(grep -oE 'breath@[a-z]+' "$units/breath.target" | sort -u | wc -l)" -eq "$(families | wc -l)" ]
}

@test "a timer's command is one of breathctl's, and takes no word" {
	local unit command
	while read -r unit; do
		[[ $unit =~ ^breathctl@([a-z]+)\.service$ ]]
		command=${BASH_REMATCH[1]}
		run -1 env BREATH_DATABASE="$BATS_TEST_TMPDIR/none.db" "$BUILD/breathctl" -c /dev/null "$command"
	done < <(sed -n 's/^Unit=//p' "$units"/*.timer)
}

@test "every timer says when, in words that systemd understands" {
	local timer
	for timer in "$units"/*.timer; do
		systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' "$timer")"
	done
}

@test "user and folders are made, each with its mode, and the configuration is the service's to read" {
	local root=$BATS_TEST_TMPDIR/root
	mkdir -p "$root/etc/breath-master" "$root/usr/lib"
	cp -r "$place"/lib/{sysusers.d,tmpfiles.d} "$root/usr/lib"
	touch "$root/etc/breath-master/breath.conf"
	systemd-sysusers --root="$root"
	grep -qE '^breath-master:x:[0-9]+:[0-9]+:Breath Master:/var/lib/breath-master:/usr/sbin/nologin$' "$root/etc/passwd"
	systemd-tmpfiles --root="$root" --create breath-master.conf
	[ "$(stat -c '%a' "$root/run/breath-master" "$root/run/breath-master/metrics" "$root/var/lib/breath-master" \
		"$root/etc/breath-master/breath.conf")" = $'755\n700\n700\n640' ]
	local id
	id=$(sed -n 's/^breath-master:x:\([0-9]*\):.*/\1/p' "$root/etc/passwd")
	[ "$(stat -c %u "$root/var/lib/breath-master")" = "$id" ]
	[ "$(stat -c %u "$root/run/breath-master/metrics")" = "$id" ]
	[ "$(stat -c %u "$root/etc/breath-master/breath.conf")" = 0 ]
}
