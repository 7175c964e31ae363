/*
 * banned.h - functions that become compile errors
 *
 * The first group overflows or depends on the locale; the second loses data
 * with libgit2 1.5 (Documentation/technical/store.adoc says how): references
 * move only by compare-and-swap, and are deleted only by git itself; the third
 * recurses over foreign input.
 */
#ifndef GITPERF_BASE_BANNED_H
#define GITPERF_BASE_BANNED_H

#define BANNED(func) sorry_##func##_is_a_banned_function

#undef strcpy
#define strcpy(x, y) BANNED(strcpy)
#undef strcat
#define strcat(x, y) BANNED(strcat)
#undef strncpy
#define strncpy(x, y, n) BANNED(strncpy)
#undef strncat
#define strncat(x, y, n) BANNED(strncat)
#undef strtok
#define strtok(x, y) BANNED(strtok)
#undef sprintf
#define sprintf(...) BANNED(sprintf)
#undef vsprintf
#define vsprintf(...) BANNED(vsprintf)
#undef gmtime
#define gmtime(t) BANNED(gmtime)
#undef localtime
#define localtime(t) BANNED(localtime)
#undef atoi
#define atoi(s) BANNED(atoi)
#undef atof
#define atof(s) BANNED(atof)
#undef system
#define system(s) BANNED(system)

#define git_reference_create(...) BANNED(git_reference_create)
#define git_reference_set_target(...) BANNED(git_reference_set_target)
#define git_reference_delete(...) BANNED(git_reference_delete)
#define git_reference_remove(...) BANNED(git_reference_remove)
#define git_reference_rename(...) BANNED(git_reference_rename)
#define git_refdb_compress(...) BANNED(git_refdb_compress)
#define git_note_create(...) BANNED(git_note_create)
#define git_remote_push(...) BANNED(git_remote_push)
#define git_remote_fetch(...) BANNED(git_remote_fetch)

#define yajl_tree_parse(...) BANNED(yajl_tree_parse)
#define yajl_gen_double(...) BANNED(yajl_gen_double)

#endif
