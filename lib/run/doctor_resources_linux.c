/*
 * doctor_resources_linux.c - memory and processor time, and how much of it is
 * somebody else's, as /proc and the control groups tell it
 */
#include "base/compat.h"
#include "base/buf.h"
#include "run/doctor_linux.h"
#include "run/machine.h"

#include <limits.h>

#define CPUS_ONLINE "/sys/devices/system/cpu/online"

#define MIB (UINT64_C(1) << 20)

/* A thousand million MiB: more is nonsense */
#define KIB_MAX (UINT64_C(1) << 40)

/* A line of /proc/meminfo, which has been read, in bytes */
static int memory_of(uint64_t *out, const struct look *look, const char *key)
{
	size_t len;
	const char *value = gitperf_machine__line(look->text.ptr, key, ':', &len);

	if (!value)
		return 0;
	value += strspn(value, " \t");
	if (!gitperf_doctor__digits(out, &value) || *out > KIB_MAX)
		return 0;
	*out *= 1024;
	return 1;
}

/* "3.5 GiB", rounded down; not %.1f, which some locales print with a comma */
static void add_size(gitperf_buffer *out, uint64_t bytes)
{
	uint64_t unit = bytes < 1024 * MIB ? MIB : 1024 * MIB;

	gitperf_buf_addf(out, "%llu.%llu %s", (unsigned long long)(bytes / unit),
			 (unsigned long long)(bytes % unit * 10 / unit),
			 unit == MIB ? "MiB" : "GiB");
}

static void say_buffer(struct look *look, enum doctor_what what,
		       gitperf_finding_state state, gitperf_buffer *value)
{
	gitperf_doctor__say(look->doctor, what, state, "%s", value->ptr);
	look->doctor->arena.failed |= value->failed;
	gitperf_buffer_dispose(value);
}

/* Noisy below a tenth: the page cache lives in what is available. */
static void look_at_memory(struct look *look)
{
	gitperf_buffer value = GITPERF_BUFFER_INIT;
	uint64_t total, available;

	if (!memory_of(&total, look, "MemTotal") ||
	    !memory_of(&available, look, "MemAvailable") || available > total)
		return;
	add_size(&value, available);
	gitperf_buf_adds(&value, " of ");
	add_size(&value, total);
	gitperf_buf_adds(&value, " available");
	say_buffer(look, DOCTOR_MEMORY, available < total / 10 ?
		   GITPERF_FINDING_NOISY : GITPERF_FINDING_OK, &value);
}

/*
 * Swap that is there and empty has harmed nobody yet. Below a MiB, it is the
 * kernel's tidying up after boot.
 */
static void look_at_swap(struct look *look)
{
	gitperf_buffer value = GITPERF_BUFFER_INIT;
	uint64_t total, unused, swappiness;
	int noisy;

	if (!memory_of(&total, look, "SwapTotal") ||
	    !memory_of(&unused, look, "SwapFree") || unused > total)
		return;
	if (!total) {
		gitperf_doctor__say(look->doctor, DOCTOR_SWAP, GITPERF_FINDING_OK, "none");
		return;
	}
	noisy = total - unused >= MIB;
	if (noisy) {
		add_size(&value, total - unused);
		gitperf_buf_adds(&value, " of ");
	}
	add_size(&value, total);
	gitperf_buf_adds(&value, noisy ? " in use" : ", not in use");
	if (gitperf_doctor__number(&swappiness, look, "/proc/sys/vm/swappiness"))
		gitperf_buf_addf(&value, ", swappiness %llu", (unsigned long long)swappiness);
	say_buffer(look, DOCTOR_SWAP, noisy ? GITPERF_FINDING_NOISY : GITPERF_FINDING_OK, &value);
}

/* Time that a hypervisor gave to others, of all time since boot: proc_stat(5) */
static void look_at_steal(struct look *look)
{
	const char *p;
	uint64_t n, total = 0, steal = 0;
	unsigned i, tenths;

	if (!gitperf_doctor__read(look, "/proc/stat"))
		return;
	p = look->text.ptr;
	if (strncmp(p, "cpu ", 4))
		return;
	for (i = 0, p += 4; i < 8; i++) {
		p += strspn(p, " ");
		if (!gitperf_doctor__digits(&n, &p))
			return;
		total += n;
		steal = n;
	}
	if (!total)
		return;
	tenths = (unsigned)((double)steal / (double)total * 1000);
	gitperf_doctor__say(look->doctor, DOCTOR_STEAL, tenths ?
			    GITPERF_FINDING_NOISY : GITPERF_FINDING_OK,
			    "%u.%u %% since boot", tenths / 10, tenths % 10);
}

/* The least limit on processor time: `quota` out of each `period` microseconds */
struct limit {
	uint64_t quota, period;
	uint64_t exhausted;    /* periods in which it was used up, since it is there */
	int seen;              /* somebody said something, if only "none" */
};

/* A file of a control group */
static int read_group(struct look *look, const char *folder, const char *name)
{
	gitperf_buffer path = GITPERF_BUFFER_INIT;
	int found;

	gitperf_buf_addf(&path, "%s/%s", folder, name);
	found = gitperf_doctor__read(look, path.ptr);
	look->text.failed |= path.failed;
	gitperf_buffer_dispose(&path);
	return found;
}

static void add_limit(struct look *look, struct limit *least, const char *folder,
		      uint64_t quota, uint64_t period)
{
	static const char key[] = "\nnr_throttled ";
	const char *p;

	least->seen = 1;
	if (!quota || !period ||
	    (least->quota && (double)quota / (double)period >=
	     (double)least->quota / (double)least->period))
		return;
	least->quota = quota;
	least->period = period;
	least->exhausted = 0;
	p = read_group(look, folder, "cpu.stat") ? strstr(look->text.ptr, key) : NULL;
	if (p) {
		p += strlen(key);
		gitperf_doctor__digits(&least->exhausted, &p);
	}
}

