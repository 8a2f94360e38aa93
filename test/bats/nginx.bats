#!/usr/bin/env bats
# What nginx itself does, before and around any executable: pages, headers, limits, problem documents,
# what it passes on and what it writes down. The echo program stands in for the executable.

load helper

# A tree whose pages have beside them what must not be served.
setup_file() {
	local place=$BATS_FILE_TMPDIR/tree file
	local pages=$place/build/htdocs
	mkdir -p "$pages/api" "$pages/app" "$pages/.git"
	cp -r "$tree/conf" "$place"
	cp "$BUILD/test/bats/echo" "$place/build/sync.fcgi"
	cp "$(type -P true)" "$place/build/breathctl"

	printf '<!doctype html><title>Page</title>%1000s' '' >"$pages/index.html"
	printf 'export {};%1000s' '' | tee "$pages/app/day-ABCDEFGH.js" >"$pages/app/reader-ABCDEFGH.js"
	printf 'export {};%1000s' '' >"$pages/plain.js"
	echo '{}' >"$pages/app.webmanifest"
	echo '{"openapi":"3.1.0"}' >"$pages/api/openapi.json"
	for file in "${hidden[@]}"; do
		echo secret >"$pages$file"
	done

	# A time-out that a test can wait for.
	sed -i 's/fastcgi_read_timeout .*/fastcgi_read_timeout 4s;/' "$place/conf/nginx/fastcgi.conf"
	service_start TREE="$place" BUILD="$place/build"
}

hidden=(/.hidden /.git/config /app/.hidden /api/.hidden)

policy="default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
connect-src 'self'; manifest-src 'self'; worker-src 'self'; font-src 'self'; base-uri 'none'; \
form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types sw"

# expect_problem STATUS CODE: a problem document of nginx's own.
expect_problem() {
	expect_status "$1" "$2"
	expect_header content-type application/problem+json
	expect_header access-control-allow-origin '*'
	expect_header cache-control no-store
	header x-request-id
	expect_json '.status == $status and .type == "/problems#" + .code and (.title | length > 0) and
		(.detail | endswith(".")) and keys == ["code", "detail", "status", "title", "type"]' \
		--argjson status "$1"
}

@test "pages come with the policy and headers, also those that are not there" {
	local path
	for path in / /breathe /plain.js /missing /app/missing.js /.hidden; do
		fetch "$path"
		expect_header content-security-policy "$policy"
		expect_header x-content-type-options nosniff
		expect_header referrer-policy no-referrer
		expect_header cross-origin-opener-policy same-origin
		expect_header cross-origin-resource-policy same-origin
		header permissions-policy
		expect_header cache-control no-cache
		expect_header server nginx
		# This is not TLS.
		run ! header strict-transport-security
	done
}

@test "pages have their types" {
	fetch /
	expect_header content-type 'text/html; charset=utf-8'
	fetch /plain.js
	expect_header content-type 'text/javascript; charset=utf-8'
	fetch /app.webmanifest
	expect_header content-type 'application/manifest+json; charset=utf-8'
}

@test "pages are compressed, and not sent again when unchanged" {
	fetch /plain.js -H 'Accept-Encoding: gzip'
	expect_header content-encoding gzip
	[ "$(stat -c %s "$body_file")" -lt 200 ]
	echo compressed better | gzip >"$BATS_FILE_TMPDIR/tree/build/htdocs/plain.js.gz"
	fetch /plain.js -H 'Accept-Encoding: gzip'
	expect_header content-encoding gzip
	cmp "$body_file" "$BATS_FILE_TMPDIR/tree/build/htdocs/plain.js.gz"
	rm "$BATS_FILE_TMPDIR/tree/build/htdocs/plain.js.gz"
	fetch /
	expect_status 200
	fetch / -H "If-None-Match: $(header etag)"
	expect_status 304
}

@test "what is named after its content is kept for good, and nothing else" {
	fetch /app/day-ABCDEFGH.js
	expect_status 200
	expect_header cache-control 'public, max-age=31536000, immutable'
	run ! header last-modified
	fetch /app/day-ABCDEFGH.js -H "If-None-Match: $(header etag)"
	expect_status 304
	expect_header cache-control 'public, max-age=31536000, immutable'
	fetch /app/day-HGFEDCBA.js
	expect_status 404
	expect_header cache-control no-cache
}

