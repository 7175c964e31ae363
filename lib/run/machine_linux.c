/*
 * machine_linux.c - what /proc, /sys and /etc say about this machine
 *
 * A file may be missing, huge or nonsense; then the fact is left out. No file
 * is an error.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/cpus.h"
#include "run/machine.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* cpuinfo has a kilobyte or two per core; the first core will do */
#define FILE_MAX 65536

/*
 * MemTotal differs by some pages from boot to boot, with what the kernel has
 * kept for itself; the fingerprint must not.
 */
#define MEMORY_STEP (UINT64_C(64) << 20)

/* Not gitperf_buf_read_file(), which would leave an error behind. */
int gitperf_machine__read(gitperf_buffer *out, const char *root, const char *path)
{
	gitperf_buffer full = GITPERF_BUFFER_INIT;
	struct stat st;
	ssize_t n = 0;
	int fd;

	gitperf_buf_truncate(out, 0);
	gitperf_buf_addf(&full, "%s%s", root, path);
	/* O_NONBLOCK: a named pipe must not hang us */
	fd = open(full.ptr, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	out->failed |= full.failed;
	gitperf_buffer_dispose(&full);
	if (fd < 0)
		return 0;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		while (out->len < FILE_MAX && gitperf_buf_reserve(out, FILE_MAX)) {
			n = read(fd, out->ptr + out->len, FILE_MAX - out->len);
			if (n <= 0)
				break;
			out->len += (size_t)n;
			out->ptr[out->len] = '\0';
		}
	close(fd);
	return out->len > 0;
}

const char *gitperf_machine__line(const char *text, const char *key,
				  char separator, size_t *len)
{
	const char *p;

	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (strncmp(text, key, strlen(key)))
			continue;
		p = text + strlen(key);
		p += strspn(p, " \t");
		if (*p != separator)
			continue;
		*len = strcspn(++p, "\n");
		return p;
	}
	return NULL;
}

static void note_line(struct facts *facts, const char *key, const char *text,
		      const char *wanted)
{
	size_t len;
	const char *value = gitperf_machine__line(text, wanted, ':', &len);

	if (value)
		gitperf_machine__note(facts, key, value, len);
}

/* ARM gives numbers instead of a name */
static void note_arm(struct facts *facts, const char *text)
{
	gitperf_buffer name = GITPERF_BUFFER_INIT;
	size_t maker_len, part_len;
	const char *maker = gitperf_machine__line(text, "CPU implementer", ':', &maker_len);
	const char *part = gitperf_machine__line(text, "CPU part", ':', &part_len);

	if (!maker || !part)
		return;
	gitperf_buf_adds(&name, "implementer");
	gitperf_buf_add(&name, maker, maker_len);
	gitperf_buf_adds(&name, " part");
	gitperf_buf_add(&name, part, part_len);
	gitperf_machine__note(facts, "cpu", name.ptr, name.len);
	gitperf_buffer_dispose(&name);
}

static int has_word(const char *text, size_t len, const char *word)
{
	size_t n = strlen(word), step;

	for (; len; text += step, len -= step) {
		if (n <= len && !memcmp(text, word, n) && (n == len || text[n] == ' '))
			return 1;
		for (step = 0; step < len && text[step] != ' '; step++)
			;
		step += step < len;
	}
	return 0;
}

static void note_cpu(struct facts *facts, const char *root, gitperf_buffer *text)
{
	/* x86 and RISC-V, MIPS, POWER, boards */
	static const char *const names[] = {
		"model name", "cpu model", "cpu", "Model", "Hardware"
	};
	const char *flags;
	size_t i, len;

	if (gitperf_machine__read(text, root, "/sys/hypervisor/type"))
		gitperf_machine__note(facts, "virtualised", text->ptr, text->len);
	if (!gitperf_machine__read(text, root, "/proc/cpuinfo"))
		return;
	for (i = 0; i < ARRAY_SIZE(names); i++)
		note_line(facts, "cpu", text->ptr, names[i]);
	note_arm(facts, text->ptr);
	/* only x86 has the flag, so that its absence tells something */
	flags = gitperf_machine__line(text->ptr, "flags", ':', &len);
	if (flags && has_word(flags, len, "hypervisor"))
		gitperf_machine__note(facts, "virtualised", "yes", 3);
	else if (flags)
		gitperf_machine__note(facts, "virtualised", "none", 4);
}