/* Version 2: "max 100000", or "200000 100000" */
static void read_cpu_max(struct look *look, struct limit *least, const char *folder)
{
	uint64_t quota, period;
	const char *p;

	if (!read_group(look, folder, "cpu.max"))
		return;
	p = look->text.ptr;
	if (!strncmp(p, "max", 3))
		least->seen = 1;
	else if (gitperf_doctor__digits(&quota, &p) && *p++ == ' ' && gitperf_doctor__digits(&period, &p))
		add_limit(look, least, folder, quota, period);
}

/* Version 1: a file each, and -1 for none */
static void read_cfs_quota(struct look *look, struct limit *least, const char *folder)
{
	uint64_t quota, period;
	const char *p;

	if (!read_group(look, folder, "cpu.cfs_quota_us"))
		return;
	p = look->text.ptr;
	if (!strncmp(p, "-1", 2))
		least->seen = 1;
	if (!gitperf_doctor__digits(&quota, &p) || !read_group(look, folder, "cpu.cfs_period_us"))
		return;
	p = look->text.ptr;
	if (gitperf_doctor__digits(&period, &p))
		add_limit(look, least, folder, quota, period);
}

typedef void read_limit(struct look *look, struct limit *least, const char *folder);

/* A limit may be set on the group that we are in, or on any above it. */
static void climb(struct look *look, struct limit *least, const char *mount,
		  const char *group, size_t len, read_limit *read)
{
	char folder[PATH_MAX];
	size_t stem = strlen(mount);

	/* seen from another namespace, a group may begin with "/.." */
	if (!len || *group != '/' || stem + len >= sizeof(folder) || memmem(group, len, "/..", 3))
		len = 0;
	snprintf(folder, sizeof(folder), "%s%.*s", mount, (int)len, group);
	while (strlen(folder) > stem) {
		read(look, least, folder);
		*strrchr(folder, '/') = '\0';
	}
	read(look, least, mount);
}

/* Lines of "number:controllers:group"; version 2 has number 0 and no controllers */
static void find_groups(struct look *look, struct limit *least)
{
	gitperf_buffer groups = GITPERF_BUFFER_INIT;
	const char *line, *names, *group;
	size_t len;

	if (gitperf_machine__read(&groups, look->root, "/proc/self/cgroup"))
		for (line = groups.ptr; line; line = strchr(line, '\n')) {
			line += *line == '\n';
			len = strcspn(line, "\n");
			names = memchr(line, ':', len);
			group = names ? memchr(names + 1, ':', len - (size_t)(names + 1 - line)) : NULL;
			if (!group)
				continue;
			len -= (size_t)(++group - line);
			if (!strncmp(line, "0::", 3))
				climb(look, least, "/sys/fs/cgroup", group, len, read_cpu_max);
			else if (!strncmp(names, ":cpu:", 5) || !strncmp(names, ":cpu,", 5))
				climb(look, least, "/sys/fs/cgroup/cpu", group, len, read_cfs_quota);
		}
	look->doctor->arena.failed |= groups.failed;
	gitperf_buffer_dispose(&groups);
}

static void look_at_quota(struct look *look)
{
	struct limit least = { 0 };
	unsigned hundredths;

	/* version 2, where a group without the file cannot be limited */
	least.seen = gitperf_doctor__read(look, "/sys/fs/cgroup/cgroup.controllers");
	find_groups(look, &least);
	if (!least.quota) {
		if (least.seen)
			gitperf_doctor__say(look->doctor, DOCTOR_QUOTA, GITPERF_FINDING_OK, "none");
		return;
	}
	if ((double)least.quota / (double)least.period > 1e6)
		return;
	hundredths = (unsigned)((double)least.quota / (double)least.period * 100);
	gitperf_doctor__say(look->doctor, DOCTOR_QUOTA, GITPERF_FINDING_NOISY,
			    "%u.%02u cores, used up %llu time%s", hundredths / 100,
			    hundredths % 100, (unsigned long long)least.exhausted,
			    least.exhausted == 1 ? "" : "s");
}

/* Those that we may run on, of those that are there */
static void look_at_cpus(struct look *look)
{
	gitperf_buffer list = GITPERF_BUFFER_INIT;
	const char *allowed;
	uint64_t online = 0, n;
	size_t len;

	if (gitperf_doctor__read(look, CPUS_ONLINE))
		online = gitperf_machine__count(look->text.ptr);
	if (!online || !gitperf_doctor__read(look, "/proc/self/status"))
		return;
	allowed = gitperf_machine__line(look->text.ptr, "Cpus_allowed_list", ':', &len);
	if (!allowed)
		return;
	gitperf_buf_add(&list, allowed, len);
	allowed = list.ptr + strspn(list.ptr, " \t");
	n = gitperf_machine__count(allowed);
	/* the list may have cores that are not there */
	if (n >= online)
		gitperf_doctor__say(look->doctor, DOCTOR_CPUS, GITPERF_FINDING_OK,
				    "all %llu", (unsigned long long)online);
	else if (n)
		gitperf_doctor__say(look->doctor, DOCTOR_CPUS, GITPERF_FINDING_OK,
				    "%s, of %llu", allowed, (unsigned long long)online);
	look->doctor->arena.failed |= list.failed;
	gitperf_buffer_dispose(&list);
}


void gitperf_doctor__resources(struct look *look)
{
	look_at_steal(look);
	look_at_quota(look);
	look_at_cpus(look);
	if (gitperf_doctor__read(look, "/proc/meminfo")) {
		look_at_memory(look);
		look_at_swap(look);
	}
}