@test "a worker has a policy of its own, which lets it load its modules and nothing else; a module needs none" {
	fetch /app/reader-ABCDEFGH.js
	expect_status 200
	expect_header content-security-policy "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'"
	expect_header cache-control 'public, max-age=31536000, immutable'
	fetch /app/day-ABCDEFGH.js
	run ! header content-security-policy
}

@test "every page of the companion has an address, which is one document" {
	local path
	for path in /breathe /dashboard /devices /settings; do
		fetch $path
		expect_status 200
		expect_header content-type 'text/html; charset=utf-8'
		cmp "$body_file" "$BATS_FILE_TMPDIR/tree/build/htdocs/index.html"
	done
	for path in /Breathe /breathe/x /breathes /breathe/x/ /Breathe/ /x/; do
		fetch $path
		expect_status 404
	done
}

@test "an address with a slash behind it leads to the page" {
	local path
	for path in boards breathe dashboard devices service settings share; do
		fetch /$path/
		expect_status 301
		expect_header location /$path
		expect_header referrer-policy no-referrer
		fetch "/$path/?lang=de&x=%0d%0aX-Evil:1"
		expect_status 301
		expect_header location "/$path?lang=de&x=%0d%0aX-Evil:1"
		run ! header x-evil
	done
	fetch //boards//
	expect_header location /boards
}

@test "what is hidden is never served" {
	local path
	for path in "${hidden[@]}" //.hidden /app/../.hidden /%2ehidden /app/..%2f.hidden /.hidden? /.hidden%00 \
		/app/ /.git /.git/; do
		fetch "$path"
		[[ $status_code == 40[04] ]]
		[[ $body != *secret* ]]
	done
}

@test "pages are only read" {
	local method
	for method in POST PUT DELETE PATCH; do
		fetch / -X $method -d x
		expect_problem 405 method_not_allowed
		expect_header allow 'GET, HEAD'
	done
	fetch / -I
	expect_status 200
}

@test "the description of the API is a file that everyone may read" {
	fetch /api/openapi.json
	expect_status 200
	expect_header content-type application/json
	expect_header access-control-allow-origin '*'
}

@test "below /api/ even nothing is a problem document" {
	local path
	for path in /api /api/ /api/v1 /api/v1/nothing /api/v1/synchronous; do
		fetch $path
		[ $path = /api ] || expect_problem 404 not_found
	done
	fetch /api/openapi.json -d x
	expect_problem 405 method_not_allowed
}

@test "a request that is no HTTP is a problem document" {
	fetch / -H "X-Long: $(printf 'x%.0s' {1..40000})"
	expect_problem 400 bad_request
	fetch /%
	expect_problem 400 bad_request
	fetch "/$(printf 'x%.0s' {1..40000})"
	expect_problem 414 bad_request
}

@test "a body that is too large is refused, announced or not" {
	local kb=$((128 * 1024 + 1)) path=/api/v1/sync
	head -c $kb /dev/zero >"$BATS_TEST_TMPDIR/large"
	fetch $path --data-binary @"$BATS_TEST_TMPDIR/large"
	expect_problem 413 body_too_large
	fetch $path --data-binary @"$BATS_TEST_TMPDIR/large" -H 'Transfer-Encoding: chunked'
	expect_problem 413 body_too_large

	# An import takes more.
	fetch $path/imports/x -X PUT --data-binary @"$BATS_TEST_TMPDIR/large"
	expect_status 200
	head -c $((1024 * 1024 + 1)) /dev/zero >"$BATS_TEST_TMPDIR/large"
	fetch $path/imports/x -X PUT --data-binary @"$BATS_TEST_TMPDIR/large"
	expect_problem 413 body_too_large
}

