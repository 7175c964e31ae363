/*
 * writer.c - a program that keeps appending, as a worker with the library does
 *
 * It says when it is ready, and begins at the end of its standard input. Each
 * record is of another commit that nobody has. What was acknowledged is
 * printed, an id a line.
 */
#include "base/compat.h"
#include "helper.h"

#include <gitperf.h>

static int append_one(gitperf_repo *repo, const char *platform,
		      const char *worker, long number)
{
	gitperf_append_result result;
	gitperf_batch *batch = NULL;
	char json[512], commit[GITPERF_ID_SIZE];
	int err, n;

	/* spread over the tree as real ids are */
	snprintf(commit, sizeof(commit), "%08lx%032lx",
		 (unsigned long)number * 2654435761ul & 0xfffffffful, (unsigned long)number + 1);
	n = snprintf(json, sizeof(json), "{\"commit\":\"%s\",\"platform\":\"%s\","
		     "\"worker\":\"%s\",\"benchmarks\":[{\"name\":\"b\",\"metrics\":[{\"name\":\"wall\","
		     "\"samples\":[%ld,%ld,%ld]}]}]}", commit, platform, worker, number,
		     number + 1, number + 2);
	if ((err = gitperf_batch_new(&batch, repo)) >= 0 &&
	    (err = gitperf_batch_add(batch, json, (size_t)n)) >= 0 &&
	    (err = gitperf_batch_append(&result, batch, NULL)) >= 0)
		puts(gitperf_batch_get(batch, 0)->id);
	gitperf_batch_free(batch);
	return err;
}

int cmd_writer(int argc, const char **argv)
{
	gitperf_repo *repo = NULL;
	long i, count;
	int err;

	if (argc != 4)
		return 129;
	count = strtol(argv[3], NULL, 10);
	gitperf_repo_own_process();
	err = gitperf_repo_open(&repo, NULL);
	/* ready: whoever wants all to begin at once closes standard input then */
	fputs("ready\n", stderr);
	while (getchar() != EOF)
		;
	for (i = 0; i < count && err >= 0; i++)
		err = append_one(repo, argv[1], argv[2], i);
	if (err < 0)
		fprintf(stderr, "error: %s\n", gitperf_error_message());
	gitperf_repo_free(repo);
	return err < 0 ? 128 : 0;
}
