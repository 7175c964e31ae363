/*
 * git perf collect - results from wherever they wait onto the perf branch
 *
 * Files, lanes and what this clone has land together, in one commit, here or at
 * a remote. Every file and every lane gets a verdict; what is refused keeps
 * nothing else from being landed.
 */
#include "cmd.h"

#define PLATFORMS_MAX 64
#define DEADLINE_MS (60 * 60 * 1000)

static const char *const collect_usage[] = {
	"git perf collect [<options>] [(<file>|<directory>)...]",
	NULL
};

/* What the command line asks for */
struct collect {
	struct cmd *cmd;
	int dry_run, quiet, json;
	const char *push, *wait, *deadline, *commit;
	gitperf_share_options share;
	char wait_commit[GITPERF_ID_SIZE];
	const char *platforms[PLATFORMS_MAX];
	gitperf_buffer platform_list;
	gitperf_collection *files;
	gitperf_gather_options gather;
	gitperf_gather_result result;
	gitperf_buffer lanes;              /* of JSON */
	gitperf_buffer missing;            /* platforms, a NUL behind each */
};

static void print_refusals(const gitperf_collection *all)
{
	size_t i;

	for (i = 0; i < gitperf_collection_count(all); i++) {
		const gitperf_artifact *a = gitperf_collection_get(all, i);

		if (!a->problem)
			continue;
		ui_clear_progress();
		fputs("refused: ", stderr);
		ui_print_name(stderr, a->path);
		fprintf(stderr, ": %s\n", a->problem);
		if (a->hint)
			fprintf(stderr, "hint: %s\n", a->hint);
	}
}

static void warn_unknown(const gitperf_collection *all)
{
	const char *first = NULL;
	size_t i, unknown = 0;

	for (i = gitperf_collection_count(all); i--;) {
		const gitperf_artifact *a = gitperf_collection_get(all, i);

		if (a->problem || a->commit_known)
			continue;
		unknown++;
		first = a->commit;
	}
	cmd_warn_unknown(unknown, "result", first);
}

static void print_artifact(gitperf_printer *p, const gitperf_artifact *a)
{
	gitperf_print_open(p, '{');
	gitperf_print_string(p, "path", a->path);
	gitperf_print_string(p, "format", a->format);
	gitperf_print_bool(p, "accepted", !a->problem);
	gitperf_print_string(p, "problem", a->problem);
	gitperf_print_string(p, "hint", a->hint);
	gitperf_print_string(p, "id", a->id);
	gitperf_print_string(p, "commit", a->commit);
	gitperf_print_string(p, "platform", a->platform);
	if (!a->problem)
		gitperf_print_bool(p, "commit_known", a->commit_known);
	gitperf_print_close(p, '}');
}

/* Told while they are gathered */
static void take_lane(void *payload, const gitperf_lane *lane)
{
	struct collect *c = payload;
	gitperf_printer p = { &c->lanes, c->lanes.len > 0 };

	gitperf_print_open(&p, '{');
	gitperf_print_string(&p, "ref", lane->ref);
	gitperf_print_int(&p, "records", (int64_t)lane->records);
	gitperf_print_string(&p, "problem", lane->problem);
	gitperf_print_string(&p, "hint", lane->hint);
	gitperf_print_bool(&p, "stays", lane->stays);
	gitperf_print_close(&p, '}');
	if (!lane->problem)
		return;
	ui_clear_progress();
	fputs("refused: lane ", stderr);
	ui_print_name(stderr, lane->ref);
	fprintf(stderr, ": %s%s\nhint: %s\n", lane->problem,
		lane->stays ? "; it stays" : "; it is in quarantine", lane->hint);
}

/* Told at the end */
static void take_missing(void *payload, const char *platform)
{
	struct collect *c = payload;

	gitperf_buffer_add(&c->missing, platform, strlen(platform) + 1);
}

