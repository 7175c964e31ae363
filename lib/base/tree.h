/*
 * tree.h - folders with all that is in them
 */
#ifndef GITPERF_BASE_TREE_H
#define GITPERF_BASE_TREE_H

/**
 * Remove a file, or a folder with everything in it; links are removed, not
 * followed. What is not there is no error.
 */
int gitperf_tree_remove(const char *path);

#endif
