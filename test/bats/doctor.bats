#!/usr/bin/env bats
# breathctl doctor and config: what they find, and what they say to do about it.

load helper
load sync

# An nginx for doctor to ask, whose configuration is what stands in the file `site`, or that refuses.
setup() {
	mkdir "$BATS_TEST_TMPDIR/bin"
	cat >"$BATS_TEST_TMPDIR/bin/nginx" <<-END
		#!/bin/sh
		[ "\$1" = -T ] && exec cat "$BATS_TEST_TMPDIR/site"
	END
	chmod +x "$BATS_TEST_TMPDIR/bin/nginx"
	sed 's/^/\t/' "$tree/conf/nginx/breath-master.conf" "$tree/conf/nginx/http.conf" >"$BATS_TEST_TMPDIR/site"
	echo 'error_log /dev/null emerg;' >>"$BATS_TEST_TMPDIR/site"
}

doctor() {
	(cd "$state" && PATH=$BATS_TEST_TMPDIR/bin:$PATH "$BUILD/breathctl" -c breath.conf doctor)
}

# found TEXT: doctor finds that, says so by its status, and says nothing else that is wrong.
found() {
	run -1 doctor
	[[ $output == *"WRONG  "*"$1"* && $(grep -c ^WRONG <<<"$output") = "${2:-1}" ]] || {
		echo "not found, or not alone: $1"
		echo "$output"
		return 1
	}
	[[ $output == *"breathctl: ${2:-1} of this is wrong"* ]]
}

# Somebody practises, and there is a backup: nothing is wrong.
healthy() {
	service_start
	open_account
	push "$token" "$(totals "$(day)" 5)"
	breathctl backup >/dev/null
	run -0 doctor
	run ! grep ^WRONG <<<"$output"
}

@test "a healthy service has nothing wrong" {
	healthy
	local line
	run -0 doctor
	for line in "the database is of this program's schema" "the newest day in the database is $(day)" \
		"1 backups, the newest of $(day)" 'sync.fcgi is well' 'leaderboard.fcgi is well' 'stats.fcgi is well' \
		'nginx serves Breath Master' "nginx's error log names nobody" ' has room for '; do
		[[ $output == *"good   "*"$line"* ]]
	done
	[[ $output == *'SQLite '* ]]
}

@test "files that others can read or write, and a folder" {
	healthy
	local file
	for file in breath.db breath.db-wal breath.db.lock; do
		chmod 644 "$state/$file"
		found "/$file can be read or written by others: chmod 600 it"
		chmod 600 "$state/$file"
	done
	chmod 755 "$state/backup"
	found 'backup can be read or written by others: chmod 700 it'
	chmod 700 "$state/backup"
	chmod 777 "$state"
	found 'can be written by others: chmod 700 it'
	chmod 700 "$state"
}

@test "files of another user" {
	needs root
	healthy
	chown nobody "$state/breath.db-wal"
	found 'breath.db-wal belongs to another user than its folder'
	chown root "$state/breath.db-wal"
	chown -R nobody "$state/backup"
	found 'backup belongs to another user, and no backup can be made there'
}

@test "a database that is not there, is damaged, or is of another schema" {
	healthy
	service_stop
	sqlite3 "$state/breath.db" 'PRAGMA user_version = 9999'
	found 'newer than this program: install that version' 4
	sqlite3 "$state/breath.db" 'PRAGMA user_version = 1'
	found 'run breathctl migrate' 4
	rm "$state"/breath.db*
	head -c 5000 /dev/urandom >"$state/breath.db"
	chmod 600 "$state/breath.db"
	found 'the database cannot be read' 4
	rm "$state"/breath.db*
	found 'run breathctl init, or restore' 4
}

@test "a calendar that is not the devices'" {
	healthy
	BREATH_DAY_SHIFT=365 found 'people practise, the clock is ahead' 3
	BREATH_DAY_SHIFT=-5 found 'the clock is behind' 4
	BREATH_DAY_SHIFT=-5 found 'day_shift is set' 4
}

@test "backups of days to come do not pass for the newest" {
	healthy
	local backup=$state/backup/breath
	cp "$backup-$(day).db" "$backup-$(day 2).db"
	cp "$backup-$(day).db" "$backup-$(day 300).db"
	found "2 backups are of days to come, up to $(day 300)"
	[[ $output == *"good   1 backups, the newest of $(day)"* ]]
	# A backup of tomorrow is none of these: another clock may be a little ahead.
	mv "$backup-$(day 2).db" "$backup-$(day 1).db"
	rm "$backup-$(day 300).db"
	run -0 doctor
	# Without them the newest is of days ago.
	mv "$backup-$(day 1).db" "$backup-$(day 2).db"
	mv "$backup-$(day).db" "$backup-$(day -3).db"
	found "the newest of 1 backups is of $(day -3)" 2
}