@test "neither a body nor a reply ever rests in a file" {
	# nginx would make one in these folders.
	rm -r "$state"/tmp/*
	head -c $((1024 * 1024)) /dev/zero >"$BATS_TEST_TMPDIR/large"
	fetch /api/v1/sync/imports/x -X PUT --data-binary @"$BATS_TEST_TMPDIR/large"
	grep -qx BODY=1048576 <<<"$body"
	fetch /api/v1/sync/imports/x -X PUT --data-binary @"$BATS_TEST_TMPDIR/large" \
		-H 'Transfer-Encoding: chunked'
	grep -qx BODY=1048576 <<<"$body"
	fetch /api/v1/sync/big --limit-rate 2M
	[ "$(stat -c %s "$body_file")" -eq 1000000 ]
}

@test "an executable learns seven things of a request and nothing else" {
	fetch '/api/v1/sync/x?today=2026-11-22' -X PUT -d hello -H 'Content-Type: application/json' \
		-H 'Authorization: Bearer bm_token' -H 'If-None-Match: "tag"' -H 'Content-Encoding: br' -H 'Cookie: c=1' \
		-H 'X-Forwarded-For: 192.0.2.7' -H 'Accept-Language: de'
	expect_status 200
	diff - <(sort "$body_file") <<-'END'
		BODY=5
		CONTENT_LENGTH=5
		CONTENT_TYPE=application/json
		FCGI_ROLE=RESPONDER
		HTTP_AUTHORIZATION=Bearer bm_token
		HTTP_CONTENT_ENCODING=br
		HTTP_IF_NONE_MATCH="tag"
		REQUEST_METHOD=PUT
		REQUEST_URI=/api/v1/sync/x?today=2026-11-22
	END
}

@test "methods that nginx refuses by itself are the executable's to refuse, where there is one" {
	local method
	for method in TRACE CONNECT; do
		fetch '/api/v1/sync/x?y' -X $method
		grep -qx REQUEST_METHOD=TRACE <<<"$body"
		grep -qx 'REQUEST_URI=/api/v1/sync/x?y' <<<"$body"
		fetch / -X $method
		expect_problem 405 method_not_allowed
	done
	fetch /.refused/sync
	expect_status 404
	fetch /.problem
	expect_status 404
}

@test "the path reaches an executable as it was sent" {
	fetch /api/v1/sync/a%2Fb/./c//d
	grep -qx REQUEST_URI=/api/v1/sync/a%2Fb/./c//d <<<"$body"
}

@test "an executable that takes too long is a problem document" {
	fetch /api/v1/sync/slow
	expect_problem 504 unavailable
	expect_header retry-after 5
	# Let it finish.
	eventually answers 200 /api/v1/sync
}

@test "an executable that is gone is a problem document" {
	# Its supervisor would start it again.
	kill -STOP "$service_pid"
	kill -KILL "$(pgrep_sync)"
	fetch /api/v1/sync
	expect_problem 502 unavailable
	expect_header retry-after 5
	fetch /
	expect_status 200
	kill -CONT "$service_pid"
	eventually answers 200 /api/v1/sync
}

pgrep_sync() {
	local fd
	for fd in /proc/[0-9]*/fd/9; do
		if [ "$fd" -ef "$state/lock" ] && grep -qx sync.fcgi "${fd%/fd/9}/comm"; then
			cut -d / -f 3 <<<"$fd"
		fi
	done
}

@test "tries of codes and new accounts are limited by address, other routes are not" {
	service_start TREE="$BATS_FILE_TMPDIR/tree" BUILD="$BATS_FILE_TMPDIR/tree/build" LIMIT_LOOPBACK=1
	local path count
	for path in pairings/redeem recover accounts; do
		for ((count = 0; count < 200; count++)); do
			api POST /sync/$path '{}'
			[ "$status_code" = 200 ] || break
		done
		expect_problem 429 too_many_requests
		expect_header retry-after 60
	done
	for ((count = 0; count < 50; count++)); do
		api POST /sync '{}'
		expect_status 200
	done
}

# count_refused TIMES METHOD PATH: sets `refused` to how many of these requests are.
count_refused() {
	curl -sS -o "$BATS_TEST_TMPDIR/replies" -w '%{http_code}\n' -X "$2" "$url/api/v1$3?[1-$1]" >"$BATS_TEST_TMPDIR/statuses"
	refused=$(grep -cx 429 "$BATS_TEST_TMPDIR/statuses" || :)
	[ $((refused + $(grep -cx 200 "$BATS_TEST_TMPDIR/statuses" || :))) = "$1" ]
}

