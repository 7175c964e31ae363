# git perf
#
#   make              build ./git-perf and libgitperf; installs nothing
#   make test         install what is missing, build, run every test
#   make check        test, and lint, sanitizers, the model of the queue and a
#                     little fuzzing
#   make install      under $(DESTDIR)$(prefix); "uninstall" takes it away again
#   make doc          the man pages (needs asciidoctor)
#   make fuzz         fuzz for FUZZ_TIME seconds each (needs clang)
#   make bench        print the figures that the project promises
#   make demo         install what is missing, build, measure this project
#   make playground   a farm of workers on this machine, to play with (t/playground.sh)
#   make clean
#
# Knobs, on the command line or in config.mak:
#
#   prefix=/usr/local      where to install; DESTDIR=... to stage it elsewhere
#   V=1                    show the commands
#   DEVELOPER=1            more warnings, and every one is an error
#   SANITIZE=<list>        build with sanitizers, for example address,undefined
#   PORTABLE=1             leave out lib/*/*_linux.c, as on another system
#   CC, CFLAGS, LDFLAGS    as everywhere
#   FUZZ_TIME=60           seconds for each fuzz target
#   TESTS="t/t0001-*.sh"   run only these in "make test"
#   TEST_OPTS=--long       options for the test scripts (t/README)
#   JOBS=<n>               scripts and compilers at a time (default: all cores)
#
# A build with other sanitizers or without Linux is another variant, with a
# folder of its own under build/; other flags rebuild what is there.

VERSION = 0.1.0
SOVERSION = 0

prefix ?= /usr/local
CFLAGS ?= -g -O2
FUZZ_CC ?= clang
FUZZ_TIME ?= 60
AR ?= ar
INSTALL ?= install
JOBS ?= $(shell nproc 2>/dev/null || getconf _NPROCESSORS_ONLN || echo 2)

-include config.mak

bindir ?= $(prefix)/bin
libdir ?= $(prefix)/lib
includedir ?= $(prefix)/include
mandir ?= $(prefix)/share/man
compdir ?= $(prefix)/share/bash-completion/completions

all:
.PHONY: all test check install uninstall doc fuzz bench demo playground clean
.PHONY: run-tests test-programs fuzz-programs need FORCE
.PHONY: check-rooms check-headers check-shell check-model
.DELETE_ON_ERROR:
.SUFFIXES:

# --- What there is -----------------------------------------------------------

ROOMS = base data stats run git store query work port view
LIB_SRC := $(wildcard $(ROOMS:%=lib/%/*.c))
CMD_SRC := $(wildcard cmd/*.c)
HELPER_SRC := $(wildcard t/helper/*.c)
UNIT_SRC := $(wildcard t/unit/u-*.c)
FUZZ_SRC := $(wildcard t/fuzz/fuzz-*.c)
HEADERS := $(wildcard include/*.h include/gitperf/*.h include/gitperf/*/*.h)
ADOC := $(wildcard Documentation/git-perf*.adoc Documentation/gitperf-*.adoc)
COMPLETION := $(wildcard cmd/completion/git-perf.bash)
TESTS ?= $(sort $(wildcard t/t[0-9]*.sh))

# A man page's name and section are those of its title, "= name(5)".
MAN := $(if $(ADOC),$(shell awk 'FNR == 1 && \
	/^= [a-z0-9-]+\([1-9]\)$$/ { gsub(/[=() ]+/, " "); \
	print "build/man/" $$1 "." $$2 }' $(ADOC)))

# --- How it is built ---------------------------------------------------------

PKGS = libgit2 yajl nettle
comma := ,
variant := $(subst $(comma),-,$(or $(SANITIZE),plain))$(if $(PORTABLE),-portable)
B = build/$(variant)

ifdef PORTABLE
LIB_SRC := $(filter-out %_linux.c,$(LIB_SRC))
CPP_PORTABLE = -DGITPERF_PORTABLE
endif
ifdef SANITIZE
SAN_FLAGS = -fsanitize=$(SANITIZE) -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
else
SO_FLAGS = -Wl,-z,defs
endif
ifdef DEVELOPER
DEV_FLAGS = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wundef -Wvla \
	-Wformat=2 -Werror
endif

# Nothing here may fail: pkg-config may still have to be installed.
PKG_FOUND := $(shell pkg-config --exists $(PKGS) 2>/dev/null && echo yes)
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null)
LIBS = $(PKG_LIBS) -lm

