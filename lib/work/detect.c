/*
 * detect.c - which tool a project measures itself with, by the files it has
 *
 * Looks, and never runs anything: the project may be a stranger's. What is
 * read of it, names of targets and paths, gets into a suite only if it
 * consists of harmless characters.
 */
#include "base/compat.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "work/below.h"
#include "work/project.h"

/* Of a file, of all of them, and of what is found in them */
#define READ_MAX (256u << 10)
#define READS_MAX 500
#define TARGETS_MAX 20

#define WORD "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-."

/* --- Files ---------------------------------------------------------------- */

static int is_word(const char *text)
{
	return *text && !strchr("-.", *text) && !text[strspn(text, WORD)];
}

static int is_path(const char *text)
{
	return *text && !strchr("-/", *text) && !text[strspn(text, WORD "/")];
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int ends_in(const char *path, const char *suffix)
{
	size_t len = strlen(path), n = strlen(suffix);

	return len > n && !strcmp(path + len - n, suffix);
}

/* "a/b/" of "a/b/c", "" of "c" */
static char *folder_of(struct project *p, const char *path)
{
	return gitperf_arena_copy(p->arena, path, (size_t)(base_name(path) - path));
}

static int has_file(const struct project *p, const char *path)
{
	size_t i;

	for (i = 0; i < p->nfiles; i++)
		if (!strcmp(p->files[i], path))
			return 1;
	return 0;
}

/* Into p->text; what cannot be read has no text. Only memory is an error. */
static int read_text(struct project *p, const char *path)
{
	int err;

	gitperf_buf_truncate(&p->text, 0);
	if (p->reads == READS_MAX || !is_path(path))
		return 0;
	p->reads++;
	err = gitperf_below_read(&p->text, p->top, path, READ_MAX);
	if (err < 0)
		gitperf_buf_truncate(&p->text, 0);
	return err == GITPERF_ENOMEM ? err : 0;
}

static int contains(const struct project *p, const char *what)
{
	return memmem(p->text.ptr, p->text.len, what, strlen(what)) != NULL;
}

/* The next line of p->text behind this one, without what it is indented by */
static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return *line ? line + strspn(line, "\n\r\t ") : NULL;
}

static void add_directory(gitperf_buffer *out, const char *folder)
{
	if (*folder)
		gitperf_buf_addf(out, "\tdirectory = %.*s\n", (int)strlen(folder) - 1, folder);
}

/* --- Cargo ---------------------------------------------------------------- */

struct crate {
	const char *folder;
	int criterion;
	size_t targets;
};

static int add_cargo_target(struct project *p, struct crate *crate,
			    const char *name, size_t len)
{
	char *target = gitperf_arena_copy(p->arena, name, len);

	if (!target)
		return gitperf_fail_oom();
	if (!is_word(target) || crate->targets == TARGETS_MAX)
		return 0;
	crate->targets++;
	gitperf_buf_addf(&p->benchmarks, "\n[benchmark \"%s%s\"]\n\tcommand = cargo bench", crate->folder, target);
	if (*crate->folder)
		gitperf_buf_addf(&p->benchmarks, " --manifest-path %sCargo.toml", crate->folder);
	gitperf_buf_addf(&p->benchmarks, " --bench %s%s\n"
			 "\t# What it prints is read: a line for each function.\n\tformat = bencher\n",
			 target, crate->criterion ? " -- --output-format bencher" : "");
	return 0;
}

/* name = "..." in each [[bench]] of p->text */
static int find_cargo_tables(struct project *p, struct crate *crate)
{
	const char *line, *name;
	int inside = 0, err = 0;

	for (line = p->text.ptr; line && !err; line = next_line(line)) {
		if (*line == '[')
			inside = !strncmp(line, "[[bench]]", 9);
		if (!inside || strncmp(line, "name", 4))
			continue;
		name = line + 4 + strspn(line + 4, " \t=");
		if (*name == '"' || *name == '\'')
			err = add_cargo_target(p, crate, name + 1, strcspn(name + 1, "\"'\n"));
	}
	return err;
}

/* benches/<name>.rs, which cargo finds by itself */
static int find_cargo_files(struct project *p, struct crate *crate)
{
	size_t n = strlen(crate->folder), i;
	int err = 0;

	for (i = 0; i < p->nfiles && !err; i++) {
		const char *path = p->files[i], *name = base_name(path);

		if (!strncmp(path, crate->folder, n) && ends_in(name, ".rs") &&
		    name - path == (ptrdiff_t)(n + strlen("benches/")) && !strncmp(path + n, "benches/", 8))
			err = add_cargo_target(p, crate, name, strlen(name) - 3);
	}
	return err;
}

