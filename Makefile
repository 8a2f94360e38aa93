# Breath Master. The only build file for C; `make` alone lists what it can do.
#
# Everything built lies in BUILD. A sanitizer has a folder of its own, so that switching between
# builds needs no cleaning: `make programs SANITIZER=thread`. `make V=1` shows the commands.

PREFIX     = /usr/local
SYSCONFDIR = /etc
BUILD      = build$(if $(SANITIZER),/san-$(subst $(comma),-,$(SANITIZER)))

# Where `make run` serves, and where all lies that it writes; with another PORT and STATE another service
# lives beside it.
ADDRESS ?= 127.0.0.1
PORT    ?= 8080
STATE   ?= run

CC     = gcc
CFLAGS = -O2 -g

# One endpoint family is one source file in cgi-src/, one executable, one socket.
tools    = breathctl
families = $(filter-out $(tools),$(basename $(notdir $(wildcard cgi-src/*.c))))
layers   = core http store game page family admin
packages = sqlite3 json-c libsodium fcgi libseccomp
# What lib/page/card.c draws with. Who does not draw is not linked with it: fonts cost memory.
drawing_packages = cairo pangocairo

sources := $(foreach layer,$(layers),$(wildcard lib/$(layer)/*.c))
sql     := $(sort $(wildcard sql/[0-9]*.sql))
web     := $(sort $(shell find htdocs -name node_modules -prune -o -type f -print))

# What draws.
drawing = $(BUILD)/stats.fcgi $(BUILD)/test/unit/card_test $(BUILD)/test/unit/memory_stats_test $(BUILD)/test/api/tables-stats

objects  = $(sources:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/migrations.o
library  = $(BUILD)/libbreath.a
programs = $(families:%=$(BUILD)/%.fcgi) $(tools:%=$(BUILD)/%)
pages    = $(BUILD)/htdocs
units    = $(patsubst %.c,$(BUILD)/%,$(wildcard test/unit/*_test.c test/bats/*.c)) \
	$(families:%=$(BUILD)/test/api/tables-%)
fuzzers  = $(patsubst %.c,$(BUILD)/%,$(wildcard test/fuzz/*_fuzz.c))
loads    = $(addprefix $(BUILD)/test/load/,bare echo fill load ranks slow_fsync.so)

# Fortified functions would hide from a sanitizer what it is there to see.
guards = $(if $(SANITIZER),-fsanitize=$(SANITIZER) -fno-sanitize-recover=all \
	-fno-omit-frame-pointer -DSANITIZED,-D_FORTIFY_SOURCE=2)
warnings = -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Werror
compile = $(CC) -std=gnu11 -D_GNU_SOURCE $(CFLAGS) $(warnings) -fstack-protector-strong -fPIE -pthread \
	-ffile-prefix-map=$(CURDIR)=. \
	$(guards) -Ilib $(CPPFLAGS) $(shell pkg-config --cflags $(packages))
link = $(CC) $(CFLAGS) -pthread -pie -Wl,-z,relro,-z,now $(guards) $(LDFLAGS)
libs = $(shell pkg-config --libs $(packages))

comma := ,
quiet  = $(if $(V),,@printf '  %-8s %s\n' $(1) $@;)

export BUILD

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: FORCE

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

# --- Use it ---

.PHONY: run install deb clean
run: export ADDRESS := $(ADDRESS)
run: export PORT    := $(PORT)
run: export STATE   := $(STATE)
run: ## build and serve at http://ADDRESS:PORT (127.0.0.1:8080); everything written lies in STATE (run/)
	@conf/install-packages run build
	@$(MAKE) --no-print-directory programs
	@exec setpriv --pdeathsig TERM conf/run

share = $(DESTDIR)$(PREFIX)/share
etc   = $(DESTDIR)$(SYSCONFDIR)/breath-master
units_to = $(DESTDIR)$(PREFIX)/lib/systemd/system

# A configuration that is there stays as it is, and the database is none of make's business.
install: programs ## install below DESTDIR and PREFIX (/usr/local), the configuration in SYSCONFDIR (/etc)
	install -D -t $(DESTDIR)$(PREFIX)/libexec/breath-master $(families:%=$(BUILD)/%.fcgi)
	install -D -t $(DESTDIR)$(PREFIX)/sbin $(tools:%=$(BUILD)/%)
	install -D -m 644 -t $(share)/man/man5 $(wildcard conf/*.5)
	install -D -m 644 -t $(share)/man/man8 $(wildcard cgi-src/*.8 conf/*.8)
	sed -i 's|/usr/local/|$(PREFIX)/|' $(patsubst conf/%,$(share)/man/man5/%,$(wildcard conf/*.5)) \
		$(addprefix $(share)/man/man8/,$(notdir $(wildcard cgi-src/*.8 conf/*.8)))
	install -D -m 644 -t $(share)/breath-master/nginx \
		$(filter-out %/development.conf,$(wildcard conf/nginx/*.conf))
	install -D -m 644 -t $(share)/breath-master/apache conf/apache/breath-master.conf
	install -D -m 644 -t $(share)/breath-master/monitoring $(wildcard conf/monitoring/*)
	sed -i 's|@SHARE@|$(PREFIX)/share/breath-master|' $(share)/breath-master/nginx/*.conf \
		$(share)/breath-master/apache/*.conf $(share)/breath-master/monitoring/*.yml
	install -D -m 644 -t $(units_to) $(wildcard conf/systemd/breath*)
	install -D -m 644 -t $(share)/breath-master/systemd conf/systemd/network.conf
	install -D -m 644 -T conf/systemd/sysusers.conf $(DESTDIR)$(PREFIX)/lib/sysusers.d/breath-master.conf
	install -D -m 644 -T conf/systemd/tmpfiles.conf $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/breath-master.conf
	sed -i -e '/^@HARDENING@$$/ { r conf/systemd/hardening.conf' -e 'd }' $(units_to)/breath*@.service
	sed -i 's|@PREFIX@|$(PREFIX)|g' $(units_to)/breath*@.service $(share)/breath-master/systemd/*
	conf/publish-pages $(BUILD)/release $(share)/breath-master/htdocs
	install -D -m 644 -t $(share)/doc/breath-master LICENSE conf/breath.conf.example
	test -e $(etc)/breath.conf || install -D -m 640 conf/breath.conf.example $(etc)/breath.conf

deb: ## build a Debian package in build/deb
	@conf/install-packages build deb
	@$(MAKE) --no-print-directory programs
	@rm -rf $(BUILD)/deb
	@$(MAKE) -s --no-print-directory install DESTDIR=$(abspath $(BUILD))/deb/root PREFIX=/usr SYSCONFDIR=/etc
	@conf/build-deb $(BUILD)/deb/root

clean: ## remove what was built; STATE stays
	rm -rf build

# --- Prove it ---

.PHONY: test check lint san san-one fuzz fuzz-all bench bench-web shots soak booted fresh rest
test: ## install what the tests need and run them all
	@conf/install-packages run build test
	@$(MAKE) --no-print-directory programs units
	@test/run unit node packages manual bats web

check: ## the quick half of the tests: unit, node, package list, manual pages
	@conf/install-packages build test
	@$(MAKE) --no-print-directory programs units
	@test/run unit node packages manual

lint: export COMPILE = $(compile)
lint: ## formatting, static analysis, types, house rules
	@conf/install-packages run build test lint
	@$(MAKE) --no-print-directory programs
	@test/lint

san: ## unit programs and suites under AddressSanitizer with UBSan, then under ThreadSanitizer
	@conf/install-packages run build test
	@$(MAKE) --no-print-directory san-one SANITIZER=address,undefined
	@$(MAKE) --no-print-directory san-one SANITIZER=thread

# ThreadSanitizer wants addresses that a fully randomised layout may have given away: setarch -R.
san-one: programs units
	@setarch -R test/run unit bats

fuzz: ## each fuzzer for FUZZ_SECONDS (60)
	@conf/install-packages build lint
	@$(MAKE) --no-print-directory fuzz-all CC=clang SANITIZER=fuzzer-no-link,address,undefined

fuzz-all: $(fuzzers)
	@test/fuzz/run $(fuzzers)

bench: ## tables of speed, as ratios
	@conf/install-packages run build test
	@$(MAKE) --no-print-directory programs $(loads)
	@test/bench/run

bench-web: ## the pages under Lighthouse, and what a session costs
	@conf/install-packages run build test bench
	@$(MAKE) --no-print-directory programs
	@node test/bench/pages/run.mjs

shots: ## pictures of every page, for people to look at, in BUILD/shots
	@conf/install-packages run build test
	@$(MAKE) --no-print-directory programs
	@node test/web/shots.mjs $(BUILD)/shots

soak: ## what takes longer than `make test` may
	@conf/install-packages run build test
	@$(MAKE) --no-print-directory programs units $(loads)
	@test/soak/run

booted: ## the Debian package in a bare Debian 12 with a booted systemd; as root
	@conf/install-packages build deb test booted
	@$(MAKE) --no-print-directory $(BUILD)/test/bats/landlock
	@test/run booted

fresh: ## the README's two commands in a bare Debian 12; as root
	@conf/install-packages booted
	@test/run fresh

rest: ## the tests that a run elsewhere had to skip, of which SKIPPED is the list (BUILD/test/log/skipped)
	@conf/install-packages run build test
	@$(MAKE) --no-print-directory programs units
	@test/run rest

# --- Build it ---

.PHONY: programs units
programs: $(programs) $(pages)/index.html ## build the executables and the pages
units: $(units) ## build what the tests run

$(drawing) $(BUILD)/obj/lib/page/card.o lint: private packages += $(drawing_packages)

$(BUILD)/%.fcgi: $(BUILD)/obj/cgi-src/%.o $(library)
	$(call quiet,LINK)$(link) -o $@ $^ $(libs)

$(tools:%=$(BUILD)/%): $(BUILD)/%: $(BUILD)/obj/cgi-src/%.o $(library)
	$(call quiet,LINK)$(link) -o $@ $^ $(libs)

# A family's file, whose main function hands its tables to the printer in test/api/tables.c.
$(BUILD)/obj/test/api/printed-%.o: cgi-src/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call quiet,CC)$(compile) -Dfamily_main=tables_print -MMD -MP -c -o $@ $<

$(BUILD)/test/api/tables-%: $(BUILD)/obj/test/api/tables.o $(BUILD)/obj/test/api/printed-%.o $(library)
	@mkdir -p $(@D)
	$(call quiet,LINK)$(link) -o $@ $^ $(libs)

$(BUILD)/test/%: $(BUILD)/obj/test/%.o $(library)
	@mkdir -p $(@D)
	$(call quiet,LINK)$(link) -o $@ $^ $(libs)

$(BUILD)/test/load/%: $(BUILD)/obj/test/load/%.o $(BUILD)/obj/test/load/people.o $(library)
	@mkdir -p $(@D)
	$(call quiet,LINK)$(link) -o $@ $^ $(libs)

$(BUILD)/test/%.so: test/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call quiet,CC)$(compile) -fPIC -shared -o $@ $<

$(BUILD)/test/fuzz/%: $(BUILD)/obj/test/fuzz/%.o $(library)
	@mkdir -p $(@D)
	$(call quiet,LINK)$(link) -fsanitize=fuzzer -o $@ $^ $(libs)

$(library): $(objects) $(BUILD)/files
	@rm -f $@
	$(call quiet,AR)$(AR) rcs $@ $(objects)

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call quiet,CC)$(compile) -MMD -MP -c -o $@ $<

$(BUILD)/obj/migrations.o: $(BUILD)/migrations.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call quiet,CC)$(compile) -MMD -MP -c -o $@ $<

$(BUILD)/migrations.c: $(sql) conf/embed-migrations $(BUILD)/files
	$(call quiet,EMBED)conf/embed-migrations $(sql) > $@

# The pages as nginx serves them. What bundles them comes from npm, as the lock file pins it.
$(pages)/index.html: $(web) $(BUILD)/web conf/publish-pages htdocs/node_modules/.package-lock.json
	$(call quiet,PAGES)node htdocs/build.mjs $(BUILD)/release && conf/publish-pages $(BUILD)/release $(pages)

htdocs/node_modules/.package-lock.json: htdocs/package-lock.json
	@conf/install-packages build

# Files that are written only when what they say changes: then everything, the library, or the pages are
# made anew.
$(BUILD)/flags: says = $(compile) $(link) $(libs)
$(BUILD)/files: says = $(sources) $(sql)
$(BUILD)/web: says = $(web)
$(BUILD)/flags $(BUILD)/files $(BUILD)/web: FORCE
	@mkdir -p $(@D)
	@echo '$(says)' | cmp -s - $@ || echo '$(says)' > $@

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
