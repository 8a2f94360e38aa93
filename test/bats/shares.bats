#!/usr/bin/env bats
# Shares: one figure under an address of its own, as page, badge and card.

load helper
load sync
load shares

setup_file() {
	service_start
}

# --- One's own ---

@test "each figure is shared as it is, and follows" {
	open_account
	push "$token" "$(totals "$(day)" 40)" "$(totals "$(day -1)" 30)" "$(totals "$(day -40)" 1200)"
	local streak xp
	share "$token" streak
	[ "$shows" = '2 day streak' ]
	expect_json '.value == 2'
	streak=$id
	share "$token" xp
	[ "$shows" = '1,270 XP' ]
	expect_json '.value == 1270'
	xp=$id
	share "$token" level
	[ "$shows" = 'Level 7, Code Mystic' ]
	expect_json '.value == 7'
	share "$token" week
	expect_json '.in_bands == false and .created_day == $day and .what == "week"' --arg day "$(day)"
	push "$token" "$(totals "$(day)" 45)" "$(totals "$(day -2)" 30)"
	expect_shows '3 day streak' "$token" "$streak"
	expect_shows '1,305 XP' "$token" "$xp"
	expect_message '1,305 XP' "$xp"
}

@test "a week begins on Monday" {
	open_account
	local monday since
	monday=$(date -u -d "$(day) -$((10#$(date -u +%u) - 1)) days" +%F)
	since=$(((EPOCHSECONDS - $(date -u -d "$monday" +%s)) / 86400))
	push "$token" "$(totals "$monday" 5)" "$(totals "$(day $((-since - 1)))" 1000)"
	share "$token" week
	[ "$shows" = '5 XP this week' ]
}

@test "where no device asks, a streak that ended two days ago is current, and no older one" {
	open_account
	push "$token" "$(totals "$(day -2)" 1)" "$(totals "$(day -3)" 1)"
	share "$token" streak
	[ "$shows" = '2 day streak' ]
	open_account
	push "$token" "$(totals "$(day -3)" 1)" "$(totals "$(day -4)" 1)"
	share "$token" streak
	[ "$shows" = '0 day streak' ]
}

@test "the same figure twice is two shares, and one of them can be withdrawn" {
	open_account
	share "$token" xp
	local first=$id
	share "$token" xp
	[ "$id" != "$first" ]
	api GET /stats/me/shares '' "$token"
	expect_json '[.shares[].what] == ["xp", "xp"]'
	withdraw "$token" "$first"
	api GET /stats/me/shares '' "$token"
	expect_json '[.shares[].id] == [$id]' --arg id "$id"
	fetch "/s/$id"
	expect_status 200
}

@test "a share is its owner's to withdraw, once" {
	open_account
	share "$token" xp
	local owner=$token
	open_account
	api GET /stats/me/shares '' "$token"
	expect_json '.shares == []'
	api DELETE "/stats/me/shares/$id" '' "$token"
	expect_problem 404 unknown_share
	withdraw "$owner" "$id"
	api DELETE "/stats/me/shares/$id" '' "$owner"
	expect_problem 404 unknown_share
}

@test "an account has no more shares than it may" {
	service_start BREATH_SHARES_PER_ACCOUNT=2
	open_account
	share "$token" xp
	share "$token" xp
	api POST /stats/me/shares '{"what":"xp"}' "$token"
	expect_problem 409 quota_reached
	withdraw "$token" "$id"
	share "$token" level
	open_account
	share "$token" level
}

@test "identifiers are 128 random bits, each" {
	open_account
	local i
	for i in {1..20}; do
		share "$token" streak
		echo "$id"
	done >"$BATS_TEST_TMPDIR/ids"
	[ "$(sort -u "$BATS_TEST_TMPDIR/ids" | grep -cE '^[0-9a-f]{32}$')" -eq 20 ]
	# No bit is the same in all of them, as it would be in what is counted or timed.
	local all=(0 0 0 0) none=(0xffffffff 0xffffffff 0xffffffff 0xffffffff) id k
	while read -r id; do
		for k in 0 1 2 3; do
			all[k]=$((all[k] | 0x${id:8*k:8}))
			none[k]=$((none[k] & 0x${id:8*k:8}))
		done
	done <"$BATS_TEST_TMPDIR/ids"
	[ "${all[*]}" = "$((0xffffffff)) $((0xffffffff)) $((0xffffffff)) $((0xffffffff))" ]
	[ "${none[*]}" = '0 0 0 0' ]
}

