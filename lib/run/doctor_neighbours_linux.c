/*
 * doctor_neighbours_linux.c - who else works on this machine
 *
 * Looks at all processes twice and tells who has used processor time in
 * between. What came and went between the two looks, or is hidden from us in
 * another container, is in the sum without a name: /proc/stat counts it.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/clock.h"
#include "run/doctor.h"
#include "run/machine.h"

#include <dirent.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

/* Processor time is counted in ticks of 10 ms: these are 30 of them. */
#define WINDOW_NS INT64_C(300000000)

/* Enough to say who; the sum has all of them */
#define PROCESSES_MAX 16384
#define NAMES_MAX 3

/* A fifth of a core, or 6 ticks: less is what any idle system does. */
#define NOISY_PERCENT 20

/* Of a process, this is worth its name. */
#define NAMED_PERCENT 5

struct process {
	long pid;
	uint64_t start;          /* a number may be used again: by a later process */
	uint64_t ticks;
	char name[16];           /* as the kernel has it, 15 bytes at most */
};

struct neighbours {
	struct process *processes; /* by pid */
	size_t n;
	uint64_t busy, own;        /* ticks of all processors; of ours */
	int64_t at_ns;
	int known;
};

/* proc_pid_stat(5): number (name) state and 49 numbers; the name may have any byte */
static int read_process(struct process *out, gitperf_buffer *text, const char *pid)
{
	const char *from, *to, *p;
	uint64_t fields[23] = { 0 };
	char path[64];
	size_t i, len;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	if (!gitperf_machine__read(text, "", path))
		return 0;
	from = strchr(text->ptr, '(');
	to = strrchr(text->ptr, ')');
	if (!from || !to || to < from)
		return 0;
	len = (size_t)(to - from - 1);
	len = len < sizeof(out->name) ? len : sizeof(out->name) - 1;
	memcpy(out->name, from + 1, len);
	out->name[len] = '\0';
	for (i = 3, p = to + 1; i < ARRAY_SIZE(fields) && *p; i++) {
		p += strspn(p, " ");
		fields[i] = strtoull(p, NULL, 10);
		p += strcspn(p, " ");
	}
	out->pid = strtol(pid, NULL, 10);
	out->ticks = fields[14] + fields[15];
	out->start = fields[22];
	return i == ARRAY_SIZE(fields);
}

static int by_pid(const void *a, const void *b)
{
	long x = ((const struct process *)a)->pid, y = ((const struct process *)b)->pid;

	return (x > y) - (x < y);
}

static int by_ticks(const void *a, const void *b)
{
	uint64_t x = ((const struct process *)a)->ticks;
	uint64_t y = ((const struct process *)b)->ticks;

	return x == y ? by_pid(a, b) : (x < y) - (x > y);
}

static void list_processes(struct neighbours *n, gitperf_buffer *text)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	n->processes = calloc(PROCESSES_MAX, sizeof(*n->processes));
	while (dir && n->processes && n->n < PROCESSES_MAX && (entry = readdir(dir)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			n->n += (size_t)read_process(&n->processes[n->n], text, entry->d_name);
	if (dir)
		closedir(dir);
	if (n->n)
		qsort(n->processes, n->n, sizeof(*n->processes), by_pid);
}

/* user, nice, system, irq and softirq of the first line; not idle, iowait, steal */
static int read_busy(uint64_t *out, gitperf_buffer *text)
{
	unsigned long long v[7];

	if (!gitperf_machine__read(text, "", "/proc/stat") ||
	    sscanf(text->ptr, "cpu %llu %llu %llu %llu %llu %llu %llu", &v[0], &v[1],
		   &v[2], &v[3], &v[4], &v[5], &v[6]) != 7)
		return 0;
	*out = v[0] + v[1] + v[2] + v[5] + v[6];
	return 1;
}

static void take(struct neighbours *n)
{
	gitperf_buffer text = GITPERF_BUFFER_INIT;
	struct tms own;

	memset(n, 0, sizeof(*n));
	list_processes(n, &text);
	n->known = read_busy(&n->busy, &text) && times(&own) != (clock_t)-1;
	if (n->known)
		n->own = (uint64_t)own.tms_utime + (uint64_t)own.tms_stime +
			 (uint64_t)own.tms_cutime + (uint64_t)own.tms_cstime;
	n->at_ns = gitperf_clock_read_ns(CLOCK_MONOTONIC);
	gitperf_buffer_dispose(&text);
}

struct neighbours *gitperf_doctor__watch(void)
{
	struct neighbours *n = malloc(sizeof(*n));

	if (n)
		take(n);
	return n;
}

/* Leave in `after` what each has used since, the busiest first. */
static void subtract(struct neighbours *after, const struct neighbours *before)
{
	const struct process *was;
	struct process *p;

	for (p = after->processes; p < after->processes + after->n; p++) {
		was = before->n ? bsearch(p, before->processes, before->n, sizeof(*p), by_pid) : NULL;
		if (was && was->start == p->start)
			p->ticks = p->ticks > was->ticks ? p->ticks - was->ticks : 0;
		if (p->pid == (long)getpid())
			p->ticks = 0;
	}
	if (after->n)
		qsort(after->processes, after->n, sizeof(*after->processes), by_ticks);
}

/* Of one core, in the time between two looks */
static uint64_t percent_of(uint64_t ticks, int64_t ns)
{
	return ticks * UINT64_C(100000000000) / (uint64_t)sysconf(_SC_CLK_TCK) / (uint64_t)ns;
}

static void say(gitperf_doctor *doctor, const struct neighbours *before,
		const struct neighbours *after)
{
	gitperf_buffer value = GITPERF_BUFFER_INIT;
	int64_t ns = after->at_ns - before->at_ns;
	uint64_t busy = after->busy - before->busy, own = after->own - before->own;
	uint64_t percent = percent_of(busy > own && after->busy >= before->busy ? busy - own : 0, ns);
	size_t i;

	gitperf_buf_addf(&value, "%llu %% of a core", (unsigned long long)percent);
	for (i = 0; i < after->n && i < NAMES_MAX; i++) {
		uint64_t part = percent_of(after->processes[i].ticks, ns);

		if (part >= NAMED_PERCENT)
			gitperf_buf_addf(&value, "%s %s %llu %%", i ? "," : ":",
					 after->processes[i].name, (unsigned long long)part);
	}
	gitperf_doctor__say(doctor, DOCTOR_NEIGHBOURS, percent >= NOISY_PERCENT ?
			    GITPERF_FINDING_NOISY : GITPERF_FINDING_OK, "%s", value.ptr);
	doctor->arena.failed |= value.failed;
	gitperf_buffer_dispose(&value);
}

void gitperf_doctor__tell(gitperf_doctor *doctor, struct neighbours *before)
{
	struct neighbours after;
	struct timespec rest;
	int64_t left;

	if (!before)
		return;
	left = WINDOW_NS - (gitperf_clock_read_ns(CLOCK_MONOTONIC) - before->at_ns);
	rest.tv_sec = 0;
	rest.tv_nsec = left > 0 ? (long)left : 0;
	nanosleep(&rest, NULL);
	take(&after);
	subtract(&after, before);
	if (before->known && after.known && after.at_ns > before->at_ns)
		say(doctor, before, &after);
	free(after.processes);
	free(before->processes);
	free(before);
}