COMPILE = $(CC) -std=gnu11 $(CPPFLAGS) $(CFLAGS) $(DEV_FLAGS) $(SAN_FLAGS) \
	$(CPP_PORTABLE) -Iinclude -MMD -MP
# The library may see everything, a command only what is installed.
COMPILE_LIB = $(COMPILE) -Ilib -fPIC -fvisibility=hidden $(PKG_CFLAGS) \
	-DGITPERF_VERSION='"$(VERSION)"'
COMPILE_CMD = $(COMPILE)
COMPILE_TEST = $(COMPILE) -Ilib $(PKG_CFLAGS)
LINK = $(CC) $(CFLAGS) $(SAN_FLAGS) $(LDFLAGS)

LIB_OBJ = $(LIB_SRC:%.c=$(B)/%.o)
CMD_OBJ = $(CMD_SRC:%.c=$(B)/%.o)
HELPER_OBJ = $(HELPER_SRC:%.c=$(B)/%.o)
UNITS = $(UNIT_SRC:%.c=$(B)/%)
FUZZERS = $(FUZZ_SRC:%.c=$(B)/%)
REPLAYS = $(if $(wildcard t/fuzz/standalone.c),\
	$(FUZZ_SRC:t/fuzz/fuzz-%.c=$(B)/t/fuzz/replay-%))
PROGRAM = $(if $(wildcard cmd/git-perf.c),$(B)/git-perf)
HELPER = $(if $(HELPER_SRC),$(B)/t/helper/test-gitperf)
SO = $(B)/libgitperf.so.$(VERSION)
LIBRARY = $(B)/libgitperf.a $(SO) $(B)/libgitperf.pc

ifneq ($(V),1)
quiet = @echo '    $(1) $(or $(2),$@)';
endif

all: $(LIBRARY) $(if $(PROGRAM),git-perf)

# What was built last, in any variant, is what `git perf` runs from here.
git-perf: $(PROGRAM) FORCE
	@test "$$(readlink $@)" = $(PROGRAM) || ln -sf $(PROGRAM) $@

# One clear line instead of a hundred about missing headers.
need:
	@command -v $(firstword $(CC)) >/dev/null || { echo >&2 "error: no C" \
	"compiler '$(firstword $(CC))': run 'make test' or" \
	"'t/install-deps.sh build' to install one"; exit 1; }
ifneq ($(PKG_FOUND),yes)
	@echo >&2 "error: pkg-config does not find all of: $(PKGS): run" \
	"'make test' or 't/install-deps.sh build' to install them"; exit 1
endif

# These files change only when what they say does, and what depends on them is
# made again. Test scripts read build-options, too.
remember = @mkdir -p $(@D); printf '%s\n' $(1) >$@.$$$$; \
	if cmp -s $@.$$$$ $@; then rm $@.$$$$; else mv $@.$$$$ $@; fi
quoted = "$(1)='$(subst $$,\$$,$(subst ",\",$(2)))'"

$(B)/build-options: FORCE
	$(call remember,$(call quoted,CC,$(CC)) \
	$(call quoted,CPPFLAGS,$(CPPFLAGS)) $(call quoted,CFLAGS,$(CFLAGS)) \
	$(call quoted,LDFLAGS,$(LDFLAGS)) $(call quoted,SANITIZE,$(SANITIZE)) \
	$(call quoted,DEVELOPER,$(DEVELOPER)) \
	$(call quoted,PORTABLE,$(PORTABLE)) \
	$(call quoted,SAN_FLAGS,$(SAN_FLAGS)) \
	$(call quoted,PKGS_FLAGS,$(PKG_CFLAGS) $(LIBS)) \
	$(call quoted,VERSION,$(VERSION)))
$(B)/sources: FORCE
	$(call remember,$(LIB_SRC) $(CMD_SRC) $(HELPER_SRC))

$(B)/lib/%.o: lib/%.c $(B)/build-options | need
	@mkdir -p $(@D)
	$(call quiet,CC,$<)$(COMPILE_LIB) -o $@ -c $<
