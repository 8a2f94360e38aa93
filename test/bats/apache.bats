#!/usr/bin/env bats
# Apache httpd in nginx's place: the site of conf/apache before the same executables.

load helper
load sync

PATH=$PATH:/usr/sbin:/sbin

# Apache refuses to be root, so all of it is somebody else's, in a folder that he can reach.
setup_file() {
	export place user=nobody
	[ "$(id -u)" = 0 ] || user=$(id -un)
	place=$(mktemp -d)
	chmod 755 "$place"
	mkdir "$place/apache" "$place/state"
	portable_tree "$place/tree"
	chown "$user" "$place/apache" "$place/state"
	if [ "$user" = nobody ]; then
		service_start TREE="$place/tree" BUILD="$place/tree/build" STATE="$place/state" AS=nobody
	else
		service_start TREE="$place/tree" BUILD="$place/tree/build" STATE="$place/state"
	fi
	printf '%s\n' 'text/html html' 'text/css css' 'text/javascript js' 'application/json json' \
		'image/svg+xml svg' >"$place/apache/mime.types"
	start_apache
}

as_user() {
	if [ "$(id -un)" = "$user" ]; then
		"$@"
	else
		setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups "$@"
	fi
}

teardown_file() {
	[ ! -e "$place/apache/pid" ] || kill "$(<"$place/apache/pid")"
	services_stop "$BATS_FILE_TMPDIR"
	rm -rf "$place"
}

# apache_conf [SED SCRIPT]: the site as it would be installed, in a place and at a port of its own.
apache_conf() {
	local module
	for module in mpm_event authz_core authz_host alias deflate dir env expires filter headers http2 mime \
		proxy proxy_fcgi setenvif socache_shmcb ssl; do
		echo "LoadModule ${module}_module /usr/lib/apache2/modules/mod_$module.so"
	done
	cat <<-END
		ServerRoot $place/apache
		PidFile $place/apache/pid
		Listen 127.0.0.1:$port
		Listen 127.0.0.1:$((port + 1))
		TypesConfig $place/apache/mime.types
		ErrorLog $place/apache/error.log
		DefaultRuntimeDir $place/apache
	END
	sed "s|@SHARE@/htdocs|$place/tree/build/htdocs|; s|unix:/run/breath-master|unix:$state/sockets|; s|/var/log/apache2|$place/apache|; s|127.0.0.1:9017|127.0.0.1:$((port + 4))|
		${1:-}" "$tree/conf/apache/breath-master.conf"
}

start_apache() {
	export port url
	port=$(free_ports 6)
	apache_conf "s|127.0.0.1:80 \[::1\]:80|127.0.0.1:$port|" >"$place/apache/apache.conf"
	# Not by Debian's script, which reads a configuration of its own.
	as_user apache2 -f "$place/apache/apache.conf" 3>&-
	url=http://127.0.0.1:$port
	eventually curl -s -o /dev/null "$url"
}

@test "the main job: two devices of one person add up, and the board has them" {
	open_account
	local first=$token
	push "$first" "$(totals "$(day)" 7)"
	expect_status 200
	pairing_code "$first"
	redeem "$code"
	expect_status 201
	push "$(json .token)" "$(totals "$(day)" 5)"
	expect_sums 12
	api PUT /leaderboard/me '{"visible":true}' "$first"
	expect_status 200
	api GET '/leaderboard?period=day'
	expect_json '.entries[0].value == 12'
	api GET /sync/export '' "$first"
	expect_status 200
	api DELETE /sync/account '' "$first"
	expect_status 204
}

@test "what the executables refuse arrives as they refuse it" {
	api GET /sync
	expect_problem 401 token_missing
	api POST /sync/accounts '{"device":{"kind":"fridge"}}'
	expect_problem 422 bad_value /device/kind
	api DELETE /sync/accounts
	expect_problem 405 method_not_allowed
	header allow
	api GET /sync/nothing
	expect_problem 404 not_found
	api GET /sync/a%2Fb
	expect_problem 404 not_found
	expect_json '.detail != "No part of this service answers here."'
	api GET '/leaderboard/me?metric=days&period=year' '' "$(tr -d '\n' <<<"bm_$(head -c 32 /dev/zero | base64 | tr +/ -_ | tr -d =)")"
	expect_problem 401 token_unknown
	api GET '/stats/community?x=y'
	[ "$status_code" = 422 ]
}

@test "bodies: of any announced size up to the limit, in chunks, and no further" {
	open_account
	head -c 60000 /dev/zero | tr '\0' ' ' >"$BATS_TEST_TMPDIR/large"
	printf '{}' >>"$BATS_TEST_TMPDIR/large"
	api POST /sync @"$BATS_TEST_TMPDIR/large" "$token"
	expect_problem 422 missing_member
	head -c 140000 /dev/zero >"$BATS_TEST_TMPDIR/large"
	api POST /sync @"$BATS_TEST_TMPDIR/large" "$token"
	expect_problem 413 body_too_large
	import "$token" "$(hex 32)" "$(list "$(totals "$(day -20)" 3)")"
	expect_status 200
	fetch /api/v1/sync -X POST -H 'Transfer-Encoding: chunked' -H 'Content-Type: application/json' \
		-H "Authorization: Bearer $token" -d "$(push_text "$(hex 8)" '' "$(day)" "$(totals "$(day)" 4)")"
	expect_status 200
	expect_sums 7
}