@test "shares move when accounts are merged, and show what both have" {
	open_account
	local first=$token
	push "$first" "$(totals "$(day)" 30)"
	pairing_code "$first"
	open_account
	push "$token" "$(totals "$(day)" 12)"
	share "$token" xp
	redeem "$code" "$token" true
	expect_status 200
	expect_shows '42 XP' "$first" "$id"
}

# --- What everybody sees ---

@test "a page says what is shared, for people and for other sites, without a script" {
	open_account
	push "$token" "$(totals "$(day)" 40)"
	share "$token" xp
	fetch "/s/$id"
	expect_status 200
	expect_header content-type 'text/html; charset=utf-8'
	expect_header x-robots-tag noindex
	expect_header referrer-policy no-referrer
	expect_header x-content-type-options nosniff
	expect_header cache-control no-cache
	[ "$(header content-security-policy)" = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" ]
	local part
	for part in '<h1>40 experience points of breathing</h1>' '<meta name="robots" content="noindex">' \
		'<meta property="og:title" content="40 experience points of breathing">' \
		"<meta property=\"og:url\" content=\"$url/s/$id\">" \
		"<meta property=\"og:image\" content=\"$url/card/$id.png\">" \
		'<meta property="og:image:width" content="1200">' '<meta name="twitter:card" content="summary_large_image">' \
		"<source media=\"(prefers-color-scheme: dark)\" srcset=\"/card/$id.png?theme=dark\">"; do
		grep -qF "$part" "$body_file"
	done
	run ! grep -qiE '<script|javascript:|style=|onload|<iframe|https?://[^1o]' "$body_file"
	# What it names is there.
	local path paths
	mapfile -t paths < <(grep -oE '(href|src)="/[^"]*"' "$body_file" | cut -d '"' -f 2)
	[ ${#paths[@]} -ge 5 ]
	for path in "${paths[@]}"; do
		fetch "$path"
		expect_status 200
	done
}

@test "a badge is an SVG that a proxy may keep and asks for again" {
	open_account
	push "$token" "$(totals "$(day)" 40)"
	share "$token" xp
	fetch "/badge/$id.svg"
	expect_status 200
	expect_header content-type 'image/svg+xml; charset=utf-8'
	expect_header cache-control no-cache
	expect_header cross-origin-resource-policy cross-origin
	[[ $body == '<svg xmlns="http://www.w3.org/2000/svg" '*'aria-label="breath master: 40 XP"'*'</svg>' ]]
	local etag
	etag=$(header etag)
	fetch "/badge/$id.svg" -H "If-None-Match: $etag"
	expect_status 304
	expect_header cache-control no-cache
	push "$token" "$(totals "$(day)" 41)"
	within 2 has_changed "/badge/$id.svg" "$etag"
	[ "$(header etag)" != "$etag" ]
}

has_changed() { # PATH ETAG
	fetch "$1" -H "If-None-Match: $2" && [ "$status_code" = 200 ]
}

# png_size FILE: width and height.
png_size() {
	[ "$(head -c 8 "$1" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ] &&
		od -An -j 16 -N 8 -tu1 "$1" | awk '{ print ($3 * 256 + $4) " " ($7 * 256 + $8) }'
}

@test "a card is a PNG of 1200 by 630 pixels, light or dark" {
	open_account
	share "$token" level
	local theme
	for theme in '' '?theme=light' '?theme=dark'; do
		fetch "/card/$id.png$theme"
		expect_status 200
		expect_header content-type image/png
		[ "$(png_size "$body_file")" = '1200 630' ]
		[ "$(stat -c %s "$body_file")" -lt 100000 ]
		cp "$body_file" "$BATS_TEST_TMPDIR/card$theme"
	done
	cmp "$BATS_TEST_TMPDIR/card" "$BATS_TEST_TMPDIR/card?theme=light"
	run ! cmp -s "$BATS_TEST_TMPDIR/card" "$BATS_TEST_TMPDIR/card?theme=dark"
}

@test "nobody learns more from a share than its figure" {
	open_account
	push "$token" "$(totals "$(day)" 4711)" "$(totals "$(day -1)" 30)"
	share "$token" streak
	local path other
	share "$token" xp
	other=$id
	share "$token" streak
	for path in "/s/$id" "/badge/$id.svg" "/card/$id.png"; do
		fetch "$path"
		expect_status 200
		run ! grep -qaiE "$handle|$account_id|$device_id|$token|4,?741|$other" "$body_file"
		run ! grep -qiE "$handle|$account_id|$device_id|$token|4,?741|$other" <<<"$headers"
	done
}

# soon_nothing_at ID: page, badge and cards show nothing two seconds from now.
soon_nothing_at() {
	within 2 answers 404 "/s/$1"
	within 2 badge_says 'not shared' "$1"
	within 2 answers 404 "/card/$1.png"
	within 2 answers 404 "/card/$1.png?theme=dark"
	nothing_at "$1"
}

# nothing_at ID: page, badge and card show nothing.
nothing_at() {
	fetch "/s/$1"
	expect_status 404
	expect_header content-type 'text/html; charset=utf-8'
	grep -qF '<h1>Nothing is shared here</h1>' "$body_file"
	run ! grep -q 'property="og:' "$body_file"
	fetch "/badge/$1.svg"
	expect_status 200
	grep -qF '<title>breath master: not shared</title>' "$body_file"
	fetch "/card/$1.png"
	expect_problem 404 unknown_share
}

@test "a share that was withdrawn shows nothing anywhere within two seconds" {
	open_account
	push "$token" "$(totals "$(day)" 40)"
	share "$token" xp
	local path
	for path in "/s/$id" "/badge/$id.svg" "/card/$id.png" "/card/$id.png?theme=dark"; do
		fetch "$path"
		expect_status 200
	done
	withdraw "$token" "$id"
	soon_nothing_at "$id"
}

@test "with its account a share is gone" {
	open_account
	share "$token" xp
	fetch "/s/$id"
	expect_status 200
	api DELETE /sync/account '' "$token"
	expect_status 204
	soon_nothing_at "$id"
}

@test "what was withdrawn, what never was and what is no identifier are answered alike" {
	open_account
	share "$token" xp
	withdraw "$token" "$id"
	local other page badge
	fetch "/s/$id"
	page=$body
	fetch "/badge/$id.svg"
	badge=$body
	for other in "$(hex 16)" "$(hex 32)" "${id^^}" "${id}0" "${id%?}" 0 x "$account_id" "$token" -1 "'" '~' a.svg; do
		nothing_at "$other"
		fetch "/s/$other"
		[ "$body" = "$page" ]
		fetch "/badge/$other.svg"
		[ "$body" = "$badge" ]
	done
}

@test "nothing of a path gets into a page, a badge or a problem" {
	open_account
	share "$token" xp
	local evil path
	for evil in '"><script>kanarie</script>' '%22%3E%3Cscript%3Ekanarie%3C/script%3E' "'onload='kanarie" '&lt;script&gt;' \
		'%3Csvg/onload=kanarie%3E' '%0d%0aSet-Cookie:%20kanarie=1' '%00kanarie' "$id%00kanarie" '../kanarie' '..%2fkanarie' \
		'%2e%2e/kanarie' "$id/kanarie" "$id.svg/kanarie" '{{kanarie}}' '${kanarie}' ']]><script>' '%EF%BC%9Ckanarie%EF%BC%9E' \
		"kanarie$(printf 'a%.0s' {1..4000})" '//kanarie' "$id\"kanarie" 'kanarie;x' "$id?x=%3Cscript%3E"; do
		for path in "/s/$evil" "/badge/$evil.svg" "/card/$evil.png"; do
			fetch "$path" -g
			# The last one is a link to what there is, with a query that nobody looks at.
			if [ "$status_code" = 200 ] && [[ $path != "/s/$id?"* ]]; then
				[[ $path == /badge/* ]]
				grep -qF 'breath master: not shared' "$body_file"
			else
				[[ $status_code =~ ^(200|400|404|414|422)$ ]]
			fi
			run ! grep -qai 'kanarie' "$body_file"
			run ! grep -qiE '^set-cookie|kanarie' <<<"$headers"
		done
	done
	for path in /s /s/ /badge /badge/ /badge/.svg /card/ /card/.png "/badge/$id" "/badge/$id.png" "/card/$id" "/card/$id.svg" \
		"/s/$id/" "/badge/$id.svg/" "//s/$id" "/s//$id" "/x/../s/$id" "/S/$id"; do
		fetch "$path"
		expect_status 404
	done
}

# has_logged COUNT: nginx writes its log a second late.
has_logged() {
	[ "$(grep -cE ' stats (GET|POST|OTHER) ' "$state/log/access.log")" -ge "$1" ]
}

@test "no log knows which share was looked at" {
	open_account
	share "$token" xp
	fetch "/s/$id?$id"
	fetch "/s/$id"
	fetch "/badge/$id.svg"
	fetch "/card/$id.png"
	fetch "/card/$id.png" -X POST -d "$id"
	fetch "/s/$id" -X TRACE
	eventually has_logged 6
	run ! grep -rqa "$id" "$state/log"
	grep -qE ' stats GET 200 ' "$state/log/access.log"
	grep -qF 'route=/badge/{id}.svg status=200' "$state/log/stats.fcgi.log"
}

# pss_kb NAME: what the processes of a name hold, in kilobytes.
pss_kb() {
	local pid sum=0 kb
	for pid in $(pids_of "$1"); do
		kb=$(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup")
		sum=$((sum + kb))
	done
	echo $sum
}

@test "a hundred cards leave little memory behind, and many at once are drawn or refused politely" {
	service_start BREATH_SHARES_PER_ACCOUNT=1000
	open_account
	# To nginx, which keeps what it has for a second, each share is another picture.
	local before after ids=() statuses
	for _ in {1..100}; do
		share "$token" xp
		ids+=("$id")
	done
	before=$(pss_kb stats.fcgi)
	for id in "${ids[@]}"; do
		fetch "/card/$id.png?theme=$([[ $id == [0-7]* ]] && echo dark || echo light)"
		expect_status 200
	done
	[ "$(grep -c 'route=/card/{id}.png status=200' "$state/log/stats.fcgi.log")" -eq 100 ]
	after=$(pss_kb stats.fcgi)
	echo "# stats.fcgi: $before kB before, $after kB after 100 cards" >&3
	[[ $BUILD == *san-* ]] || [ "$after" -lt 15000 ]

	# Each in the other colours, which nobody has asked for yet.
	for id in "${ids[@]}"; do
		printf 'url = "%s"\noutput = "/dev/null"\n' "$url/card/$id.png?theme=$([[ $id == [0-7]* ]] && echo light || echo dark)"
	done >"$BATS_TEST_TMPDIR/urls"
	statuses=$(curl -sS --parallel --parallel-immediate --parallel-max 24 -w '%{http_code}\n' -K "$BATS_TEST_TMPDIR/urls")
	[ "$(grep -cE '^(200|503)$' <<<"$statuses")" -eq 100 ]
	# One is drawn and three wait, whatever comes.
	[ "$(grep -c '^200$' <<<"$statuses")" -ge 4 ]
	[ "$(grep -c '^503$' <<<"$statuses")" -ge 1 ]
	api GET /stats/health
	expect_status 200
}

@test "only what draws is linked with what draws" {
	ldd "$BUILD/stats.fcgi" | grep -q cairo
	local program
	for program in sync.fcgi leaderboard.fcgi breathctl; do
		run ! grep -qE 'cairo|pango|fontconfig' <(ldd "$BUILD/$program")
	done
}

@test "what other sites add to a link is ignored: the page, the badge and the card are the same" {
	open_account
	share "$token" xp
	local path query plain
	for path in "/s/$id" "/badge/$id.svg" "/card/$id.png"; do
		fetch "$path"
		expect_status 200
		plain=$(sha256sum <"$body_file")
		for query in 'fbclid=IwAR0' 'utm_source=x&utm_medium=y' v=2 '' '&' a=1\&a=1 '%zz' 'Theme=dark' '%74heme=dark' \
			"x=$(head -c 3000 /dev/zero | tr '\0' x)"; do
			fetch "$path?$query"
			expect_status 200
			[ "$(sha256sum <"$body_file")" = "$plain" ]
		done
	done
	# A parameter of the card's own is read among them.
	fetch "/card/$id.png?theme=dark"
	local dark
	dark=$(sha256sum <"$body_file")
	[ "$dark" != "$plain" ]
	fetch "/card/$id.png?v=2&theme=dark&utm_source=x"
	[ "$(sha256sum <"$body_file")" = "$dark" ]
	fetch "/card/$id.png?v=2&theme=blue"
	expect_problem 422 bad_value '?theme'
	# Elsewhere a parameter that is not known is refused as ever.
	fetch "/api/v1/stats/community?fbclid=x"
	expect_problem 422 unknown_member '?fbclid'
}

@test "however many parameters are tried, nginx keeps one copy of a page and a badge, and two of a card" {
	local own=$BATS_TEST_TMPDIR/one i
	service_start STATE="$own"
	open_account
	share "$token" level
	for ((i = 0; i < 20; i++)); do
		fetch "/s/$id?x=$i"
		fetch "/badge/$id.svg?$i"
		fetch "/card/$id.png?x=$i&theme=dark"
		fetch "/card/$id.png?x=$i"
	done
	[ "$(find "$own/shares" -type f | wc -l)" -le 4 ]
	[ "$(grep -rhaE '^KEY: ' "$own/shares" | sort -u | wc -l)" = 4 ]
}