$(B)/cmd/%.o: cmd/%.c $(B)/build-options | need
	@mkdir -p $(@D)
	$(call quiet,CC,$<)$(COMPILE_CMD) -o $@ -c $<
$(B)/t/fuzz/replay-%.o: t/fuzz/standalone.c $(B)/build-options | need
	@mkdir -p $(@D)
	$(call quiet,CC,$< ($*))$(COMPILE_TEST) -DCORPUS='"t/fuzz/corpus/$*"' \
		-o $@ -c $<
$(B)/t/%.o: t/%.c $(B)/build-options | need
	@mkdir -p $(@D)
	$(call quiet,CC,$<)$(COMPILE_TEST) -o $@ -c $<

$(B)/libgitperf.a: $(LIB_OBJ) $(B)/sources
	@rm -f $@
	$(call quiet,AR)$(AR) rcs $@ $(LIB_OBJ)
$(SO): $(LIB_OBJ) lib/libgitperf.map $(B)/sources
	$(call quiet,LINK)$(LINK) $(SO_FLAGS) -shared -o $@ \
		-Wl,-soname,libgitperf.so.$(SOVERSION) \
		-Wl,--version-script,lib/libgitperf.map $(LIB_OBJ) $(LIBS)
	@ln -sf $(@F) $(B)/libgitperf.so.$(SOVERSION)
	@ln -sf $(@F) $(B)/libgitperf.so
$(B)/libgitperf.pc: lib/libgitperf.pc.in FORCE
	@mkdir -p $(@D); sed -e 's|@prefix@|$(prefix)|' \
		-e 's|@libdir@|$(libdir)|' -e 's|@includedir@|$(includedir)|' \
		-e 's|@VERSION@|$(VERSION)|' $< >$@.$$$$; \
	if cmp -s $@.$$$$ $@; then rm $@.$$$$; else mv $@.$$$$ $@; fi

$(B)/git-perf: $(CMD_OBJ) $(B)/libgitperf.a
	$(call quiet,LINK)$(LINK) -rdynamic -o $@ $(CMD_OBJ) $(B)/libgitperf.a $(LIBS)
$(B)/t/helper/test-gitperf: $(HELPER_OBJ) $(B)/libgitperf.a
	$(call quiet,LINK)$(LINK) -o $@ $(HELPER_OBJ) $(B)/libgitperf.a $(LIBS)
$(UNITS): %: %.o $(B)/libgitperf.a
	$(call quiet,LINK)$(LINK) -o $@ $< $(B)/libgitperf.a $(LIBS)
$(REPLAYS): $(B)/t/fuzz/replay-%: $(B)/t/fuzz/fuzz-%.o \
		$(B)/t/fuzz/replay-%.o $(B)/libgitperf.a
	$(call quiet,LINK)$(LINK) -o $@ $^ $(LIBS)
$(FUZZERS): %: %.o $(B)/libgitperf.a
	$(call quiet,LINK)$(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBS)

.SECONDARY:
-include $(wildcard $(B)/lib/*/*.d $(B)/cmd/*.d $(B)/t/*/*.d)

# --- Tests -------------------------------------------------------------------

# The first make may have been too early to find what the set-up brings, so a
# second one builds and runs.
again = $(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS))

test:
	@t/install-deps.sh build test
	+@$(again) run-tests

test-programs: $(LIBRARY) $(PROGRAM) $(HELPER) $(UNITS) $(REPLAYS)