static void print_json(struct collect *c)
{
	const gitperf_gather_result *r = &c->result;
	gitperf_buffer out = GITPERF_BUFFER_INIT;
	gitperf_printer p = { &out, 0 };
	const char *name;
	size_t i;

	gitperf_print_open(&p, '{');
	gitperf_print_int(&p, "version", 1);
	gitperf_print_bool(&p, "dry_run", c->dry_run);
	gitperf_print_string(&p, "tip", *r->tip ? r->tip : NULL);
	gitperf_print_int(&p, "landed", (int64_t)r->landed);
	gitperf_print_int(&p, "present", (int64_t)r->present);
	gitperf_print_int(&p, "revoked", (int64_t)r->revoked);
	gitperf_print_int(&p, "refused", (int64_t)gitperf_collection_refused(c->files));
	gitperf_print_int(&p, "from_here", (int64_t)r->from_here);
	gitperf_print_int(&p, "from_spool", (int64_t)r->from_spool);
	gitperf_print_bool(&p, "spooled", r->spooled);
	gitperf_print_int(&p, "lanes_landed", (int64_t)r->lanes);
	gitperf_print_int(&p, "lanes_quarantined", (int64_t)r->quarantined);
	gitperf_print_int(&p, "lanes_left", (int64_t)r->left);
	gitperf_print_int(&p, "lanes_later", (int64_t)r->later);
	gitperf_print_int(&p, "lost_races", (int64_t)r->lost_races);
	gitperf_print_key(&p, "platforms_missing");
	gitperf_print_open(&p, '[');
	for (name = c->missing.ptr; name < c->missing.ptr + c->missing.len; name += strlen(name) + 1)
		gitperf_print_string(&p, NULL, name);
	gitperf_print_close(&p, ']');
	gitperf_print_key(&p, "lanes");
	gitperf_print_open(&p, '[');
	gitperf_buffer_add(&out, c->lanes.ptr, c->lanes.len);
	gitperf_print_close(&p, ']');
	gitperf_print_key(&p, "artifacts");
	gitperf_print_open(&p, '[');
	for (i = 0; i < gitperf_collection_count(c->files); i++)
		print_artifact(&p, gitperf_collection_get(c->files, i));
	gitperf_print_close(&p, ']');
	cmd_write_json(&p);
}

/* Nothing here: perhaps it is there */
static void hint_at_remote(const struct collect *c)
{
	gitperf_transit *transit;

	if (c->push || gitperf_transit_load(&transit, c->cmd->repo, NULL) < 0)
		return;
	ui_flush();
	if (transit->remote.name)
		fputs("hint: git perf collect --push collects the lanes of a remote\n", stderr);
	gitperf_transit_free(transit);
}

static void print_text(const struct collect *c)
{
	const gitperf_gather_result *r = &c->result;

	if (c->dry_run) {
		printf("%zu would be collected, %zu refused\n",
		       gitperf_batch_count(gitperf_collection_batch(c->files)),
		       gitperf_collection_refused(c->files));
		return;
	}
	printf("%zu collected, %zu present before, %zu revoked, %zu refused\n",
	       r->landed, r->present, r->revoked, gitperf_collection_refused(c->files));
	if (r->from_here)
		printf("%zu record%s of this clone went along\n", r->from_here, PLURAL(r->from_here));
	if (r->lanes || r->quarantined || r->left)
		printf("lanes: %zu landed, %zu put into quarantine, %zu left\n",
		       r->lanes, r->quarantined, r->left);
	if (r->later) {
		ui_flush();
		fprintf(stderr, "hint: %zu more lane%s wait: run the same command again\n", r->later, PLURAL(r->later));
	}
	if (!gitperf_collection_count(c->files) && !r->landed && !r->lanes)
		hint_at_remote(c);
}

static int warn_missing(const struct collect *c)
{
	const char *name = c->missing.ptr, *end = name + c->missing.len;

	if (name == end)
		return EXIT_YES;
	ui_clear_progress();
	fprintf(stderr, "warning: nothing has come in time from %s", name);
	while ((name += strlen(name) + 1) < end)
		fprintf(stderr, ", %s", name);
	fprintf(stderr, " (%zu of %zu platforms)\n"
		"hint: what came is landed; collect the rest when it is there\n",
		c->result.missing, c->gather.nwait);
	return EXIT_NO;
}

static int land(struct collect *c)
{
	int err = gitperf_gather(&c->result, c->cmd->repo,
				 gitperf_collection_batch(c->files), &c->gather);

	if (err >= 0) {
		gitperf_repo_maintain(c->cmd->repo);
		return EXIT_YES;
	}
	err = cmd_fail(err);
	if (c->result.spooled)
		fputs("hint: the results wait in the spool and go out with the next append, collect or push\n", stderr);
	return err;
}

static int collect(struct collect *c, const char **paths, size_t n)
{
	int status = EXIT_YES, refused, err;

	err = gitperf_collect(&c->files, c->cmd->repo, paths, n,
			      c->dry_run ? 0 : GITPERF_COLLECT_WRITE_AHEAD, &c->cmd->events);
	if (err < 0)
		return cmd_fail(err);
	print_refusals(c->files);
	warn_unknown(c->files);
	if (!c->dry_run)
		status = land(c);
	if (c->json)
		print_json(c);
	else if (!c->quiet && status == EXIT_YES)
		print_text(c);
	refused = gitperf_collection_refused(c->files) || c->result.quarantined || c->result.left;
	if (status == EXIT_YES)
		status = warn_missing(c);
	return status == EXIT_YES && refused ? EXIT_NO : status;
}