@test "what is taken back is limited by address, all of it together, and what else is done there is not" {
	service_start TREE="$BATS_FILE_TMPDIR/tree" BUILD="$BATS_FILE_TMPDIR/tree/build" LIMIT_LOOPBACK=1
	local path import
	import=/sync/imports/$(printf '%064d' 1)
	# Forty at once are somebody's who withdraws all that there can be; then one is free every six seconds.
	count_refused 40 DELETE "$import"
	[ "$refused" = 0 ]
	count_refused 30 DELETE "$import"
	[ "$refused" -ge 20 ]
	for path in devices/x account %61ccount token recovery-code; do
		count_refused 6 DELETE /sync/$path
		[ "$refused" -ge 4 ]
	done
	count_refused 6 POST /sync/token
	[ "$refused" -ge 4 ]
	api DELETE /sync/account
	[ "$status_code" = 429 ] || api DELETE /sync/account
	expect_problem 429 too_many_requests
	expect_header retry-after 60

	for path in "PUT $import" "GET $import" 'GET /sync/devices' 'POST /sync/devices' 'POST /sync'; do
		count_refused 10 "${path% *}" "${path#* }"
		[ "$refused" = 0 ]
	done
	# The echo stands behind sync alone: what gets through to stats finds nobody.
	api DELETE /stats/me/shares/x
	[ "$status_code" = 429 ] || api DELETE /stats/me/shares/x
	expect_problem 429 too_many_requests
	api GET /stats/me/shares
	expect_problem 502 unavailable
	api POST /stats/me/shares '{}'
	expect_problem 502 unavailable
}

@test "this machine itself is not limited" {
	local count
	for ((count = 0; count < 30; count++)); do
		api POST /sync/recover '{}'
		expect_status 200
	done
	count_refused 50 DELETE /sync/account
	[ "$refused" = 0 ]
}

@test "titles and codes are those of the executables" {
	fetch /api/v1/nothing
	grep -qF "404, \"$(json .code)\"" "$tree/lib/core/problem.c"
	local code title
	while read -r code title; do
		grep -F "\"$code\"" "$tree/lib/core/problem.c" | grep -qF "$title" || {
			echo "$code $title is not in problem.c" >&2
			return 1
		}
	done < <(sed -n '/^map \$breath_code \$breath_title/,/^}/s/^\t\([a-z_]*\) *\(".*"\);/\1 \2/p' \
		"$tree/conf/nginx/http.conf")
}

@test "the logs name nobody" {
	local canary=canary7f3a
	fetch "/$canary?$canary" -A "$canary" -e "http://$canary/" -H "Cookie: $canary" \
		-H "Authorization: Bearer $canary" -H "X-Forwarded-For: $canary"
	fetch "/api/v1/sync/$canary?$canary" -d "$canary"
	fetch "/api/v1/$canary" -X "${canary^^}"
	fetch "/%$canary" -H "X-Long: $(printf 'x%.0s' {1..40000})"
	fetch /api/v1/sync -H 'Content-Length: nonsense'
	fetch /api/v1/sync/slow
	eventually answers 200 /api/v1/sync
	eventually grep -q ' 504 ' "$state/log/access.log"
	run ! grep -rqiE "$canary|127\.0\.0\.1|curl" "$state/log"
	run ! grep -vE '^[-0-9T:+]{25} (page|leaderboard|stats|sync|api) (GET|HEAD|POST|PUT|DELETE|OPTIONS|OTHER) [0-9]{3} [0-9.]+$' \
		"$state/log/access.log"
}

