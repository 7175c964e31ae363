"""Sorting and joining words, timed by pytest-benchmark. With FAIL in the
environment, one of them fails."""

import os

import pytest


def words(n):
    x, found = 1, []
    for _ in range(n):
        x = (x * 1664525 + 1013904223) % 2**32
        found.append(f"{x:x}")
    return found


@pytest.mark.parametrize("n", [64, 1024])
def test_sort(benchmark, n):
    assert len(benchmark(sorted, words(n))) == n


@pytest.mark.parametrize("separator", [" ", ", "], ids=["blank", "comma"])
def test_join(benchmark, separator):
    assert not os.environ.get("FAIL"), "no words to join"
    assert benchmark(separator.join, words(64))


def test_longest(benchmark):
    assert benchmark(max, words(256), key=len)