@test "no backup, and none lately" {
	healthy
	mv "$state/backup/breath-$(day).db" "$state/backup/breath-$(day -3).db"
	found "the newest of 1 backups is of $(day -3): run breathctl backup once a day"
	rm "$state/backup/breath-$(day -3).db"
	found 'the newest of 0 backups is of no day'
	rmdir "$state/backup"
	found 'there are no backups: run breathctl backup now'
}

@test "an executable that is gone, or does not answer, and a socket that is open to all" {
	healthy
	chmod 666 "$state/sockets/sync.sock"
	found 'sync.sock is open to everybody on this machine'
	chmod 600 "$state/sockets/sync.sock"
	kill -STOP "$(pids_of stats.fcgi)"
	found 'stats.fcgi does not answer'
	kill -CONT "$(pids_of stats.fcgi)"
	service_stop
	found 'sync.sock: start sync.fcgi' 3
}

@test "an nginx that names people, does not serve us, refuses to tell, or is not there" {
	healthy
	cp "$BATS_TEST_TMPDIR/site" "$BATS_TEST_TMPDIR/good"
	echo 'error_log /var/log/nginx/error.log;' >>"$BATS_TEST_TMPDIR/site"
	found 'set it to emerg'
	grep -v error_log "$BATS_TEST_TMPDIR/good" >"$BATS_TEST_TMPDIR/site"
	found 'set it to emerg'
	# As Debian has it: nginx.conf logs errors, and the sites are files of their own. Before nginx knows which site is
	# meant it logs as the default server does.
	{
		printf '# configuration file /etc/nginx/nginx.conf:\nerror_log /var/log/nginx/error.log;\n'
		printf '# configuration file /etc/nginx/sites-enabled/breath-master:\n'
		cat "$tree/conf/nginx/breath-master.conf"
		printf '# configuration file /etc/nginx/breath-master/http.conf:\n'
		cat "$tree/conf/nginx/http.conf"
		printf '# configuration file /etc/nginx/sites-enabled/other:\nserver { listen 80; }\n'
	} >"$BATS_TEST_TMPDIR/debian"
	cp "$BATS_TEST_TMPDIR/debian" "$BATS_TEST_TMPDIR/site"
	run -0 doctor
	[[ $output == *"good   nginx's error log names nobody"* ]]
	sed 's/ default_server//' "$BATS_TEST_TMPDIR/debian" >"$BATS_TEST_TMPDIR/site"
	found 'let ours be the default_server'
	sed 's/ emerg;/ error;/' "$BATS_TEST_TMPDIR/debian" >"$BATS_TEST_TMPDIR/site"
	found 'set it to emerg'
	sed '/breath-master.error.log/d' "$BATS_TEST_TMPDIR/debian" >"$BATS_TEST_TMPDIR/site"
	found 'set it to emerg'
	grep -v log_format "$BATS_TEST_TMPDIR/good" >"$BATS_TEST_TMPDIR/site"
	found "nginx's access log is not of our format"
	echo 'http { }' >"$BATS_TEST_TMPDIR/site"
	found 'link its site into sites-enabled'
	rm "$BATS_TEST_TMPDIR/site"
	run -0 doctor
	[[ $output == *"note   nginx's configuration cannot be read, or is wrong"* ]]
}

