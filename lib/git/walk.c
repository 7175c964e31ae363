/*
 * walk.c - along first parents, for as long as somebody wants to
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "git/walk.h"

/* What stands behind the first empty line; nothing, where there is none */
static int take_message(gitperf_buffer *out, git_odb_object *object)
{
	const char *text = git_odb_object_data(object);
	size_t len = git_odb_object_size(object);
	const char *message = memmem(text, len, "\n\n", 2);

	if (message)
		gitperf_buf_add(out, message, len - (size_t)(message - text));
	return gitperf_buf_check(out);
}

/* 1 and the parent in `id`, 0 at a root, or what `each` says */
static int visit(git_odb_object *object, git_oid *id, int *stop,
		 int (*each)(void *payload, const struct walked *commit), void *payload)
{
	gitperf_buffer message = GITPERF_BUFFER_INIT;
	struct walked at;
	struct link link;
	int more;

	git_oid_tostr(at.id, sizeof(at.id), id);
	if (git_odb_object_type(object) != GIT_OBJECT_COMMIT)
		return gitperf_fail(GITPERF_EFORMAT, "cannot read the history: %s is no commit", at.id);
	more = gitperf_link_parse(&link, id, git_odb_object_data(object), git_odb_object_size(object));
	at.is_merge = link.is_merge;
	if ((*stop = take_message(&message, object)) >= 0) {
		at.message = message.ptr;
		*stop = each(payload, &at);
	}
	gitperf_buffer_dispose(&message);
	return *stop < 0 ? *stop : more;
}

int gitperf_walk(gitperf_repo *repo, const char *from,
		 int (*each)(void *payload, const struct walked *commit), void *payload)
{
	git_odb_object *object;
	git_odb *odb = NULL;
	git_oid id;
	int rc, more = 1, first = 1, stop = 0;

	if (git_oid_fromstr(&id, from) < 0)
		return gitperf_fail(GITPERF_EINVALID, "'%.60s' is no commit id", from);
	if ((rc = git_repository_odb(&odb, gitperf_repo__handle(repo))) < 0)
		return gitperf_fail_git(rc, "cannot open the object store");
	while (more > 0 && !stop) {
		rc = git_odb_read(&object, odb, &id);
		if (rc < 0)
			break;
		more = visit(object, &id, &stop, each, payload);
		git_odb_object_free(object);
		first = 0;
	}
	git_odb_free(odb);
	if (rc == GIT_ENOTFOUND && !first)
		return WALK_EDGE;
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot read the history");
	return more < 0 ? more : stop ? WALK_STOPPED : WALK_ROOT;
}

int gitperf_walk_reaches(gitperf_repo *repo, const char *tip, const char *commit)
{
	git_repository *git = gitperf_repo__handle(repo);
	git_odb *odb = NULL;
	git_oid from, to;
	int rc;

	if (git_oid_fromstr(&from, tip) < 0 || git_oid_fromstr(&to, commit) < 0)
		return 0;
	if (git_oid_equal(&from, &to))
		return 1;
	if ((rc = git_repository_odb(&odb, git)) >= 0) {
		/* a commit that is not here is no ancestor of one that is */
		rc = git_odb_exists(odb, &to) ? git_graph_descendant_of(git, &from, &to) : 0;
		git_odb_free(odb);
	}
	if (rc == GIT_ENOTFOUND && gitperf_repo_is_shallow(repo))
		return 0;
	return rc >= 0 ? rc : gitperf_hint(gitperf_fail_git(rc, "cannot read the history from %s to %s", tip, commit),
					   "git fsck tells whether the repository is damaged");
}

int gitperf_walk_base(char out[GITPERF_ID_SIZE], gitperf_repo *repo, const char *tip, const char *commit)
{
	git_oid a, b, base;
	int rc;

	if (git_oid_fromstr(&a, tip) < 0 || git_oid_fromstr(&b, commit) < 0)
		return 0;
	rc = git_merge_base(&base, gitperf_repo__handle(repo), &a, &b);
	if (rc == GIT_ENOTFOUND)
		return 0;
	if (rc < 0)
		return gitperf_fail_git(rc, "cannot find where %.12s left the trunk", commit);
	git_oid_tostr(out, GITPERF_ID_SIZE, &base);
	return 1;
}