# production_site: the site as it would be installed, in a place and at ports of its own. Sets place, port (and the two
# after it, for TLS and for the metrics).
production_site() {
	place=$BATS_TEST_TMPDIR/etc
	port=$(free_ports 3)
	mkdir "$place"
	cp -r "$tree/conf/nginx" "$place/breath-master"
	openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=breath.example.org -days 1 \
		-keyout "$place/privkey.pem" -out "$place/fullchain.pem" 2>/dev/null
	sed "s|/etc/letsencrypt/live/breath.example.org|$place|; s|@SHARE@|/usr/share/breath-master|
		s|/run/breath-master.cache|$place/cache|; s|/run/breath-master.shares|$place/shares|
		s|/var/log/nginx|$place|; s|listen \(.*\)80 |listen \1$port |; s|listen \(.*\)443 |listen \1$((port + 1)) |
		s|127.0.0.1:9017|127.0.0.1:$((port + 2))|" \
		"$place/breath-master/breath-master.conf" >"$place/site.conf"
	cat >"$place/nginx.conf" <<-END
		events {}
		pid $place/pid;
		http {
			access_log off;
			client_body_temp_path $place/body;
			include site.conf;
		}
	END
}

@test "the production site is one that nginx takes, with TLS and without" {
	local place port pid
	production_site
	nginx -e stderr -t -c "$place/nginx.conf"
	run ! grep -q '^[^#]*ssl' "$place/site.conf"
	sed -i 's/#TLS //' "$place/site.conf"
	nginx -e stderr -t -c "$place/nginx.conf"

	nginx -e stderr -c "$place/nginx.conf" -g 'daemon off;' 3>&- &
	pid=$!
	url=https://127.0.0.1:$((port + 1))
	eventually fetch / -k
	expect_header strict-transport-security max-age=31536000
	expect_header content-security-policy "$policy"
	run ! fetch / -k --tls-max 1.1
	# Without it there is this machine alone, and for others the way to it; 127.0.0.2 is one of them.
	url=http://127.0.0.1:$port
	fetch /
	run ! header strict-transport-security
	url=http://127.0.0.2:$port
	fetch '/x?y'
	expect_status 308
	expect_header location 'https://breath.example.org/x?y'
	kill $pid
	wait $pid
}

# Nobody is behind this nginx: what no limit stops is 502.
@test "a proxy in front: the production site counts its clients, each by its own address" {
	local place port pid
	production_site
	tries() { # COUNT CLIENT...: from as many clients, in statuses
		local client
		for client in "${@:2}"; do
			curl -sS -o /dev/null -w '%{http_code}\n' -X POST -H "X-Forwarded-For: $client" \
				"http://127.0.0.1:$port/api/v1/sync/recover?[1-$1]"
		done | sort | uniq -c | awk '{ print $2 ":" $1 }' | xargs
	}
	nginx -e stderr -c "$place/nginx.conf" -g 'daemon off;' 3>&- &
	pid=$!
	url=http://127.0.0.1:$port
	eventually answers 404 /api/nothing
	# As it is it believes nobody, and does not limit this machine: so it must not stand behind a proxy.
	[ "$(tries 40 203.0.113.1)" = 502:40 ]
	kill $pid
	wait $pid

	# As the site says to do it.
	sed -i 's/#PROXY //; /#DIRECT/d' "$place/site.conf"
	nginx -e stderr -t -c "$place/nginx.conf"
	nginx -e stderr -c "$place/nginx.conf" -g 'daemon off;' 3>&- &
	pid=$!
	eventually answers 404 /api/nothing
	[[ $(tries 40 203.0.113.1) == 429:* ]]
	[ "$(tries 5 203.0.113.2 2001:db8::1 203.0.113.3)" = 502:15 ]
	# What a client claims to be is not what the proxy says that it is.
	[[ $(tries 40 '203.0.113.4, 203.0.113.5') == 429:* ]]
	[ "$(tries 5 203.0.113.4)" = 502:5 ]
	# A proxy that does not say for whom is limited as one client, and not exempt.
	[[ $(tries 40 '') == 429:* ]]
	# The metrics are at their own port alone.
	fetch /api/v1/stats/metrics
	expect_problem 404 not_found
	url=http://127.0.0.1:$((port + 2))
	fetch /api/v1/stats/metrics
	expect_problem 502 unavailable
	fetch /
	expect_problem 404 not_found
	kill $pid
	wait $pid
}