@test "a proxy in front of nginx that nobody told nginx of, or one on this machine that has no limits" {
	healthy
	cp "$BATS_TEST_TMPDIR/site" "$BATS_TEST_TMPDIR/good"
	export BREATH_PUBLIC_URL=https://breath.example.org
	found 'a proxy in front speaks TLS for nginx'
	# nginx speaks it itself.
	sed 's/#TLS //' "$BATS_TEST_TMPDIR/good" >"$BATS_TEST_TMPDIR/site"
	run -0 doctor
	run ! grep -i proxies <<<"$output"
	# It trusts the proxy, and still limits nothing that comes from its address.
	sed 's/#PROXY //' "$BATS_TEST_TMPDIR/good" >"$BATS_TEST_TMPDIR/site"
	found 'take 127.0.0.0/8 and ::1/128 out of geo'
	BREATH_PUBLIC_URL=http://breath.example.org found 'take 127.0.0.0/8 and ::1/128 out of geo'
	# As the site says to do it.
	sed 's/#PROXY //; /#DIRECT/d' "$BATS_TEST_TMPDIR/good" >"$BATS_TEST_TMPDIR/site"
	run -0 doctor
	[[ $output == *'good   nginx knows clients behind its proxies by their addresses'* ]]
	# A proxy elsewhere does not have this machine's address.
	sed 's/#PROXY //; s/from 127.0.0.1;/from 198.51.100.7;/; s/from ::1;/from 2001:db8::7;/' "$BATS_TEST_TMPDIR/good" \
		>"$BATS_TEST_TMPDIR/site"
	run -0 doctor
	[[ $output == *'good   nginx knows clients behind its proxies by their addresses'* ]]
	# Other sites may do as they like, with TLS of their own and exceptions of their own.
	{
		printf '# configuration file /etc/nginx/sites-enabled/breath-master:\n'
		sed 's/#PROXY //; /#DIRECT/d' "$BATS_TEST_TMPDIR/good"
		printf '# configuration file /etc/nginx/sites-enabled/other:\ngeo $x {\n127.0.0.0/8 0;\n}\n'
	} >"$BATS_TEST_TMPDIR/site"
	run -0 doctor
	{
		printf '# configuration file /etc/nginx/sites-enabled/breath-master:\n'
		cat "$BATS_TEST_TMPDIR/good"
		printf '# configuration file /etc/nginx/sites-enabled/other:\nserver { listen 443 ssl; }\nlisten 443 ssl;\n'
	} >"$BATS_TEST_TMPDIR/site"
	found 'a proxy in front speaks TLS for nginx'
}

@test "a site of before, without a listener for the metrics, is worth a note" {
	healthy
	run -0 doctor
	[[ $output != *'no listener for the metrics'* ]]
	sed -i '/metrics.conf/d' "$BATS_TEST_TMPDIR/site"
	run -0 doctor
	[[ $output == *'note   nginx has no listener for the metrics'* ]]
}

# What runs as root must not come out of a folder in which anybody may have put it.
@test "an nginx in the current folder is not started, whatever PATH says or if there is none" {
	local folder=$BATS_TEST_TMPDIR/folder path
	mkdir "$folder"
	printf '#!/bin/sh\ntouch %q\n' "$BATS_TEST_TMPDIR/started" >"$folder/nginx"
	chmod +x "$folder/nginx"
	echo "database = $folder/breath.db" >"$folder/breath.conf"
	(cd "$folder" && run -1 env -u PATH "$BUILD/breathctl" -c breath.conf doctor)
	for path in '' : . ./ .: :/usr/bin /usr/bin: /usr/bin::/bin ../folder; do
		(cd "$folder" && run -1 env PATH="$path" "$BUILD/breathctl" -c breath.conf doctor)
	done
	[ ! -e "$BATS_TEST_TMPDIR/started" ]
	# Where PATH leads by an absolute path it is found.
	(cd "$folder" && PATH=$folder:$PATH run -1 "$BUILD/breathctl" -c breath.conf doctor)
	[ -e "$BATS_TEST_TMPDIR/started" ]
}

@test "a disk that is nearly full" {
	needs mounting
	state=$BATS_TEST_TMPDIR/small
	mkdir "$state"
	mount -t tmpfs -o size=8m,mode=700 tmpfs "$state"
	echo "database = $state/breath.db" >"$state/breath.conf"
	breathctl init
	run doctor
	umount "$state"
	[[ $output == *'WRONG  '*'/small has room for '*' MiB only'* ]]
}

@test "config prints every setting, where it is from, and is itself a configuration" {
	local conf=$BATS_TEST_TMPDIR/my.conf
	printf 'threads = 7\n\naccounts_per_day = 5\n' >"$conf"
	BREATH_ACCOUNTS_PER_DAY=9 run -0 "$BUILD/breathctl" -c "$conf" config
	[[ $output == *"# $conf:1"$'\n''threads = 7'* ]]
	[[ $output == *'# BREATH_ACCOUNTS_PER_DAY'$'\n''accounts_per_day = 9'* ]]
	[[ $output == *'# default'$'\n''database = /var/lib/breath-master/breath.db'* ]]
	echo "$output" >"$BATS_TEST_TMPDIR/whole.conf"
	[ "$(grep -c ' = ' "$BATS_TEST_TMPDIR/whole.conf")" = "$(grep -cE '^#[a-z0-9_]+ = ' "$tree/conf/breath.conf.example")" ]
	run -0 "$BUILD/breathctl" -c "$BATS_TEST_TMPDIR/whole.conf" config
	diff <(grep -v '^#' <<<"$output") <(grep -v '^#' "$BATS_TEST_TMPDIR/whole.conf")
	printf 'thread = 7\n' >"$conf"
	run -1 "$BUILD/breathctl" -c "$conf" config
	[[ $output == *'there is no key "thread"'* ]]
}