uint64_t gitperf_machine__count(const char *list)
{
	unsigned first, last;
	uint64_t n = 0;
	int more;

	while ((more = gitperf_cpus__next(&list, &first, &last)) > 0)
		n += (uint64_t)last - first + 1;
	return more < 0 ? 0 : n;
}

static void note_size(struct facts *facts, const char *root, gitperf_buffer *text)
{
	const char *value;
	uint64_t n;
	size_t len;

	if (gitperf_machine__read(text, root, "/sys/devices/system/cpu/online") &&
	    (n = gitperf_machine__count(text->ptr)) > 0)
		gitperf_machine__note_number(facts, "cores", n);
	if (!gitperf_machine__read(text, root, "/proc/meminfo"))
		return;
	value = gitperf_machine__line(text->ptr, "MemTotal", ':', &len);
	n = value ? strtoull(value, NULL, 10) : 0;
	if (!n || n > UINT64_MAX / 2048)
		return;
	n = (n * 1024 + MEMORY_STEP - 1) / MEMORY_STEP * MEMORY_STEP;
	gitperf_machine__note_number(facts, "memory", n);
}

/* os-release(5): a value may be quoted, with backslashes, as in a shell */
static void note_image(struct facts *facts, const char *root, gitperf_buffer *text)
{
	const char *value;
	char *out, quote;
	size_t len, i, n = 0;

	if (!gitperf_machine__read(text, root, "/etc/os-release") &&
	    !gitperf_machine__read(text, root, "/usr/lib/os-release"))
		return;
	value = gitperf_machine__line(text->ptr, "PRETTY_NAME", '=', &len);
	if (!value)
		return;
	out = text->ptr;
	quote = *value == '"' || *value == '\'' ? *value : '\0';
	for (i = quote != '\0'; i < len && (!quote || value[i] != quote); i++) {
		if (value[i] == '\\' && quote != '\'' && i + 1 < len)
			i++;
		out[n++] = value[i];
	}
	gitperf_machine__note(facts, "image", out, n);
}

/* A file whose first character means one of several words */
struct switch_file {
	const char *key, *path;
	const char *words[3];
};

static void note_switches(struct facts *facts, const char *root, gitperf_buffer *text)
{
	static const struct switch_file files[] = {
		{ "turbo", "/sys/devices/system/cpu/intel_pstate/no_turbo",
		  { "on", "off", NULL } },
		{ "turbo", "/sys/devices/system/cpu/cpufreq/boost",
		  { "off", "on", NULL } },
		{ "aslr", "/proc/sys/kernel/randomize_va_space",
		  { "off", "partial", "full" } }
	};
	const char *word;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		if (!gitperf_machine__read(text, root, files[i].path))
			continue;
		if (text->ptr[0] < '0' || text->ptr[0] > '2')
			continue;
		word = files[i].words[text->ptr[0] - '0'];
		if (word)
			gitperf_machine__note(facts, files[i].key, word, strlen(word));
	}
}

static void note_load(struct facts *facts, const char *root, gitperf_buffer *text)
{
	const char *digits = "0123456789";
	size_t whole;

	if (!gitperf_machine__read(text, root, "/proc/loadavg"))
		return;
	whole = strspn(text->ptr, digits);
	/* two decimals are there; one is all that means anything */
	if (whole && text->ptr[whole] == '.' && strspn(text->ptr + whole + 1, digits))
		gitperf_machine__note(facts, "load", text->ptr, whole + 2);
}

void gitperf_machine__linux(struct facts *facts, const char *root)
{
	static const char governor[] =
		"/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";
	gitperf_buffer text = GITPERF_BUFFER_INIT;

	note_cpu(facts, root, &text);
	note_size(facts, root, &text);
	if (gitperf_machine__read(&text, root, "/proc/sys/kernel/osrelease"))
		gitperf_machine__note(facts, "kernel", text.ptr, text.len);
	note_image(facts, root, &text);
	if (gitperf_machine__read(&text, root, governor))
		gitperf_machine__note(facts, "governor", text.ptr, text.len);
	note_switches(facts, root, &text);
	note_load(facts, root, &text);
	if (text.failed)
		facts->arena->failed = 1;
	gitperf_buffer_dispose(&text);
}