static int find_crate(struct project *p, const char *manifest)
{
	struct crate crate = { folder_of(p, manifest), 0, 0 };
	int err = crate.folder ? read_text(p, manifest) : gitperf_fail_oom();

	if (err < 0 || !p->text.len)
		return err;
	crate.criterion = contains(p, "criterion");
	err = find_cargo_tables(p, &crate);
	if (!err && !crate.targets)
		err = find_cargo_files(p, &crate);
	return err < 0 ? err : crate.targets > 0;
}

/* Of a workspace all crates, else that nearest to the top */
static int find_cargo(struct project *p, const char **evidence)
{
	int workspace = has_file(p, "Cargo.toml"), found;
	size_t i;

	for (i = 0; i < p->nfiles && (workspace || !*evidence); i++) {
		if (strcmp(base_name(p->files[i]), "Cargo.toml"))
			continue;
		if ((found = find_crate(p, p->files[i])) < 0)
			return found;
		if (found && !*evidence)
			*evidence = p->files[i];
	}
	if (!*evidence)
		return 0;
	if (!strchr(*evidence, '/'))
		gitperf_buf_adds(&p->build, "\tbuild = cargo bench --no-run\n");
	else if (workspace)
		gitperf_buf_adds(&p->build, "\tbuild = cargo bench --workspace --no-run\n");
	else
		gitperf_buf_addf(&p->build, "\tbuild = cargo bench --manifest-path %s --no-run\n", *evidence);
	return 1;
}

/* --- Go ------------------------------------------------------------------- */

static int find_go_test(struct project *p, const char *folder, const char **evidence)
{
	size_t n = strlen(folder), i;
	int err = 0;

	for (i = 0; i < p->nfiles && !err && !*evidence; i++) {
		if (strncmp(p->files[i], folder, n) || !ends_in(p->files[i], "_test.go"))
			continue;
		err = read_text(p, p->files[i]);
		if (contains(p, "\nfunc Benchmark"))
			*evidence = p->files[i];
	}
	return err;
}

static int find_go(struct project *p, const char **evidence)
{
	char *folder = NULL;
	size_t i;
	int err;

	for (i = 0; i < p->nfiles && !*evidence; i++) {
		if (strcmp(base_name(p->files[i]), "go.mod") || !is_path(p->files[i]))
			continue;
		folder = folder_of(p, p->files[i]);
		if (!folder)
			return gitperf_fail_oom();
		if ((err = find_go_test(p, folder, evidence)) < 0)
			return err;
	}
	if (!*evidence)
		return 0;
	gitperf_buf_addf(&p->build, "\tbuild = %s%s%sgo test -run '^$' ./...\n",
			 *folder ? "cd " : "", folder, *folder ? " && " : "");
	gitperf_buf_adds(&p->benchmarks, "\n[benchmark \"go\"]\n"
			 "\tcommand = go test -run '^$' -bench . -benchmem ./...\n");
	add_directory(&p->benchmarks, folder);
	gitperf_buf_adds(&p->benchmarks, "\t# Each Benchmark function becomes a benchmark.\n\tformat = go\n");
	return 1;
}

/* --- pytest-benchmark ----------------------------------------------------- */

static int names_requirements(const char *name)
{
	static const char *const names[] = {
		"pyproject.toml", "setup.cfg", "setup.py", "tox.ini", "Pipfile"
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], name))
			return 1;
	return strstr(name, "requirements") && ends_in(name, ".txt");
}

static int find_pytest(struct project *p, const char **evidence)
{
	size_t i;
	int err;

	for (i = 0; i < p->nfiles && !*evidence; i++) {
		if (!names_requirements(base_name(p->files[i])))
			continue;
		if ((err = read_text(p, p->files[i])) < 0)
			return err;
		if (contains(p, "pytest-benchmark") || contains(p, "pytest_benchmark"))
			*evidence = p->files[i];
	}
	if (!*evidence)
		return 0;
	gitperf_buf_adds(&p->build, "\t#build = python3 -m pip install --quiet --editable .\n");
	gitperf_buf_adds(&p->benchmarks, "\n[benchmark \"pytest\"]\n"
			 "\tcommand = python3 -m pytest --benchmark-only --benchmark-json=pytest-benchmark.json\n"
			 "\t# It writes this file, which is best named in .gitignore, too.\n"
			 "\tresults = pytest-benchmark.json\n"
			 "\tformat = pytest-benchmark\n");
	return 1;
}

/* --- Google Benchmark ----------------------------------------------------- */