@test "pages, with their policy; nothing that is no page" {
	local path
	for path in / /breathe /missing; do
		fetch "$path"
		[[ $(header content-security-policy) == "default-src 'none'; script-src 'self';"* ]]
		expect_header x-content-type-options nosniff
		expect_header cache-control no-cache
	done
	fetch /breathe
	expect_status 200
	fetch '/boards/?lang=de'
	expect_status 301
	[[ $(header location) == */boards?lang=de ]]
	fetch /Boards/
	expect_status 404
	fetch /missing
	expect_status 404
	for path in /.hidden /index.html.gz /app/ /api/nothing; do
		fetch "$path"
		[ "$status_code" = 404 ] || [ "$status_code" = 403 ]
	done
	fetch /api/openapi.json
	expect_status 200
	fetch / -H 'Accept-Encoding: gzip'
	expect_header content-encoding gzip
	# The policy of Apache's site is that of nginx's.
	local policy
	policy=$(header content-security-policy)
	grep -qF "\"$policy\"" "$tree/conf/nginx/page.conf"
}

@test "an executable that is gone is a problem document" {
	local pid
	pid=$(pids_of leaderboard.fcgi)
	kill -STOP "$service_pid"
	kill -KILL "$pid"
	api GET /leaderboard
	[ "$status_code" = 502 ] || [ "$status_code" = 503 ]
	expect_json '.code == "unavailable"'
	expect_header retry-after 5
	kill -CONT "$service_pid"
	eventually answers 200 /api/v1/leaderboard
}

@test "health is the same for everybody, also through a proxy" {
	local header
	api GET /stats/health
	expect_status 200
	for header in 'X-Forwarded-For: 192.0.2.7' 'Via: 1.1 proxy'; do
		fetch /api/v1/stats/health -H "$header"
		expect_status 200
	done
}

@test "the public server has no metrics, for this machine no more than for others; a listener has them, and nothing else" {
	local path header
	for header in 'X-Y: z' 'X-Forwarded-For: 127.0.0.1'; do
		fetch /api/v1/stats/metrics -H "$header"
		expect_status 404 not_found
		expect_header content-type application/problem+json
	done
	for path in metrics/ 'metrics?x' %6detrics /metrics x/../metrics metrics%3f ./metrics; do
		fetch "/api/v1/stats/$path"
		[ "$status_code" = 404 ]
		[[ $body != *breath_up* ]]
	done
	local url=http://127.0.0.1:$((port + 4))
	fetch /api/v1/stats/metrics
	expect_status 200
	grep -qx 'breath_up{family="sync"} 1' "$body_file"
	for path in / /api/v1/sync /api/v1/stats/me /api/v1/stats/health /api/openapi.json /api/v1/stats/metrics/../me; do
		fetch "$path"
		[ "$status_code" = 403 ]
	done
}

@test "the companion's pages are those that nginx's site has" {
	local pages
	pages=$(grep -oE '\^/\(boards\|[a-z|]+\)' "$tree/conf/nginx/site.conf")
	[ -n "$pages" ]
	grep -qF "\"$pages\$\"" "$tree/conf/apache/breath-master.conf"
}

@test "the logs name nobody" {
	local canary=canary7f3a
	fetch "/$canary?$canary" -A "$canary" -e "http://$canary/" -H "Cookie: $canary" -H "Authorization: Bearer $canary"
	fetch "/api/v1/sync/$canary?$canary" -d "$canary"
	fetch "/api/v1/$canary" -X "${canary^^}"
	fetch "/%$canary"
	fetch /api/v1/sync -X TRACE
	eventually grep -q 'sync POST 404' "$place/apache/breath-master.log"
	run ! grep -qriE "$canary|127\.0\.0\.1|curl" "$place/apache" --include='breath-master*'
	run ! grep -vE '^[-0-9T:+]{24} (page|leaderboard|stats|sync|api) (GET|HEAD|POST|PUT|DELETE|OPTIONS|OTHER) [0-9]{3} [0-9]+$' \
		"$place/apache/breath-master.log"
}

@test "with TLS it is one that Apache takes, and serves" {
	local tls=$place/apache/tls pid
	as_user mkdir "$tls"
	openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=breath.example.org -days 1 \
		-keyout "$tls/privkey.pem" -out "$tls/fullchain.pem" 2>/dev/null
	chown "$user" "$tls"/*
	apache_conf "s|#TLS ||; s|/etc/letsencrypt/live/breath.example.org|$tls|; s|\*:80|127.0.0.1:$((port + 3))|
		s|127.0.0.1:80 \[::1\]:80|127.0.0.1:$((port + 2))|" |
		sed "s|^PidFile .*|PidFile $tls/pid|; s|^Listen 127.0.0.1:$port|Listen 127.0.0.1:$((port + 2))|
			s|^Listen 127.0.0.1:$((port + 1))|Listen 127.0.0.1:$((port + 3))|
			s|127.0.0.1:$((port + 4))|127.0.0.1:$((port + 5))|" >"$tls/apache.conf"
	as_user apache2 -f "$tls/apache.conf" -t
	as_user apache2 -f "$tls/apache.conf" 3>&-
	eventually [ -s "$tls/pid" ]
	pid=$(<"$tls/pid")
	url=https://127.0.0.1:$((port + 2))
	fetch /api/v1/stats/health -k
	expect_status 200
	expect_header strict-transport-security max-age=31536000
	url=http://127.0.0.1:$((port + 3))
	fetch /x
	expect_status 301
	expect_header location https://breath.example.org/x
	kill "$pid"
}
