/*
 * poll.c - what a worker without a job asks all the time
 */
#include "base/compat.h"
#include "helper.h"
#include "work/worker.h"

#include <gitperf.h>

int cmd_poll(int argc, const char **argv)
{
	gitperf_repo *repo;
	long times = argc == 3 ? strtol(argv[2], NULL, 10) : 1;
	int changed = 0, err;

	if (argc < 2 || argc > 3)
		return 129;
	gitperf_repo_own_process();
	err = gitperf_repo_open(&repo, NULL);
	for (; times && err >= 0; times--)
		err = changed = gitperf_worker__has_changed(repo, argv[1]);
	gitperf_repo_free(repo);
	if (err < 0) {
		fprintf(stderr, "error: %s\n", gitperf_error_message());
		return 128;
	}
	puts(changed ? "changed" : "the same");
	return 0;
}