/* target_link_libraries(<name> ... benchmark::benchmark ...) in p->text */
static int find_cmake_targets(struct project *p, size_t *n)
{
	static const char call[] = "target_link_libraries(";
	static const char library[] = "benchmark::benchmark";
	const char *at = p->text.ptr, *end;
	char *name;

	while ((at = strstr(at, call)) && (end = strchr(at, ')')) && *n < TARGETS_MAX) {
		at += strlen(call);
		if (!memmem(at, (size_t)(end - at), library, strlen(library)))
			continue;
		at += strspn(at, " \t\r\n");
		name = gitperf_arena_copy(p->arena, at, strspn(at, WORD));
		if (!name)
			return gitperf_fail_oom();
		if (!is_word(name))
			continue;
		++*n;
		gitperf_buf_addf(&p->benchmarks, "\n[benchmark \"%s\"]\n"
				 "\tcommand = build/bin/%s --benchmark_format=json\n"
				 "\tformat = google-benchmark\n", name, name);
	}
	return 0;
}

static int find_google_benchmark(struct project *p, const char **evidence)
{
	size_t i, n = 0, before;
	int err;

	if (!has_file(p, "CMakeLists.txt"))
		return 0;
	for (i = 0; i < p->nfiles; i++) {
		if (strcmp(base_name(p->files[i]), "CMakeLists.txt"))
			continue;
		before = n;
		if ((err = read_text(p, p->files[i])) < 0 || (err = find_cmake_targets(p, &n)) < 0)
			return err;
		if (n > before && !*evidence)
			*evidence = p->files[i];
	}
	if (!n)
		return 0;
	gitperf_buf_adds(&p->build, "\tbuild = cmake -S . -B build -DCMAKE_BUILD_TYPE=Release "
			 "-DCMAKE_RUNTIME_OUTPUT_DIRECTORY=\\\"$PWD/build/bin\\\" && cmake --build build\n");
	return 1;
}

/* --- npm and make --------------------------------------------------------- */

static int has_bench_script(struct project *p)
{
	struct arena arena = ARENA_INIT;
	const struct json *scripts = NULL;
	struct json *root;
	int err = gitperf_json_parse(&root, &arena, p->text.ptr, p->text.len);

	if (!err && root->type == JSON_OBJECT)
		scripts = gitperf_json_member(root, "scripts");
	if (scripts && scripts->type == JSON_OBJECT)
		scripts = gitperf_json_member(scripts, "bench");
	else
		scripts = NULL;
	gitperf_arena_free(&arena);
	return err == GITPERF_ENOMEM ? err : scripts != NULL;
}

static int find_npm(struct project *p, const char **evidence)
{
	int found = has_file(p, "package.json") ? read_text(p, "package.json") : 0;

	if (found < 0 || !p->text.len || (found = has_bench_script(p)) <= 0)
		return found;
	*evidence = "package.json";
	gitperf_buf_addf(&p->build, "\tbuild = npm %s\n", has_file(p, "package-lock.json") ? "ci" : "install");
	gitperf_buf_adds(&p->benchmarks, "\n[benchmark \"npm-bench\"]\n"
			 "\t# The whole process is measured. If it prints something that git perf\n"
			 "\t# reads, say so with \"format\".\n"
			 "\tcommand = npm run --silent bench\n");
	return 1;
}

static const char *find_target(const struct project *p)
{
	static const char *const targets[] = { "bench", "benchmark", "benchmarks" };
	const char *line;
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(targets); i++)
		for (line = p->text.ptr; line; line = strchr(line, '\n')) {
			line += *line == '\n';
			len = strcspn(line, " :\n");
			if (len == strlen(targets[i]) && !strncmp(line, targets[i], len) &&
			    line[len + strspn(line + len, " ")] == ':' && line[len + strspn(line + len, " ") + 1] != '=')
				return targets[i];
		}
	return NULL;
}

static int find_make(struct project *p, const char **evidence)
{
	static const char *const names[] = { "GNUmakefile", "makefile", "Makefile" };
	const char *target = NULL;
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(names) && !*evidence; i++) {
		if (!has_file(p, names[i]))
			continue;
		if ((err = read_text(p, names[i])) < 0)
			return err;
		target = find_target(p);
		if (target)
			*evidence = names[i];
	}
	if (!target)
		return 0;
	gitperf_buf_adds(&p->build, "\t#build = make\n");
	gitperf_buf_addf(&p->benchmarks, "\n[benchmark \"make-%s\"]\n"
			 "\t# The whole process is measured. If it prints something that git perf\n"
			 "\t# reads, say so with \"format\".\n"
			 "\tcommand = make --silent %s\n", target, target);
	return 1;
}

const struct detector gitperf_detectors[] = {
	{ "cargo", find_cargo },
	{ "go", find_go },
	{ "pytest", find_pytest },
	{ "google-benchmark", find_google_benchmark },
	{ "npm", find_npm },
	{ "make", find_make },
	{ NULL, NULL }
};