/* "a,b c" into words */
static int split_platforms(struct collect *c, const char *list)
{
	char *p, *rest;

	if (gitperf_buffer_add(&c->platform_list, list, strlen(list)) < 0)
		return cmd_fail(GITPERF_ENOMEM);
	for (p = strtok_r(c->platform_list.ptr, ", ", &rest); p;
	     p = strtok_r(NULL, ", ", &rest)) {
		if (gitperf_platform_check(p) < 0)
			return cmd_fail(GITPERF_EINVALID);
		if (c->gather.nwait == PLATFORMS_MAX)
			return cmd_error("wait for fewer", "more than %d platforms to wait for", PLATFORMS_MAX);
		c->platforms[c->gather.nwait++] = p;
	}
	return EXIT_YES;
}

/* Whom to wait for, for which commit, and how long */
static int prepare_wait(struct collect *c)
{
	gitperf_buffer list = GITPERF_BUFFER_INIT;
	int err = 0, status;

	if (c->deadline && !strcmp(c->deadline, "0"))
		c->gather.wait_ms = 0;
	else if (c->deadline && (err = gitperf_duration_parse(&c->gather.wait_ms, c->deadline)) < 0)
		return cmd_fail(err);
	if (!*c->wait && (err = gitperf_repo_config_string(&list, c->cmd->repo, "perf.platforms")) < 0)
		return cmd_fail(err);
	status = split_platforms(c, *c->wait ? c->wait : list.ptr);
	gitperf_buffer_dispose(&list);
	if (status != EXIT_YES)
		return status;
	if (!c->gather.nwait)
		return cmd_error("name them: --wait=x86-64-linux,aarch64-linux, or git config perf.platforms",
				 "nobody says which platforms to wait for");
	if ((err = gitperf_repo_resolve(c->wait_commit, c->cmd->repo, c->commit ? c->commit : "HEAD")) < 0)
		return cmd_fail(err);
	c->gather.wait_platforms = c->platforms;
	c->gather.wait_commit = c->wait_commit;
	return EXIT_YES;
}

static int prepare(struct collect *c)
{
	c->share.remote = c->push && *c->push ? c->push : NULL;
	c->share.may_ask = ui_can_ask();
	c->share.events = &c->cmd->events;
	c->gather.share = c->push ? &c->share : NULL;
	c->gather.events = &c->cmd->events;
	c->gather.lane = take_lane;
	c->gather.missing = take_missing;
	c->gather.payload = c;
	return c->wait ? prepare_wait(c) : EXIT_YES;
}

int cmd_collect(struct cmd *cmd, int argc, const char **argv)
{
	struct collect c = { .cmd = cmd, .share = GITPERF_SHARE_OPTIONS_INIT,
			     .gather = GITPERF_GATHER_OPTIONS_INIT,
			     .platform_list = GITPERF_BUFFER_INIT, .lanes = GITPERF_BUFFER_INIT,
			     .missing = GITPERF_BUFFER_INIT };
	int status;
	const struct opt options[] = {
		OPT_FLAG('n', "dry-run", &c.dry_run, "check the files and change nothing"),
		OPT_FLAG('q', "quiet", &c.quiet, "do not print what was collected"),
		OPT_FLAG(0, "json", &c.json, "print the verdict on every file and lane as JSON"),
		OPT_OPTIONAL("push", &c.push, "remote", "onto the branch of a remote, its lanes and this clone's records too"),
		OPT_GROUP("Waiting"),
		OPT_OPTIONAL("wait", &c.wait, "platforms", "until something has come from each of them"),
		OPT_STRING(0, "deadline", &c.deadline, "time", "... or so long, like 30m (default: 1h)"),
		OPT_STRING(0, "commit", &c.commit, "rev", "... of this commit (default: HEAD)"),
		OPT_END()
	};

	c.gather.wait_ms = DEADLINE_MS;
	argc = opt_parse(argc, argv, options, collect_usage, NULL);
	if (!c.wait && (c.deadline || c.commit))
		opt_usage_error(collect_usage, options, "--deadline and --commit belong to --wait");
	if (c.dry_run && !argc)
		opt_usage_error(collect_usage, options, "-n looks at files, and none are given");
	status = prepare(&c);
	if (status == EXIT_YES)
		status = collect(&c, argv, (size_t)argc);
	gitperf_collection_free(c.files);
	gitperf_buffer_dispose(&c.platform_list);
	gitperf_buffer_dispose(&c.lanes);
	gitperf_buffer_dispose(&c.missing);
	return status;
}
