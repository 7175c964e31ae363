/*
 * machine.c - what this machine is
 *
 * Asks the calls that every Unix has, after machine_linux.c has read files
 * that say more. Knows nothing of what is measured here.
 */
#include "base/compat.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/testenv.h"
#include "data/pairs.h"
#include "run/counters.h"
#include "run/machine.h"
#include "run/text.h"

#include <gitperf/platform.h>
#include <gitperf/machine.h>
#include <sys/utsname.h>
#include <unistd.h>

struct gitperf_machine {
	struct arena arena;
	struct facts facts;
	const char *platform;
	const char *fingerprint;
};

void gitperf_machine__note(struct facts *facts, const char *key,
			   const char *value, size_t len)
{
	gitperf_pair *pair = &facts->pairs[facts->n];
	const char *kept;

	if (facts->n >= MACHINE_MAX || gitperf_pairs_find(facts->pairs, facts->n, key))
		return;
	kept = gitperf_text__keep(facts->arena, value, len, MACHINE_VALUE_MAX);
	if (!kept || !*kept)
		return;
	pair->key = key;
	pair->value = kept;
	facts->n++;
}

void gitperf_machine__note_number(struct facts *facts, const char *key,
				  uint64_t value)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%llu", (unsigned long long)value);

	gitperf_machine__note(facts, key, text, (size_t)len);
}

/*
 * The platform's name, and its two halves as facts. A half may contain '-',
 * so the first one is found by joining it to a system without.
 */
static int note_platform(gitperf_machine *machine, const struct utsname *uts)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT, arch = GITPERF_BUFFER_INIT;
	size_t len;
	int err;

	if ((err = gitperf_platform_name(&name, uts->machine, uts->sysname)) < 0 ||
	    (err = gitperf_platform_name(&arch, uts->machine, "x")) < 0)
		goto out;
	len = arch.len - strlen("-x");
	gitperf_machine__note(&machine->facts, "arch", arch.ptr, len);
	gitperf_machine__note(&machine->facts, "os", name.ptr + len + 1,
			      name.len - len - 1);
	machine->platform = gitperf_arena_copy(&machine->arena, name.ptr, name.len);
	err = gitperf_arena_check(&machine->arena);
out:
	gitperf_buffer_dispose(&name);
	gitperf_buffer_dispose(&arch);
	return err;
}

static void note_calls(struct facts *facts, const struct utsname *uts)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned tenths;
	double load;
	char text[32];
	int len;

	gitperf_machine__note(facts, "kernel", uts->release, strlen(uts->release));
	if (cores > 0)
		gitperf_machine__note_number(facts, "cores", (uint64_t)cores);
#ifdef _SC_PHYS_PAGES
	if (sysconf(_SC_PHYS_PAGES) > 0)
		gitperf_machine__note_number(facts, "memory",
					     (uint64_t)sysconf(_SC_PHYS_PAGES) *
					     (uint64_t)sysconf(_SC_PAGESIZE));
#endif
	if (getloadavg(&load, 1) != 1 || !(load >= 0 && load < 1e6))
		return;
	/* not %.1f, which some locales print with a comma */
	tenths = (unsigned)(load * 10);
	len = snprintf(text, sizeof(text), "%u.%u", tenths / 10, tenths % 10);
	gitperf_machine__note(facts, "load", text, (size_t)len);
}

static void note_counters(struct facts *facts)
{
	const char *kind = gitperf_counters__kind();

	gitperf_machine__note(facts, "counters", kind, strlen(kind));
}

static int probe(gitperf_machine *machine)
{
	const char *root = gitperf_test_sysroot();
	gitperf_buffer print = GITPERF_BUFFER_INIT;
	struct facts *facts = &machine->facts;
	struct utsname uts;
	int err;

	if (uname(&uts) < 0)
		return gitperf_fail_errno("cannot tell what system this is");
	if ((err = note_platform(machine, &uts)) < 0)
		return err;
	gitperf_machine__linux(facts, root ? root : "");
	/* a test's machine is what its files say */
	if (!root) {
		note_calls(facts, &uts);
		note_counters(facts);
	}
	qsort(facts->pairs, facts->n, sizeof(*facts->pairs), gitperf_pairs_by_key);
	if ((err = gitperf_arena_check(&machine->arena)) < 0)
		return err;
	err = gitperf_environment_fingerprint(&print, facts->pairs, facts->n);
	machine->fingerprint = gitperf_arena_copy(&machine->arena, print.ptr,
						  print.len);
	gitperf_buffer_dispose(&print);
	return err < 0 ? err : gitperf_arena_check(&machine->arena);
}

int gitperf_machine_probe(gitperf_machine **out)
{
	gitperf_machine *machine = calloc(1, sizeof(*machine));
	int err;

	*out = NULL;
	if (!machine)
		return gitperf_fail_oom();
	machine->facts.arena = &machine->arena;
	if ((err = probe(machine)) < 0)
		gitperf_machine_free(machine);
	else
		*out = machine;
	return err;
}

const char *gitperf_machine_platform(const gitperf_machine *machine)
{
	return machine->platform;
}

const gitperf_pair *gitperf_machine_environment(const gitperf_machine *machine,
						size_t *n)
{
	*n = machine->facts.n;
	return machine->facts.pairs;
}

const char *gitperf_machine_fingerprint(const gitperf_machine *machine)
{
	return machine->fingerprint;
}

void gitperf_machine_free(gitperf_machine *machine)
{
	if (!machine)
		return;
	gitperf_arena_free(&machine->arena);
	free(machine);
}