# prove -v puts the output of each script together. Passing assertions are
# counted, everything else is shown.
run-tests: test-programs
	@echo '*** prove: $(words $(TESTS)) scripts, $(words $(UNITS))' \
		'unit programs, $(words $(REPLAYS)) corpora ***'
	@{ GIT_PERF_BUILD_DIR='$(CURDIR)/$(B)' \
		GIT_PERF_TEST_OPTS='$(TEST_OPTS)' \
		prove -v --timer -j$(JOBS) $(TESTS) $(UNITS) $(REPLAYS); \
		echo "prove: exit $$?"; \
	} 2>&1 | awk ' \
	function out(line) { if (head != "") print head; head = ""; \
		print line; fflush() } \
	function skip(why) { skipped++; sub(/^.*# SKIP /, "", why); \
		if (why ~ /^missing [^ ]* \(/) sub(/ \(.*/, "", why); \
		if (!(script SUBSEP why in n)) \
			reason[++reasons] = script SUBSEP why; \
		n[script, why]++ } \
	/^\[..:..:..\] [^ ]+ \.+ *skipped: / { script = $$2; head = ""; \
		out($$0); sub(/^.* skipped: /, ""); skip($$0); next } \
	/^\[..:..:..\]/ { head = $$0; script = $$2; next } \
	/^ok [0-9]+ .*# SKIP / { skip($$0); next } \
	/^ok [0-9]+( |$$)/ { passed++; next } \
	/^not ok / { failed++; bad[script] = 1; out($$0); next } \
	/^(Dubious|Parse error)/ && !bad[script] { failed++; bad[script] = 1 } \
	/^1\.\.[0-9]+$$/ || /^$$/ { next } \
	/^ok +[0-9]+ ms/ { $$0 = head $$0; sub(/ \( .*/, ""); head = ""; \
		out($$0); next } \
	/^prove: exit / { status = $$3; next } \
	{ out($$0) } \
	END { if (status != "0" && !failed) failed = 1; \
		for (i = 1; i <= reasons; i++) { split(reason[i], r, SUBSEP); \
			printf "skipped: %s: %d in %s\n", r[2], n[r[1], r[2]], r[1] } \
		printf "%d passed, %d failed, %d skipped\n", \
			passed, failed, skipped; \
		exit failed > 0 }'

check:
	@t/install-deps.sh build test check
	+@$(again) check-rooms check-headers check-shell check-model
	+@$(again) run-tests
	+@$(again) TESTS='t/t4002-lanes.sh t/t4003-transports.sh t/t4004-share-races.sh' \
		UNITS= REPLAYS= TEST_OPTS=--long run-tests
	+@$(again) SANITIZE=address,undefined run-tests
	+@if command -v $(FUZZ_CC) >/dev/null; then $(again) fuzz FUZZ_TIME=5; \
		else echo 'skipped: fuzz: no $(FUZZ_CC)'; fi

check-rooms:
	$(call quiet,CHECK,rooms)t/check-rooms.sh .

check-headers:
	$(call quiet,CHECK,headers):
	@c++ --version >/dev/null 2>&1 || echo 'skipped: headers in C++: no c++'
	@for h in $(HEADERS); do \
		echo "#include <$${h#include/}>" | $(CC) -x c -std=c11 -Iinclude \
			-Wall -Wextra -Wpedantic -Werror -fsyntax-only - || exit; \
		c++ --version >/dev/null 2>&1 || continue; \
		echo "#include <$${h#include/}>" | c++ -x c++ -std=c++11 \
			-Iinclude -Wall -Wextra -Wpedantic -Werror \
			-fsyntax-only - || exit; \
	done

# Test scripts are strings to shellcheck: it cannot see what uses a variable.
check-shell:
	$(call quiet,CHECK,shell scripts)shellcheck -x -P t -S warning \
		-e SC1007,SC1090,SC2034,SC2154,SC2283 \
		$(wildcard t/*.sh t/*/*.sh .ci/run)

check-model:
	$(call quiet,CHECK,model of the queue)CC='$(CC)' t/model/check.sh

fuzz:
	@command -v $(FUZZ_CC) >/dev/null || { echo >&2 "error: no" \
		"'$(FUZZ_CC)': fuzzing needs clang (FUZZ_CC=<name>)"; exit 1; }
	+@$(again) CC='$(FUZZ_CC)' variant=fuzz \
		SANITIZE=fuzzer-no-link,address,undefined fuzz-programs
	@for f in $(FUZZ_SRC:t/fuzz/fuzz-%.c=%); do \
		mkdir -p build/fuzz/corpus/$$f t/fuzz/corpus/$$f && \
		echo "*** fuzz $$f: $(FUZZ_TIME) s ***" && \
		if build/fuzz/t/fuzz/fuzz-$$f -max_total_time=$(FUZZ_TIME) \
			-artifact_prefix=build/fuzz/$$f- -verbosity=0 \
			-print_final_stats=1 build/fuzz/corpus/$$f \
			t/fuzz/corpus/$$f >build/fuzz/$$f.log 2>&1; \
		then grep executed_units build/fuzz/$$f.log; \
		else tail -n 60 build/fuzz/$$f.log; exit 1; fi; \
	done
