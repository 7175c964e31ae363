/*
 * standalone.c - replay a corpus without a fuzzer
 *
 * Every input that a fuzz target ever stumbled over stays a test: this runs
 * the target once on each file named, or on each file of the target's corpus,
 * from the top of the tree. A target that finds something wrong aborts.
 */
#include "base/compat.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

static int count;
static const char *volatile current;

/* Names the input on which the target died; nothing more is safe here. */
static void say_which(int sig)
{
	static const char what[] = "died of this input: ";
	const char *path = current ? current : "(none)";

	if (write(STDERR_FILENO, what, sizeof(what) - 1) < 0 ||
	    write(STDERR_FILENO, path, strlen(path)) < 0 ||
	    write(STDERR_FILENO, "\n", 1) < 0)
		_exit(128);
	signal(sig, SIG_DFL);
	raise(sig);
}

static unsigned char *read_all(FILE *file, size_t *len)
{
	unsigned char *bytes = NULL, *grown;
	size_t size = 0, n;

	*len = 0;
	do {
		if (*len == size) {
			size = size ? 2 * size : 4096;
			grown = realloc(bytes, size);
			if (!grown)
				abort();
			bytes = grown;
		}
		n = fread(bytes + *len, 1, size - *len, file);
		*len += n;
	} while (n);
	return bytes;
}

static void replay(const char *path)
{
	unsigned char *bytes, *exact;
	FILE *file = fopen(path, "rb");
	size_t len;

	if (!file) {
		fprintf(stderr, "error: cannot open '%s': %s\n", path,
			strerror(errno));
		exit(128);
	}
	bytes = read_all(file, &len);
	fclose(file);
	/* a block of just this size, so that a sanitizer sees its end */
	exact = malloc(len ? len : 1);
	if (!exact)
		abort();
	memcpy(exact, bytes, len);
	free(bytes);
	current = path;
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	printf("ok %d - %s\n", ++count, path);
	fflush(stdout);
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void replay_folder(const char *folder)
{
	struct dirent **entries = NULL;
	struct stat st;
	char path[4096];
	int i, n = scandir(folder, &entries, visible, alphasort);

	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		if (!stat(path, &st) && S_ISREG(st.st_mode))
			replay(path);
		free(entries[i]);
	}
	free(entries);
}

int main(int argc, char **argv)
{
	int i;

	signal(SIGABRT, say_which);
	signal(SIGSEGV, say_which);
	for (i = 1; i < argc; i++)
		replay(argv[i]);
	if (argc == 1)
		replay_folder(CORPUS);
	if (!count)
		printf("1..0 # SKIP no corpus in " CORPUS "\n");
	else
		printf("1..%d\n", count);
	return 0;
}