fuzz-programs: $(FUZZERS)

bench: all $(HELPER) $(B)/t/unit/u-simulate
	@t/install-deps.sh build bench
	@for part in t/bench/store.sh t/bench/share.sh t/bench/plan.sh t/bench/hook.sh t/bench/work.sh t/bench/coverage.sh t/bench/measure.sh; do \
		GIT_PERF_BUILD_DIR='$(CURDIR)/$(B)' $$part || exit 1; done

demo:
	@t/install-deps.sh build demo
	+@$(again) all
	@t/demo.sh

playground:
	@t/install-deps.sh build
	+@$(again) all
	@t/playground.sh

# --- Documentation and installation ------------------------------------------

doc: $(MAN)

# All that is out of date at once: asciidoctor takes longer to begin than for a page.
$(MAN): build/man/made ;
build/man/made: $(ADOC) $(wildcard Documentation/config/*.adoc)
	$(call quiet,MAN,build/man)asciidoctor -b manpage -a reproducible \
		-a manmanual='Git perf Manual' -a mansource='git perf $(VERSION)' \
		--failure-level=WARN -D build/man \
		$(if $(filter Documentation/config/%,$?),$(ADOC),$?)
	@touch $@

D = $(DESTDIR)
MAN_FOUND = $(shell command -v asciidoctor)

install: all $(if $(MAN_FOUND),doc)
	$(INSTALL) -d '$(D)$(bindir)' '$(D)$(libdir)/pkgconfig' \
		'$(D)$(includedir)/gitperf'
	$(if $(PROGRAM),$(INSTALL) $(PROGRAM) '$(D)$(bindir)')
	$(INSTALL) $(SO) '$(D)$(libdir)'
	ln -sf $(notdir $(SO)) '$(D)$(libdir)/libgitperf.so.$(SOVERSION)'
	ln -sf $(notdir $(SO)) '$(D)$(libdir)/libgitperf.so'
	$(INSTALL) -m 644 $(B)/libgitperf.a '$(D)$(libdir)'
	$(INSTALL) -m 644 $(B)/libgitperf.pc '$(D)$(libdir)/pkgconfig'
	@set -e; for h in $(HEADERS:include/%=%); do \
		$(INSTALL) -d "$(D)$(includedir)/$$(dirname $$h)"; \
		$(INSTALL) -m 644 include/$$h "$(D)$(includedir)/$$h"; done
ifneq ($(MAN_FOUND),)
	@set -e; for m in $(MAN); do d='$(D)$(mandir)'/man$${m##*.}; \
		$(INSTALL) -d "$$d"; $(INSTALL) -m 644 $$m "$$d"; done
else
	@echo 'asciidoctor not found: the man pages are not installed'
endif
	$(if $(COMPLETION),$(INSTALL) -d '$(D)$(compdir)')
	$(if $(COMPLETION),$(INSTALL) -m 644 $(COMPLETION) '$(D)$(compdir)/git-perf')

uninstall:
	rm -f '$(D)$(bindir)/git-perf' '$(D)$(compdir)/git-perf' \
		'$(D)$(libdir)/pkgconfig/libgitperf.pc' \
		'$(D)$(libdir)'/libgitperf.a '$(D)$(libdir)'/libgitperf.so*
	rm -f $(HEADERS:include/%='$(D)$(includedir)/%')
	@for d in $(patsubst include/%/,%,$(sort $(filter-out include/,\
		$(dir $(HEADERS))))); do echo $$d; done | sort -r | \
		while read -r d; do test ! -d '$(D)$(includedir)'/$$d || \
		rmdir '$(D)$(includedir)'/$$d; done
	@for m in $(notdir $(MAN)); do \
		rm -f '$(D)$(mandir)'/man$${m##*.}/$$m; done

clean:
	rm -rf build git-perf t/trash-*
